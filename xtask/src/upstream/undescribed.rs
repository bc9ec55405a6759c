//! What upstream's document says nothing of in words.

use mediaconnect_contract::Outline;
use mediaconnect_contract::outline::{Field, Kind, Schema};

use super::compare::{Comparison, Upstream};

/// Parameters and fields without a description, in the operations that both have.
pub(super) fn undescribed(comparison: &Comparison<'_>) -> Vec<String> {
    let common = comparison.operations.iter().filter(|one| one.ours.is_some());
    common.flat_map(of_operation).collect()
}

fn of_operation(one: &Upstream<'_>) -> Vec<String> {
    let outline = Outline::of(one.document);
    let Some(operation) = outline.operations.iter().find(|other| other.pointer == one.operation.pointer)
    else {
        return Vec::new();
    };
    let mut walk = Walk { one, outline: &outline, found: Vec::new() };
    for parameter in &operation.parameters {
        let name = format!("{} parameter {}", parameter.location, parameter.field.wire_name);
        walk.field(&name, &parameter.field, &mut Vec::new());
    }
    if let Some(body) = &operation.request {
        walk.schema("body ", &body.schema, &mut Vec::new());
    }
    for response in operation.responses.iter().filter(|response| response.status.starts_with('2')) {
        if let Some(body) = &response.body {
            walk.schema(&format!("{} ", response.status), &body.schema, &mut Vec::new());
        }
    }
    walk.found
}

struct Walk<'a> {
    one: &'a Upstream<'a>,
    outline: &'a Outline,
    found: Vec<String>,
}

impl Walk<'_> {
    fn field(&mut self, name: &str, field: &Field, trail: &mut Vec<String>) {
        if field.description.as_ref().is_none_or(|text| text.trim().is_empty()) {
            let at = self.one.document.location(&field.pointer);
            self.found.push(format!("{} {name} ({at})", self.one.name()));
        }
        self.schema(name, &field.schema, trail);
    }

    fn schema(&mut self, name: &str, schema: &Schema, trail: &mut Vec<String>) {
        if let Kind::List { items, .. } = &schema.kind {
            return self.schema(&format!("{name}/[]"), items, trail);
        }
        if trail.contains(&schema.pointer) {
            return;
        }
        trail.push(schema.pointer.clone());
        for field in self.outline.fields(schema) {
            self.field(&format!("{name}/{}", field.wire_name), field, trail);
        }
        trail.pop();
    }
}
