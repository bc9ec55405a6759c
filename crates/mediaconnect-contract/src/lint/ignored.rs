//! The rules for keys of a schema that the generator would ignore.

use serde_json::Value;

use super::{Lint, rules};
use crate::pointer::annotated_reference;

/// The extensions that are read beside the `allOf` of a field.
const ANNOTATIONS: [&str; 4] = ["x-sensitivity", "x-evidence", "x-sunset", "x-deprecation-note"];

impl Lint<'_> {
    pub(super) fn ignored_keys(&mut self, pointer: &str, schema: &Value) {
        for key in ["readOnly", "writeOnly"] {
            if schema.get(key) == Some(&Value::Bool(true)) {
                self.report(
                    &format!("{pointer}/{key}"),
                    &rules::ONE_DIRECTION,
                    format!("{key} has no effect, because requests and responses have the same Rust type"),
                    "use two schemas: one for requests and one for responses",
                );
            }
        }
        if annotated_reference(schema).is_none() {
            return;
        }
        for (key, _) in schema.as_object().into_iter().flatten() {
            if key.starts_with("x-") && !ANNOTATIONS.contains(&key.as_str()) {
                self.report(
                    &format!("{pointer}/{key}"),
                    &rules::COMPOSITION,
                    format!("{key} has no effect beside an allOf"),
                    "move the extension to the target of the $ref, or write the schema here without allOf",
                );
            }
        }
    }
}
