use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::time::Instant;

use super::key::Key;
use crate::error::{Error, Result};
use crate::proof::Success;

/// A 404 is cached for a shorter time than a success: the time to live is divided by this number.
const NOT_FOUND: u32 = 10;
/// The format of a response in a store. It is the first byte of the stored response, and must change if the format
/// changes.
const FORMAT: u8 = 1;
/// The empty headers of a cached response. Headers are not cached, because a model is decoded from the body alone.
static NO_HEADERS: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);

/// The outcome of a read. All callers that wait for the read get the same outcome.
pub(crate) type Outcome = Result<Kept>;

/// A successful response that was checked when it was received.
#[derive(Clone)]
pub(crate) struct Kept {
    status: u16,
    pub(super) body: Bytes,
    from_connect: bool,
}

impl Kept {
    pub(crate) fn of(success: &Success<'_>) -> Self {
        Self::new(success.status, Bytes::copy_from_slice(success.body), success.from_connect)
    }

    fn new(status: u16, body: Bytes, from_connect: bool) -> Self {
        Self { status, body, from_connect }
    }

    pub(crate) fn success(&self) -> Success<'_> {
        Success {
            status: self.status,
            headers: &NO_HEADERS,
            body: &self.body,
            from_connect: self.from_connect,
        }
    }
}

/// Returns how long an outcome may be cached, or zero if it must not be cached.
///
/// Only a success or a 404 may be cached, and only if the response comes from Connect itself.
pub(super) fn lifetime(outcome: &Outcome, ttl: Duration) -> Duration {
    match outcome {
        Ok(kept) if kept.from_connect => ttl,
        Err(error) if error.is_not_found() => ttl / NOT_FOUND,
        _ => Duration::ZERO,
    }
}

/// Encodes an outcome for a store: format, status, body.
pub(super) fn to_bytes(outcome: &Outcome) -> Vec<u8> {
    let (status, body) = match outcome {
        Ok(kept) => (kept.status, &kept.body[..]),
        // The only error that is cached is a 404. Its message is not stored.
        Err(_) => (404, &b""[..]),
    };
    let mut bytes = Vec::with_capacity(3 + body.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(&status.to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Decodes the bytes that [`to_bytes`] wrote. Returns `None` for another format.
pub(super) fn from_bytes(bytes: &[u8]) -> Option<Outcome> {
    let (&[format, high, low], body) = bytes.split_first_chunk()?;
    let status = u16::from_be_bytes([high, low]);
    match (format, status) {
        (FORMAT, 404) => Some(Err(Error::response(404, true))),
        (FORMAT, _) => Some(Ok(Kept::new(status, Bytes::copy_from_slice(body), true))),
        _ => None,
    }
}

/// An outcome in the memory of this process.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) outcome: Outcome,
    /// The time at which the read began.
    pub(super) began: Instant,
    /// The number of the last change that was recorded before the read began.
    pub(super) change: u64,
    /// The time to live that the first caller set.
    pub(super) ttl: Duration,
}

impl Entry {
    /// Removes upstream's message, which may be long and may quote the request. [`to_bytes`] also omits the message.
    pub(super) fn without_message(self) -> Self {
        Self { outcome: self.outcome.map_err(|error| error.with_message(None)), ..self }
    }
}

/// Removes entries from memory when their time to live ends.
pub(super) struct Expiry;

impl moka::Expiry<Arc<Key>, Arc<Entry>> for Expiry {
    fn expire_after_create(
        &self,
        _: &Arc<Key>,
        entry: &Arc<Entry>,
        _: std::time::Instant,
    ) -> Option<Duration> {
        Some(lifetime(&entry.outcome, entry.ttl))
    }

    fn expire_after_update(
        &self,
        _: &Arc<Key>,
        entry: &Arc<Entry>,
        _: std::time::Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(lifetime(&entry.outcome, entry.ttl))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream_message::UpstreamMessage;

    #[test]
    fn a_response_is_read_from_a_store_as_it_was_written() {
        let body = Bytes::from_static(br#"{"customerNumber":1}"#);
        let written = to_bytes(&Ok(Kept::new(201, body.clone(), true)));
        let read = from_bytes(&written).unwrap().unwrap();
        assert!(read.status == 201 && read.body == body && read.from_connect);

        let written = to_bytes(&Err(Error::response(404, true)));
        let error = from_bytes(&written).unwrap().err().unwrap();
        assert!(error.is_not_found() && error.status_code() == Some(404));
    }

    #[test]
    fn a_404_is_kept_without_upstreams_message() {
        let message = UpstreamMessage::read(br#"{"exceptionType":"X","errorMessage":"canary"}"#);
        assert!(message.is_some());
        let outcome = Err(Error::response(404, true).with_message(message));
        let entry = Entry { outcome, began: Instant::now(), change: 0, ttl: Duration::ZERO };
        let kept = entry.without_message().outcome.err().unwrap();
        assert!(kept.is_not_found() && kept.upstream_message().is_none());
    }

    #[test]
    fn another_format_is_no_response() {
        let mut written = to_bytes(&Ok(Kept::new(200, Bytes::from_static(b"{}"), true)));
        written[0] += 1;
        assert!(from_bytes(&written).is_none());
        assert!(from_bytes(b"").is_none() && from_bytes(&[FORMAT, 0]).is_none());
    }
}
