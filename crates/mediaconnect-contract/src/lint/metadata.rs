//! The rules for metadata: descriptions, evidence, sensitivity and extensions.

use serde_json::Value;

use super::Lint;
use crate::defaults;
use crate::outline::{Field, Kind};
use crate::rules::{self, Rule};

const EVIDENCE: [&str; 4] = ["documented", "example", "third-party", "inferred"];
const SENSITIVITY: [&str; 3] = ["personal", "secret", "none"];

impl Lint<'_> {
    pub(super) fn evidence(&mut self, pointer: &str, evidence: Option<&str>, needed: bool) {
        let message = match evidence {
            Some(known) if EVIDENCE.contains(&known) => return,
            Some(other) => format!("x-evidence: {other} is unknown"),
            None if needed => "x-evidence is missing".to_owned(),
            None => return,
        };
        self.report(
            pointer,
            &rules::EVIDENCE,
            message,
            "add x-evidence: documented, example, third-party or inferred",
        );
    }

    pub(super) fn description(&mut self, pointer: &str, description: Option<&str>) {
        if description.is_none_or(|text| text.trim().is_empty()) {
            self.report(
                pointer,
                &rules::DESCRIPTION,
                "the description is missing".to_owned(),
                "describe it in one line, in your own words",
            );
        }
    }

    pub(super) fn sensitivity(&mut self, field: &Field) {
        match field.sensitivity.as_deref() {
            Some(known) if SENSITIVITY.contains(&known) => {}
            Some(other) => self.report(
                &field.pointer,
                &rules::SENSITIVITY,
                format!("x-sensitivity: {other} is unknown"),
                "use personal, secret or none",
            ),
            // An object needs no sensitivity, because each of its fields has one.
            None if matches!(field.schema.kind, Kind::Object(Some(_))) => {}
            None => self.report(
                &field.pointer,
                &rules::SENSITIVITY,
                format!("{} has no x-sensitivity", field.wire_name),
                "add x-sensitivity: personal, secret or none; when in doubt, personal",
            ),
        }
    }

    fn is_at_model(&self, extension: &str) -> bool {
        let schema = extension.rsplit_once('/').map(|(schema, _)| schema);
        self.outline.models.iter().any(|model| Some(model.pointer.as_str()) == schema)
    }

    /// Checks the value of an extension. `openapi/README.md` explains the extensions.
    pub(super) fn extension(&mut self, pointer: &str, key: &str, value: &Value) {
        let (is_valid, expected) = match key {
            "x-evidence" => (is_one_of(value, &EVIDENCE), "documented, example, third-party or inferred"),
            "x-sensitivity" => (is_one_of(value, &SENSITIVITY), "personal, secret or none"),
            "x-safe-to-retry" => (value.is_boolean(), "true or false"),
            // The rule `success-rule` checks this value.
            "x-success" => (true, ""),
            // This key is valid only at the top level of the first file, and `join` removes it from there. If the key
            // still exists, its place is wrong.
            defaults::KEY => (false, "at the top of the first file"),
            "x-error-mark" => (
                value.is_boolean() && pointer.starts_with("/components/schemas/ErrorBody/"),
                "a boolean in a property of the schema ErrorBody",
            ),
            "x-send-empty" => (value == &Value::Bool(true), "true"),
            "x-aliases" => (are_aliases(value), "a list of strings for each value"),
            "x-extensible-enum" => {
                (are_strings(value), "a list of strings; quote a value that looks like a number or a boolean")
            }
            // The rule `combination` checks the value.
            "x-exclusive" | "x-together" => (self.is_at_model(pointer), "at an object of components/schemas"),
            "x-odd-examples" => (value.is_array(), "a list of examples"),
            "x-enum-descriptions" => (value.is_object(), "a string for each value"),
            "x-list-wrapper" | "x-environment" | "x-token-url" | "x-sunset" | "x-deprecation-note"
            | "x-method" | "x-accessor" => (value.is_string(), "a string"),
            _ => (false, "an extension that openapi/README.md explains"),
        };
        let node = self.contract.location(pointer.rsplit_once('/').map_or("", |(node, _)| node)).pointer;
        let is_reported = own_rule(key).is_some_and(|own| {
            self.findings.iter().any(|(rule, finding)| *rule == own && finding.pointer == node)
        });
        if !is_valid && !is_reported {
            self.report(
                pointer,
                &rules::EXTENSION,
                format!("{key} must be {expected}"),
                "correct it, or add the new extension to openapi/README.md and to the lint",
            );
        }
    }
}

/// Returns the other rule that also checks the value of the extension. If that rule has reported the value, the rule
/// `extension` does not report it again.
fn own_rule(key: &str) -> Option<&'static Rule> {
    match key {
        "x-accessor" => Some(&rules::ACCESSOR),
        "x-evidence" => Some(&rules::EVIDENCE),
        "x-method" => Some(&rules::METHOD),
        "x-safe-to-retry" => Some(&rules::SAFE_TO_RETRY),
        "x-sensitivity" => Some(&rules::SENSITIVITY),
        _ => None,
    }
}

fn are_aliases(value: &Value) -> bool {
    value.as_object().is_some_and(|values| values.values().all(are_strings))
}

fn are_strings(value: &Value) -> bool {
    value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string))
}

fn is_one_of(value: &Value, known: &[&str]) -> bool {
    value.as_str().is_some_and(|value| known.contains(&value))
}
