//! Checks the examples of a page against the contract.

use mediaconnect_contract::outline::{Kind, Outline, Schema};
use mediaconnect_contract::pointer::escape;
use mediaconnect_contract::{Contract, Finding};
use serde_json::Value;
use xtask::compare::Direction;

/// Returns a finding for each value of an example that the client cannot decode, and for each member that the contract
/// does not have.
pub(super) fn mismatches(
    outline: &Outline,
    schema: &Schema,
    example: &Contract,
    direction: Direction,
) -> Vec<Finding> {
    let mut walk = ExampleCheck { outline, example, direction, findings: Vec::new() };
    walk.value(schema, example.document(), "");
    walk.findings
}

struct ExampleCheck<'a> {
    outline: &'a Outline,
    example: &'a Contract,
    direction: Direction,
    findings: Vec<Finding>,
}

impl ExampleCheck<'_> {
    fn value(&mut self, schema: &Schema, value: &Value, at: &str) {
        // Upstream writes null or an empty string if a value is absent, so neither is a mismatch.
        if value.is_null() || value.as_str() == Some("") {
            return;
        }
        match (&schema.kind, value) {
            (Kind::List { items, .. }, Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(items, value, &format!("{at}/{index}"));
                }
            }
            (Kind::List { items, wrapper: Some(member) }, Value::Object(members))
                if members.contains_key(member) =>
            {
                let inner =
                    Schema { kind: Kind::List { items: items.clone(), wrapper: None }, ..schema.clone() };
                self.value(&inner, &members[member], &format!("{at}/{}", escape(member)));
            }
            // A list with one item may be written as the item alone.
            (Kind::List { items, .. }, _) => self.value(items, value, at),
            (Kind::Object(_), Value::Object(members)) => {
                let fields = self.outline.fields(schema);
                for (name, value) in members {
                    let at = format!("{at}/{}", escape(name));
                    match fields.iter().find(|field| field.wire_name == *name) {
                        Some(field) => self.value(&field.schema, value, &at),
                        None => self
                            .report(&at, format!("the example has {name}, which the contract does not have")),
                    }
                }
            }
            (Kind::Map { values: Some(inner) }, Value::Object(members)) => {
                for (name, value) in members {
                    self.value(inner, value, &format!("{at}/{}", escape(name)));
                }
            }
            _ if !decodes(&schema.kind, value) => {
                self.report(
                    at,
                    format!(
                        "the contract cannot decode this value of the example; it expects {}",
                        name(&schema.kind)
                    ),
                );
            }
            _ if !is_known(schema, value) && (self.direction == Direction::Sent || !schema.open) => {
                self.report(
                    at,
                    "the example has a value that the contract's enumeration does not list".to_owned(),
                );
            }
            _ => {}
        }
    }

    fn report(&mut self, at: &str, message: String) {
        let help = "compare the example with the fields of the page: the example, the fields or the contract is \
         out of date";
        self.findings.push(self.example.finding(at, "example", message, help));
    }
}

/// Returns true if the client can decode a value.
fn decodes(kind: &Kind, value: &Value) -> bool {
    let text = value.as_str();
    match kind {
        Kind::Text => !value.is_array() && !value.is_object(),
        Kind::Integer => {
            text.map_or_else(|| value.is_i64() || value.is_u64(), |text| text.parse::<i64>().is_ok())
        }
        Kind::Number => text.map_or_else(|| value.is_number(), |text| text.parse::<f64>().is_ok()),
        Kind::Boolean => {
            let word = |text: &str| ["true", "false", "1", "0"].contains(&text.to_ascii_lowercase().as_str());
            value.is_boolean() || text.is_some_and(word) || matches!(value.as_i64(), Some(0 | 1))
        }
        Kind::Map { values: None } => value.is_object(),
        Kind::Object(_) | Kind::Map { .. } | Kind::List { .. } => false,
        Kind::Other(_) => true,
    }
}

/// Returns true if an enumeration lists a value or one of its aliases.
fn is_known(schema: &Schema, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    let is_alias = schema.aliases().values().flatten().any(|alias| *alias == text);
    schema.values.is_empty() || is_alias || schema.values.iter().any(|one| one == text)
}

fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
        Kind::List { .. } => "a list",
        Kind::Object(_) | Kind::Map { .. } => "an object",
        Kind::Other(_) => "something else",
    }
}
