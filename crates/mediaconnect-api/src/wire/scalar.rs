//! Reads single values of a response. Numbers keep the digits as written.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::scoped;
use super::unknown_value::UnknownValue;

/// A received string, number or boolean.
///
/// Upstream converts XML to JSON, so the value of a field may arrive as any of these types.
pub enum Scalar<'de> {
    /// A string.
    Text(Cow<'de, str>),
    /// A number, with the digits as written.
    Number(Cow<'de, str>),
    /// A boolean.
    Boolean(bool),
}

/// Converts a string to an undocumented value of an enum. For generated code only.
#[must_use]
pub fn unknown(value: &str) -> UnknownValue {
    UnknownValue::new(value)
}

/// A type that is read from a scalar.
pub trait FromScalar: Sized {
    /// True if numbers of the type usually have a fraction. [`in_one_pass`] does not affect such a type.
    const HAS_FRACTION: bool = false;

    /// Converts the scalar. Returns `None` if the type cannot represent the scalar exactly.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;
}

impl<'de> Scalar<'de> {
    /// Reads a scalar for the type `T`. Null is `None`.
    ///
    /// # Errors
    /// Returns an error for a list or an object. Within [`in_one_pass`], a number that serde has converted to `f64` is
    /// also an error.
    pub(super) fn read<T: FromScalar, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        if ONE_PASS.get() && !T::HAS_FRACTION {
            deserializer.deserialize_any(ScalarVisitor::<false>)
        } else {
            deserializer.deserialize_newtype_struct(SOURCE, ScalarVisitor::<true>)
        }
    }

    /// Reads a number that serde_json passes as an object. serde_json does this if its feature `arbitrary_precision` is
    /// on.
    ///
    /// # Errors
    /// Returns an error for any other object.
    pub(super) fn of_object<A: MapAccess<'de>>(members: A) -> Result<Option<Self>, A::Error> {
        ScalarVisitor::<false>.visit_map(members)
    }

    /// Returns the scalar as a string.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
        }
    }

    /// Returns the scalar as an owned string.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text.into_owned(),
            Self::Boolean(value) => value.to_string(),
        }
    }

    /// Converts the scalar to a `T`. Unlike serde's error, the error does not contain the value.
    pub(super) fn to<T: FromScalar, E: Error>(self) -> Result<T, E> {
        let kind = match self {
            Self::Text(_) => "a string",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "a boolean",
        };
        T::from_scalar(self)
            .ok_or_else(|| E::custom(format_args!("found {kind} that the expected type does not accept")))
    }

    /// Parses the source text of a JSON value.
    fn of_source<E: Error>(source: Cow<'de, str>) -> Result<Option<Self>, E> {
        Ok(Some(match source.as_bytes().first() {
            Some(b'"') => Self::Text(text_of_source(source)?),
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'n') => return Ok(None),
            Some(b'{') => return Err(E::custom(OBJECT)),
            Some(b'[') => return Err(E::custom(LIST)),
            _ => Self::Number(source),
        }))
    }
}

thread_local! {
    static ONE_PASS: Cell<bool> = const { Cell::new(false) };
}

/// Calls `read`, a function that decodes JSON, in a fast mode that scans each scalar only once. Outside this mode, each
/// scalar is scanned twice, so that numbers keep their digits.
///
/// In the fast mode, serde converts a number with a fraction, an exponent or more than 64 bits to `f64`, so such a
/// number is an error. Types with [`HAS_FRACTION`](FromScalar::HAS_FRACTION) are the exception: their numbers are still
/// scanned twice. If `read` fails, call it again without `in_one_pass`. If `read` succeeds, its result is the same in
/// both modes.
pub fn in_one_pass<T>(read: impl FnOnce() -> T) -> T {
    scoped::with(&ONE_PASS, true, read)
}

/// Reads a required `T`.
///
/// # Errors
/// Returns an error for null, a list or an object, and for a scalar that `T` cannot represent.
pub fn read<'de, D: Deserializer<'de>, T: FromScalar>(deserializer: D) -> Result<T, D::Error> {
    let scalar = Scalar::read::<T, D>(deserializer)?;
    scalar.ok_or_else(|| D::Error::custom("found null, expected a string, number or boolean"))?.to()
}

