//! Deserialisers for the fields of what is received.
//!
//! They are named in `#[serde(default, deserialize_with = "..")]`, where `default` is for an absent
//! field.
//!
//! Upstream's JSON comes from an XML mapping: a list of one may come as its element, a number as a
//! text, and nothing as null or as an empty text. Their own errors tell the kind of what was found,
//! never the value. They read as the JSON comes in, without a copy of it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::scalar::Scalar;

/// Reads a text: a number or boolean becomes its text, an empty text stays one, null is `None`.
///
/// # Errors
/// If it is a list or an object.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(Scalar::into_text))
}

/// Reads a value of an enumeration by its text, as [`text`] does; null is the empty text.
///
/// # Errors
/// If it is a list or an object.
pub fn value<'de, D: Deserializer<'de>, T: for<'a> From<&'a str>>(deserializer: D) -> Result<T, D::Error> {
    Ok(match Option::<Scalar>::deserialize(deserializer)? {
        Some(Scalar::Text(text)) => T::from(&text),
        other => T::from(&other.map(Scalar::into_text).unwrap_or_default()),
    })
}

/// Reads a boolean, also as a text in any case or as 1 or 0, which XML allows; null and an empty
/// text are `None`.
///
/// # Errors
/// If it is neither.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = match Option::<Scalar>::deserialize(deserializer)? {
        None => return Ok(None),
        Some(Scalar::Boolean(value)) => return Ok(Some(value)),
        Some(other) => other.into_text().to_ascii_lowercase(),
    };
    match text.as_str() {
        "" => Ok(None),
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        _ => Err(D::Error::custom("found something else, expected true or false")),
    }
}

/// Reads an object or number; null and an empty text are `None`.
///
/// # Errors
/// If it is a list, or `T` cannot read it. The fields of an object should have lenient
/// deserialisers as well, since an error of theirs is passed on as it is.
pub fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let mut found = None;
    Shape::One.reader(&mut |element| found = Some(element)).deserialize(deserializer)?;
    Ok(found)
}

/// Reads a list, also as its single element; null and an empty text are the empty list, and are
/// skipped within it.
///
/// # Errors
/// If `T` cannot read an element.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let mut items = Vec::new();
    Shape::List.reader(&mut |element| items.push(element)).deserialize(deserializer)?;
    Ok(items)
}

/// Reads a list of texts or numbers like [`list`], also within an object: `{"email": ["a", "b"]}`
/// or `{"email": "a"}`.
///
/// An object gives the elements of all its members in order, whatever their names.
///
/// # Errors
/// If `T` cannot read an element.
pub fn wrapped_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let mut items = Vec::new();
    Shape::WrappedList.reader(&mut |element| items.push(element)).deserialize(deserializer)?;
    Ok(items)
}

/// What may hold the elements.
#[derive(Clone, Copy)]
enum Shape {
    /// At most one element, as itself.
    One,
    /// A list, or [`Shape::One`].
    List,
    /// An object whose members are lists, or [`Shape::List`].
    WrappedList,
}

impl Shape {
    fn reader<T, F: FnMut(T)>(self, take: &mut F) -> Reader<'_, T, F> {
        Reader { shape: self, take, element: PhantomData }
    }
}

/// Reads the elements of a shape, and hands each to `take`.
struct Reader<'a, T, F> {
    shape: Shape,
    take: &'a mut F,
    element: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> DeserializeSeed<'de> for Reader<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for Reader<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.shape {
            Shape::One => "one element",
            Shape::List | Shape::WrappedList => "a list",
        })
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if !text.is_empty() {
            let element = single(text, "a text")
                .or_else(|error| text.parse::<i64>().map_or(Err(error), |number| single(number, "a text")))?;
            (self.take)(element);
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        single_or_text(value, "a boolean").map(self.take)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        single_or_text(number, "a number").map(self.take)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        single_or_text(number, "a number").map(self.take)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        single_or_text(number, "a number").map(self.take)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        if let Shape::One = self.shape {
            return Err(A::Error::custom("found a list, expected one element"));
        }
        while elements.next_element_seed(Shape::One.reader(self.take))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Shape::WrappedList = self.shape else {
            return T::deserialize(MapAccessDeserializer::new(members)).map(self.take);
        };
        while members.next_key::<IgnoredAny>()?.is_some() {
            members.next_value_seed(Shape::List.reader(self.take))?;
        }
        Ok(())
    }
}

/// Reads a single element from a value, or from the value's text: what is a text to us may come as
/// a number.
fn single_or_text<'de, T, V, E>(value: V, kind: &str) -> Result<T, E>
where
    T: Deserialize<'de>,
    V: IntoDeserializer<'de, E> + ToString + Copy,
    E: Error,
{
    single(value, kind).or_else(|_: E| single(value.to_string(), kind))
}

