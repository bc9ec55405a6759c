//! Counts requests, so that response headers can report the remaining rate. Requests are refused only if a test sets a
//! limit.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::Clock;

/// Upstream's documented limit, in requests per minute.
const DOCUMENTED_LIMIT: u32 = 2_000;

/// Counts requests in windows of a second and of a minute.
pub(crate) struct Rate {
    clock: Clock,
    limits: Option<RateLimit>,
    windows: Mutex<[Window; 2]>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    pub(crate) per_second: u32,
    pub(crate) per_minute: u32,
}

/// A window of time. It begins with the first request after the previous window has ended.
struct Window {
    length: Duration,
    began: Instant,
    requests: u32,
}

/// The remaining rate after a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remaining {
    /// The number of requests left in this minute.
    pub(crate) requests: u32,
    /// The number of seconds until the minute ends, rounded up.
    pub(crate) seconds: u64,
    /// The number of seconds to wait; `None` if the request is within the limit.
    pub(crate) refused: Option<u64>,
}

impl Rate {
    pub(crate) fn new(limits: Option<RateLimit>, clock: Clock) -> Self {
        let began = clock.now();
        let window = |seconds| Window { length: Duration::from_secs(seconds), began, requests: 0 };
        Self { clock, limits, windows: Mutex::new([window(1), window(60)]) }
    }

    /// Counts a request. Refused requests also count.
    pub(crate) fn count(&self) -> Remaining {
        let now = self.clock.now();
        let mut windows = self.windows.lock().expect("no thread panics while it holds the lock");
        let [second, minute] = &mut *windows;
        second.count(now);
        minute.count(now);
        let refused = self.limits.and_then(|limits| {
            if minute.requests > limits.per_minute {
                Some(minute.seconds_left(now))
            } else {
                (second.requests > limits.per_second).then(|| second.seconds_left(now))
            }
        });
        let limit = self.limits.map_or(DOCUMENTED_LIMIT, |limits| limits.per_minute);
        Remaining {
            requests: limit.saturating_sub(minute.requests),
            seconds: minute.seconds_left(now),
            refused,
        }
    }
}

impl Window {
    fn count(&mut self, now: Instant) {
        if self.requests == 0 || now - self.began >= self.length {
            (self.began, self.requests) = (now, 0);
        }
        self.requests = self.requests.saturating_add(1);
    }

    fn seconds_left(&self, now: Instant) -> u64 {
        let left = self.length.saturating_sub(now - self.began);
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(limits: Option<(u32, u32)>) -> Rate {
        let limits = limits.map(|(per_second, per_minute)| RateLimit { per_second, per_minute });
        Rate::new(limits, Clock::of_this_runtime())
    }

    fn left(requests: u32, seconds: u64) -> Remaining {
        Remaining { requests, seconds, refused: None }
    }

    #[tokio::test(start_paused = true)]
    async fn counts_down_and_starts_again_after_a_minute() {
        let rate = rate(None);
        assert_eq!(rate.count(), left(1_999, 60));
        tokio::time::advance(Duration::from_millis(59_500)).await;
        assert_eq!(rate.count(), left(1_998, 1));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(rate.count(), left(1_999, 60));
    }

    #[tokio::test(start_paused = true)]
    async fn the_window_begins_with_the_first_request() {
        let rate = rate(None);
        tokio::time::advance(Duration::from_secs(45)).await;
        assert_eq!(rate.count().seconds, 60);
    }

    #[tokio::test(start_paused = true)]
    async fn none_remain_past_the_limit_but_requests_are_refused_only_if_a_limit_is_set() {
        let rate = rate(None);
        let last = (0..=DOCUMENTED_LIMIT).map(|_| rate.count()).last();
        assert_eq!(last, Some(left(0, 60)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_beyond_the_limit_per_second_or_per_minute_is_refused() {
        let rate = rate(Some((2, 3)));
        let refused = || rate.count().refused;
        assert_eq!([refused(), refused(), refused()], [None, None, Some(1)]);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(refused(), Some(59), "the refused one counted");
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(refused(), None);
    }
}
