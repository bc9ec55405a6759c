//! The `anyOf` rule of a model in a request. Each part of `anyOf` is a list of fields. At least one part must have all
//! its fields set.

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Field, Kind, Model};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::wire_types::is_plain_text;

/// Returns code that checks the `anyOf` rule of a model; `None` for a model without `anyOf`.
pub(crate) fn check(model: &Model, contract: &Contract) -> Option<TokenStream> {
    let alternatives = contract.document().pointer(&model.pointer)?.get("anyOf")?.as_array()?;
    let alternatives: Vec<Vec<&Field>> = alternatives.iter().map(|rule| fields(model, rule)).collect();
    let words: Vec<String> = alternatives.iter().map(|fields| words(fields)).collect();
    let words = words.join("; or ");
    let are_given = alternatives.iter().map(|fields| {
        let given = fields.iter().map(|field| is_given(field));
        quote!((#(#given)&&*))
    });
    Some(quote! {
        if !(#(#are_given)||*) {
            let rule = crate::validate::Rule::Combination(#words);
            checks.report(crate::validate::Violation::new("", rule, crate::validate::Found::Nothing));
        }
    })
}

fn fields<'m>(model: &'m Model, rule: &Value) -> Vec<&'m Field> {
    let names: Vec<&str> =
        rule["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    model.fields.iter().filter(|field| names.contains(&field.wire_name.as_str())).collect()
}

/// Joins names of fields: `lastName, streetAddress and postalCode`.
fn words(fields: &[&Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.wire_name.as_str()).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

/// Returns an expression that is true if the field has a value. A blank string does not count, because upstream
/// treats it as absent.
fn is_given(field: &Field) -> TokenStream {
    let ident = format_ident!("{}", field.rust_name);
    match &field.schema.kind {
        _ if field.sends_empty() => quote!(self.#ident.is_some()),
        Kind::List { .. } => quote!(!self.#ident.is_empty()),
        // Only a plain string is checked for blanks. Other string types are validated when their value is built.
        Kind::Text if is_plain_text(&field.schema) => {
            quote!(self.#ident.as_deref().is_some_and(|text| !text.trim().is_empty()))
        }
        _ => quote!(self.#ident.is_some()),
    }
}
