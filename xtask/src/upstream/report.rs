//! The report: what differs, what is held on purpose, and what to look at.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use mediaconnect_contract::Finding;
use serde_json::{Value, json};
use xtask::compare::{Change, Class, Direction, Place, Report, rules};

use super::compare::{Comparison, Found};
use super::coverage::Endpoint;
use super::deviations::Deviations;
use super::lifecycle::{self, Sunset};
use super::undescribed::undescribed;
use crate::diff::FailOn;

/// All that there is to say.
pub(super) struct Outcome<'a> {
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) is_whole: bool,
    pub(super) today: Date,
    /// What is not held, at each of its places.
    pub(super) found: Vec<Found>,
    /// The same, by change: our contract's pointers.
    pub(super) differences: Vec<Difference>,
    pub(super) missing: Vec<Missing>,
    /// Ours that upstream does not have any more; only of a whole input.
    pub(super) gone: Vec<Gone>,
    pub(super) sunsets: Vec<(String, Sunset, String)>,
    pub(super) held: Vec<Held>,
    pub(super) deviations: Vec<Finding>,
    /// Examples of pages that the contract does not fit, and navigations that coverage.yaml does not.
    pub(super) pages: Vec<Finding>,
    /// What upstream says otherwise than when it was recorded.
    pub(super) changed: Vec<Finding>,
    pub(super) notes: Vec<Finding>,
}

/// A difference, with all its places.
pub(super) struct Difference {
    pub(super) change: Change,
    /// File and line of ours.
    pub(super) ours: String,
    /// Files and lines of upstream's.
    pub(super) upstream: Vec<String>,
    pub(super) remark: Option<&'static str>,
}

/// An operation that upstream has, and we have not.
pub(super) struct Missing {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) at: String,
    pub(super) endpoint: Option<Endpoint>,
}

/// An operation of ours that upstream's document has not.
pub(super) struct Gone {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) at: String,
}

/// Differences that an entry of the deviations holds.
pub(super) struct Held {
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) evidence: String,
    pub(super) review: Date,
    pub(super) line: usize,
    pub(super) places: usize,
}

impl<'a> Outcome<'a> {
    pub(super) fn of(
        comparison: &'a Comparison<'a>,
        deviations: &Deviations,
        mut pages: Vec<Finding>,
        changed: Vec<Finding>,
        is_whole: bool,
        today: Date,
    ) -> Self {
        let all = comparison.differences(comparison.outline);
        pages.extend(comparison.folded_otherwise(&all));
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for one in all {
            match deviations.holding(&one) {
                Some(index) => *counts.entry(index).or_default() += 1,
                // What a page does not show is no difference.
                None if comparison.folded(&one).is_some() => {}
                None => found.push(one),
            }
        }
        let held: BTreeSet<usize> = counts.keys().copied().collect();
        let mut notes = comparison.notes();
        let sunsets = sunsets(comparison, today, &mut notes);
        Self {
            differences: differences(comparison, &found),
            missing: missing(comparison),
            gone: if is_whole { gone(comparison) } else { Vec::new() },
            deviations: deviations.to_look_at(&held, &found, comparison, today),
            held: counts
                .into_iter()
                .map(|(index, places)| {
                    let entry = &deviations.entries[index];
                    Held {
                        name: entry.name(),
                        reason: entry.reason.clone(),
                        evidence: entry.evidence.clone(),
                        review: entry.review,
                        line: entry.line,
                        places,
                    }
                })
                .collect(),
            comparison,
            is_whole,
            today,
            found,
            sunsets,
            pages,
            changed,
            notes,
        }
    }

    /// The differences as a report of `xtask diff`.
    pub(super) fn report(&self) -> Report {
        Report { changes: self.differences.iter().map(|one| one.change.clone()).collect() }
    }

