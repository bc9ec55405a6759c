//! Keeps the client within upstream's rate, so that nobody sees a 429.
//!
//! Upstream counts 100 requests a second and 2,000 a minute for each client id, in windows that it does not
//! describe. Three modules decide when the next request goes:
//! - `log`: our own sends of the last minute. It alone suffices if nobody else uses the client id.
//! - `correction`: what upstream's answers (`feedback`) say of others who do.
//! - `queue`: the callers that wait, first come, first served, and whether one more can be served in time.
//!
//! Where processes share a client id, `turns` adds what a fleet has leased to this one.

mod correction;
#[cfg(test)]
mod crowds;
mod feedback;
mod limit;
mod log;
mod queue;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod turns;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use self::correction::Corrections;
pub(crate) use self::feedback::{Feedback, REMAINING, RESET};
pub use self::limit::{RateLimit, WhenExhausted};
use self::log::Log;
use self::queue::Queue;
pub(crate) use self::turns::StartLeasing;
use self::turns::{Leased, NEXT_LOOK};
pub use self::turns::{Turns, TurnsReport};
use crate::exhausted::{Exhausted, Reason};

/// Tells each request when to go. One for a client id in a process; clones of a client share it.
pub(crate) struct RateLimiter {
    limit: RateLimit,
    when_exhausted: WhenExhausted,
    max_waiting: usize,
    /// Never held across an await.
    state: Mutex<State>,
}

struct State {
    log: Log,
    corrections: Corrections,
    /// While somebody waits, nobody passes.
    queue: Queue,
    /// Permits that are neither answered nor dropped.
    open: usize,
    /// What a fleet has leased, if the client is in one.
    leased: Option<Leased>,
}

/// When the next request may go.
struct Turn {
    /// Not before this, whatever is answered until then.
    not_before: Instant,
    /// At this, unless a response changes it.
    expected: Instant,
}

impl RateLimiter {
    /// A limiter that has sent nothing yet. Any number of callers may wait.
    pub(crate) fn new(limit: &RateLimit, when_exhausted: WhenExhausted) -> Self {
        // Who does not wait shall fail only when the rate is used up: not while the first request goes alone, and
        // not to save waits.
        let waits = when_exhausted == WhenExhausted::Wait;
        let state = State {
            log: Log::new(limit, waits),
            corrections: Corrections::new(limit, waits),
            queue: Queue::default(),
            open: 0,
            leased: None,
        };
        Self { limit: *limit, when_exhausted, max_waiting: usize::MAX, state: Mutex::new(state) }
    }

    /// Lets at most so many callers wait at once.
    pub(crate) fn with_max_waiting(self, callers: usize) -> Self {
        Self { max_waiting: callers, ..self }
    }

    /// Sends only with turns that a fleet has leased; `start` starts its task.
    pub(crate) fn with_leases(self, start: StartLeasing) -> Arc<Self> {
        let limiter = Arc::new(self);
        limiter.state().leased = Some(Leased::new(Arc::downgrade(&limiter), start));
        limiter
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
    /// As soon as it is certain that the deadline comes first; at once if too many wait already, or with
    /// [`WhenExhausted::Fail`].
    pub(crate) async fn acquire(&self, deadline: Instant) -> Result<Permit<'_>, Exhausted> {
        self.acquire_in(deadline, false).await
    }

    /// [`acquire`](Self::acquire), for a call that may be one of a bulk.
    pub(crate) async fn acquire_in(&self, deadline: Instant, in_bulk: bool) -> Result<Permit<'_>, Exhausted> {
        let asked = Instant::now();
        let deadline = match self.when_exhausted {
            WhenExhausted::Wait => deadline,
            WhenExhausted::Fail => asked,
        };
        let (place, start) = {
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
            (joined, start)
        };
        if let Some((start, turns)) = start {
            start(turns);
        }
        let place = place?;
        loop {
            let until = {
                let mut state = self.state();
                let now = Instant::now();
                let turn = state.turn(now);
                if state.queue.is_first(place.number) {
                    if turn.expected <= now {
                        state.queue.served(place.number);
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
            // Woken or not: the next round looks.
            let _ = timeout_at(until, place.wake.notified()).await;
        }
    }

    fn join(&self, state: &mut State, deadline: Instant, in_bulk: bool) -> Place<'_> {
        let (number, wake) = state.queue.join(deadline);
        if let Some(leased) = &mut state.leased {
            leased.waiting_in_bulk += usize::from(in_bulk);
            leased.wanted();
        }
        Place { limiter: self, number, in_bulk, wake }
    }

    fn permit(&self, state: &mut State, asked: Instant, now: Instant) -> Permit<'_> {
        let number = state.log.send(now);
        state.corrections.sent(number, now);
        state.open += 1;
        if let Some(leased) = &mut state.leased {
            leased.used();
        }
        Permit { limiter: self, number, sent: now, waited: now - asked, has_ended: false }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic leaves behind is a count that is one off.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes that a request is answered or given up.
    fn ended(&mut self, number: u64) {
        self.open -= 1;
        if self.corrections.ended(number) {
            self.queue.wake_first();
        }
    }

    fn turn(&self, now: Instant) -> Turn {
        let mut not_before = self.log.earliest(now);
        if let Some(pause) = self.corrections.pause() {
            not_before = not_before.max(pause);
        }
        let hold = self.corrections.hold(self.log.next(), now).unwrap_or(now);
        let mut expected = not_before.max(hold);
        if self.open == 0 {
            not_before = expected;
        }
        if self.leased.as_ref().is_some_and(|leased| leased.unused(now) == 0) {
            expected = expected.max(now + NEXT_LOOK);
        }
        Turn { not_before, expected }
    }

    /// Checks whether one caller more can wait, and be served before its deadline.
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
            let earliest = self.queue.earliest_turn(&self.log, turn.not_before, now);
            if earliest >= deadline {
                // So much later, a call with as much time could go.
                let wait = earliest - deadline;
                return Err(Exhausted { wait, reason: Reason::QueueTooLong { waiting } });
            }
        }
        Ok(())
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

/// The right to send one request, now.
///
/// Dropped without a response, it counts as sent: a request that was cancelled may have arrived.
pub(crate) struct Permit<'a> {
    limiter: &'a RateLimiter,
    number: u64,
    sent: Instant,
    waited: Duration,
    has_ended: bool,
}

impl Permit<'_> {
    /// Returns how long the caller waited for it.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// Tells what the response says. Call it as soon as the head of the response is there: the sooner a response is
    /// known, the sooner its place is free again.
    pub(crate) fn answered(mut self, feedback: &Feedback) {
        let now = Instant::now();
        let mut state = self.limiter.state();
        let State { log, corrections, leased, .. } = &mut *state;
        log.answered(self.number, now);
        let mut feedback = *feedback;
        if let Some(leased) = leased {
            feedback = leased.heard(&feedback, corrections.counts_minutes(feedback.remaining));
        }
        if corrections.learn(self.number, self.sent, &feedback, log, now) {
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

/// A place in the queue.
struct Place<'a> {
    limiter: &'a RateLimiter,
    number: u64,
    in_bulk: bool,
    /// Wakes the caller when it becomes the first, or may go earlier than it knew.
    wake: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        state.queue.gave_up(self.number);
        if let Some(leased) = &mut state.leased {
            leased.waiting_in_bulk -= usize::from(self.in_bulk);
        }
    }
}
