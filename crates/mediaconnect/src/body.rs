//! Reads the body of a response up to a limit, and decodes the model in it.

use std::mem;

use bytes::Bytes;
use mediaconnect_api::drift::Drift;
use reqwest::Response;
use serde::de::DeserializeOwned;

use crate::decode_error::DecodeError;
use crate::error::{Error, Kind};
use crate::json::{self, TOP};
use crate::survey::survey;

/// Reads the body of a response. Fails if it is larger than `cap` bytes.
pub(crate) async fn read_body(response: &mut Response, cap: usize) -> Result<Bytes, Error> {
    let status = response.status().as_u16();
    // Most bodies arrive as one chunk, which is not copied.
    let (mut only, mut joined) = (Bytes::new(), Vec::new());
    while let Some(chunk) =
        response.chunk().await.map_err(|error| Error::transport(error).with_status(status))?
    {
        if only.len() + joined.len() + chunk.len() > cap {
            return Err(Error::new(Kind::Decode(DecodeError::TooLarge(cap))).with_status(status));
        }
        if only.is_empty() && joined.is_empty() {
            only = chunk;
        } else {
            joined.extend_from_slice(&mem::take(&mut only));
            joined.extend_from_slice(&chunk);
        }
    }
    Ok(if joined.is_empty() { only } else { joined.into() })
}

/// Decodes the model in a body. A JSON list is refused if `T` cannot be a list.
pub(crate) fn decode<T: DeserializeOwned + Drift>(body: &[u8]) -> Result<T, DecodeError> {
    // serde can also decode a struct from a list. Without this check, `[]` would be decoded as a customer without
    // fields.
    if !T::MAY_BE_LIST && body.trim_ascii_start().starts_with(b"[") {
        return Err(DecodeError::Field { path: TOP.to_owned(), found: "list" });
    }
    json::read(body).map_err(|error| explain::<T>(body, &error))
}

/// Decodes any JSON value in a body. An empty body counts as `null`.
pub(crate) fn decode_any<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let body = if body.trim_ascii().is_empty() { b"null" } else { body };
    if let Some(steps) = survey(body)? {
        return Err(json::repeated_at(&steps, &json::names_of::<T>(body)));
    }
    json::read(body).map_err(|error| explain::<T>(body, &error))
}

/// Returns the reason why a body cannot be decoded. The parser's own message is not used, because it quotes values.
pub(crate) fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> DecodeError {
    let start = body.trim_ascii_start();
    if start.is_empty() {
        return DecodeError::Empty;
    }
    if start.starts_with(b"<") {
        return if is_html(body) { DecodeError::Html } else { DecodeError::Xml };
    }
    match error.classify() {
        serde_json::error::Category::Eof => DecodeError::Truncated,
        serde_json::error::Category::Data => json::locate::<T>(body),
        _ => DecodeError::NotJson,
    }
}

pub(crate) fn is_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let head = start[..start.len().min(512)].to_ascii_lowercase();
    let contains = |tag: &&[u8]| head.windows(tag.len()).any(|window| window == *tag);
    start.starts_with(b"<") && [&b"<html"[..], b"<!doctype html", b"<head", b"<body"].iter().any(contains)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mediaconnect_api::types::{CustomerInfo, CustomerSearchResponse};

    use super::*;

    fn problem(body: &str) -> DecodeError {
        decode::<CustomerInfo>(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn what_is_no_json_is_recognised_by_name() {
        assert_eq!(problem(""), DecodeError::Empty);
        assert_eq!(problem(" \r\n"), DecodeError::Empty);
        assert_eq!(problem("<!DOCTYPE html><p>502"), DecodeError::Html);
        assert_eq!(problem("\n<html lang=en>"), DecodeError::Html);
        assert_eq!(problem("<?xml version='1.0'?><customer/>"), DecodeError::Xml);
        assert_eq!(problem(r#"{"customerNumber": 5634"#), DecodeError::Truncated);
        assert_eq!(problem("Bad Gateway"), DecodeError::NotJson);
    }

    #[test]
    fn a_field_that_does_not_fit_is_named_with_the_kind_found() {
        let problem = decode::<CustomerSearchResponse>(
            br#"{"customers": [{"customerNumber": 1}, {"customerNumber": "Kari"}]}"#,
        );
        let expected = DecodeError::Field { path: "customers[1].customerNumber".to_owned(), found: "text" };
        assert_eq!(problem.unwrap_err(), expected);
    }

    #[test]
    fn a_key_that_the_contract_does_not_know_is_not_quoted() {
        let body = br#"{"customers": [{"emails": {"email": [{"kari@example.com": {"a": {"b": 1}}}]}}]}"#;
        let problem = decode::<CustomerSearchResponse>(body).unwrap_err().to_string();
        assert!(!problem.contains("kari"), "{problem}");
        assert!(problem.contains("customers[0].emails"), "{problem}");
        let problem = decode_any::<BTreeMap<String, u8>>(br#"{"kari@example.com": "a"}"#).unwrap_err();
        assert_eq!(problem.to_string(), "unexpected text at ?");
    }

    #[test]
    fn the_top_of_a_response_has_a_name() {
        for body in ["[1]", "[]", " [{}]"] {
            assert_eq!(problem(body).to_string(), "unexpected list at the top", "{body}");
        }
        assert_eq!(problem("null").to_string(), "unexpected null at the top");
    }
}
