//! The queue: who waits for the rate, and when one caller more could go at the earliest.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::log::Log;

/// How long a forecast is used. Real sends fall behind it, because their responses take time.
const MAX_FORECAST_AGE: Duration = Duration::from_secs(1);

/// The callers that wait, in the order in which they came.
#[derive(Default)]
pub(super) struct Queue {
    waiting: BTreeMap<u64, Waiting>,
    next_number: u64,
    /// Kept while callers join, because a new one takes many times as long.
    forecast: Option<Forecast>,
}

struct Waiting {
    deadline: Instant,
    wake: Arc<Notify>,
}

impl Queue {
    /// Returns how many callers wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Adds a caller at the end. Returns its number, and what wakes it when it becomes the first or may go earlier.
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

    /// Returns whether nobody waits before the caller with this number.
    pub(super) fn is_first(&self, number: u64) -> bool {
        self.waiting.first_key_value().is_some_and(|(first, _)| *first == number)
    }

    /// Removes a caller that has its turn.
    pub(super) fn served(&mut self, number: u64) {
        if self.remove(number) && self.waiting.is_empty() {
            self.forecast = None;
        }
    }

    /// Removes a caller that gives up, if it is still there.
    pub(super) fn gave_up(&mut self, number: u64) {
        if self.remove(number) {
            // Those behind it may go earlier now.
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

    /// Wakes the first caller, so that it looks again when it may go.
    pub(super) fn wake_first(&self) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.wake.notify_one();
        }
    }

    /// Returns when a caller that joins now could go at the earliest, if nobody goes before `not_before`.
    ///
    /// All that wait are taken to go as fast as the limits allow, and to give up at their deadlines but not before.
    pub(super) fn earliest_turn(&mut self, log: &Log, not_before: Instant, now: Instant) -> Instant {
        self.forecast.take_if(|forecast| not_before >= forecast.stale);
        let forecast = self.forecast.get_or_insert_with(|| {
            let mut forecast = Forecast::new(log, not_before, now);
            self.waiting.values().for_each(|waiting| forecast.add(waiting.deadline));
            forecast
        });
        forecast.earliest()
    }
}

/// When those who wait are sent, if nothing but the limits holds them up.
struct Forecast {
    /// At an even pace.
    even: Course,
    /// Ahead of it: sends that were held up catch up, and those who would give up are served.
    early: Course,
    /// It is out of date once nobody may go before this: time has passed, or upstream has asked for a pause.
    stale: Instant,
}

impl Forecast {
    fn new(log: &Log, not_before: Instant, now: Instant) -> Self {
        // A pause that is known is in it.
        let stale = (now + MAX_FORECAST_AGE).max(not_before + Duration::from_nanos(1));
        let log = log.answered_by(now);
        let early = Course { log: log.clone(), last: not_before, ahead: log.head_start() };
        Self { even: Course { log, last: not_before, ahead: Duration::ZERO }, early, stale }
    }

    /// When one caller more could go at the earliest.
    fn earliest(&self) -> Instant {
        self.even.earliest().min(self.early.earliest())
    }

    /// Sends one caller more.
    fn add(&mut self, deadline: Instant) {
        self.even.add(deadline);
        self.early.add(deadline);
    }
}

/// One course that things may take.
struct Course {
    /// The sends until now, and after them those of the callers that wait.
    log: Log,
    /// When the last of these goes, as far as the log knows.
    last: Instant,
    /// How much earlier than that all of them go.
    ahead: Duration,
}

impl Course {
    fn earliest(&self) -> Instant {
        let next = self.log.earliest(self.last);
        next.checked_sub(self.ahead).unwrap_or(next)
    }

    /// Sends one caller more. One whose deadline comes first gives up, and leaves its turn to the next.
    fn add(&mut self, deadline: Instant) {
        if self.earliest() < deadline {
            self.last = self.log.earliest(self.last);
            let number = self.log.send(self.last);
            // Nothing can be answered faster.
            self.log.answered(number, self.last);
        }
    }
}
