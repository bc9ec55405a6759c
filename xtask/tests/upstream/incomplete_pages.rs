//! Pages of which a part is not read or not compared, and deprecated pages. The check must fail for them.

use super::pages::said;
use super::{CONTRACT, Repository, SAVED_INFO, changes, edited};

/// Asserts that the check of a page fails, and that one entry of its report contains `rule` and `part`.
fn assert_reported(repository: &Repository, page: &str, rule: &str, part: &str) {
    repository.write("page.txt", page);
    let ran = repository.check(&["page.txt", "--format", "json", "--fail-on", "documentation"]);
    let report = ran.json();
    let findings = ["pages", "notes"].into_iter().flat_map(|list| report[list].as_array().unwrap());
    let changes = changes(&report);
    let mut found = findings.map(|one| format!("{} {}", one["rule"], one["message"])).chain(changes);
    assert!(found.any(|one| one.contains(rule) && one.contains(part)), "{rule} {part}: {report:#}");
    assert_eq!(ran.code, 1, "{rule} {part}");
}

#[test]
fn a_deprecated_page_is_a_difference_until_the_contract_is_deprecated() {
    let repository = Repository::new("stage");
    let page = edited(SAVED_INFO, "Customer\nNo user", "Customer\nDeprecated\nNo user");
    assert_reported(&repository, &page, "operation-deprecated", "getCustomerInfo");
    let id = "      operationId: getCustomerInfo\n";
    let deprecated = edited(CONTRACT, id, &format!("{id}      deprecated: true\n"));
    repository.write("openapi/connect.yaml", &deprecated);
    assert_eq!(changes(&repository.report("page.txt", &page)), [""; 0]);
    assert_eq!(
        changes(&repository.report("page.txt", SAVED_INFO)),
        ["deprecation-withdrawn getCustomerInfo"]
    );
}

#[test]
fn parts_of_a_page_that_are_not_read_make_the_check_fail() {
    let repository = Repository::new("not-read");
    let between = |from: &str, to: &str| {
        let start = SAVED_INFO.find(from).unwrap();
        let end = SAVED_INFO[start..].find(to).unwrap() + start;
        SAVED_INFO[start..end].to_owned()
    };
    let content = between("\nList customer info - client mode\n\nProduction", "Previous");
    let authorization = between("Authorization\nOAuth 2.0", "Path Params");
    let body = SAVED_INFO.rfind("\nfirstName\n").unwrap();
    let members = SAVED_INFO[body..].find("\nphoneNumbers\n").unwrap() + body;
    let query = |heading: &str| {
        edited(
            SAVED_INFO,
            "Path Params",
            &format!("{heading}\npage\ninteger\nrequired\nThe page.\nPath Params"),
        )
    };
    let cases = [
        (edited(SAVED_INFO, &content, "\nLoading\n"), "not-understood", "probably not loaded"),
        (SAVED_INFO.replace("• ", ""), "not-compared", "navigation"),
        (edited(SAVED_INFO, &authorization, ""), "not-compared", "security"),
        (SAVED_INFO[..body].to_owned() + &SAVED_INFO[members..], "not-compared", "nor their number"),
        (query("Query String"), "not-understood", "page is not below a known heading"),
        (query("Query Parameters"), "required-parameter-added", "query parameter page"),
        (edited(SAVED_INFO, "🟠 404", "🔶 409Conflict\n🟠 404"), "error-status-added", "409"),
        (edited(SAVED_INFO, "🟠 404", "🔶 default\n🟠 404"), "error-status-added", "default"),
        (edited(SAVED_INFO, "🟠 404", "🟠 999\n🟠 404"), "not-understood", "999"),
    ];
    for (page, rule, part) in cases {
        assert_reported(&repository, &page, rule, part);
    }
}

#[test]
fn a_page_without_an_endpoint_needs_a_title_of_the_navigation() {
    let end = SAVED_INFO.find("\nList customer info - client mode\n\nProduction").unwrap();
    let page = format!("{}\nFirst steps\n\nWords.\nPrevious\nNext\n", &SAVED_INFO[..end]);
    let repository = Repository::new("guide");
    repository.write("page.txt", &page);
    let ran = repository.check(&["page.txt", "--format", "json", "--fail-on", "documentation"]);
    assert_eq!((said(&ran.json()), ran.code), (Vec::new(), 0));
}
