//! Operations that only upstream or only the contract has, and the exit status.

use serde_json::json;

use super::{INFO, Repository, SEARCH, all, edited, run_in};

const OTHERS: &str = "\
openapi: 3.0.1
info: {title: T, version: '1'}
paths:
  /v1/client/customer/{number}/external-reference/{code}:
    patch:
      summary: Another title
      responses: {}
  /v1/client/customer/check:
    post:
      summary: check customer number - client mode
      responses: {}
  /v1/client/extid/customer:
    post:
      summary: Register customer - client mode
      tags: [Diverse/External Identity]
      responses: {}
  /v1/client/surprise:
    get:
      responses: {}
";

#[test]
fn operations_that_only_upstream_has_are_found_in_the_coverage_file() {
    let repository = Repository::new("missing");
    let report = repository.report("upstream.yaml", OTHERS);
    let expected = [
        ("PATCH /v1/client/customer/{number}/external-reference/{code}", Some("described")),
        ("POST /v1/client/customer/check", Some("named")),
        ("POST /v1/client/extid/customer", Some("described")),
        ("GET /v1/client/surprise", None),
    ];
    for (one, (call, state)) in report["missing"].as_array().unwrap().iter().zip(expected) {
        assert_eq!((&one["call"], one["coverage"]["state"].as_str()), (&json!(call), state));
    }
    assert_eq!(report["missing"][3]["upstream"], "upstream.yaml:18");
    let table = repository.check(&["upstream.yaml"]).out;
    assert!(table.contains("not in openapi/coverage.yaml: add it there"), "{table}");
}

#[test]
fn removed_operations_are_reported_only_for_a_complete_input() {
    let repository = Repository::new("gone");
    repository.write("pages/info.md", INFO);
    repository.write("pages/search.md", SEARCH);
    repository.write("one/info.md", INFO);
    repository.write("two.md", &format!("{INFO}\n{SEARCH}"));
    repository.write("upstream.yaml", OTHERS);
    let own = ["getOwnCustomerInfo", "changeOwnCustomerInfo"];
    let every = ["getCustomerInfo", "searchCustomers", "getOwnCustomerInfo", "changeOwnCustomerInfo"];
    let cases: [(&[&str], &[&str]); 7] = [
        (&["pages"], &own),
        (&["pages", "--scope", "part"], &[]),
        (&["one"], &[]),
        (&["one/info.md"], &[]),
        (&["two.md"], &[]),
        (&["two.md", "--scope", "whole"], &own),
        (&["upstream.yaml"], &every),
    ];
    for (arguments, expected) in cases {
        let report = repository.check(&[arguments, &["--format", "json"]].concat()).json();
        assert_eq!(all(&report, "gone", "operation"), expected, "{arguments:?}");
    }
    let part = repository.check(&["one/info.md"]).out;
    assert!(part.contains("The input is treated as incomplete") && part.contains("--scope whole"), "{part}");
    let whole = repository.check(&["pages"]).out;
    assert!(whole.contains("Only in the contract:\n  GET /v1/customer/info"), "{whole}");
}

#[test]
fn the_exit_status_follows_the_class() {
    let repository = Repository::new("status");
    repository.write("upstream.yaml", OTHERS);
    repository.write("clean.md", INFO);
    repository.write("compatible.md", &edited(INFO, "maxLength: 60", "maxLength: 80"));
    repository.write("breaking.md", &edited(INFO, " emails:", " mails:"));
    let codes = |fail_on| {
        ["clean.md", "compatible.md", "breaking.md"]
            .map(|page| repository.check(&[page, "--fail-on", fail_on]).code)
    };
    assert_eq!(codes("breaking"), [0, 0, 1]);
    assert_eq!(codes("compatible"), [0, 1, 1]);
    assert_eq!(codes("documentation"), [0, 1, 1]);
    assert_eq!(repository.check(&["breaking.md"]).code, 0);
    // Upstream's document lacks some operations of the contract, and it has some that the contract lacks.
    let part = |fail_on| repository.check(&["upstream.yaml", "--scope", "part", "--fail-on", fail_on]).code;
    assert_eq!((part("compatible"), part("breaking")), (1, 0));
    assert_eq!(repository.check(&["upstream.yaml", "--fail-on", "breaking"]).code, 1);
    // On this date, the review of a deviation is overdue.
    let later =
        |more: &[&str]| run_in(&repository.0, &[&["clean.md", "--today", "2030-01-01"], more].concat()).code;
    assert_eq!((later(&["--fail-on", "documentation"]), later(&["--fail-on", "compatible"])), (1, 0));
    assert_eq!(run_in(&repository.0, &["clean.md", "--today", "tomorrow"]).code, 2);
}
