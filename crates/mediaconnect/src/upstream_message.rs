use std::borrow::Cow;
use std::fmt;

use mediaconnect_api::types::ErrorBody;
use serde::Deserialize;

/// Upstream's message about an error: a code, and a text that may quote the request. `Debug` hides both.
///
/// Upstream does not document error bodies. Two forms are known from third-party clients: `exceptionType` with
/// `errorMessage`, and OAuth 2.0's `error` with `error_description`. The client reads both forms, and also the older
/// field `description`.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamMessage {
    code: Option<String>,
    text: Option<String>,
}

/// The form of error bodies that only Connect is known to use. Reading ends at the first unknown member, so a large
/// body of another form takes no memory.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConnectsForm<'b> {
    #[serde(borrow)]
    exception_type: Option<Cow<'b, str>>,
    #[serde(borrow, rename = "errorMessage")]
    _error_message: Option<Cow<'b, str>>,
}

impl UpstreamMessage {
    /// Reads an error body. Returns `None` if the body has no known form.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let body: ErrorBody = serde_json::from_slice(body).ok()?;
        let message = Self {
            code: body.exception_type.or(body.error),
            text: body.error_message.or(body.error_description).or(body.description),
        };
        (message.code.is_some() || message.text.is_some()).then_some(message)
    }

    /// Returns true if a body has a form that only Connect is known to use: an object with `exceptionType`, optionally
    /// `errorMessage`, and no other member.
    ///
    /// The usual error bodies of gateways and frameworks have other members. OAuth 2.0's form does not prove that
    /// Connect sent the body, because any gateway may use it.
    pub(crate) fn is_connects(body: &[u8]) -> bool {
        // serde also reads a struct from a list.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let read = || serde_json::from_slice::<ConnectsForm<'_>>(body).ok()?.exception_type;
        is_object && read().is_some_and(|name| !name.is_empty())
    }

    /// Returns the name of the failure: `exceptionType` or `error`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the explanation: `errorMessage`, `error_description` or `description`. It may contain personal data.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl fmt::Debug for UpstreamMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamMessage").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_known_shapes_are_read() {
        let api = UpstreamMessage::read(br#"{"exceptionType":"X","errorMessage":"a"}"#).unwrap();
        let oauth = UpstreamMessage::read(br#"{"error":"X","error_description":"a"}"#).unwrap();
        assert_eq!(api, oauth);
        assert_eq!((api.code(), api.text()), (Some("X"), Some("a")));
    }

    #[test]
    fn the_text_of_the_oldest_shape_is_read_where_there_is_no_other() {
        let text = |body: &[u8]| UpstreamMessage::read(body).unwrap().text().map(str::to_owned);
        assert_eq!(text(br#"{"description":"a"}"#).as_deref(), Some("a"));
        assert_eq!(text(br#"{"description":"a","errorMessage":"b"}"#).as_deref(), Some("b"));
    }

    #[test]
    fn a_body_of_another_shape_is_no_message() {
        let twice = r#"{"errorMessage":"a","errorMessage":"b"}"#;
        for body in ["", "<html>", "[]", "{}", r#"{"message":"a"}"#, twice] {
            assert_eq!(UpstreamMessage::read(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn only_connects_own_form_is_taken_for_connects() {
        for body in [
            r#"{"exceptionType":"NotFound","errorMessage":"no such customer"}"#,
            r#"{"exceptionType":"NotFound"}"#,
            r#"{"exceptionType":"NotFound","errorMessage":null}"#,
        ] {
            assert!(UpstreamMessage::is_connects(body.as_bytes()), "{body}");
        }
        // The default error bodies of gateways, proxies and frameworks are not from Connect.
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "404 page not found",
            "<html><body>404</body></html>",
            r#"{"message":"no Route matched with those values"}"#,
            r#"{"message":"Not Found","request_id":"1"}"#,
            r#"{"timestamp":"2026-11-28T14:00:00Z","status":404,"error":"Not Found","path":"/v1"}"#,
            r#"{"statusCode":404,"message":"Resource not found"}"#,
            r#"{"statusCode":404,"error":"Not Found","message":"Route not found"}"#,
            r#"{"error":"Not Found"}"#,
            r#"{"error":"not_found","error_description":"no such route"}"#,
            r#"{"error":{"code":404,"message":"Not found","status":"NOT_FOUND"}}"#,
            r#"{"detail":"Not Found"}"#,
            r#"{"type":"about:blank","title":"Not Found","status":404,"traceId":"1"}"#,
            r#"{"description":"Not Found"}"#,
            r#"{"errorMessage":"2026-11-28 Task timed out after 3.00 seconds"}"#,
            r#"{"exceptionType":"","errorMessage":"x"}"#,
            r#"{"exceptionType":404,"errorMessage":"x"}"#,
            r#"{"errorMessage":"Task timed out","errorType":"Sandbox.Timedout"}"#,
            r#"{"errorMessage":"x","exceptionType":"y","stackTrace":[]}"#,
            r#"{"exceptionType":"x","exceptionType":"y"}"#,
            r#"["NotFound"]"#,
        ] {
            assert!(!UpstreamMessage::is_connects(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn debug_hides_what_upstream_says() {
        let message = UpstreamMessage::read(br#"{"errorMessage":"Kari Nordmann"}"#).unwrap();
        assert_eq!(format!("{message:?}"), "UpstreamMessage { .. }");
    }
}
