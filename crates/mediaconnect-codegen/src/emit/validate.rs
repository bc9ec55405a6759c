//! Emits the validation of requests: `Validate` implementations, checks of fields, and limits.

use heck::ToShoutySnakeCase;
use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Field, Kind, Model, Outline, Schema};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::parse_quote;

use crate::combinations;
use crate::wire_types::{ScalarType, is_amount, is_hidden_text};

/// Returns a `Validate` implementation that checks the contract's limits on a model in a request.
pub(super) fn validate(model: &Model, contract: &Contract) -> TokenStream {
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

/// Returns code that checks a field or a parameter. Set `is_bare` if the Rust type is not wrapped in an `Option`.
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
            // An empty optional list without `x-send-empty` is not sent, so `minItems` does not apply to it.
            if field.required { check } else { quote!(if !self.#ident.is_empty() { #check }) }
        });
        // An empty list is sent in a body, but not in the query.
        let required =
            (is_bare && min.is_none()).then(|| quote!(checks.required(#name, !self.#ident.is_empty());));
        let list = if field.sends_empty() {
            quote!(self.#ident.as_deref().unwrap_or_default())
        } else {
            quote!(&self.#ident)
        };
        return quote!(#required #min checks.items(#name, #list, #max, #each););
    }
    let required =
        (field.required && !is_bare).then(|| quote!(checks.required(#name, self.#ident.is_some());));
    let value = if is_bare { quote!(Some(&self.#ident)) } else { quote!(self.#ident.as_ref()) };
    let value = check_value(&field.schema, &value, &quote!(#name));
    quote!(#required #value)
}

/// Returns code that checks if a string can be sent in a header.
pub(crate) fn check_header(field: &Field) -> TokenStream {
    let (name, ident) = (&field.wire_name, format_ident!("{}", field.rust_name));
    let text = if is_hidden_text(&field.schema) { quote!(as_str) } else { quote!(as_ref) };
    let value = if field.required { quote!(Some(&self.#ident)) } else { quote!(self.#ident.as_ref()) };
    quote!(checks.header(#name, (#value).map(|value| value.#text()));)
}

/// Returns code that checks one value. `value` is an expression of the type `Option<&T>`.
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
        // The values of an open enum were only observed, so there may be others.
        Kind::Text if schema.open => quote!(checks.text(#name, #value, &validate::at_least(1));),
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
        Kind::Integer if is(schema, "StreetNumber") => {
            quote!(checks.street_number(#name, #value, #min, #max);)
        }
        // The type itself allows only positive numbers.
        Kind::Integer
            if is(schema, "CustomerNumber")
                && (limits.maximum.is_some() || limits.minimum.is_some_and(|min| min > 1)) =>
        {
            quote!(checks.number(#name, (#value).copied().map(i64::from), #min, #max);)
        }
        Kind::Number => quote!(checks.float(#name, (#value).copied(), #min, #max);),
        _ => quote!(),
    }
}

fn is_epoch(schema: &Schema) -> bool {
    is(schema, "EpochMillis") || is(schema, "EpochSeconds")
}

/// Returns true if the Rust type is the hand-written type of this name.
fn is(schema: &Schema, wire_type: &'static str) -> bool {
    ScalarType::of_schema(schema) == ScalarType::ByHand(wire_type)
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

/// Returns the variant of `validate::Format`; `None` for a format that the client does not check.
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

/// Returns the module `limits`, with a constant for each named string schema that is not an enum.
pub(super) fn limits(outline: &Outline) -> syn::Item {
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
