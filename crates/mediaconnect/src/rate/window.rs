//! The requests of the last minute, which decide when the next request may be sent.
//!
//! Upstream counts a request at some time between the sending of the request and the response. Both times are stored
//! for each request. With a limit of `N`, request *k* may be sent once the response to request *k − N* is older than a
//! whole window. Upstream therefore never counts these two requests in the same window. So no window contains more than
//! `N` requests, whether upstream's windows are fixed or sliding, and wherever they begin. The rule makes a safety
//! factor unnecessary. It delays the requests of each minute by the latency of one request.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::limit::RateLimit;

/// The longest time between sending a request and upstream counting it, including a TLS handshake.
///
/// A request without a response may still arrive and be counted. If the limiter waited until such a request times out,
/// it could send far fewer requests to a slow upstream. With this limit, it sends at most 2.5 % fewer.
pub(super) const MAX_ARRIVAL: Duration = Duration::from_millis(1_500);
/// The margin by which our windows exceed upstream's, because clocks differ and counters are coarse.
const MARGIN: Duration = Duration::from_millis(50);
/// The number of requests that may be sent without spacing after a pause or a late timer, to make up for lost time.
const CATCH_UP: u32 = 10;

/// The requests of the last minute. A *send* is one request.
#[derive(Clone)]
pub(super) struct SendWindow {
    second: Limit,
    minute: Limit,
    sends: VecDeque<Sent>,
    /// The number of the next send, from 0.
    next: u64,
    /// The earliest time of the next send according to [`spacing`](Self::spacing).
    paced: Option<Instant>,
    /// True if sends are spaced as soon as half of the limit per minute is used.
    spaces: bool,
    /// All sends before this time are spaced, even if less than half of the limit per minute is used.
    calm: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Limit {
    requests: u32,
    length: Duration,
}

#[derive(Clone, Copy)]
struct Sent {
    at: Instant,
    /// The latest time at which upstream may have counted the request.
    arrived_by: Instant,
}

impl SendWindow {
    /// Creates an empty window. If `spaces` is false, all requests of a minute may be sent as fast as the limit per
    /// second allows.
    pub(super) fn new(limit: &RateLimit, spaces: bool) -> Self {
        let minute = Limit { requests: limit.per_minute(), length: Duration::from_secs(60) + MARGIN };
        let second = Limit {
            requests: limit.per_second().min(minute.requests),
            length: Duration::from_secs(1) + MARGIN,
        };
        let sends = VecDeque::with_capacity(minute.requests as usize);
        Self { second, minute, sends, next: 0, paced: None, spaces, calm: None }
    }

    /// Returns the earliest time at which the next request may be sent. Returns `now` if the request may be sent at
    /// once.
    ///
    /// While earlier requests have no response, this time may become later. It never becomes earlier.
    pub(super) fn earliest(&self, now: Instant) -> Instant {
        let free = |limit: &Limit| {
            let send = self.last(limit.requests)?;
            // If the request has no response yet, the response can arrive at `now` at the earliest.
            Some(send.arrived_by.min(now) + limit.length)
        };
        [free(&self.second), free(&self.minute), self.paced].into_iter().flatten().fold(now, Instant::max)
    }

    /// Records a send and returns its number.
    pub(super) fn send(&mut self, now: Instant) -> u64 {
        if self.sends.len() == self.minute.requests as usize {
            self.sends.pop_front();
        }
        self.sends.push_back(Sent { at: now, arrived_by: now + MAX_ARRIVAL });
        let number = self.next;
        self.next += 1;
        let spacing = self.spacing(now);
        let lull = now.checked_sub(spacing * CATCH_UP).unwrap_or(now);
        self.paced = Some(self.paced.unwrap_or(now).max(lull) + spacing);
        number
    }

    /// Records the response to a send, which shows that upstream has counted the send.
    pub(super) fn answered(&mut self, number: u64, now: Instant) {
        let index = self.index(number);
        if let Some(send) = index.and_then(|index| self.sends.get_mut(index)) {
            send.arrived_by = send.arrived_by.min(now);
        }
    }

