//! Emits the types of named values: validated strings and open enums.

use heck::{ToLowerCamelCase, ToShoutySnakeCase};
use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Scalar, Schema, variant_name};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::rewrite::doc_lines;

/// Returns a string type that validates its text when it is created, and redacts the text in `Debug`.
pub(super) fn checked_text(scalar: &Scalar, contract: &Contract) -> TokenStream {
    let node = contract.document().pointer(&scalar.pointer).unwrap_or(&Value::Null);
    let description = node.get("description").and_then(Value::as_str).unwrap_or_default();
    let docs = doc_lines(&[
        Some(description.to_owned()),
        Some(
            "A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."
                .to_owned(),
        ),
    ]);
    let name = format_ident!("{}", scalar.name);
    let field = scalar.name.to_lower_camel_case();
    let limits = format_ident!("{}", scalar.name.to_shouty_snake_case());
    quote! {
        crate::wire::text::text_type! {
            #(#docs)*
            #name,
            field: #field,
            limits: crate::limits::#limits,
            received: crate::wire::scalar::Scalar::into_text,
            schema: #description
        }
    }
}

/// Returns an enum that also accepts undocumented values, and keeps them.
pub(super) fn open_enum(scalar: &Scalar, contract: &Contract) -> TokenStream {
    let node = contract.document().pointer(&scalar.pointer).unwrap_or(&Value::Null);
    let description = node.get("description").and_then(Value::as_str).unwrap_or_default();
    let docs = doc_lines(&[
        Some(description.to_owned()),
        Some(
            "Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."
                .to_owned(),
        ),
    ]);
    let name = format_ident!("{}", scalar.name);
    let spellings = spellings(&scalar.schema);
    let variants = scalar.schema.values.iter().zip(spellings).map(|(value, spellings)| {
        let docs = variant_docs(value, node, &scalar.schema);
        let variant = format_ident!("{}", variant_name(value));
        quote!(#(#docs)* #variant = #spellings,)
    });
    quote! {
        crate::wire::open_enum::open_enum! {
            #(#docs)*
            #name { #(#variants)* }
            schema: #description
        }
    }
}

/// Returns the match pattern of each value: the documented spelling, followed by the other spellings (`x-aliases`).
fn spellings(schema: &Schema) -> Vec<TokenStream> {
    let aliases = schema.aliases();
    let spellings = schema.values.iter().map(|value| {
        let others = aliases.get(value.as_str()).into_iter().flatten();
        quote!(#value #(| #others)*)
    });
    spellings.collect()
}

fn variant_docs(value: &str, node: &Value, schema: &Schema) -> Vec<syn::Attribute> {
    let described = node.get("x-enum-descriptions").and_then(|texts| texts.get(value)?.as_str());
    let summary = described.map_or_else(|| format!("`{value}`."), str::to_owned);
    let aliases = schema.aliases();
    let others = aliases.get(value).filter(|others| !others.is_empty()).map(|others| {
        let others: Vec<_> = others.iter().map(|other| format!("`{other}`")).collect();
        format!("Also read from {}.", others.join(", "))
    });
    doc_lines(&[Some(summary), others])
}
