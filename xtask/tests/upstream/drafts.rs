//! Drafts of new operations from their pages.

use std::process::Command;

use mediaconnect_contract::lint::lint;
use mediaconnect_contract::{Contract, Outline};
use xtask::compare::diff;

use super::{HTML_INFO, Repository, SAVED_INFO, SAVED_SEARCH, edited, tree};

/// Returns a repository whose contract does not have the operations of the saved pages.
fn without(name: &str, operations: &[&str]) -> Repository {
    let repository = Repository::in_several_files(name);
    let (mut connect, mut customer) = (tree::CONNECT.to_owned(), tree::CUSTOMER.to_owned());
    for operation in operations {
        let line =
            connect.lines().find(|line| line.ends_with(&format!("paths/{operation}'}}"))).unwrap().to_owned();
        connect = edited(&connect, &format!("{line}\n"), "");
        let start = customer.find(&format!("  {operation}:\n")).unwrap();
        let end = customer[start + 3..].match_indices("\n  ").map(|(at, _)| start + 4 + at);
        let end = end.into_iter().find(|at| !customer[*at..].starts_with("   ")).unwrap();
        customer.replace_range(start..end, "");
    }
    repository.write("openapi/connect.yaml", &connect);
    repository.write("openapi/groups/customer.yaml", &customer);
    repository.write("openapi/deviations.yaml", "deviations: []\n");
    assert!(repository.git(&["add", "--all"]));
    repository
}

fn contract(repository: &Repository) -> Contract {
    Contract::load(&repository.0.join("openapi/connect.yaml")).unwrap_or_else(|findings| panic!("{findings}"))
}

