//! Saved pages in text and HTML.

use serde_json::{Value, json};

use super::{HTML_INFO, HTML_SEARCH, Repository, SAVED_INFO, SAVED_SEARCH, all, changes, edited, line_of};

/// Returns all findings of a report.
pub(crate) fn said(report: &Value) -> Vec<String> {
    let mut said = changes(report);
    for list in ["pages", "deviations", "notes", "missing", "gone"] {
        said.extend(report[list].as_array().unwrap().iter().map(ToString::to_string));
    }
    said
}

#[test]
fn a_page_that_agrees_with_the_contract_causes_no_report() {
    let repository = Repository::new("saved");
    repository.write("pages/info.txt", SAVED_INFO);
    repository.write("pages/search.txt", SAVED_SEARCH);
    let ran = repository.check(&["pages", "--format", "json", "--fail-on", "documentation"]);
    let report = ran.json();
    assert_eq!((said(&report), ran.code), (Vec::new(), 0));
    assert_eq!((&report["common"], &report["scope"]), (&json!(2), &json!("part")));
    // Of all deviations, only these 13 cover a difference of the two pages.
    assert_eq!(report["held"].as_array().unwrap().len(), 13);
}

/// An edit of a page, and the expected finding: the rule, the location, and the text at the end of the reported line.
struct Edit {
    page: &'static str,
    from: &'static str,
    to: &'static str,
    rule: &'static str,
    place: &'static str,
    line: &'static str,
}

/// Edits of the pages, each of a different kind.
const EDITS: [Edit; 23] = [
    edit(
        SAVED_INFO,
        "<= 60 characters",
        "<= 80 characters",
        "limit-loosened-in-response",
        "200 /invoiceEmailAddress",
        "invoiceEmailAddress",
    ),
    edit(
        SAVED_INFO,
        "emails\narray[",
        "nickName\nstring\u{a0} \noptional\nemails\narray[",
        "field-added-to-response",
        "200 /nickName",
        "nickName",
    ),
    // The new field may also be a member of the object that is listed before it. Its object is therefore unclear, and
    // the field is reported as not understood.
    edit(
        SAVED_INFO,
        "phoneNumbers\narray",
        "nickName\nstring\u{a0} \noptional\nphoneNumbers\narray",
        "not-understood",
        "nickName",
        "nickName",
    ),
    edit(
        SAVED_INFO,
        "uniqueId\n",
        "userState\nstring\u{a0} \noptional\nuniqueId\n",
        "field-added-to-response",
        "200 /attachedUsers/[]/userState",
        "userState",
    ),
    edit(
        SAVED_INFO,
        "middleName\nstring",
        "secondName\nstring",
        "field-renamed-in-response",
        "200 /name/middleName",
        "secondName",
    ),
    edit(
        SAVED_INFO,
        "personalfax",
        "personalsatellitefax",
        "enum-value-added-in-response",
        "200 /phoneNumbers/[]/phoneNumberType",
        "phoneNumberType",
    ),
    edit(
        SAVED_INFO,
        "homemobile",
        "home",
        "enum-value-removed-in-response",
        "200 /phoneNumbers/[]/phoneNumberType",
        "phoneNumberType",
    ),
    edit(
        SAVED_INFO,
        "invoiceEmailAddress\nstring\u{a0} <email>\u{a0} \noptional\nWhere bills are sent.\n<= 60 characters\n",
        "",
        "field-removed-from-response",
        "200 /invoiceEmailAddress",
        "Body",
    ),
    edit(
        SAVED_INFO,
        "      • First steps",
        "      • First steps\n      • Cancel order - client mode\n        DELETE",
        "navigation-new",
        "Order Management / Order / Cancel order - client mode (DELETE) is new",
        "Cancel order - client mode",
    ),
    edit(
        SAVED_INFO,
        "    • External Reference",
        "    • External References",
        "navigation-moved",
        "the group Customer Data / External Reference is now named Customer Data / External References",
        "Remove external reference - client mode",
    ),
    edit(
        SAVED_INFO,
        "• Change customer Info",
        "• Change customer information",
        "navigation-renamed",
        "probably named Change customer information now",
        "Change customer information",
    ),
    edit(
        SAVED_INFO,
        "      • Change external reference - client mode\n",
        "",
        "navigation-gone",
        "Change external reference - client mode",
        "title: Change external reference - client mode",
    ),
    edit(
        SAVED_INFO,
        "Check customer number - client mode\n        POST",
        "Check customer number - client mode\n        GET",
        "navigation-method",
        "is a GET",
        "Check customer number - client mode",
    ),
    edit(SAVED_INFO, "🟠 429", "🟠 409Conflict\n🟠 429", "error-status-added", "409", "🟠 409Conflict"),
    edit(
        SAVED_INFO,
        "🟠 404Record Not Found\n",
        "",
        "error-status-removed",
        "404",
        "/v1/client/customer/info/{customerNumber}",
    ),
    edit(
        SAVED_INFO,
        "/v1/client/customer/info/{customerNumber}\nC",
        "/v2/client/customer/info/{customerNumber}\nC",
        "path-changed",
        "",
        "/v2/client/customer/info/{customerNumber}",
    ),
    edit(
        SAVED_INFO,
        "integer\u{a0} \nrequired",
        "string\u{a0} \nrequired",
        "type-changed-in-request",
        "path parameter customerNumber",
        "customerNumber",
    ),
    edit(
        SAVED_INFO,
        "read-Everything",
        "read-Everything\nwrite-More",
        "scope-required",
        "security",
        "/v1/client/customer/info/{customerNumber}",
    ),
    edit(
        SAVED_INFO,
        "[object {3}]",
        "[object {4}]",
        "member-count",
        "upstream's object has 4 members",
        "credentials",
    ),
    edit(
        SAVED_SEARCH,
        "lastName\nstring\u{a0} \noptional",
        "lastName\nstring\u{a0} \nrequired",
        "now-required-in-request",
        "body /lastName",
        "lastName",
    ),
    edit(
        SAVED_SEARCH,
        "<= 5 items",
        "<= 10 items",
        "limit-loosened-in-response",
        "200 /customers",
        "customers",
    ),
    edit(
        SAVED_SEARCH,
        "\"isMobile\": true",
        "\"isMobile\": \"perhaps\"",
        "example",
        "true or false",
        "\"isMobile\": \"perhaps\"",
    ),
    edit(
        SAVED_SEARCH,
        "\"entrance\": \"B\"",
        "\"entrance\": \"B\",\n    \"floor\": 3",
        "example",
        "floor",
        "\"floor\": 3,",
    ),
];

