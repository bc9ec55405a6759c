//! The log of the requests of the last minute: it tells when the next one may be sent.
//!
//! Upstream counts a request some time between its sending and its answer. The log keeps both ends for each, and
//! lets request *k* go when request *k − N* was answered a whole window ago. Then whatever happened on the way, any
//! `N + 1` requests are counted over more than one window: no window that upstream may count in, fixed or sliding,
//! wherever it begins, holds more than `N`. What that costs is one latency a minute, not a safety factor.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::limit::RateLimit;

/// The latest that upstream counts a request, after its sending.
///
/// While a request is unanswered it must be taken to arrive still. To the end of its timeout would cost a fifth of
/// the rate when upstream is slow: this cap costs 2.5 % at the worst. Connecting with TLS is in it.
pub(super) const LATEST_ARRIVAL: Duration = Duration::from_millis(1_500);
/// What a window is longer than upstream's, since clocks run differently and counters tick coarsely.
const MARGIN: Duration = Duration::from_millis(50);
/// How far sends catch up with their pace after a lull, or a timer that fired late; in sends.
const CATCH_UP: u32 = 10;

/// The sends of the last minute.
#[derive(Clone)]
pub(super) struct Log {
    second: Window,
    minute: Window,
    sends: VecDeque<Sent>,
    /// The number of the next send; they count from 0.
    next: u64,
    /// The earliest time for the next send by [`spacing`](Self::spacing).
    paced: Option<Instant>,
    /// Whether to space sends before the minute is used up.
    spaces: bool,
    /// Until then, sends are spaced however few they were.
    calm: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Window {
    requests: u32,
    length: Duration,
}

#[derive(Clone, Copy)]
struct Sent {
    at: Instant,
    /// The latest that upstream may have counted it.
    arrived_by: Instant,
}

impl Log {
    /// A log without sends. Without `spaces`, all of a minute may be sent as fast as a second allows.
    pub(super) fn new(limit: &RateLimit, spaces: bool) -> Self {
        let minute = Window { requests: limit.per_minute(), length: Duration::from_secs(60) + MARGIN };
        let second = Window {
            requests: limit.per_second().min(minute.requests),
            length: Duration::from_secs(1) + MARGIN,
        };
        let sends = VecDeque::with_capacity(minute.requests as usize);
        Self { second, minute, sends, next: 0, paced: None, spaces, calm: None }
    }

    /// When the next request may be sent at the earliest: a time that has passed if it may be now.
    ///
    /// That can still move away, by as long as a request is unanswered, but never nearer.
    pub(super) fn earliest(&self, now: Instant) -> Instant {
        let free = |window: &Window| {
            let send = self.last(window.requests)?;
            // Unanswered still: it cannot be answered before now.
            Some(send.arrived_by.min(now) + window.length)
        };
        [free(&self.second), free(&self.minute), self.paced].into_iter().flatten().fold(now, Instant::max)
    }

    /// Enters a send and returns its number.
    pub(super) fn send(&mut self, now: Instant) -> u64 {
        if self.sends.len() == self.minute.requests as usize {
            self.sends.pop_front();
        }
        self.sends.push_back(Sent { at: now, arrived_by: now + LATEST_ARRIVAL });
        let number = self.next;
        self.next += 1;
        let spacing = self.spacing(now);
        let lull = now.checked_sub(spacing * CATCH_UP).unwrap_or(now);
        self.paced = Some(self.paced.unwrap_or(now).max(lull) + spacing);
        number
    }

    /// Notes that a send is answered, so it was counted by now.
    pub(super) fn answered(&mut self, number: u64, now: Instant) {
        let index = self.index(number);
        if let Some(send) = index.and_then(|index| self.sends.get_mut(index)) {
            send.arrived_by = send.arrived_by.min(now);
        }
    }

