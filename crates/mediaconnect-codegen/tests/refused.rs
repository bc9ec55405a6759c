//! Runs the generator on the lint's test cases. The generator must report a broken rule if the rule stops a build, and
//! must ignore it otherwise.

#[path = "../../mediaconnect-contract/tests/lint/cases.rs"]
mod cases;

use std::collections::BTreeSet;

use mediaconnect_codegen::generate;
use mediaconnect_contract::Contract;
use mediaconnect_contract::rules;

use cases::{cases, rules_of};

#[test]
fn exactly_the_build_rules_stop_the_generator() {
    let stops_build =
        |name: &String| rules::ALL.iter().any(|rule| rule.name == *name && rule.stops == rules::Stops::Build);
    let mut wrong = Vec::new();
    for case in cases() {
        let refused: BTreeSet<String> =
            match Contract::parse("contract.yaml", &case.contract).and_then(|c| generate(&c)) {
                Ok(_) => BTreeSet::new(),
                Err(findings) => findings.iter().map(|finding| finding.rule.to_owned()).collect(),
            };
        let expected: BTreeSet<String> = rules_of(&case).into_iter().filter(stops_build).collect();
        if refused != expected {
            wrong.push((case.what, refused, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
