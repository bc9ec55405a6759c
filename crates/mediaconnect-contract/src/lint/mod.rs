//! The lint: it refuses contracts, each time with a remedy.
//!
//! [`rules`] lists the rules. Those that stop the build are checked before the generator sees a contract; the others
//! by `cargo xtask lint` and `check`. A file holds a group of rules.

#[cfg(feature = "lint")]
mod components;
#[cfg(feature = "lint")]
mod deprecation;
mod fields;
mod grammar;
mod groups;
#[cfg(feature = "lint")]
mod limits;
mod models;
mod names;
mod operations;
mod parameters;
#[cfg(feature = "lint")]
mod patterns;
mod prose;
mod references;
pub mod rules;
mod security;
mod success;
#[cfg(feature = "lint")]
mod values;
#[cfg(feature = "lint")]
mod yaml;

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::Contract;
use crate::finding::{Finding, Findings};
use crate::outline::Outline;
use grammar::Node;
#[cfg(feature = "lint")]
use grammar::Object;
use rules::{Rule, Stops};

pub use groups::{CLIENT_METHODS, COMMANDS, GROUP_METHODS};

/// Checks a contract by all rules.
///
/// # Errors
/// Everything that was found, in the order of the document.
#[cfg(feature = "lint")]
pub fn lint(contract: &Contract, outline: &Outline) -> Result<(), Findings> {
    let mut lint = Lint::new(contract, outline);
    lint.yaml();
    if lint.structure() {
        lint.build_rules();
        lint.check_rules();
    }
    lint.result()
}

/// Checks what the generator needs: the rules that stop the build.
///
/// # Errors
/// Everything that was found, in the order of the document.
pub fn lint_for_build(contract: &Contract, outline: &Outline) -> Result<(), Findings> {
    let mut lint = Lint::new(contract, outline);
    if lint.structure() {
        lint.build_rules();
    }
    lint.findings.retain(|(rule, _)| rule.stops == Stops::Build);
    lint.result()
}

/// Keywords that would be read as absent if their value is of another kind.
const LIMITS: [&str; 7] =
    ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "nullable"];

/// Checks only what reading a contract needs: the version, references that lead somewhere, and limits that are numbers.
///
/// # Errors
/// Everything that was found, in the order of the document.
pub fn lint_structure(contract: &Contract) -> Result<(), Findings> {
    // None of these rules asks the outline.
    let outline = Outline::default();
    let mut lint = Lint::new(contract, &outline);
    if lint.structure() {
        // A limit that is a text would be read as none.
        lint.grammar();
        let is_limit =
            |finding: &Finding| finding.pointer.rsplit('/').next().is_some_and(|key| LIMITS.contains(&key));
        lint.findings.retain(|(rule, finding)| rule.name == rules::WRONG_KIND.name && is_limit(finding));
    }
    lint.findings.retain(|(rule, _)| rule.stops == Stops::Build);
    lint.result()
}

struct Lint<'a> {
    contract: &'a Contract,
    outline: &'a Outline,
    /// The nodes that the specification has a name for, in the order of the document.
    nodes: Vec<Node<'a>>,
    findings: Vec<(&'static Rule, Finding)>,
}

impl<'a> Lint<'a> {
    fn new(contract: &'a Contract, outline: &'a Outline) -> Self {
        Self { contract, outline, nodes: Vec::new(), findings: Vec::new() }
    }

    /// Returns whether there is any use in looking further: behind a dangling reference everything else would be noise.
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

    #[cfg(feature = "lint")]
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

    #[cfg(feature = "lint")]
    fn nodes(&self, object: Object) -> Vec<Node<'a>> {
        self.nodes.iter().filter(|node| node.object == object).cloned().collect()
    }

    fn node(&self, pointer: &str) -> &'a Value {
        self.contract.document().pointer(pointer).unwrap_or(&Value::Null)
    }

    fn report(&mut self, pointer: &str, rule: &'static Rule, message: String, remedy: &str) {
        self.findings.push((rule, self.contract.finding(pointer, rule.name, message, remedy)));
    }

    fn result(self) -> Result<(), Findings> {
        let files = self.contract.files();
        let mut findings: Vec<Finding> = Vec::new();
        let mut seen = HashSet::new();
        for (_, finding) in self.findings {
            // A shared parameter is looked at for each operation that has it.
            if seen.insert(finding.clone()) {
                findings.push(finding);
            }
        }
        let order = |finding: &Finding| files.iter().position(|file| file.name() == finding.file);
        findings.sort_by_key(|finding| (order(finding), finding.line));
        Findings::none_of(findings)
    }
}