/// Reads a single element. The error is our own, because serde's quotes the value.
fn single<'de, T, V, E>(value: V, kind: &str) -> Result<T, E>
where
    T: Deserialize<'de>,
    V: IntoDeserializer<'de, E>,
    E: Error,
{
    T::deserialize(value.into_deserializer())
        .map_err(|_| E::custom(format_args!("found {kind} that does not fit")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, from_str, from_value, json};

    use super::*;
    use crate::wire::testing::{CANARY, any_json, any_scalar};
    use crate::wire::{CustomerNumber, EmailAddress, PostalCode, StreetNumber};

    /// A field for each deserialiser, as the generated models have them.
    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Model {
        #[serde(deserialize_with = "text")]
        text: Option<String>,
        #[serde(deserialize_with = "boolean")]
        boolean: Option<bool>,
        #[serde(deserialize_with = "optional")]
        customer_number: Option<CustomerNumber>,
        #[serde(deserialize_with = "optional")]
        street_number: Option<StreetNumber>,
        #[serde(deserialize_with = "optional")]
        postal_code: Option<PostalCode>,
        #[serde(deserialize_with = "optional")]
        integer: Option<i64>,
        #[serde(deserialize_with = "optional")]
        nested: Option<Box<Model>>,
        #[serde(deserialize_with = "list")]
        objects: Vec<Model>,
        #[serde(deserialize_with = "list")]
        texts: Vec<String>,
        #[serde(deserialize_with = "wrapped_list")]
        emails: Vec<EmailAddress>,
    }

    fn model(value: Value) -> Model {
        from_value(value).unwrap()
    }

    fn texts(value: Value) -> Vec<String> {
        list(value).unwrap()
    }

    fn emails(value: &Value) -> Vec<String> {
        // By text, since that is how an answer comes.
        let emails: Vec<EmailAddress> =
            wrapped_list(&mut serde_json::Deserializer::from_str(&value.to_string())).unwrap();
        emails.into_iter().map(String::from).collect()
    }

    #[test]
    fn absent_and_null_are_nothing() {
        let nulls = json!({
            "text": null, "boolean": null, "customer_number": null, "street_number": null,
            "postal_code": null, "integer": null, "nested": null, "objects": null, "texts": null,
            "emails": null, "unknown": CANARY,
        });
        assert_eq!(model(nulls), Model::default());
        assert_eq!(model(json!({})), Model::default());
    }

    #[test]
    fn an_empty_text_is_nothing_unless_a_text_is_meant() {
        let empty = json!({
            "text": "", "boolean": "", "customer_number": "", "street_number": "",
            "postal_code": "", "integer": "", "nested": "", "objects": "", "texts": "",
            "emails": "",
        });
        assert_eq!(model(empty), Model { text: Some(String::new()), ..Model::default() });
    }

    #[test]
    fn a_text_may_come_as_a_number_or_boolean() {
        for (value, expected) in
            [(json!("a"), "a"), (json!(6), "6"), (json!(-1.5), "-1.5"), (json!(true), "true")]
        {
            assert_eq!(text(value).unwrap().as_deref(), Some(expected));
        }
        assert_eq!(texts(json!(["a", 6, true])), ["a", "6", "true"]);
    }

    #[test]
    fn a_number_may_come_as_a_text() {
        let numbers = model(json!({ "integer": "-6", "customer_number": "7", "street_number": "8" }));
        assert_eq!(numbers.integer, Some(-6));
        assert_eq!(numbers.customer_number.map(CustomerNumber::get), Some(7));
        assert_eq!(numbers.street_number.unwrap().as_u32(), Some(8));
    }

    #[test]
    fn a_boolean_may_come_as_a_text() {
        for value in [json!(true), json!("true"), json!("TRUE"), json!("1"), json!(1)] {
            assert_eq!(boolean(value).unwrap(), Some(true));
        }
        for value in [json!(false), json!("False"), json!("0"), json!(0)] {
            assert_eq!(boolean(value).unwrap(), Some(false));
        }
        assert!(boolean(json!("yes")).is_err());
        assert!(boolean(json!(2)).is_err());
    }

    #[test]
    fn a_list_may_come_as_its_single_element() {
        let of_one = model(json!({ "objects": [{ "text": "a" }] }));
        assert_eq!(model(json!({ "objects": { "text": "a" } })), of_one);
        assert_eq!(of_one.objects.len(), 1);
        assert_eq!(texts(json!("a")), ["a"]);
    }

    #[test]
    fn nothing_within_a_list_is_skipped() {
        assert_eq!(model(json!({ "objects": [null, { "text": "a" }, ""] })).objects.len(), 1);
        assert_eq!(texts(json!([null, "a", "", "b"])), ["a", "b"]);
        assert!(texts(json!([])).is_empty());
    }

    #[test]
    fn a_list_may_be_wrapped_in_an_object() {
        for value in
            [json!({ "email": ["a", "b"] }), json!({ "x": "a", "y": ["b"], "z": null }), json!(["a", "b"])]
        {
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
    fn a_wrong_kind_is_named_and_not_quoted() {
        let cases = [
            (json!({ "customer_number": CANARY }), "found a text that does not fit"),
            (json!({ "integer": CANARY }), "found a text that does not fit"),
            (json!({ "integer": [1] }), "found a list, expected one element"),
            (json!({ "nested": CANARY }), "found a text that does not fit"),
            (json!({ "nested": 4711 }), "found a number that does not fit"),
            (json!({ "objects": [true] }), "found a boolean that does not fit"),
            (json!({ "boolean": CANARY }), "found something else, expected true or false"),
            (json!({ "text": { CANARY: CANARY } }), "found an object, expected a text, number or boolean"),
        ];
        for (value, message) in cases {
            assert_eq!(from_value::<Model>(value).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn an_error_tells_truncated_json_from_wrong_json() {
        let whole = r#"{"nested":{"objects":[{"text":"a"}],"emails":{"e":["a"]}},"texts":"b"}"#;
        assert!(from_str::<Model>(whole).is_ok());
        for end in 0..whole.len() {
            assert!(from_str::<Model>(&whole[..end]).unwrap_err().is_eof(), "{end}");
        }
        let error = from_str::<Model>(r#"{"nested":{"integer":"x"}}"#).unwrap_err();
        assert!(error.is_data());
        assert_eq!((error.line(), error.column()), (1, 24));
    }

    /// A field's value in one of the shapes that a list of these texts may come in.
    fn any_shape(texts: Vec<String>) -> impl Strategy<Value = (Vec<String>, Value)> {
        let single = texts.first().filter(|_| texts.len() == 1).map(|text| json!(text));
        let mut shapes =
            vec![json!(texts), json!({ "email": texts }), json!({ "a": null, "b": texts, "c": "" })];
        shapes.extend(single.iter().cloned());
        shapes.extend(single.map(|text| json!({ "email": text })));
        if texts.is_empty() {
            shapes.extend([json!(null), json!(""), json!({})]);
        }
        (Just(texts), prop::sample::select(shapes))
    }

    /// Replaces the texts and numbers of a JSON value by ones that are easy to find.
    fn planted(value: Value) -> Value {
        match value {
            Value::String(_) => json!(CANARY),
            Value::Number(number) if number.is_f64() => json!(4711.4711),
            Value::Number(_) => json!(47_114_711),
            Value::Array(items) => items.into_iter().map(planted).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(name, value)| (name, planted(value))).collect()
            }
            other => other,
        }
    }

    proptest! {
        #[test]
        fn every_shape_of_a_list_is_that_list(
            (texts, shape) in prop::collection::vec(".+", 0..4).prop_flat_map(any_shape),
        ) {
            prop_assert_eq!(emails(&shape), texts);
        }

        #[test]
        fn a_single_element_is_a_list_of_one(element in any_scalar()) {
            let single: Vec<String> = list(element.clone()).unwrap();
            prop_assert_eq!(list::<_, String>(json!([element])).unwrap(), single.clone());
            prop_assert_eq!(wrapped_list::<_, String>(json!({ "x": element })).unwrap(), single);
        }

        #[test]
        fn any_text_is_kept(value in any::<String>()) {
            prop_assert_eq!(text(json!(value)).unwrap(), Some(value));
        }

        #[test]
        fn scalars_always_decode_where_texts_are_meant(scalar in any_scalar()) {
            prop_assert!(text(scalar.clone()).is_ok());
            prop_assert!(optional::<_, StreetNumber>(scalar.clone()).is_ok());
            prop_assert!(optional::<_, PostalCode>(scalar.clone()).is_ok());
            prop_assert!(list::<_, EmailAddress>(scalar.clone()).is_ok());
            prop_assert!(wrapped_list::<_, EmailAddress>(scalar).is_ok());
        }

        #[test]
        fn any_json_is_decoded_or_refused_alike_from_text_and_tree(value in any_json()) {
            let json = value.to_string();
            // The last digit of a float may change on the way through text.
            let value: Value = from_str(&json).unwrap();
            macro_rules! alike {
                ($($read:expr),+ $(,)?) => {$(
                    let from_text = $read(&mut serde_json::Deserializer::from_str(&json)).ok();
                    prop_assert_eq!(from_text, $read(value.clone()).ok());
                )+};
            }
            alike!(
                text,
                boolean,
                optional::<_, Model>,
                list::<_, Model>,
                list::<_, String>,
                wrapped_list::<_, EmailAddress>,
                optional::<_, CustomerNumber>,
                optional::<_, StreetNumber>,
            );
        }

        #[test]
        fn no_error_and_no_debug_holds_a_value(
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
}