    /// Returns the number of sends that upstream may not have counted yet.
    pub(super) fn open(&self, now: Instant) -> u32 {
        let recent = self.sends.iter().rev().take_while(|send| send.at + MAX_ARRIVAL > now);
        u32::try_from(recent.filter(|send| send.arrived_by > now).count()).unwrap_or(u32::MAX)
    }

    /// Returns a copy in which each send without a response gets its response at `now`.
    pub(super) fn answered_by(&self, now: Instant) -> Self {
        let mut copy = self.clone();
        copy.sends.iter_mut().for_each(|send| send.arrived_by = send.arrived_by.min(now));
        copy
    }

    /// Returns the maximum head start of a request, compared with even spacing.
    ///
    /// After a delay, up to [`CATCH_UP`] requests may be sent without spacing. The maximum head start is therefore the
    /// time that [`CATCH_UP`] evenly spaced requests take.
    pub(super) fn head_start(&self) -> Duration {
        self.minute.length / self.minute.requests * CATCH_UP
    }

    /// Starts a minute in which all requests are spaced. The limiter calls this method after upstream refused a
    /// request, because the refusal shows that other processes send many requests.
    pub(super) fn calm_down(&mut self, now: Instant) {
        self.calm = Some(now + self.minute.length);
    }

    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns true if `remaining` is lower than the number of requests that this window still allows under the limit
    /// per minute. A lower number shows that other processes send requests with the same client id.
    ///
    /// `remaining` is from the response to a request sent at `sent`.
    pub(super) fn is_less_in_minute(&self, remaining: u32, sent: Instant) -> bool {
        self.is_less(&self.minute, remaining, sent.checked_sub(self.minute.length))
    }

    /// Returns true if `remaining` is lower than the number of requests that this window still allows under the limit
    /// per second.
    pub(super) fn is_less_in_second(&self, remaining: u32, sent: Instant) -> bool {
        self.is_less(&self.second, remaining, sent.checked_sub(self.second.length))
    }

    /// Returns true if `remaining` is lower than the number of requests that this window still allows in upstream's
    /// current minute.
    ///
    /// `since` is the earliest time at which that minute may have begun. `None` means a time before all requests.
    pub(super) fn is_less_since(&self, remaining: u32, since: Option<Instant>) -> bool {
        self.is_less(&self.minute, remaining, since)
    }

    /// Returns the number of requests that were sent before the request `number`, but that upstream may have counted
    /// after it.
    pub(super) fn overtaken(&self, number: u64) -> usize {
        let Some((index, send)) = self.index(number).and_then(|index| Some((index, self.sends.get(index)?)))
        else {
            return 0;
        };
        let earlier = self.sends.range(..index).rev();
        earlier
            .take_while(|other| other.at + MAX_ARRIVAL > send.at)
            .filter(|other| other.arrived_by > send.at)
            .count()
    }

