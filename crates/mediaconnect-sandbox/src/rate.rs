//! The rate limit as upstream reports it in headers.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::Clock;

/// Requests a client may send in one window, upstream's.
pub(crate) const LIMIT: u32 = 2_000;
const WINDOW: Duration = Duration::from_secs(60);

/// Counts requests in windows of a minute; each begins with the first request after the last one ended.
pub(crate) struct RateWindow {
    clock: Clock,
    limit: u32,
    current: Mutex<Current>,
}

struct Current {
    began: Instant,
    requests: u32,
}

/// What is left of a window after a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remaining {
    pub(crate) requests: u32,
    /// Whole seconds until the window ends, rounded up.
    pub(crate) seconds: u128,
}

impl RateWindow {
    pub(crate) fn new(clock: Clock, limit: u32) -> Self {
        let current = Mutex::new(Current { began: clock.now(), requests: 0 });
        Self { clock, limit, current }
    }

    /// Counts one request. The limit is reported, not enforced: past it, none remain.
    pub(crate) fn count(&self) -> Remaining {
        let now = self.clock.now();
        let mut current = self.current.lock().expect("nothing panics while it is locked");
        if current.requests == 0 || now - current.began >= WINDOW {
            *current = Current { began: now, requests: 0 };
        }
        current.requests = current.requests.saturating_add(1);
        Remaining {
            requests: self.limit.saturating_sub(current.requests),
            seconds: WINDOW.saturating_sub(now - current.began).as_millis().div_ceil(1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn counts_down_and_starts_again_after_a_minute() {
        let rate = RateWindow::new(Clock::of_this_runtime(), LIMIT);
        assert_eq!(rate.count(), Remaining { requests: 1_999, seconds: 60 });
        tokio::time::advance(Duration::from_millis(59_500)).await;
        assert_eq!(rate.count(), Remaining { requests: 1_998, seconds: 1 });
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(rate.count(), Remaining { requests: 1_999, seconds: 60 });
    }

    #[tokio::test(start_paused = true)]
    async fn the_window_begins_with_the_first_request() {
        let rate = RateWindow::new(Clock::of_this_runtime(), LIMIT);
        tokio::time::advance(Duration::from_secs(45)).await;
        assert_eq!(rate.count().seconds, 60);
    }

    #[tokio::test(start_paused = true)]
    async fn none_remain_past_the_limit() {
        let rate = RateWindow::new(Clock::of_this_runtime(), LIMIT);
        let last = (0..=LIMIT).map(|_| rate.count().requests).last();
        assert_eq!(last, Some(0));
    }
}
