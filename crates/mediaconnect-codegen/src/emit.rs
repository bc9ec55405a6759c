//! Emits the code that progenitor does not generate: open enums, validation, limits, servers, and `Debug`
//! implementations that hide values. [`operation`] emits the operations.

mod operation;
mod setter;
mod tables;
pub(crate) mod validate;
mod values;

use std::collections::BTreeSet;

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Kind, Model, Outline, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::File;

use crate::rewrite::append_to_types;
use crate::wire_types::{ScalarType, is_list};
use operation::{for_each_operation, operations};
use setter::setters;
use tables::{error_names, for_each_model, json_schemas, models, servers, wire_names};
use validate::{limits, validate};
use values::{checked_text, open_enum};

pub(crate) use operation::required_inputs;
pub(crate) use tables::error_members;

/// Appends the emitted code to the generated file.
pub(crate) fn append(file: &mut File, contract: &Contract, outline: &Outline) {
    let mut types = Vec::new();
    for scalar in &outline.scalars {
        match ScalarType::of(scalar) {
            ScalarType::Enum => types.push(open_enum(scalar, contract)),
            ScalarType::Text => types.push(checked_text(scalar, contract)),
            ScalarType::ByHand(_) | ScalarType::Primitive => {}
        }
    }
    for model in &outline.models {
        types.push(redacting_debug(model));
        if model.sent {
            types.push(validate(model, contract));
            types.push(setters(model));
        }
        if model.received {
            types.push(drift(model));
        }
    }
    types.extend(elements(outline));
    types.extend(wire_names(outline));
    types.push(error_names(outline));
    types.push(json_schemas(outline));
    append_to_types(file, types);
    file.items.push(models(outline));
    file.items.push(for_each_model(outline));
    file.items.extend(for_each_operation(outline));
    file.items.push(limits(outline));
    let operations = operations(file, contract, outline);
    file.items.push(operations);
    file.items.push(servers(outline));
}

/// Returns a `Debug` implementation that shows which fields are set, but not their values.
fn redacting_debug(model: &Model) -> TokenStream {
    let name = format_ident!("{}", model.name);
    let fields = model.fields.iter().map(|field| {
        let ident = format_ident!("{}", field.rust_name);
        let shown = match &field.schema.kind {
            _ if field.sends_empty() => quote!(present),
            Kind::List { items, .. } if items.model().is_some() => quote!(nested),
            Kind::Object(Some(_)) => quote!(nested),
            Kind::List { .. } => quote!(list),
            _ => quote!(present),
        };
        quote!(#ident: #shown)
    });
    quote!(crate::wire::redact::redacting_debug!(#name { #(#fields),* });)
}

/// Returns a `Drift` implementation that reports the unknown enum values of a received model.
fn drift(model: &Model) -> TokenStream {
    let name = format_ident!("{}", model.name);
    let reports = model.fields.iter().filter_map(|field| {
        let (wire_name, ident) = (&field.wire_name, format_ident!("{}", field.rust_name));
        let schema = match &field.schema.kind {
            Kind::List { items, .. } => items,
            Kind::Map { values: Some(values) } => values,
            _ => &field.schema,
        };
        let is_enum = !schema.values.is_empty();
        if !is_enum && schema.model().is_none() {
            return None;
        }
        let report = if is_enum {
            quote!(if !value.is_known() { report(#wire_name); })
        } else {
            quote!(value.unknown_values(report);)
        };
        Some(match &field.schema.kind {
            Kind::List { .. } => quote!(for value in &self.#ident { #report }),
            Kind::Map { .. } => {
                quote!(for value in self.#ident.iter().flat_map(|map| map.values()) { #report })
            }
            _ => quote!(if let Some(value) = &self.#ident { #report }),
        })
    });
    let reports: Vec<_> = reports.collect();
    if reports.is_empty() {
        return quote!(impl crate::drift::Drift for #name {});
    }
    quote! {
        #[allow(deprecated)]
        impl crate::drift::Drift for #name {
            #[inline]
            fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
                #(#reports)*
            }
        }
    }
}

/// Returns an `Element` implementation for each model that is a value of a map or an item of a list. A list counts only
/// if it is a whole request or response body.
fn elements(outline: &Outline) -> Vec<TokenStream> {
    let bodies = outline.operations.iter().filter_map(|operation| operation.success()?.body.as_ref());
    let bodies = bodies.map(|body| &body.schema);
    let requests = outline.operations.iter().filter_map(|operation| operation.request.as_ref());
    let fields = outline.models.iter().flat_map(|model| &model.fields).map(|field| &field.schema);
    let fields = fields.filter(|schema| !is_list(schema));
    let all = bodies.chain(requests.map(|body| &body.schema)).chain(fields);
    let names: BTreeSet<&str> = all
        .filter(|schema| schema.model().is_none() || is_list(schema))
        .filter_map(Schema::leads_to)
        .collect();
    let names = names.into_iter().map(|name| format_ident!("{name}"));
    names.map(|name| quote!(crate::wire::element!(#name);)).collect()
}
