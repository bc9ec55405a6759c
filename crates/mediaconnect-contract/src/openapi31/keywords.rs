//! Converts the schema keywords whose form differs between 3.1 and 3.0.

use serde_json::{Map, Value, json};

/// Converts `type: [string, 'null']` and a null in an enum to `nullable`.
pub(super) fn types(schema: &mut Map<String, Value>) {
    let mut nullable = false;
    let declared = match schema.get("type") {
        Some(Value::Array(types)) => types.clone(),
        Some(Value::String(name)) => vec![json!(name)],
        _ => Vec::new(),
    };
    let (nulls, others): (Vec<Value>, Vec<Value>) = declared.iter().cloned().partition(|name| name == "null");
    if !nulls.is_empty() {
        nullable = true;
        schema.remove("type");
    }
    match others.as_slice() {
        [] => {}
        [only] => {
            schema.insert("type".to_owned(), only.clone());
        }
        _ => {
            schema.insert("type".to_owned(), others.into());
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        let before = values.len();
        values.retain(|value| !value.is_null());
        nullable |= values.len() < before && declared.is_empty();
        if values.is_empty() {
            schema.remove("enum");
        }
    }
    if nullable {
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// Converts a numeric exclusive limit. For integers, the adjacent integer becomes the inclusive limit.
pub(super) fn exclusive_limit(schema: &mut Map<String, Value>, exclusive: &str, limit: &str, step: i64) {
    let Some(excluded) = schema.get(exclusive).filter(|value| value.is_number()).cloned() else { return };
    schema.remove(exclusive);
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    let sign = if step > 0 { 1.0 } else { -1.0 };
    let is_weaker = schema.get(limit).is_some_and(|own| number(own) * sign > number(&excluded) * sign);
    if is_weaker {
        return;
    }
    if let Some(next) = excluded.as_i64().filter(|_| schema.get("type").is_some_and(|name| name == "integer"))
    {
        schema.insert(limit.to_owned(), json!(next.saturating_add(step)));
    } else {
        schema.insert(limit.to_owned(), excluded);
        schema.insert(exclusive.to_owned(), json!(true));
    }
}

/// Converts `contentEncoding` and `contentMediaType` to a format. Returns the encoding if 3.0 has no format for it.
pub(super) fn encoding(schema: &mut Map<String, Value>) -> Option<String> {
    let encoding = schema.remove("contentEncoding");
    let media_type = schema.remove("contentMediaType");
    let format = match (encoding.as_ref().and_then(Value::as_str), media_type) {
        (Some("base64"), _) => "byte",
        (None, Some(_)) => "binary",
        (other, _) => return other.map(str::to_owned),
    };
    schema.entry("format").or_insert_with(|| json!(format));
    None
}

pub(super) fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null" || name == &json!(["null"]))
        || schema.get("const").is_some_and(Value::is_null)
}
