//! Checks that a contract in several files equals the same contract in one file.

use std::path::Path;

use mediaconnect_contract::lint::lint;
use mediaconnect_contract::{Contract, Outline};

fn load(name: &str) -> Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    Contract::load(&path).unwrap_or_else(|findings| panic!("{findings}"))
}

#[test]
fn a_contract_in_several_files_equals_one_in_one_file() {
    let (one, several) = (Outline::of(&load("contract.yaml")), Outline::of(&load("tree/connect.yaml")));
    assert_eq!(one.to_string(), several.to_string());
}

#[test]
fn a_bundle_equals_its_contract_and_has_no_findings() {
    let several = load("tree/connect.yaml");
    let bundle = several.bundle();
    let one = Contract::parse("bundle.yaml", &bundle).unwrap();
    assert_eq!(one.document(), several.document());
    assert_eq!(Outline::of(&one), Outline::of(&several));
    assert_eq!(lint(&one, &Outline::of(&one)), Ok(()));
    assert_eq!(one.bundle(), bundle);
    let keys: Vec<_> = one.document().as_object().unwrap().keys().collect();
    assert_eq!(keys, ["openapi", "info", "servers", "tags", "security", "paths", "components"]);
    assert!(!bundle.contains(".yaml") && !bundle.contains("x-operation-defaults"));
}

#[test]
fn a_node_has_the_file_and_line_of_its_text() {
    let contract = load("tree/connect.yaml");
    let at = |pointer: &str| {
        let location = contract.location(pointer);
        let path = location.file.path().to_owned();
        let line = location.file.text().lines().nth(location.line - 1).unwrap().trim().to_owned();
        (path, line, location.pointer)
    };
    let own = |path: &str, line: &str, pointer: &str| (path.to_owned(), line.to_owned(), pointer.to_owned());
    let search = "/paths/~1v1~1client~1customer~1search";
    assert_eq!(
        at(search),
        own(
            "connect.yaml",
            "/v1/client/customer/search: {$ref: 'groups/customer.yaml#/paths/search'}",
            search
        )
    );
    assert_eq!(
        at(&format!("{search}/post/operationId")),
        own("groups/customer.yaml", "operationId: searchCustomers", "/paths/search/post/operationId")
    );
    assert_eq!(
        at("/components/schemas/Name"),
        own("groups/customer.yaml", "Name:", "/components/schemas/Name")
    );
    assert_eq!(
        at("/components/schemas/ErrorBody"),
        own("connect.yaml", "ErrorBody:", "/components/schemas/ErrorBody")
    );
    for (pointer, line, origin) in [
        (format!("{search}/post/responses/429"), "'429':", "responses/429"),
        (
            format!("{search}/post/responses/200/headers/X-RateLimit-Reset"),
            "X-RateLimit-Reset:",
            "headers/X-RateLimit-Reset",
        ),
        (
            "/components/responses/500/description".to_owned(),
            "description: Upstream failed.",
            "responses/500/description",
        ),
    ] {
        assert_eq!(at(&pointer), own("connect.yaml", line, &format!("/x-operation-defaults/{origin}")));
    }
}

#[test]
fn the_fingerprint_covers_all_files() {
    let contract = load("tree/connect.yaml");
    let text = contract.files()[1].text().to_owned() + "# A comment.\n";
    let edited = contract.with_text("groups/customer.yaml", &text).unwrap();
    assert_ne!(edited.fingerprint(), contract.fingerprint());
    assert_eq!(contract.files().len(), 2);
}
