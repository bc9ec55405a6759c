//! The generated code: where it comes from, and what an edit of the contract does to it.

use std::fs;

use mediaconnect_codegen::fingerprint::{MARKER, fingerprint};
use mediaconnect_codegen::{Contract, generate};
use mediaconnect_tests::{contract, contract_text, sample_contract_text, workspace};

fn generated(contract: &str) -> String {
    let contract = Contract::parse("connect.yaml", contract).expect("YAML");
    generate(&contract).unwrap_or_else(|findings| panic!("{findings}"))
}

#[test]
fn the_committed_copy_is_what_the_contract_makes_to_the_byte() {
    let copy = workspace().join("crates/mediaconnect-api/generated/connect.rs");
    let committed = fs::read_to_string(copy).expect("the copy is there");
    assert!(committed == generate(&contract()).unwrap(), "run `cargo xtask regenerate`");
}

#[test]
fn the_copy_carries_the_fingerprint_of_its_contract() {
    let line = format!("{MARKER}{}", fingerprint(&contract_text()));
    assert!(generate(&contract()).unwrap().lines().any(|candidate| candidate == line));
}

#[test]
fn the_same_contract_makes_the_same_bytes() {
    assert!(generate(&contract()).unwrap() == generate(&contract()).unwrap());
}

#[test]
fn a_new_field_of_an_answer_is_in_the_model_and_nowhere_else() {
    let edited = sample_contract_text().replace(
        "        invoiceEmailAddress:\n          $ref: '#/components/schemas/InvoiceEmailAddress'\n        # Documented",
        "        invoiceEmailAddress:\n          $ref: '#/components/schemas/InvoiceEmailAddress'\n        \
         loyaltyLevel:\n          type: string\n          description: How loyal the customer is.\n          \
         x-sensitivity: personal\n        # Documented",
    );
    assert_ne!(edited, sample_contract_text());
    let (before, after) = (generated(&sample_contract_text()), generated(&edited));
    assert!(!before.contains("loyalty_level"));
    assert!(after.contains("pub loyalty_level: ::std::option::Option<::std::string::String>"));
    assert!(after.contains("How loyal the customer is."));
    assert!(after.contains("deserialize_with = \"crate::wire::lenient::text\""));
}

#[test]
fn a_new_enum_value_is_a_variant_that_breaks_nobody() {
    let edited = sample_contract_text().replace("personal, fax]", "personal, fax, satellite]");
    let after = generated(&edited);
    assert!(after.contains("Self::Satellite => \"satellite\""));
    assert!(after.contains("Unknown(crate::wire::UnknownValue)"));
}

#[test]
fn a_limit_of_the_contract_is_the_limit_of_the_client() {
    let edited = sample_contract_text()
        .replace("maxLength: 12\n      format: path-segment", "maxLength: 9\n      format: path-segment");
    assert_ne!(edited, sample_contract_text());
    assert!(generated(&edited).contains("max_length: Some(9usize)"));
    assert!(!generated(&sample_contract_text()).contains("max_length: Some(9usize)"));
}

#[test]
fn deprecation_in_the_contract_is_deprecation_in_rust() {
    let edited = sample_contract_text().replace(
        "      operationId: getOwnCustomerInfo\n",
        "      operationId: getOwnCustomerInfo\n      deprecated: true\n",
    );
    assert!(generated(&edited).contains("#[deprecated(note = \"upstream advises against this operation\")]"));
}

#[test]
fn no_request_carries_the_header_that_nobody_asked_for() {
    let source = generate(&contract()).unwrap();
    assert!(!source.contains("api-version") && !source.contains("header_map"));
}

#[test]
fn no_model_derives_debug() {
    let source = generate(&contract()).unwrap();
    let types = source.split("pub mod types").nth(1).unwrap().split("pub struct Client").next().unwrap();
    for derive in
        types.lines().filter(|line| line.contains("#[derive(")).filter(|line| line.contains("Debug"))
    {
        assert!(derive.contains("#[derive(Clone, Debug)]"), "{derive}");
    }
    assert!(
        !types.contains("Deserialize, Debug") && types.contains("impl ::std::fmt::Debug for CustomerInfo")
    );
}
