//! The rule for descriptions of enum values.

use serde_json::Value;

use crate::lint::Lint;
use crate::pointer::escape;
use crate::rules;

impl Lint<'_> {
    /// Reports a description in `x-enum-descriptions` whose value is not in the enum.
    pub(super) fn enum_descriptions(&mut self) {
        for scalar in &self.outline.scalars {
            let described = scalar.schema.extensions.get("x-enum-descriptions").and_then(Value::as_object);
            for (value, _) in described.into_iter().flatten() {
                if !scalar.schema.values.contains(value) {
                    self.report(
                        &format!("{}/x-enum-descriptions/{}", scalar.pointer, escape(value)),
                        &rules::ENUM_DESCRIPTIONS,
                        format!("{value} has a description, but the enum does not list it"),
                        "delete the description, or add the value to the enum",
                    );
                }
            }
        }
    }
}
