//! The state of a fleet as this process knows it, for people and for telemetry.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::exchange::{Reply, Synced};
use crate::store::Failure;

/// The state of a fleet as this process knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Processes of the client id, this one included; 0 before the first word of Redis.
    pub members: u32,
    /// Requests that all of them sent in the last minute, by Redis's books.
    pub used_in_minute: u32,
    /// Turns that all of them hold.
    pub held: u32,
    /// True if this process sends by its share, because Redis is gone or has forgotten what it knew.
    pub by_share: bool,
    /// Syncs with Redis that succeeded.
    pub syncs: u64,
    /// The reason that Redis could not be used the last time, until it can: `connection`, `timeout`, `authentication`, `refused`,
    /// `unreadable` or `other`.
    pub failure: Option<&'static str>,
}

/// The state of a fleet as Redis knows it: [`Fleet::look`](crate::Fleet::look).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// Processes that were heard in the last 65 seconds.
    pub members: u32,
    /// Those of them that may send by their shares: they say so, or were not heard for a second.
    pub by_share: u32,
    /// Requests of all in the last minute.
    pub used_in_minute: u32,
    /// Turns that all of them hold.
    pub held: u32,
    /// The time for which nobody may send, because upstream has refused a request.
    pub pause: Option<Duration>,
    /// The time until the token expires, if there is one.
    pub token_expires_in: Option<Duration>,
}

/// The place where the task writes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<Status>>);

impl Board {
    pub(crate) fn status(&self) -> Status {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn replied(&self, reply: &Reply, took: Duration) {
        #[cfg(feature = "metrics")]
        metrics::histogram!("mediaconnect_fleet_sync_seconds").record(took);
        #[cfg(not(feature = "metrics"))]
        let _ = took;
        let Reply::Synced(Synced { history, held, .. }) = reply else { return };
        self.change(|status| {
            status.used_in_minute = history.iter().map(|(_, count)| count).sum();
            status.held = *held;
            status.syncs += 1;
            status.failure = None;
        });
    }

    pub(crate) fn failed(&self, Failure(reason): Failure) {
        #[cfg(feature = "metrics")]
        metrics::counter!("mediaconnect_fleet_failures_total", "reason" => reason).increment(1);
        tracing::debug!(reason, "a sync of the fleet failed");
        self.change(|status| status.failure = Some(reason));
    }

    /// Once for an outage, and once for its end.
    pub(crate) fn by_share(&self, by_share: bool) {
        #[cfg(feature = "metrics")]
        metrics::gauge!("mediaconnect_fleet_by_share").set(if by_share { 1.0 } else { 0.0 });
        let status = self.status();
        if by_share {
            let reason = status.failure.unwrap_or("forgotten");
            tracing::warn!(
                reason,
                members = status.members,
                "the fleet's Redis is gone: this process sends by its share of the rate"
            );
        } else {
            tracing::info!(
                members = status.members,
                "the fleet's Redis is back: processes share the rate again"
            );
        }
        self.change(|status| status.by_share = by_share);
    }

    pub(crate) fn members(&self, members: u32) {
        #[cfg(feature = "metrics")]
        metrics::gauge!("mediaconnect_fleet_members").set(f64::from(members));
        self.change(|status| status.members = members);
    }
}
