//! Maps the contract's schemas to Rust types.

use mediaconnect_contract::outline::{Body, Field, Kind, Scalar, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The named schemas with a hand-written Rust type in `mediaconnect_api::wire`.
const BY_NAME: [(&str, &str); 8] = [
    ("CountryCode", "CountryCode"),
    ("CustomerNumber", "CustomerNumber"),
    ("EmailAddress", "EmailAddress"),
    ("InvoiceEmailAddress", "EmailAddress"),
    ("PhoneNumber", "PhoneNumber"),
    ("PostalCode", "PostalCode"),
    ("ProductCode", "ProductCode"),
    ("StreetNumber", "StreetNumber"),
];

/// The Rust type of a single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarType {
    /// The hand-written type with this name in `mediaconnect_api::wire`.
    ByHand(&'static str),
    /// A generated open enum, named after the schema.
    Enum,
    /// A generated string type, named after the schema. It validates a value when it is built, and redacts it in
    /// `Debug`.
    Text,
    /// `String`, `i64`, `f64`, `bool` or a map. No type is generated, even if the schema has a name.
    Primitive,
}

impl ScalarType {
    /// Returns the Rust type of a named single value.
    #[must_use]
    pub fn of(scalar: &Scalar) -> Self {
        Self::of_schema(&scalar.schema)
    }

    /// Returns the Rust type of the schema with this name.
    #[must_use]
    pub fn of_named(name: &str, schema: &Schema) -> Self {
        match BY_NAME.iter().find(|(by_name, _)| *by_name == name) {
            Some((_, wire_type)) => Self::ByHand(wire_type),
            None if !schema.values.is_empty() => Self::Enum,
            None => match of_format(schema) {
                Some(wire_type) => Self::ByHand(wire_type),
                None if schema.kind == Kind::Text => Self::Text,
                None => Self::Primitive,
            },
        }
    }

    /// Returns the Rust type of a single value, with or without a name.
    #[must_use]
    pub fn of_schema(schema: &Schema) -> Self {
        match &schema.name {
            Some(name) => Self::of_named(name, schema),
            None => of_format(schema).map_or(Self::Primitive, Self::ByHand),
        }
    }
}

/// Returns the hand-written type of a format; `None` if there is none.
fn of_format(schema: &Schema) -> Option<&'static str> {
    match (&schema.kind, schema.format.as_deref()?) {
        (Kind::Text, "date") => Some("Date"),
        (Kind::Text, "date-time") => Some("DateTime"),
        (Kind::Text, "byte") => Some("Base64"),
        (Kind::Text | Kind::Number, "decimal") => Some("Amount"),
        (Kind::Integer, "epoch-millis") => Some("EpochMillis"),
        (Kind::Integer, "epoch-seconds") => Some("EpochSeconds"),
        _ => None,
    }
}

pub(crate) fn rust_type(schema: &Schema) -> TokenStream {
    match (&schema.kind, ScalarType::of_schema(schema)) {
        (Kind::Object(Some(name)), _) => {
            let name = format_ident!("{name}");
            quote!(crate::types::#name)
        }
        (Kind::List { items, .. }, _) => {
            let item = rust_type(items);
            quote!(::std::vec::Vec<#item>)
        }
        (Kind::Map { values }, _) => {
            let value =
                values.as_ref().map_or_else(|| quote!(::serde_json::Value), |values| rust_type(values));
            quote!(crate::wire::Map<#value>)
        }
        (_, ScalarType::ByHand(name)) => {
            let name = format_ident!("{name}");
            quote!(crate::wire::#name)
        }
        (_, ScalarType::Enum | ScalarType::Text) => {
            let name = format_ident!("{}", schema.name.as_deref().unwrap_or_default());
            quote!(crate::types::#name)
        }
        (Kind::Integer, _) => quote!(i64),
        (Kind::Number, _) => quote!(f64),
        (Kind::Boolean, _) => quote!(bool),
        (Kind::Text, _) => quote!(::std::string::String),
        // The lint rejects unnamed objects and unsupported kinds, so they do not occur here.
        (Kind::Object(None) | Kind::Other(_), _) => quote!(::serde_json::Value),
    }
}

/// Returns the type of a model's field: an `Option`, or a list. A list is an `Option` only if an empty list means
/// something else than no list.
pub(crate) fn field_type(field: &Field) -> TokenStream {
    let value = rust_type(&field.schema);
    if is_list(&field.schema) && !field.sends_empty() { value } else { quote!(::std::option::Option<#value>) }
}

/// Returns the type of a successful response's body.
///
/// The `Debug` of this type must not print values. Models already meet this rule. A bare list or a bare single value
/// does not, so it gets a wrapper type.
pub(crate) fn output_type(body: Option<&Body>) -> TokenStream {
    let Some(body) = body else { return quote!(()) };
    match &body.schema.kind {
        Kind::Object(_) | Kind::Map { .. } => rust_type(&body.schema),
        Kind::List { items, .. } => {
            let item = rust_type(items);
            quote!(crate::wire::List<#item>)
        }
        _ => {
            let value = rust_type(&body.schema);
            quote!(crate::wire::Single<#value>)
        }
    }
}

pub(crate) fn is_list(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::List { .. })
}

/// Returns true if the Rust type is `String`.
pub(crate) fn is_plain_text(schema: &Schema) -> bool {
    schema.kind == Kind::Text && ScalarType::of_schema(schema) == ScalarType::Primitive
}

/// Returns true if the Rust type is a redacted string, with `as_str` but without `Display`.
pub(crate) fn is_hidden_text(schema: &Schema) -> bool {
    schema.kind == Kind::Text && !is_plain_text(schema) && !is_amount(schema)
}

pub(crate) fn is_amount(schema: &Schema) -> bool {
    ScalarType::of_schema(schema) == ScalarType::ByHand("Amount")
}

/// Returns true if the Rust type is passed by value.
pub(crate) fn is_primitive(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::Integer | Kind::Number | Kind::Boolean)
        && ScalarType::of_schema(schema) == ScalarType::Primitive
}

#[cfg(test)]
mod tests {
    use mediaconnect_contract::lint::HAND_WRITTEN;

    use super::*;

    #[test]
    fn the_lint_knows_each_hand_written_type() {
        let names = HAND_WRITTEN.iter().map(|(name, _)| *name);
        assert!(names.eq(BY_NAME.iter().map(|(name, _)| *name)));
    }
}
