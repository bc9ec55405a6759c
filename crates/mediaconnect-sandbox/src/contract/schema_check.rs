//! Checks values against a schema of the contract.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use mediaconnect_contract::json_schema;
use mediaconnect_contract::outline::{Kind, Schema, field_groups};
use mediaconnect_contract::pointer::escape;
use serde_json::{Map, Value};

use super::Operations;
use crate::api_response::ApiResponse;

/// A schema and its validator. The validator is compiled when the first value is checked.
pub(crate) struct SchemaCheck {
    schema: Schema,
    validator: OnceLock<Result<Validator, String>>,
}

impl SchemaCheck {
    pub(crate) fn of(schema: &Schema) -> Self {
        Self { schema: schema.clone(), validator: OnceLock::new() }
    }

    /// Returns a message for each violation. The message contains the violated rule and the JSON pointer of the value,
    /// but never the value itself. `at` is the prefix of all these pointers.
    ///
    /// # Errors
    /// Returns an error if the schema is not valid.
    pub(crate) fn violations(
        &self,
        operations: &Operations,
        at: &str,
        value: &Value,
    ) -> Result<Vec<String>, ApiResponse> {
        let validator = self.validator.get_or_init(|| self.compile(operations));
        let validator = validator.as_ref().map_err(ApiResponse::not_implemented)?;
        let found = |value| -> Vec<String> {
            validator.iter_errors(value).map(|error| described(at, &error)).collect()
        };
        let mut violations = found(value);
        if let (Some(_), Value::Object(members)) = (self.schema.constraints.get("anyOf"), value) {
            let given = members.iter().filter(|(_, value)| is_given(value));
            let given: Map<_, _> = given.map(|(name, value)| (name.clone(), value.clone())).collect();
            violations.retain(|violation| !violation.contains(MISSING));
            violations.extend(found(&given.into()).into_iter().filter(|one| one.contains(MISSING)));
        }
        fields(operations, &self.schema, at, value, &mut violations);
        Ok(violations)
    }

    fn compile(&self, operations: &Operations) -> Result<Validator, String> {
        let document = operations.contract.document();
        let schema = document.pointer(&self.schema.pointer).unwrap_or(&Value::Bool(true));
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .with_format("path-segment", is_path_segment)
            .build(&json_schema::rooted(document, schema))
            .map_err(|error| {
                let place = operations.location(&self.schema.pointer);
                format!("The schema at {place} is not valid: {}.", error.masked())
            })
    }
}

/// Checks the contract's format `path-segment`: a string that every server treats as one segment of a path. It contains
/// no letter that a server replaces by others if it normalises Unicode (NFKC). The client has the same check.
fn is_path_segment(text: &str) -> bool {
    const REPLACED: [char; 5] = ['\u{132}', '\u{133}', '\u{13f}', '\u{140}', '\u{149}'];
    let is_plain = |letter: char| letter.is_ascii_graphic() && !r"/\?#%;".contains(letter);
    let is_latin = |letter: char| {
        ('\u{c0}'..='\u{17e}').contains(&letter) && letter.is_alphabetic() && !REPLACED.contains(&letter)
    };
    !matches!(text, "" | "." | "..") && text.chars().all(|letter| is_plain(letter) || is_latin(letter))
}

/// Adds the violations that the validator does not report: unknown fields, which upstream drops silently, and broken
/// rules of `x-exclusive` and `x-together`.
fn fields(operations: &Operations, schema: &Schema, at: &str, value: &Value, violations: &mut Vec<String>) {
    let unknown = |at: &str| format!("{at}: the contract has no such field");
    match (&schema.kind, value) {
        (Kind::List { items, wrapper: None }, Value::Array(list)) => {
            for (index, item) in list.iter().enumerate() {
                fields(operations, items, &format!("{at}/{index}"), item, violations);
            }
        }
        (Kind::List { items, wrapper: Some(member) }, Value::Object(members)) => {
            for (name, list) in members {
                let at = format!("{at}/{}", escape(name));
                if name != member {
                    violations.push(unknown(&at));
                }
                for (index, item) in list.as_array().into_iter().flatten().enumerate() {
                    fields(operations, items, &format!("{at}/{index}"), item, violations);
                }
            }
        }
        (_, Value::Object(members)) => {
            combinations(schema, at, members, violations);
            let known = operations.outline.fields(schema);
            // An object without documented fields may have any field, so no field of it is reported.
            for (name, member) in members.iter().filter(|_| !known.is_empty()) {
                let at = format!("{at}/{}", escape(name));
                match known.iter().find(|field| field.wire_name == *name) {
                    Some(field) => fields(operations, &field.schema, &at, member, violations),
                    None => violations.push(unknown(&at)),
                }
            }
        }
        _ => {}
    }
}

