//! The part of the contract that a comparison covers.

use std::collections::BTreeSet;

use mediaconnect_contract::Contract;
use serde_json::Value;

use super::super::compare::Comparison;
use super::super::occurrence::Occurrence;
use super::{HIDING, Scope, is_below};

/// The part of the contract that was compared: the nodes of the operations that upstream's documents also have. If
/// upstream lacks a node or gives it a different type, the nodes below it were not compared.
pub(super) struct Compared<'a> {
    operations: BTreeSet<String>,
    roots: BTreeSet<String>,
    hiding: Vec<&'a Occurrence>,
    hidden: BTreeSet<String>,
}

impl<'a> Compared<'a> {
    pub(super) fn of(comparison: &Comparison<'_>, open: &'a [Occurrence]) -> Self {
        let operations: BTreeSet<String> =
            comparison.operations.iter().filter_map(|one| one.ours.clone()).collect();
        let mut roots = BTreeSet::new();
        for operation in comparison.outline.operations.iter().filter(|one| operations.contains(&one.id)) {
            reach(comparison.contract, &operation.pointer, &mut roots);
        }
        if comparison.has_servers() && !operations.is_empty() {
            roots.insert("/servers".to_owned());
        }
        if comparison.has_schemes() {
            let used = comparison.outline.operations.iter().filter(|one| operations.contains(&one.id));
            let names: BTreeSet<&String> =
                used.flat_map(|one| one.security.iter().map(|(name, _)| name)).collect();
            let schemes = comparison.outline.schemes.iter().filter(|scheme| names.contains(&scheme.name));
            roots.extend(schemes.map(|scheme| scheme.pointer.clone()));
        }
        let hiding: Vec<&Occurrence> = open.iter().filter(|found| HIDING.contains(&found.rule)).collect();
        let mut hidden = BTreeSet::new();
        for found in &hiding {
            let spot = &found.spot;
            reach(comparison.contract, spot.value.as_ref().unwrap_or(&spot.behind), &mut hidden);
        }
        Self { operations, roots, hiding, hidden }
    }

    /// Returns true if the comparison included the part of the contract to which an entry applies.
    pub(super) fn has(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Node(pointer) => {
                self.roots.iter().any(|root| is_below(pointer, root) || is_below(root, pointer))
                    && !self.hidden.iter().any(|root| is_below(pointer, root))
            }
            Scope::Field { operation, field } => {
                let hides = |found: &&Occurrence| {
                    found.place.operation.as_ref() == Some(operation) && is_below(field, &found.part())
                };
                self.operations.contains(operation) && !self.hiding.iter().any(hides)
            }
        }
    }
}

/// Collects a node and all nodes that it reaches through `$ref`.
fn reach(contract: &Contract, pointer: &str, roots: &mut BTreeSet<String>) {
    if !roots.insert(pointer.to_owned()) {
        return;
    }
    let mut targets = Vec::new();
    references(contract.document().pointer(pointer).unwrap_or(&Value::Null), &mut targets);
    for target in targets {
        reach(contract, &target, roots);
    }
}

fn references(node: &Value, targets: &mut Vec<String>) {
    if let Some(target) = node.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'))
    {
        targets.push(target.to_owned());
    }
    match node {
        Value::Object(members) => members.values().for_each(|value| references(value, targets)),
        Value::Array(items) => items.iter().for_each(|item| references(item, targets)),
        _ => {}
    }
}
