//! The table of contracts that break a rule.

use std::collections::BTreeSet;

use mediaconnect_contract::Contract;
use serde_json::Value;

/// A contract without findings.
pub(crate) const BASE: &str = include_str!("base.yaml");

/// An edit of the base contract that breaks a rule.
pub(crate) struct Case {
    pub(crate) what: String,
    pub(crate) contract: String,
    pub(crate) findings: Vec<String>,
}

pub(crate) fn cases() -> Vec<Case> {
    let table = Contract::parse("cases.yaml", include_str!("cases.yaml")).unwrap();
    table.document()["cases"].as_array().unwrap().iter().map(case).collect()
}

fn case(row: &Value) -> Case {
    let text = |node: &Value| node.as_str().unwrap().to_owned();
    let replace = |contract: String, edit: &Value| {
        let (from, to) = (text(&edit["from"]), text(&edit["to"]));
        assert!(contract.contains(&from), "{from:?} is not in the contract any more");
        contract.replacen(&from, &to, 1)
    };
    Case {
        what: text(&row["what"]),
        contract: row["edits"].as_array().unwrap().iter().fold(BASE.to_owned(), replace),
        findings: row["findings"].as_array().unwrap().iter().map(text).collect(),
    }
}

/// Returns the names of the rules that a case breaks.
pub(crate) fn rules_of(case: &Case) -> BTreeSet<String> {
    case.findings.iter().map(|finding| finding.split(' ').next().unwrap().to_owned()).collect()
}
