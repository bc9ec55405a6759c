//! The JSON Schemas of the models for an OpenAPI document.

use std::collections::BTreeMap;

use mediaconnect_api::types::json_schemas;
use serde_json::Value;

/// The prefix of references in a schema of schemars.
const DEFINITIONS: &str = "#/$defs/";
/// The prefix of references in an OpenAPI document.
const COMPONENTS: &str = "#/components/schemas/";

/// Returns the JSON Schemas of the models by name, for `components.schemas` of an OpenAPI 3.1 document.
///
/// References between the schemas have the form `#/components/schemas/NAME`.
///
/// ```
/// let schemas = mediaconnect::component_schemas();
/// let document = serde_json::json!({
///     "openapi": "3.1.0",
///     "info": { "title": "Subscriptions", "version": "1.4" },
///     "paths": {},
///     "components": { "schemas": schemas },
/// });
/// assert!(document["components"]["schemas"]["CustomerInfo"].is_object());
/// ```
#[doc(alias = "openapi")]
pub fn component_schemas() -> BTreeMap<String, Value> {
    let mut components = BTreeMap::new();
    for (name, schema) in json_schemas() {
        let mut schema = schema.to_value();
        let object = schema.as_object_mut();
        let definitions = object.and_then(|object| {
            object.remove("$schema");
            object.remove("$defs")
        });
        if let Some(Value::Object(definitions)) = definitions {
            components.extend(definitions);
        }
        components.insert(name.to_owned(), schema);
    }
    components.values_mut().for_each(refer_to_components);
    components
}

fn refer_to_components(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(target) if name == "$ref" => {
                        if let Some(name) = target.strip_prefix(DEFINITIONS) {
                            *target = format!("{COMPONENTS}{name}");
                        }
                    }
                    _ => refer_to_components(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(refer_to_components),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reference_leads_to_a_component() {
        let components = component_schemas();
        let text = serde_json::to_string(&components).unwrap();
        let mut references = 0;
        for reference in text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let name = reference.strip_prefix(COMPONENTS).unwrap_or_else(|| panic!("{reference}"));
            assert!(components.contains_key(name), "{reference}");
            references += 1;
        }
        assert!(references > 50 && components.len() > 50, "{references} of {}", components.len());
        assert!(!text.contains("$defs") && !text.contains("$schema"));
    }
}
