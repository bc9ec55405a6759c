//! Applies `x-operation-defaults`: headers and responses for all operations. An operation can replace a default by its
//! own definition.
//!
//! ```yaml
//! x-operation-defaults:
//!   headers: {X-RateLimit-Reset: …}   # for each successful response
//!   responses: {'429': …}             # by status
//! ```
//!
//! Each default becomes a component of the joined document, named after the header or the status. Each operation gets a
//! reference to the component, unless the operation defines this header or status.

use serde_json::{Map, Value, json};

use crate::finding::Finding;
use crate::methods::METHODS;
use crate::origins::Origins;
use crate::pointer::escape;
use crate::rules::{self, Rule};
use crate::source::Source;

/// The key of the defaults, at the top level of the first file.
pub(crate) const KEY: &str = "x-operation-defaults";

const KINDS: [&str; 2] = ["headers", "responses"];

/// Converts the pointer of a default to the pointer of its component in the joined document. Returns `None` if
/// `pointer` does not refer to a default.
pub(crate) fn component(pointer: &str) -> Option<String> {
    let rest = pointer.strip_prefix(&format!("/{KEY}"))?;
    KINDS.iter().any(|kind| rest.starts_with(&format!("/{kind}/"))).then(|| format!("/components{rest}"))
}

/// Applies the defaults to all operations. Returns the errors in the defaults.
pub(crate) fn apply(
    document: &mut Value,
    origins: &mut Origins,
    first: &Source,
) -> Vec<(&'static Rule, Finding)> {
    let mut problems = Vec::new();
    let mut report = |pointer: &str, rule: &'static Rule, message: String, help: &str| {
        problems.push((rule, first.finding(pointer, rule.name, message, help)));
    };
    let Some(defaults) = document.as_object_mut().and_then(|root| root.shift_remove(KEY)) else {
        return problems;
    };
    let mut names: [Vec<String>; 2] = Default::default();
    let kinds = defaults.as_object().filter(|kinds| kinds.values().all(Value::is_object));
    if kinds.is_none_or(|kinds| kinds.keys().any(|kind| !KINDS.contains(&kind.as_str()))) {
        report(
            &format!("/{KEY}"),
            &rules::OPERATION_DEFAULTS,
            format!("{KEY} may only contain `headers` and `responses`, and both must be objects"),
            "list headers by name, and responses by status",
        );
    }
    for (kind, names) in KINDS.iter().zip(&mut names) {
        for (name, node) in defaults.get(kind).and_then(Value::as_object).into_iter().flatten() {
            let pointer = format!("/components/{kind}/{}", escape(name));
            let origin = format!("/{KEY}/{kind}/{}", escape(name));
            if document.pointer(&pointer).is_some() {
                report(
                    &origin,
                    &rules::DUPLICATE_COMPONENT,
                    format!(
                        "the default cannot become the component {pointer}, because that component already exists"
                    ),
                    "rename the component",
                );
                continue;
            }
            insert(document, kind, name, node);
            origins.note(pointer, 0, &origin);
            names.push(name.clone());
        }
    }
    let [headers, responses] = names;
    for operation in operations(document) {
        add_responses(document, origins, &operation, &responses);
        add_headers(document, origins, &operation, &headers);
    }
    problems
}

fn insert(document: &mut Value, kind: &str, name: &str, node: &Value) {
    for (parent, key) in [("", "components"), ("/components", kind)] {
        if let Some(Value::Object(members)) = document.pointer_mut(parent) {
            members.entry(key).or_insert_with(|| json!({}));
        }
    }
    if let Some(Value::Object(members)) = document.pointer_mut(&format!("/components/{kind}")) {
        members.insert(name.to_owned(), node.clone());
    }
}

fn operations(document: &Value) -> Vec<String> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(Map::keys);
        let methods = methods.filter(|method| METHODS.contains(&method.as_str()));
        methods.map(move |method| format!("/paths/{}/{method}", escape(path)))
    });
    operations.collect()
}

fn add_responses(document: &mut Value, origins: &mut Origins, operation: &str, defaults: &[String]) {
    let at = format!("{operation}/responses");
    let Some(Value::Object(responses)) = document.pointer_mut(&at) else { return };
    for status in
        defaults.iter().filter(|status| !responses.contains_key(*status)).cloned().collect::<Vec<_>>()
    {
        let name = escape(&status);
        origins.note(format!("{at}/{name}"), 0, &format!("/{KEY}/responses/{name}"));
        responses.insert(status, json!({ "$ref": format!("#/components/responses/{name}") }));
    }
    responses.sort_keys();
}

/// Adds the headers to each successful response. If the response is a reference, adds the headers to its target.
fn add_headers(document: &mut Value, origins: &mut Origins, operation: &str, defaults: &[String]) {
    let at = format!("{operation}/responses");
    let responses = document.pointer(&at).and_then(Value::as_object).into_iter().flatten();
    let successes = responses.filter(|(status, _)| status.starts_with('2')).map(|(status, response)| {
        let target = response.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.map_or_else(|| format!("{at}/{}", escape(status)), str::to_owned)
    });
    for at in successes.collect::<Vec<_>>() {
        let Some(Value::Object(response)) = document.pointer_mut(&at) else { continue };
        if !response.contains_key("headers") {
            let index = response.keys().position(|key| key == "content").unwrap_or(response.len());
            response.shift_insert(index, "headers".to_owned(), json!({}));
        }
        let Some(Value::Object(headers)) = response.get_mut("headers") else { continue };
        for name in defaults {
            if headers.keys().any(|own| own.eq_ignore_ascii_case(name)) {
                continue;
            }
            let escaped = escape(name);
            origins.note(format!("{at}/headers/{escaped}"), 0, &format!("/{KEY}/headers/{escaped}"));
            headers.insert(name.clone(), json!({ "$ref": format!("#/components/headers/{escaped}") }));
        }
    }
}
