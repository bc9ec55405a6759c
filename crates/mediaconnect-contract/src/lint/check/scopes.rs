//! The rule for unused scopes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lint::Lint;
use crate::lint::grammar::Object;
use crate::pointer::escape;
use crate::rules;

impl Lint<'_> {
    pub(super) fn unused_scopes(&mut self) {
        let outline = self.outline;
        let needed: BTreeSet<(&str, &str)> = outline
            .operations
            .iter()
            .flat_map(|operation| &operation.security)
            .flat_map(|(scheme, scopes)| scopes.iter().map(|scope| (scheme.as_str(), scope.as_str())))
            .collect();
        for node in self.nodes(Object::Flow) {
            let scheme = node.pointer.split('/').nth(3).unwrap_or_default();
            let scopes = node.value.get("scopes").and_then(Value::as_object);
            for (scope, _) in scopes.into_iter().flatten() {
                if !needed.contains(&(scheme, scope.as_str())) {
                    self.report(
                        &format!("{}/scopes/{}", node.pointer, escape(scope)),
                        &rules::UNUSED_SCOPE,
                        format!("no operation uses the scope {scope} of {scheme}"),
                        "add it to the security of the operations that need it, or delete it",
                    );
                }
            }
        }
    }
}