    /// Returns the time to leave between two sends. It is zero until half of the limit per minute is used, unless
    /// upstream refused a request in the last minute.
    ///
    /// Without spacing, a burst of 20 seconds would use up the limit per minute. Calls would then wait for the other 40
    /// seconds, which is longer than the default deadline. The remaining sends are therefore spread over the time until
    /// an older send leaves the window. The pace is at most a tenth faster than the sustained rate, so that the burst
    /// does not repeat every minute.
    fn spacing(&self, now: Instant) -> Duration {
        let Limit { requests, length } = self.minute;
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

    fn is_less(&self, limit: &Limit, remaining: u32, since: Option<Instant>) -> bool {
        let used = limit.requests.saturating_sub(remaining);
        // Upstream has counted `used` requests after the time `since`. The result is true if this client did not send
        // all of them. The request `last(used)` then does not exist, or was counted at `since` or earlier.
        used > 0 && self.last(used).is_none_or(|send| since.is_some_and(|since| send.arrived_by <= since))
    }

    /// Returns the request at position `n`, counted from the newest request. The newest request has position 1.
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

    fn window(per_second: u32, per_minute: u32) -> SendWindow {
        SendWindow::new(&RateLimit::new(per_second, per_minute).unwrap(), true)
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn an_unanswered_request_is_taken_to_arrive_late() {
        let start = Instant::now();
        let mut window = window(1, 100);
        assert_eq!(window.earliest(start), start);
        window.send(start);
        // A request without a response counts as if upstream received it now, but no later than `MAX_ARRIVAL` after it
        // was sent.
        assert_eq!(window.earliest(start), start + 1_050 * MS);
        assert_eq!(window.earliest(start + 1_000 * MS), start + 2_050 * MS);
        assert_eq!(window.earliest(start + 9_000 * MS), start + 9_000 * MS);
        window.answered(0, start + 200 * MS);
        assert_eq!(window.earliest(start + 1_000 * MS), start + 1_250 * MS);
    }

    #[test]
    fn a_request_is_open_until_its_response_or_its_latest_arrival() {
        let start = Instant::now();
        let mut window = window(10, 100);
        for number in 0..3 {
            window.send(start + 100 * MS * number);
        }
        assert_eq!(window.open(start + 300 * MS), 3);
        window.answered(1, start + 300 * MS);
        assert_eq!(window.open(start + 300 * MS), 2);
        assert_eq!((window.open(start + 1_500 * MS), window.open(start + 1_700 * MS)), (1, 0));
    }

    #[test]
    fn an_answer_to_a_request_that_left_the_log_is_ignored() {
        let start = Instant::now();
        let mut window = window(2, 2);
        for number in 0..5 {
            assert_eq!(window.send(start), number);
        }
        window.answered(0, start);
        window.answered(99, start);
        assert_eq!((window.overtaken(0), window.overtaken(99), window.overtaken(4)), (0, 0, 1));
        assert!(window.earliest(start + MAX_ARRIVAL) > start + MAX_ARRIVAL);
    }

    #[test]
    fn remaining_is_compared_with_what_the_log_would_let_through() {
        let start = Instant::now();
        let mut window = window(10, 100);
        for number in 0..30 {
            let at = start + 1_000 * MS * number;
            window.send(at);
            window.answered(number.into(), at + 100 * MS);
        }
        let last = start + Duration::from_secs(29);
        assert!(window.is_less_in_minute(69, last) && !window.is_less_in_minute(70, last));
        // The previous send may count in the same second, because its response came only 0.9 seconds ago.
        assert!(window.is_less_in_second(7, last) && !window.is_less_in_second(8, last));
        // A send counts until a minute after its response. At 69.15 seconds, the first ten sends no longer count,
        // because their responses came in the first 9.1 seconds.
        let later = start + Duration::from_millis(69_150);
        assert!(window.is_less_in_minute(79, later) && !window.is_less_in_minute(80, later));
        assert!(!window.is_less_in_minute(100, later) && !window.is_less_in_minute(5_000, later));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        /// Tests random demand, random latency up to the limit, and random arrival times between sending and response.
        #[test]
        fn no_window_holds_more_than_the_limit(
            (per_second, per_minute) in (1u32..20, 1u32..100),
            calls in prop::collection::vec((0u64..3_000, 0u64..1_500, 0u64..=100), 1..400),
            haste in 1u64..100,
        ) {
            let start = Instant::now();
            let mut window = window(per_second, per_minute);
            let (mut now, mut open, mut arrivals) = (start, Vec::new(), Vec::new());
            for (pause, latency, part) in calls {
                now += MS * u32::try_from(pause / haste).unwrap();
                loop {
                    open.retain(|&(number, answer)| {
                        if answer <= now {
                            window.answered(number, answer);
                        }
                        answer > now
                    });
                    let at = window.earliest(now);
                    if at <= now {
                        break;
                    }
                    now = at;
                }
                let number = window.send(now);
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
