//! Checks a contract against the grammar of OpenAPI 3.0.

mod keys;

use serde_json::Value;

use super::{Lint, rules};
use crate::pointer::escape;
use keys::{KeyKind, keys, needed_by_value};

pub(super) use keys::Object;

/// An object of the OpenAPI grammar that is not a `$ref`.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "lint"),
    expect(dead_code, reason = "these fields are read only if the feature `lint` is enabled")
)]
pub(super) struct Node<'a> {
    pub(super) pointer: String,
    pub(super) object: Object,
    pub(super) value: &'a Value,
}

impl<'a> Lint<'a> {
    pub(super) fn grammar(&mut self) {
        self.object("", self.contract.document(), Object::Document);
    }

    fn object(&mut self, pointer: &str, value: &'a Value, object: Object) {
        let Some(members) = value.as_object() else {
            return self.wrong_kind(pointer, "an object");
        };
        if members.contains_key("$ref") {
            return;
        }
        self.nodes.push(Node { pointer: pointer.to_owned(), object, value });
        let (needed, optional) = keys(object);
        let needed_here = needed.iter().map(|(key, _)| *key).chain(needed_by_value(object, pointer, value));
        for key in needed_here.filter(|key| !members.contains_key(*key)) {
            self.report(
                pointer,
                &rules::MISSING_KEY,
                format!("{key} is missing"),
                "add the key, because OpenAPI 3.0 requires it here",
            );
        }
        self.exclusive_keys(pointer, value);
        if object == Object::Schema {
            self.ignored_keys(pointer, value);
        }
        if object == Object::Components {
            self.component_names(value);
        }
        for (key, value) in members {
            let at = format!("{pointer}/{}", escape(key));
            if key.starts_with("x-") {
                self.extension(&at, key, value);
            } else if let Some((_, kind)) = needed.iter().chain(optional).find(|(known, _)| known == key) {
                self.member(&at, value, *kind);
            } else {
                let known: Vec<_> = needed.iter().chain(optional).map(|(key, _)| *key).collect();
                self.report(
                    &at,
                    &rules::UNKNOWN_KEY,
                    format!("OpenAPI 3.0 does not allow {key} here"),
                    &format!(
                        "correct the spelling of the key, or delete the key; the allowed keys are {}",
                        known.join(", ")
                    ),
                );
            }
        }
    }

    fn member(&mut self, pointer: &str, value: &'a Value, kind: KeyKind) {
        let is_count = |value: &Value| value.as_i64().is_some();
        match kind {
            KeyKind::Any => {}
            KeyKind::Text => self.expect(pointer, value.is_string(), "a string"),
            KeyKind::Flag => self.expect(pointer, value.is_boolean(), "true or false"),
            KeyKind::Number => self.expect(pointer, value.is_number(), "a number"),
            KeyKind::Count => self.expect(pointer, is_count(value), "a whole number"),
            KeyKind::Values => {
                self.expect(pointer, value.as_array().is_some_and(|all| !all.is_empty()), "a list of values");
            }
            KeyKind::Texts => self.each(pointer, value, true, |lint, at, value| {
                lint.expect(at, value.is_string(), "a string");
            }),
            KeyKind::Names => self.expect(pointer, are_names(value), "a list of unique names"),
            KeyKind::Word(words) => {
                let is_one = value.as_str().is_some_and(|word| words.contains(&word));
                self.expect(pointer, is_one, &format!("one of {}", words.join(", ")));
            }
            KeyKind::Responses => {
                self.statuses(pointer, value);
                self.member(pointer, value, KeyKind::Map(Object::Response));
            }
            KeyKind::TextMap => self.each(pointer, value, false, |lint, at, value| {
                lint.expect(at, value.is_string(), "a string");
            }),
            KeyKind::Requirements => self.each(pointer, value, true, |lint, at, value| {
                lint.each(at, value, false, |lint, at, value| lint.member(at, value, KeyKind::Texts));
            }),
            KeyKind::One(object) => self.object(pointer, value, object),
            KeyKind::List(object) => {
                self.each(pointer, value, true, |lint, at, value| lint.object(at, value, object));
            }
            KeyKind::Map(object) => {
                self.each(pointer, value, false, |lint, at, value| lint.object(at, value, object));
            }
            KeyKind::Callbacks => self.each(pointer, value, false, |lint, at, value| {
                lint.member(at, value, KeyKind::Map(Object::PathItem));
            }),
            KeyKind::SchemaOrFlag if value.is_boolean() => {}
            KeyKind::SchemaOrFlag => self.object(pointer, value, Object::Schema),
        }
    }

