//! Checks that each step fails if progenitor's output changes. The error must name the affected code.

use mediaconnect_contract::{Contract, Outline};
use syn::File;

use super::rewrite;
use crate::generate::progenitor;

/// Returns progenitor's output and the outline for a test contract. For this contract, progenitor writes every kind of
/// statement.
fn written() -> (String, Outline) {
    let contract =
        Contract::parse("openapi.yaml", include_str!("../../../../tests/shapes/openapi.yaml")).unwrap();
    let outline = Outline::of(&contract);
    let file: File = syn::parse2(progenitor(&contract, &outline).unwrap()).unwrap();
    // Puts each chain of calls on one line, so that the tests can search for the chain.
    let joined = prettyplease::unparse(&file).lines().fold(String::new(), |mut joined, line| {
        let call = line.trim_start();
        if !call.starts_with('.') {
            joined.push('\n');
        }
        joined.push_str(if call.starts_with('.') { call } else { line });
        joined
    });
    (joined, outline)
}

fn refusal(source: &str, outline: &Outline) -> Option<String> {
    let mut file = syn::parse_file(source).unwrap();
    rewrite(&mut file, outline).err()
}

#[test]
fn the_current_output_of_progenitor_is_rewritten() {
    let (source, outline) = written();
    assert_eq!(refusal(&source, &outline), None);
}

#[test]
fn a_changed_statement_is_an_error_that_names_its_method() {
    let (source, outline) = written();
    // Each test case replaces the first occurrence of `from` by `to`. The error must contain `place`.
    for (from, to, place) in [
        ("\"api-version\"", "\"api-level\"", "method `list_invoices`"),
        ("let mut header_map", "let mut map", "method `list_invoices`"),
        (".headers(header_map)", ".header_map(header_map)", "method `list_invoices`"),
        (
            "\"{}/v1/customer/metadata\", self.baseurl",
            "\"{}/v1/customer/metadata\", self.base_url",
            "method `get_metadata`",
        ),
        ("let mut request =", "let mut built =", "method `list_invoices`"),
        ("self.pre(&mut request, &info)", "self.before(&mut request, &info)", "method `list_invoices`"),
        ("let response = result?;", "let answer = result?;", "method `list_invoices`"),
        ("match response.status().as_u16()", "match status(&response)", "method `list_invoices`"),
        (".json(&body)", ".json(body)", "method `change_metadata`"),
        ("body: &'a types::Order", "order: &'a types::Order", "method `register_order`"),
        ("voucher.to_string()", "voucher.clone()", "method `get_texts`"),
        ("x_channel.to_string()", "x_channel.clone()", "method `list_invoices`"),
        ("if let Some(value) = x_voucher", "if let Some(it) = x_voucher", "method `list_invoices`"),
        ("pub async fn list_tags", "pub async fn all_tags", "method `all_tags`"),
        ("pub fn new_with_client", "pub fn with_client", "method `with_client`"),
        ("pub fn new(", "pub fn create(", "method `create`"),
        ("pub(crate) baseurl: String", "pub(crate) base_url: String", "field `baseurl`"),
        ("pub mod types", "pub mod models", "module `types`"),
        ("mod prelude", "mod start", "module `prelude`"),
        ("pub struct InvoiceLine", "pub struct InvoiceRow", "`InvoiceRow`"),
        ("pub invoice_id:", "pub number:", "model `Invoice`"),
    ] {
        assert!(source.contains(from), "progenitor no longer writes {from}");
        let refusal = refusal(&source.replacen(from, to, 1), &outline);
        let refusal = refusal.unwrap_or_else(|| panic!("replacing {from} by {to} is not refused"));
        assert!(refusal.contains(place), "{from}: {refusal}");
    }
}
