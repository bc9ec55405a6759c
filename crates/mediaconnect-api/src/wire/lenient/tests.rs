use proptest::prelude::*;
use serde_json::{Value, from_str, from_value, json};

use super::*;
use crate::wire::testing::{CANARY, any_json, any_scalar};
use crate::wire::{CustomerNumber, EmailAddress, PostalCode, StreetNumber};

/// One field per deserializer, with the attributes of generated models.
#[derive(Debug, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
struct Model {
    #[serde(deserialize_with = "value")]
    text: Option<String>,
    #[serde(deserialize_with = "number")]
    boolean: Option<bool>,
    #[serde(deserialize_with = "number")]
    customer_number: Option<CustomerNumber>,
    #[serde(deserialize_with = "number")]
    street_number: Option<StreetNumber>,
    #[serde(deserialize_with = "number")]
    postal_code: Option<PostalCode>,
    #[serde(deserialize_with = "number")]
    integer: Option<i64>,
    #[serde(deserialize_with = "object")]
    nested: Option<Box<Model>>,
    #[serde(deserialize_with = "objects::<_, _, MAX>")]
    objects: Vec<Model>,
    #[serde(deserialize_with = "values::<_, _, MAX>")]
    texts: Vec<String>,
    #[serde(deserialize_with = "wrapped")]
    emails: Vec<EmailAddress>,
}

const MAX: usize = 8;

/// Reads a list of values in a wrapper, as the generated functions do.
fn wrapped<'de, D: Deserializer<'de>, T: FromScalar>(deserializer: D) -> Result<Vec<T>, D::Error> {
    wrapped_values(deserializer, "email", MAX)
}

fn model(value: Value) -> Model {
    from_value(value).unwrap()
}

fn texts(value: Value) -> Vec<String> {
    values::<_, _, MAX>(value).unwrap()
}

fn emails(value: &Value) -> Vec<String> {
    // Parses text instead of a `Value`, because a real response is also parsed from text.
    let emails: Vec<EmailAddress> =
        wrapped(&mut serde_json::Deserializer::from_str(&value.to_string())).unwrap();
    emails.into_iter().map(String::from).collect()
}

#[test]
fn absent_and_null_fields_are_none() {
    let nulls = json!({
        "text": null, "boolean": null, "customer_number": null, "street_number": null,
        "postal_code": null, "integer": null, "nested": null, "objects": null, "texts": null,
        "emails": null, "unknown": CANARY,
    });
    assert_eq!(model(nulls), Model::default());
    assert_eq!(model(json!({})), Model::default());
}

#[test]
fn an_empty_string_is_none_except_in_string_fields() {
    let empty = json!({
        "text": "", "boolean": "", "customer_number": "", "street_number": "",
        "postal_code": "", "integer": "", "nested": "", "objects": "", "texts": "",
        "emails": "",
    });
    assert_eq!(model(empty), Model { text: Some(String::new()), ..Model::default() });
}

#[test]
fn a_string_may_arrive_as_a_number_or_boolean() {
    for (json, expected) in [(json!("a"), "a"), (json!(6), "6"), (json!(-1.5), "-1.5"), (json!(true), "true")]
    {
        assert_eq!(value::<_, String>(json).unwrap().as_deref(), Some(expected));
    }
    assert_eq!(texts(json!(["a", 6, true])), ["a", "6", "true"]);
}

#[test]
fn a_number_may_arrive_as_a_string() {
    let numbers = model(json!({ "integer": "-6", "customer_number": "7", "street_number": "8" }));
    assert_eq!(numbers.integer, Some(-6));
    assert_eq!(numbers.customer_number.map(CustomerNumber::get), Some(7));
    assert_eq!(numbers.street_number.unwrap().as_u32(), Some(8));
}

#[test]
fn a_boolean_may_arrive_as_a_string() {
    for value in [json!(true), json!("true"), json!("TRUE"), json!("1"), json!(1)] {
        assert_eq!(number(value).unwrap(), Some(true));
    }
    for value in [json!(false), json!("False"), json!("0"), json!(0)] {
        assert_eq!(number(value).unwrap(), Some(false));
    }
    assert!(number::<_, bool>(json!("yes")).is_err());
    assert!(number::<_, bool>(json!(2)).is_err());
}

#[test]
fn a_list_may_arrive_as_its_single_item() {
    let of_one = model(json!({ "objects": [{ "text": "a" }] }));
    assert_eq!(model(json!({ "objects": { "text": "a" } })), of_one);
    assert_eq!(of_one.objects.len(), 1);
    assert_eq!(texts(json!("a")), ["a"]);
}

#[test]
fn empty_items_of_a_list_are_skipped() {
    assert_eq!(model(json!({ "objects": [null, { "text": "a" }, ""] })).objects.len(), 1);
    assert_eq!(texts(json!([null, "a", "", "b"])), ["a", "b"]);
    assert!(texts(json!([])).is_empty());
}

