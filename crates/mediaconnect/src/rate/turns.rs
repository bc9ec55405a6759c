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

/// The time for which a call that failed at once counts as one that will be repeated. It is longer than the time that
/// the error asks the caller to wait, which is [`NEXT_LOOK`].
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
    /// Calls that failed at once because there was no turn, except those of a [`Bulk`](crate::Bulk). They may be
    /// repeated soon. The number is 0 again two seconds after the last of them.
    pub refused: u32,
    /// Calls of a [`Bulk`](crate::Bulk) that failed at once because there was no turn.
    pub refused_in_bulk: u32,
    /// Requests sent since the client was built.
    pub sent: u64,
    /// Sent requests that upstream may not have counted yet.
    pub open: u32,
    /// The remaining time of the pause after a 429 from upstream. `None` if there is no pause.
    pub pause: Option<Duration>,
    /// The number of requests that upstream still allows in the minute, from the last response that reported it. `None`
    /// if no response has reported it since the previous report.
    pub remaining: Option<u32>,
}

/// The leased turns in the limiter.
pub(super) struct Leased {
    left: u32,
    until: Option<Instant>,
    /// The fleet's task is notified when this number of turns or fewer are left.
    low: u32,
    pub(super) waiting_in_bulk: usize,
    /// The calls that failed at once because there was no turn: those outside of a bulk, and those of a bulk.
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
    /// Waits until the client may need more turns, upstream refused a request, or the client was dropped.
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

    /// Adds turns to those that are left. All of them expire at `until`.
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

    /// Records a call that fails at once, although it lacks nothing but a turn. Such a call never waits, so the fleet
    /// would otherwise not know that the client needs turns.
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

    /// Removes `remaining` from the feedback, because only the fleet knows the requests of all processes. If it is the
    /// number for the minute, stores it for the fleet. Returns the feedback of a 429 unchanged.
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
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::rate::{RateLimit, WhenExhausted};

    const MINUTE: Duration = Duration::from_secs(60);

