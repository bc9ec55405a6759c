//! The rules of a model in a request about which fields are set together: `anyOf`, `x-exclusive` and `x-together`.

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Field, Kind, Model, field_groups};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::wire_types::{is_amount, is_list};

/// Returns code that checks the rules of a model; `None` for a model without such rules.
pub(crate) fn check(model: &Model, contract: &Contract) -> Option<TokenStream> {
    let node = contract.document().pointer(&model.pointer)?;
    let groups = |key: &str| node.get(key).map(field_groups).unwrap_or_default();
    let exclusive = groups("x-exclusive").into_iter().map(|names| at_most_one(model, &names));
    let together = groups("x-together").into_iter().map(|names| all_or_none(model, &names));
    let checks: Vec<_> = any_of(model, node).into_iter().chain(exclusive).chain(together).collect();
    (!checks.is_empty()).then(|| quote!(#(#checks)*))
}

/// Checks `anyOf`. Each part of it is a list of fields. At least one part must have all its fields set.
fn any_of(model: &Model, node: &Value) -> Option<TokenStream> {
    let alternatives = node.get("anyOf")?.as_array()?.iter();
    let alternatives: Vec<Vec<&Field>> = alternatives
        .map(|rule| {
            let names = rule["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            fields(model, &names.collect::<Vec<_>>())
        })
        .collect();
    let words: Vec<String> = alternatives.iter().map(|fields| words(fields)).collect();
    let rule = format!("at least one of these alternatives: {}", words.join("; or "));
    let are_given = alternatives.iter().map(|fields| {
        let given = fields.iter().map(|field| is_given(field));
        quote!((#(#given)&&*))
    });
    Some(report(&quote!(!(#(#are_given)||*)), &rule, &quote!(Nothing)))
}

/// Checks a list of `x-exclusive`.
fn at_most_one(model: &Model, names: &[&str]) -> TokenStream {
    let fields = fields(model, names);
    let sent = fields.iter().map(|field| is_sent(field));
    let rule = format!("at most one of {}", words(&fields));
    report(&quote!([#(#sent),*].into_iter().filter(|is_sent| *is_sent).count() > 1), &rule, &quote!(Several))
}

/// Checks a list of `x-together`. If any field is sent, all of them must have a value.
fn all_or_none(model: &Model, names: &[&str]) -> TokenStream {
    let fields = fields(model, names);
    let sent = fields.iter().map(|field| is_sent(field));
    let given = fields.iter().map(|field| is_given(field));
    let rule = format!("all or none of {}", words(&fields));
    report(&quote!((#(#sent)||*) && !(#(#given)&&*)), &rule, &quote!(Part))
}

/// Returns code that reports the rule if `is_broken` is true. `found` is a variant of `validate::Found`.
fn report(is_broken: &TokenStream, rule: &str, found: &TokenStream) -> TokenStream {
    quote! {
        if #is_broken {
            let rule = crate::validate::Rule::Combination(#rule);
            checks.report(crate::validate::Violation::new("", rule, crate::validate::Found::#found));
        }
    }
}

fn fields<'m>(model: &'m Model, names: &[&str]) -> Vec<&'m Field> {
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

/// Returns an expression that is true if the field has a value. A blank string does not count, because upstream treats
/// it as absent.
fn is_given(field: &Field) -> TokenStream {
    let ident = format_ident!("{}", field.rust_name);
    if field.schema.kind == Kind::Text && !is_amount(&field.schema) {
        quote!(self.#ident.as_ref().is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
    } else {
        is_sent(field)
    }
}

/// Returns an expression that is true if the request contains the field.
fn is_sent(field: &Field) -> TokenStream {
    let ident = format_ident!("{}", field.rust_name);
    if is_list(&field.schema) && !field.sends_empty() {
        quote!(!self.#ident.is_empty())
    } else {
        quote!(self.#ident.is_some())
    }
}