fn drafted(repository: &Repository, name: &str, page: &str) {
    repository.write(name, page);
    let ran = repository.upstream(&["draft", name]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    repository.write("draft.patch", &ran.out);
    assert!(repository.git(&["apply", "draft.patch"]), "{}", ran.out);
}

/// Returns the differences on the wire between the hand-written contract and the drafts.
fn differences(repository: &Repository) -> Vec<String> {
    let ours = Repository::in_several_files("ours");
    let (old, new) = (contract(&ours), contract(repository));
    let mut new = Outline::of(&new);
    for (theirs, id) in [("listCustomerInfo", "getCustomerInfo"), ("searchCustomer", "searchCustomers")] {
        for operation in new.operations.iter_mut().filter(|one| one.id == theirs) {
            id.clone_into(&mut operation.id);
        }
    }
    let changes = diff(&Outline::of(&old), &new).changes;
    let on_the_wire = changes.iter().filter(|one| {
        !one.rule.name.starts_with("rust-")
            && one.rule.class != xtask::compare::Class::Documentation
            && one.rule.name != "extension-changed"
    });
    let mut lines: Vec<String> = on_the_wire
        .map(|one| {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            format!("{} {}: {} / {}", one.rule.name, one.places[0], value(&one.before), value(&one.after))
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_draft_differs_from_the_contract_only_in_facts_that_pages_omit() {
    let repository = without("drafts", &["info", "search"]);
    drafted(&repository, "info.txt", SAVED_INFO);
    drafted(&repository, "search.txt", SAVED_SEARCH);
    let found = differences(&repository);
    let rule = found.iter().find(|line| line.starts_with("rule-lifted")).unwrap();
    // Upstream states the combinations of fields only in a sentence, so the draft has no rule for them.
    assert!(
        rule.starts_with("rule-lifted-in-request searchCustomers body: anyOf: [{\"required\":[\"lastName\""),
        "{rule}"
    );
    let others: Vec<&str> = found.iter().map(String::as_str).filter(|line| *line != rule).collect();
    let expected = [
        // The page does not show the fields of the phone numbers. The draft therefore takes these fields from the
        // page's example, which states no formats.
        "format-changed-in-response searchCustomers 200 /customers/[]/phoneNumbers/[]/phoneNumber: e164 / -",
        "limit-loosened-in-response searchCustomers 200 /customers/[]/phoneNumbers/[]/phoneNumber: characters <= 20 / -",
        // No shared schema has the name of this field, so the draft describes the field itself. The page states no
        // minimum length.
        "limit-loosened-in-response searchCustomers 200 /customers/[]/postalAddressPostalCode: characters >= 1 / -",
        r"pattern-changed-in-response searchCustomers 200 /customers/[]/phoneNumbers/[]/phoneNumber: ^\+[1-9][0-9]{1,14}$ / -",
        // A draft assumes that a POST changes data.
        "repeat-forbidden searchCustomers: safe to retry / not safe to retry",
        // The draft's `x-success` is a proposal.
        r#"success-rule-changed searchCustomers: x-success: {"has":["customers"]} / x-success: {"has":"any"}"#,
        // The draft copies the object that wraps the list in the example. This object is a leftover of upstream's XML.
        "type-changed-in-response searchCustomers 200 /customers/[]/emails: list of EmailAddress / Emails",
    ];
    assert_eq!(others, expected);
}

#[test]
fn the_lint_reports_only_facts_that_a_person_must_write() {
    let repository = without("draft-lint", &["info"]);
    drafted(&repository, "info.html", HTML_INFO);
    let contract = contract(&repository);
    let findings = lint(&contract, &Outline::of(&contract)).err();
    let rules: std::collections::BTreeSet<&str> =
        findings.iter().flatten().map(|finding| finding.rule).collect();
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["description", "summary"], "{findings:?}");
    let text = repository.read("openapi/groups/customer.yaml");
    assert!(!text.contains("Where bills are sent") && text.contains("Testesen"), "{text}");
}

#[test]
fn an_operation_of_a_new_group_gets_its_file_tag_and_path() {
    let repository = Repository::in_several_files("draft-group");
    let page = edited(
        SAVED_INFO,
        "\n/v1/client/customer/info/{customerNumber}\nCustomer\n",
        "\n/v1/client/parcel/{customerNumber}\nParcel Box\n",
    );
    let page = edited(&page, "\nList customer info - client mode\n\n", "\nList parcels - client mode\n\n");
    drafted(&repository, "page.txt", &page);
    let (connect, group) =
        (repository.read("openapi/connect.yaml"), repository.read("openapi/groups/parcel-box.yaml"));
    assert!(connect.contains(
        "  /v1/client/parcel/{customerNumber}: {$ref: 'groups/parcel-box.yaml#/paths/listParcels'}"
    ));
    assert!(connect.contains("  - name: Parcel Box\n    x-accessor: parcel_boxs\n"), "{connect}");
    assert!(
        group.starts_with(
            "# The group Parcel Box.\npaths:\n  listParcels:\n    get:\n      operationId: listParcels\n"
        ),
        "{group}"
    );
    let mut apply = Command::new("git");
    apply.args(["apply", "--check", "--reverse", "draft.patch"]).current_dir(&repository.0);
    assert!(apply.status().unwrap().success());
}

#[test]
fn an_existing_operation_is_not_drafted() {
    let repository = Repository::in_several_files("draft-known");
    repository.write("page.txt", SAVED_INFO);
    let ran = repository.upstream(&["draft", "page.txt"]);
    assert!(
        ran.code == 2 && ran.err.contains(", as getCustomerInfo: run") && ran.out.is_empty(),
        "{}",
        ran.err
    );
}

/// Returns the page of an endpoint that removes customers. `path` is the path of the endpoint.
fn removal(path: &str) -> String {
    let title = "\nList customer info - client mode\n\nProduction";
    let page = edited(SAVED_INFO, title, "\nRemove customer - client mode\n\nProduction");
    edited(&page, "\nGET\n/v1/client/customer/info/{customerNumber}\n", &format!("\nDELETE\n{path}\n"))
}

#[test]
fn a_new_method_is_added_to_the_existing_path() {
    let repository = Repository::in_several_files("draft-method");
    drafted(&repository, "page.txt", &removal("/v1/client/customer/info/{number}"));
    assert_eq!(repository.read("openapi/connect.yaml"), tree::CONNECT);
    let contract = contract(&repository);
    let outline = Outline::of(&contract);
    let of_path =
        outline.operations.iter().filter(|one| one.path == "/v1/client/customer/info/{customerNumber}");
    let methods: Vec<&str> = of_path.clone().map(|one| one.method.as_str()).collect();
    assert_eq!(methods, ["GET", "DELETE"]);
    let names: Vec<&str> =
        of_path.flat_map(|one| &one.parameters).map(|one| one.field.wire_name.as_str()).collect();
    assert_eq!(names, ["customerNumber", "customerNumber"]);
    let findings = lint(&contract, &outline).err();
    let rules: std::collections::BTreeSet<&str> =
        findings.iter().flatten().map(|finding| finding.rule).collect();
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["description", "summary"], "{findings:?}");
}

#[test]
fn a_directory_is_drafted_if_one_of_its_pages_has_an_endpoint() {
    let repository = Repository::in_several_files("draft-directory");
    let end = SAVED_INFO.find("\nList customer info - client mode\n\nProduction").unwrap();
    let guide = format!("{}\nFirst steps\n\nWords.\nPrevious\nNext\n", &SAVED_INFO[..end]);
    repository.write("pages/a.txt", &guide);
    repository.write("pages/b.txt", &removal("/v1/client/customer/foo/{customerNumber}"));
    let one = repository.upstream(&["draft", "pages"]);
    assert!(
        one.code == 0 && one.out.contains("+      operationId: removeCustomer\n"),
        "{} {}",
        one.out,
        one.err
    );
    repository.write("pages/c.txt", &removal("/v1/client/customer/bar/{customerNumber}"));
    let two = repository.upstream(&["draft", "pages"]);
    let expected =
        "has several pages that document an endpoint; name one of these pages: pages/b.txt, pages/c.txt";
    assert!(two.code == 2 && two.err.contains(expected), "{} {}", two.out, two.err);
}
