//! HTTP requests and responses with complete bodies.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

pub(crate) type Request = http::Request<Bytes>;

pub(crate) type Response = http::Response<Bytes>;

/// Describes the client of a connection. It is stored in the extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) is_this_machine: bool,
}

/// Creates a response with a status and a body.
///
/// # Panics
/// Panics if `status` is not an HTTP status.
pub(crate) fn response(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let mut response = http::Response::new(body);
    *response.status_mut() =
        http::StatusCode::from_u16(status).expect("a status is checked when a test sets it");
    if !response.body().is_empty() {
        set(response.headers_mut(), "content-type", content_type);
    }
    response
}

pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("the value has visible characters only");
    headers.insert(HeaderName::from_static(name), value);
}

/// Returns the value of a header, if it is text.
pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
