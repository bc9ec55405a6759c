//! The error of a call that the rate limiter did not let through.

use std::fmt;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    /// The time after which a new call could be let through, if no other call is made until then.
    pub(crate) wait: Duration,
    pub(crate) reason: Reason,
}

/// The reason why the rate limiter did not let a call through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The deadline of the call had already passed. This is a timeout, not a refusal.
    TooLate,
    /// The call would have to wait too long, because the rate is used up or a probe waits for its response.
    UsedUp,
    /// The call's turn would come after its deadline, because too many calls wait.
    QueueTooLong { waiting: usize },
    /// The queue is full, because the maximum number of calls are already waiting.
    QueueFull { waiting: usize },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLate => f.write_str("the deadline of the call has passed"),
            Self::UsedUp => f.write_str(
                "this call would have to wait too long: the rate is used up, or upstream has not responded to the \
                 first request of this process yet; try again after Error::retry_after",
            ),
            Self::QueueTooLong { waiting } => write!(
                f,
                "the rate limiter's queue is too long: {waiting} calls wait, more than can be sent before this \
                 call's deadline; call less often, or allow more time"
            ),
            Self::QueueFull { waiting } => write!(
                f,
                "the rate limiter's queue is full: {waiting} calls wait; call less often, or raise \
                 ClientBuilder::max_waiting"
            ),
        }
    }
}
