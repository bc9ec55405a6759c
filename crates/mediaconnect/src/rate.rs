//! The rate limiter. It keeps the client within upstream's rate, so that upstream does not respond with 429.
//!
//! Upstream allows 100 requests a second and 2,000 a minute for each client id. It does not document how requests are
//! counted. A *turn* is the right to send one request. Three modules decide when the next call gets a turn:
//! - `window`: our own requests of the last minute. This module is sufficient if no other process uses the client id.
//! - `feedback_control`: upstream's responses (`headers::Feedback`), which show the requests of other processes.
//! - `queue`: the waiting calls in their order, and a forecast of whether one more can be served in time.
//!
//! If processes share a client id, `turns` adds the turns that a fleet has leased to this process.

mod feedback_control;
mod limit;
mod queue;
#[cfg(test)]
mod tests;
mod turns;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use self::feedback_control::FeedbackControl;
pub use self::limit::{RateLimit, WhenExhausted};
use self::queue::Queue;
pub(crate) use self::turns::StartLeasing;
use self::turns::{Leased, NEXT_LOOK};
pub use self::turns::{Turns, TurnsReport};
use self::window::SendWindow;
use crate::exhausted::{Exhausted, Reason};
use crate::headers::Feedback;

/// Decides when each request may be sent. Clones of a client share one limiter.
pub(crate) struct RateLimiter {
    limit: RateLimit,
    when_exhausted: WhenExhausted,
    max_waiting: usize,
    /// The lock is never held across an `.await`.
    state: Mutex<State>,
}

struct State {
    window: SendWindow,
    control: FeedbackControl,
    queue: Queue,
    /// The number of sent requests that still wait for a response.
    open: usize,
    /// The turns that a fleet has leased, if the client belongs to a fleet.
    leased: Option<Leased>,
}

/// The time at which the next request may be sent.
struct Turn {
    /// The earliest time at which the request can be sent. No response can make this time earlier.
    not_before: Instant,
    /// The time at which the request is expected to be sent. A response can make this time earlier or later.
    expected: Instant,
}

impl RateLimiter {
    /// Creates a limiter. Any number of callers may wait.
    pub(crate) fn new(limit: &RateLimit, when_exhausted: WhenExhausted) -> Self {
        // With `WhenExhausted::Fail`, a call that would have to wait fails instead. Probes and early spacing are
        // therefore off, because they make calls wait while the rate still has room.
        let waits = when_exhausted == WhenExhausted::Wait;
        let state = State {
            window: SendWindow::new(limit, waits),
            control: FeedbackControl::new(limit, waits),
            queue: Queue::default(),
            open: 0,
            leased: None,
        };
        Self { limit: *limit, when_exhausted, max_waiting: usize::MAX, state: Mutex::new(state) }
    }

    pub(crate) fn with_max_waiting(self, callers: usize) -> Self {
        Self { max_waiting: callers, ..self }
    }

    /// Requires a leased turn for each request. `start` starts the fleet's task.
    pub(crate) fn with_leases(self, start: StartLeasing) -> Arc<Self> {
        let limiter = Arc::new(self);
        limiter.state().leased = Some(Leased::new(Arc::downgrade(&limiter), start));
        limiter
    }

    /// Returns the number of requests a second that can be sent continuously.
    pub(crate) fn sustained(&self) -> f64 {
        f64::from(self.limit.per_second()).min(f64::from(self.limit.per_minute()) / 60.0)
    }

