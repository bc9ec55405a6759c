//! The rules for the OpenAPI version and for references.

use serde_json::Value;

use super::{Lint, rules};
use crate::contract::Location;
use crate::join::normalized;
use crate::pointer::escape;
use crate::source::{Source, sibling};

impl Lint<'_> {
    pub(super) fn version(&mut self) {
        let version = self.contract.document().get("openapi").and_then(Value::as_str).unwrap_or("none");
        if !version.starts_with("3.0.") {
            self.report(
                "/openapi",
                &rules::OPENAPI_VERSION,
                format!("the version is {version}, but the generator supports OpenAPI 3.0 only"),
                "write `openapi: 3.0.3`, and convert the keywords of 3.1 to those of 3.0",
            );
        }
        for key in ["info", "paths"] {
            if !self.contract.document().get(key).is_some_and(Value::is_object) {
                self.report(
                    &format!("/{key}"),
                    &rules::OPENAPI_STRUCTURE,
                    format!("`{key}` is missing or not an object"),
                    "add the object; openapi-spec-validator reports the required keys that the object lacks",
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
        // The key of a path is in the first file, but the path item may be in a group. If this item is only a
        // reference, the finding shows the location of the reference in the group.
        let reference = format!("{pointer}/$ref");
        let file = |pointer: &str| self.contract.location(pointer).file.path();
        let at = if file(pointer) == file(&reference) { pointer } else { &reference };
        if self.is_broken(pointer) {
            let (message, help) = self.why(&reference, target.as_str());
            self.report(at, &rules::REFERENCE, message, &help);
        } else if pointer.starts_with("/paths/") && pointer.matches('/').count() == 2 {
            self.report(
                at,
                &rules::REFERENCE,
                "the path has an unsupported reference, so its operations are ignored".to_owned(),
                "write the operations here, or refer to a path of a group with `$ref: groups/NAME.yaml#/paths/NAME` and no other keys",
            );
        }
        for sibling in siblings {
            self.report(
                &format!("{pointer}/{}", escape(sibling)),
                &rules::REFERENCE_SIBLINGS,
                format!("{sibling} is beside a $ref, so OpenAPI 3.0 ignores it"),
                "move it to the target of the $ref, or replace the $ref by `allOf: [{$ref: …}]` if it applies only here",
            );
        }
    }

    /// Returns true if a reference has no target or is part of a cycle. If the target is itself a broken reference,
    /// returns false, because the lint reports only the target.
    fn is_broken(&self, pointer: &str) -> bool {
        let mut at = pointer.to_owned();
        for hop in 0..32 {
            let Some(node) = self.contract.document().pointer(&at) else { return hop == 1 };
            let Some(target) = node.get("$ref") else { return false };
            match target.as_str().and_then(|target| target.strip_prefix('#')) {
                Some(target) => target.clone_into(&mut at),
                None => return hop == 0,
            }
        }
        true
    }

    /// Returns the reason why a reference is broken, and the help.
    fn why(&self, pointer: &str, target: Option<&str>) -> (String, String) {
        let Location { file, pointer, .. } = self.contract.location(pointer);
        // `join` may have changed the reference, so the finding quotes the original text from the file.
        let written = file.document.pointer(&pointer).and_then(Value::as_str);
        let Some(target) = written.or(target) else {
            return ("the reference is not a string".to_owned(), "write '#/components/…'".to_owned());
        };
        let files = self.contract.files();
        let (path, there) = target.split_once('#').unwrap_or((target, ""));
        let known = if path.is_empty() {
            file
        } else {
            let Some(path) = normalized(&sibling(file.path(), path)).filter(|_| !path.starts_with('/'))
            else {
                let message = format!("{target} is outside the directory of the contract");
                return (message, "copy the target into the contract".to_owned());
            };
            let Some(known) = files.iter().find(|one| one.path() == path) else {
                let paths: Vec<_> = files.iter().map(Source::path).collect();
                let help = format!("correct the path; the files of the contract are {}", paths.join(", "));
                return (format!("{target} refers to {path}, which is not a file of the contract"), help);
            };
            known
        };
        if known.document.pointer(there).is_none() {
            let message = format!("{target} does not exist");
            // A group may refer to the components of the first file, but not to those of other groups.
            let shared = &files[0];
            let help = if file.path() != shared.path() && shared.document.pointer(there).is_some() {
                format!(
                    "the target is in another file, {}; begin the reference with the relative path of that file",
                    shared.path()
                )
            } else {
                "use a component of this document".to_owned()
            };
            return (message, help);
        }
        if known.path() == file.path() {
            return (
                format!("{target} refers to itself"),
                "replace one of the references by its content".to_owned(),
            );
        }
        let message = format!("{} must not refer to {target}", file.path());
        let first = files[0].path();
        let help = format!(
            "a group may refer to itself and to the components of {first}; {first} may refer to paths of groups; if several files \
             need a component, define it in {first}"
        );
        (message, help)
    }
}
