//! A patch of the contract with the differences that are safe to adopt.

mod adopt;
mod adopted;
mod chosen;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::Field;
use serde_json::Value;
use similar::TextDiff;
use xtask::compare::rules;

use self::adopt::adopt;
use self::adopted::Adopted;
use super::document::UNCERTAIN;
use super::edit::Edit;
use super::locate::fields_by_pointer;
use super::new_property;
use super::occurrence::Occurrence;
use super::report::Outcome;
use crate::workspace;

/// Prints the patch to standard output, and the summary to standard error, so that a pipe receives only the patch.
pub(super) fn print(outcome: &Outcome<'_>) {
    let proposal = Proposal::of(outcome);
    workspace::print_lines(&proposal.patch(outcome.comparison.contract));
    eprintln!("{}", proposal.summary());
}

/// Writes the patch to a file.
pub(super) fn write(file: &Path, outcome: &Outcome<'_>) -> Result<()> {
    let proposal = Proposal::of(outcome);
    eprintln!("{}", proposal.summary());
    if proposal.done.is_empty() {
        return Ok(());
    }
    let name = file.display();
    fs::write(file, proposal.patch(outcome.comparison.contract))
        .with_context(|| format!("{name} cannot be written: choose a file in a directory that exists"))?;
    eprintln!(
        "{name} is written. Run `git apply {name}`, and write the descriptions that the lint asks for. Then read the \
         descriptions next to the edits: they may state the old values"
    );
    Ok(())
}

/// The result: the contract with all edits that could be made.
struct Proposal {
    contract: Contract,
    /// Descriptions of the edits that were made.
    done: Vec<String>,
    /// The differences that need a person, each with the reason.
    left: Vec<String>,
    /// The number of times that an edited contract was parsed.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests read this count"))]
    attempts: usize,
}

/// An edit, with the differences that it resolves.
struct Wanted<'a> {
    edit: Edit,
    targets: Vec<&'a Occurrence>,
}

impl Proposal {
    fn of(outcome: &Outcome<'_>) -> Self {
        let comparison = outcome.comparison;
        let (wanted, mut left) = wanted(outcome);
        let mut attempts = 0;
        let before = Adopted::of(comparison, comparison.contract.clone());
        let (adopted, refused) = adopt(before, wanted.len(), |state, chosen| {
            attempts += 1;
            state.with(comparison, &wanted, chosen)
        });
        let refused: BTreeMap<usize, String> = refused.into_iter().collect();
        let mut done = Vec::new();
        for (index, one) in wanted.iter().enumerate() {
            match refused.get(&index) {
                Some(reason) => left.push(format!("{}: {reason}", one.name())),
                None => done.push(one.name() + &adopted.remark(index)),
            }
        }
        Self { contract: adopted.contract, done, left, attempts }
    }

    /// Returns a patch of each file that changed.
    fn patch(&self, before: &Contract) -> String {
        let files = before.files().iter().zip(self.contract.files());
        let patches = files.map(|(before, after)| {
            let name = before.name();
            let diff = TextDiff::from_lines(before.text(), after.text());
            diff.unified_diff()
                .context_radius(3)
                .header(&format!("a/{name}"), &format!("b/{name}"))
                .to_string()
        });
        patches.collect()
    }

    fn summary(&self) -> String {
        let list = |title: &str, lines: &[String]| {
            if lines.is_empty() { String::new() } else { format!("{title}\n  {}", lines.join("\n  ")) }
        };
        let done = list("proposed:", &self.done);
        let left = list("left for a person:", &self.left);
        match (done.is_empty(), left.is_empty()) {
            (true, true) => "there is nothing to propose".to_owned(),
            (false, false) => format!("{done}\n{left}"),
            _ => done + &left,
        }
    }
}

/// Returns the edits that resolve the differences, and the differences that need a person.
fn wanted<'a>(outcome: &'a Outcome<'_>) -> (Vec<Wanted<'a>>, Vec<String>) {
    let mut fields: HashMap<usize, HashMap<&str, &Field>> = HashMap::new();
    let mut wanted: Vec<Wanted<'a>> = Vec::new();
    let mut known: HashMap<Edit, usize> = HashMap::new();
    let (mut left, mut seen) = (Vec::new(), HashSet::new());
    for found in &outcome.found {
        let upstream = outcome.comparison.upstream(found.side);
        let fields = fields.entry(found.side).or_insert_with(|| fields_by_pointer(upstream));
        let edit = if is_uncertain(outcome.comparison.document(found.side), found) {
            Err("the page lists the values without separators, so this may be several values: read the page"
                .to_owned())
        } else {
            edit(fields, found)
        };
        match edit {
            Ok(edit) => {
                let index = *known.entry(edit.clone()).or_insert(wanted.len());
                if index == wanted.len() {
                    wanted.push(Wanted { edit, targets: Vec::new() });
                }
                wanted[index].targets.push(found);
            }
            Err(reason) => {
                let line = format!("{} at {}: {reason}", found.rule.name, shown(found));
                if seen.insert(line.clone()) {
                    left.push(line);
                }
            }
        }
    }
    (wanted, left)
}

/// Returns true if the difference is a new value of an enumeration, and the page does not show where the value ends.
fn is_uncertain(document: &Contract, found: &Occurrence) -> bool {
    let schema = document.document().pointer(&found.pointer);
    let values = schema.and_then(|schema| schema.get(UNCERTAIN)?.as_array()).into_iter().flatten();
    values.filter_map(Value::as_str).any(|value| found.after.as_deref() == Some(value))
}

/// Returns the edit that resolves a difference, or the reason why it needs a person.
fn edit(fields: &HashMap<&str, &Field>, found: &Occurrence) -> Result<Edit, String> {
    let rule = found.rule;
    let schema = found.spot.value.clone().unwrap_or_default();
    if rule == &rules::FIELD_ADDED_RECEIVED || rule == &rules::OPTIONAL_FIELD_ADDED_SENT {
        let field = fields.get(found.pointer.as_str()).ok_or("the field was not found in the input")?;
        let lines = new_property::lines(field)?;
        return Ok(Edit::Property { object: found.spot.node.clone(), name: field.wire_name.clone(), lines });
    }
    if rule == &rules::ENUM_VALUE_ADDED_RECEIVED || rule == &rules::ENUM_VALUE_ADDED_SENT {
        return Ok(Edit::Value { schema, value: found.after.clone().unwrap_or_default() });
    }
    if rule == &rules::LIMIT_LOOSENED_RECEIVED || rule == &rules::LIMIT_LOOSENED_SENT {
        let limit = found.limit.clone().ok_or(
            "upstream no longer states this limit: choose a limit that accepts every value that upstream allows",
        )?;
        return Ok(Edit::Limit { schema, keyword: limit.keyword, limit: limit.value });
    }
    Err("the difference is not safe to adopt without a review".to_owned())
}

impl Wanted<'_> {
    fn name(&self) -> String {
        match &self.edit {
            Edit::Property { object, name, .. } => format!("field {name} of {object}"),
            Edit::Value { schema, value } => format!("value {value} of {schema}"),
            Edit::Limit { schema, keyword, limit } => {
                let place = self.targets.first().map(|found| shown(found)).unwrap_or_default();
                format!("{keyword}: {limit} of {schema}, at {place}")
            }
        }
    }
}

fn shown(found: &Occurrence) -> String {
    let place = found.place.to_string();
    if place.is_empty() { found.spot.node.clone() } else { place }
}
