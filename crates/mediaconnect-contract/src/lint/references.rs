//! The version, and references.

use serde_json::Value;

use super::{Lint, rules};
use crate::contract::escape;

impl Lint<'_> {
    pub(super) fn version(&mut self) {
        let version = self.contract.document().get("openapi").and_then(Value::as_str).unwrap_or("none");
        if !version.starts_with("3.0.") {
            self.report(
                "/openapi",
                &rules::OPENAPI_VERSION,
                format!("the version is {version}; the generator reads OpenAPI 3.0 only"),
                "write `openapi: 3.0.3`, and what 3.1 has in the terms of 3.0",
            );
        }
        for key in ["info", "paths"] {
            if !self.contract.document().get(key).is_some_and(Value::is_object) {
                self.report(
                    &format!("/{key}"),
                    &rules::OPENAPI_STRUCTURE,
                    format!("`{key}` is missing or not an object"),
                    "add it; openapi-spec-validator tells what OpenAPI wants there",
                );
            }
        }
    }

    pub(super) fn references(&mut self, pointer: &str, node: &Value) {
        match node {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref") {
                    self.reference(pointer, target, members.keys().filter(|key| *key != "$ref"));
                }
                for (key, value) in members {
                    self.references(&format!("{pointer}/{}", escape(key)), value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.references(&format!("{pointer}/{index}"), item);
                }
            }
            _ => {}
        }
    }

    fn reference<'k>(&mut self, pointer: &str, target: &Value, siblings: impl Iterator<Item = &'k String>) {
        if self.contract.resolve(pointer).is_none() {
            let target = target.as_str().unwrap_or("a reference that is no text");
            self.report(
                pointer,
                &rules::REFERENCE,
                format!("{target} leads nowhere"),
                "name a component of this document; other files and circles are not followed",
            );
        }
        for sibling in siblings {
            self.report(
                &format!("{pointer}/{}", escape(sibling)),
                &rules::REFERENCE_SIBLINGS,
                format!("{sibling} stands beside a $ref, so readers of OpenAPI 3.0 ignore it"),
                "put it where the $ref leads; if it is about this place only, write `allOf: [{$ref: …}]` with it",
            );
        }
    }
}
