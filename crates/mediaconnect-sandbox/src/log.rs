//! The log of a sandbox: the latest requests and their responses.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::received::{Received, TOKEN};

/// The maximum number of requests in the log. It is more than a test needs, and limits the memory of a sandbox that
/// runs for days.
pub(crate) const MAX_REQUESTS: usize = 10_000;

/// The maximum number of bytes of all requests and responses in the log. The newest request is always kept, even if it
/// is larger.
const MAX_BYTES: usize = 8 << 20;

/// The maximum number of bytes of a response body in the log.
const MAX_BODY: usize = 64 * 1024;

/// The latest requests, and the number of all token requests.
#[derive(Default)]
pub(crate) struct Log(Mutex<Entries>);

#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) latest: VecDeque<Entry>,
    /// The number of requests that were removed to limit the memory, by operation.
    forgotten: BTreeMap<&'static str, usize>,
    /// The number of bytes that the latest requests use.
    bytes: usize,
    token_requests: usize,
    /// A number that increases with each change of the log.
    revision: u64,
}

pub(crate) struct Entry {
    /// The revision of the log after the request was added. It identifies the request, because each request has a
    /// different revision.
    id: u64,
    at: SystemTime,
    pub(crate) request: Received,
    /// The end of the request; `None` while it is in progress.
    pub(crate) completion: Option<Completion>,
}

pub(crate) struct Completion {
    /// The status of the response; `None` if the connection was reset.
    pub(crate) status: Option<u16>,
    pub(crate) body: LoggedBody,
    pub(crate) duration: Duration,
}

#[derive(Clone)]
pub(crate) enum LoggedBody {
    Complete(Bytes),
    /// The body has more than `MAX_BODY` bytes and is not kept.
    TooLarge,
    /// The connection ended before the end of the body.
    CutOff,
}

impl LoggedBody {
    pub(crate) fn of(body: &Bytes) -> Self {
        // The bytes are copied, because a clone would share the response's buffer and keep its spare capacity in
        // memory.
        if body.len() > MAX_BODY { Self::TooLarge } else { Self::Complete(Bytes::copy_from_slice(body)) }
    }
}

impl Completion {
    /// Returns the number of bytes of the body.
    fn bytes(&self) -> usize {
        if let LoggedBody::Complete(body) = &self.body { body.len() } else { 0 }
    }
}

impl Entry {
    /// Returns the memory of the entry in bytes, including the request and the response body.
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.request.bytes() + self.completion.as_ref().map_or(0, Completion::bytes)
    }

    /// Returns the entry as JSON, without the response body and without headers. Request headers contain secrets.
    fn to_json(&self) -> Value {
        let Received { operation, method, path, .. } = &self.request;
        let body = if *operation == Some(TOKEN) { Value::Null } else { self.request.json() };
        let at = self.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut entry = json!({
            "id": self.id, "at": u64::try_from(at.as_millis()).unwrap_or(u64::MAX), "operation": operation,
            "method": method, "path": path, "body": body,
        });
        if let Some(Completion { status, duration, .. }) = &self.completion {
            entry["status"] = (*status).into();
            entry["milliseconds"] = (duration.as_secs_f64() * 1_000.0).into();
        }
        entry
    }
}

impl Log {
    pub(crate) fn add(&self, request: Received) -> u64 {
        let mut entries = self.entries();
        entries.token_requests += usize::from(request.operation == Some(TOKEN));
        entries.revision += 1;
        let id = entries.revision;
        let entry = Entry { id, at: SystemTime::now(), request, completion: None };
        entries.bytes += entry.bytes();
        entries.latest.push_back(entry);
        entries.forget_oldest();
        id
    }

    /// Records the end of a request, if the request is still in the log.
    pub(crate) fn complete(&self, id: u64, completion: Completion) {
        let mut entries = self.entries();
        entries.revision += 1;
        if let Ok(at) = entries.latest.binary_search_by_key(&id, |entry| entry.id) {
            entries.bytes += completion.bytes();
            entries.latest[at].completion = Some(completion);
            entries.forget_oldest();
        }
    }

