use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::digits::Decimal;
use super::scalar::{self, FromScalar, Scalar};
use crate::validate::{Checks, Found, Rule, Violation};

/// An exact decimal number, such as a price. The type keeps the digits as written and never converts them to `f64`.
///
/// Amounts compare by value: `1.50` equals `1.5`. Display prints the digits, Debug does not. To calculate, parse
/// [`as_str`](Self::as_str) with a crate for decimals.
///
/// ```
/// # use mediaconnect_api::wire::Amount;
/// let price: Amount = "79.90".parse()?;
/// assert_eq!(price.to_string(), "79.90");
/// assert!(price > Amount::from(79));
/// # Ok::<(), mediaconnect_api::validate::Violation>(())
/// ```
#[derive(Clone)]
pub struct Amount {
    text: String,
    value: Decimal,
}

/// The maximum number of characters of an amount. No price needs more characters.
const MAX_LENGTH: usize = 40;

impl Amount {
    /// Returns the digits as written, with sign, point and exponent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Parses a number in the notation of JSON.
    fn read(text: &str) -> Option<Self> {
        let is_number = || serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
        let starts_like_one = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let fits = text.len() <= MAX_LENGTH && starts_like_one && !text.ends_with(char::is_whitespace);
        let value = Some(text).filter(|_| fits && is_number()).and_then(Decimal::of)?;
        Some(Self { text: text.to_owned(), value })
    }
}

/// Parses digits with an optional minus sign, point and exponent, in JSON notation.
impl FromStr for Amount {
    type Err = Violation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = match text.chars().count() {
            0 => Found::Nothing,
            length => Found::Characters(length),
        };
        Self::read(text).ok_or_else(|| Violation::new("amount", Rule::Amount, found))
    }
}

impl TryFrom<&str> for Amount {
    type Error = Violation;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

macro_rules! from_whole {
    ($($number:ty)+) => {$(
        impl From<$number> for Amount {
            fn from(number: $number) -> Self {
                let text = number.to_string();
                let value = Decimal::of(&text).unwrap_or_default();
                Self { text, value }
            }
        }
    )+};
}

from_whole!(i64 i32 u32);

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Amount {}

impl Hash for Amount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Amount(..)")
    }
}

/// Serializes the digits as a string. If the contract defines a field as a number, generated code calls [`number`]
/// instead of this function.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer)
    }
}

impl FromScalar for Amount {
    const HAS_FRACTION: bool = true;

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) | Scalar::Number(text) => Self::read(&text),
            Scalar::Boolean(_) => None,
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string"], "description": "An exact decimal number." })
    }
}

/// Serializes an amount as a JSON number with the same digits. `None` becomes null.
///
/// # Errors
/// Returns the error of the serializer.
pub fn number<S: Serializer>(amount: &Option<Amount>, serializer: S) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => AsNumber(amount).serialize(serializer),
        None => serializer.serialize_none(),
    }
}

/// Serializes amounts as a list of JSON numbers.
///
/// # Errors
/// Returns the error of the serializer.
pub fn numbers<S: Serializer>(amounts: &[Amount], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(amounts.len()))?;
    for amount in amounts {
        list.serialize_element(&AsNumber(amount))?;
    }
    list.end()
}

/// Serializes the digits as raw JSON, as `serde_json::value::RawValue` does.
struct AsNumber<'a>(&'a Amount);

impl Serialize for AsNumber<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut source = serializer.serialize_struct(scalar::SOURCE, 1)?;
        source.serialize_field(scalar::SOURCE, &self.0.text)?;
        source.end()
    }
}

impl Checks {
    /// Checks that an amount is between `min` and `max`, both inclusive. An absent field (`None`) is valid.
    pub fn amount(&mut self, field: &str, value: Option<&Amount>, min: Option<i64>, max: Option<i64>) {
        let Some(value) = value else { return };
        if min.is_some_and(|min| *value < min.into()) || max.is_some_and(|max| *value > max.into()) {
            self.report(Violation::new(field, Rule::AmountRange { min, max }, Found::Number));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, json, to_string};

    use super::*;
    use crate::wire::testing::CANARY;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn digits_are_kept_from_strings_and_numbers() {
        for text in ["79.90", "100", "0.10", "-5.00", "9007199254740993.01", "1e3"] {
            assert_eq!(from_str::<Amount>(text).unwrap().as_str(), text);
            assert_eq!(from_str::<Amount>(&format!("\"{text}\"")).unwrap().to_string(), text);
        }
    }

    #[test]
    fn digits_are_sent_unchanged_as_number_and_string() {
        #[derive(Serialize)]
        struct Both {
            #[serde(serialize_with = "number")]
            number: Option<Amount>,
            #[serde(serialize_with = "numbers")]
            numbers: Vec<Amount>,
            text: Amount,
        }
        let both = Both {
            number: Some(amount("9007199254740993.10")),
            numbers: vec![amount("1.0"), amount("2")],
            text: amount("295.00"),
        };
        let expected = r#"{"number":9007199254740993.10,"numbers":[1.0,2],"text":"295.00"}"#;
        assert_eq!(to_string(&both).unwrap(), expected);
    }

    #[test]
    fn amounts_compare_by_value() {
        assert_eq!(amount("1.50"), amount("1.5"));
        assert_eq!(amount("-0.0"), Amount::from(0));
        assert_eq!(amount("1e3"), Amount::from(1000));
        let mut sorted = ["10", "9.99", "-1", "-1.5", "0", "0.001", "100", "1e1000"].map(amount);
        sorted.sort();
        let sorted = sorted.map(|amount| amount.to_string());
        assert_eq!(sorted, ["-1.5", "-1", "0", "0.001", "9.99", "10", "100", "1e1000"]);
    }

    #[test]
    fn an_invalid_number_is_refused_without_quoting_it() {
        for text in ["", " 1", "1 ", "1,5", "0x1", "NaN", "+1", "01", "1.", ".5", CANARY, &"1".repeat(41)] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
            let error = serde_json::from_value::<Amount>(json!(text)).unwrap_err().to_string();
            assert!(text.len() < 5 || !error.contains(text), "{error}");
        }
        assert!(from_str::<Amount>("true").is_err());
    }

    #[test]
    fn debug_prints_the_type_alone() {
        assert_eq!(format!("{:?}", amount("79.90")), "Amount(..)");
    }

    proptest! {
        #[test]
        fn amounts_are_ordered_as_numbers(a in -10_000_i64..10_000, b in -10_000_i64..10_000) {
            let text = |hundredths: i64| {
                let sign = if hundredths < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
            };
            prop_assert_eq!(amount(&text(a)).cmp(&amount(&text(b))), a.cmp(&b));
        }
    }
}
