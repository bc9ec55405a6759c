//! Checks a contract against the grammar of OpenAPI 3.0.

mod keys;

use serde_json::Value;

use super::{Lint, rules};
use crate::contract::escape;
use keys::{Kind, keys, needed_by_value};

pub(super) use keys::Object;

/// An object of the grammar that is not a `$ref`.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "lint"), expect(dead_code, reason = "rules that stop no build look at them"))]
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
                "add it: OpenAPI 3.0 requires it here",
            );
        }
        self.exclusive_keys(pointer, value);
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
                    format!("OpenAPI 3.0 has no {key} here"),
                    &format!("correct the spelling, or delete it; here it knows {}", known.join(", ")),
                );
            }
        }
    }

    fn member(&mut self, pointer: &str, value: &'a Value, kind: Kind) {
        let is_count = |value: &Value| value.as_i64().is_some();
        match kind {
            Kind::Any => {}
            Kind::Text => self.expect(pointer, value.is_string(), "a text"),
            Kind::Flag => self.expect(pointer, value.is_boolean(), "true or false"),
            Kind::Number => self.expect(pointer, value.is_number(), "a number"),
            Kind::Count => self.expect(pointer, is_count(value), "a whole number"),
            Kind::Values => {
                self.expect(pointer, value.as_array().is_some_and(|all| !all.is_empty()), "a list of values");
            }
            Kind::Texts => self.each(pointer, value, true, |lint, at, value| {
                lint.expect(at, value.is_string(), "a text");
            }),
            Kind::Names => self.expect(pointer, are_names(value), "a list of names, each once"),
            Kind::Word(words) => {
                let is_one = value.as_str().is_some_and(|word| words.contains(&word));
                self.expect(pointer, is_one, &format!("one of {}", words.join(", ")));
            }
            Kind::Answers => {
                self.statuses(pointer, value);
                self.member(pointer, value, Kind::Map(Object::Response));
            }
            Kind::TextMap => self.each(pointer, value, false, |lint, at, value| {
                lint.expect(at, value.is_string(), "a text");
            }),
            Kind::Requirements => self.each(pointer, value, true, |lint, at, value| {
                lint.each(at, value, false, |lint, at, value| lint.member(at, value, Kind::Texts));
            }),
            Kind::One(object) => self.object(pointer, value, object),
            Kind::List(object) => {
                self.each(pointer, value, true, |lint, at, value| lint.object(at, value, object));
            }
            Kind::Map(object) => {
                self.each(pointer, value, false, |lint, at, value| lint.object(at, value, object));
            }
            Kind::Callbacks => self.each(pointer, value, false, |lint, at, value| {
                lint.member(at, value, Kind::Map(Object::PathItem));
            }),
            Kind::SchemaOrFlag if value.is_boolean() => {}
            Kind::SchemaOrFlag => self.object(pointer, value, Object::Schema),
        }
    }

    /// Calls `visit` for each item of a list, or for each member of an object except extensions.
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

    fn expect(&mut self, pointer: &str, is_it: bool, what: &str) {
        if !is_it {
            self.wrong_kind(pointer, what);
        }
    }

    fn exclusive_keys(&mut self, pointer: &str, value: &Value) {
        for (one, other) in [("schema", "content"), ("example", "examples"), ("value", "externalValue")] {
            if value.get(one).is_some() && value.get(other).is_some() {
                self.report(
                    &format!("{pointer}/{other}"),
                    &rules::EXCLUSIVE_KEYS,
                    format!("{one} and {other} exclude each other"),
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
                        format!("{name:?} is no name of a component"),
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
                    format!("{status} is no status"),
                    "write a number from 100 to 599, a class such as 4XX, or default",
                );
            }
        }
    }

    fn wrong_kind(&mut self, pointer: &str, what: &str) {
        self.report(
            pointer,
            &rules::WRONG_KIND,
            format!("this should be {what}"),
            "write what OpenAPI 3.0 wants here; a text that looks like a number or a boolean needs quotes",
        );
    }
}

fn are_names(value: &Value) -> bool {
    let Some(names) = value.as_array().filter(|names| !names.is_empty()) else { return false };
    names.iter().enumerate().all(|(index, name)| name.is_string() && !names[..index].contains(name))
}

/// Returns true if a key of a map is an extension. Among maps, only paths, responses and callbacks have extensions.
/// In any other map, the key is a name.
fn is_extension(pointer: &str, key: &str) -> bool {
    let is_open = pointer == "/paths" || pointer.ends_with("/responses") || pointer.contains("/callbacks/");
    key.starts_with("x-") && is_open && pointer != "/components/responses"
}
