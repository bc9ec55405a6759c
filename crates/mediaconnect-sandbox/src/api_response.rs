//! A response of the API before it is serialized as JSON or XML.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::message::{Response, response, set};
use crate::quirks::{Quirk, Quirks};
use crate::xml;

/// A response of the API. Functions that can reject a request return `Result<_, ApiResponse>`.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct ApiResponse {
    status: u16,
    body: Body,
    /// False if the response imitates a gateway in front of the Connect API.
    pub(crate) is_from_connect: bool,
}

#[cfg_attr(test, derive(Debug))]
enum Body {
    Empty,
    Data {
        /// The name of the root element in XML.
        root: String,
        value: Value,
    },
    /// A body in a fixed format. It does not depend on the `Accept` header of the request.
    Text {
        media_type: String,
        text: String,
    },
}

impl ApiResponse {
    pub(crate) fn json(status: u16, root: impl Into<String>, value: Value) -> Self {
        Self { status, body: Body::Data { root: root.into(), value }, is_from_connect: true }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: Body::Empty, is_from_connect: true }
    }

    pub(crate) fn text(status: u16, media_type: &str, value: Value) -> Self {
        let text = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Self { status, body: Body::Text { media_type: media_type.to_owned(), text }, is_from_connect: true }
    }

    /// Returns a refusal with status 400. `message` must not contain a received value.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::exception(400, "ValidationException", &message.into())
    }

    pub(crate) fn invalid_token(description: &str) -> Self {
        Self::json(401, "error", json!({ "error": "invalid_token", "error_description": description }))
    }

    /// Returns the refusal if the customer or the external reference does not exist. The status is 404 only if the
    /// contract has a 404 for the operation. How upstream responds otherwise is not documented; 400 is inferred.
    pub(crate) fn no_such_record(has_404: bool) -> Self {
        let status = if has_404 { 404 } else { 400 };
        Self::exception(status, "RecordNotFoundException", "No such record.")
    }

    /// Returns the response for a path outside the API. It imitates a gateway in front of the Connect API. Upstream
    /// does not document the HTML page, so the page is inferred.
    pub(crate) fn no_such_path() -> Self {
        let page = "<!DOCTYPE html><html><head><title>Not Found</title></head><body>Not Found</body></html>";
        Self { is_from_connect: false, ..Self::text(404, "text/html", page.into()) }
    }

    pub(crate) fn wrong_method() -> Self {
        Self::exception(
            405,
            "NotAllowedException",
            "The contract has no such method for this path; see the Allow header.",
        )
    }

    /// Returns a 501 for an error in the contract, such as a missing example.
    pub(crate) fn not_implemented(message: impl AsRef<str>) -> Self {
        Self::exception(501, "NotImplementedException", message.as_ref())
    }

    fn exception(status: u16, kind: &str, message: &str) -> Self {
        Self::json(status, "error", json!({ "exceptionType": kind, "errorMessage": message }))
    }

    pub(crate) fn too_many_requests() -> Self {
        Self::exception(429, "TooManyRequestsException", "The rate limit is used up.")
    }

    pub(crate) fn write(&self, format: ResponseFormat) -> Response {
        let mut response = match (&self.body, format) {
            (Body::Empty, _) => response(self.status, "", Bytes::new()),
            (Body::Text { media_type, text }, _) => response(self.status, media_type, text.clone()),
            (Body::Data { value, .. }, ResponseFormat::Json) => {
                response(self.status, "application/json", value.to_string())
            }
            (Body::Data { root, value }, ResponseFormat::Xml) => {
                response(self.status, "application/xml;charset=UTF-8", xml::document(root, value))
            }
        };
        if self.status == 401 {
            set(response.headers_mut(), "www-authenticate", r#"Bearer error="invalid_token""#);
        }
        response
    }

    /// Returns the message of a refusal. It contains no received value.
    #[cfg(any(test, feature = "client"))]
    pub(crate) fn message(&self) -> &str {
        let Body::Data { value, .. } = &self.body else { return "the contract has no such path" };
        value["errorMessage"].as_str().unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseFormat {
    Json,
    Xml,
}

impl ResponseFormat {
    /// Returns the format for an `Accept` header.
    ///
    /// With the quirk `XmlByDefault`, a client gets JSON only if its header names JSON. For `*/*`, the client gets XML,
    /// because clients that send it are known to have received XML. Without a header, it also gets XML, because in RFC
    /// 9110 a missing header means the same as `*/*`. Without the quirk, a client gets XML only if its header names XML
    /// and not JSON.
    pub(crate) fn accepted(headers: &HeaderMap, quirks: Quirks) -> Self {
        let accepted = headers.get_all("accept").iter().filter_map(|value| value.to_str().ok());
        let accepted = accepted.collect::<Vec<_>>().join(",").to_ascii_lowercase();
        let is_xml = quirks.has(Quirk::XmlByDefault) || accepted.contains("xml");
        if is_xml && !accepted.contains("json") { Self::Xml } else { Self::Json }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn format_for(accept: &[&'static str]) -> ResponseFormat {
        format_with(Quirk::XmlByDefault.into(), accept)
    }

    fn format_with(quirks: Quirks, accept: &[&'static str]) -> ResponseFormat {
        let headers = accept.iter().map(|value| (HeaderName::from_static("accept"), value.parse().unwrap()));
        ResponseFormat::accepted(&headers.collect(), quirks)
    }

    #[test]
    fn a_client_that_accepts_json_gets_json() {
        assert_eq!(format_for(&["application/json"]), ResponseFormat::Json);
        assert_eq!(format_for(&["application/xml, Application/JSON;q=0.5"]), ResponseFormat::Json);
        assert_eq!(format_for(&["text/html", "application/json"]), ResponseFormat::Json);
    }

    #[test]
    fn without_the_quirk_only_a_client_that_names_xml_gets_xml() {
        for (accept, format) in [
            (&[][..], ResponseFormat::Json),
            (&["*/*"], ResponseFormat::Json),
            (&["application/xml"], ResponseFormat::Xml),
        ] {
            assert_eq!(format_with(Quirks::none(), accept), format, "{accept:?}");
        }
    }

    #[test]
    fn everybody_else_gets_xml() {
        assert_eq!(format_for(&[]), ResponseFormat::Xml);
        assert_eq!(format_for(&["*/*"]), ResponseFormat::Xml);
        assert_eq!(format_for(&["application/xml"]), ResponseFormat::Xml);
    }
}