const fn edit(
    page: &'static str,
    from: &'static str,
    to: &'static str,
    rule: &'static str,
    place: &'static str,
    line: &'static str,
) -> Edit {
    Edit { page, from, to, rule, place, line }
}

#[test]
fn each_edit_of_a_page_is_found_at_its_line() {
    let repository = Repository::new("edits");
    let mut missed = Vec::new();
    for edit in EDITS {
        let page = edited(edit.page, edit.from, edit.to);
        let report = repository.report("page.txt", &page);
        let changes = report["changes"].as_array().unwrap().iter().map(|change| {
            let place = &change["places"][0];
            let parts = [&place["part"], &place["pointer"]].map(|part| part.as_str().unwrap_or_default());
            (
                change["rule"].clone(),
                parts.join(" ").trim().to_owned(),
                change["upstream"][0].as_str().unwrap().to_owned(),
            )
        });
        let findings =
            ["pages", "notes"].into_iter().flat_map(|list| report[list].as_array().unwrap()).map(|one| {
                let at = format!("{}:{}", one["file"].as_str().unwrap(), one["line"]);
                (one["rule"].clone(), one["message"].as_str().unwrap().to_owned(), at)
            });
        let all: Vec<(Value, String, String)> = changes.chain(findings).collect();
        let is_page = edit.rule != "navigation-gone";
        let text = if is_page { &page } else { super::COVERAGE };
        let name = if is_page { "page.txt" } else { "openapi/coverage.yaml" };
        // Examples also contain the names of fields, so several lines may match. The finding must be on one of these
        // lines.
        let ends = |line: &str| {
            if edit.line.starts_with('"') {
                line.trim().ends_with(edit.line)
            } else {
                line.trim_start_matches([' ', '•', '-']) == edit.line
            }
        };
        let lines: Vec<String> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| ends(line))
            .map(|(number, _)| format!("{name}:{number}"))
            .collect();
        let is_it = |(rule, place, at): &(Value, String, String)| {
            rule == edit.rule && place.contains(edit.place) && lines.contains(at)
        };
        if !all.iter().any(is_it) {
            missed.push(format!("{} {}: {lines:?} {all:#?}", edit.rule, edit.place));
        }
    }
    assert!(
        missed.is_empty(),
        "{}",
        missed.join(
            "
"
        )
    );
}

