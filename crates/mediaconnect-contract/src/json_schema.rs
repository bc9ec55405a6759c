//! Converts schemas of OpenAPI 3.0 to JSON Schema draft 4, which is the most similar draft.

use serde_json::{Map, Value, json};

/// Returns a schema as a separate document that includes the referenced components.
///
/// Draft 4 has no `nullable`, so null is added to the types and the values. Like OpenAPI 3.0, draft 4 has a boolean
/// `exclusiveMinimum`.
#[must_use]
pub fn rooted(document: &Value, schema: &Value) -> Value {
    let schemas = &document["components"]["schemas"];
    json!({
        "allOf": [spelled_out(schema)],
        "components": { "schemas": if schemas.is_object() { spelled_out(schemas) } else { json!({}) } },
    })
}

fn spelled_out(node: &Value) -> Value {
    match node {
        Value::Array(items) => items.iter().map(spelled_out).collect(),
        Value::Object(members) => {
            let mut spelled: Map<String, Value> =
                members.iter().map(|(key, value)| (key.clone(), spelled_out(value))).collect();
            if members.get("nullable") == Some(&Value::Bool(true)) {
                if let Some(Value::String(name)) = members.get("type") {
                    spelled.insert("type".to_owned(), json!([name, "null"]));
                }
                if let Some(Value::Array(values)) = spelled.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            Value::Object(spelled)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nullable_adds_null_to_types_and_values() {
        let schema = json!({ "type": "string", "nullable": true, "enum": ["a"] });
        let rooted = rooted(&json!({}), &schema);
        assert_eq!(rooted["allOf"][0]["type"], json!(["string", "null"]));
        assert_eq!(rooted["allOf"][0]["enum"], json!(["a", null]));
    }

    #[test]
    fn a_property_named_nullable_is_unchanged() {
        let schema = json!({ "type": "object", "properties": { "nullable": { "type": "boolean" } } });
        assert_eq!(rooted(&json!({}), &schema)["allOf"][0], schema);
    }
}
