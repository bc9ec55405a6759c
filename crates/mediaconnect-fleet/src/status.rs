//! The state of a fleet, for people and for telemetry.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::connection::Failure;
use crate::exchange::{Reply, Synced};

/// The state of a fleet, as one of its processes knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The number of processes with the client id, including this one; 0 before the first reply of Redis.
    pub members: u32,
    /// The number of requests that all processes sent in the last minute, as recorded in Redis.
    pub used_in_minute: u32,
    /// The number of turns (permits to send one request) that all processes hold.
    pub held: u32,
    /// True if this process limits itself to its share, a fixed part of the rate. This is so while Redis is
    /// unreachable, and after Redis has lost its data.
    pub by_share: bool,
    /// The number of successful syncs with Redis.
    pub syncs: u64,
    /// The reason for the last failure; `None` after a successful sync.
    ///
    /// The words are `connection`, `timeout`, `slow` (Redis received the sync too late), `authentication`, `permission`
    /// (the user of the URL may not run a command), `refused`, `decode`, `runtime` (there is no Tokio runtime) and
    /// `other`.
    pub failure: Option<&'static str>,
}

/// The state of a fleet in Redis, returned by [`Fleet::look`](crate::Fleet::look).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// The number of processes that synced in the last 65 seconds.
    pub members: u32,
    /// The number of processes that limit themselves to their shares of the rate. A process that has not synced for a
    /// second is included, because it may be cut off from Redis.
    pub by_share: u32,
    /// The number of requests of all processes in the last minute.
    pub used_in_minute: u32,
    /// The number of turns (permits to send one request) that all processes hold.
    pub held: u32,
    /// The time until processes may send again after upstream has refused a request with status 429; `None` if they may
    /// send now.
    pub pause: Option<Duration>,
    /// The time until the token in Redis expires; `None` if Redis has no token.
    pub token_expires_in: Option<Duration>,
    /// The number of responses that the processes share.
    pub responses: u64,
    /// The size of the shared responses in bytes, with 300 bytes of overhead for each. An invalidated response is
    /// included until its time to live is over.
    pub response_bytes: u64,
}

/// The state of the fleet. Tasks write it and the service reads it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<Status>>);

/// Measures the time during which calls of a client wait for a leased turn.
#[derive(Debug, Default)]
pub(crate) struct LeaseWait(Option<Instant>);

impl LeaseWait {
    /// Records whether calls wait now. When a wait has ended, returns its duration.
    pub(crate) fn at(&mut self, is_starved: bool, now: Instant) -> Option<Duration> {
        if is_starved {
            self.0.get_or_insert(now);
            return None;
        }
        self.0.take().map(|since| now - since)
    }
}

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
        let Reply::Synced(Synced { history, held, .. }) = reply else { return self.failed(Failure("slow")) };
        self.change(|status| {
            status.used_in_minute = history.iter().map(|(_, count)| count).sum();
            status.held = *held;
            status.syncs += 1;
            status.failure = None;
        });
    }

    pub(crate) fn waited_for_turns(waited: Duration) {
        #[cfg(feature = "metrics")]
        metrics::histogram!("mediaconnect_fleet_lease_wait_seconds").record(waited);
        #[cfg(not(feature = "metrics"))]
        let _ = waited;
    }

    pub(crate) fn failed(&self, Failure(reason): Failure) {
        #[cfg(feature = "metrics")]
        metrics::counter!("mediaconnect_fleet_failures_total", "reason" => reason).increment(1);
        tracing::debug!(reason, "a sync of the fleet failed");
        self.change(|status| status.failure = Some(reason));
    }

    /// Reports that an outage begins (true) or ends (false). Call this only when the state changes.
    pub(crate) fn by_share(&self, by_share: bool) {
        #[cfg(feature = "metrics")]
        metrics::gauge!("mediaconnect_fleet_by_share").set(if by_share { 1.0 } else { 0.0 });
        let status = self.status();
        if by_share {
            let reason = status.failure.unwrap_or("forgotten");
            tracing::warn!(
                reason,
                members = status.members,
                "the fleet's Redis is unreachable: this process limits itself to its share of the rate"
            );
        } else {
            tracing::info!(
                members = status.members,
                "the fleet's Redis is back: processes share the rate again"
            );
        }
        self.change(|status| status.by_share = by_share);
    }

    /// Records that the client was dropped. A dropped client uses no share of the rate.
    pub(crate) fn ended(&self) {
        if self.status().by_share {
            #[cfg(feature = "metrics")]
            metrics::gauge!("mediaconnect_fleet_by_share").set(0.0);
            self.change(|status| status.by_share = false);
        }
    }

    pub(crate) fn members(&self, members: u32) {
        #[cfg(feature = "metrics")]
        metrics::gauge!("mediaconnect_fleet_members").set(f64::from(members));
        self.change(|status| status.members = members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_that_redis_received_too_late_is_a_failure() {
        let board = Board::default();
        board.replied(&Reply::Stale { now: 1 }, Duration::from_millis(300));
        assert_eq!(board.status().failure, Some("slow"));
        board.replied(&Reply::Synced(Synced::default()), Duration::ZERO);
        assert_eq!(board.status().failure, None);
    }

    #[test]
    fn a_client_that_was_dropped_no_longer_sends_by_its_share() {
        let board = Board::default();
        board.by_share(true);
        board.ended();
        assert!(!board.status().by_share);
    }

    #[test]
    fn a_wait_lasts_from_the_first_call_without_a_turn_to_the_lease() {
        let (mut wait, begin) = (LeaseWait::default(), Instant::now());
        let at = |millis| begin + Duration::from_millis(millis);
        assert_eq!(wait.at(false, at(0)), None);
        assert_eq!(wait.at(true, at(10)), None);
        assert_eq!(wait.at(true, at(30)), None);
        assert_eq!(wait.at(false, at(50)), Some(Duration::from_millis(40)));
        assert_eq!(wait.at(false, at(60)), None);
    }
}
