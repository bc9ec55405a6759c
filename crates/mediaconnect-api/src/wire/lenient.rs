//! Deserialisers for the fields of what is received.
//!
//! They are named in `#[serde(default, deserialize_with = "..")]`, where `default` is for an absent
//! field.
//!
//! Upstream's JSON comes from an XML mapping: a list of one may come as its element, a number as a
//! text, and nothing as null or as an empty text. A value keeps its digits, or is refused. Errors
//! name the kind of what was found, never the value.

mod list;

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::scalar::{FromScalar, Scalar};
pub use list::{REPEATED, objects, values, wrapped_objects, wrapped_values};

/// Reads a text: a number or boolean becomes its text, an empty text stays one, null is `None`.
///
/// # Errors
/// If it is a list or an object.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    value(deserializer)
}

/// Reads a text of a type of its own as [`text`] does.
///
/// # Errors
/// If it is a list or an object.
pub fn value<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    Scalar::read(deserializer)?.map(Scalar::to).transpose()
}

/// Reads a boolean, also as a text in any case or as 1 or 0, which XML allows; null and an empty
/// text are `None`.
///
/// # Errors
/// If it is neither.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    number(deserializer)
}

/// Reads a number, also as its text; null and an empty text are `None`.
///
/// # Errors
/// If `T` has no such number, or only one with other digits.
pub fn number<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    match Scalar::read(deserializer)? {
        Some(Scalar::Text(text)) if text.is_empty() => Ok(None),
        scalar => scalar.map(Scalar::to).transpose(),
    }
}

/// Reads an object; null and an empty text are `None`.
///
/// # Errors
/// If it is something else, or `T` cannot read it. The fields of an object should have lenient
/// deserialisers as well, since an error of theirs is passed on as it is.
pub fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
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
        if text.is_empty() { Ok(None) } else { Err(E::custom("found a text that does not fit")) }
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<T>, E> {
        Err(E::custom("found a boolean that does not fit"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<T>, E> {
        Err(E::custom("found a number that does not fit"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<T>, E> {
        self.visit_u64(0)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<T>, E> {
        self.visit_u64(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Option<T>, A::Error> {
        Err(A::Error::custom("found a list, expected one element"))
    }
}

#[cfg(test)]
mod tests;