#[test]
fn a_list_may_be_wrapped_in_an_object() {
    for value in [json!({ "email": ["a", "b"] }), json!(["a", "b"])] {
        assert_eq!(emails(&value), ["a", "b"]);
    }
    for value in [json!({ "email": "a" }), json!("a"), json!({ "email": ["a", null, ""] })] {
        assert_eq!(emails(&value), ["a"]);
    }
    for value in [json!({}), json!({ "email": null }), json!({ "email": [] }), json!(null), json!("")] {
        assert!(emails(&value).is_empty());
    }
}

#[test]
fn only_the_named_member_of_a_wrapper_is_read() {
    let list = json!({ "@class": "list", "count": 2, "email": ["a", "b"], "next": { "email": "c" } });
    assert_eq!(emails(&list), ["a", "b"]);
    assert!(emails(&json!({ "@class": "list", "count": 0 })).is_empty());
    let twice = from_str::<Model>(r#"{"emails": {"email": "a", "count": 2, "email": "b"}}"#);
    assert!(twice.unwrap_err().to_string().starts_with(REPEATED));
    let objects: Vec<Model> =
        wrapped_objects(json!({ "count": 1, "object": [{ "text": "a" }, null] }), "object", MAX).unwrap();
    assert_eq!(objects, [Model { text: Some("a".to_owned()), ..Model::default() }]);
}

#[test]
fn a_list_that_is_too_long_is_refused_and_null_is_not_counted() {
    let (longest, nothings) = (vec![json!({}); MAX], vec![json!(null); 100]);
    let list = |parts: &[&[Value]]| from_value::<Model>(json!({ "objects": parts.concat() }));
    assert_eq!(list(&[&longest, &nothings]).unwrap().objects.len(), MAX);
    let too_long = list(&[&longest, &nothings, &longest[..1]]).unwrap_err().to_string();
    assert_eq!(too_long, crate::wire::bounds::TOO_MANY);
    let too_long = crate::wire::bounds::within(2 * size_of::<Model>(), || list(&[&longest[..1]]));
    assert_eq!(too_long.unwrap_err().to_string(), crate::wire::bounds::TOO_MANY);
}

#[test]
fn a_number_keeps_its_digits_or_is_refused() {
    let read = |field: &str, number: &str| from_str::<Model>(&format!(r#"{{"{field}": {number}}}"#));
    for number in ["123456789012345678901234", "1.10", "1e5", "-0", "0.1000000000000000055"] {
        assert_eq!(read("text", number).unwrap().text.as_deref(), Some(number));
        assert_eq!(read("texts", &format!("[{number}]")).unwrap().texts, [number]);
        assert_eq!(
            read("emails", &format!(r#"{{"email": [{number}]}}"#)).unwrap().emails[0].as_str(),
            number
        );
    }
    let customer = read("customer_number", "9007199254740993.0").unwrap().customer_number;
    assert_eq!(customer.map(CustomerNumber::get), Some(9_007_199_254_740_993));
    for number in ["9007199254740992.9", "123456789012345678901234", "0.0", "-1"] {
        assert!(read("customer_number", number).is_err(), "{number}");
    }
    assert_eq!(read("integer", "9007199254740993").unwrap().integer, Some(9_007_199_254_740_993));
    assert!(read("integer", "9223372036854775807.5").is_err());
    assert!(read("texts", "1.5").is_err(), "outside a list, serde has already dropped the digits");
}

#[test]
fn texts_with_escapes_are_read() {
    let read = |text: &str| from_str::<Model>(&format!(r#"{{"text": "{text}", "texts": ["{text}"]}}"#));
    let read = read(r#"\"\u00e5\ud83d\ude00\n\\"#).unwrap();
    assert_eq!(read.text.as_deref(), Some("\"å😀\n\\"));
    assert_eq!(read.texts, ["\"å😀\n\\"]);
    let half = from_str::<Model>(r#"{"text": "\ud83d"}"#).unwrap_err();
    assert!(half.is_data());
}

#[test]
fn in_buffered_values_only_whole_numbers_are_read() {
    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[serde(flatten)]
        model: Model,
    }

    let outer = from_str::<Outer>(
        r#"{"text": 7, "customer_number": "8", "objects": {"texts": [9, "a"]}, "nested": {"postal_code": 179}}"#,
    );
    let model = outer.unwrap().model;
    assert_eq!((model.text.as_deref(), model.customer_number.unwrap().get()), (Some("7"), 8));
    assert_eq!(model.objects[0].texts, ["9", "a"]);
    assert_eq!(model.nested.unwrap().postal_code.unwrap().as_str(), "0179");
    let lost = from_str::<Outer>(r#"{"text": 1.10}"#).unwrap_err().to_string();
    assert!(lost.contains("digits"), "{lost}");
}

#[test]
fn an_error_names_the_kind_and_not_the_value() {
    let cases = [
        (json!({ "customer_number": CANARY }), "found a string that the expected type does not accept"),
        (json!({ "integer": CANARY }), "found a string that the expected type does not accept"),
        (json!({ "integer": [1] }), "found a list, expected a single value"),
        (json!({ "nested": CANARY }), "found a string that the expected type does not accept"),
        (json!({ "nested": 4711 }), "found a number that the expected type does not accept"),
        (json!({ "objects": [true] }), "found a boolean that the expected type does not accept"),
        (json!({ "boolean": CANARY }), "found a string that the expected type does not accept"),
        (json!({ "text": { CANARY: CANARY } }), "found an object, expected a string, number or boolean"),
    ];
    for (value, message) in cases {
        assert_eq!(from_value::<Model>(value).unwrap_err().to_string(), message);
    }
}

#[test]
fn truncated_json_is_distinguished_from_wrong_json() {
    let whole = r#"{"nested":{"objects":[{"text":"a"}],"emails":{"e":["a"]}},"texts":"b"}"#;
    assert!(from_str::<Model>(whole).is_ok());
    for end in 0..whole.len() {
        assert!(from_str::<Model>(&whole[..end]).unwrap_err().is_eof(), "{end}");
    }
    let error = from_str::<Model>(r#"{"nested":{"integer":"x"}}"#).unwrap_err();
    assert!(error.is_data());
    assert_eq!((error.line(), error.column()), (1, 25));
}

/// Returns a strategy that selects one of the JSON forms in which upstream may send a list of these strings. Each
/// generated pair contains the strings and the selected form.
fn any_shape(texts: Vec<String>) -> impl Strategy<Value = (Vec<String>, Value)> {
    let single = texts.first().filter(|_| texts.len() == 1).map(|text| json!(text));
    let mut shapes =
        vec![json!(texts), json!({ "email": texts }), json!({ "a": null, "email": texts, "c": "d" })];
    shapes.extend(single.iter().cloned());
    shapes.extend(single.map(|text| json!({ "email": text })));
    if texts.is_empty() {
        shapes.extend([json!(null), json!(""), json!({})]);
    }
    (Just(texts), prop::sample::select(shapes))
}

/// Replaces the strings and numbers of a JSON value by values that are easy to find.
fn planted(value: Value) -> Value {
    match value {
        Value::String(_) => json!(CANARY),
        Value::Number(number) if number.is_f64() => json!(4711.4711),
        Value::Number(_) => json!(47_114_711),
        Value::Array(items) => items.into_iter().map(planted).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, planted(value))).collect(),
        other => other,
    }
}

proptest! {
    #[test]
    fn every_shape_of_a_list_is_read_as_the_same_list(
        (texts, shape) in prop::collection::vec(".+", 0..4).prop_flat_map(any_shape),
    ) {
        prop_assert_eq!(emails(&shape), texts);
    }

    #[test]
    fn a_single_element_is_a_list_of_one(element in any_scalar()) {
        // A single number with a fraction is not accepted as a list, because serde reads such a number as `f64`, which
        // may lose digits.
        prop_assume!(!element.is_f64());
        let single: Vec<String> = values::<_, _, MAX>(element.clone()).unwrap();
        prop_assert_eq!(values::<_, String, MAX>(json!([element])).unwrap(), single.clone());
        let in_wrapper: Vec<String> = wrapped(json!({ "email": element })).unwrap();
        prop_assert_eq!(in_wrapper, single);
    }

    #[test]
    fn any_text_is_kept(value in any::<String>()) {
        prop_assert_eq!(super::value::<_, String>(json!(value)).unwrap(), Some(value));
    }

    #[test]
    fn every_scalar_decodes_in_a_string_field(scalar in any_scalar()) {
        prop_assert!(value::<_, String>(scalar.clone()).is_ok());
        prop_assert!(number::<_, StreetNumber>(scalar.clone()).is_ok());
        prop_assert!(number::<_, PostalCode>(scalar.clone()).is_ok());
        prop_assert!(values::<_, EmailAddress, MAX>(json!([scalar])).is_ok());
        let in_wrapper = wrapped::<_, EmailAddress>(json!({ "email": [scalar] }));
        prop_assert!(in_wrapper.is_ok());
        prop_assert_eq!(values::<_, EmailAddress, MAX>(scalar.clone()).is_ok(), !scalar.is_f64());
    }

    #[test]
    fn json_text_and_parsed_json_decode_alike(value in any_json()) {
        let json = value.to_string();
        macro_rules! alike {
            ($($read:expr),+ $(,)?) => {$(
                let from_text = $read(&mut serde_json::Deserializer::from_str(&json)).ok();
                prop_assert_eq!(from_text, $read(value.clone()).ok());
            )+};
        }
        alike!(
            super::value::<_, String>,
            number::<_, bool>,
            object::<_, Model>,
            objects::<_, Model, MAX>,
            values::<_, String, MAX>,
            wrapped::<_, EmailAddress>,
            number::<_, CustomerNumber>,
            number::<_, StreetNumber>,
        );
    }

    #[test]
    fn neither_errors_nor_debug_contain_a_value(
        field in prop::sample::select(vec![
            "text", "boolean", "customer_number", "street_number", "postal_code", "integer",
            "nested", "objects", "texts", "emails",
        ]),
        value in any_json(),
    ) {
        if let Err(error) = from_value::<Model>(json!({ field: planted(value) })) {
            let report = format!("{error} {error:?}");
            prop_assert!(!report.contains(CANARY) && !report.contains("4711"), "{}", report);
        }
    }
}
