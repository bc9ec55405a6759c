//! A patch of the contract with what can be adopted safely.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mediaconnect_contract::lint::lint;
use mediaconnect_contract::{Contract, Finding, Outline};
use similar::TextDiff;
use xtask::compare::{Direction, diff, rules};

use super::bare;
use super::compare::{Comparison, Found};
use super::edit::{self, Edit};
use super::locate::field_at;
use super::report::Outcome;

/// Prints the patch alone, so that it can be piped; what there is to say goes to standard error.
pub(super) fn print(outcome: &Outcome<'_>) {
    let proposal = Proposal::of(outcome);
    print!("{}", proposal.patch(outcome.comparison.contract));
    eprintln!("{}", proposal.summary());
}

/// Writes the patch into a file.
pub(super) fn write(file: &Path, outcome: &Outcome<'_>) -> Result<()> {
    let proposal = Proposal::of(outcome);
    eprintln!("{}", proposal.summary());
    if proposal.done.is_empty() {
        return Ok(());
    }
    let name = file.display();
    fs::write(file, proposal.patch(outcome.comparison.contract))
        .with_context(|| format!("{name} cannot be written: name a file in a folder that is there"))?;
    eprintln!(
        "{name} is written. Run `git apply {name}`, write the descriptions that the lint asks for, and read those beside \
         the edits: they may name what was"
    );
    Ok(())
}

/// The contract with all edits that could be made, and what was left out.
struct Proposal {
    contract: Contract,
    done: Vec<String>,
    left: Vec<String>,
}

impl Proposal {
    fn of(outcome: &Outcome<'_>) -> Self {
        let contract = outcome.comparison.contract.clone();
        let mut proposal = Self { contract, done: Vec::new(), left: Vec::new() };
        for (edit, targets) in proposal.wanted(outcome) {
            let what = what(&edit, &targets);
            match tried(outcome.comparison, &proposal.contract, &edit, &targets) {
                Ok((after, remark)) => {
                    proposal.done.push(what + &remark);
                    proposal.contract = after;
                }
                Err(why) => proposal.left.push(format!("{what}: {why}")),
            }
        }
        proposal
    }

    /// The edits that the differences ask for, each with those that it answers.
    fn wanted<'a>(&mut self, outcome: &'a Outcome<'_>) -> Vec<(Edit, Vec<&'a Found>)> {
        let mut wanted: Vec<(Edit, Vec<&Found>)> = Vec::new();
        for found in &outcome.found {
            match edit(outcome.comparison, found) {
                Ok(edit) => match wanted.iter_mut().find(|(known, _)| *known == edit) {
                    Some((_, targets)) => targets.push(found),
                    None => wanted.push((edit, vec![found])),
                },
                Err(why) => {
                    let left = format!("{} at {}: {why}", found.rule.name, shown(found));
                    if !self.left.contains(&left) {
                        self.left.push(left);
                    }
                }
            }
        }
        wanted
    }

    /// A patch of each file that changed.
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

/// The edit that answers a difference, or why it takes a person.
fn edit(comparison: &Comparison<'_>, found: &Found) -> Result<Edit, String> {
    let rule = found.rule;
    let schema = found.spot.value.clone().unwrap_or_default();
    if rule == &rules::FIELD_ADDED_RECEIVED || rule == &rules::OPTIONAL_FIELD_ADDED_SENT {
        let field = field_at(comparison.upstream(found.side), &found.pointer);
        let field = field.ok_or("upstream's field cannot be found")?;
        return Ok(Edit::Property { object: found.spot.node.clone(), lines: edit::lines(field)? });
    }
    if rule == &rules::ENUM_VALUE_ADDED_RECEIVED || rule == &rules::ENUM_VALUE_ADDED_SENT {
        return Ok(Edit::Value { schema, value: found.after.clone().unwrap_or_default() });
    }
    if rule == &rules::LIMIT_LOOSENED_RECEIVED || rule == &rules::LIMIT_LOOSENED_SENT {
        let after = found
            .after
            .as_deref()
            .ok_or("upstream has no limit there any more: decide which one is generous")?;
        let (keyword, limit) = limit(after).ok_or("the limit is of an unknown kind")?;
        return Ok(Edit::Limit { schema, keyword, limit });
    }
    Err("it is not safe to adopt unseen".to_owned())
}

/// Keyword and number of a limit, as the comparison writes it.
fn limit(text: &str) -> Option<(&'static str, String)> {
    let (what, limit) = text.rsplit_once(' ')?;
    let keyword = match what {
        "characters >=" => "minLength",
        "characters <=" => "maxLength",
        "value >=" => "minimum",
        "value <=" => "maximum",
        "items >=" => "minItems",
        "items <=" => "maxItems",
        _ => return None,
    };
    Some((keyword, limit.to_owned()))
}

