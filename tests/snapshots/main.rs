//! The snapshots that a reviewer reads when the contract changes.
//!
//! `cargo xtask snapshots` shows the changes, and `cargo xtask snapshots --accept` accepts them.

mod operations;

use std::fs;
use std::path::Path;

use insta::{Settings, assert_debug_snapshot, assert_json_snapshot, assert_snapshot};
use mediaconnect::models::{CustomerInfo, CustomerSearchResponse};
use mediaconnect::{CustomerSearch, SearchName, SearchPlace};
use mediaconnect_api::types::json_schemas;
use mediaconnect_contract::Outline;
use mediaconnect_sandbox::Sandbox;
use mediaconnect_tests::{contract, fixture};
use serde_json::Value;

/// Stores snapshots next to this file, under the names that the tests give them.
fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(".");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn outline_of_the_contract() {
    settings().bind(|| assert_snapshot!("outline", Outline::of(&contract())));
}

#[test]
fn json_schema_of_each_model() {
    let schemas: serde_json::Map<String, Value> =
        json_schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema.to_value())).collect();
    settings().bind(|| assert_json_snapshot!("json_schemas", schemas));
}

#[tokio::test]
async fn a_recorded_conversation_has_no_personal_value() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    client.customers().info("563457".parse().unwrap()).await.unwrap();
    let (name, place) = (SearchName::last("Nordmann"), SearchPlace::postal_code("0150"));
    let search = CustomerSearch::by_name_and_address(name, "Storgata", place).street_number(7);
    client.customers().search(&search).await.unwrap();
    settings().bind(|| assert_json_snapshot!("conversation", sandbox.conversation()));
}

#[test]
fn documents_as_they_are_decoded_and_written_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(folder).expect("the fixtures are there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("the directory can be read").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    let mut written = serde_json::Map::new();
    for name in names {
        let text = fixture(&name);
        let model = if name.contains("_customer_info") {
            serde_json::from_str::<CustomerInfo>(&text)
                .map(|model| serde_json::to_value(model).expect("JSON"))
        } else {
            serde_json::from_str::<CustomerSearchResponse>(&text)
                .map(|model| serde_json::to_value(model).expect("JSON"))
        };
        let name = name.trim_end_matches(".json").to_owned();
        written.insert(name.clone(), model.unwrap_or_else(|error| panic!("{name}: {error}")));
    }
    settings().bind(|| assert_json_snapshot!("wire", written));
}

#[test]
fn debug_of_a_full_customer_and_of_a_search() {
    let customer: CustomerInfo =
        serde_json::from_str(&fixture("documented_customer_info.json")).expect("decodes");
    let search: CustomerSearchResponse =
        serde_json::from_str(&fixture("documented_customer_search.json")).expect("decodes");
    settings().bind(|| assert_debug_snapshot!("debug", (customer, search)));
}