    /// Calls `visit` for each item of a list, or for each member of an object. Extensions are skipped.
    fn each(
        &mut self,
        pointer: &str,
        value: &'a Value,
        is_list: bool,
        visit: impl Fn(&mut Self, &str, &'a Value),
    ) {
        match value {
            Value::Array(items) if is_list => {
                for (index, item) in items.iter().enumerate() {
                    visit(self, &format!("{pointer}/{index}"), item);
                }
            }
            Value::Object(members) if !is_list => {
                for (key, value) in members.iter().filter(|(key, _)| !is_extension(pointer, key)) {
                    visit(self, &format!("{pointer}/{}", escape(key)), value);
                }
            }
            _ => self.wrong_kind(pointer, if is_list { "a list" } else { "an object" }),
        }
    }

    fn expect(&mut self, pointer: &str, is_valid: bool, expected: &str) {
        if !is_valid {
            self.wrong_kind(pointer, expected);
        }
    }

    fn exclusive_keys(&mut self, pointer: &str, value: &Value) {
        for (one, other) in [("schema", "content"), ("example", "examples"), ("value", "externalValue")] {
            if value.get(one).is_some() && value.get(other).is_some() {
                self.report(
                    &format!("{pointer}/{other}"),
                    &rules::EXCLUSIVE_KEYS,
                    format!("{one} and {other} cannot be used together"),
                    "keep one of them",
                );
            }
        }
    }

    fn component_names(&mut self, components: &Value) {
        for (group, members) in components.as_object().into_iter().flatten() {
            for (name, _) in members.as_object().into_iter().flatten() {
                if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)) {
                    self.report(
                        &format!("/components/{}/{}", escape(group), escape(name)),
                        &rules::COMPONENT_NAME,
                        format!("{name:?} is not a valid component name"),
                        "use letters, digits, dots, hyphens and underscores",
                    );
                }
            }
        }
    }

    fn statuses(&mut self, pointer: &str, responses: &Value) {
        for (status, _) in responses.as_object().into_iter().flatten() {
            let is_number =
                status.len() == 3 && status.starts_with(|first: char| ('1'..='5').contains(&first));
            let is_one = is_number && (status[1..] == *"XX" || status.chars().all(|c| c.is_ascii_digit()));
            if !is_one && status != "default" && !status.starts_with("x-") {
                self.report(
                    &format!("{pointer}/{}", escape(status)),
                    &rules::STATUS,
                    format!("{status} is not a status"),
                    "write a number from 100 to 599, a class such as 4XX, or default",
                );
            }
        }
    }

    fn wrong_kind(&mut self, pointer: &str, expected: &str) {
        self.report(
            pointer,
            &rules::WRONG_KIND,
            format!("this must be {expected}"),
            "write the kind of value that OpenAPI 3.0 requires; quote a string that looks like a number or a boolean",
        );
    }
}

fn are_names(value: &Value) -> bool {
    let Some(names) = value.as_array().filter(|names| !names.is_empty()) else { return false };
    names.iter().enumerate().all(|(index, name)| name.is_string() && !names[..index].contains(name))
}

/// Returns true if a key of a map is an extension. A key that begins with `x-` is an extension in `paths`, in the
/// `responses` of an operation, and in a callback. In all other maps, it is an ordinary name.
fn is_extension(pointer: &str, key: &str) -> bool {
    let is_open = pointer == "/paths" || pointer.ends_with("/responses") || pointer.contains("/callbacks/");
    key.starts_with("x-") && is_open && pointer != "/components/responses"
}
