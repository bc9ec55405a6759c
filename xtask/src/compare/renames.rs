//! Finds fields and parameters that were probably renamed.

use mediaconnect_contract::outline::Field;
use similar::TextDiff;

use super::text;

/// The minimum similarity of an old and a new name, from 0 to 1.
const LIKELY: f32 = 0.7;

/// A field of one contract, and a flag that is true if the other contract has a field with the same name.
pub(super) type Member<'a> = (&'a Field, bool);

/// Returns the fields that were probably renamed, as pairs of the old and the new field.
///
/// Two fields are a pair if they have the same type, and also a similar name, the same description, or the same
/// neighbours. If a field could belong to several pairs, it belongs to none.
pub(super) fn likely<'a>(old: &[Member<'a>], new: &[Member<'a>]) -> Vec<(&'a Field, &'a Field)> {
    let lonely =
        |all: &[Member<'a>]| -> Vec<usize> { (0..all.len()).filter(|index| !all[*index].1).collect() };
    let (gone, added) = (lonely(old), lonely(new));
    let fits: Vec<(usize, usize)> = gone
        .iter()
        .flat_map(|before| added.iter().map(move |after| (*before, *after)))
        .filter(|(before, after)| is_likely(old, *before, new, *after))
        .collect();
    let is_only = |pair: &&(usize, usize)| {
        fits.iter().filter(|other| other.0 == pair.0 || other.1 == pair.1).count() == 1
    };
    fits.iter().filter(is_only).map(|(before, after)| (old[*before].0, new[*after].0)).collect()
}

fn is_likely(old: &[Member<'_>], before: usize, new: &[Member<'_>], after: usize) -> bool {
    let (one, other) = (old[before].0, new[after].0);
    let is_same_type = text::kind(&one.schema.kind) == text::kind(&other.schema.kind)
        && one.schema.format == other.schema.format
        && one.schema.values == other.schema.values;
    let has_description = one.description.is_some() && one.description == other.description;
    is_same_type
        && (has_description
            || (neighbours(old, before) == neighbours(new, after)
                && neighbours(old, before).iter().any(Option::is_some))
            || alike(&one.wire_name, &other.wire_name) >= LIKELY)
}

/// Returns the names of the nearest fields before and after a field. Skips fields that are in only one contract.
fn neighbours<'a>(all: &[Member<'a>], index: usize) -> [Option<&'a str>; 2] {
    let name = |member: &Member<'a>| member.1.then_some(member.0.wire_name.as_str());
    [all[..index].iter().rev().find_map(name), all[index + 1..].iter().find_map(name)]
}

fn alike(one: &str, other: &str) -> f32 {
    TextDiff::from_chars(one.to_lowercase().as_str(), other.to_lowercase().as_str()).ratio()
}