    /// Returns how many sends upstream may count later than now.
    pub(super) fn open(&self, now: Instant) -> u32 {
        let recent = self.sends.iter().rev().take_while(|send| send.at + LATEST_ARRIVAL > now);
        u32::try_from(recent.filter(|send| send.arrived_by > now).count()).unwrap_or(u32::MAX)
    }

    /// Returns a copy in which everything that is sent is answered by now.
    pub(super) fn answered_by(&self, now: Instant) -> Self {
        let mut copy = self.clone();
        copy.sends.iter_mut().for_each(|send| send.arrived_by = send.arrived_by.min(now));
        copy
    }

    /// By how much sends may run ahead of an even pace, once half of the minute is used.
    pub(super) fn head_start(&self) -> Duration {
        self.minute.length / self.minute.requests * CATCH_UP
    }

    /// Spaces all sends of the coming minute: upstream refused one, so others are in haste too.
    pub(super) fn calm_down(&mut self, now: Instant) {
        self.calm = Some(now + self.minute.length);
    }

    /// The number of the next send.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns whether `remaining`, told in the answer to a request sent at `sent`, is less than what this log would let
    /// through in the minute: then others send with the same client id, or did.
    pub(super) fn is_less_in_minute(&self, remaining: u32, sent: Instant) -> bool {
        self.is_less(&self.minute, remaining, sent.checked_sub(self.minute.length))
    }

    /// [`is_less_in_minute`](Self::is_less_in_minute), of the second.
    pub(super) fn is_less_in_second(&self, remaining: u32, sent: Instant) -> bool {
        self.is_less(&self.second, remaining, sent.checked_sub(self.second.length))
    }

    /// [`is_less_in_minute`](Self::is_less_in_minute), of a minute that began at `since` or later; without, at any
    /// time.
    pub(super) fn is_less_since(&self, remaining: u32, since: Option<Instant>) -> bool {
        self.is_less(&self.minute, remaining, since)
    }

    /// Returns how many sends before this one upstream may have counted after it.
    pub(super) fn overtaken(&self, number: u64) -> usize {
        let Some((index, send)) = self.index(number).and_then(|index| Some((index, self.sends.get(index)?)))
        else {
            return 0;
        };
        let earlier = self.sends.range(..index).rev();
        earlier
            .take_while(|other| other.at + LATEST_ARRIVAL > send.at)
            .filter(|other| other.arrived_by > send.at)
            .count()
    }

    /// Returns how far apart to send: not at all until half of the minute is used.
    ///
    /// Without it, 20 seconds of haste end in 40 of silence, more than a call's deadline. Each of the older sends
    /// says how many more may follow until it leaves the window: those are spread over that time. And never more
    /// than a tenth faster than the minute allows for good, so that haste does not come back every minute.
    fn spacing(&self, now: Instant) -> Duration {
        let Window { requests, length } = self.minute;
        let half = requests.div_ceil(2);
        let step = (requests / 16).max(1) as usize;
        let sustained = length / requests * 9 / 10;
        let is_calm = self.calm.is_some_and(|until| now < until);
        let mut spacing = if is_calm { sustained } else { Duration::ZERO };
        if !self.spaces {
            return spacing;
        }
        for used in (half..requests).step_by(step) {
            let Some(send) = self.last(used) else { break };
            let left = (send.arrived_by + length).saturating_duration_since(now);
            if left.is_zero() {
                break;
            }
            spacing = spacing.max(sustained).max(left / (requests - used + 1));
        }
        spacing
    }

    fn is_less(&self, window: &Window, remaining: u32, since: Option<Instant>) -> bool {
        let used = window.requests.saturating_sub(remaining);
        // If so many of ours are counted, the `used`th last is.
        used > 0 && self.last(used).is_none_or(|send| since.is_some_and(|since| send.arrived_by <= since))
    }

    /// The `n`th last send; the last is the first.
    fn last(&self, n: u32) -> Option<&Sent> {
        self.sends.get(self.sends.len().checked_sub(n as usize)?)
    }

