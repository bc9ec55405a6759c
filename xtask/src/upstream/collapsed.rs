//! Collapsed objects: objects whose members a page does not show.

use std::collections::{BTreeMap, BTreeSet};

use mediaconnect_contract::Finding;

use super::compare::Comparison;
use super::document::COLLAPSED;
use super::occurrence::Occurrence;

/// Returns the pointer of the collapsed object that hides a removed member. The second value is the number of the
/// object's members, if the page states it. Returns `None` for all other differences.
pub(super) fn hiding(comparison: &Comparison<'_>, found: &Occurrence) -> Option<(String, Option<u64>)> {
    let (owner, _) = found.pointer.rsplit_once("/properties/").filter(|_| found.is_removed_member())?;
    let count = comparison.document(found.side).document().pointer(owner)?.get(COLLAPSED)?;
    Some((owner.to_owned(), count.as_u64()))
}

/// Returns a finding for each collapsed object whose number of members is not on the page. `hidden` contains the
/// differences that collapsed objects hide.
pub(super) fn without_count(comparison: &Comparison<'_>, hidden: &[Occurrence]) -> Vec<Finding> {
    let is_uncounted = |found: &&Occurrence| matches!(hiding(comparison, found), Some((_, None)));
    let objects: BTreeSet<(usize, String)> = hidden
        .iter()
        .filter(is_uncounted)
        .filter_map(|found| Some((found.side, hiding(comparison, found)?.0)))
        .collect();
    let finding = |(side, owner): &(usize, String)| {
        let message =
            "the page shows neither the members of this object nor their number, so they are not compared";
        let help = "expand the object on the page, and save the page again";
        comparison.document(*side).finding(owner, "not-compared", message.to_owned(), help)
    };
    objects.iter().map(finding).collect()
}

/// Returns a finding for each collapsed object that has more or fewer members than the object in the contract.
pub(super) fn other_counts(comparison: &Comparison<'_>, all: &[Occurrence]) -> Vec<Finding> {
    let mut counts: BTreeMap<(usize, String, u64), BTreeSet<&str>> = BTreeMap::new();
    for found in all {
        if let Some((owner, Some(count))) = hiding(comparison, found) {
            counts.entry((found.side, owner, count)).or_default().insert(&found.place.pointer);
        }
    }
    let other =
        counts.into_iter().filter(|((.., count), members)| usize::try_from(*count) != Ok(members.len()));
    other
        .map(|((side, owner, count), members)| {
            let message = format!(
                "upstream's object has {count} members, but the page does not show them; the contract's object has {}",
                members.len()
            );
            let help = "expand the object on the page, and save the page again";
            comparison.document(side).finding(&owner, "member-count", message, help)
        })
        .collect()
}
