//! The report of a comparison.

mod json;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use mediaconnect_contract::Finding;
use xtask::compare::{Change, Class, Direction, Place, Report, rules};

use super::collapsed;
use super::compare::Comparison;
use super::deviations::Deviations;
use super::lifecycle::{self, Removal};
use super::occurrence::Occurrence;
use super::undescribed::undescribed;
use crate::coverage::Endpoint;
use crate::diff::FailOn;

pub(super) struct Outcome<'a> {
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) is_whole: bool,
    pub(super) today: Date,
    /// The differences that no deviation covers, one for each location.
    pub(super) found: Vec<Occurrence>,
    /// The differences of `found`, with equal differences at several locations merged into one.
    pub(super) differences: Vec<Difference>,
    pub(super) missing: Vec<Missing>,
    /// The contract's operations that upstream no longer has. Empty if the input is treated as incomplete.
    pub(super) gone: Vec<Gone>,
    pub(super) sunsets: Vec<(String, Removal, String)>,
    pub(super) held: Vec<Held>,
    pub(super) deviations: Vec<Finding>,
    /// Findings in the examples and navigations of pages.
    pub(super) pages: Vec<Finding>,
    /// Changes by upstream since its pages were saved.
    pub(super) changed: Vec<Finding>,
    pub(super) notes: Vec<Finding>,
}

/// A difference with all its locations.
pub(super) struct Difference {
    pub(super) change: Change,
    /// The file and line of the contract.
    pub(super) ours: String,
    /// The files and lines of upstream's documents.
    pub(super) upstream: Vec<String>,
    pub(super) remark: Option<&'static str>,
}

/// An operation of upstream that the contract does not have.
pub(super) struct Missing {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) at: String,
    pub(super) endpoint: Option<Endpoint>,
}

/// An operation of the contract that upstream's documents do not have.
pub(super) struct Gone {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) at: String,
}

/// The differences that one deviation covers.
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
    ) -> Self {
        let today = comparison.today;
        let all = comparison.differences(comparison.outline);
        pages.extend(collapsed::other_counts(comparison, &all));
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut found, mut hidden) = (Vec::new(), Vec::new());
        for one in all {
            match deviations.holding(&one) {
                Some(index) => *counts.entry(index).or_default() += 1,
                // The page does not show the members of this object, so the missing member is not a difference.
                None if collapsed::hiding(comparison, &one).is_some() => hidden.push(one),
                None => found.push(one),
            }
        }
        pages.extend(collapsed::without_count(comparison, &hidden));
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

    /// Returns the differences as a report of `xtask diff`.
    pub(super) fn report(&self) -> Report {
        Report { changes: self.differences.iter().map(|one| one.change.clone()).collect() }
    }

    /// Returns the changes to which `--fail-on` applies: the differences, the operations that upstream removed, and the
    /// unknown operations of upstream. An operation is unknown if it is missing in the contract and in
    /// `openapi/coverage.yaml`.
    pub(super) fn judged(&self) -> Report {
        let mut report = self.report();
        let change = |rule, pointer: &str| Change {
            rule,
            direction: None,
            contract_pointer: pointer.to_owned(),
            places: vec![Place::default()],
            before: None,
            after: None,
            limit: None,
        };
        report.changes.extend(self.gone.iter().map(|gone| change(&rules::OPERATION_REMOVED, &gone.id)));
        let unknown = self.missing.iter().filter(|missing| missing.endpoint.is_none());
        report.changes.extend(unknown.map(|missing| change(&rules::OPERATION_ADDED, &missing.name)));
        report
    }

    /// Returns true if findings without a class make the command fail. This is possible only with `--fail-on
    /// documentation`.
    ///
    /// A `not-compared` finding on a page counts, because a part of the page was probably not read. The same finding on
    /// a document does not count, because a document may omit a part on purpose.
    pub(super) fn fails_on_remarks(&self, fail_on: Option<FailOn>) -> bool {
        let is_page = |note: &Finding| self.comparison.input.pages.iter().any(|page| page.name == note.file);
        let is_question =
            |note: &Finding| note.rule == "not-understood" || note.rule == "not-compared" && is_page(note);
        matches!(fail_on, Some(FailOn::Documentation))
            && (!self.deviations.is_empty()
                || !self.pages.is_empty()
                || !self.changed.is_empty()
                || self.notes.iter().any(is_question))
    }

    /// Returns the number of operations that the contract and upstream have in common.
    pub(super) fn common(&self) -> usize {
        self.comparison.operations.iter().filter(|one| one.ours.is_some()).count()
    }

    /// Returns a sentence with the numbers of operations.
    pub(super) fn head(&self) -> String {
        let all = self.comparison.operations.len();
        let noun = if all == 1 { "operation" } else { "operations" };
        let missing = self.missing.len();
        format!(
            "The input has {all} {noun}: {} in the contract, {missing} not in the contract.",
            self.common()
        )
    }

    /// Returns a sentence about the scope of the comparison.
    pub(super) fn scope(&self) -> &'static str {
        if self.is_whole {
            "The input is treated as complete (`--scope part` changes this)."
        } else {
            "The input is treated as incomplete: operations that it lacks are not reported as removed (`--scope whole` \
             changes this)."
        }
    }

    /// Returns a sentence with the number of differences of each class, and of covered differences.
    pub(super) fn summary(&self) -> String {
        let report = self.report();
        let held: usize = self.held.iter().map(|held| held.places).sum();
        format!(
            "{} breaking, {} compatible; {held} covered by {} deviations.",
            report.count(Class::Breaking),
            report.count(Class::Compatible) + report.count(Class::Documentation),
            self.held.len(),
        )
    }

    /// Returns the remarks on the rules in the report. A rule has a remark if it reports changes that are compatible
    /// according to upstream's policy.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for one in &self.differences {
            let remark = one.remark.map(|remark| format!("{}: {remark}", one.change.rule.name));
            remarks.extend(remark.filter(|remark| !remarks.contains(remark)));
        }
        remarks
    }

    /// Returns the parameters and fields that upstream does not describe.
    pub(super) fn undescribed(&self) -> Vec<String> {
        undescribed(self.comparison)
    }
}

impl Missing {
    /// Returns the entry of the coverage file, or a note that there is none.
    pub(super) fn known(&self) -> String {
        let unknown = || "not in openapi/coverage.yaml: add it there".to_owned();
        self.endpoint.as_ref().map_or_else(unknown, ToString::to_string)
    }
}

/// The key of a difference. Differences with the same key are reported as one difference with several locations.
type Key<'a> = (&'static str, Option<Direction>, &'a str, Option<&'a str>, Option<&'a str>);

/// Merges the occurrences with the same key into one difference.
fn differences(comparison: &Comparison<'_>, found: &[Occurrence]) -> Vec<Difference> {
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
                    limit: one.limit.clone(),
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
) -> Vec<(String, Removal, String)> {
    let mut sunsets = Vec::new();
    for one in &comparison.operations {
        let (sunset, note) = lifecycle::sunset(one.document, &one.operation, today);
        notes.extend(note);
        let name = one.ours.as_ref().map_or_else(|| one.name(), |id| format!("{} ({id})", one.name()));
        sunsets.extend(sunset.map(|sunset| (name, sunset, one.at())));
    }
    sunsets
}
