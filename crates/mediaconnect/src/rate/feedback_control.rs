//! Adjusts the limiter to upstream's responses. They show whether upstream refuses requests, and whether other
//! processes use the same client id.

use std::time::Duration;

use tokio::time::Instant;

use super::limit::RateLimit;
use super::window::{MAX_ARRIVAL, SendWindow};
use crate::headers::Feedback;

/// The first pause after a 429 without `Retry-After`. It doubles with each further 429.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause after a 429 without `Retry-After`. A longer pause is not needed, because after a minute upstream
/// no longer counts earlier requests.
const MAX_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause that upstream can request.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(120);
/// The largest rounding error of the time until the reset, which upstream reports in whole seconds.
const RESET_ROUNDING: Duration = Duration::from_secs(1);
/// The time that requests wait when a sliding window is full. It is short, because a sliding window can have room again
/// at any time.
const SLIDING_HOLD: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The limits that upstream's responses set, in addition to the limits of the [`SendWindow`].
pub(super) struct FeedbackControl {
    ceiling: Option<Ceiling>,
    /// The number of the newest request whose response reported the rate. Reports from earlier requests are ignored.
    newest: u64,
    /// The numbers of requests that all processes with this client id together may send in a second and in a minute.
    of_all: (u32, u32),
    /// True once a response has reported more remaining requests than the limit per second. This proves that the
    /// responses report the remaining requests of the minute, not of the second.
    counts_minutes: bool,
    pause: Pause,
    probes: bool,
    probe: Probe,
}

/// A temporary limit. Requests with the number `first` or a higher number wait until the time `until`. If the limiter
/// uses probes, the first of these requests is sent as a [`Probe`].
struct Ceiling {
    first: u64,
    until: Instant,
}

/// A pause after a 429, in which nothing is sent.
#[derive(Default)]
struct Pause {
    until: Option<Instant>,
    length: Duration,
    /// The number of the first request after the pause began. Only a 429 for this request or a later one doubles
    /// `length`. Earlier requests were sent before the limiter knew that upstream refuses requests.
    began_at: u64,
}

/// A request that is sent alone, to find out whether upstream accepts requests. If upstream refuses it, only one
/// request is refused, and not a burst of a hundred.
///
/// A probe is sent at the start, because an earlier process may have used up the limit per minute. A probe is also sent
/// after a 429, and after other processes used up the limit per minute.
enum Probe {
    Due,
    Sent { number: u64, until: Instant },
    Done,
}

impl FeedbackControl {
    /// Creates the state of a new limiter. If `probes` is true, some requests are sent alone; see [`Probe`].
    pub(super) fn new(limit: &RateLimit, probes: bool) -> Self {
        Self {
            ceiling: None,
            newest: 0,
            of_all: (limit.of_all_per_second(), limit.of_all_per_minute()),
            counts_minutes: false,
            pause: Pause::default(),
            probes,
            probe: if probes { Probe::Due } else { Probe::Done },
        }
    }

    /// Updates `counts_minutes` from the number of remaining requests in a response. Returns the new value of
    /// `counts_minutes`.
    pub(super) fn note_remaining(&mut self, remaining: Option<u32>) -> bool {
        self.counts_minutes |= remaining.is_some_and(|remaining| remaining > self.of_all.0);
        self.counts_minutes
    }

    /// Returns the end of the pause after a 429.
    pub(super) fn pause(&self) -> Option<Instant> {
        self.pause.until
    }

    /// Returns the time until which the next send must wait. The response to an earlier send may end this wait sooner.
    pub(super) fn hold(&self, next: u64, now: Instant) -> Option<Instant> {
        let ceiling = self.ceiling.as_ref().filter(|ceiling| next >= ceiling.first);
        let probe = match self.probe {
            Probe::Sent { until, .. } => Some(until),
            Probe::Due | Probe::Done => None,
        };
        ceiling.map(|ceiling| ceiling.until).max(probe).filter(|until| *until > now)
    }

    pub(super) fn sent(&mut self, number: u64, now: Instant) {
        if self.ceiling.take_if(|ceiling| number >= ceiling.first).is_some() && self.probes {
            self.probe = Probe::Due;
        }
        if matches!(self.probe, Probe::Due) {
            self.probe = Probe::Sent { number, until: now + MAX_ARRIVAL };
        }
    }

    /// Records that a request got its response or was dropped. Returns true if waiting requests may be sent earlier
    /// now.
    pub(super) fn ended(&mut self, number: u64) -> bool {
        let is_probe = matches!(self.probe, Probe::Sent { number: probe, .. } if probe == number);
        if is_probe {
            self.probe = Probe::Done;
        }
        is_probe
    }

