//! What limits a call: time and attempts.

use std::time::Duration;

/// The limits of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallOptions {
    /// For everything: waiting, fetching a token, all attempts.
    pub(crate) deadline: Duration,
    /// For one request, its answer's body included.
    pub(crate) attempt_timeout: Duration,
    /// How many requests at most.
    pub(crate) attempts: u32,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(30), attempt_timeout: Duration::from_secs(10), attempts: 3 }
    }
}
