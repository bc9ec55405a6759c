//! The rule for objects that contain themselves.

use std::collections::BTreeSet;

use super::{Lint, rules};
use crate::outline::{Field, Kind, Model};

impl Lint<'_> {
    /// Reports each field through which an object contains itself. A list or a map ends the search, because its items
    /// have a size of their own.
    pub(super) fn recursion(&mut self, model: &Model) {
        for field in &model.fields {
            if self.contains(field, &model.name) {
                self.report(
                    &field.pointer,
                    &rules::RECURSION,
                    format!("through {}, an object of {} would contain itself", field.wire_name, model.name),
                    "make the field a list if upstream sends one; otherwise refer to an object without this field",
                );
            }
        }
    }

    /// Returns true if the field's object is `name` or contains it.
    fn contains(&self, field: &Field, name: &str) -> bool {
        let (mut left, mut seen) = (vec![field], BTreeSet::new());
        while let Some(field) = left.pop() {
            let Kind::Object(Some(inner)) = &field.schema.kind else { continue };
            if inner == name {
                return true;
            }
            if seen.insert(inner) {
                left.extend(self.outline.model(inner).into_iter().flat_map(|model| &model.fields));
            }
        }
        false
    }
}