    /// Returns a limiter whose turns the test leases.
    async fn leased() -> (Arc<RateLimiter>, Turns) {
        let handed = Arc::new(Mutex::new(None));
        let start: StartLeasing = Arc::new({
            let handed = Arc::clone(&handed);
            move |turns| *handed.lock().unwrap() = Some(turns)
        });
        let limiter = RateLimiter::new(&RateLimit::default(), WhenExhausted::Wait).with_leases(start);
        assert!(limiter.acquire(Instant::now() + MINUTE / 60).await.is_err(), "there is no turn yet");
        let turns = handed.lock().unwrap().take().unwrap();
        (limiter, turns)
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_needs_a_leased_turn() {
        let (limiter, turns) = leased().await;
        let waiting = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move {
                for _ in 0..3 {
                    limiter
                        .acquire(Instant::now() + MINUTE)
                        .await
                        .ok()
                        .unwrap()
                        .answered(&Feedback::default());
                }
                limiter.acquire(Instant::now() + MINUTE / 60).await.is_ok()
            }
        });
        tokio::time::sleep(MINUTE / 2).await;
        assert_eq!(turns.report().unwrap().waiting, 1);
        assert!(!waiting.is_finished());
        turns.lease(3, Instant::now() + MINUTE, 0);
        assert!(!waiting.await.unwrap(), "there is no turn for the fourth caller");
        let report = turns.report().unwrap();
        assert_eq!((report.sent, report.open, report.unused, report.waiting), (3, 0, 0, 0));
        drop(limiter);
        assert_eq!(
            (turns.report(), turns.sent()),
            (None, 3),
            "the number of sent requests is still known after the client was dropped"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_fleets_task_waits_until_more_turns_are_needed() {
        let (limiter, turns) = leased().await;
        turns.changed().await;
        turns.lease(1, Instant::now() + MINUTE, 0);
        assert!(tokio::time::timeout(MINUTE / 60, turns.changed()).await.is_err(), "a turn is left");
        limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap().answered(&Feedback::default());
        turns.changed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_expires_and_can_be_taken_back() {
        let (limiter, turns) = leased().await;
        turns.lease(5, Instant::now() + MINUTE, 0);
        assert_eq!((turns.take_back(2), turns.report().unwrap().unused), (3, 2));
        tokio::time::advance(MINUTE).await;
        assert_eq!(turns.report().unwrap().unused, 0);
        assert!(limiter.acquire(Instant::now() + MINUTE / 60).await.is_err());
        drop(limiter);
        assert_eq!(turns.report(), None, "the client is gone");
        turns.changed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_fleet_hears_of_refusals_and_of_what_remains_and_knows_bulk_from_other_calls() {
        let (limiter, turns) = leased().await;
        turns.lease(9, Instant::now() + MINUTE, 0);
        let mut permit = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
        permit.answered(&Feedback { remaining: Some(100), ..Feedback::default() });
        assert_eq!(
            turns.report().unwrap().remaining,
            None,
            "these may be the requests that remain in the second"
        );
        for (throttled, remaining) in [(false, 1_500), (false, 70), (true, 0)] {
            let mut permit = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
            let reset = Some(MINUTE / 2);
            let retry_after = throttled.then_some(MINUTE / 6);
            permit.answered(&Feedback { throttled, remaining: Some(remaining), reset, retry_after });
        }
        let report = turns.report().unwrap();
        assert_eq!((report.remaining, report.pause), (Some(70), Some(MINUTE / 6)));
        assert_eq!(turns.report().unwrap().remaining, None, "once");
        let _ = turns.take_back(0);
        let bulk = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move { limiter.acquire_in(Instant::now() + MINUTE, true).await.is_ok() }
        });
        tokio::task::yield_now().await;
        let report = turns.report().unwrap();
        assert_eq!((report.waiting, report.waiting_in_bulk), (0, 1));
        bulk.abort();
        assert!(bulk.await.is_err());
        assert_eq!(turns.report().unwrap().waiting_in_bulk, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_fleet_hears_of_calls_that_fail_at_once() {
        let limit = RateLimit::default();
        for limiter in [
            RateLimiter::new(&limit, WhenExhausted::Fail),
            RateLimiter::new(&limit, WhenExhausted::Wait).with_max_waiting(0),
        ] {
            let handed = Arc::new(Mutex::new(None));
            let start = Arc::clone(&handed);
            let limiter = limiter.with_leases(Arc::new(move |turns| *start.lock().unwrap() = Some(turns)));
            let deadline = Instant::now() + MINUTE;
            for in_bulk in [false, true, false] {
                assert!(limiter.acquire_in(deadline, in_bulk).await.is_err());
            }
            let turns: Turns = handed.lock().unwrap().take().unwrap();
            let refused = || turns.report().map(|report| (report.refused, report.refused_in_bulk)).unwrap();
            turns.changed().await;
            assert_eq!(refused(), (2, 1));
            tokio::time::advance(REPEATED).await;
            assert_eq!(refused(), (0, 0));
            assert!(limiter.acquire(deadline).await.is_err());
            assert_eq!(refused(), (1, 0));
            tokio::time::advance(REPEATED).await;
            turns.pause(MINUTE / 2);
            assert!(limiter.acquire(deadline).await.is_err());
            assert_eq!(refused(), (0, 0), "a turn would not help during a pause");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_task_is_started_again_when_its_runtime_is_gone() {
        let (limiter, turns) = leased().await;
        drop(turns);
        let started = Arc::new(Mutex::new(0));
        limiter.state().leased.as_mut().unwrap().start = Arc::new({
            let started = Arc::clone(&started);
            move |turns| {
                *started.lock().unwrap() += 1;
                turns.lease(1, Instant::now() + MINUTE, 0);
            }
        });
        assert!(limiter.acquire(Instant::now() + MINUTE).await.is_ok());
        assert_eq!(*started.lock().unwrap(), 1);
    }
}
