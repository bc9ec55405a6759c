//! The failure of a call that got no turn of the rate.

use std::fmt;
use std::time::Duration;

/// No turn was given. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    /// The time after which to try again, if nobody else comes before.
    pub(crate) wait: Duration,
    pub(crate) reason: Reason,
}

/// The reason why no turn was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The rate is used up for longer than the caller can wait.
    UsedUp,
    /// So many wait that the caller's turn would come after its deadline.
    QueueTooLong { waiting: usize },
    /// As many wait as may.
    QueueFull { waiting: usize },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UsedUp => f.write_str("the rate is used up for longer than this call can wait"),
            Self::QueueTooLong { waiting } => write!(
                f,
                "the queue for the rate is too long, {waiting} calls wait, more than can be sent before this call's \
                 deadline; call less often, or allow more time"
            ),
            Self::QueueFull { waiting } => write!(
                f,
                "the queue for the rate is full, {waiting} calls wait; call less often, or let more calls wait"
            ),
        }
    }
}
