//! Converts schemas of OpenAPI 3.0 to JSON Schema draft 4, which is the most similar draft.

use serde_json::{Map, Value, json};

use crate::pointer::unescape;

/// Returns a schema as a separate document, with the components that it refers to.
///
/// Draft 4 has no `nullable`, so null becomes an additional type and, in an enum, an additional value.
/// `exclusiveMinimum` needs no conversion, because it is a boolean in OpenAPI 3.0 and in draft 4.
#[must_use]
pub fn rooted(document: &Value, schema: &Value) -> Value {
    let (schema, mut schemas) = (spelled_out(schema), Map::new());
    include(&schema, &document["components"]["schemas"], &mut schemas);
    json!({ "allOf": [schema], "components": { "schemas": schemas } })
}

/// Adds the components to which a schema refers, directly or through other components.
fn include(node: &Value, all: &Value, schemas: &mut Map<String, Value>) {
    match node {
        Value::Array(items) => items.iter().for_each(|item| include(item, all, schemas)),
        Value::Object(members) => {
            members.values().for_each(|member| include(member, all, schemas));
            let target = members.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
            let Some(name) = target.and_then(|target| target.split('/').next()) else { return };
            let name = unescape(name);
            if let Some(component) = all.get(&name).filter(|_| !schemas.contains_key(&name)) {
                let component = spelled_out(component);
                schemas.insert(name, component.clone());
                include(&component, all, schemas);
            }
        }
        _ => {}
    }
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
    fn only_the_components_that_the_schema_needs_are_included() {
        let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let document = json!({ "components": { "schemas": {
            "Tree": { "properties": { "children": { "items": reference("Tree") }, "leaf": reference("Leaf") } },
            "Leaf": { "type": "string" },
            "Other": { "type": "string" },
        } } });
        let rooted = rooted(&document, &json!({ "items": reference("Tree") }));
        let names: Vec<_> = rooted["components"]["schemas"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["Tree", "Leaf"]);
    }

    #[test]
    fn a_property_named_nullable_is_unchanged() {
        let schema = json!({ "type": "object", "properties": { "nullable": { "type": "boolean" } } });
        assert_eq!(rooted(&json!({}), &schema)["allOf"][0], schema);
    }
}
