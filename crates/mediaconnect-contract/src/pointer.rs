//! JSON pointers (RFC 6901) and the references of a document.

use serde_json::Value;

/// Escapes one step of a JSON pointer (RFC 6901).
#[must_use]
pub fn escape(step: &str) -> String {
    if step.contains('~') || step.contains('/') {
        step.replace('~', "~0").replace('/', "~1")
    } else {
        step.to_owned()
    }
}

/// Removes the escapes from one step of a JSON pointer.
#[must_use]
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// Follows `$ref` until a node has no `$ref`. Returns this node and its pointer.
///
/// Returns `None` if a reference has no target, points outside the document, or is part of a cycle.
pub(crate) fn resolve<'a>(document: &'a Value, pointer: &str) -> Option<(String, &'a Value)> {
    let mut pointer = pointer.to_owned();
    for _ in 0..32 {
        let node = node_at(document, &pointer)?;
        match node.get("$ref") {
            None => return Some((pointer, node)),
            Some(target) => target.as_str()?.strip_prefix('#')?.clone_into(&mut pointer),
        }
    }
    None
}

/// Returns the node at a pointer. This function is faster than `Value::pointer`, which copies each step of the pointer
/// twice.
pub(crate) fn node_at<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    if pointer.is_empty() {
        return Some(document);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(document, |node, step| match node {
        Value::Object(members) if step.contains('~') => members.get(&unescape(step)),
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Returns the reference of a schema that adds annotations to a shared schema. The schema has the form
/// `allOf: [{$ref: …}]` with a description, `deprecated` or extensions.
///
/// OpenAPI 3.0 ignores keys beside a `$ref`, so the reference must be in an `allOf`.
#[must_use]
pub fn annotated_reference(node: &Value) -> Option<&str> {
    let members = node.as_object()?;
    let [part] = members.get("allOf")?.as_array()?.as_slice() else { return None };
    let says_more = |key: &String| {
        matches!(key.as_str(), "allOf" | "description" | "deprecated") || key.starts_with("x-")
    };
    members.keys().all(says_more).then(|| part.get("$ref")?.as_str()).flatten()
}
