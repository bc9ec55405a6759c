//! What upstream says of an error.

use std::fmt;

use mediaconnect_api::types::ErrorBody;

/// What upstream says of an error: a code, and a text that may quote what was sent.
///
/// Nobody documents error bodies. Two shapes are known from clients, `exceptionType` with `errorMessage` and
/// OAuth 2.0's `error` with `error_description`; both are read into this, and so is an older `description`. `Debug` hides the values.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamMessage {
    code: Option<String>,
    text: Option<String>,
}

impl UpstreamMessage {
    /// Reads an error body; `None` if it has neither shape.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let body: ErrorBody = serde_json::from_slice(body).ok()?;
        let message = Self {
            code: body.exception_type.or(body.error),
            text: body.error_message.or(body.error_description).or(body.description),
        };
        (message.code.is_some() || message.text.is_some()).then_some(message)
    }

    /// The name of the failure: `exceptionType` or `error`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The explanation: `errorMessage`, `error_description` or `description`. It may hold personal data.
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
    fn debug_hides_what_upstream_says() {
        let message = UpstreamMessage::read(br#"{"errorMessage":"Kari Nordmann"}"#).unwrap();
        assert_eq!(format!("{message:?}"), "UpstreamMessage { .. }");
    }
}
