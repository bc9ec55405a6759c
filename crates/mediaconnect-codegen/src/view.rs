//! The document as the generator should see it: names, and nothing to decide on.
//!
//! The contract stays honest: it has upstream's limits, closed enums and error schemas. The generator must not
//! turn them into types that fail on the first long name, so it sees this view instead:
//!
//! - every response is a raw body: the client reads, caps and decodes it, and keeps status and headers;
//! - a field is any JSON and a parameter any text: `rewrite` gives them the types that the outline says;
//! - no field is required: responses may lack any, and `Validate` asks for those of a request;
//! - examples, extensions and everything the generator has no use for are gone.

use mediaconnect_contract::outline::{Kind, Operation, Outline};
use serde_json::{Map, Value, json};

/// Keys of an operation that reach the generator.
const KEPT_OF_OPERATION: [&str; 3] = ["operationId", "summary", "description"];

/// The generator's view of a contract that passed the lint.
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
        // A body that may be left out is made optional by `rewrite`.
        view.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    let responses = operation.responses.iter().map(|response| {
        let raw = json!({ "description": "", "content": { "*/*": { "schema": {} } } });
        (response.status.clone(), raw)
    });
    view.insert("responses".to_owned(), responses.collect::<Map<_, _>>().into());
    Value::Object(view)
}
