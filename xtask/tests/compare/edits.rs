//! The table of edits, with the expected changes of each.

use std::collections::BTreeSet;

use mediaconnect_contract::Contract;
use serde_json::Value;
use xtask::compare::rules::ALL;
use xtask::compare::{Class, Report};

use crate::{CONNECT, SMALL, compare, edited, lines};

/// An edit of a contract, with the expected changes.
pub(crate) struct Edit {
    pub(crate) what: String,
    pub(crate) old: String,
    pub(crate) new: String,
    rules: Vec<String>,
    pub(crate) program: String,
}

pub(crate) fn edits() -> Vec<Edit> {
    let table = Contract::parse("edits.yaml", include_str!("edits.yaml")).unwrap();
    table.document()["edits"].as_array().unwrap().iter().map(edit).collect()
}

fn edit(row: &Value) -> Edit {
    let text = |node: &Value| node.as_str().unwrap().to_owned();
    let base = match row["base"].as_str() {
        Some("small") => SMALL.to_owned(),
        Some("retiring") => retiring(),
        Some("narrow") => edited(SMALL, PAGES, &format!("{PAGES}          format: int32\n")),
        Some("secret") => edited(SMALL, "x-sensitivity: personal", "x-sensitivity: secret"),
        _ => CONNECT.to_owned(),
    };
    // A text that starts with `#` is a reference to a component, and is replaced everywhere. Any other text is replaced
    // once.
    let replace = |contract: String, pair: &Value| {
        let (from, to) = (text(&pair["from"]), text(&pair["to"]));
        if from.starts_with('#') {
            assert!(contract.contains(&from), "{from:?} is not in the contract any more");
            contract.replace(&from, &to)
        } else {
            edited(&contract, &from, &to)
        }
    };
    Edit {
        what: text(&row["what"]),
        new: row["edits"].as_array().unwrap().iter().fold(base.clone(), replace),
        old: base,
        rules: row["rules"].as_array().unwrap().iter().map(text).collect(),
        program: text(&row["program"]),
    }
}

const PAGES: &str = "        pages:\n          type: integer\n";

/// Returns the small contract with a field that has a sunset.
fn retiring() -> String {
    let from = "          description: Who has it.\n";
    let deprecation = "          deprecated: true\n          x-sunset: '2027-06-30'\n          x-deprecation-note: Ask the desk.\n";
    edited(SMALL, from, &format!("{from}{deprecation}"))
}

#[test]
fn each_edit_is_reported_by_its_rules_and_no_others() {
    let edits = edits();
    assert!(edits.len() >= 40, "{}", edits.len());
    for edit in edits {
        let report = compare(&edit.old, &edit.new);
        assert_eq!(lines(&report), edit.rules, "{}: {:#?}", edit.what, report.changes);
        assert_eq!(report.effect().to_string(), edit.program, "{}", edit.what);
    }
}

#[test]
fn each_change_has_a_pointer_and_different_values() {
    for edit in edits() {
        for change in compare(&edit.old, &edit.new).changes {
            assert!(!change.places.is_empty() && change.before != change.after, "{}: {change:?}", edit.what);
            assert!(change.contract_pointer.starts_with('/'), "{}: {change:?}", edit.what);
        }
    }
}

#[test]
fn each_rule_is_triggered_by_an_edit_or_its_reversal() {
    let mut met = BTreeSet::new();
    for edit in edits() {
        for report in [compare(&edit.old, &edit.new), compare(&edit.new, &edit.old)] {
            met.extend(report.changes.iter().map(|change| change.rule.name));
        }
    }
    let missing: Vec<_> = ALL.iter().map(|rule| rule.name).filter(|name| !met.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_reversal_of_an_edit_is_found_unless_it_is_documentation() {
    for edit in edits() {
        let (there, back) = (compare(&edit.old, &edit.new), compare(&edit.new, &edit.old));
        let is_documentation = |report: &Report| report.worst() == Some(Class::Documentation);
        assert!(!back.is_empty(), "{}", edit.what);
        // The reverse of a documentation change may be a compatible change. For example, lowering a sensitivity is a
        // documentation change, but raising a sensitivity is a compatible change. The reverse must not be breaking.
        assert!(!is_documentation(&there) || back.worst() != Some(Class::Breaking), "{}", edit.what);
    }
}
