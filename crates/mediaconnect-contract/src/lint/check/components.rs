//! The rule for unused components.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lint::Lint;
use crate::pointer::escape;
use crate::rules;

impl Lint<'_> {
    pub(super) fn unused_components(&mut self) {
        let mut reached = BTreeSet::new();
        for pointer in ["/paths", "/security"] {
            self.reach(self.node(pointer), &mut reached);
        }
        let operations = self.outline.operations.iter();
        let schemes = operations.flat_map(|operation| &operation.security);
        for (scheme, _) in schemes {
            reached.insert(format!("/components/securitySchemes/{}", escape(scheme)));
        }
        for (group, members) in self.node("/components").as_object().into_iter().flatten() {
            for (name, _) in members.as_object().into_iter().flatten() {
                let pointer = format!("/components/{}/{}", escape(group), escape(name));
                if !reached.contains(&pointer) {
                    self.report(
                        &pointer,
                        &rules::UNUSED_COMPONENT,
                        format!("no operation uses {name}"),
                        "refer to it where it is needed, or delete it",
                    );
                }
            }
        }
    }

    /// Adds the targets of all references in a node, including nested ones.
    fn reach(&self, node: &Value, reached: &mut BTreeSet<String>) {
        match node {
            Value::Object(members) => {
                let target =
                    members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
                if let Some(target) = target
                    && reached.insert(target.to_owned())
                {
                    self.reach(self.node(target), reached);
                }
                members.values().for_each(|member| self.reach(member, reached));
            }
            Value::Array(items) => items.iter().for_each(|item| self.reach(item, reached)),
            _ => {}
        }
    }
}
