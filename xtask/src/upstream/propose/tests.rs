//! Checks the number of attempts that a proposal needs.

use std::fmt::Write;

use super::super::compare::Comparison;
use super::super::deviations::Deviations;
use super::super::input::Input;
use super::super::known::Known;
use super::*;

/// Returns a contract with `count` operations, each with an object of its own. `more` is added to each object.
fn document(count: usize, more: &str) -> String {
    let (mut paths, mut schemas) = (String::new(), String::new());
    for index in 0..count {
        let _ = write!(
            paths,
            "  /v1/a{index}:\n    get:\n      operationId: a{index}\n      responses:\n        '200':\n          \
             description: D\n          content:\n            application/json:\n              schema: {{$ref: \
             '#/components/schemas/A{index}'}}\n"
        );
        let _ = write!(
            schemas,
            "    A{index}:\n      type: object\n      properties:\n        a:\n          type: string\n          \
             maxLength: 3\n{more}"
        );
    }
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: 1.0.0}}\npaths:\n{paths}components:\n  schemas:\n{schemas}"
    )
}

fn proposal(ours: &str, upstream: &str) -> Proposal {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("upstream.yaml");
    fs::write(&file, upstream).unwrap();
    let contract = Contract::parse("connect.yaml", ours).unwrap();
    let coverage = Contract::parse("coverage.yaml", "groups: []\n").unwrap();
    let known = Known::new(&contract, &coverage);
    let input = Input::read(&file, &known).unwrap();
    let comparison = Comparison::of(&known, &input, jiff::civil::date(2026, 11, 29)).unwrap();
    let deviations = Contract::parse("deviations.yaml", "deviations: []\n").unwrap();
    let deviations = Deviations::read(&deviations, &contract, &known.outline).unwrap();
    Proposal::of(&Outcome::of(&comparison, &deviations, Vec::new(), Vec::new(), true))
}

#[test]
fn any_number_of_successful_edits_needs_one_attempt() {
    let upstream = document(50, "        b: {type: string, maxLength: 9}\n        c: {type: boolean}\n");
    let upstream = upstream.replace("maxLength: 3", "maxLength: 7");
    let proposal = proposal(&document(50, ""), &upstream);
    assert_eq!((proposal.done.len(), proposal.left.len(), proposal.attempts), (150, 0, 1));
}

#[test]
fn all_refused_edits_together_need_one_more_attempt() {
    // The lint refuses this pattern because of a syntax error.
    let upstream =
        document(50, "        b: {type: string, maxLength: 9, pattern: '('}\n        c: {type: boolean}\n");
    let proposal = proposal(&document(50, ""), &upstream);
    assert_eq!((proposal.done.len(), proposal.left.len(), proposal.attempts), (50, 50, 2));
}
