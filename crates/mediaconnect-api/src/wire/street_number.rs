use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use super::digits::whole;
use super::scalar::{self, FromScalar, Scalar, is_digits};
use crate::validate::{Checks, Found, Rule, Violation};

/// The house number of a street address. It is personal data when it is part of an address.
///
/// Upstream documents an integer, so services can only create this type from an integer. A received string of digits is
/// read as a number. Any other received string, such as `6B`, is kept unchanged. In that case, [`as_u32`](Self::as_u32)
/// returns `None`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreetNumber(Inner);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Inner {
    Number(u32),
    Text(String),
}

impl StreetNumber {
    /// Returns the number, or `None` if the received string is not a number.
    pub fn as_u32(&self) -> Option<u32> {
        match self.0 {
            Inner::Number(number) => Some(number),
            Inner::Text(_) => None,
        }
    }

    /// Returns the digits of the number, or the received string.
    pub fn as_text(&self) -> Cow<'_, str> {
        match &self.0 {
            Inner::Number(number) => number.to_string().into(),
            Inner::Text(text) => text.into(),
        }
    }
}

impl From<u32> for StreetNumber {
    fn from(number: u32) -> Self {
        Self(Inner::Number(number))
    }
}

impl fmt::Debug for StreetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreetNumber(..)")
    }
}

/// Keeps the JSON type: a number is serialized as a number, and a string as a string.
impl Serialize for StreetNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Inner::Number(number) => serializer.serialize_u32(*number),
            Inner::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for StreetNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer)
    }
}

impl FromScalar for StreetNumber {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let number = match &scalar {
            Scalar::Number(number) => whole(number),
            Scalar::Text(text) if is_digits(text) => text.parse().ok(),
            _ => None,
        };
        Some(Self(number.map_or_else(|| Inner::Text(scalar.into_text()), Inner::Number)))
    }
}

impl Checks {
    /// Checks that a street number is an integer between `min` and `max`, both inclusive. A received string such as
    /// `6B` is not an integer. An absent field (`None`) is valid.
    pub fn street_number(
        &mut self,
        field: &str,
        value: Option<&StreetNumber>,
        min: Option<i64>,
        max: Option<i64>,
    ) {
        match value.map(StreetNumber::as_u32) {
            Some(None) => {
                self.report(Violation::new(field, Rule::Range { min, max }, Found::Kind("a string")));
            }
            number => self.number(field, number.flatten().map(i64::from), min, max),
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for StreetNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StreetNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["integer", "string"],
            "description": "A house number: an integer, or a string such as 6B.",
            "minimum": 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_value, json, to_value};

    use super::*;
    use crate::wire::testing::CANARY;

    fn received(value: serde_json::Value) -> StreetNumber {
        from_value(value).unwrap()
    }

    #[test]
    fn digits_are_the_number() {
        for value in [json!(6), json!("6"), json!(6.0), json!("006")] {
            assert_eq!(received(value), StreetNumber::from(6));
        }
        assert_eq!(StreetNumber::from(6).as_u32(), Some(6));
        assert_eq!(StreetNumber::from(6).as_text(), "6");
    }

    #[test]
    fn other_text_is_kept() {
        for text in ["6B", "", "+6", " 6", "4294967296", "6-8"] {
            let number = received(json!(text));
            assert_eq!(number.as_u32(), None, "{text}");
            assert_eq!(number.as_text(), text);
            assert_eq!(to_value(&number).unwrap(), json!(text));
        }
        assert_eq!(received(json!(-6)).as_text(), "-6");
    }

    #[test]
    fn a_string_is_not_sent_where_the_contract_has_an_integer() {
        let checked = |number: &StreetNumber| {
            let mut checks = Checks::new();
            checks.street_number("f", Some(number), Some(1), Some(99));
            checks.finish().map_err(|violations| violations.to_string())
        };
        assert_eq!(checked(&StreetNumber::from(6)), Ok(()));
        let error = "f: a whole number from 1 to 99, found a string; choose a number in that range";
        assert_eq!(checked(&received(json!("6B"))).unwrap_err(), error);
        let error = "f: a whole number from 1 to 99, found a number that is not allowed; choose a number in that range";
        assert_eq!(checked(&StreetNumber::from(100)).unwrap_err(), error);
    }

    #[test]
    fn another_kind_is_refused_without_quoting_it() {
        for value in [json!(null), json!([CANARY]), json!({ CANARY: CANARY })] {
            let error = from_value::<StreetNumber>(value).unwrap_err().to_string();
            assert!(!error.contains(CANARY), "{error}");
        }
    }

    #[test]
    fn debug_prints_the_type_alone() {
        assert_eq!(format!("{:?}", received(json!(CANARY))), "StreetNumber(..)");
    }

    proptest! {
        #[test]
        fn any_number_round_trips(number in any::<u32>()) {
            prop_assert_eq!(to_value(received(json!(number.to_string()))).unwrap(), json!(number));
        }

        #[test]
        fn any_text_is_received(text in any::<String>()) {
            let number = received(json!(text));
            prop_assert_eq!(received(to_value(&number).unwrap()), number);
        }
    }
}