/// Adds a violation for each broken rule of `x-exclusive` and `x-together`.
fn combinations(schema: &Schema, at: &str, members: &Map<String, Value>, violations: &mut Vec<String>) {
    let at = shown(at);
    let groups = |key: &str| schema.constraints.get(key).map(field_groups).unwrap_or_default();
    let sent = |names: &[&str]| names.iter().filter(|name| members.get(**name).is_some_and(is_sent)).count();
    let all_given = |names: &[&str]| names.iter().all(|name| members.get(*name).is_some_and(is_given));
    for names in groups("x-exclusive").iter().filter(|names| sent(names) > 1) {
        violations.push(format!("{at}: at most one of these is allowed: {}", names.join(", ")));
    }
    for names in groups("x-together").iter().filter(|names| sent(names) > 0 && !all_given(names)) {
        violations.push(format!("{at}: set either all of these fields or none: {}", names.join(", ")));
    }
}

/// Returns true if a member of an object counts as sent. A blank string counts, because the client sends it.
fn is_sent(value: &Value) -> bool {
    !value.is_null()
}

/// Returns true if a member of an object has a value. A blank string does not count.
fn is_given(value: &Value) -> bool {
    is_sent(value) && !value.as_str().is_some_and(is_blank)
}

/// Returns true if a string is empty or contains only whitespace. Upstream treats such a string as absent.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Returns a JSON pointer as messages show it. The pointer of the whole value is empty.
fn shown(pointer: &str) -> &str {
    if pointer.is_empty() { "/" } else { pointer }
}

const MISSING: &str = "one of these is missing";

fn described(at: &str, error: &ValidationError<'_>) -> String {
    let pointer = format!("{at}{}", error.instance_path().as_str());
    let pointer = shown(&pointer);
    match error.kind() {
        ValidationErrorKind::AnyOf { context } => {
            let ways: Vec<_> = context.iter().map(|branch| missing(branch)).collect();
            format!("{pointer}: {MISSING}: {}", ways.join(", or "))
        }
        _ => format!("{pointer}: {}", error.masked()),
    }
}

