//! Tolerant deserializers for the fields of responses.
//!
//! Generated models use them in `#[serde(default, deserialize_with = "..")]`. The `default` applies to an absent field.
//!
//! Upstream converts XML to JSON. Therefore, a list with one item may arrive as the item alone. A number may arrive as
//! a string, and an absent value as null or an empty string. A number that would lose digits is an error. Errors name
//! the kind of value that was found, never the value itself.

mod list;

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::scalar::{FromScalar, Scalar};
pub use list::{
    REPEATED, objects, optional_objects, optional_values, values, wrapped_objects, wrapped_values,
};

/// Reads a string. Converts a number or a boolean to a string. Null is `None`, but an empty string stays an empty
/// string.
///
/// # Errors
/// Returns an error for a list or an object.
pub fn value<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    Scalar::read::<T, D>(deserializer)?.map(Scalar::to).transpose()
}

/// Reads a number, a boolean, a date or an enum. The value may arrive as a string. Null and an empty string are `None`.
///
/// # Errors
/// Returns an error if `T` cannot represent the value. For example, a number may have too many digits for `f64`.
pub fn number<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    match Scalar::read::<T, D>(deserializer)? {
        Some(Scalar::Text(text)) if text.is_empty() => Ok(None),
        scalar => scalar.map(Scalar::to).transpose(),
    }
}

/// Reads an object. Null and an empty string are `None`.
///
/// # Errors
/// Returns an error for any other value, or if `T` cannot read the object. The object's fields need tolerant
/// deserializers of their own.
pub fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Some)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        if text.is_empty() {
            Ok(None)
        } else {
            Err(E::custom("found a string that the expected type does not accept"))
        }
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<T>, E> {
        Err(E::custom("found a boolean that the expected type does not accept"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<T>, E> {
        Err(E::custom("found a number that the expected type does not accept"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<T>, E> {
        self.visit_u64(0)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<T>, E> {
        self.visit_u64(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Option<T>, A::Error> {
        Err(A::Error::custom("found a list, expected a single value"))
    }
}

#[cfg(test)]
mod tests;
