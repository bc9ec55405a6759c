//! Hides secrets in responses, such as the link to an invoice, unless `--show-secrets` is given.

use mediaconnect_api::types::SECRET_NAMES;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::json_view::ObjectMembers;

const HIDDEN: &str = "(secret; --show-secrets shows it)";

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
        Self::read(&json, shows_secrets, false)
    }

    pub(crate) fn json(&self) -> Box<RawValue> {
        to_raw_value(self).expect("the document was read from JSON")
    }

    /// Parses JSON. If `is_secret` is true, plain values are hidden, also in lists. In an object, the name of each
    /// member decides whether its value is hidden.
    fn read(json: &RawValue, shows_secrets: bool, is_secret: bool) -> Self {
        let text = json.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                let ObjectMembers(members) = serde_json::from_str(text).unwrap_or_default();
                let read = |(name, value): (String, &RawValue)| {
                    let is_secret = !shows_secrets && SECRET_NAMES.contains(&name.as_str());
                    (name, Self::read(value, shows_secrets, is_secret))
                };
                Self::Object(members.into_iter().map(read).collect())
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
                Self::List(items.into_iter().map(|item| Self::read(item, shows_secrets, is_secret)).collect())
            }
            _ if is_secret => Self::Secret,
            _ => Self::Value(json.to_owned()),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_hidden_at_any_depth_unless_it_is_asked_for() {
        let response = json!({ "invoices": [{ "invoiceNumber": "1001", "invoiceHotelUrl": "https://canary.example.com" }] });
        assert_eq!(
            RedactedJson::of(&response, false).json().get(),
            r#"{"invoices":[{"invoiceNumber":"1001","invoiceHotelUrl":"(secret; --show-secrets shows it)"}]}"#
        );
        assert!(RedactedJson::of(&response, true).json().get().contains("canary"));
    }

    #[test]
    fn numbers_keep_their_digits() {
        let response =
            RawValue::from_string(r#"{"amount":295.00,"id":12345678901234567890}"#.to_owned()).unwrap();
        assert_eq!(RedactedJson::of(&response, false).json().get(), response.get());
    }
}
