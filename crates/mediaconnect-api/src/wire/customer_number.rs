use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use super::digits::whole;
use super::scalar::{self, FromScalar, Scalar, is_digits};
use crate::validate::{Found, Rule, Violation};

/// The number of a customer, from 1 to `i64::MAX`. It is personal data.
///
/// A signed 64-bit column of a database can store the number. `i64::from(number)` converts the number for the column,
/// and `CustomerNumber::try_from(column)` converts the column's value back.
///
/// Debug does not print the number. Display does, because the number is part of the URL's path. Do not write it to
/// logs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerNumber(NonZeroU64);

impl CustomerNumber {
    /// Creates a customer number from 1 to `i64::MAX`, the range of the contract's `int64`.
    ///
    /// # Errors
    /// Returns a violation of the field `customerNumber` if the number is 0 or too large.
    pub fn new(number: u64) -> Result<Self, Violation> {
        Self::checked(number).ok_or_else(|| violation(Found::Number))
    }

    fn checked(number: u64) -> Option<Self> {
        NonZeroU64::new(number).filter(|number| i64::try_from(number.get()).is_ok()).map(Self)
    }

    /// Returns the number.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

/// Converts other integer types. For 0 and negative numbers, returns a violation of the field `customerNumber`.
macro_rules! try_from {
    ($($number:ty)+) => {$(
        impl TryFrom<$number> for CustomerNumber {
            type Error = Violation;

            fn try_from(number: $number) -> Result<Self, Self::Error> {
                u64::try_from(number).map_err(|_| violation(Found::Number)).and_then(Self::new)
            }
        }
    )+};
}

try_from!(u64 i64 u32 i32);

/// Parses ASCII digits without sign or spaces. Ignores leading zeros, which are common in files and forms: `007` is
/// customer 7.
impl FromStr for CustomerNumber {
    type Err = Violation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = match text.chars().count() {
            0 => Found::Nothing,
            length => Found::Characters(length),
        };
        Some(text)
            .filter(|text| is_digits(text))
            .and_then(|digits| Self::checked(digits.parse().ok()?))
            .ok_or_else(|| violation(found))
    }
}

impl From<CustomerNumber> for u64 {
    fn from(number: CustomerNumber) -> Self {
        number.get()
    }
}

impl From<CustomerNumber> for i64 {
    fn from(number: CustomerNumber) -> Self {
        number.get().cast_signed()
    }
}

impl fmt::Display for CustomerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for CustomerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerNumber(..)")
    }
}

impl Serialize for CustomerNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.get())
    }
}

impl<'de> Deserialize<'de> for CustomerNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer)
    }
}

/// Reads a whole number, or a string of digits.
impl FromScalar for CustomerNumber {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Number(number) => Self::new(whole(&number)?).ok(),
            Scalar::Boolean(_) => None,
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for CustomerNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CustomerNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "integer",
            "description": "The number of a customer.",
            "minimum": 1,
        })
    }
}

fn violation(found: Found) -> Violation {
    Violation::new("customerNumber", Rule::Range { min: Some(1), max: None }, found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, from_value, json, to_string};

    use super::*;

    #[test]
    fn a_number_is_at_least_one() {
        assert_eq!(CustomerNumber::new(563_457).map(CustomerNumber::get), Ok(563_457));
        assert_eq!(CustomerNumber::try_from(7_i32).map(u64::from), Ok(7));
        assert!(CustomerNumber::try_from(7_u32).is_ok());
        assert!(CustomerNumber::try_from(-7_i64).is_err());
        assert_eq!(
            CustomerNumber::new(0).unwrap_err().to_string(),
            "customerNumber: a whole number of at least 1, found a number that is not allowed; choose a number in that range"
        );
    }

    #[test]
    fn a_number_fits_into_a_signed_column() {
        let largest = CustomerNumber::new(i64::MAX.cast_unsigned()).unwrap();
        assert_eq!((i64::from(largest), CustomerNumber::try_from(i64::MAX)), (i64::MAX, Ok(largest)));
        assert!(CustomerNumber::new(i64::MAX.cast_unsigned() + 1).is_err());
        assert!(from_str::<CustomerNumber>("9223372036854775808").is_err());
    }

    #[test]
    fn only_digits_are_parsed() {
        assert_eq!("0042".parse::<CustomerNumber>(), CustomerNumber::new(42));
        for text in ["", "0", "+42", "-42", " 42", "42 ", "4 2", "4.0", "4e2", "４２", "9223372036854775808"]
        {
            assert!(text.parse::<CustomerNumber>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_or_digits_are_received() {
        for json in ["563457", "\"563457\"", "563457.0", "\"0563457\""] {
            assert_eq!(from_str::<CustomerNumber>(json).unwrap().get(), 563_457, "{json}");
        }
    }

    #[test]
    fn anything_else_is_refused_without_quoting_it() {
        for json in
            ["0", "-471147", "471147.5", "4711471147114711471147", "\"471147x\"", "true", "[471147]", "null"]
        {
            let error = from_str::<CustomerNumber>(json).unwrap_err().to_string();
            assert!(!error.contains("4711"), "{error}");
        }
    }

    #[test]
    fn only_display_prints_it() {
        let number = CustomerNumber::new(563_457).unwrap();
        assert_eq!(number.to_string(), "563457");
        assert_eq!(format!("{number:?}"), "CustomerNumber(..)");
        assert_eq!(to_string(&number).unwrap(), "563457");
    }

    proptest! {
        #[test]
        fn any_number_round_trips(number in 1..=i64::MAX.cast_unsigned()) {
            let expected = CustomerNumber::new(number).unwrap();
            for json in [json!(number), json!(number.to_string())] {
                prop_assert_eq!(from_value::<CustomerNumber>(json).unwrap(), expected);
            }
            prop_assert_eq!(expected.to_string().parse(), Ok(expected));
        }
    }
}
