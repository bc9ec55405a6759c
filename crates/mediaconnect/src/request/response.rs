//! The response to a request for an endpoint outside the contract.

use std::fmt;

use reqwest::header::HeaderMap;

/// A response with its status and headers; get it from
/// [`Request::send_with_headers`](super::Request::send_with_headers).
///
/// `Debug` shows only the status, because headers and body can contain personal data.
#[derive(Clone)]
pub struct Response<T> {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: T,
}

impl<T> Response<T> {
    /// Returns the HTTP status, which is always a success.
    pub fn status_code(&self) -> u16 {
        self.status
    }

    /// Returns the first value of a header, if the response has the header and the value is text. The name is
    /// case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns all headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the decoded body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Returns the decoded body, and drops the status and the headers.
    pub fn into_body(self) -> T {
        self.body
    }
}

impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}
