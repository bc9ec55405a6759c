//! The requests that the sandbox received.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::message::Request;

/// How many requests are remembered: more than a test looks at, little enough for a run of days.
pub(crate) const REMEMBERED: usize = 10_000;

/// What the token endpoint is called among the operations.
pub(crate) const TOKEN: &str = "token";

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
    /// The values in path and query, by the contract's names: `customerNumber`, `referenceCode`.
    pub parameters: Vec<(String, String)>,
    /// Names in lower case, and values; a value that is no text reads as an empty one.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Received {
    pub(crate) fn new(
        operation: Option<&'static str>,
        parameters: Vec<(String, String)>,
        request: &Request,
    ) -> Self {
        let headers = request.headers().iter();
        let path = request.uri().path_and_query().map_or("", |path| path.as_str());
        Self {
            operation,
            method: request.method().to_string(),
            path: path.to_owned(),
            parameters,
            headers: headers
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body: request.body().to_vec(),
        }
    }

    /// The first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A value in path or query, or a field of the body, by its name, or by a JSON pointer such as `/name/lastName`.
    ///
    /// A parameter that was sent more than once is a list.
    pub fn field(&self, name: &str) -> Option<Value> {
        let parameters = self.parameters.iter().filter(|(key, _)| key == name);
        let mut values: Vec<_> = parameters.map(|(_, value)| Value::from(value.as_str())).collect();
        let pointer = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        match values.len() {
            0 => self.json().pointer(&pointer).cloned(),
            1 => values.pop(),
            _ => Some(values.into()),
        }
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
    latest: VecDeque<Entry>,
    token_requests: usize,
    /// Grows with each change of the log.
    revision: u64,
}

/// A request, and what became of it.
pub(crate) struct Entry {
    /// The revision when it came in, so that no two have the same.
    id: u64,
    at: SystemTime,
    received: Received,
    end: Option<End>,
}

/// The end of a request.
#[derive(Clone, Copy)]
pub(crate) struct End {
    /// `None` if the connection was reset.
    pub(crate) status: Option<u16>,
    pub(crate) duration: Duration,
}

impl Entry {
    /// All but the headers, one of which is a secret.
    fn to_json(&self) -> Value {
        let Received { operation, method, path, .. } = &self.received;
        let body = if *operation == Some(TOKEN) { Value::Null } else { self.received.json() };
        let at = self.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut entry = json!({
            "id": self.id, "at": u64::try_from(at.as_millis()).unwrap_or(u64::MAX), "operation": operation,
            "method": method, "path": path, "body": body,
        });
        if let Some(End { status, duration }) = self.end {
            entry["status"] = status.into();
            entry["milliseconds"] = (duration.as_secs_f64() * 1_000.0).into();
        }
        entry
    }
}

impl Log {
    /// Remembers a request, and returns its id.
    pub(crate) fn add(&self, received: Received) -> u64 {
        let mut entries = self.0.lock().expect("nothing panics while it is locked");
        entries.token_requests += usize::from(received.operation == Some(TOKEN));
        if entries.latest.len() == REMEMBERED {
            entries.latest.pop_front();
        }
        entries.revision += 1;
        let id = entries.revision;
        entries.latest.push_back(Entry { id, at: SystemTime::now(), received, end: None });
        id
    }

    /// Remembers how a request ended, if the request itself is still remembered.
    pub(crate) fn end(&self, id: u64, end: End) {
        let mut entries = self.0.lock().expect("nothing panics while it is locked");
        entries.revision += 1;
        if let Ok(at) = entries.latest.binary_search_by_key(&id, |entry| entry.id) {
            entries.latest[at].end = Some(end);
        }
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        let entries = self.0.lock().expect("nothing panics while it is locked");
        entries.latest.iter().map(|entry| entry.received.clone()).collect()
    }

    /// For the admin route: the latest requests, so many at most and oldest first.
    pub(crate) fn to_json(&self, most: usize) -> Value {
        let entries = self.0.lock().expect("nothing panics while it is locked");
        let skipped = entries.latest.len().saturating_sub(most);
        entries.latest.iter().skip(skipped).map(Entry::to_json).collect()
    }

    /// A number that grows with each change of the log.
    #[cfg(feature = "ui")]
    pub(crate) fn revision(&self) -> u64 {
        self.0.lock().expect("nothing panics while it is locked").revision
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.0.lock().expect("nothing panics while it is locked").token_requests
    }

    pub(crate) fn clear(&self) {
        let mut entries = self.0.lock().expect("nothing panics while it is locked");
        *entries = Entries { revision: entries.revision + 1, ..Entries::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(operation: Option<&'static str>, path: &str) -> Received {
        let parameters = vec![("customerNumber".to_owned(), "563457".to_owned())];
        let request = http::Request::post(format!("http://localhost{path}"))
            .header("authorization", "Bearer hush")
            .body(r#"{"name": {"lastName": "private"}}"#.into());
        Received::new(operation, parameters, &request.unwrap())
    }

    #[test]
    fn keeps_what_came_in() {
        let log = Log::default();
        log.add(received(Some("searchCustomers"), "/capi/x?y=1"));
        let received = &log.requests()[0];
        assert_eq!(received.operation, Some("searchCustomers"));
        assert_eq!((received.method.as_str(), received.path.as_str()), ("POST", "/capi/x?y=1"));
        assert_eq!(received.header("Authorization"), Some("Bearer hush"));
        assert_eq!(received.field("customerNumber"), Some(json!("563457")));
        assert_eq!(received.field("name"), Some(json!({ "lastName": "private" })));
        assert_eq!(received.field("/name/lastName"), Some(json!("private")));
        assert_eq!(received.field("lastName"), None);
    }

    #[test]
    fn debug_holds_no_secret_and_no_personal_data() {
        let text = format!("{:?}", received(None, "/capi/v1/client/customer/info/563457"));
        assert!(!text.contains("hush") && !text.contains("563457") && !text.contains("private"), "{text}");
    }

    #[test]
    fn forgets_the_oldest_and_counts_all_token_requests() {
        let log = Log::default();
        log.add(received(None, "/oldest"));
        for _ in 0..REMEMBERED {
            log.add(received(Some(TOKEN), "/token"));
        }
        assert_eq!(log.requests().len(), REMEMBERED);
        assert!(log.requests().iter().all(|received| received.path == "/token"));
        assert_eq!(log.token_requests(), REMEMBERED);
    }
}