    /// Waits until a request may be sent. The caller must send it at once.
    ///
    /// Dropping the future frees the queue slot and uses nothing of the rate.
    ///
    /// # Errors
    /// Fails at once if the deadline has passed, if too many callers wait, or if [`WhenExhausted::Fail`] is set and the
    /// rate is used up. Otherwise, fails as soon as it is certain that the request cannot be sent before the deadline.
    pub(crate) async fn acquire(&self, deadline: Instant) -> Result<Permit<'_>, Exhausted> {
        self.acquire_in(deadline, false).await
    }

    /// Waits until a request may be sent, as [`acquire`](Self::acquire) does. `in_bulk` is true if the caller has a
    /// slot of a [`Bulk`](crate::Bulk).
    pub(crate) async fn acquire_in(&self, deadline: Instant, in_bulk: bool) -> Result<Permit<'_>, Exhausted> {
        let asked = Instant::now();
        if asked >= deadline {
            return Err(Exhausted { wait: Duration::ZERO, reason: Reason::TooLate });
        }
        let deadline = match self.when_exhausted {
            WhenExhausted::Wait => deadline,
            WhenExhausted::Fail => asked,
        };
        let (slot, start) = {
            let mut state = self.state();
            let turn = state.turn(asked);
            if state.queue.len() == 0 && turn.expected <= asked {
                return Ok(self.permit(&mut state, asked, asked));
            }
            let start = state.leased.as_mut().and_then(Leased::start);
            let joined = turn
                .check(asked, deadline)
                .and_then(|()| state.check_queue(self.max_waiting, &turn, asked, deadline))
                .map(|()| self.join(&mut state, deadline, in_bulk));
            if joined.is_err() {
                state.refuse(&turn, in_bulk, asked);
            }
            (joined, start)
        };
        if let Some((start, turns)) = start {
            start(turns);
        }
        // The future of `wait` is large, but few calls need it. It is boxed to keep the future of every call small.
        Box::pin(self.wait(slot?, asked, deadline)).await
    }

    /// Waits until the caller is the first in the queue and may send.
    async fn wait(
        &self,
        slot: QueueSlot<'_>,
        asked: Instant,
        deadline: Instant,
    ) -> Result<Permit<'_>, Exhausted> {
        loop {
            let until = {
                let mut state = self.state();
                let now = Instant::now();
                let turn = state.turn(now);
                if state.queue.is_first(slot.number) {
                    if turn.expected <= now {
                        state.queue.served(slot.number);
                        return Ok(self.permit(&mut state, asked, now));
                    }
                    turn.check(now, deadline)?;
                    turn.expected.min(deadline)
                } else if now < deadline {
                    deadline
                } else {
                    return Err(turn.exhausted(now));
                }
            };
            // The next iteration checks the turn again, so it does not matter whether this wait was woken or timed out.
            let _ = timeout_at(until, slot.wake.notified()).await;
        }
    }

    fn join(&self, state: &mut State, deadline: Instant, in_bulk: bool) -> QueueSlot<'_> {
        let (number, wake) = state.queue.join(deadline);
        if let Some(leased) = &mut state.leased {
            leased.waiting_in_bulk += usize::from(in_bulk);
            leased.wanted();
        }
        QueueSlot { limiter: self, number, in_bulk, wake }
    }

    fn permit(&self, state: &mut State, asked: Instant, now: Instant) -> Permit<'_> {
        let number = state.window.send(now);
        state.control.sent(number, now);
        state.open += 1;
        if let Some(leased) = &mut state.leased {
            leased.used();
        }
        Permit { limiter: self, number, sent: now, waited: now - asked, has_ended: false }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held makes a count wrong by one at most. A poisoned lock is therefore still used.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Records that a request got its response or was dropped.
    fn ended(&mut self, number: u64) {
        self.open -= 1;
        if self.control.ended(number) {
            self.queue.wake_first();
        }
    }

    fn turn(&self, now: Instant) -> Turn {
        let mut not_before = self.window.earliest(now);
        if let Some(pause) = self.control.pause() {
            not_before = not_before.max(pause);
        }
        let hold = self.control.hold(self.window.next(), now).unwrap_or(now);
        let mut expected = not_before.max(hold);
        if self.open == 0 {
            not_before = expected;
        }
        if self.leased.as_ref().is_some_and(|leased| leased.unused(now) == 0) {
            expected = expected.max(now + NEXT_LOOK);
        }
        Turn { not_before, expected }
    }

    /// Checks that the queue has room for one more caller, and that this caller can be served before its deadline.
    fn check_queue(
        &mut self,
        max_waiting: usize,
        turn: &Turn,
        now: Instant,
        deadline: Instant,
    ) -> Result<(), Exhausted> {
        let waiting = self.queue.len();
        if waiting >= max_waiting {
            return Err(Exhausted { reason: Reason::QueueFull { waiting }, ..turn.exhausted(now) });
        }
        if waiting > 0 {
            let earliest = self.queue.earliest_turn(&self.window, turn.not_before, now);
            if earliest >= deadline {
                // A call with the same time limit could be served if it started after this wait.
                let wait = earliest - deadline;
                return Err(Exhausted { wait, reason: Reason::QueueTooLong { waiting } });
            }
        }
        Ok(())
    }

    /// Records a call that fails at once because no leased turn is left. Does nothing if another limit would certainly
    /// delay the call too. Also does nothing if calls wait, because waiting calls already show that turns are needed.
    fn refuse(&mut self, turn: &Turn, in_bulk: bool, now: Instant) {
        if let Some(leased) = &mut self.leased
            && self.queue.len() == 0
            && turn.not_before <= now
        {
            leased.refuse(in_bulk, now);
        }
    }
}

impl Turn {
    fn check(&self, now: Instant, deadline: Instant) -> Result<(), Exhausted> {
        if now >= deadline || self.not_before >= deadline {
            return Err(self.exhausted(now));
        }
        Ok(())
    }

    fn exhausted(&self, now: Instant) -> Exhausted {
        Exhausted { wait: self.expected.saturating_duration_since(now), reason: Reason::UsedUp }
    }
}

/// The right to send one request now.
///
/// A permit that is dropped without a response counts as sent, because a cancelled request may have reached upstream.
pub(crate) struct Permit<'a> {
    limiter: &'a RateLimiter,
    number: u64,
    sent: Instant,
    waited: Duration,
    has_ended: bool,
}

impl Permit<'_> {
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// Returns the time at which the caller got the permit.
    pub(crate) fn sent(&self) -> Instant {
        self.sent
    }

    /// Reports the headers of the response. Call this as soon as they arrive, because the next request may depend on
    /// them.
    pub(crate) fn answered(&mut self, feedback: &Feedback) {
        let now = Instant::now();
        let mut state = self.limiter.state();
        let State { window, control, leased, .. } = &mut *state;
        window.answered(self.number, now);
        let mut feedback = *feedback;
        if let Some(leased) = leased {
            feedback = leased.heard(&feedback, control.note_remaining(feedback.remaining));
        }
        if control.learn(self.number, self.sent, &feedback, window, now) {
            state.queue.wake_first();
        }
        state.ended(self.number);
        self.has_ended = true;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.limiter.state().ended(self.number);
        }
    }
}

/// A slot in the queue. Dropping it frees the slot.
struct QueueSlot<'a> {
    limiter: &'a RateLimiter,
    number: u64,
    in_bulk: bool,
    /// Wakes the caller when it becomes the first in the queue, or when its turn comes earlier than expected.
    wake: Arc<Notify>,
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        state.queue.gave_up(self.number);
        if let Some(leased) = &mut state.leased {
            leased.waiting_in_bulk -= usize::from(self.in_bulk);
        }
    }
}
