//! Compares and converts decimal numbers by their digits, without `f64`.

use std::cmp::Ordering;

use super::scalar::{FromScalar, Scalar};

/// The number `digits` × 10^`exponent`. `digits` has no zeros at either end and is empty for zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    is_negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Parses a number in JSON notation. Returns `None` if the exponent does not fit into `i64`.
    pub(super) fn of(number: &str) -> Option<Self> {
        let (is_negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let (number, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = [whole, fraction].concat();
        let without_end = digits.trim_end_matches('0');
        let behind_point = i64::try_from(fraction.len()).ok()?;
        let zeros = i64::try_from(digits.len() - without_end.len()).ok()?;
        let exponent = exponent.parse::<i64>().ok()?.checked_sub(behind_point)?.checked_add(zeros)?;
        let digits = without_end.trim_start_matches('0').to_owned();
        Some(if digits.is_empty() {
            Self { is_negative: false, digits, exponent: 0 }
        } else {
            Self { is_negative, digits, exponent }
        })
    }

    /// Returns the number as an integer. Returns `None` if it has a fraction or does not fit into `i128`.
    fn whole(&self) -> Option<i128> {
        let zeros = u32::try_from(self.exponent).ok()?;
        let digits = if self.digits.is_empty() { 0 } else { self.digits.parse::<i128>().ok()? };
        let number = digits.checked_mul(10_i128.checked_pow(zeros)?)?;
        Some(if self.is_negative { -number } else { number })
    }

    /// Returns a key that orders numbers by absolute value: the position of the first digit, then the digits. The key
    /// of zero is `None`, which sorts before all other keys.
    fn size(&self) -> Option<(i64, &str)> {
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        (length > 0).then(|| (self.exponent.saturating_add(length), self.digits.as_str()))
    }
}

/// Compares numbers by value. Two positive numbers are compared by the power of ten of their first digit. If this power
/// is the same, their digits are compared as strings. This order is correct because the strings have no zeros at either
/// end.
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.size().cmp(&other.size()),
            (true, true) => other.size().cmp(&self.size()),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Parses an integer. Also accepts `7.0` and `7e0`.
pub(super) fn whole<T: TryFrom<i128> + std::str::FromStr>(number: &str) -> Option<T> {
    number.parse().ok().or_else(|| T::try_from(Decimal::of(number)?.whole()?).ok())
}

/// Reads an integer, or a string that contains an integer.
impl FromScalar for i64 {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Number(number) => whole(&number),
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Boolean(_) => None,
        }
    }
}

/// Reads a number, or a string that contains a number. Returns `None` if `f64` cannot represent the number with
/// all its digits.
impl FromScalar for f64 {
    const HAS_FRACTION: bool = true;

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let (Scalar::Number(text) | Scalar::Text(text)) = scalar else { return None };
        let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        (Decimal::of(&text)? == Decimal::of(&number.to_string())?).then_some(number)
    }
}

/// Reads a boolean, or the text `true` or `false` in any letter case. Also reads 1 and 0, because XML allows them as
/// booleans.
impl FromScalar for bool {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Boolean(value) => Some(value),
            Scalar::Text(text) | Scalar::Number(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
        }
    }
}

/// Reads any scalar as a string, with its characters unchanged.
impl FromScalar for String {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Some(scalar.into_text())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number<T: FromScalar>(text: &str) -> Option<T> {
        T::from_scalar(Scalar::Number(text.into()))
    }

    #[test]
    fn a_whole_number_is_read_in_each_notation() {
        for text in ["563457", "563457.0", "563457.000", "5.63457e5", "56345700E-2", "0.563457e+6"] {
            assert_eq!(number::<i64>(text), Some(563_457), "{text}");
        }
        for text in ["0", "-0", "0.0", "0e400", "-0.00E-5"] {
            assert_eq!(number::<i64>(text), Some(0), "{text}");
        }
        assert_eq!(number::<i64>("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(number::<i64>("-9.223372036854775808e18"), Some(i64::MIN));
    }

    #[test]
    fn a_number_that_would_lose_digits_is_refused() {
        for text in ["1.5", "9223372036854775808", "1e19", "1e-1", "1e99999999999999999999", "-1e400"] {
            assert_eq!(number::<i64>(text), None, "{text}");
        }
        for text in ["123456789012345678901234", "0.1000000000000000055", "1e400", "9007199254740993.0"] {
            assert_eq!(number::<f64>(text), None, "{text}");
        }
        assert_eq!(number::<f64>("79.90"), Some(79.9));
    }

    #[test]
    fn numbers_beyond_the_precision_of_f64_keep_their_digits() {
        assert_eq!(number::<i64>("9007199254740993.0"), Some(9_007_199_254_740_993));
        assert_eq!(number::<String>("123456789012345678901234").unwrap(), "123456789012345678901234");
        assert_eq!(number::<String>("1.10").unwrap(), "1.10");
    }

    proptest! {
        #[test]
        fn no_number_is_read_with_other_digits(text in "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?") {
            if let Some(read) = number::<i64>(&text) {
                prop_assert_eq!(Decimal::of(&read.to_string()), Decimal::of(&text));
            }
            if let Some(read) = number::<f64>(&text) {
                prop_assert_eq!(Decimal::of(&read.to_string()), Decimal::of(&text));
            }
            prop_assert_eq!(number::<String>(&text), Some(text));
        }

        #[test]
        fn every_number_of_a_type_is_read(whole in any::<i64>(), fraction in any::<f64>()) {
            prop_assert_eq!(number::<i64>(&whole.to_string()), Some(whole));
            prop_assume!(fraction.is_finite());
            prop_assert_eq!(number::<f64>(&fraction.to_string()), Some(fraction));
            prop_assert_eq!(number::<f64>(&format!("{fraction:e}")), Some(fraction));
        }
    }
}