    /// The same, with the operations that somebody must look at: what `--fail-on` judges.
    pub(super) fn judged(&self) -> Report {
        let mut report = self.report();
        let change = |rule, pointer: &str| Change {
            rule,
            direction: None,
            contract_pointer: pointer.to_owned(),
            places: vec![Place::default()],
            before: None,
            after: None,
        };
        report.changes.extend(self.gone.iter().map(|gone| change(&rules::OPERATION_REMOVED, &gone.id)));
        let unknown = self.missing.iter().filter(|missing| missing.endpoint.is_none());
        report.changes.extend(unknown.map(|missing| change(&rules::OPERATION_ADDED, &missing.name)));
        report
    }

    /// Returns whether there is something to look at that has no class of its own, and that is enough to fail.
    pub(super) fn fails_on_remarks(&self, fail_on: Option<FailOn>) -> bool {
        let is_question = |note: &Finding| note.rule == "not-understood";
        matches!(fail_on, Some(FailOn::Documentation))
            && (!self.deviations.is_empty()
                || !self.pages.is_empty()
                || !self.changed.is_empty()
                || self.notes.iter().any(is_question))
    }

    /// Returns how many operations both have.
    pub(super) fn common(&self) -> usize {
        self.comparison.operations.iter().filter(|one| one.ours.is_some()).count()
    }

    /// Returns what was compared, in a sentence.
    pub(super) fn head(&self) -> String {
        let all = self.comparison.operations.len();
        let noun = if all == 1 { "operation" } else { "operations" };
        let missing = self.missing.len();
        format!("{all} {noun} of upstream's: {} in the contract, {missing} not.", self.common())
    }

    /// Returns what the input was taken for.
    pub(super) fn scope(&self) -> &'static str {
        if self.is_whole {
            "Taken for all that upstream has (with --scope part it is not)."
        } else {
            "Taken for a part of what upstream has: what it does not name is not taken for gone (with --scope whole it is)."
        }
    }

    /// Returns how many differences there are of each class, and how many are held.
    pub(super) fn summary(&self) -> String {
        let report = self.report();
        let held: usize = self.held.iter().map(|held| held.places).sum();
        format!(
            "{} breaking, {} compatible; {held} held on purpose, by {} deviations.",
            report.count(Class::Breaking),
            report.count(Class::Compatible) + report.count(Class::Documentation),
            self.held.len(),
        )
    }

    /// Returns what upstream's lifecycle says of the rules that were met.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for one in &self.differences {
            let remark = one.remark.map(|remark| format!("{}: {remark}", one.change.rule.name));
            remarks.extend(remark.filter(|remark| !remarks.contains(remark)));
        }
        remarks
    }

    /// Returns what upstream does not describe.
    pub(super) fn undescribed(&self) -> Vec<String> {
        undescribed(self.comparison)
    }

    /// The report for programs.
    pub(super) fn to_json(&self, with_undescribed: bool) -> Value {
        let report = self.report().to_json();
        let mut changes = report["changes"].as_array().cloned().unwrap_or_default();
        for (json, one) in changes.iter_mut().zip(&self.differences) {
            json["contract"] = json!(one.ours);
            json["upstream"] = json!(one.upstream);
            json["remark"] = json!(one.remark);
        }
        let mut json = json!({
            "upstream": self.comparison.input.name,
            "contract": self.comparison.contract.name(),
            "today": self.today.to_string(),
            "scope": if self.is_whole { "whole" } else { "part" },
            "operations": self.comparison.operations.len(),
            "common": self.common(),
            "breaking": report["breaking"],
            "compatible": report["compatible"],
            "changes": changes,
            "missing": self.missing.iter().map(Missing::to_json).collect::<Vec<_>>(),
            "gone": self.gone.iter().map(|one| json!({ "operation": one.id, "call": one.name, "contract": one.at }))
                .collect::<Vec<_>>(),
            "deprecated": self.sunsets.iter().map(|(name, sunset, at)| json!({
                "call": name, "stage": sunset.stage, "last": sunset.last.to_string(), "upstream": at,
            })).collect::<Vec<_>>(),
            "held": self.held.iter().map(|held| json!({
                "deviation": held.name, "line": held.line, "places": held.places, "reason": held.reason,
                "evidence": held.evidence, "review": held.review.to_string(),
            })).collect::<Vec<_>>(),
            "deviations": self.deviations.iter().map(finding).collect::<Vec<_>>(),
            "pages": self.pages.iter().map(finding).collect::<Vec<_>>(),
            "changed": self.changed.iter().map(finding).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(finding).collect::<Vec<_>>(),
        });
        if with_undescribed {
            json["undescribed"] = json!(self.undescribed());
        }
        json
    }
}

