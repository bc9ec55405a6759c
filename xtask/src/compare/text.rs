//! Formats parts of a contract as readable text.

use mediaconnect_contract::outline::{Field, Kind, Schema};
use serde_json::Value;

/// Returns the name of a kind of value.
pub(super) fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Object(name) => name.clone().unwrap_or_else(|| "object".to_owned()),
        Kind::List { items, .. } => {
            format!("list of {}", items.name.clone().unwrap_or_else(|| self::kind(&items.kind)))
        }
        Kind::Map { values: Some(values) } => format!("map of {}", schema(values)),
        Kind::Map { values: None } => "map of anything".to_owned(),
        Kind::Other(other) => other.clone(),
    }
}

pub(super) fn schema(schema: &Schema) -> String {
    schema.name.clone().unwrap_or_else(|| kind(&schema.kind))
}

/// Returns the text for an added or removed field: its schema, then `required` or `optional`.
pub(super) fn field(field: &Field) -> String {
    format!("{}, {}", schema(&field.schema), if field.required { "required" } else { "optional" })
}

/// Returns the value of a keyword as text. Strings have no quotes.
pub(super) fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the words before the number of a limit, such as `characters <=`.
pub(super) fn limit(keyword: &str) -> &'static str {
    match keyword {
        "minLength" => "characters >=",
        "maxLength" => "characters <=",
        "minimum" => "value >=",
        "maximum" => "value <=",
        "minItems" => "items >=",
        _ => "items <=",
    }
}

pub(super) fn flag(on: bool, yes: &'static str, no: &'static str) -> &'static str {
    if on { yes } else { no }
}