/// Returns true if the string consists of ASCII digits only. Unlike `parse`, it accepts no sign.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Parses the source text of a JSON string.
fn text_of_source<E: Error>(source: Cow<'_, str>) -> Result<Cow<'_, str>, E> {
    // This search for a backslash has no early exit, because an early exit would compile to more instructions.
    let has_escape = source.bytes().fold(0, |found, byte| found | u8::from(byte == b'\\')) != 0;
    if has_escape {
        let text: Result<String, _> = serde_json::from_str(&source);
        // Parsing fails only if the string contains an unpaired surrogate.
        return text.map(Cow::Owned).map_err(|_| E::custom(NO_STRING));
    }
    let inside = 1..source.len() - 1;
    Ok(match source {
        Cow::Borrowed(source) => Cow::Borrowed(&source[inside]),
        Cow::Owned(source) => Cow::Owned(source[inside].to_owned()),
    })
}

/// The name of the map entry in which serde_json passes the source text of a value. See `serde_json::value::RawValue`.
/// Other formats and serde's own buffers ignore the name.
pub(super) const SOURCE: &str = "$serde_json::private::RawValue";

/// The name of the map entry in which serde_json passes a number if a service has turned on serde_json's feature
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// True if serde_json passes numbers as objects.
static NUMBERS_ARE_OBJECTS: LazyLock<bool> = LazyLock::new(|| {
    serde_json::from_str::<serde_json::Number>("1.50").is_ok_and(|number| number.to_string() == "1.50")
});

const NO_STRING: &str = "found a string that the expected type does not accept";
const OBJECT: &str = "found an object, expected a string, number or boolean";
const LIST: &str = "found a list, expected a single value";

/// If `IS_SOURCE` is true, serde_json passes the source text of the value in an object with the key [`SOURCE`]. If
/// `IS_SOURCE` is false, an object with this key is part of the response and causes an error.
struct ScalarVisitor<const IS_SOURCE: bool>;

impl<'de, const IS_SOURCE: bool> Visitor<'de> for ScalarVisitor<IS_SOURCE> {
    type Value = Option<Scalar<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, number or boolean")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key_seed(Str)?.as_deref() {
            Some(SOURCE) if IS_SOURCE => Scalar::of_source(map.next_value_seed(Str)?),
            Some(NUMBER) if *NUMBERS_ARE_OBJECTS => Ok(Some(Scalar::Number(map.next_value_seed(Str)?))),
            _ => Err(A::Error::custom(OBJECT)),
        }
    }

    /// Reads a scalar from a data format that does not provide the source text of values.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(ScalarVisitor::<false>)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(ScalarVisitor::<false>)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(text.into())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(text.into())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Boolean(value)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Number(number.to_string().into())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Number(number.to_string().into())))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Err(E::custom(DIGITS_LOST))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::custom(LIST))
    }
}

/// The error for a number with a fraction that serde has already converted to `f64`.
const DIGITS_LOST: &str = "found a number that was converted to f64 and may have lost digits";

/// Reads a string, borrowed if possible.
pub(super) struct Str;

impl<'de> DeserializeSeed<'de> for Str {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Str {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(text.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(text.to_owned().into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Cow<'de, str>, E> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::testing::any_scalar;
    use crate::wire::{Amount, CustomerNumber, EmailAddress, StreetNumber};

    fn of<T: FromScalar>(json: &str) -> Option<T> {
        read(&mut serde_json::Deserializer::from_str(json)).ok()
    }

    /// Asserts that the fast mode either fails or reads the same value as the normal mode.
    fn one_pass_reads_the_same<T: FromScalar + PartialEq + fmt::Debug>(json: &str) {
        if let Some(value) = in_one_pass(|| of::<T>(json)) {
            assert_eq!(Some(value), of::<T>(json), "{json}");
        }
    }

    fn all_types_read_the_same(json: &str) {
        one_pass_reads_the_same::<String>(json);
        one_pass_reads_the_same::<i64>(json);
        one_pass_reads_the_same::<f64>(json);
        one_pass_reads_the_same::<bool>(json);
        one_pass_reads_the_same::<CustomerNumber>(json);
        one_pass_reads_the_same::<StreetNumber>(json);
        one_pass_reads_the_same::<EmailAddress>(json);
        let digits = |amount: Option<Amount>| amount.map(|amount| amount.as_str().to_owned());
        assert_eq!(digits(in_one_pass(|| of(json))), digits(of(json)), "{json}");
    }

    #[test]
    fn one_pass_does_not_change_a_number() {
        for json in
            ["-0", "0", "1e3", "6.0", "6", "9007199254740993", "18446744073709551616", "79.90", "-1E-2"]
        {
            all_types_read_the_same(json);
        }
        assert_eq!(in_one_pass(|| of::<String>("6.0")), None);
        assert_eq!(of::<String>("6.0").as_deref(), Some("6.0"));
    }

    #[test]
    fn an_object_with_a_private_key_of_serde_json_is_no_scalar() {
        for key in [SOURCE, NUMBER] {
            for value in ["\"", "\"\u{e9}", "\"kari\"", "563457", ""] {
                let json = serde_json::json!({ key: value }).to_string();
                for json in [json.clone(), format!("[{json}]"), format!(r#"{{"email":{json}}}"#)] {
                    assert_eq!(of::<String>(&json), None, "{json}");
                    assert_eq!(in_one_pass(|| of::<String>(&json)), None, "{json}");
                }
            }
        }
    }

    #[test]
    fn one_pass_ends_with_its_function() {
        let panicked = std::panic::catch_unwind(|| in_one_pass(|| panic!("a reader may panic")));
        assert!(panicked.is_err());
        assert_eq!(of::<String>("6.0").as_deref(), Some("6.0"));
    }

    proptest! {
        #[test]
        fn one_pass_reads_every_scalar_as_its_source_text(value in any_scalar()) {
            all_types_read_the_same(&value.to_string());
        }
    }
}
