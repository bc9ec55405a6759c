//! Finds the nodes of a contract at which a change occurs.

use std::collections::HashMap;

use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Schema};
use mediaconnect_contract::pointer::unescape;
use xtask::compare::{Part, Place};

/// The nodes of a contract at the location of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    /// The pointer of the changed field, parameter, response or operation. If the contract does not have it, the
    /// pointer of its nearest parent in the contract.
    pub(super) node: String,
    /// The pointer of the same node after `$ref` is followed.
    pub(super) behind: String,
    /// The pointer of the node's schema after `$ref` is followed.
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

    pub(super) fn operation(&self, id: &str) -> Option<&'a Operation> {
        self.operations.get(id).copied()
    }

    /// Finds the nodes of a location. The outline must have the location's operation.
    pub(super) fn locate(&self, place: &Place) -> Spot {
        if let Some(Part::Scheme(name)) = &place.part {
            let scheme = self.outline.schemes.iter().find(|scheme| scheme.name == *name);
            return node(scheme.map_or("/components/securitySchemes", |scheme| &scheme.pointer));
        }
        let operation = place.operation.as_deref().and_then(|id| self.operation(id));
        let Some(operation) = operation else { return node("/servers") };
        let part = place.part.as_ref().and_then(|part| of_part(operation, part));
        let Some((start, schema)) = part else { return node(&operation.pointer) };
        let Some(schema) = schema else { return node(&start) };
        self.follow(start, schema, &place.pointer)
    }

    fn follow(&self, start: String, schema: &Schema, pointer: &str) -> Spot {
        let (mut node, mut schema) = (start, schema);
        for step in pointer.split('/').skip(1) {
            let name = unescape(step);
            let (next, inner) = match &schema.kind {
                Kind::List { items, .. } if step == "[]" => (items.pointer.clone(), items.as_ref()),
                Kind::Map { values: Some(values) } if step == "*" => {
                    (values.pointer.clone(), values.as_ref())
                }
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

    /// Returns the fields of a schema. If the schema names a model, these are the fields of the model.
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

/// Returns the pointer of a part of an operation, and the schema of this part if it has one.
fn of_part<'a>(operation: &'a Operation, part: &Part) -> Option<(String, Option<&'a Schema>)> {
    let field = |field: &'a Field| (field.pointer.clone(), Some(&field.schema));
    let response = |status: &str| operation.responses.iter().find(|response| response.status == *status);
    match part {
        Part::Body => {
            let body = operation.request.as_ref()?;
            // The pointer leads to `requestBody`, because `required` is a member of `requestBody` and not of the
            // schema.
            Some((format!("{}/requestBody", operation.pointer), Some(&body.schema)))
        }
        Part::Parameter { location, name } => {
            let mut parameters = operation.parameters.iter();
            let found = parameters.find(|one| one.location == *location && one.field.wire_name == *name);
            found.map(|one| field(&one.field))
        }
        Part::Response(status) => {
            let response = response(status)?;
            Some((response.pointer.clone(), response.body.as_ref().map(|body| &body.schema)))
        }
        Part::Header { status, name } => {
            let response = response(status)?;
            let mut headers = response.headers.iter();
            let found = headers.find(|header| header.wire_name.eq_ignore_ascii_case(name));
            Some(found.map_or_else(|| (response.pointer.clone(), None), field))
        }
        Part::Security | Part::Scheme(_) | Part::Server(_) => None,
    }
}

/// Returns all fields of an outline, by their pointers in the document.
pub(super) fn fields_by_pointer(outline: &Outline) -> HashMap<&str, &Field> {
    let mut fields = HashMap::new();
    for field in outline.models.iter().flat_map(|model| &model.fields) {
        fields.insert(field.pointer.as_str(), field);
        collect(&field.schema, &mut fields);
    }
    for operation in &outline.operations {
        let responses = operation.responses.iter().filter_map(|response| response.body.as_ref());
        for body in operation.request.iter().chain(responses) {
            collect(&body.schema, &mut fields);
        }
    }
    fields
}

/// Adds the fields of the unnamed objects in a schema. Named objects are models. The caller adds the fields of models.
fn collect<'a>(schema: &'a Schema, fields: &mut HashMap<&'a str, &'a Field>) {
    if let Kind::List { items: inner, .. } | Kind::Map { values: Some(inner) } = &schema.kind {
        collect(inner, fields);
    }
    for field in &schema.fields {
        fields.entry(field.pointer.as_str()).or_insert(field);
        collect(&field.schema, fields);
    }
}
