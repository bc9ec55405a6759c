//! Collapsed objects: objects whose members a page does not show.

use std::collections::{BTreeMap, BTreeSet};

use mediaconnect_contract::Finding;

use super::compare::Comparison;
use super::document::COLLAPSED;
use super::occurrence::Occurrence;

/// If a removed member belongs to a collapsed object, returns the pointer of this object. Also returns the number of
/// its members, if the page states this number.
pub(super) fn hiding(comparison: &Comparison<'_>, found: &Occurrence) -> Option<(String, Option<u64>)> {
    let (owner, _) = found.pointer.rsplit_once("/properties/").filter(|_| found.is_removed_member())?;
    let count = comparison.document(found.side).document().pointer(owner)?.get(COLLAPSED)?;
    Some((owner.to_owned(), count.as_u64()))
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
