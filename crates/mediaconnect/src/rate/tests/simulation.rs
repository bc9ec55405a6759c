//! Simulates an upstream and a service on a paused clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Feedback, RateLimiter};

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const DEADLINE: Duration = Duration::from_secs(30);

/// The windows in which the simulated upstream counts requests.
#[derive(Clone, Copy, Debug)]
pub(super) enum Windows {
    /// Fixed windows of a second and of a minute. The first windows began this long before the start of the test.
    Fixed(Duration),
    /// Sliding windows, which contain the requests of the last second and of the last minute.
    Sliding,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Headers {
    None,
    /// The headers report the limit per minute. With sliding windows, the reset is always 60 seconds.
    Minute,
    /// The headers report the limit per minute. With sliding windows, the reset is the time until the oldest request
    /// leaves the window.
    Oldest,
    /// The headers report the reset of the limit per minute. `remaining` is the number of requests that both the limit
    /// per second and the limit per minute still allow.
    Lesser,
}

pub(super) struct Upstream {
    windows: Windows,
    headers: Headers,
    start: Instant,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    arrivals: Vec<Instant>,
    refused: u32,
}

impl Upstream {
    pub(super) fn new(windows: Windows, headers: Headers) -> Arc<Self> {
        Arc::new(Self { windows, headers, start: Instant::now(), seen: Mutex::default() })
    }

    pub(super) fn request(&self) -> Feedback {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap();
        seen.arrivals.push(now);
        let left = |limit: u32, length: Duration| {
            let began = self.began(now, length);
            let used = seen.arrivals.len() - seen.arrivals.partition_point(|at| self.age(*at) < began);
            i64::from(limit) - i64::try_from(used).unwrap()
        };
        let (second, minute) = (left(100, SECOND), left(2_000, MINUTE));
        let throttled = second < 0 || minute < 0;
        seen.refused += u32::from(throttled);
        let remaining = match self.headers {
            Headers::None => return Feedback { throttled, ..Feedback::default() },
            Headers::Minute | Headers::Oldest => minute,
            Headers::Lesser => minute.min(second),
        };
        let reset = match self.windows {
            Windows::Fixed(_) => (self.began(now, MINUTE) + MINUTE).saturating_sub(self.age(now)),
            Windows::Sliding if matches!(self.headers, Headers::Oldest) => {
                let began = self.began(now, MINUTE);
                let oldest = seen.arrivals.partition_point(|at| self.age(*at) < began);
                MINUTE.saturating_sub(now - seen.arrivals[oldest])
            }
            Windows::Sliding => MINUTE,
        };
        Feedback {
            throttled,
            remaining: Some(remaining.max(0).try_into().unwrap()),
            reset: Some(Duration::from_secs(reset.as_millis().div_ceil(1_000).try_into().unwrap())),
            retry_after: None,
        }
    }

    /// Returns the time from the beginning of the first window to `at`. The first sliding window begins a minute before
    /// the test starts.
    fn age(&self, at: Instant) -> Duration {
        let before = match self.windows {
            Windows::Fixed(phase) => phase,
            Windows::Sliding => MINUTE,
        };
        before + (at - self.start)
    }

    fn began(&self, now: Instant, length: Duration) -> Duration {
        let age = self.age(now);
        match self.windows {
            Windows::Fixed(_) => length * u32::try_from(age.as_nanos() / length.as_nanos()).unwrap(),
            // A request that arrived exactly `length` ago has left the window.
            Windows::Sliding => age.saturating_sub(length) + Duration::from_nanos(1),
        }
    }

    pub(super) fn refused(&self) -> u32 {
        self.seen.lock().unwrap().refused
    }

    /// Records that this number of requests arrived at the start of the test.
    pub(super) fn count_earlier(&self, requests: usize) {
        self.seen.lock().unwrap().arrivals.extend(std::iter::repeat_n(self.start, requests));
    }

    /// Returns the arrival times of all requests, measured from the start of the test.
    pub(super) fn arrivals(&self) -> Vec<Duration> {
        self.seen.lock().unwrap().arrivals.iter().map(|at| *at - self.start).collect()
    }
}

/// A generator of deterministic random numbers. Each caller has its own seed.
struct Random(u64);

impl Random {
    fn up_to(&mut self, most: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        most * u32::try_from(self.0 >> 48).unwrap() / 0x1_0000
    }
}

/// A service whose callers send one request after another.
#[derive(Clone, Copy)]
pub(super) struct Service {
    pub(super) callers: u64,
    /// The longest transit time of a request.
    pub(super) there: Duration,
    /// The longest transit time of a response.
    pub(super) back: Duration,
    pub(super) length: Duration,
}

pub(super) const BUSY: Service = Service {
    callers: 50,
    there: Duration::from_millis(50),
    back: Duration::from_millis(50),
    length: MINUTE,
};

#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) sent: usize,
    pub(super) failed: usize,
    pub(super) refused: usize,
    pub(super) longest_wait: Duration,
}

impl Service {
    pub(super) async fn run(self, limiter: &Arc<RateLimiter>, upstream: &Arc<Upstream>) -> Outcome {
        let end = Instant::now() + self.length;
        let mut callers = JoinSet::new();
        for caller in 0..self.callers {
            let (limiter, upstream) = (Arc::clone(limiter), Arc::clone(upstream));
            callers.spawn(async move {
                let mut random = Random(caller);
                let mut outcome = Outcome::default();
                loop {
                    let acquired = limiter.acquire(Instant::now() + DEADLINE).await;
                    if Instant::now() >= end {
                        return outcome;
                    }
                    let Ok(mut permit) = acquired else {
                        outcome.failed += 1;
                        sleep(SECOND).await;
                        continue;
                    };
                    outcome.sent += 1;
                    outcome.longest_wait = outcome.longest_wait.max(permit.waited());
                    sleep(random.up_to(self.there)).await;
                    let feedback = upstream.request();
                    outcome.refused += usize::from(feedback.throttled);
                    sleep(random.up_to(self.back)).await;
                    permit.answered(&feedback);
                }
            });
        }
        callers.join_all().await.into_iter().fold(Outcome::default(), |sum, one| Outcome {
            sent: sum.sent + one.sent,
            failed: sum.failed + one.failed,
            refused: sum.refused + one.refused,
            longest_wait: sum.longest_wait.max(one.longest_wait),
        })
    }
}
