//! Reduces the outlines of the contract and of upstream to their common operations and the models that these operations
//! use.

use std::collections::{HashMap, HashSet};

use mediaconnect_contract::outline::{Kind, Model, Operation, Outline, Schema, Server};

use super::routes::Route;

/// Maps the name of each model to the position of the model in an outline.
pub(super) struct ModelIndex(HashMap<String, usize>);

impl ModelIndex {
    pub(super) fn of(outline: &Outline) -> Self {
        Self(outline.models.iter().enumerate().map(|(index, model)| (model.name.clone(), index)).collect())
    }

    /// Returns the models that operations use, each once.
    ///
    /// Only these models are copied, because a copy of all models for every page would make a comparison of many pages
    /// slow.
    fn used_by(&self, outline: &Outline, operations: &[Operation]) -> Vec<Model> {
        let mut used = Vec::new();
        let mut seen = HashSet::new();
        let mut left: Vec<&Schema> = operations.iter().flat_map(schemas).collect();
        while let Some(schema) = left.pop() {
            left.extend(schema.fields.iter().map(|field| &field.schema));
            left.extend(&schema.forms);
            match &schema.kind {
                Kind::List { items, .. } => left.push(items),
                Kind::Map { values: Some(values) } => left.push(values),
                Kind::Object(Some(name)) if seen.insert(name.as_str()) => {
                    if let Some(model) = self.0.get(name.as_str()).map(|index| &outline.models[*index]) {
                        left.extend(model.fields.iter().map(|field| &field.schema));
                        used.push(model.clone());
                    }
                }
                _ => {}
            }
        }
        used
    }
}

fn schemas(operation: &Operation) -> Vec<&Schema> {
    let mut schemas: Vec<&Schema> =
        operation.parameters.iter().map(|parameter| &parameter.field.schema).collect();
    schemas.extend(operation.request.iter().map(|body| &body.schema));
    for response in &operation.responses {
        schemas.extend(response.headers.iter().map(|header| &header.schema));
        schemas.extend(response.body.iter().map(|body| &body.schema));
    }
    schemas
}

/// Returns an outline with only the given operations and the models that these operations use.
pub(super) fn only(outline: &Outline, models: &ModelIndex, operations: Vec<Operation>) -> Outline {
    Outline {
        title: outline.title.clone(),
        version: outline.version.clone(),
        servers: outline.servers.clone(),
        schemes: outline.schemes.clone(),
        groups: Vec::new(),
        models: models.used_by(outline, &operations),
        scalars: Vec::new(),
        operations,
    }
}

/// Returns an outline that contains only one operation, with the given id and path. The outline has no servers and no
/// security schemes.
pub(super) fn alone(
    outline: &Outline,
    models: &ModelIndex,
    operation: &Operation,
    id: &str,
    path: &str,
) -> Outline {
    let operation = Operation { id: id.to_owned(), path: path.to_owned(), ..operation.clone() };
    let alone = only(outline, models, vec![operation]);
    Outline { servers: Vec::new(), schemes: Vec::new(), ..alone }
}

/// Returns upstream's operation `theirs` with the id of `ours`. If `path` has the same route as `ours`, the result
/// has the path and the placeholder names of `ours`. Otherwise, the path of the result is `path`.
pub(super) fn aligned(theirs: &Operation, path: &str, ours: &Operation) -> Operation {
    let mut operation = Operation { id: ours.id.clone(), path: path.to_owned(), ..theirs.clone() };
    if Route::new(&ours.method, path) == Route::new(&ours.method, &ours.path) {
        let (theirs, names) = (placeholders(path), placeholders(&ours.path));
        for parameter in operation.parameters.iter_mut().filter(|one| one.location == "path") {
            let position = theirs.iter().position(|name| *name == parameter.field.wire_name);
            if let Some(name) = position.and_then(|position| names.get(position)) {
                (*name).clone_into(&mut parameter.field.wire_name);
            }
        }
        operation.path.clone_from(&ours.path);
    }
    operation
}

fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

/// Returns a server for each URL. The servers have no other details.
pub(super) fn servers(urls: &[String]) -> Vec<Server> {
    let server = |url: &String| Server {
        pointer: "/servers".to_owned(),
        environment: None,
        url: url.clone(),
        token_url: None,
        evidence: None,
        description: None,
    };
    urls.iter().map(server).collect()
}
