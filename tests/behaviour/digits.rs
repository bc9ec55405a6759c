//! Values keep all their digits when they are read, in every field of every model of the contract.

use std::collections::BTreeMap;

use mediaconnect_contract::Outline;
use mediaconnect_contract::outline::{Field, Kind, Model, Schema};
use mediaconnect_tests::contract;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

macro_rules! for_each {
    ($($model:ident)*) => {
        fn each_model_comes_back(outline: &Outline) {
            $(comes_back::<mediaconnect_api::types::$model>(outline, stringify!($model));)*
        }

        fn each_model_keeps_digits(outline: &Outline) {
            $(keeps_digits::<mediaconnect_api::types::$model>(outline, stringify!($model));)*
        }
    };
}

mediaconnect_api::for_each_model!(for_each);

#[test]
fn what_is_read_is_written_so_that_it_is_read_again() {
    each_model_comes_back(&Outline::of(&contract()));
}

#[test]
fn no_number_is_read_with_other_digits() {
    each_model_keeps_digits(&Outline::of(&contract()));
}

fn comes_back<T: DeserializeOwned + Serialize + PartialEq>(outline: &Outline, name: &str) {
    let model = outline.model(name).expect("a model of the contract");
    let run = runner().run(&document(outline, model), |text| {
        let read: T = serde_json::from_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let written = serde_json::to_string(&read).expect("a model can be written");
        let again: T =
            serde_json::from_str(&written).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(again == read, "{} became {}", text, written);
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{name}: {failure}"));
}

fn keeps_digits<T: DeserializeOwned + Serialize>(outline: &Outline, name: &str) {
    for field in &outline.model(name).expect("a model of the contract").fields {
        let (start, end) = match &field.schema.kind {
            Kind::List { items, .. } if items.model().is_some() => continue,
            Kind::Object(_) | Kind::Map { .. } | Kind::Boolean => continue,
            Kind::List { wrapper: Some(member), .. } => (format!(r#"{{"{member}":["#), "]}"),
            Kind::List { wrapper: None, .. } => ("[".to_owned(), "]"),
            _ => (String::new(), ""),
        };
        let run = runner().run(&any_number(), |number| {
            let text = format!(r#"{{"{}":{start}{number}{end}}}"#, field.wire_name);
            match serde_json::from_str::<T>(&text) {
                Ok(read) => {
                    let written = serde_json::to_string(&read).expect("a model can be written");
                    prop_assert_eq!(digits(&value(&written, &field.wire_name)), digits(&number));
                }
                Err(_) => prop_assert!(!is_text(&field.schema), "a text accepts any number"),
            }
            Ok(())
        });
        run.unwrap_or_else(|failure| panic!("{name}, {}: {failure}", field.wire_name));
    }
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() })
}

fn is_text(schema: &Schema) -> bool {
    match &schema.kind {
        // A decimal amount is excluded, because its type refuses a number with more than 40 characters.
        Kind::Text if schema.format.as_deref() == Some("decimal") => false,
        Kind::List { items, .. } => is_text(items),
        kind => *kind == Kind::Text,
    }
}

/// Returns the scalar of a field, or the only element of its list, without quotation marks.
fn value(document: &str, field: &str) -> String {
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(document).expect("an object");
    members[field].get().trim_matches(['[', ']', '"']).to_owned()
}

fn any_number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[1-9][0-9]{0,24}",
        "-?(0|[1-9][0-9]{0,18})\\.[0-9]{1,19}",
        "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,9})?[eE][+-]?[0-9]{1,2}",
        prop::sample::select(vec![
            "9007199254740993",
            "9007199254740993.0",
            "123456789012345678901234",
            "101",
            "0.1",
            "-0",
            "1e3",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Returns the sign, the digits without leading and trailing zeros, and the power of ten.
fn digits(number: &str) -> (bool, String, i64) {
    let (is_negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_end_matches('0');
    let moved = exponent.parse::<i64>().expect("an exponent")
        - i64::try_from(fraction.len()).expect("the number is short")
        + i64::try_from(all.len() - significant.len()).expect("the number is short");
    let significant = significant.trim_start_matches('0').to_owned();
    if significant.is_empty() { (false, significant, 0) } else { (is_negative, significant, moved) }
}

/// Generates a JSON document for a model, in upstream's odd shapes. It contains only values that the client accepts.
fn document(outline: &Outline, model: &Model) -> BoxedStrategy<String> {
    let members = model.fields.iter().map(|field| prop::option::of(member(outline, field)));
    let members: Vec<_> = members.collect();
    members
        .prop_map(|members| format!("{{{}}}", members.into_iter().flatten().collect::<Vec<_>>().join(",")))
        .boxed()
}

fn member(outline: &Outline, field: &Field) -> BoxedStrategy<String> {
    let name = field.wire_name.clone();
    let nothing = Just("null".to_owned());
    let value = prop_oneof![9 => shape(outline, &field.schema), 1 => nothing];
    value.prop_map(move |value| format!(r#""{name}":{value}"#)).boxed()
}

fn shape(outline: &Outline, schema: &Schema) -> BoxedStrategy<String> {
    match &schema.kind {
        Kind::Object(Some(name)) => {
            let document = document(outline, outline.model(name).expect("a model of the contract"));
            prop_oneof![9 => document, 1 => Just(r#""""#.to_owned())].boxed()
        }
        Kind::List { items, wrapper } => {
            let element = shape(outline, items);
            let list =
                prop::collection::vec(element, 0..4).prop_map(|items| format!("[{}]", items.join(",")));
            match wrapper.clone() {
                None => list.boxed(),
                Some(member) => prop_oneof![
                    list.clone(),
                    list.prop_map(move |list| format!(r#"{{"count":1,"{member}":{list}}}"#))
                ]
                .boxed(),
            }
        }
        Kind::Boolean => prop::sample::select(vec!["true", "false", "\"TRUE\"", "0", "\"1\"", "\"\""])
            .prop_map(str::to_owned)
            .boxed(),
        Kind::Integer => {
            let whole = 1..=i64::MAX;
            prop_oneof![
                whole.clone().prop_map(|number| number.to_string()),
                whole.clone().prop_map(|number| format!("{number}.0")),
                whole.prop_map(|number| format!("\"{number}\"")),
                Just(r#""""#.to_owned()),
            ]
            .boxed()
        }
        Kind::Number => any_number().boxed(),
        Kind::Map { values } => {
            let value = values.as_ref().map_or_else(|| any_number().boxed(), |values| shape(outline, values));
            value.prop_map(|value| format!(r#"{{"a":{value}}}"#)).boxed()
        }
        Kind::Text if schema.format.as_deref() == Some("decimal") => Just("\"1.50\"".to_owned()).boxed(),
        Kind::Text => prop_oneof![
            any::<String>().prop_map(|text| serde_json::to_string(&text).expect("JSON")),
            prop::sample::select(["NO", "IS", "mobile"].as_slice()).prop_map(|text| format!("\"{text}\"")),
            any_number(),
            any::<bool>().prop_map(|value| value.to_string()),
        ]
        .boxed(),
        other => panic!("a shape for {other:?} is missing: add one"),
    }
}
