//! The document as the generator should see it.
//!
//! The contract stays honest: it has upstream's limits, closed enums and error schemas. The generator must not
//! turn them into types that fail on the first long name, so it sees this view instead:
//!
//! - every answer is a raw body: the client reads, caps and decodes it, and keeps status and headers;
//! - schemas have no limits, formats, patterns or rules: `Validate` implementations check what is sent;
//! - no field is required: answers may lack any, and `Validate` asks for those of a request;
//! - a wrapped list (`x-list-wrapper`) is a plain list: decoding unwraps it;
//! - examples, extensions and everything the generator has no use for are gone.

use mediaconnect_contract::contract::annotated_reference;
use serde_json::{Map, Value, json};

/// Keys of a schema that reach the generator.
const KEPT: [&str; 7] = ["type", "description", "properties", "items", "nullable", "deprecated", "$ref"];

/// Keys of an operation that reach the generator.
const KEPT_OF_OPERATION: [&str; 6] =
    ["operationId", "summary", "description", "parameters", "requestBody", "deprecated"];

/// The generator's view of a contract that passed the lint.
pub(crate) fn view(document: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": document["info"]["title"],
            "version": document["info"]["version"],
        },
        "paths": members(&document["paths"], |path| members(path, operation)),
        "components": {
            "schemas": members(&document["components"]["schemas"], schema),
            "parameters": members(&document["components"]["parameters"], parameter),
            "requestBodies": members(&document["components"]["requestBodies"], request_body),
        },
    })
}

fn operation(operation: &Value) -> Value {
    // `parameters` beside the methods of a path.
    if let Value::Array(parameters) = operation {
        return parameters.iter().map(parameter).collect();
    }
    let mut view = keep(operation, &KEPT_OF_OPERATION);
    if let Some(parameters) = view.get_mut("parameters").and_then(Value::as_array_mut) {
        for one in parameters {
            *one = parameter(one);
        }
    }
    if let Some(body) = view.get_mut("requestBody") {
        *body = request_body(body);
    }
    view.insert(
        "responses".to_owned(),
        members(
            &operation["responses"],
            |_| json!({ "description": "", "content": { "*/*": { "schema": {} } } }),
        ),
    );
    Value::Object(view)
}

fn parameter(parameter: &Value) -> Value {
    let mut view = keep(parameter, &["$ref", "name", "in", "required", "description", "deprecated"]);
    if let Some(inner) = parameter.get("schema") {
        view.insert("schema".to_owned(), schema(inner));
    }
    Value::Object(view)
}

fn request_body(body: &Value) -> Value {
    let mut view = keep(body, &["$ref", "required", "description"]);
    if let Some(content) = body.get("content") {
        let content = members(content, |media| json!({ "schema": schema(&media["schema"]) }));
        view.insert("content".to_owned(), content);
    }
    Value::Object(view)
}

fn schema(node: &Value) -> Value {
    if let Some(member) = node.get("x-list-wrapper").and_then(Value::as_str) {
        let mut list = schema(&node["properties"][member]);
        list["description"] = node["description"].clone();
        return list;
    }
    if let Some(target) = annotated_reference(node) {
        return json!({ "$ref": target });
    }
    let mut view = keep(node, &KEPT);
    if let Some(properties) = view.get_mut("properties") {
        *properties = members(properties, schema);
    }
    if let Some(items) = view.get_mut("items") {
        *items = schema(items);
    }
    Value::Object(view)
}

fn keep(node: &Value, keys: &[&str]) -> Map<String, Value> {
    let members = node.as_object().into_iter().flatten();
    members
        .filter(|(key, _)| keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn members(node: &Value, view: impl Fn(&Value) -> Value) -> Value {
    let members = node.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.clone(), view(value))).collect()
}
