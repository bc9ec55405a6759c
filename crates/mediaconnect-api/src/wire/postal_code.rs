use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// A postal code, such as `0179`: personal data as part of an address.
    ///
    /// A text is kept as it came and may break the rule on length; [`is_valid`](Self::is_valid)
    /// tells. A whole number is padded to the four digits of a Norwegian code, because upstream's
    /// examples have 179 for `0179`.
    PostalCode,
    field: "postalCode",
    limits: crate::limits::POSTAL_CODE,
    received: padded,
    schema: "Postal code; a Norwegian one has four digits."
}

fn padded(received: Scalar<'_>) -> String {
    match received {
        Scalar::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{text:0>4}")
        }
        other => other.into_text(),
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

    proptest! {
        #[test]
        fn a_padded_number_is_still_the_number(number in any::<u64>()) {
            let code: PostalCode = from_value(json!(number)).unwrap();
            prop_assert!(code.as_str().len() >= 4);
            prop_assert_eq!(code.as_str().parse(), Ok(number));
        }
    }
}
