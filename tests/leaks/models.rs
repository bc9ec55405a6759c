//! Every model of the contract prints the names of its fields, and nothing else.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::assert_silence;
use crate::canaries::found_in;
use crate::capture::listen;
use crate::documents::Documents;
use crate::operations::print;

/// Checks that the `Debug` output of a model contains its field names and no values. If the output differs, returns it
/// as an error.
///
/// A derived `Debug` has another output, so it is detected even if all field types hide their values.
pub(crate) fn check<T: Debug + DeserializeOwned + Serialize>(
    documents: &Documents,
    model: &str,
) -> Result<(), String> {
    let document = documents.poisoned(model);
    let value: T = serde_json::from_value(document.clone()).expect("a poisoned document can be read");
    let written = serde_json::to_value(&value).expect("a model can be written");
    assert_eq!(canaries(&written), canaries(&document), "{model} must contain all canaries of its document");
    print(&value);
    let printed = format!("{value:?}");
    if printed == documents.debug(model) { Ok(()) } else { Err(printed) }
}

fn canaries(document: &serde_json::Value) -> usize {
    match document {
        serde_json::Value::Object(members) => members.values().map(canaries).sum(),
        serde_json::Value::Array(items) => items.iter().map(canaries).sum(),
        other => found_in(&other.to_string()).len().min(1),
    }
}

macro_rules! check_each {
    ($($model:ident)*) => {
        /// Returns the names of the checked models, each with its error if there is one.
        fn check_all(documents: &Documents) -> Vec<(&'static str, Result<(), String>)> {
            vec![$((stringify!($model), check::<mediaconnect_api::types::$model>(documents, stringify!($model)))),*]
        }
    };
}

mediaconnect_api::for_each_model!(check_each);

#[test]
fn every_model_prints_its_fields_and_no_value() {
    listen();
    let documents = Documents::new();
    let checked = check_all(&documents);
    let names: Vec<_> = checked.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, documents.models(), "no model of the contract is left out");
    for (model, outcome) in checked {
        assert_eq!(outcome, Ok(()), "the Debug output of {model} has more than the names of its fields");
    }
    assert_silence();
}
