//! Tests the record of pages, and the comparison of changed pages with the record.

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
fn pages_in_a_collapsed_group_stay_in_the_record_and_removed_pages_are_printed() {
    let repository = Repository::new("guides");
    let folded = edited(SAVED_INFO, "    • Start here\n    • Events\n      • Signals\n", "");
    let folded = edited(&folded, "      • Order Guide\n        • First steps\n", "");
    repository.write("page.txt", &folded);
    let ran = repository.upstream(&["save", "page.txt"]);
    assert!(ran.out.contains("the group Guides is collapsed"), "{}", ran.out);
    let gone = "Order Management / Order / Order Guide / First steps is no longer in the navigation";
    assert!(ran.out.contains(gone), "{}", ran.out);
    let pages = repository.read("openapi/upstream/pages.yaml");
    assert!(
        pages.contains("Start here") && pages.contains("Signals") && !pages.contains("- Guides\n"),
        "{pages}"
    );
    assert!(!pages.contains("First steps"), "{pages}");

    // The second page shows the whole navigation.
    repository.write("pages/a.txt", &folded);
    repository.write("pages/b.txt", SAVED_SEARCH);
    assert_eq!(repository.upstream(&["save", "pages"]).code, 0);
    assert_eq!(repository.report("page.txt", SAVED_INFO)["pages"], json!([]));
}

#[test]
fn a_page_of_another_endpoint_with_the_same_title_is_not_compared_with_the_record() {
    let repository = Repository::new("same-title");
    let page = |page: &str, title: &str, path: &str, to: &str| {
        let page =
            edited(page, &format!("{title}\n\nProduction"), "Register customer - client mode\n\nProduction");
        edited(&page, path, to)
    };
    let info = ("List customer info - client mode", "/v1/client/customer/info/{customerNumber}\nCustomer");
    let order = page(SAVED_INFO, info.0, info.1, "/v1/client/order/customer/{customerNumber}\nOrder");
    let search = ("Search customer - client mode", "/v1/client/customer/search\nCustomer");
    let identity = page(SAVED_SEARCH, search.0, search.1, "/v1/client/extid/customer\nExternal Identity");
    repository.write("order.txt", &order);
    assert_eq!(repository.upstream(&["save", "order.txt"]).code, 0);
    assert_eq!(repository.report("page.txt", &identity)["changed"], json!([]));
    let moved = edited(&order, "/v1/client/order/", "/v2/client/order/");
    assert_eq!(all(&repository.report("page.txt", &moved), "changed", "rule"), ["path-changed"]);
}

#[test]
fn an_expanded_object_is_no_change_by_upstream_even_if_the_path_changed() {
    let repository = recorded("expanded");
    let page = edited(
        SAVED_INFO,
        "What they log in with.\n",
        "What they log in with.\ncredential\nstring\noptional\ncredentialType\nstring\noptional\nverificationLevel\nstring\nrequired\n",
    );
    let page = edited(&page, "\n/v1/client/customer/info/", "\n/v2/client/customer/info/");
    assert_eq!(all(&repository.report("page.txt", &page), "changed", "rule"), ["path-changed"]);
}

#[test]
fn nothing_is_saved_if_a_page_cannot_be_saved_and_parts_that_were_not_understood_are_printed() {
    let repository = Repository::new("half");
    let unclear =
        edited(SAVED_INFO, "phoneNumbers\narray", "nickName\nstring\u{a0} \noptional\nphoneNumbers\narray");
    repository.write("pages/a.txt", &unclear);
    repository.write(
        "pages/b.yaml",
        "openapi: 3.0.1\ninfo: {}\npaths: {/a: {get: {responses: {}}}, /b: {get: {responses: {}}}}\n",
    );
    let ran = repository.upstream(&["save", "pages"]);
    let files = || fs::read_dir(repository.0.join("openapi/upstream")).unwrap().count();
    assert_eq!((ran.code, ran.out.as_str(), files()), (2, "", 1));
    assert!(ran.err.contains("nickName may or may not belong"), "{}", ran.err);
    let ran = repository.upstream(&["save", "pages/a.txt"]);
    assert!(ran.code == 0 && ran.err.contains("nickName may or may not belong"), "{}", ran.err);
    assert_eq!(files(), 2);
}

#[test]
fn a_document_with_several_operations_is_not_recorded() {
    let repository = Repository::new("several");
    let paths = "paths: {/v1/a: {get: {responses: {}}}, /v1/b: {get: {responses: {}}}}";
    repository.write("up.yaml", &format!("openapi: 3.0.1\ninfo: {{}}\n{paths}\n"));
    let ran = repository.upstream(&["save", "up.yaml"]);
    assert!(ran.code == 2 && ran.err.contains("`save` is for pages"), "{}", ran.err);
}
