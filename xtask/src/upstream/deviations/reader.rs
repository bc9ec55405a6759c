//! Reads the entries of `openapi/deviations.yaml`, and collects the problems.

use jiff::civil::Date;
use mediaconnect_contract::{Contract, Finding, Outline};
use serde_json::Value;
use xtask::compare::{Rule, rules};

use super::{Deviation, Scope};

const KEYS: [&str; 8] = ["pointer", "operation", "field", "rules", "before", "reason", "evidence", "review"];

/// A file, with the problems found so far.
pub(super) struct Reader<'a> {
    pub(super) file: &'a Contract,
    pub(super) contract: &'a Contract,
    pub(super) outline: &'a Outline,
    pub(super) findings: Vec<Finding>,
}

impl Reader<'_> {
    pub(super) fn report(&mut self, pointer: &str, message: String, help: &str) {
        self.findings.push(self.file.finding(pointer, "deviation", message, help));
    }

    /// Returns the entry at a pointer, or `None` if the entry has a problem.
    pub(super) fn entry(&mut self, at: &str) -> Option<Deviation> {
        let node = self.file.document().pointer(at)?.clone();
        for key in node.as_object().into_iter().flat_map(|entry| entry.keys()) {
            if !KEYS.contains(&key.as_str()) {
                let help = format!("use {}", KEYS.join(", "));
                self.report(&format!("{at}/{key}"), format!("{key} is unknown"), &help);
            }
        }
        let scope = self.scope(at, &node);
        let rules = self.rules(at, &node);
        let before = self.before(at, &node);
        let reason = self.text(at, &node, "reason", "write why the contract differs");
        let evidence = self.text(at, &node, "evidence", "name the source that supports the contract");
        let review = self.review(at, &node);
        Some(Deviation {
            line: self.file.line(at),
            scope: scope?,
            rules: rules?,
            before: before?,
            reason: reason?,
            evidence: evidence?,
            review: review?,
        })
    }

    /// Returns the values that the entry covers. The list is empty if the entry covers any value.
    fn before(&mut self, at: &str, node: &Value) -> Option<Vec<String>> {
        let before = match node.get("before") {
            None => return Some(Vec::new()),
            Some(Value::Array(values)) if !values.is_empty() => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        let texts: Option<Vec<String>> =
            before.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        if texts.is_none() {
            let help = "write the value in quotes, as reports write it: `before: '404'`; or delete `before` if the \
                        entry covers any value";
            self.report(
                &format!("{at}/before"),
                "`before` is neither a string nor a list of strings".to_owned(),
                help,
            );
        }
        texts
    }

    fn text(&mut self, at: &str, node: &Value, key: &str, help: &str) -> Option<String> {
        let text = node.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.report(&format!("{at}/{key}"), format!("there is no {key}"), help);
        }
        text.map(|text| text.trim().to_owned())
    }

    fn scope(&mut self, at: &str, node: &Value) -> Option<Scope> {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        match (text("pointer"), text("operation"), text("field")) {
            (Some(pointer), None, None) => {
                if self.contract.document().pointer(&pointer).is_none() {
                    let message = format!("{pointer} does not exist in {}", self.contract.name());
                    self.report(
                        &format!("{at}/pointer"),
                        message,
                        "correct the pointer, or delete the entry",
                    );
                    return None;
                }
                Some(Scope::Node(pointer))
            }
            (None, Some(operation), field) => {
                if self.outline.operations.iter().all(|one| one.id != operation) {
                    let message = format!("{} has no operation {operation}", self.contract.name());
                    self.report(
                        &format!("{at}/operation"),
                        message,
                        "name an operationId, or delete the entry",
                    );
                    return None;
                }
                Some(Scope::Field { operation, field: field.unwrap_or_default() })
            }
            _ => {
                let help = "write `pointer` for a node of the contract; for an operation or a part of it, \
                 write `operation` and `field`, as reports write them: `field: 200 /customers/[]/emails`";
                self.report(at, "the entry has no scope".to_owned(), help);
                None
            }
        }
    }

    fn rules(&mut self, at: &str, node: &Value) -> Option<Vec<&'static Rule>> {
        let at = format!("{at}/rules");
        let names: Vec<&Value> = node.get("rules").and_then(Value::as_array).into_iter().flatten().collect();
        let rule = |name: &Value| rules::ALL.iter().find(|rule| name == rule.name).copied();
        let unknown: Vec<String> =
            names.iter().filter(|name| rule(name).is_none()).map(ToString::to_string).collect();
        if names.is_empty() || !unknown.is_empty() {
            let message = if names.is_empty() {
                "there are no rules".to_owned()
            } else {
                format!("unknown rules: {}", unknown.join(", "))
            };
            self.report(&at, message, "list rule names; `cargo xtask diff --rules` prints them");
            return None;
        }
        Some(names.into_iter().filter_map(rule).collect())
    }

    fn review(&mut self, at: &str, node: &Value) -> Option<Date> {
        let review = node.get("review").and_then(Value::as_str).and_then(|text| text.parse().ok());
        if review.is_none() {
            let help = "write the day of the next review as YYYY-MM-DD";
            self.report(&format!("{at}/review"), "review is not a date".to_owned(), help);
        }
        review
    }
}
