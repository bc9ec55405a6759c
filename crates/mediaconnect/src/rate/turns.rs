//! The turns that a fleet leases to this process. A turn is the right to send one request.
//!
//! A fleet is a group of processes that share a client id. In a fleet, the limiter requires a leased turn for each
//! request, in addition to its own limits. The fleet leases turns in batches and in a separate task, so no call waits
//! for the fleet's network. Without a fleet, this module is not used.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::RateLimiter;
use crate::headers::Feedback;

/// The time after which a caller without a leased turn checks again. A new lease wakes the caller earlier.
pub(super) const NEXT_LOOK: Duration = Duration::from_secs(1);

/// The time within which callers are expected to retry a call that failed without waiting for a turn. The time is
/// longer than [`NEXT_LOOK`], because the error asks the caller to retry after [`NEXT_LOOK`].
const REPEATED: Duration = Duration::from_secs(2);

pub(crate) type StartLeasing = Arc<dyn Fn(Turns) + Send + Sync>;

/// The turns of one client, for the fleet that leases them. A turn is the right to send one request.
///
/// The fleet's task waits for [`changed`](Self::changed), reads a [`report`](Self::report), and adds turns with
/// [`lease`](Self::lease). No method blocks the thread or waits for the network.
///
/// A client has one such task. A task counts as ended when it has dropped all clones of its `Turns`. The next call that
/// has to wait for a turn then starts a new task.
#[derive(Clone, Debug)]
pub struct Turns {
    limiter: Weak<RateLimiter>,
    changed: Arc<Notify>,
    sent: Arc<AtomicU64>,
    _held: Arc<()>,
}

/// A client's report about its turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TurnsReport {
    /// Leased turns that no request has used and that have not expired.
    pub unused: u32,
    /// Calls that wait for a turn, except those of a [`Bulk`](crate::Bulk).
    pub waiting: usize,
    /// Calls of a [`Bulk`](crate::Bulk) that wait for a turn.
    pub waiting_in_bulk: usize,
    /// Calls that found no turn and failed without waiting, except those of a [`Bulk`](crate::Bulk). The callers are
    /// expected to retry soon. `refused` and `refused_in_bulk` return to 0 two seconds after the last failure of this
    /// kind.
    pub refused: u32,
    /// Calls of a [`Bulk`](crate::Bulk) that found no turn and failed without waiting.
    pub refused_in_bulk: u32,
    /// Requests sent since the client was built.
    pub sent: u64,
    /// Requests that were sent, but that upstream may not have counted yet.
    pub open: u32,
    /// The remaining time of the pause after a 429 from upstream. `None` if there is no pause.
    pub pause: Option<Duration>,
    /// The number of requests that upstream still allows in the minute, from the last response that contained this
    /// number. `None` if no response has contained it since the previous call of [`Turns::report`].
    pub remaining: Option<u32>,
}

/// The leased turns in the limiter.
pub(super) struct Leased {
    left: u32,
    until: Option<Instant>,
    /// The fleet's task is notified when this number of turns or fewer are left.
    low: u32,
    pub(super) waiting_in_bulk: usize,
    /// The counts for [`TurnsReport::refused`] and [`TurnsReport::refused_in_bulk`], in this order.
    refused: [u32; 2],
    /// The time at which `refused` is no longer valid.
    refused_until: Option<Instant>,
    remaining: Option<u32>,
    limiter: Weak<RateLimiter>,
    start: StartLeasing,
    changed: Arc<Notify>,
    /// The number of requests sent. It is shared, because the fleet may read it after the client was dropped.
    sent: Arc<AtomicU64>,
    held: Weak<()>,
}

impl Turns {
    /// Waits until the client may need more turns, until upstream refuses a request, or until the client is dropped.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Returns the client's report about its turns, or `None` if the client was dropped.
    #[must_use]
    pub fn report(&self) -> Option<TurnsReport> {
        let limiter = self.limiter.upgrade()?;
        let mut state = limiter.state();
        let now = Instant::now();
        let waiting = state.queue.len();
        let (sent, open) = (state.window.next(), state.window.open(now));
        let pause = state.control.pause().filter(|until| *until > now).map(|until| until - now);
        let leased = state.leased.as_mut()?;
        let [refused, refused_in_bulk] = leased.refused(now);
        Some(TurnsReport {
            unused: leased.unused(now),
            waiting: waiting.saturating_sub(leased.waiting_in_bulk),
            waiting_in_bulk: leased.waiting_in_bulk,
            refused,
            refused_in_bulk,
            sent,
            open,
            pause,
            remaining: leased.remaining.take(),
        })
    }

