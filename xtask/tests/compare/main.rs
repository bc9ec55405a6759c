//! What `diff` says of an edit of a contract: by which rule, in which class, for whom, and what Rust sees of it.

mod composition;
mod edits;
mod rust_effect;
mod unchanged;

use mediaconnect_contract::{Contract, Outline};
use xtask::compare::{Report, diff};

/// This project's contract as it once was: the tests edit it, so it does not follow the one that people edit.
const CONNECT: &str = include_str!("../../../crates/mediaconnect-contract/tests/contract.yaml");

/// A contract that has what the other one lacks.
const SMALL: &str = include_str!("small.yaml");

fn outline(text: &str) -> Outline {
    Outline::of(&Contract::parse("contract.yaml", text).unwrap_or_else(|findings| panic!("{findings}")))
}

fn compare(old: &str, new: &str) -> Report {
    diff(&outline(old), &outline(new))
}

/// A contract with an edit; the text must be there.
fn edited(contract: &str, from: &str, to: &str) -> String {
    let edited = contract.replacen(from, to, 1);
    assert_ne!(edited, contract, "{from:?} is not in the contract any more");
    edited
}

/// Each change as `rule class direction`, sorted.
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
