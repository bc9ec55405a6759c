//! Reduces a contract to the document that progenitor sees. This document has the names of operations, parameters and
//! fields, but not their types and limits.
//!
//! The contract has upstream's limits, closed enums and error schemas. From these, progenitor would generate types
//! that reject a response if, for example, a customer's name is too long. In this view:
//!
//! - Every response is a raw body. The client reads it up to a size limit, decodes it, and keeps the status and
//!   headers.
//! - A field may have any JSON value, and a parameter is a string. `rewrite` restores the outline's types.
//! - No field is required. A response may lack any field, and `Validate` checks the required fields of a request.
//! - Examples, extensions and everything else that progenitor does not use are removed.

use mediaconnect_contract::outline::{Kind, Operation, Outline};
use serde_json::{Map, Value, json};

/// The keys of an operation that are copied unchanged to progenitor's document.
const KEPT_OF_OPERATION: [&str; 3] = ["operationId", "summary", "description"];

/// Returns progenitor's view of a contract that passed the lint.
pub(crate) fn view(document: &Value, outline: &Outline) -> Value {
    let mut paths = Map::new();
    for operation in &outline.operations {
        let methods = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        let node = document.pointer(&operation.pointer).unwrap_or(&Value::Null);
        methods[operation.method.to_lowercase()] = view_of(operation, node);
    }
    let schemas = outline.models.iter().map(|model| {
        let fields = model.fields.iter().map(|field| (field.wire_name.clone(), json!({})));
        let schema = json!({ "type": "object", "properties": fields.collect::<Map<_, _>>() });
        (model.name.clone(), schema)
    });
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": document["info"]["title"],
            "version": document["info"]["version"],
        },
        "paths": paths,
        "components": { "schemas": schemas.collect::<Map<_, _>>() },
    })
}

fn view_of(operation: &Operation, node: &Value) -> Value {
    let members = node.as_object().into_iter().flatten();
    let kept = members.filter(|(key, _)| KEPT_OF_OPERATION.contains(&key.as_str()));
    let mut view: Map<_, _> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    let parameters = operation.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.field.wire_name,
            "in": parameter.location,
            "required": parameter.field.required,
            "schema": { "type": "string" },
        })
    });
    view.insert("parameters".to_owned(), parameters.collect());
    if let Some(body) = &operation.request {
        let schema = match &body.schema.kind {
            Kind::Object(Some(model)) => json!({ "$ref": format!("#/components/schemas/{model}") }),
            _ => json!({}),
        };
        let content = json!({ "application/json": { "schema": schema } });
        // progenitor treats every body as required. `rewrite` makes the argument an `Option` if the contract's body
        // is optional.
        view.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    let responses = operation.responses.iter().map(|response| {
        let raw = json!({ "description": "", "content": { "*/*": { "schema": {} } } });
        (response.status.clone(), raw)
    });
    view.insert("responses".to_owned(), responses.collect::<Map<_, _>>().into());
    Value::Object(view)
}
