//! Decodes JSON of responses within a memory limit, and finds the path of a value that cannot be decoded.

mod follow;
mod walk;

use std::borrow::Cow;
use std::collections::BTreeSet;

use mediaconnect_api::types::WIRE_NAMES;
use mediaconnect_api::wire::bounds;
use mediaconnect_api::wire::lenient::REPEATED;
use mediaconnect_api::wire::scalar::in_one_pass;
use serde::de::DeserializeOwned;

use self::follow::follow;
use self::walk::walk;
use crate::decode_error::DecodeError;

/// The maximum memory of all lists in a model, in bytes. It is eight times the size limit of a response body.
const MAX_LISTS: usize = 64 * 1024 * 1024;

/// The fields of a token response. An error may contain these names, because they are not personal data.
const TOKEN_FIELDS: [&str; 4] = ["access_token", "token_type", "expires_in", "refresh_token"];

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    // Nearly all bodies can be decoded in one pass. If that fails, the body is decoded again in a slower way that keeps
    // the digits of every number.
    in_one_pass(|| read_once(body)).or_else(|_| read_once(body))
}

fn read_once<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    // Checking UTF-8 once for the whole body is cheaper than for each string. A body with invalid UTF-8 is still
    // decoded, because the client may skip the fields with the invalid strings.
    within_bounds(|| match str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    })
}

/// Decodes with [`MAX_LISTS`] as the memory limit of all lists.
pub(crate) fn within_bounds<T>(read: impl FnOnce() -> T) -> T {
    bounds::within(MAX_LISTS, read)
}

/// Decodes a body again, to find the value that cannot be decoded.
pub(crate) fn locate<T: DeserializeOwned>(body: &[u8]) -> DecodeError {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let (read, trail) = within_bounds(|| follow::<T, _>(&mut deserializer));
    let Err(error) = read else { return DecodeError::NotJson };
    let names = trail.names;
    let (mut steps, found) = walk(body, &trail.failed.unwrap_or_default());
    // Only messages of this project and of serde's derive are recognised. Other messages may quote values, so they are
    // dropped.
    let message = error.to_string();
    let quoted = |start: &str| message.strip_prefix(start)?.split('`').next();
    if message.starts_with(bounds::TOO_MANY) {
        return DecodeError::TooMany { path: path_of(&steps, &names) };
    }
    if let Some(field) = quoted("missing field `").and_then(|field| names.get(field)) {
        return DecodeError::Missing { path: path_of(&steps, &names), field };
    }
    if message.starts_with("unknown field `") {
        return DecodeError::Field { path: path_of(&steps, &names), found: "field" };
    }
    let repeated = quoted("duplicate field `");
    if let Some(field) = repeated {
        steps.push(Step::Field(field.into()));
    }
    if repeated.is_some() || message.starts_with(REPEATED) {
        return repeated_at(&steps, &names);
    }
    DecodeError::Field { path: path_of(&steps, &names), found }
}

/// Returns the field names of the types that are decoded from a body. If decoding fails, returns the names that were
/// collected until then.
pub(crate) fn names_of<T: DeserializeOwned>(body: &[u8]) -> Names {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    within_bounds(|| follow::<T, _>(&mut deserializer)).1.names
}

pub(crate) fn repeated_at(steps: &[Step<'_>], names: &Names) -> DecodeError {
    DecodeError::Field { path: path_of(steps, names), found: "second value" }
}

#[derive(Clone)]
pub(crate) enum Step<'a> {
    Item(usize),
    Field(Cow<'a, str>),
}

/// The field names of the types that a response is decoded into. They are not personal data, because they come from the
/// source code and not from a response.
pub(crate) type Names = BTreeSet<&'static str>;

/// Returns the path of a value, such as `customers[1].emails`.
///
/// A key is written as `?` if neither the contract nor `names` has it, because such a key may be personal data.
pub(crate) fn path_of(steps: &[Step<'_>], names: &Names) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Item(index) => path.extend(["[", &index.to_string(), "]"]),
            Step::Field(name) => {
                let name = name.as_ref();
                let is_known =
                    WIRE_NAMES.contains(&name) || TOKEN_FIELDS.contains(&name) || names.contains(name);
                path.extend([if path.is_empty() { "" } else { "." }, if is_known { name } else { "?" }]);
            }
        }
    }
    if path.is_empty() { TOP.to_owned() } else { path }
}

/// The path of the whole document.
pub(crate) const TOP: &str = "the top";

#[cfg(test)]
mod tests {
    use mediaconnect_api::types::{CustomerInfo, CustomerSearchResponse};

    use super::*;

    /// Decodes a body that causes an error, and returns the text of the error. A body with `customers` is decoded as a
    /// search result, and any other body as a customer.
    fn problem(body: &str) -> String {
        let is_search = body.contains("customers");
        let problem = if is_search {
            locate::<CustomerSearchResponse>(body.as_bytes())
        } else {
            locate::<CustomerInfo>(body.as_bytes())
        };
        problem.to_string()
    }

    #[test]
    fn a_number_that_would_change_is_refused_with_its_field() {
        for (body, expected) in [
            (r#"{"customerNumber": 9007199254740993.5}"#, "unexpected number at customerNumber"),
            (r#"{"customerNumber": 123456789012345678901234}"#, "unexpected number at customerNumber"),
            (
                r#"{"customers": [{}, {"customerNumber": 1e30}]}"#,
                "unexpected number at customers[1].customerNumber",
            ),
            (r#"{"emails": 123456789012345678901234}"#, "unexpected number at emails"),
        ] {
            assert_eq!(problem(body), expected, "{body}");
        }
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused_with_its_path() {
        for (body, path) in [
            (r#"{"customerNumber": 1, "customerNumber": 1}"#, "customerNumber"),
            (r#"{"customerNumber": null, "customerNumber": 1}"#, "customerNumber"),
            (r#"{"emails": [], "emails": ["a"]}"#, "emails"),
            (r#"{"name": {"lastName": "a", "lastName": "b"}}"#, "name.lastName"),
            (r#"{"customers": [{}, {"postalCode": 1, "postalCode": 1}]}"#, "customers[1].postalCode"),
            (r#"{"customers": {"emails": {"email": "a", "email": "b"}}}"#, "customers.emails"),
        ] {
            assert_eq!(problem(body), format!("unexpected second value at {path}"), "{body}");
        }
    }

    #[test]
    fn more_elements_than_may_be_read_are_named_as_such() {
        let customers = |count: usize| format!(r#"{{"customers":[{}]}}"#, vec!["{}"; count].join(","));
        let found = read::<CustomerSearchResponse>(customers(500).as_bytes()).unwrap();
        assert_eq!(found.customers.len(), 500);
        assert!(
            problem(&customers(501)).starts_with("at customers, the body has more elements"),
            "{}",
            problem(&customers(501))
        );
    }

    #[test]
    fn lists_in_lists_share_the_memory_that_they_may_take() {
        let credentials = vec!["{}"; 90_000].join(",");
        let user = format!(r#"{{"credentials":[{credentials}]}}"#);
        let body = format!(r#"{{"attachedUsers":[{}]}}"#, vec![user.as_str(); 20].join(","));
        assert!(read::<CustomerInfo>(body.as_bytes()).is_err());
        let DecodeError::TooMany { path } = locate::<CustomerInfo>(body.as_bytes()) else {
            panic!("refused")
        };
        assert!(path.starts_with("attachedUsers[") && path.ends_with("].credentials"), "{path}");
    }
}
