//! Checks a response before it is accepted. The response must come from Connect, contain the operation's fields, and
//! match the request. Returning another customer's data would be worse than an error.

use std::borrow::Cow;
use std::fmt;

use mediaconnect_api::operation::{Doubt, Operation, OperationInfo, ResponseKind};
use mediaconnect_api::types::ERROR_MARKS;
use reqwest::header::{HeaderMap, HeaderName};
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use crate::body::decode_any;
use crate::call_info::CallInfo;
use crate::decode_error::DecodeError;
use crate::drift::Noticed;
use crate::error::{Error, Kind, Result};
use crate::upstream_message::UpstreamMessage;

/// The header that Connect documents for all its responses.
pub(crate) static VERSION: HeaderName = HeaderName::from_static("x-mediaconnect-api-version");

/// A response with a success status.
pub(crate) struct Success<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// True if the headers prove that Connect sent the response.
    pub(crate) from_connect: bool,
}

pub(crate) fn is_from_connect(headers: &HeaderMap) -> bool {
    headers.get(&VERSION).is_some_and(|version| !version.is_empty())
}

/// Checks the response of an operation, decodes its model, and counts unknown fields and values.
pub(crate) fn believe<O: Operation>(
    operation: &O,
    info: CallInfo<'_>,
    response: &Success<'_>,
) -> Result<O::Output> {
    let mut noticed = Noticed::default();
    let output = judge(operation, response, |body| noticed.decode(body))?;
    noticed.count(info);
    Ok(output)
}

/// Checks and decodes a cached response, which was accepted before for an identical request.
#[cfg(any(feature = "cache", test))]
pub(crate) fn believe_again<O: Operation>(operation: &O, response: &Success<'_>) -> Result<O::Output> {
    judge(operation, response, crate::body::decode)
}

fn judge<O: Operation>(
    operation: &O,
    response: &Success<'_>,
    decode: impl FnOnce(&[u8]) -> Result<O::Output, DecodeError>,
) -> Result<O::Output> {
    // A 202 means that the work is not finished, a 203 that a proxy changed the response, and a 206 that the response
    // is incomplete.
    if !matches!(response.status, 200 | 201 | 204) {
        return Err(unreadable(DecodeError::Status, response));
    }
    let is_empty = response.body.trim_ascii().is_empty();
    let body = match O::INFO.response {
        ResponseKind::Nothing => nothing(response)?,
        _ if is_empty && O::INFO.may_be_empty && response.from_connect => b"{}",
        _ => response.body,
    };
    let output = decode(body).map_err(|reason| match O::INFO.response {
        // An error body of the Connect API cannot be decoded into the operation's type. The error that upstream
        // reported is returned, not the decoding error.
        ResponseKind::Unproven if UpstreamMessage::is_connects(body) => reported_failure(body, true),
        _ => unreadable(reason, response),
    })?;
    match operation.confirms(&output) {
        Ok(()) if O::INFO.response == ResponseKind::Unproven => unproven(response).map(|()| output),
        Ok(()) => Ok(output),
        Err(Doubt::Nothing) => look_again(O::INFO, body, response.from_connect).map(|()| output),
        Err(Doubt::EmptyItem) => Err(unreadable(DecodeError::Nothing, response)),
        // Other servers send `success: false` too, so the headers must prove that the response is from Connect.
        Err(Doubt::NotDone) => Err(reported_failure(body, response.from_connect)),
        Err(Doubt::Mismatch(field)) => {
            Err(Error::new(Kind::Mismatch(field)).with_proof(response.from_connect))
        }
    }
}

/// Decodes any JSON, for a request outside the contract. An empty body counts as `null` if Connect sent it. Otherwise,
/// it is an error.
pub(crate) fn believe_any<T: serde::de::DeserializeOwned>(response: &Success<'_>) -> Result<T> {
    // A 203 means that a proxy changed the response, and a 206 that the response is incomplete. A 202 is accepted,
    // because the caller knows whether the endpoint uses it.
    if !matches!(response.status, 200 | 201 | 202 | 204) {
        return Err(unreadable(DecodeError::Status, response));
    }
    if response.body.trim_ascii().is_empty() && !response.from_connect {
        return Err(unreadable(DecodeError::Empty, response));
    }
    if UpstreamMessage::is_connects(response.body) {
        return Err(reported_failure(response.body, true));
    }
    decode_any(response.body).map_err(|reason| unreadable(reason, response))
}

