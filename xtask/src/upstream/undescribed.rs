//! Finds the parts of upstream's documents that have no description.

use std::collections::HashMap;

use mediaconnect_contract::outline::{Field, Kind, Operation, Schema};
use mediaconnect_contract::{Contract, Outline};

use super::compare::Comparison;
use super::locate::Places;

/// Returns the parameters and fields that upstream does not describe, in the common operations.
pub(super) fn undescribed(comparison: &Comparison<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for document in &comparison.input.documents {
        let common = comparison.operations.iter().filter(|one| one.ours.is_some());
        let names: HashMap<&str, String> = common
            .filter(|one| std::ptr::eq(one.document, document))
            .map(|one| (one.operation.pointer.as_str(), one.name()))
            .collect();
        if names.is_empty() {
            continue;
        }
        let outline = Outline::of(document);
        let places = Places::of(&outline);
        for operation in &outline.operations {
            if let Some(name) = names.get(operation.pointer.as_str()) {
                let walk = Search { document, name, places: &places, found: &mut found };
                walk.operation(operation);
            }
        }
    }
    found
}

struct Search<'a> {
    document: &'a Contract,
    name: &'a str,
    places: &'a Places<'a>,
    found: &'a mut Vec<String>,
}

impl Search<'_> {
    fn operation(mut self, operation: &Operation) {
        for parameter in &operation.parameters {
            let name = format!("{} parameter {}", parameter.location, parameter.field.wire_name);
            self.field(&name, &parameter.field, &mut Vec::new());
        }
        if let Some(body) = &operation.request {
            self.schema("body ", &body.schema, &mut Vec::new());
        }
        for response in operation.responses.iter().filter(|response| response.status.starts_with('2')) {
            if let Some(body) = &response.body {
                self.schema(&format!("{} ", response.status), &body.schema, &mut Vec::new());
            }
        }
    }

    fn field(&mut self, name: &str, field: &Field, trail: &mut Vec<String>) {
        if field.description.as_ref().is_none_or(|text| text.trim().is_empty()) {
            let at = self.document.location(&field.pointer);
            self.found.push(format!("{} {name} ({at})", self.name));
        }
        self.schema(name, &field.schema, trail);
    }

    fn schema(&mut self, name: &str, schema: &Schema, trail: &mut Vec<String>) {
        match &schema.kind {
            Kind::List { items, .. } => return self.schema(&format!("{name}/[]"), items, trail),
            Kind::Map { values: Some(values) } => return self.schema(&format!("{name}/*"), values, trail),
            _ => {}
        }
        if trail.contains(&schema.pointer) {
            return;
        }
        trail.push(schema.pointer.clone());
        let places = self.places;
        for field in places.fields(schema) {
            self.field(&format!("{name}/{}", field.wire_name), field, trail);
        }
        trail.pop();
    }
}
