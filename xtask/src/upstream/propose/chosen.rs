//! The edits of one attempt. If the attempt fails, this module finds the edits that caused the failure.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use xtask::compare::{Change, Direction, Rule, rules};

use super::super::compare::Comparison;
use super::super::edit::Edit;
use super::Wanted;
use super::adopt::Refusal;

/// The edits of one attempt, by the nodes that they change.
pub(super) struct Chosen<'a> {
    wanted: &'a [Wanted<'a>],
    indexes: &'a [usize],
    by_pointer: HashMap<String, Vec<usize>>,
}

impl<'a> Chosen<'a> {
    pub(super) fn of(wanted: &'a [Wanted<'a>], indexes: &'a [usize]) -> Self {
        let mut by_pointer: HashMap<String, Vec<usize>> = HashMap::new();
        for index in indexes {
            by_pointer.entry(wanted[*index].edit.pointer()).or_default().push(*index);
        }
        Self { wanted, indexes, by_pointer }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &'a Wanted<'a>)> {
        self.indexes.iter().map(|index| (*index, &self.wanted[*index]))
    }

    /// Returns the edits that change a node. If no edit changes the node, returns the edits that change its nearest
    /// changed parent.
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

    /// Returns an error if there are problems. Each problem is a pointer and a reason. The error contains the edits
    /// that [`Self::at`] finds for the pointers. If no edits are found, the failing edits are unknown, and the error is
    /// [`Refusal::Together`].
    pub(super) fn refuse(&self, problems: impl Iterator<Item = (String, String)>) -> Result<(), Refusal> {
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

    /// Returns, for each edit, the operations that it affects and that the input does not contain.
    ///
    /// An edit may change the responses of these operations. An edit that changes their requests is refused, because
    /// the input does not show which requests upstream accepts.
    pub(super) fn other_operations(
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
                problems.push((
                    pointer.clone(),
                    format!("the edit would also cause the change {}", change.rule.name),
                ));
            } else if change.direction == Some(Direction::Sent)
                && let Some(id) = others.first()
            {
                let reason = format!(
                    "{id} also sends this schema, but is not in the input: add the page of {id} to the input"
                );
                problems.push((pointer.clone(), reason));
            } else if !others.is_empty() {
                affected.extend(indexes.iter().map(|index| (*index, others.clone())));
            }
        }
        self.refuse(problems.into_iter())?;
        Ok(affected)
    }
}

/// Returns the rules of the changes that an edit is expected to cause.
fn expected(edit: &Edit) -> [&'static Rule; 2] {
    match edit {
        Edit::Property { .. } => [&rules::FIELD_ADDED_RECEIVED, &rules::OPTIONAL_FIELD_ADDED_SENT],
        Edit::Value { .. } => [&rules::ENUM_VALUE_ADDED_RECEIVED, &rules::ENUM_VALUE_ADDED_SENT],
        Edit::Limit { .. } => [&rules::LIMIT_LOOSENED_RECEIVED, &rules::LIMIT_LOOSENED_SENT],
    }
}
