//! The rule for descriptions of servers, security schemes, scopes, headers and tags.

use serde_json::Value;

use crate::lint::Lint;
use crate::lint::grammar::Object;
use crate::pointer::escape;
use crate::rules;

impl Lint<'_> {
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

    fn undescribed(&mut self, pointer: &str) {
        self.report(
            pointer,
            &rules::DESCRIBED,
            "the description is missing".to_owned(),
            "describe it in one line, in your own words",
        );
    }
}

fn is_blank(text: Option<&Value>) -> bool {
    text.and_then(Value::as_str).is_none_or(|text| text.trim().is_empty())
}
