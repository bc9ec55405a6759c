//! The committed client of the invented contract, and its public items.

use std::fs;

use mediaconnect_codegen::generate;
use mediaconnect_contract::{Contract, Outline, lint};
use mediaconnect_shapes::operations::{ListInvoices, OPERATIONS};
use mediaconnect_shapes::types::SortOrder;
use mediaconnect_tests::workspace;

fn text() -> String {
    fs::read_to_string(workspace().join("tests/shapes/openapi.yaml")).unwrap()
}

fn source(text: &str) -> String {
    let contract = Contract::parse("openapi.yaml", text).unwrap();
    generate(&contract).unwrap_or_else(|findings| panic!("{findings}"))
}

#[test]
fn the_committed_client_is_what_its_contract_makes_to_the_byte() {
    let committed = fs::read_to_string(workspace().join("tests/shapes/generated/shapes.rs")).unwrap();
    assert!(committed == source(&text()), "run `cargo xtask regenerate`");
}

#[test]
fn nothing_is_found_in_the_contract() {
    let contract = Contract::parse("openapi.yaml", &text()).unwrap();
    lint::lint_for_build(&contract, &Outline::of(&contract)).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(OPERATIONS.len(), Outline::of(&contract).operations.len());
}

#[test]
fn a_new_optional_parameter_changes_the_fields_and_with_methods_alone() {
    let limit = "        - {name: limit, in: query,";
    let extra = "        - {name: offset, in: query, description: Where to begin., x-sensitivity: none, schema: {type: integer}}\n";
    let edited = text().replacen(limit, &format!("{extra}{limit}"), 1);
    let (before, after) = (source(&text()), source(&edited));
    assert!(after.contains("pub fn with_offset(mut self, offset: impl ::std::convert::Into<i64>) -> Self"));
    let news = |source: &str| -> Vec<String> {
        let squeezed = source.split_whitespace().collect::<Vec<_>>().join(" ");
        squeezed.split("pub fn new(").skip(1).map(|rest| rest.split('{').next().unwrap().to_owned()).collect()
    };
    assert_eq!(news(&before), news(&after), "existing callers still compile");
}

#[test]
fn a_request_prints_what_is_there_and_no_value() {
    let customer = mediaconnect_tests::number(563_457);
    let request = ListInvoices::new(customer, "CO27409".parse().unwrap(), SortOrder::Newest, "web".into())
        .with_text("Nordmann")
        .with_ids([7_i64]);
    let printed = format!("{request:?}");
    assert!(printed.contains("text: Some(..)") && printed.contains("ids: [1 item]"), "{printed}");
    assert!(
        printed.contains("limit: None") && !printed.contains("Nordmann") && !printed.contains("563457"),
        "{printed}"
    );
}
