//! The rule for sunsets and deprecation notes.

use jiff::civil::Date;
use serde_json::Value;

use crate::lint::Lint;
use crate::lint::grammar::{Node, Object};
use crate::rules;

impl Lint<'_> {
    pub(super) fn deprecations(&mut self) {
        for object in [Object::Operation, Object::Parameter, Object::Header, Object::Schema] {
            for node in self.nodes(object) {
                self.deprecation(&node);
            }
        }
    }

    fn deprecation(&mut self, node: &Node<'_>) {
        let is_deprecated = node.value.get("deprecated") == Some(&Value::Bool(true));
        for key in ["x-sunset", "x-deprecation-note"] {
            let Some(text) = node.value.get(key) else { continue };
            let text = text.as_str().unwrap_or_default();
            let (message, help) = if !is_deprecated {
                (format!("{key} needs deprecated: true"), "add deprecated: true, or delete the key")
            } else if key == "x-sunset" && text.parse::<Date>().is_err() {
                (format!("{text:?} is not a date"), "write the last day as 'YYYY-MM-DD', in quotes")
            } else if text.trim().is_empty() {
                (
                    format!("{key} is empty"),
                    "name the replacement of the deprecated item in one line, or delete the key",
                )
            } else {
                continue;
            };
            self.report(&format!("{}/{key}", node.pointer), &rules::DEPRECATION, message, help);
        }
    }
}
