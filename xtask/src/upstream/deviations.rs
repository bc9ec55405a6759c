//! The intended differences between the contract and upstream's documents: `openapi/deviations.yaml`.

mod compared;
mod reader;

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use jiff::civil::Date;
use mediaconnect_contract::{Contract, Finding, Findings, Outline};
use serde_json::Value;
use xtask::compare::{Rule, rules};

use self::compared::Compared;
use self::reader::Reader;
use super::compare::Comparison;
use super::occurrence::Occurrence;

pub(super) const FILE: &str = "openapi/deviations.yaml";

/// The rules for missing nodes and for different types: upstream lacks a node, or gives the node another type than the
/// contract. Nothing below such a node is compared.
const HIDING: [&Rule; 9] = [
    &rules::PARAMETER_REMOVED,
    &rules::BODY_REMOVED,
    &rules::RESPONSE_BODY_REMOVED,
    &rules::SUCCESS_STATUS_REMOVED,
    &rules::ERROR_STATUS_REMOVED,
    &rules::FIELD_REMOVED_SENT,
    &rules::FIELD_REMOVED_RECEIVED,
    &rules::TYPE_CHANGED_SENT,
    &rules::TYPE_CHANGED_RECEIVED,
];

pub(super) struct Deviations {
    pub(super) entries: Vec<Deviation>,
    name: String,
}

/// An intended difference.
pub(super) struct Deviation {
    pub(super) line: usize,
    scope: Scope,
    rules: Vec<&'static Rule>,
    /// The values in the contract that the entry covers, written as in reports. If the list is empty, the entry covers
    /// any value.
    before: Vec<String>,
    pub(super) reason: String,
    pub(super) evidence: String,
    pub(super) review: Date,
}

/// The part of the contract to which an entry applies.
enum Scope {
    /// A node of the contract and everything below it.
    Node(String),
    /// A part of an operation, as in reports: `401` or `body /postalCode`. If `field` is empty, the entry applies to
    /// the whole operation.
    Field { operation: String, field: String },
}

impl Deviations {
    /// Reads the file.
    ///
    /// # Errors
    /// Returns all problems of the file, each with its line and help.
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
                "write `deviations: []` if there are none",
            );
        }
        let count = entries.map_or(0, Vec::len);
        let entries = (0..count).filter_map(|index| reader.entry(&format!("/deviations/{index}"))).collect();
        match Findings::none_of(reader.findings) {
            Ok(()) => Ok(Self { entries, name: file.name().to_owned() }),
            Err(findings) => bail!("{} cannot be used:\n{findings}", file.name()),
        }
    }

    /// Returns the position of the entry that covers a difference.
    pub(super) fn holding(&self, found: &Occurrence) -> Option<usize> {
        self.entries.iter().position(|entry| entry.holds(found))
    }

    /// Returns a finding for each entry whose review date has passed, and for each entry that covers no difference. An
    /// entry that covers no difference is reported only if its part of the contract was compared.
    ///
    /// `open` contains the differences that no entry covers.
    pub(super) fn to_look_at(
        &self,
        held: &BTreeSet<usize>,
        open: &[Occurrence],
        comparison: &Comparison<'_>,
        today: Date,
    ) -> Vec<Finding> {
        let compared = Compared::of(comparison, open);
        let mut findings = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let mut report = |rule, message: String, help: &str| {
                findings.push(Finding {
                    file: self.name.clone(),
                    line: entry.line,
                    pointer: entry.name(),
                    rule,
                    message,
                    help: help.to_owned(),
                });
            };
            if !held.contains(&index) && compared.has(&entry.scope) {
                report(
                    "deviation-without-difference",
                    "upstream's document no longer differs from the contract here".to_owned(),
                    "delete the entry; if upstream's documentation now agrees with the contract, write x-evidence: \
                     documented",
                );
            }
            if entry.review < today {
                report(
                    "deviation-past-review",
                    format!(
                        "this entry should have been reviewed by {}; its reason is: {}",
                        entry.review, entry.reason
                    ),
                    "check whether the evidence is still valid, and write the next date, or delete the entry",
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

    fn holds(&self, found: &Occurrence) -> bool {
        let is_before = |before: &String| found.before.as_ref() == Some(before);
        let has_value = self.before.is_empty() || self.before.iter().any(is_before);
        if !has_value || !self.rules.contains(&found.rule) {
            return false;
        }
        match &self.scope {
            // Upstream lists other members of this object, so it may have removed the missing one. This difference must
            // be reported, and an entry for the whole object does not cover it.
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

/// Returns true if `pointer` is `parent` or a pointer below `parent`.
fn is_below(pointer: &str, parent: &str) -> bool {
    pointer
        .strip_prefix(parent)
        .is_some_and(|rest| parent.is_empty() || rest.is_empty() || rest.starts_with(['/', ' ']))
}
