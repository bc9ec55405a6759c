//! The limits of a call: time and attempts.

use std::time::Duration;

use tokio::time::Instant;

use crate::place::Place;

/// A longer time is as good as no limit, and cannot be added to every point in time.
const MAX_TIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The limits of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallOptions {
    /// For everything: waiting, fetching a token, all attempts.
    pub(crate) deadline: Duration,
    /// For one request, its response's body included.
    pub(crate) attempt_timeout: Duration,
    /// How many requests at most.
    pub(crate) attempts: u32,
}

/// What a call is started with.
#[derive(Default)]
pub(crate) struct Terms {
    pub(crate) options: CallOptions,
    /// Given up when the call has its first turn of the rate, or ends without one.
    pub(crate) place: Option<Place>,
}

impl CallOptions {
    /// Returns when a call ends that begins now.
    pub(crate) fn deadline_from_now(&self) -> Instant {
        Instant::now() + bounded(self.deadline)
    }
}

/// Returns a time that can be added to any point in time: ten years if it is longer.
pub(crate) fn bounded(time: Duration) -> Duration {
    time.min(MAX_TIME)
}

impl Default for CallOptions {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(30), attempt_timeout: Duration::from_secs(10), attempts: 3 }
    }
}