/// Returns `null` for an operation without a response body, if the headers prove that Connect responded.
///
/// Upstream may add a body later. A body is accepted if it is JSON and not an error body of Connect.
fn nothing<'b>(response: &Success<'_>) -> Result<&'b [u8]> {
    let is_empty = response.body.trim_ascii().is_empty();
    if !is_empty {
        decode_any::<IgnoredAny>(response.body).map_err(|reason| unreadable(reason, response))?;
    }
    unproven(response).map(|()| &b"null"[..])
}

/// Checks the response of an operation whose response fields are unknown. Only the headers can prove that Connect sent
/// such a response.
fn unproven(response: &Success<'_>) -> Result<()> {
    if UpstreamMessage::is_connects(response.body) {
        Err(reported_failure(response.body, true))
    } else if response.from_connect {
        Ok(())
    } else {
        Err(unreadable(DecodeError::Nothing, response))
    }
}

/// Checks a response that contains none of the expected values. Such a response can still be a success, because some
/// operations allow an empty response, such as an empty list.
fn look_again(info: &OperationInfo, body: &[u8], from_connect: bool) -> Result<()> {
    if info.response == ResponseKind::List && from_connect && is_empty_list(body) {
        return Ok(());
    }
    let members = Members::of(body, info.lists);
    let may_be_empty = info.may_be_empty || !info.lists.is_empty();
    if members.error {
        Err(reported_failure(body, from_connect || UpstreamMessage::is_connects(body)))
    } else if members.list || (members.count == 0 && may_be_empty && from_connect) {
        Ok(())
    } else {
        Err(Error::new(Kind::Decode(DecodeError::Nothing)).with_proof(from_connect))
    }
}

/// Returns true for `null`, for an empty list, and for a list that contains only `null`.
fn is_empty_list(body: &[u8]) -> bool {
    let items = serde_json::from_slice::<Vec<Option<IgnoredAny>>>(body);
    items.map_or(body.trim_ascii() == b"null", |items| items.iter().all(Option::is_none))
}

fn reported_failure(body: &[u8], from_connect: bool) -> Error {
    Error::new(Kind::ReportedFailure).with_proof(from_connect).with_message(UpstreamMessage::read(body))
}

fn unreadable(reason: DecodeError, response: &Success<'_>) -> Error {
    Error::new(Kind::Decode(reason)).with_proof(response.from_connect)
}

/// The facts about a JSON object that show whether the response is a success.
#[derive(Default)]
struct Members<'n> {
    lists: &'n [&'n str],
    count: usize,
    /// True if the object has at least one member whose name is in `lists`.
    list: bool,
    /// True if a member that marks an error body has a value other than null.
    error: bool,
}

