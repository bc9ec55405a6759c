//! Emits the code that progenitor does not write: redacting `Debug`, open enums, validation, limits, and the servers.
//! [`operation`](crate::operation) emits the operations.

use std::collections::BTreeSet;

use heck::{ToLowerCamelCase, ToShoutySnakeCase, ToUpperCamelCase};
use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Field, Kind, Model, Outline, Scalar, Schema, Server};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, parse_quote};

use crate::combinations;
use crate::operation::{for_each_operation, operations};
use crate::rewrite::{append_to_types, doc_lines};
use crate::wire_types::{ScalarType, is_amount, is_hidden_text, is_list};

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

/// Returns a text type that is validated when it is built and redacted in `Debug`.
fn checked_text(scalar: &Scalar, contract: &Contract) -> TokenStream {
    let node = contract.document().pointer(&scalar.pointer).unwrap_or(&Value::Null);
    let description = node.get("description").and_then(Value::as_str).unwrap_or_default();
    let docs = doc_lines(&[
        Some(description.to_owned()),
        Some("A received text is kept as it came and may break the limits; `is_valid` tells.".to_owned()),
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

/// Returns an enum that keeps undocumented values.
fn open_enum(scalar: &Scalar, contract: &Contract) -> TokenStream {
    let node = contract.document().pointer(&scalar.pointer).unwrap_or(&Value::Null);
    let description = node.get("description").and_then(Value::as_str).unwrap_or_default();
    let docs = doc_lines(&[
        Some(description.to_owned()),
        Some(
            "Upstream may add values at any time: what nobody documented is `Unknown`, and kept as it came."
                .to_owned(),
        ),
    ]);
    let name = format_ident!("{}", scalar.name);
    let spellings = spellings(&scalar.schema);
    let variants = scalar.schema.values.iter().zip(spellings).map(|(value, spellings)| {
        let (docs, variant) = (variant_docs(value, node, &scalar.schema), variant(value));
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

/// Returns the match pattern of each value: its documented spelling, then its other spellings (`x-aliases`).
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

fn variant(value: &str) -> proc_macro2::Ident {
    let name = value.to_upper_camel_case();
    let starts_with_letter = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let taken = name == "Unknown" || name == "Self";
    if starts_with_letter && !taken { format_ident!("{name}") } else { format_ident!("Value{name}") }
}

/// Returns a `Debug` implementation that shows which fields are set, but no values.
fn redacting_debug(model: &Model) -> TokenStream {
    let name = format_ident!("{}", model.name);
    let fields = model.fields.iter().map(|field| {
        let ident = format_ident!("{}", field.rust_name);
        let shown = match &field.schema.kind {
            Kind::List { items, .. } if items.model().is_some() => quote!(nested),
            Kind::Object(Some(_)) => quote!(nested),
            Kind::List { .. } => quote!(list),
            _ => quote!(present),
        };
        quote!(#ident: #shown)
    });
    quote!(crate::wire::redact::redacting_debug!(#name { #(#fields),* });)
}

/// Returns a `Validate` implementation that checks the contract's limits on a model that is sent.
fn validate(model: &Model, contract: &Contract) -> TokenStream {
    let name = format_ident!("{}", model.name);
    let checks: Vec<_> = model.fields.iter().map(|field| check(field, false)).collect();
    let combinations = combinations::check(model, contract);
    if combinations.is_none() && checks.iter().all(TokenStream::is_empty) {
        return quote!(impl validate::Validate for #name {});
    }
    quote! {
        #[allow(deprecated)]
        impl validate::Validate for #name {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                #(#checks)*
                #combinations
            }
        }
    }
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

/// Returns the checks of a model's field, or of a parameter. `is_bare` is true if the Rust type is not an `Option`.
pub(crate) fn check(field: &Field, is_bare: bool) -> TokenStream {
    let name = &field.wire_name;
    let ident = format_ident!("{}", field.rust_name);
    let limits = &field.schema.limits;
    if let Kind::List { items, .. } = &field.schema.kind {
        let max = option(limits.max_items.map(|max| quote!(#max as usize)));
        let each = check_value(items, &quote!(Some(item)), &quote!(field));
        let each =
            if each.is_empty() { quote!(|_, _, _| {}) } else { quote!(|checks, field, item| { #each }) };
        let min = limits.min_items.filter(|min| *min > 0).map(|min| {
            let check = quote!(checks.min_items(#name, self.#ident.len(), #min as usize););
            // An optional list is not sent when it is empty.
            if field.required { check } else { quote!(if !self.#ident.is_empty() { #check }) }
        });
        return quote!(#min checks.items(#name, &self.#ident, #max, #each););
    }
    let required =
        (field.required && !is_bare).then(|| quote!(checks.required(#name, self.#ident.is_some());));
    let value = if is_bare { quote!(Some(&self.#ident)) } else { quote!(self.#ident.as_ref()) };
    let value = check_value(&field.schema, &value, &quote!(#name));
    quote!(#required #value)
}

/// Returns the check that a text can be sent in a header.
pub(crate) fn check_header(field: &Field) -> TokenStream {
    let (name, ident) = (&field.wire_name, format_ident!("{}", field.rust_name));
    let text = if is_hidden_text(&field.schema) { quote!(as_str) } else { quote!(as_ref) };
    let value = if field.required { quote!(Some(&self.#ident)) } else { quote!(self.#ident.as_ref()) };
    quote!(checks.header(#name, (#value).map(|value| value.#text()));)
}

/// Returns the check of one value. `value` is an expression of type `Option<&T>`.
pub(crate) fn check_value(schema: &Schema, value: &TokenStream, name: &TokenStream) -> TokenStream {
    let limits = &schema.limits;
    let min = option(limits.minimum.map(|min| quote!(#min)));
    let max = option(limits.maximum.map(|max| quote!(#max)));
    let has_range = limits.minimum.is_some() || limits.maximum.is_some();
    match &schema.kind {
        Kind::Object(_) => quote!(checks.nested(#name, #value);),
        Kind::Map { values: Some(values) } => {
            let each = check_value(values, &quote!(Some(item)), &quote!(field));
            if each.is_empty() {
                return each;
            }
            quote!(checks.values(#name, #value, |checks, field, item| { #each });)
        }
        Kind::Text if !schema.values.is_empty() => {
            quote!(checks.known(#name, (#value).map(|value| value.is_known()));)
        }
        Kind::Text | Kind::Number if is_amount(schema) => {
            let range = has_range.then(|| quote!(checks.amount(#name, #value, #min, #max);));
            quote!(#range)
        }
        Kind::Text => {
            let limits = match &schema.name {
                Some(name) => {
                    let constant = format_ident!("{}", name.to_shouty_snake_case());
                    quote!(limits::#constant)
                }
                None => limits_of(schema),
            };
            quote!(checks.text(#name, #value, &#limits);)
        }
        Kind::Integer if ScalarType::of_schema(schema) == ScalarType::Primitive && has_range => {
            quote!(checks.number(#name, (#value).copied(), #min, #max);)
        }
        Kind::Integer if is_epoch(schema) && has_range => {
            quote!(checks.number(#name, (#value).map(|value| value.get()), #min, #max);)
        }
        Kind::Number if has_range => {
            quote!(checks.float(#name, (#value).copied(), #min, #max);)
        }
        _ => quote!(),
    }
}

fn is_epoch(schema: &Schema) -> bool {
    matches!(ScalarType::of_schema(schema), ScalarType::ByHand("EpochMillis" | "EpochSeconds"))
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

fn limits_of(schema: &Schema) -> TokenStream {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let min = Literal::usize_unsuffixed(count(schema.limits.min_length.unwrap_or(0)));
    let length = if let Some(max) = schema.limits.max_length {
        let max = Literal::usize_unsuffixed(count(max));
        quote!(validate::length(#min, #max))
    } else {
        quote!(validate::at_least(#min))
    };
    let variant = schema.format.as_deref().and_then(format_variant);
    let format = variant.map(|variant| quote!(validate::Format::#variant));
    let pattern = || {
        let pattern = schema.limits.pattern.as_ref();
        pattern.map(|pattern| quote!(validate::Format::Pattern(#pattern)))
    };
    match format.or_else(pattern) {
        Some(format) => quote!(#length.in_form(#format)),
        None => length,
    }
}

/// Returns the variant of `validate::Format` for a format, if the client checks that format.
fn format_variant(format: &str) -> Option<proc_macro2::Ident> {
    let variant = match format {
        "email" => "Email",
        "e164" => "E164",
        "country-code" => "CountryCode",
        "path-segment" => "PathSegment",
        "date" => "Date",
        "date-time" => "DateTime",
        "byte" => "Base64",
        _ => return None,
    };
    Some(format_ident!("{variant}"))
}

/// Returns an `Element` implementation for each model that is an item of a bare list or a value of a map.
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

/// Returns the wire names of the fields of the model `ErrorBody`.
pub(crate) fn error_members(outline: &Outline) -> Vec<&str> {
    let fields = outline.model("ErrorBody").into_iter().flat_map(|model| &model.fields);
    fields.map(|field| field.wire_name.as_str()).collect()
}

/// Returns the constant `ERROR_MARKS`.
fn error_names(outline: &Outline) -> TokenStream {
    let fields = outline.model("ErrorBody").into_iter().flat_map(|model| &model.fields);
    let marks =
        fields.filter(|field| field.schema.extensions.get("x-error-mark") == Some(&Value::Bool(true)));
    let marks = marks.map(|field| &field.wire_name);
    quote! {
        /// The members that occur only in an error body (`x-error-mark`).
        pub const ERROR_MARKS: &[&str] = &[#(#marks),*];
    }
}

/// Returns the constants `WIRE_NAMES` and `SECRET_NAMES`. Only these names may appear in the path of a decoding
/// error.
fn wire_names(outline: &Outline) -> [TokenStream; 2] {
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

/// Returns the module of public types: requests, successful responses, and the types inside them.
fn models(outline: &Outline) -> syn::Item {
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

/// Returns a macro over all models, so that tests cover new models automatically.
fn for_each_model(outline: &Outline) -> syn::Item {
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

fn json_schemas(outline: &Outline) -> TokenStream {
    let names: Vec<_> = outline.models.iter().map(|model| model.name.as_str()).collect();
    let types = names.iter().map(|name| format_ident!("{name}"));
    quote! {
        /// Returns the JSON Schema of each model, as this client reads and writes the model, with the model's name.
        #[cfg(feature = "schemars")]
        #[must_use]
        pub fn json_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#((#names, ::schemars::schema_for!(#types))),*]
        }
    }
}

fn limits(outline: &Outline) -> syn::Item {
    let texts = outline
        .scalars
        .iter()
        .filter(|scalar| scalar.schema.kind == Kind::Text && scalar.schema.values.is_empty());
    let constants = texts.map(|scalar| {
        let name = format_ident!("{}", scalar.name.to_shouty_snake_case());
        let doc = format!(" Of `{}`.", scalar.name);
        let limits = limits_of(&scalar.schema);
        quote! {
            #[doc = #doc]
            pub const #name: validate::Limits = #limits;
        }
    });
    parse_quote! {
        /// The contract's limits on the named text types.
        pub mod limits {
            use crate::validate;

            #(#constants)*
        }
    }
}

fn servers(outline: &Outline) -> syn::Item {
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
