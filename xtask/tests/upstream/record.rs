//! The record of pages, and a comparison with the record a year later.

use std::fs;

use serde_json::json;

use super::{HTML_INFO, Repository, SAVED_INFO, SAVED_SEARCH, all, changes, edited, line_of};

/// Returns a repository whose record has the pages of the lookup and of the search.
fn recorded(name: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("pages/info.txt", SAVED_INFO);
    repository.write("pages/search.txt", SAVED_SEARCH);
    let ran = repository.upstream(&["save", "pages", "--today", "2026-11-22"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    repository
}

#[test]
fn the_record_contains_facts_but_no_sentences_of_the_pages() {
    let repository = recorded("facts");
    let mut text = String::new();
    for file in fs::read_dir(repository.0.join("openapi/upstream")).unwrap() {
        text.push_str(&fs::read_to_string(file.unwrap().path()).unwrap());
    }
    for fact in [
        "maxLength: 60",
        "customerNumber",
        "x-seen: '2026-11-22'",
        "- companyPbx",
        "First steps",
        "clientCredentials",
    ] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    for words in [
        "Where bills are sent",
        "Given name",
        "rings at the exchange",
        "No user has to",
        "Kari",
        "example.com",
    ] {
        assert!(!text.contains(words), "{words}");
    }
}

#[test]
fn an_unchanged_page_causes_no_report_as_text_and_as_html() {
    let repository = recorded("same");
    for (name, page) in [("info.txt", SAVED_INFO), ("info.html", HTML_INFO), ("search.txt", SAVED_SEARCH)] {
        assert_eq!(repository.report(name, page)["changed"], json!([]), "{name}");
    }
}

#[test]
fn changes_by_upstream_are_distinguished_from_differences_to_the_contract() {
    let repository = recorded("changed");
    // Unlike the contract, the page states no minimum for customer numbers. This difference is not reported, because a
    // deviation covers it and upstream did not change the page in this point.
    let page = edited(SAVED_INFO, "<= 60 characters", "<= 80 characters");
    let report = repository.report("page.txt", &page);
    let message =
        "200 /invoiceEmailAddress changed since 2026-11-22, from characters <= 60 to characters <= 80";
    assert_eq!((all(&report, "changed", "message"), changes(&report).len()), (vec![message], 1));
    assert_eq!(report["changed"][0]["line"], json!(line_of(&page, "invoiceEmailAddress")));
    assert_eq!(repository.check(&["page.txt", "--fail-on", "documentation"]).code, 1);

    // Saving the page again updates the record, so no change by upstream is reported. The page still differs from the
    // contract.
    assert_eq!(repository.upstream(&["save", "page.txt"]).code, 0);
    let report = repository.report("page.txt", &page);
    assert_eq!((&report["changed"], changes(&report).len()), (&json!([]), 1));
}

#[test]
fn a_changed_path_is_found_by_the_title() {
    let page = edited(SAVED_INFO, "\n/v1/client/customer/info/", "\n/v2/client/customer/info/");
    let report = recorded("path").report("page.txt", &page);
    assert_eq!(all(&report, "changed", "rule"), ["path-changed"]);
}

#[test]
fn a_deviation_that_a_page_makes_unused_is_reported() {
    let page = edited(SAVED_INFO, "🟠 404", "🟠 401Unauthorized\n🟠 404");
    let report = recorded("overtaken").report("page.txt", &page);
    assert_eq!(all(&report, "deviations", "at"), ["/components/responses/Unauthorized"]);
}

#[test]
fn an_endpoint_missing_in_the_coverage_file_is_not_recorded_as_a_page() {
    let repository = Repository::new("unknown");
    let page = edited(SAVED_INFO, "      • Remove", "      • Copy reference\n      • Remove");
    let page = edited(&page, "  • Start here", "  • Start here\n    • Old steps");
    repository.write("page.txt", &page);
    let ran = repository.upstream(&["save", "page.txt"]);
    let expected = "Customer Data / External Reference / Copy reference is probably an endpoint, \
                    so it is not saved as a page: add it to openapi/coverage.yaml";
    assert!(ran.out.contains(expected), "{}", ran.out);
    assert!(ran.out.contains("Old steps is saved as a page"), "{}", ran.out);
    let report = repository.report("page.txt", &page);
    assert_eq!(
        all(&report, "pages", "message"),
        ["Customer Data / External Reference / Copy reference is new"]
    );
}

#[test]
fn a_document_with_several_operations_is_not_recorded() {
    let repository = Repository::new("several");
    let paths = "paths: {/v1/a: {get: {responses: {}}}, /v1/b: {get: {responses: {}}}}";
    repository.write("up.yaml", &format!("openapi: 3.0.1\ninfo: {{}}\n{paths}\n"));
    let ran = repository.upstream(&["save", "up.yaml"]);
    assert!(ran.code == 2 && ran.err.contains("`save` is for pages"), "{}", ran.err);
}
