//! An answer of the API before it is written out, and the refusals among them.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;
use wiremock::http::HeaderMap;

use crate::xml;

/// What is answered. A refusal is one too, so functions that may refuse return `Result<_, Answer>`.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Answer {
    status: u16,
    /// The name of the root element when it is written as XML.
    root: &'static str,
    body: Value,
}

impl Answer {
    pub(crate) fn ok(root: &'static str, body: Value) -> Self {
        Self { status: 200, root, body }
    }

    /// `message` must not quote what was received.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::exception(400, "ValidationException", &message.into())
    }

    pub(crate) fn invalid_token(description: &str) -> Self {
        let body = json!({ "error": "invalid_token", "error_description": description });
        Self { status: 401, root: "error", body }
    }

    pub(crate) fn no_such_customer() -> Self {
        Self::exception(404, "RecordNotFoundException", "No such record.")
    }

    /// With 400, because upstream documents no 404 for these operations, and nothing else that would fit.
    pub(crate) fn no_such_reference() -> Self {
        Self::exception(400, "RecordNotFoundException", "The customer has no such reference.")
    }

    pub(crate) fn no_such_path() -> Self {
        Self::exception(404, "NotFoundException", "The contract has no such path.")
    }

    pub(crate) fn wrong_method() -> Self {
        Self::exception(405, "NotAllowedException", "The contract has this path with another method.")
    }

    pub(crate) fn not_implemented(operation: &str) -> Self {
        let message = format!("The sandbox has no answer for {operation} yet.");
        Self::exception(501, "NotImplementedException", &message)
    }

    fn exception(status: u16, kind: &str, message: &str) -> Self {
        let body = json!({ "exceptionType": kind, "errorMessage": message });
        Self { status, root: "error", body }
    }

    pub(crate) fn write(&self, format: Format) -> ResponseTemplate {
        let response = ResponseTemplate::new(self.status);
        let response = match format {
            Format::Json => response.set_body_raw(self.body.to_string(), "application/json"),
            Format::Xml => {
                response.set_body_raw(xml::document(self.root, &self.body), "application/xml;charset=UTF-8")
            }
        };
        if self.status == 401 {
            response.insert_header("WWW-Authenticate", r#"Bearer error="invalid_token""#)
        } else {
            response
        }
    }

    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        self.body["errorMessage"].as_str().unwrap()
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// JSON only for who names it. `*/*` gets XML, like no `Accept` at all: it is what the HTTP libraries of the
    /// clients sent that are known to have received XML, and RFC 9110 makes no difference between the two.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let mut accepted = headers.get_all("accept").iter().filter_map(|value| value.to_str().ok());
        if accepted.any(|value| value.to_ascii_lowercase().contains("json")) { Self::Json } else { Self::Xml }
    }
}

#[cfg(test)]
mod tests {
    use wiremock::http::HeaderName;

    use super::*;

    fn format_for(accept: &[&'static str]) -> Format {
        let headers = accept.iter().map(|value| (HeaderName::from_static("accept"), value.parse().unwrap()));
        Format::accepted(&headers.collect())
    }

    #[test]
    fn json_is_for_who_asks_for_it() {
        assert_eq!(format_for(&["application/json"]), Format::Json);
        assert_eq!(format_for(&["application/xml, Application/JSON;q=0.5"]), Format::Json);
        assert_eq!(format_for(&["text/html", "application/json"]), Format::Json);
    }

    #[test]
    fn everybody_else_gets_xml() {
        assert_eq!(format_for(&[]), Format::Xml);
        assert_eq!(format_for(&["*/*"]), Format::Xml);
        assert_eq!(format_for(&["application/xml"]), Format::Xml);
    }
}
