//! Selects the function that decodes each field of a model, usually from `mediaconnect_api::wire::lenient`.
//!
//! A postal code is converted last, because its format depends on the country in the same model.

use heck::ToSnakeCase;
use mediaconnect_contract::outline::{Field, Kind, Model, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, ItemStruct, parse_quote};

use crate::wire_types::{ScalarType, field_type};

/// The factor by which a received list may exceed `maxItems`. The client accepts longer lists than the contract allows,
/// but limits their length to protect its memory.
const TIMES_MAX_ITEMS: u64 = 100;
/// The maximum number of items in a received list for which the contract has no `maxItems`.
const MAX_ITEMS: u64 = 100_000;

/// Returns the path of the function that decodes a field.
pub(crate) fn decoder(field: &Field, model: &Model) -> String {
    match &field.schema.kind {
        Kind::List { wrapper: Some(_), .. } => wrapper_name(field, model),
        Kind::List { items, wrapper: None } => {
            let optional = if field.sends_empty() { "optional_" } else { "" };
            format!("{optional}{}::<_, _, {}>", list_of(items), max_items(&field.schema))
        }
        Kind::Text => match ScalarType::of_schema(&field.schema) {
            // `number` reads an empty string as `None`. An empty string is not a valid date, amount or enum value.
            ScalarType::ByHand("Date" | "DateTime" | "Amount") | ScalarType::Enum => "number".to_owned(),
            _ => "value".to_owned(),
        },
        Kind::Boolean | Kind::Integer | Kind::Number => "number".to_owned(),
        Kind::Object(_) | Kind::Map { .. } | Kind::Other(_) => "object".to_owned(),
    }
}

/// Returns the serde attribute that renames a field; `None` if the wire name is the Rust name in camel case.
pub(crate) fn rename(field: &Field) -> Option<TokenStream> {
    let mut words = field.rust_name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    let camel_case = words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name + letters.as_str()
    });
    let wire_name = &field.wire_name;
    (camel_case != *wire_name).then(|| quote!(rename = #wire_name,))
}

/// Returns a decoding function for each wrapped list of a model. A wrapped list is inside an object (`x-list-wrapper`).
/// Each list has its own function, because a serde attribute cannot pass the wrapper's name to a shared function.
pub(crate) fn wrapped_lists(model: &Model) -> Vec<Item> {
    let functions = model.fields.iter().filter_map(|field| {
        let Kind::List { items, wrapper: Some(wrapper) } = &field.schema.kind else { return None };
        let list = field_type(field);
        let name = format_ident!("{}", wrapper_name(field, model));
        let read = format_ident!("wrapped_{}", list_of(items));
        let max = proc_macro2::Literal::u64_unsuffixed(max_items(&field.schema));
        Some(parse_quote! {
            fn #name<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<#list, D::Error> {
                crate::wire::lenient::#read(deserializer, #wrapper, #max)
            }
        })
    });
    functions.collect()
}

/// Returns a `Deserialize` implementation for a model with postal codes and a country. For any other model, the result
/// is empty.
///
/// A numeric postal code can be converted only when the country is known. The implementation therefore first decodes
/// all fields into a local struct, and then converts the postal codes.
pub(crate) fn by_country(item: &ItemStruct, model: &Model) -> Vec<Item> {
    let postal_codes = postal_codes(model);
    if postal_codes.is_empty() {
        return Vec::new();
    }
    let name = &item.ident;
    let is_code = |field: &Field| postal_codes.iter().any(|(code, _)| code.rust_name == field.rust_name);
    let ident = |field: &Field| format_ident!("{}", field.rust_name);
    let fields = model.fields.iter().map(|field| {
        let (field_name, rename, decoder) = (ident(field), rename(field), decoder(field, model));
        let rust_type = if is_code(field) {
            quote!(::std::option::Option<crate::wire::ReceivedPostalCode>)
        } else {
            field_type(field)
        };
        quote! {
            #[serde(#rename default, deserialize_with = #decoder)]
            #field_name: #rust_type
        }
    });
    let codes = postal_codes.iter().map(|(code, country)| {
        let (code, country) = (ident(code), ident(country));
        quote!(let #code = received.#code.map(|code| code.in_country(received.#country.as_ref()));)
    });
    let values = model.fields.iter().map(|field| {
        let name = ident(field);
        if is_code(field) { quote!(#name) } else { quote!(#name: received.#name) }
    });
    vec![parse_quote! {
        /// Reads the model. A numeric postal code is padded to four digits in Norway only.
        #[allow(deprecated)]
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(::serde::Deserialize)]
                #[serde(rename_all = "camelCase")]
                struct Received { #(#fields,)* }

                let received = Received::deserialize(deserializer)?;
                #(#codes)*
                Ok(Self { #(#values),* })
            }
        }
    }]
}

/// Returns each postal code field of a model, together with the field for the country.
fn postal_codes(model: &Model) -> Vec<(&Field, &Field)> {
    let of_type = |name: &'static str| {
        model.fields.iter().filter(move |field| {
            let schema = &field.schema;
            let found = schema.name.as_ref().map(|found| ScalarType::of_named(found, schema));
            found == Some(ScalarType::ByHand(name))
        })
    };
    let country_of = |code: &Field| {
        let prefix = code.wire_name.to_snake_case();
        let beside = prefix.replace("postal_code", "country_code");
        let named = |name: &str| of_type("CountryCode").find(|field| field.wire_name.to_snake_case() == name);
        named(&beside).or_else(|| named("country_code"))
    };
    of_type("PostalCode").filter_map(|code| Some((code, country_of(code)?))).collect()
}

fn wrapper_name(field: &Field, model: &Model) -> String {
    format!("{}_{}", model.name.to_snake_case(), field.rust_name)
}

fn list_of(items: &Schema) -> &'static str {
    match items.kind {
        Kind::Text | Kind::Integer | Kind::Number | Kind::Boolean => "values",
        Kind::Object(_) | Kind::Map { .. } | Kind::List { .. } | Kind::Other(_) => "objects",
    }
}

fn max_items(list: &Schema) -> u64 {
    list.limits.max_items.map_or(MAX_ITEMS, |max| max.saturating_mul(TIMES_MAX_ITEMS))
}
