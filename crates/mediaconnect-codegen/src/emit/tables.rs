//! Emits tables: the names of fields, the public models, the JSON Schemas, and the servers.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;
use mediaconnect_contract::outline::{Kind, Outline, Schema, Server};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::parse_quote;

use crate::wire_types::ScalarType;

pub(crate) fn error_members(outline: &Outline) -> Vec<&str> {
    let fields = outline.model("ErrorBody").into_iter().flat_map(|model| &model.fields);
    fields.map(|field| field.wire_name.as_str()).collect()
}

pub(super) fn error_names(outline: &Outline) -> TokenStream {
    let fields = outline.model("ErrorBody").into_iter().flat_map(|model| &model.fields);
    let marks =
        fields.filter(|field| field.schema.extensions.get("x-error-mark") == Some(&Value::Bool(true)));
    let marks = marks.map(|field| &field.wire_name);
    quote! {
        /// The members that occur only in an error body (`x-error-mark`).
        pub const ERROR_MARKS: &[&str] = &[#(#marks),*];
    }
}

/// Returns the constants `WIRE_NAMES` and `SECRET_NAMES`. A decoding error may show the names in `WIRE_NAMES`, because
/// they are names from the contract and not data from a response.
pub(super) fn wire_names(outline: &Outline) -> [TokenStream; 2] {
    let fields = outline.models.iter().flat_map(|model| &model.fields);
    let names: BTreeSet<&str> = fields.map(|field| field.wire_name.as_str()).collect();
    let secrets = outline.models.iter().flat_map(|model| &model.fields);
    let secrets = secrets.filter(|field| field.sensitivity.as_deref() == Some("secret"));
    let secrets: BTreeSet<&str> = secrets.map(|field| field.wire_name.as_str()).collect();
    let names = quote! {
        /// The wire names of all fields of all models, sorted.
        pub const WIRE_NAMES: &[&str] = &[#(#names),*];
    };
    let secrets = quote! {
        /// The wire names of the fields that are secret in at least one model, sorted.
        pub const SECRET_NAMES: &[&str] = &[#(#secrets),*];
    };
    [names, secrets]
}

/// Returns the module of public types: requests, successful responses, and the types that they contain.
pub(super) fn models(outline: &Outline) -> syn::Item {
    let mut names = BTreeSet::new();
    for operation in &outline.operations {
        let parameters = operation.parameters.iter().map(|parameter| &parameter.field.schema);
        let bodies =
            [operation.request.as_ref(), operation.success().and_then(|success| success.body.as_ref())];
        let bodies = bodies.into_iter().flatten().map(|body| &body.schema);
        parameters.chain(bodies).for_each(|schema| public_types(schema, outline, &mut names));
    }
    let names = names.into_iter().map(|name| format_ident!("{name}"));
    parse_quote! {
        /// The models, generated from the contract.
        ///
        /// Their `Debug` shows which fields are set, but no values. They are `#[non_exhaustive]` because upstream
        /// adds fields. Create one with `Default`, then set its fields.
        pub mod models {
            pub use super::types::{#(#names),*};
        }
    }
}

/// Adds the generated types that a schema refers to.
fn public_types<'a>(schema: &'a Schema, outline: &'a Outline, names: &mut BTreeSet<&'a str>) {
    match &schema.kind {
        Kind::List { items, .. } => return public_types(items, outline, names),
        Kind::Map { values: Some(values) } => return public_types(values, outline, names),
        _ => {}
    }
    if let Some(model) = schema.model().and_then(|name| outline.model(name)) {
        if names.insert(&model.name) {
            model.fields.iter().for_each(|field| public_types(&field.schema, outline, names));
        }
    } else if let Some(name) = &schema.name
        && matches!(ScalarType::of_named(name, schema), ScalarType::Enum | ScalarType::Text)
    {
        names.insert(name);
    }
}

/// Returns a macro that lists all models, so that tests cover new models automatically.
pub(super) fn for_each_model(outline: &Outline) -> syn::Item {
    let names = outline.models.iter().map(|model| format_ident!("{}", model.name));
    parse_quote! {
        /// Calls a macro with the names of all models.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! for_each_model {
            ($call:ident) => { $call! { #(#names)* } };
        }
    }
}

pub(super) fn json_schemas(outline: &Outline) -> TokenStream {
    let names: Vec<_> = outline.models.iter().map(|model| model.name.as_str()).collect();
    let types = names.iter().map(|name| format_ident!("{name}"));
    quote! {
        /// Returns the name of each model and its JSON Schema, as this client reads and writes the model.
        #[cfg(feature = "schemars")]
        #[must_use]
        pub fn json_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#((#names, ::schemars::schema_for!(#types))),*]
        }
    }
}

pub(super) fn servers(outline: &Outline) -> syn::Item {
    let constants = outline.servers.iter().map(|server| {
        let Server { environment, url, token_url, .. } = server;
        let environment = environment.as_deref().unwrap_or_default();
        let name = format_ident!("{}", environment.to_shouty_snake_case());
        let doc = format!(" The {environment} server.");
        quote! {
            #[doc = #doc]
            pub const #name: crate::operation::Server =
                crate::operation::Server { base_url: #url, token_url: #token_url };
        }
    });
    parse_quote! {
        /// The servers of the contract.
        pub mod servers {
            #(#constants)*
        }
    }
}
