//! Where the contract differs from upstream's documents on purpose: `openapi/deviations.yaml`.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use jiff::civil::Date;
use mediaconnect_contract::{Contract, Finding, Findings, Outline};
use serde_json::Value;
use xtask::compare::{Rule, rules};

use super::compare::{Comparison, Found};

pub(super) const FILE: &str = "openapi/deviations.yaml";

const KEYS: [&str; 8] = ["pointer", "operation", "field", "rules", "before", "reason", "evidence", "review"];

/// Rules of what is gone as a whole, or is another thing: nothing below it was compared.
const HIDING: [&Rule; 9] = [
    &rules::PARAMETER_REMOVED,
    &rules::BODY_REMOVED,
    &rules::ANSWER_BODY_REMOVED,
    &rules::SUCCESS_STATUS_REMOVED,
    &rules::ERROR_STATUS_REMOVED,
    &rules::FIELD_REMOVED_SENT,
    &rules::FIELD_REMOVED_RECEIVED,
    &rules::TYPE_CHANGED_SENT,
    &rules::TYPE_CHANGED_RECEIVED,
];

/// All entries of the file.
pub(super) struct Deviations {
    pub(super) entries: Vec<Deviation>,
    name: String,
}

/// A difference that is held on purpose.
pub(super) struct Deviation {
    pub(super) line: usize,
    scope: Scope,
    rules: Vec<&'static Rule>,
    /// What the contract has, as reports write it; empty for anything.
    before: Vec<String>,
    pub(super) reason: String,
    pub(super) evidence: String,
    pub(super) review: Date,
}

/// What an entry is about.
enum Scope {
    /// A node of the contract, and all that is below it.
    Node(String),
    /// A part of an operation, as reports write it: `401`, `body /postalCode`. Empty is all of it.
    Field { operation: String, field: String },
}

impl Deviations {
    /// Reads the file.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and remedy.
    pub(super) fn read(file: &Contract, contract: &Contract, outline: &Outline) -> Result<Self> {
        let mut reader = Reader { file, contract, outline, findings: Vec::new() };
        let root = file.document().as_object();
        for key in root.into_iter().flat_map(|root| root.keys()).filter(|key| *key != "deviations") {
            reader.report(
                &format!("/{key}"),
                format!("{key} is unknown"),
                "write all entries under `deviations`",
            );
        }
        let entries = file.document().get("deviations").and_then(Value::as_array);
        if entries.is_none() {
            reader.report(
                "",
                "there is no list of deviations".to_owned(),
                "write `deviations: []` if there is none",
            );
        }
        let count = entries.map_or(0, Vec::len);
        let entries = (0..count).filter_map(|index| reader.entry(&format!("/deviations/{index}"))).collect();
        match Findings::none_of(reader.findings) {
            Ok(()) => Ok(Self { entries, name: file.name().to_owned() }),
            Err(findings) => bail!("{} cannot be used:\n{findings}", file.name()),
        }
    }

    /// The entry that holds a difference.
    pub(super) fn holding(&self, found: &Found) -> Option<usize> {
        self.entries.iter().position(|entry| entry.holds(found))
    }

    /// Entries that held nothing, although what they are about was compared; and those past their review date.
    ///
    /// `open` are the differences that no entry holds.
    pub(super) fn to_look_at(
        &self,
        held: &BTreeSet<usize>,
        open: &[Found],
        comparison: &Comparison<'_>,
        today: Date,
    ) -> Vec<Finding> {
        let compared = Compared::of(comparison, open);
        let mut findings = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let mut report = |rule, message: String, remedy: &str| {
                findings.push(Finding {
                    file: self.name.clone(),
                    line: entry.line,
                    pointer: entry.name(),
                    rule,
                    message,
                    help: remedy.to_owned(),
                });
            };
            if !held.contains(&index) && compared.has(&entry.scope) {
                report(
                    "deviation-without-difference",
                    "upstream's document no longer differs here".to_owned(),
                    "delete the entry; if upstream now says what the contract says, write x-evidence: documented",
                );
            }
            if entry.review < today {
                report(
                    "deviation-past-review",
                    format!("the review of {} is due: {}", entry.review, entry.reason),
                    "see whether the evidence still holds, and write the next date, or delete the entry",
                );
            }
        }
        findings
    }
}

impl Deviation {
    pub(super) fn name(&self) -> String {
        match &self.scope {
            Scope::Node(pointer) => pointer.clone(),
            Scope::Field { operation, field } => format!("{operation} {field}").trim_end().to_owned(),
        }
    }

