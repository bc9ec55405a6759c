//! The changes that `diff` reports for edits of a contract: rule, class, affected programs, and effect in Rust.

mod composition;
mod edits;
mod rust_effect;
mod unchanged;

use mediaconnect_contract::{Contract, Outline};
use xtask::compare::{Report, diff};

/// An old copy of this project's contract. Edits of the real contract do not change it.
const CONNECT: &str = include_str!("../../../crates/mediaconnect-contract/tests/contract.yaml");

/// A small contract with the constructs that `CONNECT` does not use.
const SMALL: &str = include_str!("small.yaml");

fn outline(text: &str) -> Outline {
    Outline::of(&Contract::parse("contract.yaml", text).unwrap_or_else(|findings| panic!("{findings}")))
}

fn compare(old: &str, new: &str) -> Report {
    diff(&outline(old), &outline(new))
}

/// Returns a contract with an edit. Panics if the text to replace is missing.
fn edited(contract: &str, from: &str, to: &str) -> String {
    let edited = contract.replacen(from, to, 1);
    assert_ne!(edited, contract, "{from:?} is not in the contract any more");
    edited
}

/// Returns each change as `rule class direction`, sorted.
fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report
        .changes
        .iter()
        .map(|change| {
            let direction =
                change.direction.map_or_else(|| "-".to_owned(), |direction| direction.to_string());
            format!("{} {} {direction}", change.rule.name, change.rule.class)
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines
}
