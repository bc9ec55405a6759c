//! The rules for security schemes and scopes.

use serde_json::Value;

use super::{Lint, rules};
use crate::contract::Contract;
use crate::outline::Operation;
use crate::pointer::escape;

impl Lint<'_> {
    pub(super) fn security(&mut self, operation: &Operation) {
        let one = match operation.alternatives.as_slice() {
            [alternative] if alternative.len() == 1 => alternative.keys().next().map(String::as_str),
            _ => None,
        };
        // The generator recognises the modes by these names. A scheme that does not exist is reported below.
        let is_mode = |scheme| ["clientCredentials", "authorizationCode"].contains(&scheme);
        if !one.is_some_and(|scheme| is_mode(scheme) || scheme_of(self.contract, scheme).is_none()) {
            self.report(
                &operation.pointer,
                &rules::SECURITY,
                "expected exactly one security scheme, clientCredentials or authorizationCode".to_owned(),
                "write security: [{clientCredentials: [read]}] for client mode, or [{authorizationCode: [read]}] for user mode",
            );
        }
        for (scheme, scopes) in &operation.security {
            let Some(definition) = scheme_of(self.contract, scheme) else {
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

fn scheme_of<'c>(contract: &'c Contract, name: &str) -> Option<&'c Value> {
    contract.document().pointer(&format!("/components/securitySchemes/{}", escape(name)))
}