    /// Adjusts the limits to the headers of a response. Returns true if waiting requests may now be sent earlier.
    pub(super) fn learn(
        &mut self,
        number: u64,
        sent: Instant,
        feedback: &Feedback,
        window: &mut SendWindow,
        now: Instant,
    ) -> bool {
        if feedback.throttled {
            window.calm_down(now);
            self.throttled(number, feedback.retry_after, window.next(), now);
        } else if number >= self.pause.began_at {
            self.pause.length = Duration::ZERO;
        }
        // If a 429 does not report the remaining requests, none remain.
        let remaining = feedback.remaining.or(feedback.throttled.then_some(0));
        match (remaining, feedback.reset) {
            (Some(remaining), Some(reset)) if number >= self.newest => {
                self.newest = number;
                self.note_remaining(Some(remaining));
                let refused = feedback.throttled && remaining == 0;
                let hold = self.is_overrun(sent, remaining, reset, refused, window);
                let ceiling = hold.map(|hold| {
                    // After this request, upstream allows `remaining` more requests. Upstream may count some requests
                    // later than this request, although they were sent earlier. These requests use up part of
                    // `remaining`, so `overtaken` is subtracted.
                    let overtaken = u64::try_from(window.overtaken(number)).unwrap_or(u64::MAX);
                    let first = (number + 1 + u64::from(remaining)).saturating_sub(overtaken);
                    Ceiling { first, until: now + hold }
                });
                let before = std::mem::replace(&mut self.ceiling, ceiling);
                is_looser(before.as_ref(), self.ceiling.as_ref())
            }
            // Nothing is learned: the response does not report the rate, or a newer report has already arrived.
            _ => false,
        }
    }

    /// Stops all sends for `pause`, two minutes at most.
    pub(super) fn pause_for(&mut self, pause: Duration, now: Instant) {
        let until = now + pause.min(MAX_RETRY_AFTER);
        self.pause.until = self.pause.until.max(Some(until));
    }

    fn throttled(&mut self, number: u64, retry_after: Option<Duration>, next: u64, now: Instant) {
        let is_news = number >= self.pause.began_at;
        if is_news {
            self.pause.length = (self.pause.length * 2).clamp(FIRST_PAUSE, MAX_PAUSE);
            self.pause.began_at = next;
            if self.probes {
                self.probe = Probe::Due;
            }
        }
        match retry_after {
            Some(pause) => self.pause_for(pause, now),
            None if is_news => self.pause_for(self.pause.length, now),
            None => {}
        }
    }

    /// Returns the time for which requests need an additional limit, besides those of the [`SendWindow`]. Returns
    /// `None` if the response shows no need for an additional limit.
    ///
    /// For example, our own requests may have filled a sliding window. Upstream then reports 0 remaining requests and a
    /// reset in a minute. No additional limit is needed, because the window has room again as soon as a request leaves
    /// it.
    fn is_overrun(
        &self,
        sent: Instant,
        remaining: u32,
        reset: Duration,
        refused: bool,
        window: &SendWindow,
    ) -> Option<Duration> {
        // `remaining` may refer to the limit per second. In that case, it is low in every burst, and does not show how
        // many requests the limit per minute still allows.
        if !self.counts_minutes && !refused && !window.is_less_in_second(remaining, sent) {
            return None;
        }
        // If the window is fixed, it began `age` ago. If upstream counted more requests than the limit per second
        // allows in that time, the window is sliding.
        let (second, minute) = self.of_all;
        let age = MINUTE.saturating_sub(reset);
        let is_fixed = u64::from(minute.saturating_sub(remaining)) <= u64::from(second) * (age.as_secs() + 2);
        if is_fixed {
            let since = sent.checked_sub(age + RESET_ROUNDING);
            (refused || window.is_less_since(remaining, since)).then_some(reset + RESET_ROUNDING)
        } else {
            window.is_less_in_minute(remaining, sent).then_some(SLIDING_HOLD)
        }
    }
}

fn is_looser(before: Option<&Ceiling>, after: Option<&Ceiling>) -> bool {
    before.is_some_and(|before| {
        after.is_none_or(|after| after.first > before.first || after.until < before.until)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_is_looser_if_more_is_sent_before_it_or_it_ends_sooner() {
        let now = Instant::now();
        let ceiling = |first, seconds| Some(Ceiling { first, until: now + Duration::from_secs(seconds) });
        for (after, expected) in [
            (None, true),
            (ceiling(11, 30), true),
            (ceiling(10, 29), true),
            (ceiling(10, 30), false),
            (ceiling(9, 31), false),
        ] {
            assert_eq!(is_looser(ceiling(10, 30).as_ref(), after.as_ref()), expected);
        }
        assert!(!is_looser(None, ceiling(10, 30).as_ref()));
    }
}
