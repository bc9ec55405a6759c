//! The rules for security schemes and scopes.

#[cfg(feature = "lint")]
use std::collections::BTreeSet;

use serde_json::Value;

#[cfg(feature = "lint")]
use super::grammar::Object;
use super::{Lint, rules};
use crate::contract::escape;
use crate::outline::Operation;

impl Lint<'_> {
    pub(super) fn security(&mut self, operation: &Operation) {
        if operation.security.len() != 1 {
            self.report(
                &operation.pointer,
                &rules::SECURITY,
                format!("one security scheme is expected, there are {}", operation.security.len()),
                "name the one scheme that the operation needs: client mode or user mode",
            );
        }
        for (scheme, scopes) in &operation.security {
            let pointer = format!("/components/securitySchemes/{}", escape(scheme));
            let Some(definition) = self.contract.document().pointer(&pointer) else {
                self.report(
                    &operation.pointer,
                    &rules::SECURITY,
                    format!("the security scheme {scheme} does not exist"),
                    "define it under components/securitySchemes, or name one that is",
                );
                continue;
            };
            let flows = definition.get("flows").and_then(Value::as_object);
            let known: Vec<&String> = flows
                .into_iter()
                .flat_map(|flows| flows.values())
                .filter_map(|flow| flow.get("scopes").and_then(Value::as_object))
                .flat_map(|scopes| scopes.keys())
                .collect();
            for scope in scopes.iter().filter(|scope| !known.contains(scope)) {
                self.report(
                    &operation.pointer,
                    &rules::SECURITY,
                    format!("{scheme} has no scope {scope}"),
                    "define the scope in the scheme's flow, or name one that is",
                );
            }
        }
    }

    #[cfg(feature = "lint")]
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
                        format!("no operation needs the scope {scope} of {scheme}"),
                        "name it in the security of the operations that need it, or delete it",
                    );
                }
            }
        }
    }
}
