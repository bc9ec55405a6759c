//! Hides secrets in responses, such as the link to an invoice, unless `--show-secrets` is given.

use std::fmt;

use mediaconnect_api::types::SECRET_NAMES;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

pub(crate) const HIDDEN: &str = "(secret; --show-secrets shows it)";

/// The maximum nesting depth of lists and objects.
pub(crate) const MAX_DEPTH: usize = 256;

/// A JSON document without its secrets. Members keep their order, and numbers keep their digits.
pub(crate) enum RedactedJson {
    Value(Box<RawValue>),
    Secret,
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl RedactedJson {
    pub(crate) fn of(response: &impl Serialize, shows_secrets: bool) -> Self {
        let json = to_raw_value(response).expect("a response can be written as JSON");
        Self::read(&json, shows_secrets)
            .expect("the client reads at most 128 levels of nested lists and objects")
    }

    /// Parses JSON. Returns `None` if lists and objects are nested more than [`MAX_DEPTH`] levels deep, or if the name
    /// of a member is not valid text.
    pub(crate) fn read(json: &RawValue, shows_secrets: bool) -> Option<Self> {
        Self::read_within(json, shows_secrets, false, MAX_DEPTH)
    }

    /// If `is_secret` is true, plain values are hidden, also in lists. In an object, the name of each member decides
    /// whether its value is hidden.
    fn read_within(json: &RawValue, shows_secrets: bool, is_secret: bool, depth: usize) -> Option<Self> {
        let text = json.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                let depth = depth.checked_sub(1)?;
                let ObjectMembers(members) = serde_json::from_str(text).ok()?;
                let read = |(name, value): (String, &RawValue)| {
                    let is_secret = !shows_secrets && SECRET_NAMES.contains(&name.as_str());
                    Some((name, Self::read_within(value, shows_secrets, is_secret, depth)?))
                };
                members.into_iter().map(read).collect::<Option<_>>().map(Self::Object)
            }
            Some(b'[') => {
                let depth = depth.checked_sub(1)?;
                let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                let read = |item| Self::read_within(item, shows_secrets, is_secret, depth);
                items.into_iter().map(read).collect::<Option<_>>().map(Self::List)
            }
            _ if is_secret => Some(Self::Secret),
            _ => Some(Self::Value(json.to_owned())),
        }
    }
}

impl Serialize for RedactedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(json) => json.serialize(serializer),
            Self::Secret => serializer.serialize_str(HIDDEN),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// The members of an object in their original order.
struct ObjectMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for ObjectMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = ObjectMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ObjectMembers<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(ObjectMembers(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(response: &impl Serialize, shows_secrets: bool) -> String {
        serde_json::to_string(&RedactedJson::of(response, shows_secrets)).unwrap()
    }

    #[test]
    fn a_secret_is_hidden_at_any_depth_unless_it_is_asked_for() {
        let response = json!({ "invoices": [{ "invoiceNumber": "1001", "invoiceHotelUrl": "https://canary.example.com" }] });
        assert_eq!(
            written(&response, false),
            r#"{"invoices":[{"invoiceNumber":"1001","invoiceHotelUrl":"(secret; --show-secrets shows it)"}]}"#
        );
        assert!(written(&response, true).contains("canary"));
    }

    #[test]
    fn a_response_that_cannot_be_shown_is_refused() {
        let read = |json: String| RedactedJson::read(&RawValue::from_string(json).unwrap(), false).is_some();
        for (depth, expected) in [(MAX_DEPTH, true), (MAX_DEPTH + 1, false), (100_000, false)] {
            assert_eq!(read(format!("{}{}", "[".repeat(depth), "]".repeat(depth))), expected, "{depth}");
        }
        assert!(!read(r#"{"\ud800": 1}"#.to_owned()));
    }

    #[test]
    fn numbers_keep_their_digits() {
        let response =
            RawValue::from_string(r#"{"amount":295.00,"id":12345678901234567890}"#.to_owned()).unwrap();
        assert_eq!(written(&response, false), response.get());
    }
}
