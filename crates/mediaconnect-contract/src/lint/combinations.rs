//! The rule for `x-exclusive` and `x-together`, which state which fields of a request may be set together.

use serde_json::Value;

use super::{Lint, rules};
use crate::outline::{COMBINATIONS, Model, field_groups};

impl Lint<'_> {
    pub(super) fn combinations(&mut self, model: &Model) {
        for key in COMBINATIONS {
            let pointer = format!("{}/{key}", model.pointer);
            let Some(value) = self.contract.document().pointer(&pointer) else { continue };
            let is_field = |name: &&str| model.fields.iter().any(|field| field.wire_name == *name);
            let unknown = field_groups(value).into_iter().flatten().find(|name| !is_field(name));
            let wrong = if !are_groups(value) {
                format!(
                    "{key} must be a list of lists, and each inner list must name at least two different fields"
                )
            } else if let Some(unknown) = unknown {
                format!("{} has no field {unknown}", model.name)
            } else if !model.sent {
                format!("{} is never sent, so nothing checks {key}", model.name)
            } else {
                continue;
            };
            self.report(
                &pointer,
                &rules::COMBINATION,
                wrong,
                &format!("write {key}: [[field, other field]] in the schema of a sent object, or delete the extension"),
            );
        }
    }
}

fn are_groups(value: &Value) -> bool {
    let is_group = |group: &Value| {
        group.as_array().is_some_and(|names| {
            let is_new = |(index, name): (usize, &Value)| name.is_string() && !names[..index].contains(name);
            names.len() > 1 && names.iter().enumerate().all(is_new)
        })
    };
    value.as_array().is_some_and(|groups| !groups.is_empty() && groups.iter().all(is_group))
}
