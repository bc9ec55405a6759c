//! The rules for metadata: descriptions, evidence, sensitivity and extensions.

use serde_json::Value;

#[cfg(feature = "lint")]
use super::grammar::Object;
use super::{Lint, rules};
#[cfg(feature = "lint")]
use crate::contract::escape;
use crate::defaults;
use crate::outline::{Field, Kind};

const EVIDENCE: [&str; 4] = ["documented", "example", "third-party", "inferred"];
const SENSITIVITY: [&str; 3] = ["personal", "secret", "none"];

impl Lint<'_> {
    pub(super) fn evidence(&mut self, pointer: &str, evidence: Option<&str>, needed: bool) {
        let message = match evidence {
            Some(known) if EVIDENCE.contains(&known) => return,
            Some(other) => format!("x-evidence: {other} is unknown"),
            None if needed => "nothing says where this is known from".to_owned(),
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
                "there is no description".to_owned(),
                "say in a line, in your own words, what it is",
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
            // An object needs no sensitivity, because its fields have their own.
            None if matches!(field.schema.kind, Kind::Object(Some(_))) => {}
            None => self.report(
                &field.pointer,
                &rules::SENSITIVITY,
                format!("nothing says whether {} is personal data", field.wire_name),
                "add x-sensitivity: personal, secret or none; when in doubt, personal",
            ),
        }
    }

    #[cfg(feature = "lint")]
    pub(super) fn descriptions_of_parts(&mut self) {
        for object in [Object::Server, Object::SecurityScheme, Object::Header, Object::Tag] {
            for node in self.nodes(object) {
                if is_blank(node.value.get("description")) {
                    self.undescribed(&node.pointer);
                }
            }
        }
        for node in self.nodes(Object::Flow) {
            let scopes = node.value.get("scopes").and_then(Value::as_object);
            for (scope, text) in scopes.into_iter().flatten() {
                if is_blank(Some(text)) {
                    self.undescribed(&format!("{}/scopes/{}", node.pointer, escape(scope)));
                }
            }
        }
    }

    #[cfg(feature = "lint")]
    fn undescribed(&mut self, pointer: &str) {
        self.report(
            pointer,
            &rules::DESCRIBED,
            "there is no description".to_owned(),
            "say in a line, in your own words, what it is",
        );
    }

    /// Checks the value of an extension. `openapi/README.md` explains the extensions.
    pub(super) fn extension(&mut self, pointer: &str, key: &str, value: &Value) {
        let (is_it, what) = match key {
            "x-evidence" => (is_one_of(value, &EVIDENCE), "documented, example, third-party or inferred"),
            "x-sensitivity" => (is_one_of(value, &SENSITIVITY), "personal, secret or none"),
            "x-safe-to-repeat" => (value.is_boolean(), "true or false"),
            // The rule `success-rule` checks it.
            "x-success" => (true, ""),
            // Joining the files applies the key and removes it, so here it is in a wrong place.
            defaults::KEY => (false, "at the top of the first file"),
            "x-error-mark" => (value.is_boolean(), "true or false"),
            "x-aliases" => (are_aliases(value), "a list of texts for each value"),
            "x-extensible-enum" => (value.is_array(), "a list of values"),
            "x-odd-examples" => (value.is_array(), "a list of examples"),
            "x-enum-descriptions" => (value.is_object(), "a text for each value"),
            "x-list-wrapper" | "x-environment" | "x-token-url" | "x-sunset" | "x-deprecation-note"
            | "x-method" | "x-accessor" => (value.is_string(), "a text"),
            _ => (false, "an extension that openapi/README.md explains"),
        };
        // If the rule named after the extension has reported this node, its message is more precise.
        let node = self.contract.location(pointer.rsplit_once('/').map_or("", |(node, _)| node)).pointer;
        let is_known =
            self.findings.iter().any(|(rule, finding)| key[2..] == *rule.name && finding.pointer == node);
        if !is_it && !is_known {
            self.report(
                pointer,
                &rules::EXTENSION,
                format!("{key} should be {what}"),
                "correct it; a new extension goes into openapi/README.md and the lint",
            );
        }
    }
}

fn are_aliases(value: &Value) -> bool {
    let are_texts =
        |all: &Value| all.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string));
    value.as_object().is_some_and(|values| values.values().all(are_texts))
}

fn is_one_of(value: &Value, known: &[&str]) -> bool {
    value.as_str().is_some_and(|value| known.contains(&value))
}

#[cfg(feature = "lint")]
fn is_blank(text: Option<&Value>) -> bool {
    text.and_then(Value::as_str).is_none_or(|text| text.trim().is_empty())
}
