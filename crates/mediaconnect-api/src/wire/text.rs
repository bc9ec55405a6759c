//! The macro that defines string types.

/// Defines a string type. A value is validated when it is built. A received value is kept unchanged.
///
/// `$received` converts the received [`Scalar`](super::scalar::Scalar) to the string.
#[doc(hidden)]
#[macro_export]
macro_rules! text_type {
    (
        $(#[$doc:meta])*
        $name:ident,
        field: $field:literal,
        limits: $limits:path,
        received: $received:expr,
        schema: $description:literal
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the string.
            #[inline]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Creates the value without validation. The value is validated when it is sent.
            #[doc(hidden)]
            #[inline]
            pub fn unchecked(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Returns true if the string is within the limits for sending.
            #[inline]
            pub fn is_valid(&self) -> bool {
                $limits.check($field, &self.0).is_ok()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::validate::Violation;

            #[inline]
            fn try_from(value: String) -> Result<Self, Self::Error> {
                $limits.check($field, &value)?;
                Ok(Self(value))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::validate::Violation;

            #[inline]
            fn try_from(value: &str) -> Result<Self, Self::Error> {
                value.to_owned().try_into()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::validate::Violation;

            #[inline]
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                value.try_into()
            }
        }

        impl From<$name> for String {
            #[inline]
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::scalar::read(deserializer)
            }
        }

        impl $crate::wire::scalar::FromScalar for $name {
            #[inline]
            fn from_scalar(scalar: $crate::wire::scalar::Scalar<'_>) -> Option<Self> {
                Some(Self($received(scalar)))
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::wire::text::schema($description, &$limits)
            }
        }
    };
}

#[doc(hidden)]
pub use text_type;

#[cfg(feature = "schemars")]
/// Returns the JSON Schema of a string.
#[must_use]
pub fn schema(description: &str, limits: &crate::validate::Limits) -> schemars::Schema {
    let mut schema = schemars::json_schema!({ "type": "string", "description": description });
    if limits.min_length > 0 {
        schema.insert("minLength".to_owned(), limits.min_length.into());
    }
    if let Some(max) = limits.max_length {
        schema.insert("maxLength".to_owned(), max.into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, from_value, json, to_value};

    use crate::validate::Rule;
    use crate::wire::testing::CANARY;
    use crate::wire::{CountryCode, EmailAddress, PhoneNumber, PostalCode, ProductCode};

    /// Runs `$body` once for each string type. In `$body`, `Text` is an alias of that type.
    macro_rules! for_each_text_type {
        ($body:block) => {
            for_each_text_type!(@ $body CountryCode EmailAddress PhoneNumber PostalCode ProductCode);
        };
        (@ $body:block $($name:ident)+) => {
            $({ type Text = $name; const NAME: &str = stringify!($name); let _ = NAME; $body })+
        };
    }

    #[test]
    fn a_text_is_checked_when_it_is_built() {
        let phone: PhoneNumber = "+4791234567".parse().unwrap();
        assert_eq!(phone.as_str(), "+4791234567");
        assert_eq!(String::from(phone), "+4791234567");

        let error = "91234567".parse::<PhoneNumber>().unwrap_err();
        assert_eq!((error.field(), error.rule()), ("phoneNumber", Rule::E164));
        let error = EmailAddress::try_from("Ola <ola@example.com>").unwrap_err();
        assert_eq!((error.field(), error.rule()), ("email", Rule::Email));
        let error = CountryCode::try_from("no".to_owned()).unwrap_err();
        assert_eq!((error.field(), error.rule()), ("countryCode", Rule::CountryCode));
        let error = ProductCode::try_from("a/b").unwrap_err();
        assert_eq!((error.field(), error.rule()), ("productCode", Rule::PathSegment));
        let error = PostalCode::try_from("").unwrap_err();
        assert_eq!((error.field(), error.rule()), ("postalCode", Rule::Length { min: 1, max: Some(10) }));
    }

    #[test]
    fn a_received_string_is_kept_unchanged() {
        for_each_text_type!({
            for text in [String::new(), "  ".to_owned(), "not / valid".to_owned(), "x".repeat(300)] {
                let received: Text = from_value(json!(text)).unwrap();
                assert_eq!(received.as_str(), text);
                assert!(!received.is_valid() || text == "  ");
            }
        });
    }

    #[test]
    fn a_received_number_or_boolean_becomes_its_text() {
        assert_eq!(from_value::<ProductCode>(json!(27409)).unwrap().as_str(), "27409");
        assert_eq!(from_value::<PhoneNumber>(json!(-1)).unwrap().as_str(), "-1");
        assert_eq!(from_value::<PhoneNumber>(json!(1.5)).unwrap().as_str(), "1.5");
        assert_eq!(from_value::<ProductCode>(json!(true)).unwrap().as_str(), "true");
    }

    #[test]
    fn another_kind_is_refused_without_quoting_it() {
        for_each_text_type!({
            for value in [json!(null), json!([CANARY]), json!({ CANARY: CANARY })] {
                let error = from_value::<Text>(value).unwrap_err().to_string();
                assert!(!error.contains(CANARY), "{error}");
            }
        });
    }

    #[test]
    fn debug_prints_the_type_alone() {
        for_each_text_type!({
            let received: Text = from_value(json!(CANARY)).unwrap();
            assert_eq!(format!("{received:?}"), format!("{NAME}(..)"));
        });
    }

    proptest! {
        #[test]
        fn any_string_is_kept_unchanged(text in any::<String>()) {
            for_each_text_type!({
                let received: Text = from_value(json!(text)).unwrap();
                prop_assert_eq!(to_value(&received).unwrap(), Value::from(text.as_str()));
                prop_assert_eq!(Text::try_from(text.as_str()).is_ok(), received.is_valid());
            });
        }
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn a_schema_states_the_limits() {
        assert_eq!(
            schemars::schema_for!(PostalCode).to_value(),
            json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "PostalCode",
                "type": "string",
                "description": "A postal code. A Norwegian postal code has four digits.",
                "minLength": 1,
                "maxLength": 10,
            })
        );
    }
}
