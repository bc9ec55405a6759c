//! An answer of the API before it is written out, and the refusals among them.

use http::HeaderMap;
use serde_json::{Value, json};

use crate::message::{Response, response, set};
use crate::quirks::{Quirk, Quirks};
use crate::xml;

/// What is answered. A refusal is one too, so functions that may refuse return `Result<_, Answer>`.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Answer {
    status: u16,
    /// The name of the root element when it is written as XML.
    root: &'static str,
    body: Value,
    /// Whether Connect itself answers, and not what stands in front of it.
    pub(crate) is_connects: bool,
}

impl Answer {
    pub(crate) fn ok(root: &'static str, body: Value) -> Self {
        Self { status: 200, root, body, is_connects: true }
    }

    /// `message` must not quote what was received.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::exception(400, "ValidationException", &message.into())
    }

    pub(crate) fn invalid_token(description: &str) -> Self {
        let body = json!({ "error": "invalid_token", "error_description": description });
        Self { status: 401, root: "error", body, is_connects: true }
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
        Self { status: 404, root: "html", body: Value::from(page), is_connects: false }
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
        Self { status, root: "error", body, is_connects: true }
    }

    pub(crate) fn too_many_requests() -> Self {
        Self::exception(429, "TooManyRequestsException", "The rate limit is used up.")
    }

    pub(crate) fn write(&self, format: Format) -> Response {
        let mut response = match format {
            _ if !self.is_connects => response(self.status, "text/html", self.body.as_str().unwrap_or_default().to_owned()),
            Format::Json => response(self.status, "application/json", self.body.to_string()),
            Format::Xml => {
                let document = xml::document(self.root, &self.body);
                response(self.status, "application/xml;charset=UTF-8", document)
            }
        };
        if self.status == 401 {
            set(response.headers_mut(), "www-authenticate", r#"Bearer error="invalid_token""#);
        }
        response
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
