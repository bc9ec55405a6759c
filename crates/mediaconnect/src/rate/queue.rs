//! The queue of callers that wait for a turn, and the forecast of the time at which one more caller could be served.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::window::SendWindow;

/// A forecast older than this is computed again. It has become inaccurate, because it assumes that responses come at
/// once.
const MAX_FORECAST_AGE: Duration = Duration::from_secs(1);

/// The waiting callers, in the order of their arrival.
#[derive(Default)]
pub(super) struct Queue {
    waiting: BTreeMap<u64, Waiting>,
    next_number: u64,
    /// The current forecast. When a caller joins, its turn is added, which is much faster than a new forecast.
    forecast: Option<Forecast>,
}

struct Waiting {
    deadline: Instant,
    wake: Arc<Notify>,
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Adds a caller at the end. Returns the caller's number, and a `Notify` that wakes the caller when it becomes the
    /// first in the queue or when the time of its turn changes.
    pub(super) fn join(&mut self, deadline: Instant) -> (u64, Arc<Notify>) {
        let number = self.next_number;
        self.next_number += 1;
        let wake = Arc::new(Notify::new());
        self.waiting.insert(number, Waiting { deadline, wake: Arc::clone(&wake) });
        if let Some(forecast) = &mut self.forecast {
            forecast.add(deadline);
        }
        (number, wake)
    }

    pub(super) fn is_first(&self, number: u64) -> bool {
        self.waiting.first_key_value().is_some_and(|(first, _)| *first == number)
    }

    /// Removes a caller that got its turn.
    pub(super) fn served(&mut self, number: u64) {
        if self.remove(number) && self.waiting.is_empty() {
            self.forecast = None;
        }
    }

    /// Removes a caller that gives up, if it is still in the queue.
    pub(super) fn gave_up(&mut self, number: u64) {
        if self.remove(number) {
            // The forecast is outdated, because the callers behind this one may now be served earlier.
            self.forecast = None;
        }
    }

    fn remove(&mut self, number: u64) -> bool {
        let was_first = self.is_first(number);
        let removed = self.waiting.remove(&number).is_some();
        if was_first {
            self.wake_first();
        }
        removed
    }

    /// Wakes the first caller, so that it checks its turn again.
    pub(super) fn wake_first(&self) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.wake.notify_one();
        }
    }

    /// Returns the earliest time at which a caller that joins now could be served. No caller is served before
    /// `not_before`.
    ///
    /// The forecast assumes that all waiting callers are served as fast as the limits allow, and give up only at their
    /// deadlines.
    pub(super) fn earliest_turn(
        &mut self,
        window: &SendWindow,
        not_before: Instant,
        now: Instant,
    ) -> Instant {
        self.forecast.take_if(|forecast| not_before >= forecast.stale);
        let forecast = self.forecast.get_or_insert_with(|| {
            let mut forecast = Forecast::new(window, not_before, now);
            self.waiting.values().for_each(|waiting| forecast.add(waiting.deadline));
            forecast
        });
        forecast.earliest()
    }
}

/// A forecast of the times at which the waiting callers are served. It assumes that only the limits delay them.
struct Forecast {
    /// The forecast for requests that are sent at an even pace.
    even: Course,
    /// The forecast for requests that catch up after a delay. They are sent earlier than in `even`, so fewer callers
    /// give up.
    early: Course,
    /// The forecast is valid only while a request may be sent before this time. It therefore becomes outdated at this
    /// time at the latest. A 429 can make the forecast outdated earlier, because the limiter then pauses.
    stale: Instant,
}

impl Forecast {
    fn new(window: &SendWindow, not_before: Instant, now: Instant) -> Self {
        // The forecast includes the wait until `not_before`, so it must not become stale before that time.
        let stale = (now + MAX_FORECAST_AGE).max(not_before + Duration::from_nanos(1));
        let window = window.answered_by(now);
        let early = Course { window: window.clone(), last: not_before, ahead: window.head_start() };
        Self { even: Course { window, last: not_before, ahead: Duration::ZERO }, early, stale }
    }

    /// Returns the earliest time at which one more caller could be served.
    fn earliest(&self) -> Instant {
        self.even.earliest().min(self.early.earliest())
    }

    fn add(&mut self, deadline: Instant) {
        self.even.add(deadline);
        self.early.add(deadline);
    }
}

struct Course {
    /// The requests sent so far, followed by the requests that the waiting callers are expected to send.
    window: SendWindow,
    /// The time of the last send in `window`.
    last: Instant,
    /// The maximum head start: a request may be sent this much earlier than `window` forecasts.
    ahead: Duration,
}

impl Course {
    fn earliest(&self) -> Instant {
        let next = self.window.earliest(self.last);
        next.checked_sub(self.ahead).unwrap_or(next)
    }

    /// Adds the turn of one more caller. No turn is added for a caller whose deadline passes before its turn, because
    /// such a caller gives up.
    fn add(&mut self, deadline: Instant) {
        if self.earliest() < deadline {
            self.last = self.window.earliest(self.last);
            let number = self.window.send(self.last);
            // The forecast assumes that the response comes at once, although the real response may come later.
            self.window.answered(number, self.last);
        }
    }
}