/// Applies an edit, reads the result again, and sees that it does what it shall and nothing else.
///
/// Returns the new contract, and what is to be said of it.
fn tried(
    comparison: &Comparison<'_>,
    before: &Contract,
    edit: &Edit,
    targets: &[&Found],
) -> Result<(Contract, String), String> {
    let (path, text) = edit.apply(before)?;
    let after =
        before.with_text(&path, &text).map_err(|_| "the edited text is no YAML any more".to_owned())?;
    refused_by_lint(before, &after)?;
    let (old, new) = (bare::outline(before), bare::outline(&after));
    let elsewhere = elsewhere(comparison, edit, &diff(&old, &new).changes)?;

    let (was, is) = (comparison.differences(&old), comparison.differences(&new));
    let known: BTreeSet<_> = was.iter().map(Found::key).collect();
    let left: BTreeSet<_> = is.iter().map(Found::key).collect();
    if let Some(other) = is.iter().find(|one| !known.contains(&one.key())) {
        return Err(format!("with it, {} would be a difference at {}", other.rule.name, shown(other)));
    }
    if let Some(target) = targets.iter().find(|one| left.contains(&one.key())) {
        return Err(format!("it would not do away with {} at {}", target.rule.name, shown(target)));
    }
    let wanted: BTreeSet<_> = targets.iter().map(|one| one.key()).collect();
    if let Some(other) = was.iter().find(|one| !left.contains(&one.key()) && !wanted.contains(&one.key())) {
        return Err(format!("it would also change {} at {}", other.rule.name, shown(other)));
    }
    Ok((after, elsewhere))
}

/// A description is the person's to write; anything else that the lint finds is a reason to leave the edit out.
fn refused_by_lint(before: &Contract, after: &Contract) -> Result<(), String> {
    let findings = |contract: &Contract| -> Vec<Finding> {
        let found = lint(contract, &Outline::of(contract)).err();
        found.iter().flatten().cloned().collect()
    };
    let known: Vec<_> = findings(before).into_iter().map(|one| (one.rule, one.pointer)).collect();
    let is_new =
        |one: &Finding| one.rule != "description" && !known.contains(&(one.rule, one.pointer.clone()));
    match findings(after).into_iter().find(is_new) {
        Some(finding) => Err(format!("{}; {}", finding.message, finding.help)),
        None => Ok(()),
    }
}

/// Returns what the edit does to operations that the input does not have: harmless in responses, a guess in requests.
fn elsewhere(
    comparison: &Comparison<'_>,
    edit: &Edit,
    changes: &[xtask::compare::Change],
) -> Result<String, String> {
    let expected = match edit {
        Edit::Property { .. } => [&rules::FIELD_ADDED_RECEIVED, &rules::OPTIONAL_FIELD_ADDED_SENT],
        Edit::Value { .. } => [&rules::ENUM_VALUE_ADDED_RECEIVED, &rules::ENUM_VALUE_ADDED_SENT],
        Edit::Limit { .. } => [&rules::LIMIT_LOOSENED_RECEIVED, &rules::LIMIT_LOOSENED_SENT],
    };
    let mut operations = BTreeSet::new();
    for change in changes.iter().filter(|change| !change.rule.name.starts_with("rust-")) {
        if !expected.contains(&change.rule) {
            return Err(format!("it would be {} too", change.rule.name));
        }
        let places = change.places.iter().filter_map(|place| place.operation.as_deref());
        for id in places.filter(|id| comparison.operations.iter().all(|one| one.ours.as_deref() != Some(id)))
        {
            if change.direction == Some(Direction::Sent) {
                return Err(format!("its schema is sent by {id} too, of which the input says nothing"));
            }
            operations.insert(id);
        }
    }
    let names: Vec<&str> = operations.into_iter().collect();
    Ok(if names.is_empty() {
        String::new()
    } else {
        format!(" (shows in {} too, which the input does not have)", names.join(", "))
    })
}

fn what(edit: &Edit, targets: &[&Found]) -> String {
    let first = targets.first().map(|found| shown(found)).unwrap_or_default();
    match edit {
        Edit::Property { object, lines } => {
            let name = lines.first().map_or("", |line| line.trim_end_matches(':'));
            format!("field {name} of {object}")
        }
        Edit::Value { schema, value } => format!("value {value} of {schema}"),
        Edit::Limit { schema, keyword, limit } => format!("{keyword}: {limit} of {schema}, at {first}"),
    }
}

fn shown(found: &Found) -> String {
    let place = found.place.to_string();
    if place.is_empty() { found.spot.node.clone() } else { place }
}