/// Returns the names of the fields that one branch of an `anyOf` requires and the value lacks. The names are from the
/// contract, so a message may contain them.
fn missing(branch: &[ValidationError<'_>]) -> String {
    let needs = branch.iter().map(|error| match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str().unwrap_or_default().to_owned(),
        other => other.keyword().to_owned(),
    });
    needs.collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violations(id: &str, body: &Value) -> String {
        let operations = Operations::of_the_contract();
        let rule = operations.get(id).unwrap().body.as_ref().unwrap();
        rule.violations(&operations, "", body).unwrap().join("; ")
    }

    #[test]
    fn the_documented_search_is_fine() {
        let operations = Operations::of_the_contract();
        let body = operations.get("searchCustomers").unwrap().facts.request.as_ref().unwrap();
        let media_type = body.pointer.strip_suffix("/schema").unwrap();
        let example = operations.contract.example(media_type).unwrap();
        assert_eq!(violations("searchCustomers", example), "");
    }

    #[test]
    fn a_search_that_breaks_the_rule_learns_what_is_missing() {
        let message = violations("searchCustomers", &json!({ "lastName": "Secret" }));
        assert!(message.contains("streetAddress + postalCode, or"), "{message}");
        assert!(message.ends_with("phoneNumber, or email"), "{message}");
    }

    #[test]
    fn blank_fields_do_not_meet_the_rule_of_a_search() {
        let missing = "/: one of these is missing";
        for blank in ["", " ", "\u{a0}\t"] {
            let body = json!({ "lastName": blank, "streetAddress": "Grubbegata", "postalCode": "0179" });
            assert!(violations("searchCustomers", &body).contains(missing), "{blank:?}");
            let body = json!({ "product": "CO27409", "uniqueId": blank });
            assert!(violations("checkAccess", &body).contains(missing), "{blank:?}");
        }
    }

    #[test]
    fn the_client_accepts_the_same_characters_in_a_path_segment() {
        for character in '\u{21}'..='\u{250}' {
            let text = format!("A{character}");
            let is_sent = text.parse::<mediaconnect_api::wire::ProductCode>().is_ok();
            assert_eq!(is_path_segment(&text), is_sent, "{character:?}");
        }
    }

    #[test]
    fn all_violations_are_named_by_pointer_and_none_quotes_a_value() {
        let long = "Hemmelig".repeat(10);
        let message = violations(
            "searchCustomers",
            &json!({
                "phoneNumber": "90Hemmelig", "email": "Hemmelig", "postalCode": 4711,
                "firstName": long, "countryCode": "hemmelig", "nickname": "Hemmelig",
            }),
        );
        for pointer in
            ["/phoneNumber:", "/email:", "/postalCode:", "/firstName:", "/countryCode:", "/nickname:"]
        {
            assert!(message.contains(pointer), "{pointer} in {message}");
        }
        assert!(!message.to_lowercase().contains("hemmelig") && !message.contains("4711"), "{message}");
    }

    #[test]
    fn fields_that_exclude_each_other_or_belong_together_are_checked() {
        let both = violations("searchOwnOrder", &json!({ "orderId": 9, "externalOrderId": "hemmelig" }));
        assert_eq!(both, "/: at most one of these is allowed: orderId, externalOrderId");
        let with = |external: Value| json!({ "orderId": 9, "externalOrderId": external });
        assert!(violations("searchOwnOrder", &with("".into())).contains(&both), "an empty string is sent");
        assert!(!violations("searchOwnOrder", &with(Value::Null)).contains(&both), "null counts as absent");
        let order = |coupon: Value| {
            let mut order = json!({ "orderLines": [{ "product": "CO27409" }] });
            order.as_object_mut().unwrap().extend(coupon.as_object().unwrap().clone());
            violations("registerOrder", &order)
        };
        let part = "/: set either all of these fields or none: marketingCouponCode, marketingCouponNumber";
        assert_eq!(order(json!({ "marketingCouponCode": "hemmelig" })), part);
        assert_eq!(order(json!({ "marketingCouponNumber": 7 })), part);
        assert_eq!(order(json!({ "marketingCouponCode": "A", "marketingCouponNumber": 7 })), "");
        // A blank string is sent, but upstream treats it as absent.
        assert_eq!(order(json!({ "marketingCouponCode": " " })), part);
        assert_eq!(order(json!({ "marketingCouponCode": " ", "marketingCouponNumber": 7 })), part);
    }

    #[test]
    fn unknown_fields_are_found_at_any_depth() {
        let message = violations(
            "changeOwnCustomerInfo",
            &json!({ "name": { "nick": "x" }, "phoneNumbers": [{ "phoneNumber": "+4712000999", "a/b": 1 }] }),
        );
        assert!(message.contains("/name/nick: the contract has no such field"), "{message}");
        assert!(message.contains("/phoneNumbers/0/a~1b: the contract has no such field"), "{message}");
        let message = violations(
            "changeOwnCustomerInfo",
            &json!({ "customerNumber": 1, "phoneNumbers": [{ "phoneNumberType": "pager" }] }),
        );
        assert!(message.contains("/customerNumber: the contract"), "{message}");
        assert!(
            message.contains("/phoneNumbers/0/phoneNumberType:") && !message.contains("pager"),
            "{message}"
        );
    }
}
