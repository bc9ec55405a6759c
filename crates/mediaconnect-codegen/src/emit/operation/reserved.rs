//! Finds the values that a path parameter must not have. With such a value, the request would reach another operation.
//!
//! For example, `/privacy/access` is the path of an operation. The enterprise code `access` is therefore forbidden in
//! `/privacy/{enterpriseCode}`.

use std::collections::BTreeSet;

use mediaconnect_contract::outline::{Kind, Operation, Outline, Parameter};

use crate::wire_types::is_amount;

/// Returns the values that this parameter must not have. With such a value, the request would reach another operation.
/// An amount has no such values, because an amount is a number, and the fixed segments of paths are words.
pub(crate) fn reserved<'o>(
    outline: &'o Outline,
    operation: &Operation,
    parameter: &Parameter,
) -> BTreeSet<&'o str> {
    let schema = &parameter.field.schema;
    if parameter.location != "path" || schema.kind != Kind::Text || is_amount(schema) {
        return BTreeSet::new();
    }
    let name = format!("{{{}}}", parameter.field.wire_name);
    let own: Vec<&str> = operation.path.split('/').collect();
    let words = outline.operations.iter().filter_map(|other| {
        let segments: Vec<&str> = other.path.split('/').collect();
        let place = own.iter().position(|segment| *segment == name)?;
        let word = *segments.get(place).filter(|word| !word.contains('{'))?;
        let mut rest = own.iter().zip(&segments).enumerate().filter(|(index, _)| *index != place);
        let fits = own.len() == segments.len()
            && rest.all(|(_, (one, two))| can_be(operation, one, two) && can_be(other, two, one));
        fits.then_some(word)
    });
    words.collect()
}

/// Returns true if two path segments can have the same text in a request. `segment` is in the path of `operation`, and
/// `other` is in the path of another operation.
fn can_be(operation: &Operation, segment: &str, other: &str) -> bool {
    let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return segment == other || other.contains('{');
    };
    let is_number = operation
        .parameters
        .iter()
        .any(|parameter| parameter.field.wire_name == name && parameter.field.schema.kind == Kind::Integer);
    !is_number || other.contains('{') || other.parse::<i64>().is_ok()
}
