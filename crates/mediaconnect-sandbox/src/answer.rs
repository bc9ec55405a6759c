//! A response of the API before it is written out, and the refusals among them.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::message::{Response, response, set};
use crate::quirks::{Quirk, Quirks};
use crate::xml;

/// What is answered. A refusal is one too, so functions that may refuse return `Result<_, Answer>`.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Answer {
    status: u16,
    body: Body,
    /// Whether Connect itself answers, and not what stands in front of it.
    pub(crate) is_connects: bool,
}

#[cfg_attr(test, derive(Debug))]
enum Body {
    Empty,
    /// With the name of the root element when it is written as XML.
    Data {
        root: String,
        value: Value,
    },
    /// As it is, whatever the client accepts.
    Text {
        media_type: String,
        text: String,
    },
}

impl Answer {
    pub(crate) fn json(status: u16, root: impl Into<String>, value: Value) -> Self {
        Self { status, body: Body::Data { root: root.into(), value }, is_connects: true }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: Body::Empty, is_connects: true }
    }

    pub(crate) fn text(status: u16, media_type: &str, value: Value) -> Self {
        let text = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Self { status, body: Body::Text { media_type: media_type.to_owned(), text }, is_connects: true }
    }

    /// `message` must not quote what was received.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::exception(400, "ValidationException", &message.into())
    }

    pub(crate) fn invalid_token(description: &str) -> Self {
        Self::json(401, "error", json!({ "error": "invalid_token", "error_description": description }))
    }

    pub(crate) fn no_such_customer() -> Self {
        Self::exception(404, "RecordNotFoundException", "No such record.")
    }

    /// With 400, because upstream documents no 404 for these operations, and nothing else that would fit.
    pub(crate) fn no_such_reference() -> Self {
        Self::exception(400, "RecordNotFoundException", "The customer has no such reference.")
    }

    /// A path outside the API reaches no operation, so nothing of Connect is in the response. That it is a page is inferred.
    pub(crate) fn no_such_path() -> Self {
        let page = "<!DOCTYPE html><html><head><title>Not Found</title></head><body>Not Found</body></html>";
        Self { is_connects: false, ..Self::text(404, "text/html", page.into()) }
    }

    pub(crate) fn wrong_method() -> Self {
        Self::exception(405, "NotAllowedException", "The contract has this path with another method.")
    }

    /// The contract lacks what the sandbox responds with.
    pub(crate) fn not_implemented(message: impl AsRef<str>) -> Self {
        Self::exception(501, "NotImplementedException", message.as_ref())
    }

    fn exception(status: u16, kind: &str, message: &str) -> Self {
        Self::json(status, "error", json!({ "exceptionType": kind, "errorMessage": message }))
    }

    pub(crate) fn too_many_requests() -> Self {
        Self::exception(429, "TooManyRequestsException", "The rate limit is used up.")
    }

    pub(crate) fn write(&self, format: Format) -> Response {
        let mut response = match (&self.body, format) {
            (Body::Empty, _) => response(self.status, "", Bytes::new()),
            (Body::Text { media_type, text }, _) => response(self.status, media_type, text.clone()),
            (Body::Data { value, .. }, Format::Json) => {
                response(self.status, "application/json", value.to_string())
            }
            (Body::Data { root, value }, Format::Xml) => {
                response(self.status, "application/xml;charset=UTF-8", xml::document(root, value))
            }
        };
        if self.status == 401 {
            set(response.headers_mut(), "www-authenticate", r#"Bearer error="invalid_token""#);
        }
        response
    }

    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        let Body::Data { value, .. } = &self.body else { panic!("it is no refusal") };
        value["errorMessage"].as_str().unwrap()
    }
}

/// The form in which a response is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// With the quirk, JSON only for who names it. `*/*` gets XML, like no `Accept` at all: it is what the HTTP
    /// libraries of the clients sent that are known to have received XML, and RFC 9110 makes no difference between the
    /// two. Without it, XML only for who names it and not JSON.
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

    fn format_for(accept: &[&'static str]) -> Format {
        format_with(Quirk::XmlByDefault.into(), accept)
    }

    fn format_with(quirks: Quirks, accept: &[&'static str]) -> Format {
        let headers = accept.iter().map(|value| (HeaderName::from_static("accept"), value.parse().unwrap()));
        Format::accepted(&headers.collect(), quirks)
    }

    #[test]
    fn json_is_for_who_asks_for_it() {
        assert_eq!(format_for(&["application/json"]), Format::Json);
        assert_eq!(format_for(&["application/xml, Application/JSON;q=0.5"]), Format::Json);
        assert_eq!(format_for(&["text/html", "application/json"]), Format::Json);
    }

    #[test]
    fn without_the_quirk_only_who_asks_for_xml_gets_it() {
        for (accept, format) in
            [(&[][..], Format::Json), (&["*/*"], Format::Json), (&["application/xml"], Format::Xml)]
        {
            assert_eq!(format_with(Quirks::none(), accept), format, "{accept:?}");
        }
    }

    #[test]
    fn everybody_else_gets_xml() {
        assert_eq!(format_for(&[]), Format::Xml);
        assert_eq!(format_for(&["*/*"]), Format::Xml);
        assert_eq!(format_for(&["application/xml"]), Format::Xml);
    }
}
