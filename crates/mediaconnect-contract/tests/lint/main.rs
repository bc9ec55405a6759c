//! Checks that each case has exactly the expected findings: rule, line and pointer.

mod cases;
mod crosscheck;
mod tree;

use std::collections::BTreeSet;

use mediaconnect_contract::lint::lint;
use mediaconnect_contract::rules;
use mediaconnect_contract::{Contract, Finding, Outline};

use cases::{BASE, cases, rules_of};

pub(crate) fn findings(contract: &str) -> Vec<Finding> {
    let contract = match Contract::parse("contract.yaml", contract) {
        Ok(contract) => contract,
        Err(findings) => return findings.iter().cloned().collect(),
    };
    let found = lint(&contract, &Outline::of(&contract));
    found.err().into_iter().flat_map(|findings| findings.iter().cloned().collect::<Vec<_>>()).collect()
}

#[test]
fn a_valid_contract_has_no_findings() {
    assert_eq!(findings(BASE), []);
}

#[test]
fn each_case_has_exactly_the_expected_findings() {
    for case in cases() {
        let found: Vec<String> = findings(&case.contract)
            .iter()
            .map(|finding| {
                format!("{} {} {}", finding.rule, finding.line, finding.pointer).trim_end().to_owned()
            })
            .collect();
        assert_eq!(found, case.findings, "{}", case.what);
    }
}

#[test]
fn each_finding_has_a_message_and_help() {
    for case in cases() {
        for finding in findings(&case.contract) {
            assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{}: {finding}", case.what);
            assert!(finding.to_string().starts_with("contract.yaml:"), "{finding}");
        }
    }
}

#[test]
fn each_rule_has_a_case_and_each_finding_has_a_rule() {
    let mut met: BTreeSet<String> = cases().iter().flat_map(rules_of).collect();
    met.extend(tree::rules_met());
    let known: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(met, known);
}

#[test]
fn the_guide_explains_exactly_the_known_extensions() {
    let guide = include_str!("../../../../openapi/README.md");
    let table = guide.split("## Extensions").nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    let explained: Vec<&str> =
        cells.flat_map(|cell| cell.split('`')).filter(|name| name.starts_with("x-")).collect();
    assert!(explained.len() >= 10, "{explained:?}");
    let is_known = |name: &str| {
        let contract = BASE.replacen("  title: Library\n", &format!("  title: Library\n  {name}: {{}}\n"), 1);
        !findings(&contract).iter().any(|finding| finding.message.contains("openapi/README.md explains"))
    };
    for name in explained {
        assert!(is_known(name), "{name}");
    }
    assert!(!is_known("x-invented"));
}
