//! Counts unknown fields and unknown values in live responses, so that a service notices a change of upstream early.
//!
//! Counting needs the feature `metrics`. The metrics contain the names of the fields, never their values.

use mediaconnect_api::drift::Drift;
use serde::de::DeserializeOwned;

use crate::body::decode;
use crate::call_info::CallInfo;
use crate::decode_error::DecodeError;

/// The unknown fields and values of a response.
#[derive(Default)]
pub(crate) struct Noticed(#[cfg(feature = "metrics")] notice::Noticed);

impl Noticed {
    /// Decodes a body as [`decode`] does, and notices unknown fields and unknown values of enumerations.
    #[cfg(feature = "metrics")]
    pub(crate) fn decode<T: DeserializeOwned + Drift>(&mut self, body: &[u8]) -> Result<T, DecodeError> {
        let first = body.trim_ascii_start().first();
        if first != Some(&b'{') && !(T::MAY_BE_LIST && first == Some(&b'[')) {
            return decode(body);
        }
        let (output, noticed) = notice::decode(body)?;
        self.0 = noticed;
        Ok(output)
    }

    #[cfg(not(feature = "metrics"))]
    #[expect(clippy::unused_self, reason = "with the feature `metrics`, it is used")]
    pub(crate) fn decode<T: DeserializeOwned + Drift>(&mut self, body: &[u8]) -> Result<T, DecodeError> {
        decode(body)
    }

    /// Counts what was noticed. Call this only for a response that was accepted, because another server's response says
    /// nothing about upstream.
    pub(crate) fn count(self, operation: CallInfo<'_>) {
        #[cfg(feature = "metrics")]
        self.0.count(operation, &notice::REPORTED);
        #[cfg(not(feature = "metrics"))]
        let _ = (self, operation);
    }
}

#[cfg(feature = "metrics")]
mod notice {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};

    use mediaconnect_api::drift::Drift;
    use metrics::Label;
    use serde::de::DeserializeOwned;
    use serde_ignored::Path;

    use crate::body::explain;
    use crate::call_info::CallInfo;
    use crate::decode_error::DecodeError;
    use crate::json::within_bounds;
    use crate::telemetry::labels_of;

    /// The maximum number of unknown field names that a process reports. Each name is a value of a metric's label, and
    /// a label must not have too many values.
    const MAX_NAMES: usize = 64;
    /// The label of a field whose name is not reported.
    const ANONYMOUS: &str = "?";

    pub(super) static REPORTED: Names = Names(Mutex::new(BTreeSet::new()));

    /// A set of at most [`MAX_NAMES`] names.
    pub(super) struct Names(Mutex<BTreeSet<String>>);

    /// The unknown fields and values of a response, each name once.
    #[derive(Default)]
    pub(super) struct Noticed {
        fields: BTreeSet<String>,
        values: BTreeSet<&'static str>,
    }

    pub(super) fn decode<T: DeserializeOwned + Drift>(body: &[u8]) -> Result<(T, Noticed), DecodeError> {
        let mut noticed = Noticed::default();
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let output: T =
            within_bounds(|| serde_ignored::deserialize(&mut deserializer, |path| noticed.field(&path)))
                .and_then(|output| deserializer.end().map(|()| output))
                .map_err(|error| explain::<T>(body, &error))?;
        output.unknown_values(&mut |field| {
            noticed.values.insert(field);
        });
        Ok((output, noticed))
    }

    impl Noticed {
        fn field(&mut self, path: &Path<'_>) {
            let name = name(path).filter(|_| self.fields.len() <= MAX_NAMES).unwrap_or(ANONYMOUS);
            if !self.fields.contains(name) {
                self.fields.insert(name.to_owned());
            }
        }

        pub(super) fn count(self, operation: CallInfo<'_>, told: &Names) {
            let count = |kind: &'static str, field: String| {
                let labels = [Label::new("kind", kind), Label::new("field", field)];
                metrics::counter!("mediaconnect_drift_total", labels_of(operation, labels)).increment(1);
            };
            let fields: BTreeSet<_> = self.fields.into_iter().map(|name| told.allow(name)).collect();
            for field in fields {
                count("field", field);
            }
            for field in self.values {
                count("value", field.to_owned());
            }
        }
    }

    impl Names {
        /// Returns the name, or [`ANONYMOUS`] if too many names were reported.
        fn allow(&self, name: String) -> String {
            // A panic may have poisoned the lock. The set is valid even then, because each change of it is a single
            // step.
            let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !names.contains(&name) {
                if names.len() >= MAX_NAMES {
                    return ANONYMOUS.to_owned();
                }
                names.insert(name.clone());
            }
            name
        }
    }

    /// Returns the name of an unknown field. Returns `None` if the name is not in upstream's style, because it may then
    /// be customer data.
    fn name<'a>(path: &'a Path<'_>) -> Option<&'a str> {
        match path {
            Path::Map { key, .. } => Some(key.as_str()).filter(|key| is_name(key)),
            Path::Seq { parent, .. }
            | Path::Some { parent }
            | Path::NewtypeStruct { parent }
            | Path::NewtypeVariant { parent } => name(parent),
            Path::Root => None,
        }
    }

    /// Returns true for a name in upstream's style: letters and underscores, with a lower-case letter first.
    fn is_name(key: &str) -> bool {
        key.len() <= 40
            && key.starts_with(|first: char| first.is_ascii_lowercase())
            && key.chars().all(|character| character.is_ascii_alphabetic() || character == '_')
    }

    #[cfg(test)]
    mod tests {
        use mediaconnect_api::types::{CustomerInfo, CustomerSearchResponse};

        use super::*;

        fn noticed<T: DeserializeOwned + Drift>(body: &str) -> (Vec<String>, Vec<&'static str>) {
            let (_, noticed) = decode::<T>(body.as_bytes()).unwrap();
            (noticed.fields.into_iter().collect(), noticed.values.into_iter().collect())
        }

        #[test]
        fn what_the_contract_knows_is_not_noticed() {
            let body = r#"{"customerNumber": 1, "name": {"firstName": "a"}, "emails": ["b"],
                "phoneNumbers": [{"phoneNumberType": "mobile"}]}"#;
            assert_eq!(noticed::<CustomerInfo>(body), (vec![], vec![]));
        }

        #[test]
        fn unknown_fields_are_noticed_wherever_they_are_and_once() {
            let body = r#"{"loyalty": {"level": 1}, "name": {"nickName": null},
                "phoneNumbers": [{"verified": true}, {"verified": false}],
                "attachedUsers": {"credentials": {"issuer": [1, 2]}}}"#;
            let (fields, _) = noticed::<CustomerInfo>(body);
            assert_eq!(fields, ["issuer", "loyalty", "nickName", "verified"]);
        }

        #[test]
        fn unknown_fields_of_a_search_are_noticed() {
            let body = r#"{"total": 2, "customers": [{"score": 1, "emails": {"email": ["kari@example.com"]}},
                {"phoneNumbers": {"isMobile": true, "carrier": ""}}]}"#;
            let (fields, _) = noticed::<CustomerSearchResponse>(body);
            assert_eq!(fields, ["carrier", "score", "total"]);
        }

        #[test]
        fn unknown_values_are_noticed_by_their_field() {
            let body = r#"{"phoneNumbers": [{"phoneNumberType": "satellite"}, {"phoneNumberType": "pager"}],
                "attachedUsers": [{"credentials": {"credentialType": "C_PASSKEY"}}]}"#;
            let (fields, values) = noticed::<CustomerInfo>(body);
            assert_eq!((fields.len(), values), (0, vec!["credentialType", "phoneNumberType"]));
        }

        #[test]
        fn counting_drift_keeps_the_digits_of_numbers() {
            let body = br#"{"attachedUsers": {"uniqueId": 123456789012345678901234}, "emails": [1.10]}"#;
            let (customer, noticed) = decode::<CustomerInfo>(body).unwrap();
            assert_eq!(customer.attached_users[0].unique_id.as_deref(), Some("123456789012345678901234"));
            assert_eq!(customer.emails[0].as_str(), "1.10");
            assert!(noticed.fields.is_empty(), "{:?}", noticed.fields);
        }

        #[test]
        fn what_a_wrapper_has_beside_its_list_is_noticed() {
            let body = r#"{"customers": {"emails": {"count": 1, "email": ["a@example.com"]}}}"#;
            assert_eq!(noticed::<CustomerSearchResponse>(body).0, ["count"]);
        }

        #[test]
        fn names_that_look_like_data_are_not_reported() {
            for name in ["kari@example.com", "Kari", "4712345678", "a1", "a b", "ø", "", &"a".repeat(41)] {
                let body = serde_json::json!({ name: 1 }).to_string();
                assert_eq!(noticed::<CustomerInfo>(&body).0, [ANONYMOUS], "{name}");
            }
        }

        #[test]
        fn the_number_of_reported_names_is_limited() {
            let letters = |number: usize| format!("x{}{}", "y".repeat(number / 20), "z".repeat(number % 20));
            let names = Names(Mutex::default());
            let told: BTreeSet<_> = (0..400).map(|number| names.allow(letters(number))).collect();
            assert_eq!(told.len(), MAX_NAMES + 1);
            assert!(told.contains(ANONYMOUS));

            let members = (0..400).map(|number| (letters(number), serde_json::Value::Null));
            let body = serde_json::Value::Object(members.collect()).to_string();
            let (fields, _) = noticed::<CustomerInfo>(&body);
            assert!(fields.len() <= MAX_NAMES + 2, "{}", fields.len());
        }
    }
}
