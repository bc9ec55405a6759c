//! The rules for security schemes and scopes.

use serde_json::Value;

use super::{Lint, rules};
use crate::outline::Operation;
use crate::pointer::escape;

impl Lint<'_> {
    pub(super) fn security(&mut self, operation: &Operation) {
        if operation.security.len() != 1 {
            self.report(
                &operation.pointer,
                &rules::SECURITY,
                format!("expected one security scheme, found {}", operation.security.len()),
                "name one scheme under security: either the one for client mode or the one for user mode",
            );
        }
        for (scheme, scopes) in &operation.security {
            let pointer = format!("/components/securitySchemes/{}", escape(scheme));
            let Some(definition) = self.contract.document().pointer(&pointer) else {
                self.report(
                    &operation.pointer,
                    &rules::SECURITY,
                    format!("the security scheme {scheme} does not exist"),
                    "define it under components/securitySchemes, or use one that is defined",
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
                    "define the scope in the scheme's flow, or use one that is defined",
                );
            }
        }
    }
}
