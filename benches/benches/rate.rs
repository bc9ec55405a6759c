//! How much of the rate the limiter lets a busy service use, and how many 429 that costs.
//!
//! `cargo bench -p mediaconnect-benches --bench rate`: three minutes of real time, all cases at once, each with its own
//! server on loopback that counts as upstream may (in fixed or in sliding windows) and answers 429 beyond the limit.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use mediaconnect::RateLimit;
use mediaconnect_benches::{Answer, MediaconnectClient, canned_info, serve};
use tokio::runtime::Runtime;

/// What is not measured: the first minute may use a whole window up at once, and one more begins within it.
const WARM_UP: Duration = Duration::from_secs(60);
const MEASURED: Duration = Duration::from_secs(120);
/// More than the rate can serve: there is always somebody waiting.
const CALLERS: usize = 32;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// What a request takes to the server, and its answer back.
const LATENCY: [u64; 2] = [5, 25];

#[derive(Clone, Copy, Debug)]
enum Windows {
    Fixed,
    Sliding,
}

/// A way in which a server may count, and what it limits.
#[derive(Clone, Copy)]
struct Case {
    windows: Windows,
    /// How far into a fixed window the client starts, in parts of it.
    phase: f64,
    per_second: u32,
    per_minute: u32,
}

/// What a server saw.
#[derive(Default)]
struct Seen {
    allowed: AtomicUsize,
    refused: AtomicUsize,
}

fn main() {
    let documented = [(100, 2_000), (100, 6_000)];
    let cases = documented.into_iter().flat_map(|(per_second, per_minute)| {
        [(Windows::Fixed, 0.0), (Windows::Fixed, 0.4), (Windows::Fixed, 0.8), (Windows::Sliding, 0.0)]
            .map(|(windows, phase)| Case { windows, phase, per_second, per_minute })
    });
    let runtime = Runtime::new().expect("a runtime");
    let running: Vec<_> = cases.map(|case| (case, start(&runtime, case))).collect();
    let allowed = |seen: &Seen| seen.allowed.load(Ordering::Relaxed);
    thread::sleep(WARM_UP);
    let before: Vec<_> = running.iter().map(|(_, seen)| allowed(seen)).collect();
    thread::sleep(MEASURED);

    println!("limit (second, minute)  windows, start   share used   429s in {:?}", WARM_UP + MEASURED);
    for ((case, seen), before) in running.iter().zip(before) {
        let Case { windows, phase, per_second, per_minute } = *case;
        let allowance = (f64::from(per_minute) / 60.0).min(f64::from(per_second)) * MEASURED.as_secs_f64();
        let used = f64::from(u32::try_from(allowed(seen) - before).expect("some thousands")) / allowance;
        println!(
            "{per_second:>11}, {per_minute:>8}   {:>11} {phase:.1}   {:>9.1}%   {}",
            format!("{windows:?}"),
            100.0 * used,
            seen.refused.load(Ordering::Relaxed)
        );
    }
}

/// Starts a server, and a client whose callers never rest.
fn start(runtime: &Runtime, case: Case) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    let server = server(case, Arc::clone(&seen));
    runtime.block_on(async {
        let rate = RateLimit::new(case.per_second, case.per_minute).expect("it is within bounds");
        let client = MediaconnectClient::with_rate(server, rate);
        for _ in 0..CALLERS {
            let client = client.clone();
            tokio::spawn(async move {
                let number = "563457".parse().expect("a number");
                loop {
                    // Upstream's refusals are counted where they are made.
                    let _ = client.client().customers().info(number).await;
                }
            });
        }
    });
    seen
}

/// A server that counts, with a latency on both sides of the counting.
fn server(case: Case, seen: Arc<Seen>) -> std::net::SocketAddr {
    let limits = [(case.per_second, SECOND), (case.per_minute, MINUTE)];
    let counters = Mutex::new(limits.map(|(limit, length)| Counter::new(case, limit, length)));
    let info = canned_info();
    let latency = AtomicUsize::new(0);
    serve(move |_| {
        let number = latency.fetch_add(1, Ordering::Relaxed) as u64;
        let wait = |number: u64| {
            // Spread over the range, and the same in each run.
            Duration::from_millis(LATENCY[0] + number.wrapping_mul(7_919) % (LATENCY[1] - LATENCY[0]))
        };
        thread::sleep(wait(number));
        let (is_allowed, remaining, reset) = {
            let now = Instant::now();
            let mut counters = counters.lock().expect("no thread panics");
            let is_allowed = counters.iter_mut().all(|counter| counter.left(now) > 0);
            if is_allowed {
                counters.iter_mut().for_each(|counter| counter.sent.push_back(now));
            }
            (is_allowed, counters[1].left(now), counters[1].reset(now))
        };
        thread::sleep(wait(number + 3));
        let headers =
            format!("X-RateLimit-Remaining: {remaining}\r\nX-RateLimit-Reset: {}\r\n", reset.as_secs());
        if is_allowed {
            seen.allowed.fetch_add(1, Ordering::Relaxed);
            Answer { status: "200 OK", headers, body: info.clone() }
        } else {
            seen.refused.fetch_add(1, Ordering::Relaxed);
            Answer { status: "429 Too Many Requests", headers, body: "{}".to_owned() }
        }
    })
}

/// One window, and the requests that it counts.
struct Counter {
    windows: Windows,
    limit: usize,
    length: Duration,
    /// When the fixed window began that is running.
    began: Instant,
    sent: VecDeque<Instant>,
}

impl Counter {
    fn new(case: Case, limit: u32, length: Duration) -> Self {
        let began = Instant::now().checked_sub(length.mul_f64(case.phase));
        Self {
            windows: case.windows,
            limit: limit as usize,
            length,
            began: began.expect("the machine runs for longer than a minute"),
            sent: VecDeque::new(),
        }
    }

    /// How many requests are left now.
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

    /// How long until places are free again.
    fn reset(&self, now: Instant) -> Duration {
        let end = match self.windows {
            Windows::Fixed => self.began + self.length,
            Windows::Sliding => self.sent.front().map_or(now, |sent| *sent + self.length),
        };
        end.saturating_duration_since(now)
    }
}