    /// Passes the latest requests and their responses to `look`, oldest first. The sandbox handles no request until
    /// `look` returns.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Entries) -> T) -> T {
        look(&self.entries())
    }

    /// Returns the latest requests for the admin route, oldest first. Returns at most `max` requests.
    pub(crate) fn to_json(&self, max: usize) -> Value {
        let entries = self.entries();
        let skipped = entries.latest.len().saturating_sub(max);
        entries.latest.iter().skip(skipped).map(Entry::to_json).collect()
    }

    #[cfg(feature = "ui")]
    pub(crate) fn revision(&self) -> u64 {
        self.entries().revision
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.entries().token_requests
    }

    pub(crate) fn clear(&self) {
        let mut entries = self.entries();
        *entries = Entries { revision: entries.revision + 1, ..Entries::default() };
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().expect("no thread panics while it holds the lock")
    }
}

impl Entries {
    /// Returns the latest requests, oldest first.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &Received> + Clone {
        self.latest.iter().map(|entry| &entry.request)
    }

    /// Returns the number of requests of an operation that the log no longer has.
    pub(crate) fn forgotten(&self, operation: &str) -> usize {
        self.forgotten.get(operation).copied().unwrap_or(0)
    }

    fn forget_oldest(&mut self) {
        while self.latest.len() > MAX_REQUESTS || self.bytes > MAX_BYTES && self.latest.len() > 1 {
            let Some(oldest) = self.latest.pop_front() else { return };
            self.bytes -= oldest.bytes();
            if let Some(operation) = oldest.request.operation {
                *self.forgotten.entry(operation).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(log: &Log) -> Vec<String> {
        log.look(|entries| entries.requests().map(|request| request.path.clone()).collect())
    }

    fn received(operation: Option<&'static str>, path: &str) -> Received {
        let request = http::Request::post(format!("http://localhost{path}")).body(Bytes::new());
        Received::new(operation, Vec::new(), &request.unwrap())
    }

    #[test]
    fn forgets_the_oldest_and_counts_all_token_requests() {
        let log = Log::default();
        log.add(received(None, "/oldest"));
        for _ in 0..MAX_REQUESTS {
            log.add(received(Some(TOKEN), "/token"));
        }
        assert_eq!(paths(&log), vec!["/token"; MAX_REQUESTS]);
        assert_eq!(log.token_requests(), MAX_REQUESTS);
        log.add(received(Some("getCustomerInfo"), "/newest"));
        let forgotten =
            || log.look(|entries| (entries.forgotten(TOKEN), entries.forgotten("getCustomerInfo")));
        assert_eq!(forgotten(), (1, 0));
        log.clear();
        assert_eq!(forgotten(), (0, 0));
    }

    #[test]
    fn forgets_the_oldest_when_requests_or_responses_are_large() {
        let log = Log::default();
        let large = |path: &str, length: usize| Received { body: vec![0; length], ..received(None, path) };
        log.add(large("/oldest", MAX_BYTES / 2));
        let older = log.add(large("/older", MAX_BYTES / 4));
        assert_eq!(paths(&log), ["/oldest", "/older"]);
        log.add(large("/newer", MAX_BYTES / 4));
        assert_eq!(paths(&log), ["/older", "/newer"]);
        let newest = log.add(large("/newest", MAX_BYTES + 1));
        assert_eq!(paths(&log), ["/newest"], "the newest request is always kept");

        log.clear();
        for _ in 0..=MAX_BYTES / MAX_BODY {
            let id = log.add(received(None, "/small"));
            let (body, duration) = (LoggedBody::of(&vec![0; MAX_BODY].into()), Duration::ZERO);
            // Completing a request that was already removed from the log changes nothing.
            for id in [older, newest, id] {
                log.complete(id, Completion { status: Some(200), body: body.clone(), duration });
            }
        }
        let entries = log.entries();
        assert_eq!(entries.bytes, entries.latest.iter().map(Entry::bytes).sum::<usize>());
        assert!((MAX_BYTES - 2 * MAX_BODY..=MAX_BYTES).contains(&entries.bytes), "{}", entries.bytes);
    }

    #[test]
    fn a_large_body_of_a_response_is_not_kept() {
        assert!(matches!(LoggedBody::of(&vec![0; MAX_BODY].into()), LoggedBody::Complete(_)));
        assert!(matches!(LoggedBody::of(&vec![0; MAX_BODY + 1].into()), LoggedBody::TooLarge));
    }
}