impl Missing {
    /// Returns what the coverage knows of it.
    pub(super) fn known(&self) -> String {
        let unknown = || "unknown to openapi/coverage.yaml: add it there".to_owned();
        self.endpoint.as_ref().map_or_else(unknown, ToString::to_string)
    }

    fn to_json(&self) -> Value {
        let endpoint = self.endpoint.as_ref();
        json!({
            "call": self.name,
            "title": self.title,
            "upstream": self.at,
            "coverage": endpoint.map(|one| json!({
                "state": one.state, "group": one.group, "title": one.title, "line": one.line,
            })),
        })
    }
}

fn finding(finding: &Finding) -> Value {
    json!({
        "file": finding.file, "line": finding.line, "at": finding.pointer, "rule": finding.rule,
        "message": finding.message, "remedy": finding.help,
    })
}

/// What makes findings the same change.
type Key<'a> = (&'static str, Option<Direction>, &'a str, Option<&'a str>, Option<&'a str>);

/// Findings by change: the same change at several places, or in several documents, is one.
fn differences(comparison: &Comparison<'_>, found: &[Found]) -> Vec<Difference> {
    let mut differences: Vec<Difference> = Vec::new();
    let mut known: HashMap<Key<'_>, usize> = HashMap::new();
    let (mut places, mut lines) = (HashSet::new(), HashSet::new());
    for one in found {
        let pointer = one.contract_pointer();
        let key = (one.rule.name, one.direction, pointer, one.before.as_deref(), one.after.as_deref());
        let index = *known.entry(key).or_insert_with(|| {
            differences.push(Difference {
                change: Change {
                    rule: one.rule,
                    direction: one.direction,
                    contract_pointer: pointer.to_owned(),
                    places: Vec::new(),
                    before: one.before.clone(),
                    after: one.after.clone(),
                },
                ours: comparison.contract.location(pointer).to_string(),
                upstream: Vec::new(),
                remark: lifecycle::remark(one.rule),
            });
            differences.len() - 1
        });
        if places.insert((index, &one.place)) {
            differences[index].change.places.push(one.place.clone());
        }
        if lines.insert((index, &one.at)) {
            differences[index].upstream.push(one.at.clone());
        }
    }
    differences.sort_by_key(|one| one.change.rule.class);
    differences
}

fn missing(comparison: &Comparison<'_>) -> Vec<Missing> {
    let missing = comparison.operations.iter().filter(|one| one.ours.is_none());
    missing
        .map(|one| Missing {
            name: one.name(),
            title: one.title.clone(),
            at: one.at(),
            endpoint: one.endpoint.clone(),
        })
        .collect()
}

fn gone(comparison: &Comparison<'_>) -> Vec<Gone> {
    let found: BTreeSet<&String> = comparison.operations.iter().filter_map(|one| one.ours.as_ref()).collect();
    let contract = comparison.contract;
    let gone = comparison.outline.operations.iter().filter(|one| !found.contains(&one.id));
    gone.map(|one| Gone {
        id: one.id.clone(),
        name: format!("{} {}", one.method, one.path),
        at: contract.location(&one.pointer).to_string(),
    })
    .collect()
}

fn sunsets(
    comparison: &Comparison<'_>,
    today: Date,
    notes: &mut Vec<Finding>,
) -> Vec<(String, Sunset, String)> {
    let mut sunsets = Vec::new();
    for one in &comparison.operations {
        let (sunset, note) = lifecycle::sunset(one.document, &one.operation, today);
        notes.extend(note);
        let name = one.ours.as_ref().map_or_else(|| one.name(), |id| format!("{} ({id})", one.name()));
        sunsets.extend(sunset.map(|sunset| (name, sunset, one.at())));
    }
    sunsets
}