#[test]
fn a_moved_endpoint_is_reported_with_both_groups() {
    let moved = edited(SAVED_INFO, "      • Check customer number - client mode\n        POST\n", "");
    let moved = edited(
        &moved,
        "      • Remove",
        "      • Check customer number - client mode\n        POST\n      • Remove",
    );
    let report = Repository::new("one-moved").report("page.txt", &moved);
    let message = "Check customer number - client mode moved from Customer Data / Customer to Customer Data / External Reference";
    assert_eq!(all(&report, "pages", "message"), [message]);
    assert_eq!(report["pages"][0]["line"], json!(line_of(&moved, "• Check customer number - client mode")));
}

#[test]
fn a_collapsed_group_is_reported_once_and_its_endpoints_are_not_missing() {
    let from = SAVED_INFO.find("      • Remove external").unwrap();
    let to = SAVED_INFO.find("  • Order Management").unwrap();
    let folded = format!("{}{}", &SAVED_INFO[..from], &SAVED_INFO[to..]);
    let report = Repository::new("folded").report("page.txt", &folded);
    assert_eq!(all(&report, "pages", "rule"), ["navigation-folded"]);
}

#[test]
fn a_collapsed_group_of_groups_hides_its_endpoints() {
    let from = SAVED_INFO.find("    • Customer\n").unwrap();
    let to = SAVED_INFO.find("  • Order Management").unwrap();
    let folded = format!("{}{}", &SAVED_INFO[..from], &SAVED_INFO[to..]);
    let repository = Repository::new("folded-groups");
    let report = repository.report("page.txt", &folded);
    assert_eq!(all(&report, "pages", "rule"), ["navigation-folded"]);
    assert_eq!(repository.upstream(&["save", "page.txt"]).code, 0);
    assert!(!repository.read("openapi/upstream/pages.yaml").contains("Customer Data"));
}

#[test]
fn a_page_has_the_same_report_as_html_and_as_text() {
    let repository = Repository::new("html");
    repository.write("pages/info.html", HTML_INFO);
    repository.write("pages/search.html", HTML_SEARCH);
    // Browsers save such a directory beside a page. Its files are not pages.
    repository.write("pages/info_files/frame.html", "<html><p>Nothing.</p></html>");
    let html = repository.check(&["pages", "--format", "json", "--fail-on", "documentation"]);
    assert_eq!((said(&html.json()), html.code), (Vec::new(), 0));
    assert_eq!(html.json()["held"].as_array().unwrap().len(), 13);
}

#[test]
fn each_edit_of_a_page_in_html_is_found_at_its_line() {
    let repository = Repository::new("html-edits");
    let cases = [
        (
            "<span>60 characters",
            "<span>80 characters",
            "limit-loosened-in-response getCustomerInfo 200 /invoiceEmailAddress",
            "invoiceEmailAddress",
        ),
        (
            "<span class=\"value\">fax",
            "<span class=\"value\">satellite",
            "enum-value-added-in-response getCustomerInfo 200 /phoneNumbers/[]/phoneNumberType",
            "phoneNumberType",
        ),
        (
            "<span class=\"name\">uniqueId",
            "<span class=\"name\">userId",
            "field-renamed-in-response getCustomerInfo 200 /attachedUsers/[]/uniqueId",
            "userId",
        ),
        ("<span>404</span>", "<span>410</span>", "error-status-added getCustomerInfo 410", "410"),
        (
            "/info/{customerNumber}",
            "/customers/{customerNumber}",
            "path-changed getCustomerInfo",
            "/v1/client/customer/customers/{customerNumber}",
        ),
    ];
    for (from, to, change, line) in cases {
        let page = edited(HTML_INFO, from, to);
        let report = repository.report("page.html", &page);
        assert!(changes(&report).contains(&change.to_owned()), "{change}: {report:#}");
        let found = report["changes"].as_array().unwrap().iter();
        let at: Vec<&str> = found.filter_map(|one| one["upstream"][0].as_str()).collect();
        let lines: Vec<String> = (1..)
            .zip(page.lines())
            .filter(|(_, text)| text.contains(&format!(">{line}<")))
            .map(|(number, _)| format!("page.html:{number}"))
            .collect();
        assert!(at.iter().any(|at| lines.iter().any(|line| line == at)), "{change}: {at:?} {lines:?}");
    }
    let page = edited(HTML_INFO, "Check customer number", "Verify customer number");
    let report = repository.report("page.html", &page);
    assert_eq!(all(&report, "pages", "rule"), ["navigation-renamed"]);
    assert_eq!(
        report["pages"][0]["line"],
        json!(1 + page.lines().position(|line| line.contains("Verify")).unwrap())
    );
}
