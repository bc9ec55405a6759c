//! The limits of a call: time and attempts.

use std::time::Duration;

#[cfg(feature = "cache")]
use tokio::sync::watch;
use tokio::time::Instant;

use crate::bulk_queue::BulkSlot;

/// The longest time limit: ten years. A longer limit could overflow when it is added to a point in time.
const MAX_TIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallOptions {
    /// The time limit of the whole call: waiting, fetching a token, all attempts.
    pub(crate) deadline: Duration,
    /// The time limit of one request, including the body of its response.
    pub(crate) attempt_timeout: Duration,
    pub(crate) attempts: u32,
}

/// The limits of a call, and its slot in the queue of a [`Bulk`](crate::Bulk).
#[derive(Default)]
pub(crate) struct CallContext {
    pub(crate) options: CallOptions,
    /// Present if the call belongs to a bulk. It is boxed, because the future of a call has to stay small.
    pub(crate) slot: Option<Box<BulkSlot>>,
    /// For a read that several callers share: the time at which the last of them gives up. It is earlier than the
    /// deadline of the read.
    #[cfg(feature = "cache")]
    pub(crate) last_caller: Option<watch::Receiver<Instant>>,
}

impl CallContext {
    /// Returns the time until which the call may wait for a token, for the rate, or for the end of the pause before a
    /// retry. `deadline` is the call's deadline.
    #[cfg_attr(
        not(feature = "cache"),
        expect(clippy::unused_self, reason = "without the feature `cache`, there is no `last_caller`")
    )]
    pub(crate) fn may_wait_until(&self, deadline: Instant) -> Instant {
        #[cfg(feature = "cache")]
        if let Some(last_caller) = &self.last_caller {
            return deadline.min(*last_caller.borrow());
        }
        deadline
    }
}

impl CallOptions {
    /// Returns the deadline of a call that starts now.
    pub(crate) fn deadline_from_now(&self) -> Instant {
        Instant::now() + bounded(self.deadline)
    }

    /// Returns the time by which an attempt that began at `started` must end. It is never later than the deadline of
    /// the call.
    pub(crate) fn attempt_until(&self, started: Instant, deadline: Instant) -> Instant {
        deadline.min(started + bounded(self.attempt_timeout))
    }
}

/// Limits a time to [`MAX_TIME`].
pub(crate) fn bounded(time: Duration) -> Duration {
    time.min(MAX_TIME)
}

impl Default for CallOptions {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(30), attempt_timeout: Duration::from_secs(10), attempts: 3 }
    }
}
