//! The rules for models and named values.

use serde_json::Value;

use super::{Lint, rules};
use crate::outline::Model;

impl Lint<'_> {
    pub(super) fn models(&mut self) {
        self.decoders();
        for model in &self.outline.models {
            self.type_name(&model.pointer, &model.name);
            self.evidence(&model.pointer, model.evidence.as_deref(), false);
            self.description(&model.pointer, model.description.as_deref());
            self.composition(&model.pointer);
            self.content(model);
            self.recursion(model);
            self.required_fields(model);
            self.combinations(model);
            self.field_names(model);
            for field in &model.fields {
                self.field(field, model.sent);
                self.send_empty(field, model.sent && !model.received);
                if model.sent {
                    self.sent_shape(&field.schema, false);
                }
            }
        }
    }

    /// Reports an object that lists no fields. If it also has `additionalProperties`, it is a map and not a model, or
    /// `composition` reports it.
    fn content(&mut self, model: &Model) {
        let node = self.node(&model.pointer);
        let is_reported = ["additionalProperties", "allOf"].iter().any(|key| node.get(key).is_some());
        if model.fields.is_empty() && !is_reported {
            self.report(
                &model.pointer,
                &rules::ADDITIONAL_PROPERTIES,
                format!("{} lists no fields, so the client would drop its content", model.name),
                "add additionalProperties: true, or properties",
            );
        }
    }

    fn required_fields(&mut self, model: &Model) {
        let node = self.node(&model.pointer);
        let rules = node.get("anyOf").and_then(Value::as_array).map_or(0, Vec::len);
        let places = (0..rules).map(|index| format!("/anyOf/{index}")).chain([String::new()]);
        for pointer in places.map(|place| format!("{}{place}/required", model.pointer)) {
            self.required_names(&pointer, model);
        }
    }

    fn required_names(&mut self, pointer: &str, model: &Model) {
        let required = self.node(pointer).as_array();
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !model.fields.iter().any(|field| field.wire_name == name) {
                self.report(
                    pointer,
                    &rules::REQUIRED,
                    format!("{name} is required, but {} has no such property", model.name),
                    "add the property, or delete its name from `required`",
                );
            }
        }
    }

    pub(super) fn scalars(&mut self) {
        for scalar in &self.outline.scalars {
            self.type_name(&scalar.pointer, &scalar.name);
            self.description(&scalar.pointer, scalar.schema.description.as_deref());
            self.composition(&scalar.pointer);
            self.kind(&scalar.schema);
            self.hand_written(scalar);
            self.variant_names(scalar);
            self.aliases(scalar);
        }
    }

    /// Reports `oneOf`, `allOf`, `not` and `discriminator`, because they have no equivalent Rust type. `anyOf` is
    /// accepted only if each part is a list of required fields.
    pub(super) fn composition(&mut self, pointer: &str) {
        let Some(node) = self.contract.document().pointer(pointer) else { return };
        let alternatives = node.get("anyOf").and_then(Value::as_array);
        let only_required = alternatives.is_none_or(|alternatives| {
            alternatives
                .iter()
                .filter_map(Value::as_object)
                .all(|rule| rule.len() == 1 && rule.contains_key("required"))
        });
        let refused =
            ["oneOf", "allOf", "not", "discriminator"].into_iter().find(|key| node.get(key).is_some());
        if let Some(key) = refused.or((!only_required).then_some("anyOf")) {
            self.report(
                pointer,
                &rules::COMPOSITION,
                format!("{key} has no equivalent Rust type"),
                "list all fields in one object, and make alternative fields optional; an anyOf may contain only lists of required fields; the allOf of a field may contain only one $ref",
            );
        }
        if node.get("additionalProperties").is_some_and(|extra| extra == &Value::Bool(false)) {
            self.report(
                pointer,
                &rules::ADDITIONAL_PROPERTIES,
                "additionalProperties: false would refuse fields that upstream adds".to_owned(),
                "delete additionalProperties: upstream may add fields at any time",
            );
        }
        let has_extra = node.get("additionalProperties").is_some_and(|extra| extra != &Value::Bool(false));
        if has_extra && node.get("properties").is_some() {
            self.report(
                pointer,
                &rules::ADDITIONAL_PROPERTIES,
                "an object cannot have both properties and additionalProperties".to_owned(),
                "delete additionalProperties, or move it to a separate object and add a field for this object",
            );
        }
    }
}