    /// Returns the number of requests that the client has sent. The number remains available after the client was
    /// dropped.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Adds turns to those that are left. The old and the new turns all expire at `until`.
    ///
    /// [`changed`](Self::changed) returns when `low` turns or fewer are left.
    pub fn lease(&self, turns: u32, until: Instant, low: u32) {
        self.with(|leased, now| {
            leased.left = leased.unused(now).saturating_add(turns);
            leased.until = Some(until);
            leased.low = low;
        });
    }

    /// Removes unused turns until at most `keep` are left, and returns the number of removed turns.
    #[must_use]
    pub fn take_back(&self, keep: u32) -> u32 {
        let mut taken = 0;
        self.with(|leased, now| {
            taken = leased.unused(now).saturating_sub(keep);
            leased.left -= taken;
        });
        taken
    }

    /// Stops all requests of the client for the time `pause`, two minutes at most. The fleet calls this when upstream
    /// refused a request of another process.
    pub fn pause(&self, pause: Duration) {
        if let Some(limiter) = self.limiter.upgrade() {
            limiter.state().control.pause_for(pause, Instant::now());
        }
    }

    fn with(&self, change: impl FnOnce(&mut Leased, Instant)) {
        let Some(limiter) = self.limiter.upgrade() else { return };
        let mut state = limiter.state();
        if let Some(leased) = &mut state.leased {
            change(leased, Instant::now());
        }
        state.queue.wake_first();
    }
}

impl Leased {
    pub(super) fn new(limiter: Weak<RateLimiter>, start: StartLeasing) -> Self {
        Self {
            left: 0,
            until: None,
            low: 0,
            waiting_in_bulk: 0,
            refused: [0; 2],
            refused_until: None,
            remaining: None,
            limiter,
            start,
            changed: Arc::default(),
            sent: Arc::default(),
            held: Weak::new(),
        }
    }

    pub(super) fn unused(&self, now: Instant) -> u32 {
        if self.until.is_some_and(|until| now < until) { self.left } else { 0 }
    }

    pub(super) fn used(&mut self) {
        self.left = self.left.saturating_sub(1);
        self.sent.fetch_add(1, Ordering::Relaxed);
        if self.left <= self.low {
            self.changed.notify_one();
        }
    }

    pub(super) fn wanted(&self) {
        self.changed.notify_one();
    }

    /// Records that a call fails without waiting. Does nothing if leased turns are left. Without this record, the fleet
    /// would not know that the client needs turns, because the call is not in the queue.
    pub(super) fn refuse(&mut self, in_bulk: bool, now: Instant) {
        if self.unused(now) == 0 {
            self.refused = self.refused(now);
            let refused = &mut self.refused[usize::from(in_bulk)];
            *refused = refused.saturating_add(1);
            self.refused_until = Some(now + REPEATED);
            self.changed.notify_one();
        }
    }

    fn refused(&self, now: Instant) -> [u32; 2] {
        if self.refused_until.is_some_and(|until| now < until) { self.refused } else { [0; 2] }
    }

    /// Returns the function that starts the fleet's task, and the argument for this function. Returns `None` if the
    /// task is already running.
    pub(super) fn start(&mut self) -> Option<(StartLeasing, Turns)> {
        if self.held.strong_count() > 0 {
            return None;
        }
        let held = Arc::new(());
        self.held = Arc::downgrade(&held);
        let (limiter, changed, sent) =
            (self.limiter.clone(), Arc::clone(&self.changed), Arc::clone(&self.sent));
        Some((Arc::clone(&self.start), Turns { limiter, changed, sent, _held: held }))
    }

    /// Returns the feedback without `remaining`, because only the fleet knows the requests of all processes. If
    /// `remaining` refers to the limit per minute, it is stored for the fleet. The feedback of a 429 is returned
    /// unchanged.
    pub(super) fn heard(&mut self, feedback: &Feedback, counts_minutes: bool) -> Feedback {
        if feedback.throttled {
            self.changed.notify_one();
            return *feedback;
        }
        if counts_minutes {
            self.remaining = feedback.remaining.or(self.remaining);
        }
        Feedback { remaining: None, ..*feedback }
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests;
