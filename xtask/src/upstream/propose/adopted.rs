//! The contract with the edits that were adopted so far.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use mediaconnect_contract::lint::lint;
use mediaconnect_contract::{Contract, Finding, Outline};
use xtask::compare::diff_on_the_wire;

use super::super::bare;
use super::super::compare::Comparison;
use super::super::edit::{Editor, Replacement};
use super::super::occurrence::Occurrence;
use super::adopt::Refusal;
use super::chosen::Chosen;
use super::{Wanted, shown};

/// The contract with the edits that were adopted so far, and its outline, findings and differences.
pub(super) struct Adopted {
    pub(super) contract: Contract,
    outline: Outline,
    differences: Vec<Occurrence>,
    /// The rule and pointer of each finding of the lint.
    findings: HashSet<(&'static str, String)>,
    /// For each edit, the affected operations that the input does not contain.
    others: BTreeMap<usize, BTreeSet<String>>,
}

impl Adopted {
    pub(super) fn of(comparison: &Comparison<'_>, contract: Contract) -> Self {
        let outline = bare::outline(&contract);
        Self {
            differences: comparison.differences(&outline),
            findings: findings(&contract).into_iter().map(|one| (one.rule, one.pointer)).collect(),
            outline,
            contract,
            others: BTreeMap::new(),
        }
    }

    /// Returns the contract with more edits, or the reason why the edits are refused.
    ///
    /// Each edit must resolve the differences for which it was made, and cause no unexpected change. The edits may also
    /// change the responses of operations outside the input. All edits are checked together, so the edited contract is
    /// parsed only once.
    pub(super) fn with(
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

    /// Refuses edits that cause a new finding of the lint. A missing description is accepted, because a person adds it
    /// later.
    fn check_lint(&self, edits: &Chosen<'_>, contract: &Contract) -> Result<(), Refusal> {
        let new = findings(contract).into_iter().filter(|one| {
            one.rule != "description" && !self.findings.contains(&(one.rule, one.pointer.clone()))
        });
        edits.refuse(new.map(|one| (one.pointer, format!("{}; {}", one.message, one.help))))
    }

    /// Checks the differences after the edits. The edits must resolve the differences for which they were made, and no
    /// others. They must not cause new differences.
    fn check_differences(&self, edits: &Chosen<'_>, after: &Self) -> Result<(), Refusal> {
        let was: BTreeSet<_> = self.differences.iter().map(Occurrence::key).collect();
        let is: BTreeSet<_> = after.differences.iter().map(Occurrence::key).collect();
        let pointer = |found: &Occurrence| found.contract_pointer().to_owned();
        let caused = after.differences.iter().filter(|one| !was.contains(&one.key()));
        edits.refuse(caused.map(|one| {
            (
                pointer(one),
                format!("the edit would cause a new difference, {} at {}", one.rule.name, shown(one)),
            )
        }))?;
        let mut unresolved = Vec::new();
        let mut targets = BTreeSet::new();
        for (index, one) in edits.iter() {
            targets.extend(one.targets.iter().map(|found| found.key()));
            if let Some(found) = one.targets.iter().find(|found| is.contains(&found.key())) {
                let reason = format!(
                    "the edit would not resolve the difference {} at {}",
                    found.rule.name,
                    shown(found)
                );
                unresolved.push((index, reason));
            }
        }
        if !unresolved.is_empty() {
            return Err(Refusal::Edits(unresolved));
        }
        let resolved =
            self.differences.iter().filter(|one| !is.contains(&one.key()) && !targets.contains(&one.key()));
        edits.refuse(resolved.map(|one| {
            (
                pointer(one),
                format!(
                    "the edit would also resolve another difference, {} at {}",
                    one.rule.name,
                    shown(one)
                ),
            )
        }))
    }

    /// Returns a remark on the affected operations that the input does not contain.
    pub(super) fn remark(&self, index: usize) -> String {
        self.others.get(&index).map_or_else(String::new, |operations| {
            let names: Vec<&str> = operations.iter().map(String::as_str).collect();
            format!(" (also affects operations outside the input: {})", names.join(", "))
        })
    }
}

fn findings(contract: &Contract) -> Vec<Finding> {
    let found = lint(contract, &Outline::of(contract)).err();
    found.iter().flatten().cloned().collect()
}