    fn holds(&self, found: &Found) -> bool {
        let is_before = |before: &String| found.before.as_ref() == Some(before);
        let has_value = self.before.is_empty() || self.before.iter().any(is_before);
        if !has_value || !self.rules.contains(&found.rule) {
            return false;
        }
        match &self.scope {
            // An entry of a whole object holds members that upstream does not list, not one that it takes off its list.
            Scope::Node(pointer) if found.is_one_of_several && found.spot.node != *pointer => false,
            Scope::Field { field, .. } if found.is_one_of_several && found.part() != *field => false,
            Scope::Node(pointer) => {
                let nodes = [&found.spot.node, &found.spot.behind].into_iter().chain(&found.spot.value);
                nodes.into_iter().any(|node| is_below(node, pointer))
            }
            Scope::Field { operation, field } => {
                found.place.operation.as_ref() == Some(operation) && is_below(&found.part(), field)
            }
        }
    }
}

/// Returns whether a pointer is another one, or leads further into it.
fn is_below(pointer: &str, parent: &str) -> bool {
    pointer
        .strip_prefix(parent)
        .is_some_and(|rest| parent.is_empty() || rest.is_empty() || rest.starts_with(['/', ' ']))
}

/// What of the contract was compared: the roots that the common operations reach, but for what hides behind a difference.
struct Compared<'a> {
    operations: BTreeSet<String>,
    roots: BTreeSet<String>,
    hiding: Vec<&'a Found>,
    hidden: BTreeSet<String>,
}

impl<'a> Compared<'a> {
    fn of(comparison: &Comparison<'_>, open: &'a [Found]) -> Self {
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
        let hiding: Vec<&Found> = open.iter().filter(|found| HIDING.contains(&found.rule)).collect();
        let mut hidden = BTreeSet::new();
        for found in &hiding {
            let spot = &found.spot;
            reach(comparison.contract, spot.value.as_ref().unwrap_or(&spot.behind), &mut hidden);
        }
        Self { operations, roots, hiding, hidden }
    }

    fn has(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Node(pointer) => {
                self.roots.iter().any(|root| is_below(pointer, root) || is_below(root, pointer))
                    && !self.hidden.iter().any(|root| is_below(pointer, root))
            }
            Scope::Field { operation, field } => {
                let hides = |found: &&Found| {
                    found.place.operation.as_ref() == Some(operation) && is_below(field, &found.part())
                };
                self.operations.contains(operation) && !self.hiding.iter().any(hides)
            }
        }
    }
}

/// A node, and all that `$ref` leads to from there.
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

struct Reader<'a> {
    file: &'a Contract,
    contract: &'a Contract,
    outline: &'a Outline,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn report(&mut self, pointer: &str, message: String, remedy: &str) {
        self.findings.push(self.file.finding(pointer, "deviation", message, remedy));
    }

    fn entry(&mut self, at: &str) -> Option<Deviation> {
        let node = self.file.document().pointer(at)?.clone();
        for key in node.as_object().into_iter().flat_map(|entry| entry.keys()) {
            if !KEYS.contains(&key.as_str()) {
                let remedy = format!("use {}", KEYS.join(", "));
                self.report(&format!("{at}/{key}"), format!("{key} is unknown"), &remedy);
            }
        }
        let scope = self.scope(at, &node);
        let rules = self.rules(at, &node);
        let before = match node.get("before") {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let reason = self.text(at, &node, "reason", "say why the contract differs");
        let evidence = self.text(at, &node, "evidence", "say where the knowledge is from");
        let review = self.review(at, &node);
        Some(Deviation {
            line: self.file.line(at),
            scope: scope?,
            rules: rules?,
            before,
            reason: reason?,
            evidence: evidence?,
            review: review?,
        })
    }

    fn text(&mut self, at: &str, node: &Value, key: &str, remedy: &str) -> Option<String> {
        let text = node.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.report(&format!("{at}/{key}"), format!("there is no {key}"), remedy);
        }
        text.map(|text| text.trim().to_owned())
    }

    fn scope(&mut self, at: &str, node: &Value) -> Option<Scope> {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        match (text("pointer"), text("operation"), text("field")) {
            (Some(pointer), None, None) => {
                if self.contract.document().pointer(&pointer).is_none() {
                    let message = format!("{pointer} leads nowhere in {}", self.contract.name());
                    self.report(&format!("{at}/pointer"), message, "correct it, or delete the entry");
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
                let remedy = "write either pointer, into the contract, or operation with field, as a report has them: \
                              `field: 200 /customers/[]/emails`";
                self.report(at, "nothing says what the entry is about".to_owned(), remedy);
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
                format!("no rule is {}", unknown.join(", "))
            };
            self.report(&at, message, "list names of rules; `cargo xtask diff --rules` prints them");
            return None;
        }
        Some(names.into_iter().filter_map(rule).collect())
    }

    fn review(&mut self, at: &str, node: &Value) -> Option<Date> {
        let review = node.get("review").and_then(Value::as_str).and_then(|text| text.parse().ok());
        if review.is_none() {
            let remedy = "write the day on which somebody looks at it again, as YYYY-MM-DD";
            self.report(&format!("{at}/review"), "review is no date".to_owned(), remedy);
        }
        review
    }
}
