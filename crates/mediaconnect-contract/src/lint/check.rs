//! The rules that do not stop a build (feature `lint`).

mod client_errors;
mod components;
mod deprecation;
mod descriptions;
mod enum_descriptions;
mod limits;
mod paths;
mod patterns;
mod scopes;
mod values;
mod yaml;

use super::Lint;
use super::grammar::{Node, Object};
use crate::contract::Contract;
use crate::finding::Findings;
use crate::outline::Outline;

/// Checks a contract against all rules.
///
/// # Errors
/// Returns all findings, in the order of the document.
pub fn lint(contract: &Contract, outline: &Outline) -> Result<(), Findings> {
    let mut lint = Lint::new(contract, outline);
    lint.yaml();
    if lint.structure() {
        lint.build_rules();
        lint.check_rules();
    }
    lint.result()
}

impl<'a> Lint<'a> {
    fn check_rules(&mut self) {
        self.paths();
        self.client_errors();
        self.enum_descriptions();
        self.descriptions_of_parts();
        self.limits();
        self.unchecked();
        self.patterns();
        self.values();
        self.deprecations();
        self.unused_components();
        self.unused_scopes();
    }

    fn nodes(&self, object: Object) -> Vec<Node<'a>> {
        self.nodes.iter().filter(|node| node.object == object).cloned().collect()
    }
}
