//! A patch of the contract with the differences that are safe to adopt.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mediaconnect_contract::lint::lint;
use mediaconnect_contract::outline::Field;
use mediaconnect_contract::{Contract, Finding, Outline};
use similar::TextDiff;
use xtask::compare::{Change, Direction, Rule, diff_on_the_wire, rules};

use super::adopt::{Refusal, adopt};
use super::compare::Comparison;
use super::edit::{Edit, Editor, Replacement};
use super::locate::fields_by_pointer;
use super::occurrence::Occurrence;
use super::report::Outcome;
use super::{bare, new_property};

/// Prints only the patch to standard output, so that it can be piped. The summary goes to standard error.
pub(super) fn print(outcome: &Outcome<'_>) {
    let proposal = Proposal::of(outcome);
    print!("{}", proposal.patch(outcome.comparison.contract));
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

/// The contract with all edits that could be made.
struct Proposal {
    contract: Contract,
    /// The edits that were made, in words.
    done: Vec<String>,
    /// The differences that need a person, each with the reason.
    left: Vec<String>,
    /// The number of times that an edited contract was read.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the tests of the cost read it"))]
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

/// Returns the edits that the differences ask for, and the differences that need a person.
fn wanted<'a>(outcome: &'a Outcome<'_>) -> (Vec<Wanted<'a>>, Vec<String>) {
    let mut fields: HashMap<usize, HashMap<&str, &Field>> = HashMap::new();
    let mut wanted: Vec<Wanted<'a>> = Vec::new();
    let mut known: HashMap<Edit, usize> = HashMap::new();
    let (mut left, mut seen) = (Vec::new(), HashSet::new());
    for found in &outcome.found {
        let upstream = outcome.comparison.upstream(found.side);
        let fields = fields.entry(found.side).or_insert_with(|| fields_by_pointer(upstream));
        match edit(fields, found) {
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
        let limit =
            found.limit.clone().ok_or("upstream no longer gives this limit: choose a generous one")?;
        return Ok(Edit::Limit { schema, keyword: limit.keyword, limit: limit.value });
    }
    Err("it is not safe to adopt without a review".to_owned())
}

/// The contract with the edits that were adopted so far, and what is known about it.
struct Adopted {
    contract: Contract,
    outline: Outline,
    differences: Vec<Occurrence>,
    /// The rule and pointer of each finding of the lint.
    findings: HashSet<(&'static str, String)>,
    /// The other operations that each edit affects.
    others: BTreeMap<usize, BTreeSet<String>>,
}

impl Adopted {
    fn of(comparison: &Comparison<'_>, contract: Contract) -> Self {
        let outline = bare::outline(&contract);
        Self {
            differences: comparison.differences(&outline),
            findings: findings(&contract).into_iter().map(|one| (one.rule, one.pointer)).collect(),
            outline,
            contract,
            others: BTreeMap::new(),
        }
    }

    /// Returns the contract with more edits, or the reason why they are refused.
    ///
    /// The edits must resolve their differences and change nothing else. The edited contract is read and compared once.
    fn with(
        &self,
        comparison: &Comparison<'_>,
        wanted: &[Wanted<'_>],
        chosen: &[usize],
    ) -> Result<Self, Refusal> {
        let contract = self.edited(wanted, chosen)?;
        let edits = Chosen::of(wanted, chosen);
        self.check_lint(&edits, &contract)?;
        let outline = bare::outline(&contract);
        let changes = diff_on_the_wire(&self.outline, &outline).changes;
        let mut others = self.others.clone();
        for (index, operations) in edits.other_operations(comparison, &changes)? {
            others.entry(index).or_default().extend(operations);
        }
        let after = Self {
            differences: comparison.differences(&outline),
            findings: self.findings.clone(),
            outline,
            contract,
            others,
        };
        self.check_differences(&edits, &after)?;
        Ok(after)
    }

    fn edited(&self, wanted: &[Wanted<'_>], chosen: &[usize]) -> Result<Contract, Refusal> {
        let editor = Editor::new(&self.contract);
        let (mut replacements, mut refused): (Vec<Replacement>, Vec<_>) = (Vec::new(), Vec::new());
        for index in chosen {
            match editor.replacement(&wanted[*index].edit) {
                Ok(replacement) => replacements.push(replacement),
                Err(reason) => refused.push((*index, reason)),
            }
        }
        if !refused.is_empty() {
            return Err(Refusal::Edits(refused));
        }
        editor.apply(&replacements).map_err(Refusal::Together)
    }

    /// Refuses what causes a new finding of the lint, other than a missing description: a person writes those.
    fn check_lint(&self, edits: &Chosen<'_>, contract: &Contract) -> Result<(), Refusal> {
        let new = findings(contract).into_iter().filter(|one| {
            one.rule != "description" && !self.findings.contains(&(one.rule, one.pointer.clone()))
        });
        edits.refuse(new.map(|one| (one.pointer, format!("{}; {}", one.message, one.remedy))))
    }

    /// Refuses edits that do not resolve their differences, or that cause or resolve other ones.
    fn check_differences(&self, edits: &Chosen<'_>, after: &Self) -> Result<(), Refusal> {
        let was: BTreeSet<_> = self.differences.iter().map(Occurrence::key).collect();
        let is: BTreeSet<_> = after.differences.iter().map(Occurrence::key).collect();
        let pointer = |found: &Occurrence| found.contract_pointer().to_owned();
        let caused = after.differences.iter().filter(|one| !was.contains(&one.key()));
        edits.refuse(caused.map(|one| {
            (pointer(one), format!("the edit would cause {} at {}", one.rule.name, shown(one)))
        }))?;
        let mut unresolved = Vec::new();
        let mut targets = BTreeSet::new();
        for (index, one) in edits.iter() {
            targets.extend(one.targets.iter().map(|found| found.key()));
            if let Some(found) = one.targets.iter().find(|found| is.contains(&found.key())) {
                let reason = format!("the edit would not resolve {} at {}", found.rule.name, shown(found));
                unresolved.push((index, reason));
            }
        }
        if !unresolved.is_empty() {
            return Err(Refusal::Edits(unresolved));
        }
        let resolved =
            self.differences.iter().filter(|one| !is.contains(&one.key()) && !targets.contains(&one.key()));
        edits.refuse(resolved.map(|one| {
            (pointer(one), format!("the edit would also resolve {} at {}", one.rule.name, shown(one)))
        }))
    }

    /// Returns a remark on the operations outside of the input that an edit affects.
    fn remark(&self, index: usize) -> String {
        self.others.get(&index).map_or_else(String::new, |operations| {
            let names: Vec<&str> = operations.iter().map(String::as_str).collect();
            format!(" (also affects {}, not part of the input)", names.join(", "))
        })
    }
}

fn findings(contract: &Contract) -> Vec<Finding> {
    let found = lint(contract, &Outline::of(contract)).err();
    found.iter().flatten().cloned().collect()
}

/// The edits of one attempt, by the nodes that they change.
struct Chosen<'a> {
    wanted: &'a [Wanted<'a>],
    indexes: &'a [usize],
    by_pointer: HashMap<String, Vec<usize>>,
}

impl<'a> Chosen<'a> {
    fn of(wanted: &'a [Wanted<'a>], indexes: &'a [usize]) -> Self {
        let mut by_pointer: HashMap<String, Vec<usize>> = HashMap::new();
        for index in indexes {
            by_pointer.entry(wanted[*index].edit.pointer()).or_default().push(*index);
        }
        Self { wanted, indexes, by_pointer }
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &'a Wanted<'a>)> {
        self.indexes.iter().map(|index| (*index, &self.wanted[*index]))
    }

    /// Returns the edits of a node, or of the nearest parent that has edits.
    fn at(&self, pointer: &str) -> &[usize] {
        let mut pointer = pointer;
        loop {
            if let Some(indexes) = self.by_pointer.get(pointer) {
                return indexes;
            }
            let Some((parent, _)) = pointer.rsplit_once('/') else { return &[] };
            pointer = parent;
        }
    }

    /// Returns the refusal for a list of problems, each with its pointer and its reason; `Ok` if there are none.
    fn refuse(&self, problems: impl Iterator<Item = (String, String)>) -> Result<(), Refusal> {
        let mut at_fault: BTreeMap<usize, String> = BTreeMap::new();
        let mut unknown = None;
        for (pointer, reason) in problems {
            for index in self.at(&pointer) {
                at_fault.entry(*index).or_insert_with(|| reason.clone());
            }
            unknown.get_or_insert(reason);
        }
        match unknown {
            _ if !at_fault.is_empty() => Err(Refusal::Edits(at_fault.into_iter().collect())),
            Some(reason) => Err(Refusal::Together(reason)),
            None => Ok(()),
        }
    }

    /// Returns the operations outside of the input that each edit affects.
    ///
    /// A change of their responses does no harm. A change of their requests is refused, because the input does not
    /// describe them.
    fn other_operations(
        &self,
        comparison: &Comparison<'_>,
        changes: &[Change],
    ) -> Result<Vec<(usize, BTreeSet<String>)>, Refusal> {
        let compared: HashSet<&str> =
            comparison.operations.iter().filter_map(|one| one.ours.as_deref()).collect();
        let mut affected = Vec::new();
        let mut problems = Vec::new();
        for change in changes {
            let pointer = &change.contract_pointer;
            let others: BTreeSet<String> = change
                .places
                .iter()
                .filter_map(|place| place.operation.clone())
                .filter(|id| !compared.contains(id.as_str()))
                .collect();
            let indexes = self.at(pointer);
            let is_expected = |index: &usize| expected(&self.wanted[*index].edit).contains(&change.rule);
            if !indexes.iter().any(is_expected) {
                problems.push((pointer.clone(), format!("the edit would also cause {}", change.rule.name)));
            } else if change.direction == Some(Direction::Sent)
                && let Some(id) = others.first()
            {
                let reason = format!("{id} sends this schema too, and the input does not describe {id}");
                problems.push((pointer.clone(), reason));
            } else if !others.is_empty() {
                affected.extend(indexes.iter().map(|index| (*index, others.clone())));
            }
        }
        self.refuse(problems.into_iter())?;
        Ok(affected)
    }
}

/// Returns the rules that an edit may meet.
fn expected(edit: &Edit) -> [&'static Rule; 2] {
    match edit {
        Edit::Property { .. } => [&rules::FIELD_ADDED_RECEIVED, &rules::OPTIONAL_FIELD_ADDED_SENT],
        Edit::Value { .. } => [&rules::ENUM_VALUE_ADDED_RECEIVED, &rules::ENUM_VALUE_ADDED_SENT],
        Edit::Limit { .. } => [&rules::LIMIT_LOOSENED_RECEIVED, &rules::LIMIT_LOOSENED_SENT],
    }
}

impl Wanted<'_> {
    /// Returns what the edit does, in words.
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

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::deviations::Deviations;
    use super::super::input::Input;
    use super::super::known::Known;
    use super::*;

    /// A contract with an operation and an object of each number, and `more` in each object.
    fn document(count: usize, more: &str) -> String {
        let (mut paths, mut schemas) = (String::new(), String::new());
        for index in 0..count {
            let _ = write!(
                paths,
                "  /v1/a{index}:\n    get:\n      operationId: a{index}\n      responses:\n        '200':\n          \
                 description: D\n          content:\n            application/json:\n              schema: {{$ref: \
                 '#/components/schemas/A{index}'}}\n"
            );
            let _ = write!(
                schemas,
                "    A{index}:\n      type: object\n      properties:\n        a:\n          type: string\n          \
                 maxLength: 3\n{more}"
            );
        }
        format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: 1.0.0}}\npaths:\n{paths}components:\n  schemas:\n{schemas}"
        )
    }

    fn proposal(ours: &str, upstream: &str) -> Proposal {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("upstream.yaml");
        fs::write(&file, upstream).unwrap();
        let contract = Contract::parse("connect.yaml", ours).unwrap();
        let coverage = Contract::parse("coverage.yaml", "groups: []\n").unwrap();
        let known = Known::new(&contract, &coverage);
        let input = Input::read(&file, &known).unwrap();
        let comparison = Comparison::of(&known, &input).unwrap();
        let deviations = Contract::parse("deviations.yaml", "deviations: []\n").unwrap();
        let deviations = Deviations::read(&deviations, &contract, &known.outline).unwrap();
        let today = "2026-11-29".parse().unwrap();
        Proposal::of(&Outcome::of(&comparison, &deviations, Vec::new(), Vec::new(), true, today))
    }

    #[test]
    fn any_number_of_edits_that_fit_needs_one_attempt() {
        let upstream = document(50, "        b: {type: string, maxLength: 9}\n        c: {type: boolean}\n");
        let upstream = upstream.replace("maxLength: 3", "maxLength: 7");
        let proposal = proposal(&document(50, ""), &upstream);
        assert_eq!((proposal.done.len(), proposal.left.len(), proposal.attempts), (150, 0, 1));
    }

    #[test]
    fn edits_that_are_refused_need_one_more_attempt_together() {
        // The lint of this pattern finds a syntax error.
        let upstream = document(
            50,
            "        b: {type: string, maxLength: 9, pattern: '('}\n        c: {type: boolean}\n",
        );
        let proposal = proposal(&document(50, ""), &upstream);
        assert_eq!((proposal.done.len(), proposal.left.len(), proposal.attempts), (50, 50, 2));
    }
}
