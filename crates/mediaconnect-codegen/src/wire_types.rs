//! What a named single value of the contract is in Rust.

use mediaconnect_contract::outline::{Kind, Scalar, Schema};

/// Named schemas that have a hand-written Rust type in `mediaconnect_api::wire`.
const BY_HAND: [(&str, &str); 8] = [
    ("CountryCode", "CountryCode"),
    ("CustomerNumber", "CustomerNumber"),
    ("EmailAddress", "EmailAddress"),
    ("InvoiceEmailAddress", "EmailAddress"),
    ("PhoneNumber", "PhoneNumber"),
    ("PostalCode", "PostalCode"),
    ("ProductCode", "ProductCode"),
    ("StreetNumber", "StreetNumber"),
];

/// The Rust type of a named single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarType {
    /// A type of this name in `mediaconnect_api::wire`.
    ByHand(&'static str),
    /// An open enum of its own name.
    Enum,
    /// A text of its own name that is checked when it is built and hidden by `Debug`.
    Text,
    /// `i64`, `f64` or `bool`: the name is for people.
    Primitive,
}

impl ScalarType {
    /// Returns the Rust type of a named single value of the contract.
    #[must_use]
    pub fn of(scalar: &Scalar) -> Self {
        Self::of_named(&scalar.name, &scalar.schema)
    }

    /// Returns the Rust type of the schema of that name.
    #[must_use]
    pub fn of_named(name: &str, schema: &Schema) -> Self {
        match BY_HAND.iter().find(|(by_hand, _)| *by_hand == name) {
            Some((_, wire_type)) => Self::ByHand(wire_type),
            None if !schema.values.is_empty() => Self::Enum,
            None if schema.kind == Kind::Text => Self::Text,
            None => Self::Primitive,
        }
    }
}
