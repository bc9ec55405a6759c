//! The limits of the response cache of a fleet.

use std::time::Duration;

/// The limits of the responses that a fleet stores in Redis; see
/// [`Fleet::with_response_cache`](crate::Fleet::with_response_cache).
///
/// ```
/// use std::time::Duration;
/// use mediaconnect_fleet::ResponseCache;
///
/// let cache = ResponseCache::default().with_max_wait(Duration::from_millis(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseCache {
    pub(crate) max_wait: Duration,
    pub(crate) max_bytes: u64,
}

impl ResponseCache {
    /// Sets the time limit of each operation in Redis: to look up a response, to store one, or to delete responses
    /// after a change. The default is 5 milliseconds.
    #[must_use]
    pub fn with_max_wait(self, max_wait: Duration) -> Self {
        Self { max_wait, ..self }
    }

    /// Sets the maximum size of all responses of a client id in Redis, in bytes. The default is 64 MiB. All processes
    /// must set the same value.
    ///
    /// The size of a response includes its name and 300 bytes of overhead. When there is no space, the responses that
    /// expire first are dropped.
    #[must_use]
    pub fn with_max_bytes(self, max_bytes: u64) -> Self {
        Self { max_bytes, ..self }
    }
}

impl Default for ResponseCache {
    fn default() -> Self {
        Self { max_wait: Duration::from_millis(5), max_bytes: 64 * 1024 * 1024 }
    }
}
