//! The key of a read, and the customers that it is about.

use std::slice;

use mediaconnect_api::operation::Operation;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::token::Owner;

/// The ends of the names of fields that hold customer numbers, in lower case.
const CUSTOMERS: [&str; 2] = ["customernumber", "customernumbers"];

/// One read: whose token it is made with, the operation and all of its values.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Key {
    owner: Owner,
    operation: &'static str,
    values: String,
    subjects: Subjects,
}

/// The customers that a request names.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Subjects(Vec<String>);

impl Key {
    pub(crate) fn new<O: Operation>(owner: Owner, operation: &O) -> Result<Self> {
        let values = json(operation)?;
        let subjects = Subjects::of(&values);
        Ok(Self { owner, operation: O::INFO.id, values: values.to_string(), subjects })
    }

    pub(super) fn subjects(&self) -> &Subjects {
        &self.subjects
    }

    pub(super) fn size(&self) -> usize {
        self.values.len()
    }
}

impl Subjects {
    /// The customers that an operation names. If it cannot be told, none: then it may be about any.
    pub(crate) fn in_operation(operation: &impl Operation) -> Self {
        json(operation).map(|values| Self::of(&values)).unwrap_or_default()
    }

    pub(super) fn of(values: &Value) -> Self {
        let mut customers = Vec::new();
        collect(values, &mut customers);
        customers.sort();
        Self(customers)
    }

    pub(super) fn customers(&self) -> &[String] {
        &self.0
    }
}

fn json(operation: &impl Serialize) -> Result<Value> {
    // The serializer's own message may quote the values.
    serde_json::to_value(operation)
        .map_err(|_| Error::configuration("the operation cannot be written as JSON"))
}

fn collect(values: &Value, customers: &mut Vec<String>) {
    match values {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.to_lowercase();
                if CUSTOMERS.iter().any(|end| name.ends_with(end)) {
                    let numbers = value.as_array().map_or(slice::from_ref(value), Vec::as_slice);
                    customers.extend(numbers.iter().filter_map(number));
                } else {
                    collect(value, customers);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, customers)),
        _ => {}
    }
}

fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn customers_are_found_wherever_they_are_named() {
        let values = json!({
            "customerNumber": 1, "body": { "payers": [{ "invoiceCustomerNumber": "2" }], "customer": 3, "customerNumbers": [4] },
        });
        assert_eq!(Subjects::of(&values).customers(), ["1", "2", "4"]);
    }
}
