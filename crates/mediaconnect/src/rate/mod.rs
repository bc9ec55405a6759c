//! Keeps the client within upstream's rate, so that nobody sees a 429.
//!
//! Upstream counts 100 requests a second and 2,000 a minute for each client id, in windows that it does not
//! describe. Three things decide when the next request goes, each in its own module:
//! - `log`: our own sends of the last minute. It alone suffices if nobody else uses the client id.
//! - `correction`: what upstream's answers (`feedback`) say of others who do.
//! - here: the queue, first come, first served.

mod correction;
mod feedback;
mod limit;
mod log;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use self::correction::Corrections;
pub(crate) use self::feedback::Feedback;
pub use self::limit::{RateLimit, WhenExhausted};
use self::log::Log;

/// Tells each request when to go. One for a client id in a process; clones of a client share it.
pub(crate) struct RateLimiter {
    limit: RateLimit,
    when_exhausted: WhenExhausted,
    /// Never held across an await.
    state: Mutex<State>,
    /// Held by the first of those who wait, while it waits. Tokio's mutex is handed on in order.
    front: tokio::sync::Mutex<()>,
    /// Wakes the first of those who wait when an answer lets it go earlier than it knew.
    earlier: Notify,
}

struct State {
    log: Log,
    corrections: Corrections,
    /// Callers in the queue; while there are any, nobody passes them.
    waiting: usize,
    /// Permits that are neither answered nor dropped.
    open: usize,
}

/// When the next request may go.
struct Turn {
    /// Not before this, whatever is answered until then.
    not_before: Instant,
    /// At this, unless an answer changes it.
    expected: Instant,
}

impl RateLimiter {
    /// A limiter that has sent nothing yet.
    pub(crate) fn new(limit: &RateLimit, when_exhausted: WhenExhausted) -> Self {
        // Who does not wait shall fail only when the rate is used up: not while the first request goes alone, and
        // not to save waits.
        let waits = when_exhausted == WhenExhausted::Wait;
        let state = State {
            log: Log::new(limit, waits),
            corrections: Corrections::new(limit, waits),
            waiting: 0,
            open: 0,
        };
        Self {
            limit: *limit,
            when_exhausted,
            state: Mutex::new(state),
            front: tokio::sync::Mutex::default(),
            earlier: Notify::new(),
        }
    }

    /// Requests a second that can go on for ever.
    pub(crate) fn sustained(&self) -> f64 {
        f64::from(self.limit.per_second()).min(f64::from(self.limit.per_minute()) / 60.0)
    }

    /// Waits until a request may be sent; send it at once.
    ///
    /// Dropping the future gives the place in the queue up and costs nothing.
    ///
    /// # Errors
    /// As soon as it is certain that the deadline comes first, or at once with [`WhenExhausted::Fail`].
    pub(crate) async fn acquire(&self, deadline: Instant) -> Result<Permit<'_>, Exhausted> {
        let asked = Instant::now();
        let deadline = match self.when_exhausted {
            WhenExhausted::Wait => deadline,
            WhenExhausted::Fail => asked,
        };
        let _place = {
            let mut state = self.state();
            let now = Instant::now();
            let turn = state.turn(now);
            if state.waiting == 0 && turn.expected <= now {
                return Ok(self.permit(&mut state, asked, now));
            }
            turn.check(now, deadline)?;
            state.waiting += 1;
            Place(self)
        };
        let front = timeout_at(deadline, self.front.lock()).await;
        let _front = front.map_err(|_| self.state().turn(deadline).exhausted(deadline))?;
        loop {
            let expected = {
                let mut state = self.state();
                let now = Instant::now();
                let turn = state.turn(now);
                if turn.expected <= now {
                    return Ok(self.permit(&mut state, asked, now));
                }
                turn.check(now, deadline)?;
                turn.expected
            };
            // Woken or not: the next round looks.
            let _ = timeout_at(expected.min(deadline), self.earlier.notified()).await;
        }
    }

    fn permit(&self, state: &mut State, asked: Instant, now: Instant) -> Permit<'_> {
        let number = state.log.send(now);
        state.corrections.sent(number, now);
        state.open += 1;
        Permit { limiter: self, number, sent: now, waited: now - asked }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic leaves behind is a count that is one off.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn turn(&self, now: Instant) -> Turn {
        let mut not_before = self.log.earliest(now);
        if let Some(pause) = self.corrections.pause() {
            not_before = not_before.max(pause);
        }
        let hold = self.corrections.hold(self.log.next(), now).unwrap_or(now);
        let expected = not_before.max(hold);
        if self.open == 0 {
            not_before = expected;
        }
        Turn { not_before, expected }
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
        Exhausted { wait: self.expected.saturating_duration_since(now) }
    }
}

/// The right to send one request, now.
///
/// Dropped without an answer, it counts as sent: a request that was cancelled may have arrived.
pub(crate) struct Permit<'a> {
    limiter: &'a RateLimiter,
    number: u64,
    sent: Instant,
    waited: Duration,
}

impl Permit<'_> {
    /// How long the caller waited for it.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// Tells what the answer says. Call it as soon as the head of the answer is there: the sooner an answer is
    /// known, the sooner its place is free again.
    pub(crate) fn answered(self, feedback: &Feedback) {
        let now = Instant::now();
        let mut state = self.limiter.state();
        let State { log, corrections, .. } = &mut *state;
        log.answered(self.number, now);
        if corrections.learn(self.number, self.sent, feedback, log, now) {
            self.limiter.earlier.notify_one();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        state.open -= 1;
        if state.corrections.ended(self.number) {
            self.limiter.earlier.notify_one();
        }
    }
}

/// The rate is used up for longer than the caller can wait. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    /// The time after which to try again: for the first in the queue, who comes behind others waits longer.
    pub(crate) wait: Duration,
}

/// A place in the queue.
struct Place<'a>(&'a RateLimiter);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}