impl<'n> Members<'n> {
    fn of(body: &[u8], lists: &'n [&'n str]) -> Self {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let nothing = Self { lists, count: 1, ..Self::default() };
        deserializer.deserialize_map(Self { lists, ..Self::default() }).unwrap_or(nothing)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self, A::Error> {
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            let has_value = members.next_value::<Option<IgnoredAny>>()?.is_some();
            self.count += 1;
            self.list |= self.lists.contains(&name.as_ref());
            self.error |= has_value && ERROR_MARKS.contains(&name.as_ref());
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use mediaconnect_api::operations::{RemoveExternalReference, SearchCustomers};
    use mediaconnect_api::types::CustomerSearchRequest;
    use reqwest::header::HeaderValue;

    use super::*;

    /// Returns the type of the error that a response causes, and whether Connect sent the response. Returns `None` for
    /// a success.
    fn end<O: Operation>(operation: &O, body: &str, from_connect: bool) -> Option<(&'static str, bool)> {
        let error = believe_again(
            operation,
            &Success { status: 200, headers: &HeaderMap::new(), body: body.as_bytes(), from_connect },
        )
        .err()?;
        Some((error.type_name(), error.is_from_connect()))
    }

    fn search(body: &str, from_connect: bool) -> Option<(&'static str, bool)> {
        end(&SearchCustomers::new(CustomerSearchRequest::default()), body, from_connect)
    }

    fn remove(body: &str, from_connect: bool) -> Option<(&'static str, bool)> {
        let number = "563457".parse().unwrap();
        end(&RemoveExternalReference::new(number, "CRM".parse().unwrap()), body, from_connect)
    }

    #[test]
    fn the_version_header_proves_connect_unless_it_is_empty() {
        let mut headers = HeaderMap::new();
        assert!(!is_from_connect(&headers));
        headers.insert(&VERSION, HeaderValue::from_static(""));
        assert!(!is_from_connect(&headers));
        headers.insert(&VERSION, HeaderValue::from_static("1.2.3"));
        assert!(is_from_connect(&headers));
    }

    #[test]
    fn an_empty_list_must_be_present_unless_connect_sent_an_empty_object() {
        for body in [r#"{"customers":[]}"#, r#"{"customers":null}"#, r#"{"a":1,"customers":[]}"#] {
            assert_eq!(search(body, false), None, "{body}");
        }
        assert_eq!(search("{}", true), None);
        assert_eq!(search("{}", false), Some(("decode", false)));
        // An object that lacks the list `customers` but has other members is not the response to a search.
        for body in [r#"{"hits":[]}"#, r#"{"a":1,"b":2}"#] {
            assert_eq!(search(body, true), Some(("decode", true)), "{body}");
        }
        assert_eq!(search("", true), Some(("decode", true)), "a search is never empty");
    }

    #[test]
    fn a_list_with_an_item_without_expected_fields_is_not_believed() {
        for body in [
            r#"{"customers":{"customer":[{"customerNumber":1},{"customerNumber":2}]}}"#,
            r#"{"customers":[{"customer":{"customerNumber":1}}]}"#,
            r#"{"customers":[{"customerNumber":1},{"number":2}]}"#,
            r#"{"customers":[{}]}"#,
        ] {
            for from_connect in [false, true] {
                assert_eq!(search(body, from_connect), Some(("decode", from_connect)), "{body}");
            }
        }
        assert_eq!(search(r#"{"customers":{"customerNumber":1}}"#, false), None);
    }

    #[test]
    fn an_item_without_expected_fields_in_another_list_is_neither_proof_nor_error() {
        let own = || mediaconnect_api::operations::GetOwnCustomerInfo::new();
        let (leftover, number) = (r#""phoneNumbers":{"@class":"list"}"#, r#""customerNumber":563457"#);
        assert_eq!(end(&own(), &format!("{{{leftover}}}"), false), Some(("decode", false)));
        assert_eq!(end(&own(), &format!("{{{number},{leftover}}}"), false), None);
    }

    #[test]
    fn an_empty_response_to_a_change_counts_from_connect_only() {
        for body in ["", " \n", "{}"] {
            assert_eq!(remove(body, true), None, "{body:?}");
            assert_eq!(remove(body, false), Some(("decode", false)), "{body:?}");
        }
        assert_eq!(remove(r#"{"a":1}"#, true), Some(("decode", true)));
        assert_eq!(remove(r#"{"success":true}"#, false), None);
        assert_eq!(remove(r#"{"success":false}"#, true), Some(("reported_failure", true)));
        assert_eq!(remove(r#"{"success":false}"#, false), Some(("reported_failure", false)));
    }

    #[test]
    fn a_member_of_an_error_makes_it_one_unless_it_is_null() {
        let connects = r#"{"exceptionType":"X","errorMessage":"canary"}"#;
        let anybodys = r#"{"error":"canary","status":500}"#;
        for from_connect in [false, true] {
            assert_eq!(search(connects, from_connect), Some(("reported_failure", true)));
            assert_eq!(search(anybodys, from_connect), Some(("reported_failure", from_connect)));
            assert_eq!(search(r#"{"error":null}"#, from_connect), Some(("decode", from_connect)));
        }
        assert_eq!(search(r#"{"error":"canary","customers":[]}"#, true), Some(("reported_failure", true)));
    }

    #[test]
    fn a_request_outside_the_contract_accepts_an_empty_body_from_connect_only() {
        let end = |status, body: &[u8], from_connect| {
            let success = Success { status, headers: &HeaderMap::new(), body, from_connect };
            believe_any::<Option<u8>>(&success).map_err(|error| error.type_name())
        };
        for body in [&b""[..], b" \n"] {
            assert_eq!(end(200, body, false), Err("decode"));
            assert_eq!(end(204, body, true), Ok(None));
        }
        for status in 200..=299 {
            let is_accepted = end(status, b"1", true) == Ok(Some(1));
            assert_eq!(is_accepted, [200, 201, 202, 204].contains(&status), "{status}");
        }
    }

    #[test]
    fn other_successes_than_200_201_and_204_are_none() {
        let operation = SearchCustomers::new(CustomerSearchRequest::default());
        let body = br#"{"customers":[{"customerNumber":1}]}"#;
        for status in 200..=299 {
            let believed = believe_again(
                &operation,
                &Success { status, headers: &HeaderMap::new(), body, from_connect: true },
            )
            .is_ok();
            assert_eq!(believed, [200, 201, 204].contains(&status), "{status}");
        }
    }
}
