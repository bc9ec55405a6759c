//! A server that limits the rate of requests, as upstream may do. It responds to requests beyond the limit with status
//! 429.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::documents;
use crate::server::{Answer, serve};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The kind of window in which a server counts requests.
#[derive(Clone, Copy, Debug)]
pub enum Windows {
    /// Fixed windows, one after the other. Each window begins with a count of zero.
    Fixed,
    /// A sliding window, which always ends at the current request.
    Sliding,
}

/// The rate limits of a server, and the way in which it counts requests.
#[derive(Clone, Copy)]
pub struct Limits {
    /// The kind of the server's windows.
    pub windows: Windows,
    /// The part of the first fixed window that has already passed when the server starts, from 0 to 1.
    pub phase: f64,
    /// The maximum number of requests in a window of a second.
    pub per_second: u32,
    /// The maximum number of requests in a window of a minute.
    pub per_minute: u32,
    /// The shortest and longest delay, in milliseconds. The server delays each request and each response by a time in
    /// this range.
    pub latency: [u64; 2],
}

/// The requests that a server counted.
#[derive(Default)]
pub struct Seen {
    /// The number of requests that succeeded.
    pub allowed: AtomicUsize,
    /// The number of requests that were refused with status 429.
    pub refused: AtomicUsize,
}

/// Starts a server that responds to GET requests with upstream's documented customer, or with status 429 beyond the
/// limit. The server delays each GET request and its response, and counts the request between the two delays. It
/// responds to all other requests with a token. It runs until the process ends.
///
/// # Panics
/// If no port is free.
#[must_use]
pub fn limited(limits: Limits, seen: Arc<Seen>) -> SocketAddr {
    let windows = [(limits.per_second, SECOND), (limits.per_minute, MINUTE)];
    let counters = Mutex::new(windows.map(|(limit, length)| Counter::new(limits, limit, length)));
    let info = documents::customer_info();
    let [shortest, longest] = limits.latency;
    let latency = AtomicUsize::new(0);
    serve(move |request| {
        if !request.line.starts_with("GET") {
            let body = r#"{"access_token": "t", "expires_in": 43200}"#.to_owned();
            return Answer { status: "200 OK", headers: String::new(), body };
        }
        let number = latency.fetch_add(1, Ordering::Relaxed) as u64;
        let wait = |number: u64| {
            // The latencies are spread over the range, and are the same in every run.
            let time = shortest + number.wrapping_mul(7_919) % (longest - shortest).max(1);
            if time > 0 {
                thread::sleep(Duration::from_millis(time));
            }
        };
        wait(number);
        let (is_allowed, remaining, reset) = {
            let now = Instant::now();
            let mut counters = counters.lock().expect("no thread panics");
            let is_allowed = counters.iter_mut().all(|counter| counter.left(now) > 0);
            if is_allowed {
                counters.iter_mut().for_each(|counter| counter.sent.push_back(now));
            }
            (is_allowed, counters[1].left(now), counters[1].reset(now))
        };
        wait(number + 3);
        let headers = format!(
            "X-RateLimit-Remaining: {remaining}\r\nX-RateLimit-Reset: {}\r\nX-Mediaconnect-API-Version: 1\r\n",
            reset.as_secs()
        );
        if is_allowed {
            seen.allowed.fetch_add(1, Ordering::Relaxed);
            // The response contains the customer number from the request's path.
            let number = request.line.split(['/', ' ', '?']).find(|part| part.parse::<u64>().is_ok());
            let body = number.map_or_else(|| info.clone(), |number| info.replace("563457", number));
            Answer { status: "200 OK", headers, body }
        } else {
            seen.refused.fetch_add(1, Ordering::Relaxed);
            Answer { status: "429 Too Many Requests", headers, body: "{}".to_owned() }
        }
    })
}

/// Counts the requests in the current window.
struct Counter {
    windows: Windows,
    limit: usize,
    length: Duration,
    /// The beginning of the current fixed window.
    began: Instant,
    sent: VecDeque<Instant>,
}

impl Counter {
    fn new(limits: Limits, limit: u32, length: Duration) -> Self {
        let began = Instant::now().checked_sub(length.mul_f64(limits.phase));
        Self {
            windows: limits.windows,
            limit: limit as usize,
            length,
            began: began.expect("the machine runs for longer than a minute"),
            sent: VecDeque::new(),
        }
    }

    /// Returns the number of requests that the window still allows.
    fn left(&mut self, now: Instant) -> usize {
        match self.windows {
            Windows::Fixed => {
                while now >= self.began + self.length {
                    self.began += self.length;
                    self.sent.clear();
                }
            }
            Windows::Sliding => {
                while self.sent.front().is_some_and(|sent| *sent + self.length <= now) {
                    self.sent.pop_front();
                }
            }
        }
        self.limit - self.sent.len()
    }

    /// Returns the time until more requests are allowed.
    fn reset(&self, now: Instant) -> Duration {
        let end = match self.windows {
            Windows::Fixed => self.began + self.length,
            Windows::Sliding => self.sent.front().map_or(now, |sent| *sent + self.length),
        };
        end.saturating_duration_since(now)
    }
}
