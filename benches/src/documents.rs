//! The bodies of the server's responses: upstream's documented examples without white space.

use mediaconnect::operations::ListOwnInvoicesOfProduct;
use mediaconnect_api::operation::Operation;
use serde_json::{Value, json};

pub(crate) fn customer_info() -> String {
    compact(include_str!("../../tests/fixtures/documented_customer_info.json"))
}

pub(crate) fn customer_search() -> String {
    compact(include_str!("../../tests/fixtures/documented_customer_search.json"))
}

/// Returns a search result with five copies of the documented customer.
///
/// # Panics
/// If the documented result has no customer.
#[must_use]
pub fn five_customers() -> String {
    let result = customer_search();
    let customer = result.strip_prefix(r#"{"customers":["#).and_then(|rest| rest.strip_suffix("]}"));
    let customer = customer.expect("the documented result is one customer");
    format!(r#"{{"customers":[{}]}}"#, [customer; 5].join(","))
}

/// Returns a list of fifty invoices. Each one is a copy of the first invoice in the contract's example.
///
/// # Panics
/// If the example has no invoice.
#[must_use]
pub fn fifty_invoices() -> String {
    let example: Value =
        serde_json::from_str(ListOwnInvoicesOfProduct::INFO.response_example).expect("the example is JSON");
    let invoice = example.pointer("/invoices/0").expect("the example has an invoice");
    json!({ "invoices": vec![invoice; 50] }).to_string()
}

/// Removes the white space between the tokens of JSON. The order of the fields does not change.
fn compact(json: &str) -> String {
    let mut in_text = false;
    // Escaped quotation marks are not handled, because no string in the examples contains one.
    json.chars()
        .filter(|character| {
            in_text ^= *character == '"';
            in_text || !character.is_whitespace()
        })
        .collect()
}
