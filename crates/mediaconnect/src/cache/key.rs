//! The key of a read in the cache, and the customers that it names.

use std::slice;

use mediaconnect_api::operation::Operation;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::store::ResponseKey;
use crate::error::{Error, Result};
use crate::token::Owner;

/// A field contains customer numbers if its name, in lower case, ends with one of these words.
const CUSTOMERS: [&str; 2] = ["customernumber", "customernumbers"];

/// Identifies a read by the owner of its token, the operation and all values of the operation.
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

    /// Returns the approximate size of the key's contents, in bytes.
    pub(super) fn size(&self) -> usize {
        let token = match &self.owner {
            Owner::Token(token) => token.expose_secret().len(),
            Owner::Client | Owner::UnknownClient | Owner::Source(_) => 0,
        };
        let customers: usize = self.subjects.0.iter().map(|number| size_of::<String>() + number.len()).sum();
        token + self.values.len() + customers
    }

    /// Returns the key of the response in a store that several processes share. Returns `None` if other processes
    /// cannot identify the owner of the token.
    pub(super) fn shared(&self) -> Option<ResponseKey> {
        let owner = match &self.owner {
            Owner::Client => "",
            Owner::Token(token) => token.expose_secret(),
            Owner::UnknownClient | Owner::Source(_) => return None,
        };
        let parts = [owner, self.operation, &self.values];
        let length = parts.iter().map(|part| 8 + part.len()).sum();
        let mut request = Zeroizing::new(Vec::with_capacity(length));
        for part in parts {
            // Each part is preceded by its length, so that different reads never have the same bytes.
            request.extend_from_slice(&(part.len() as u64).to_be_bytes());
            request.extend_from_slice(part.as_bytes());
        }
        Some(ResponseKey::new(request, self.subjects.customers().to_vec()))
    }
}

impl Subjects {
    /// Returns the customers that an operation names. An empty result means that the operation may affect any customer.
    /// The result is also empty if the operation cannot be written as JSON.
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
    // The serializer's message is dropped, because it may quote values.
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

    #[test]
    fn each_owner_has_keys_of_its_own_in_a_store() {
        let key =
            |owner| Key { owner, operation: "op", values: "{}".to_owned(), subjects: Subjects::default() };
        let shared = |owner| key(owner).shared().map(|key| key.request().to_vec());
        let token = |token: &str| Owner::Token(token.to_owned().into());
        let keys = [shared(Owner::Client), shared(token("a")), shared(token("b"))];
        assert!(keys.iter().all(Option::is_some) && keys[0] != keys[1] && keys[1] != keys[2]);
        assert_eq!(shared(Owner::Source(1)), None);
        assert_eq!(shared(Owner::UnknownClient), None);
    }

    #[test]
    fn the_size_of_a_key_counts_its_token_and_its_customers() {
        let key = |owner, customers: usize| Key {
            owner,
            operation: "op",
            values: "{}".to_owned(),
            subjects: Subjects(vec!["563457".to_owned(); customers]),
        };
        let plain = key(Owner::Client, 0).size();
        assert_eq!(key(Owner::Token("x".repeat(5_000).into()), 0).size(), plain + 5_000);
        assert!(key(Owner::Client, 100).size() >= plain + 600);
    }
}
