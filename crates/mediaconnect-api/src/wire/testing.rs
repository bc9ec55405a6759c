//! Helpers for the tests of several modules.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A value that must never be printed.
pub(super) const CANARY: &str = "CANARY-0f7e";

pub(super) fn any_scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{0,20}".prop_map(Value::from),
        prop::sample::select(vec![json!(""), json!("true"), json!("False"), json!("6B")]),
    ]
}

/// Any JSON. Some keys are field names of the tests' models.
pub(super) fn any_json() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        "[a-z]{0,3}",
        prop::sample::select(vec!["text", "nested", "objects", "texts", "emails", "integer", "email"])
            .prop_map(str::to_owned),
    ];
    any_scalar().prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