    fn index(&self, number: u64) -> Option<usize> {
        let back = usize::try_from(self.next.checked_sub(number)?).ok()?;
        self.sends.len().checked_sub(back)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn log(per_second: u32, per_minute: u32) -> Log {
        Log::new(&RateLimit::new(per_second, per_minute).unwrap(), true)
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn an_unanswered_request_is_taken_to_arrive_late() {
        let start = Instant::now();
        let mut log = log(1, 100);
        assert_eq!(log.earliest(start), start);
        log.send(start);
        // It cannot be answered before now, and need not be waited for longer than the latest arrival.
        assert_eq!(log.earliest(start), start + 1_050 * MS);
        assert_eq!(log.earliest(start + 1_000 * MS), start + 2_050 * MS);
        assert_eq!(log.earliest(start + 9_000 * MS), start + 9_000 * MS);
        log.answered(0, start + 200 * MS);
        assert_eq!(log.earliest(start + 1_000 * MS), start + 1_250 * MS);
    }

    #[test]
    fn an_answer_to_a_request_that_left_the_log_is_ignored() {
        let start = Instant::now();
        let mut log = log(2, 2);
        for number in 0..5 {
            assert_eq!(log.send(start), number);
        }
        log.answered(0, start);
        log.answered(99, start);
        assert_eq!((log.overtaken(0), log.overtaken(99), log.overtaken(4)), (0, 0, 1));
        assert!(log.earliest(start + LATEST_ARRIVAL) > start + LATEST_ARRIVAL);
    }

    #[test]
    fn remaining_is_compared_with_what_the_log_would_let_through() {
        let start = Instant::now();
        let mut log = log(10, 100);
        for number in 0..30 {
            let at = start + 1_000 * MS * number;
            log.send(at);
            log.answered(number.into(), at + 100 * MS);
        }
        let last = start + Duration::from_secs(29);
        assert!(log.is_less_in_minute(69, last) && !log.is_less_in_minute(70, last));
        // The one before may be in the same second, since it was answered 0.9 seconds ago.
        assert!(log.is_less_in_second(7, last) && !log.is_less_in_second(8, last));
        // Forty seconds later, ten of them have left the minute: those answered until 9.1 seconds after the start.
        let later = start + Duration::from_millis(69_150);
        assert!(log.is_less_in_minute(79, later) && !log.is_less_in_minute(80, later));
        assert!(!log.is_less_in_minute(100, later) && !log.is_less_in_minute(5_000, later));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        /// Any demand, any latency up to the cap, any arrival between sending and answer.
        #[test]
        fn no_window_holds_more_than_the_limit(
            (per_second, per_minute) in (1u32..20, 1u32..100),
            calls in prop::collection::vec((0u64..3_000, 0u64..1_500, 0u64..=100), 1..400),
            haste in 1u64..100,
        ) {
            let start = Instant::now();
            let mut log = log(per_second, per_minute);
            let (mut now, mut open, mut arrivals) = (start, Vec::new(), Vec::new());
            for (pause, latency, part) in calls {
                now += MS * u32::try_from(pause / haste).unwrap();
                loop {
                    open.retain(|&(number, answer)| {
                        if answer <= now {
                            log.answered(number, answer);
                        }
                        answer > now
                    });
                    let at = log.earliest(now);
                    if at <= now {
                        break;
                    }
                    now = at;
                }
                let number = log.send(now);
                let ms = |ms| MS * u32::try_from(ms).unwrap();
                open.push((number, now + ms(latency)));
                arrivals.push(now + ms(latency * part / 100));
            }
            arrivals.sort_unstable();
            for (limit, length) in [(per_second, 1_000 * MS), (per_minute, 60_000 * MS)] {
                for window in arrivals.windows(limit as usize + 1) {
                    let span = *window.last().unwrap() - window[0];
                    prop_assert!(span >= length, "{} requests within {span:?}", window.len());
                }
            }
        }
    }
}
