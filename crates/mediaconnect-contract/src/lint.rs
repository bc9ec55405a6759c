//! The lint: reports the rules that a contract breaks.
//!
//! [`rules`] lists the rules. Before it generates code, the generator checks only the rules that stop a build.
//! `cargo xtask lint` and `cargo xtask check` check all rules. Each module contains the rules for one topic.

#[cfg(feature = "lint")]
mod check;
mod combinations;
mod fields;
mod grammar;
mod groups;
mod ignored;
mod metadata;
mod models;
mod names;
mod operations;
mod parameters;
mod recursion;
mod references;
mod security;
mod success;

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::Contract;
use crate::finding::{Finding, Findings};
use crate::outline::Outline;
use crate::rules::{self, Rule, Stops};
use grammar::Node;

#[cfg(feature = "lint")]
pub use check::lint;
pub use groups::{CLIENT_METHODS, COMMANDS, GROUP_METHODS};
pub use names::HAND_WRITTEN;
pub use parameters::OWN_HEADERS;

/// Checks a contract against the rules that stop a build.
///
/// # Errors
/// Returns all findings, in the order of the document.
pub fn lint_for_build(contract: &Contract, outline: &Outline) -> Result<(), Findings> {
    let mut lint = Lint::new(contract, outline);
    if lint.structure() {
        lint.build_rules();
    }
    lint.findings.retain(|(rule, _)| rule.stops == Stops::Build);
    lint.result()
}

/// The keywords that `lint_structure` checks. If the value of such a keyword has the wrong type, the outline ignores
/// the keyword.
const OUTLINE_KEYWORDS: [&str; 7] =
    ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "nullable"];

/// Checks only the rules that are necessary to read a contract: the version, the references, and the types of limits.
///
/// # Errors
/// Returns all findings, in the order of the document.
pub fn lint_structure(contract: &Contract) -> Result<(), Findings> {
    // The rules that run here do not read the outline, so an empty outline is sufficient.
    let outline = Outline::default();
    let mut lint = Lint::new(contract, &outline);
    if lint.structure() {
        // The outline ignores a limit with a value of the wrong type, so this function must report the limit.
        lint.grammar();
        let is_limit = |finding: &Finding| {
            finding.pointer.rsplit('/').next().is_some_and(|key| OUTLINE_KEYWORDS.contains(&key))
        };
        lint.findings.retain(|(rule, finding)| rule.name == rules::WRONG_KIND.name && is_limit(finding));
    }
    lint.findings.retain(|(rule, _)| rule.stops == Stops::Build);
    lint.result()
}

struct Lint<'a> {
    contract: &'a Contract,
    outline: &'a Outline,
    /// All objects of the contract, in the order of the document. The grammar check collects them.
    nodes: Vec<Node<'a>>,
    findings: Vec<(&'static Rule, Finding)>,
}

impl<'a> Lint<'a> {
    fn new(contract: &'a Contract, outline: &'a Outline) -> Self {
        Self { contract, outline, nodes: Vec::new(), findings: Vec::new() }
    }

    /// Checks the version and the references. Returns false if the contract has an error that prevents further checks.
    fn structure(&mut self) -> bool {
        self.findings.extend(self.contract.problems.iter().cloned());
        self.version();
        self.references("", self.contract.document());
        self.findings.iter().all(|(rule, _)| rule.stops == Stops::Check)
    }

    fn build_rules(&mut self) {
        self.servers();
        self.groups();
        self.operations();
        self.duplicate_parameters();
        self.models();
        self.scalars();
        self.grammar();
    }

    fn node(&self, pointer: &str) -> &'a Value {
        self.contract.document().pointer(pointer).unwrap_or(&Value::Null)
    }

    fn report(&mut self, pointer: &str, rule: &'static Rule, message: String, help: &str) {
        self.findings.push((rule, self.contract.finding(pointer, rule.name, message, help)));
    }

    fn result(self) -> Result<(), Findings> {
        let files = self.contract.files();
        let mut findings: Vec<Finding> = Vec::new();
        let mut seen = HashSet::new();
        for (_, finding) in self.findings {
            // A parameter that several operations share is checked once for each operation, so duplicate findings are
            // dropped.
            if seen.insert(finding.clone()) {
                findings.push(finding);
            }
        }
        let order = |finding: &Finding| files.iter().position(|file| file.name() == finding.file);
        findings.sort_by_key(|finding| (order(finding), finding.line));
        Findings::none_of(findings)
    }
}
