//! Compares operations: their addresses, parameters, bodies and responses.

use std::collections::{HashMap, HashSet};

use mediaconnect_contract::outline::Operation;

use super::change::{Direction, Rule};
use super::rules;
use super::schemas::sunset_rule;
use super::text;
use super::values::canonical;
use super::walk::{Site, Values, Walk, place};

impl<'a> Walk<'a> {
    pub(super) fn operations(&mut self) {
        let (old, new) = (self.old, self.new);
        self.pairs = pairs(&old.operations, &new.operations);
        let pairs: HashMap<&str, (&Operation, &Operation)> =
            self.pairs.iter().map(|pair| (pair.0.pointer.as_str(), *pair)).collect();
        for before in &old.operations {
            if let Some((before, after)) = pairs.get(before.pointer.as_str()).copied() {
                self.operation(before, after);
            } else {
                let (here, gone) = (place(&label(before), None), call(before));
                self.report(&rules::OPERATION_REMOVED, here, &before.pointer, (Some(&gone), None));
            }
        }
        let paired: HashSet<&str> = pairs.values().map(|(_, after)| after.pointer.as_str()).collect();
        for after in &new.operations {
            if !paired.contains(after.pointer.as_str()) {
                let here = place(&label(after), None);
                self.report(&rules::OPERATION_ADDED, here, &after.pointer, (None, Some(&call(after))));
            }
        }
    }

    fn operation(&mut self, old: &'a Operation, new: &'a Operation) {
        let label = label(new);
        self.address(&label, old, new);
        if old.servers != new.servers {
            let shown = |one: &Operation| {
                if one.servers.is_empty() {
                    "those of the contract".to_owned()
                } else {
                    one.servers.join(" or ")
                }
            };
            let values = (shown(old), shown(new));
            self.report(
                &rules::OPERATION_SERVERS_CHANGED,
                place(&label, None),
                &new.pointer,
                (Some(&values.0), Some(&values.1)),
            );
        }
        self.operation_facts(&label, old, new);
        self.security(&label, old, new);
        self.parameters(&label, old, new);
        self.request(&label, old, new);
        self.responses(&label, old, new);
    }

    fn address(&mut self, label: &str, old: &Operation, new: &Operation) {
        if old.method != new.method {
            let values = (Some(old.method.as_str()), Some(new.method.as_str()));
            self.report(&rules::METHOD_CHANGED, place(label, None), &new.pointer, values);
        }
        if old.path != new.path {
            let is_same_url = without_names(&old.path) == without_names(&new.path);
            let rule = if is_same_url { &rules::PATH_PLACEHOLDER_RENAMED } else { &rules::PATH_CHANGED };
            let values = (Some(old.path.as_str()), Some(new.path.as_str()));
            self.report(rule, place(label, None), &new.pointer, values);
        }
    }

    fn operation_facts(&mut self, label: &str, old: &Operation, new: &Operation) {
        if old.deprecated != new.deprecated {
            let rule =
                if new.deprecated { &rules::OPERATION_DEPRECATED } else { &rules::DEPRECATION_WITHDRAWN };
            let word = |on| text::flag(on, "deprecated", "in use");
            let values = (Some(word(old.deprecated)), Some(word(new.deprecated)));
            self.report(rule, place(label, None), &new.pointer, values);
        }
        if let Some(rule) = sunset_rule(&old.deprecation, &new.deprecation) {
            let values = (old.deprecation.sunset.as_deref(), new.deprecation.sunset.as_deref());
            self.report(rule, place(label, None), &new.pointer, values);
        }
        let is_safe = |operation: &Operation| operation.safe_to_retry.unwrap_or(false);
        if is_safe(old) != is_safe(new) {
            let rule = if is_safe(new) { &rules::REPEAT_ALLOWED } else { &rules::REPEAT_FORBIDDEN };
            let word = |operation| text::flag(is_safe(operation), "safe to retry", "not safe to retry");
            self.report(rule, place(label, None), &new.pointer, (Some(word(old)), Some(word(new))));
        }
        let notes = (old.deprecation.note.as_deref(), new.deprecation.note.as_deref());
        let facts: [(&'static Rule, Values<'_>); 4] = [
            (&rules::DESCRIPTION_CHANGED, notes),
            (&rules::DESCRIPTION_CHANGED, (old.summary.as_deref(), new.summary.as_deref())),
            (&rules::DESCRIPTION_CHANGED, (old.description.as_deref(), new.description.as_deref())),
            (&rules::EVIDENCE_CHANGED, (old.evidence.as_deref(), new.evidence.as_deref())),
        ];
        for (rule, values) in facts.into_iter().filter(|(_, values)| values.0 != values.1) {
            self.report(rule, place(label, None), &new.pointer, values);
        }
        // Of the extensions, only `x-success` has an effect, and it is about responses.
        let site = Site::new(label, None, Direction::Received);
        let (before, after) = (canonical(&old.extensions), canonical(&new.extensions));
        self.extensions(&site, &new.pointer, &before, &after);
    }
}

/// A function that returns the key of an operation. An old and a new operation with the same key are compared.
type KeyOf = dyn Fn(&Operation) -> Option<String>;

/// Pairs the operations of both contracts by id. Pairs the remaining operations by method and URL.
fn pairs<'a>(old: &'a [Operation], new: &'a [Operation]) -> Vec<(&'a Operation, &'a Operation)> {
    let by_id = |one: &Operation| (!one.id.is_empty()).then(|| one.id.clone());
    let by_url = |one: &Operation| Some(format!("{} {}", one.method, without_names(&one.path)));
    let rules: [&KeyOf; 2] = [&by_id, &by_url];
    let mut pairs: Vec<(&Operation, &Operation)> = Vec::new();
    for key in rules {
        let old_taken: HashSet<&str> = pairs.iter().map(|(one, _)| one.pointer.as_str()).collect();
        let new_taken: HashSet<&str> = pairs.iter().map(|(_, one)| one.pointer.as_str()).collect();
        // If several new operations have the same key, the first one is used.
        let mut free: HashMap<String, &Operation> = HashMap::new();
        for after in new.iter().filter(|one| !new_taken.contains(one.pointer.as_str())).rev() {
            free.extend(key(after).map(|key| (key, after)));
        }
        let found: Vec<_> = old
            .iter()
            .filter(|one| !old_taken.contains(one.pointer.as_str()))
            .filter_map(|before| Some((before, free.remove(&key(before)?)?)))
            .collect();
        pairs.extend(found);
    }
    pairs
}

/// Returns the name of an operation in reports.
pub(super) fn label(operation: &Operation) -> String {
    if operation.id.is_empty() { call(operation) } else { operation.id.clone() }
}

fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Returns a path without placeholder names, which are not part of the URL.
fn without_names(path: &str) -> String {
    let mut parts = path.split('{');
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |path, part| path + "{}" + part.split_once('}').map_or("", |(_, rest)| rest))
}
