//! From a place in a message to the node of the contract that says what is there.

use std::collections::HashMap;

use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Schema};
use xtask::compare::Place;

/// Where a place stands in a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    /// Pointer of the field, parameter, answer or operation; of the nearest parent if the contract has none.
    pub(super) node: String,
    /// The same, behind a `$ref`.
    pub(super) behind: String,
    /// Pointer of the schema there, behind any `$ref`.
    pub(super) value: Option<String>,
}

/// The operations and models of an outline, by name.
pub(super) struct Places<'a> {
    outline: &'a Outline,
    operations: HashMap<&'a str, &'a Operation>,
    models: HashMap<&'a str, &'a Model>,
}

impl<'a> Places<'a> {
    pub(super) fn of(outline: &'a Outline) -> Self {
        Self {
            outline,
            operations: outline.operations.iter().map(|one| (one.id.as_str(), one)).collect(),
            models: outline.models.iter().map(|model| (model.name.as_str(), model)).collect(),
        }
    }

    /// Returns the operation of an id.
    pub(super) fn operation(&self, id: &str) -> Option<&'a Operation> {
        self.operations.get(id).copied()
    }

    /// Finds a place. The outline must be the one that the place's operation is named by.
    pub(super) fn locate(&self, place: &Place) -> Spot {
        let part = place.part.as_deref().unwrap_or_default();
        if let Some(name) = part.strip_prefix("security scheme ") {
            let scheme = self.outline.schemes.iter().find(|scheme| scheme.name == name);
            return node(scheme.map_or("/components/securitySchemes", |scheme| &scheme.pointer));
        }
        let operation = place.operation.as_deref().and_then(|id| self.operation(id));
        let Some(operation) = operation else { return node("/servers") };
        let Some((start, schema)) = of_part(operation, part) else { return node(&operation.pointer) };
        let Some(schema) = schema else { return node(&start) };
        self.follow(start, schema, &place.pointer)
    }

    fn follow(&self, start: String, schema: &Schema, pointer: &str) -> Spot {
        let (mut node, mut schema) = (start, schema);
        for step in pointer.split('/').skip(1) {
            let name = step.replace("~1", "/").replace("~0", "~");
            let (next, inner) = match &schema.kind {
                Kind::List { items, .. } if step == "[]" => (items.pointer.clone(), items.as_ref()),
                _ => {
                    let field = self.fields(schema).iter().find(|field| field.wire_name == name);
                    let Some(field) = field else {
                        return self::node(&schema.pointer);
                    };
                    (field.pointer.clone(), &field.schema)
                }
            };
            (node, schema) = (next, inner);
        }
        Spot { value: Some(schema.pointer.clone()), ..self::node(&node) }
    }

    /// Returns the fields of an object: of its model, or its own if it has no name.
    pub(super) fn fields<'s>(&'s self, schema: &'s Schema) -> &'s [Field] {
        match &schema.kind {
            Kind::Object(Some(name)) => self.models.get(name.as_str()).map_or(&[], |model| &model.fields),
            _ => &schema.fields,
        }
    }
}

fn node(pointer: &str) -> Spot {
    Spot { node: pointer.to_owned(), ..Spot::default() }
}

/// The node that a part of the message is, and its schema.
fn of_part<'a>(operation: &'a Operation, part: &str) -> Option<(String, Option<&'a Schema>)> {
    let field = |field: &'a Field| (field.pointer.clone(), Some(&field.schema));
    if part == "body" {
        let body = operation.request.as_ref()?;
        // The body as a whole: whether it must be sent.
        return Some((format!("{}/requestBody", operation.pointer), Some(&body.schema)));
    }
    if let Some((location, name)) = part.split_once(" parameter ") {
        let mut parameters = operation.parameters.iter();
        let found = parameters.find(|one| one.location == location && one.field.wire_name == name);
        return found.map(|one| field(&one.field));
    }
    let (status, header) =
        part.split_once(" header ").map_or((part, None), |(status, name)| (status, Some(name)));
    let response = operation.responses.iter().find(|response| response.status == status)?;
    match header {
        None => Some((response.pointer.clone(), response.body.as_ref().map(|body| &body.schema))),
        Some(name) => {
            let mut headers = response.headers.iter();
            let found = headers.find(|header| header.wire_name.eq_ignore_ascii_case(name));
            Some(found.map_or_else(|| (response.pointer.clone(), None), field))
        }
    }
}

/// The field at a pointer of the document, wherever an operation reaches it.
pub(super) fn field_at<'a>(outline: &'a Outline, pointer: &str) -> Option<&'a Field> {
    let bodies = outline.operations.iter().flat_map(|operation| {
        let answers = operation.responses.iter().filter_map(|response| response.body.as_ref());
        operation.request.iter().chain(answers)
    });
    let models = outline.models.iter().flat_map(|model| &model.fields);
    let in_models = models.clone().find(|field| field.pointer == pointer);
    in_models
        .or_else(|| models.into_iter().find_map(|field| in_schema(&field.schema, pointer)))
        .or_else(|| bodies.into_iter().find_map(|body| in_schema(&body.schema, pointer)))
}

/// In an object that has no name; those that have one are models.
fn in_schema<'a>(schema: &'a Schema, pointer: &str) -> Option<&'a Field> {
    if let Kind::List { items, .. } = &schema.kind {
        return in_schema(items, pointer);
    }
    let own = schema.fields.iter().find(|field| field.pointer == pointer);
    own.or_else(|| schema.fields.iter().find_map(|field| in_schema(&field.schema, pointer)))
}
