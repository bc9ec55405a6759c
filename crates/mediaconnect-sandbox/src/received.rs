//! What the sandbox received.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use wiremock::Request;

/// How many requests are remembered: more than a test looks at, little enough for a run of days.
const REMEMBERED: usize = 10_000;

const TOKEN: &str = "token";

/// A request as it came in.
///
/// Its Debug output names the operation, the method and the size, as the rest may hold secrets and personal data.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// The contract's `operationId`, `token` for the token endpoint, or `None` for anything else.
    pub operation: Option<&'static str>,
    /// The HTTP method, in capitals.
    pub method: String,
    /// Path and query, such as `/capi/v1/client/customer/info/563457`.
    pub path: String,
    /// Names in lower case, and values; a value that is no text reads as an empty one.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Received {
    fn new(operation: Option<&'static str>, request: &Request) -> Self {
        let url = &request.url;
        Self {
            operation,
            method: request.method.to_string(),
            path: url[url::Position::BeforePath..url::Position::AfterQuery].to_owned(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body: request.body.clone(),
        }
    }

    /// The first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The latest requests, and how many tokens were asked for in all.
#[derive(Default)]
pub(crate) struct Log(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    latest: VecDeque<Received>,
    token_requests: usize,
}

impl Log {
    pub(crate) fn add(&self, operation: Option<&'static str>, request: &Request) {
        let received = Received::new(operation, request);
        let mut entries = self.0.lock().expect("nothing panics while it is locked");
        if entries.latest.len() == REMEMBERED {
            entries.latest.pop_front();
        }
        entries.latest.push_back(received);
    }

    pub(crate) fn add_token_request(&self, request: &Request) {
        self.add(Some(TOKEN), request);
        self.0.lock().expect("nothing panics while it is locked").token_requests += 1;
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        let entries = self.0.lock().expect("nothing panics while it is locked");
        entries.latest.iter().cloned().collect()
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.0.lock().expect("nothing panics while it is locked").token_requests
    }
}

#[cfg(test)]
mod tests {
    use wiremock::http::{HeaderMap, HeaderValue, Method};

    use super::*;

    fn request(path: &str) -> Request {
        let headers = HeaderMap::from_iter([(
            wiremock::http::HeaderName::from_static("authorization"),
            HeaderValue::from_static("Bearer hush"),
        )]);
        let url = format!("http://localhost{path}").parse().unwrap();
        Request { url, method: Method::POST, headers, body: b"private".to_vec() }
    }

    #[test]
    fn keeps_what_came_in() {
        let log = Log::default();
        log.add(Some("searchCustomers"), &request("/capi/x?y=1"));
        let received = &log.requests()[0];
        assert_eq!(received.operation, Some("searchCustomers"));
        assert_eq!((received.method.as_str(), received.path.as_str()), ("POST", "/capi/x?y=1"));
        assert_eq!(received.header("Authorization"), Some("Bearer hush"));
        assert_eq!(received.body, b"private");
    }

    #[test]
    fn debug_holds_no_secret_and_no_personal_data() {
        let received = Received::new(None, &request("/capi/v1/client/customer/info/563457"));
        let text = format!("{received:?}");
        assert!(!text.contains("hush") && !text.contains("563457"), "{text}");
    }

    #[test]
    fn forgets_the_oldest_and_counts_all_token_requests() {
        let log = Log::default();
        log.add(None, &request("/oldest"));
        for _ in 0..REMEMBERED {
            log.add_token_request(&request("/token"));
        }
        assert_eq!(log.requests().len(), REMEMBERED);
        assert!(log.requests().iter().all(|received| received.path == "/token"));
        assert_eq!(log.token_requests(), REMEMBERED);
    }
}
