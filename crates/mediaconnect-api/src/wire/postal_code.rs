use super::CountryCode;
use super::digits::whole;
use super::scalar::{FromScalar, Scalar};
use super::text::text_type;

text_type! {
    /// A postal code, such as `0179`. It is personal data when it is part of an address.
    ///
    /// A received string is kept unchanged, even if its length is not valid. [`is_valid`](Self::is_valid) checks the
    /// length. Upstream's examples have the number 179 in place of `0179`. A received number is therefore padded to
    /// four digits, unless the address has a country other than Norway.
    PostalCode,
    field: "postalCode",
    limits: crate::limits::POSTAL_CODE,
    received: padded,
    schema: "A postal code. A Norwegian postal code has four digits."
}

/// A received postal code whose country is not known yet.
#[doc(hidden)]
pub enum ReceivedPostalCode {
    /// A string.
    Text(String),
    /// A whole number. The leading zeros of the postal code may be missing.
    Number(u64),
}

impl ReceivedPostalCode {
    fn of(scalar: Scalar<'_>) -> Self {
        let number = match &scalar {
            Scalar::Number(number) => whole::<u64>(number),
            Scalar::Text(_) | Scalar::Boolean(_) => None,
        };
        number.map_or_else(|| Self::Text(scalar.into_text()), Self::Number)
    }

    /// Returns the postal code for a country. An absent or empty country means Norway.
    #[must_use]
    pub fn in_country(self, country: Option<&CountryCode>) -> PostalCode {
        let country = country.map_or("", |country| country.as_str().trim_ascii());
        let is_norway = ["", "NO", "NOR"].iter().any(|code| country.eq_ignore_ascii_case(code));
        PostalCode(match self {
            // To pad 179 to `0179`, this code adds 10000 and removes the first digit. `format!("{number:04}")` would
            // need 350 more instructions.
            Self::Number(number @ ..10_000) if is_norway => {
                let mut digits = (10_000 + number).to_string();
                digits.remove(0);
                digits
            }
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        })
    }
}

/// Returns the postal code of a model that has no country.
fn padded(scalar: Scalar<'_>) -> String {
    ReceivedPostalCode::of(scalar).in_country(None).into()
}

impl FromScalar for ReceivedPostalCode {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Some(Self::of(scalar))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, from_value, json};

    use super::*;

    #[test]
    fn a_whole_number_is_padded_to_four_digits() {
        for (number, text) in [(0, "0000"), (7, "0007"), (179, "0179"), (5003, "5003"), (11122, "11122")] {
            assert_eq!(from_value::<PostalCode>(json!(number)).unwrap().as_str(), text);
        }
        assert_eq!(from_str::<PostalCode>("179.0").unwrap().as_str(), "0179");
    }

    #[test]
    fn anything_else_is_kept() {
        assert_eq!(from_value::<PostalCode>(json!("179")).unwrap().as_str(), "179");
        assert_eq!(from_value::<PostalCode>(json!(-179)).unwrap().as_str(), "-179");
        assert_eq!(from_value::<PostalCode>(json!(1.5)).unwrap().as_str(), "1.5");
    }

    #[test]
    fn a_number_is_not_padded_in_another_country() {
        let read = |json: &str, country: Option<&str>| {
            let country: Option<CountryCode> = country.map(|code| from_value(json!(code)).unwrap());
            let received: ReceivedPostalCode =
                crate::wire::scalar::read(&mut serde_json::Deserializer::from_str(json)).unwrap();
            String::from(received.in_country(country.as_ref()))
        };
        for norway in [None, Some(""), Some(" "), Some("NO"), Some("no"), Some("NOR")] {
            assert_eq!(read("179", norway), "0179", "{norway:?}");
        }
        for other in ["IS", "SE", "DK", "N", "47"] {
            assert_eq!(read("101", Some(other)), "101", "{other}");
            assert_eq!(read("101.0", Some(other)), "101", "{other}");
            assert_eq!(read("\"0800\"", Some(other)), "0800", "{other}");
        }
    }

    proptest! {
        #[test]
        fn padding_does_not_change_the_number(number in any::<u64>()) {
            let code: PostalCode = from_value(json!(number)).unwrap();
            prop_assert!(code.as_str().len() >= 4);
            prop_assert_eq!(code.as_str().parse(), Ok(number));
        }
    }
}
