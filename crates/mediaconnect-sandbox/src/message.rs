//! Requests and responses, as all parts of the sandbox handle them.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// A request that has arrived as a whole.
pub(crate) type Request = http::Request<Bytes>;

/// A response that is complete.
pub(crate) type Response = http::Response<Bytes>;

/// A response with a status and a body.
///
/// # Panics
/// When `status` is none.
pub(crate) fn response(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let mut response = http::Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status is checked where it is set");
    if !response.body().is_empty() {
        set(response.headers_mut(), "content-type", content_type);
    }
    response
}

/// Sets a header.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("it is made of visible characters");
    headers.insert(HeaderName::from_static(name), value);
}

/// The text of a header.
pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
