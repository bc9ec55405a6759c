//! Corrects our own counting by upstream's responses: other senders with the same client id, and refusals.

use std::time::Duration;

use tokio::time::Instant;

use super::feedback::Feedback;
use super::limit::RateLimit;
use super::log::{LATEST_ARRIVAL, Log};

/// The first pause after a 429 that does not tell its own; it doubles with each that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest such pause: after a minute, no request of before counts any more.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause that upstream can ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(120);
/// A reset is told in whole seconds, and nobody says how they are rounded.
const RESET_ROUNDING: Duration = Duration::from_secs(1);
/// How long to hold when a sliding window is full: it may free a place at any time.
const SLIDING_HOLD: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// What upstream's answers forbid beyond the log.
pub(super) struct Corrections {
    ceiling: Option<Ceiling>,
    /// The newest request whose answer had a say on the ceiling.
    newest: u64,
    /// What all clients with this client id may send in a second and in a minute.
    of_all: (u32, u32),
    /// Whether more remaining requests were seen than a second has: then they are the minute's.
    counts_minutes: bool,
    pause: Pause,
    probes: bool,
    probe: Probe,
}

/// The send with this number and all after it have to wait; then one goes alone.
struct Ceiling {
    first: u64,
    until: Instant,
}

/// Nobody sends before its end.
#[derive(Default)]
struct Pause {
    until: Option<Instant>,
    length: Duration,
    /// Requests before this one were under way when the pause began: their refusal is no news.
    began_at: u64,
}

/// A request that goes alone, so that one is refused and not a hundred: at the start, when an earlier process may
/// have used the minute up, after a 429, and after others had used the minute up.
enum Probe {
    Due,
    Sent { number: u64, until: Instant },
    Done,
}

impl Corrections {
    /// With `probes`, the first request goes alone, and the first after others used the rate up.
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

    /// Returns whether what remains is known to be the minute's, with what a response says now.
    pub(super) fn counts_minutes(&mut self, remaining: Option<u32>) -> bool {
        self.counts_minutes |= remaining.is_some_and(|remaining| remaining > self.of_all.0);
        self.counts_minutes
    }

    /// Until when nobody may send, after a 429.
    pub(super) fn pause(&self) -> Option<Instant> {
        self.pause.until
    }

    /// Until when the next send has to wait, unless a response to an earlier one allows it before.
    pub(super) fn hold(&self, next: u64, now: Instant) -> Option<Instant> {
        let ceiling = self.ceiling.as_ref().filter(|ceiling| next >= ceiling.first);
        let probe = match self.probe {
            Probe::Sent { until, .. } => Some(until),
            Probe::Due | Probe::Done => None,
        };
        ceiling.map(|ceiling| ceiling.until).max(probe).filter(|until| *until > now)
    }

    /// Notes that a request is sent.
    pub(super) fn sent(&mut self, number: u64, now: Instant) {
        if self.ceiling.take_if(|ceiling| number >= ceiling.first).is_some() && self.probes {
            self.probe = Probe::Due;
        }
        match self.probe {
            Probe::Due => self.probe = Probe::Sent { number, until: now + LATEST_ARRIVAL },
            Probe::Sent { until, .. } if until <= now => self.probe = Probe::Done,
            Probe::Sent { .. } | Probe::Done => {}
        }
    }

    /// Notes that a request is answered or given up; returns whether others may go now that could not before.
    pub(super) fn ended(&mut self, number: u64) -> bool {
        let is_probe = matches!(self.probe, Probe::Sent { number: probe, .. } if probe == number);
        if is_probe {
            self.probe = Probe::Done;
        }
        is_probe
    }

    /// Learns from the response to a request; returns whether others may go now that could not before.
    pub(super) fn learn(
        &mut self,
        number: u64,
        sent: Instant,
        feedback: &Feedback,
        log: &mut Log,
        now: Instant,
    ) -> bool {
        if feedback.throttled {
            log.calm_down(now);
            self.throttled(number, feedback.retry_after, log.next(), now);
        } else if number >= self.pause.began_at {
            self.pause.length = Duration::ZERO;
        }
        // A refusal that does not tell how many remain means that none do.
        let remaining = feedback.remaining.or(feedback.throttled.then_some(0));
        match (remaining, feedback.reset) {
            (Some(remaining), Some(reset)) if number >= self.newest => {
                self.newest = number;
                self.counts_minutes |= remaining > self.of_all.0;
                let refused = feedback.throttled && remaining == 0;
                let hold = self.is_overrun(sent, remaining, reset, refused, log);
                let ceiling = hold.map(|hold| {
                    // Those sent after this one, and those it overtook, may not be counted in what remains.
                    let overtaken = u64::try_from(log.overtaken(number)).unwrap_or(u64::MAX);
                    let first = (number + 1 + u64::from(remaining)).saturating_sub(overtaken);
                    Ceiling { first, until: now + hold }
                });
                let before = std::mem::replace(&mut self.ceiling, ceiling);
                is_looser(before.as_ref(), self.ceiling.as_ref())
            }
            // Nothing told, or told before what is known already.
            _ => false,
        }
    }

    /// Nobody sends before `pause` is over.
    pub(super) fn pause_for(&mut self, pause: Duration, now: Instant) {
        let until = now + pause.min(LONGEST_RETRY_AFTER);
        self.pause.until = self.pause.until.max(Some(until));
    }

    fn throttled(&mut self, number: u64, retry_after: Option<Duration>, next: u64, now: Instant) {
        let is_news = number >= self.pause.began_at;
        if is_news {
            self.pause.length = (self.pause.length * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
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

    /// Returns how long to keep to what upstream says remains, if that is less than our own count leaves.
    ///
    /// If it is not less it must not count: a sliding window that is full has none remaining and a minute to go, but
    /// frees a place with each request that leaves it.
    fn is_overrun(
        &self,
        sent: Instant,
        remaining: u32,
        reset: Duration,
        refused: bool,
        log: &Log,
    ) -> Option<Duration> {
        // "Requests left before a 429" may mean the second's. Then it is low in every burst and says nothing of the
        // minute.
        if !self.counts_minutes && !refused && !log.is_less_in_second(remaining, sent) {
            return None;
        }
        // A fixed window of which so much is used must have begun long enough ago.
        let (second, minute) = self.of_all;
        let age = MINUTE.saturating_sub(reset);
        let is_fixed = u64::from(minute.saturating_sub(remaining)) <= u64::from(second) * (age.as_secs() + 2);
        if is_fixed {
            let since = sent.checked_sub(age + RESET_ROUNDING);
            (refused || log.is_less_since(remaining, since)).then_some(reset + RESET_ROUNDING)
        } else {
            log.is_less_in_minute(remaining, sent).then_some(SLIDING_HOLD)
        }
    }
}

fn is_looser(before: Option<&Ceiling>, after: Option<&Ceiling>) -> bool {
    before.is_some_and(|before| {
        after.is_none_or(|after| after.first > before.first || after.until < before.until)
    })
}
