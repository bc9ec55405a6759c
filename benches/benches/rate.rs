//! Measures how much of the rate limit a busy service can use with the limiter, and how many requests get status 429.
//!
//! Run `cargo bench -p mediaconnect-benches --bench rate`; it takes three minutes. All cases run at once, each with its
//! own server on loopback. It is not known whether upstream counts in fixed or in sliding windows, so there are servers
//! of both kinds. A server responds with 429 beyond the limit.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use mediaconnect::RateLimit;
use mediaconnect_benches::{Limits, MediaconnectClient, Seen, Windows, limited};
use tokio::runtime::Runtime;

/// The warm-up time. The calls of this time are not counted, because a client may send all requests of its first
/// minute at once.
const WARM_UP: Duration = Duration::from_secs(60);
const MEASURED: Duration = Duration::from_secs(120);
/// The number of callers. Together, they could make more calls than the rate limit allows, so some of them are always
/// waiting.
const CALLERS: usize = 32;
/// The shortest and longest delay, in milliseconds. The server delays each request and each response by a time in this
/// range.
const LATENCY: [u64; 2] = [5, 25];

fn main() {
    let documented = [(100, 2_000), (100, 6_000)];
    let cases = documented.into_iter().flat_map(|(per_second, per_minute)| {
        [(Windows::Fixed, 0.0), (Windows::Fixed, 0.4), (Windows::Fixed, 0.8), (Windows::Sliding, 0.0)]
            .map(|(windows, phase)| Limits { windows, phase, per_second, per_minute, latency: LATENCY })
    });
    let runtime = Runtime::new().expect("a runtime");
    let running: Vec<_> = cases.map(|case| (case, start(&runtime, case))).collect();
    let allowed = |seen: &Seen| seen.allowed.load(Ordering::Relaxed);
    thread::sleep(WARM_UP);
    let before: Vec<_> = running.iter().map(|(_, seen)| allowed(seen)).collect();
    thread::sleep(MEASURED);

    println!("limit (second, minute)  windows, start   share used   429s in {:?}", WARM_UP + MEASURED);
    for ((case, seen), before) in running.iter().zip(before) {
        let Limits { windows, phase, per_second, per_minute, .. } = *case;
        let allowance = (f64::from(per_minute) / 60.0).min(f64::from(per_second)) * MEASURED.as_secs_f64();
        let used = f64::from(u32::try_from(allowed(seen) - before).expect("the count is small")) / allowance;
        println!(
            "{per_second:>11}, {per_minute:>8}   {:>11} {phase:.1}   {:>9.1}%   {}",
            format!("{windows:?}"),
            100.0 * used,
            seen.refused.load(Ordering::Relaxed)
        );
    }
}

/// Starts a server, and callers that share one client and make calls without pauses.
fn start(runtime: &Runtime, case: Limits) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    let server = limited(case, Arc::clone(&seen));
    runtime.block_on(async {
        let rate = RateLimit::new(case.per_second, case.per_minute).expect("it is within bounds");
        let client = MediaconnectClient::with_rate(server, rate);
        for _ in 0..CALLERS {
            let client = client.clone();
            tokio::spawn(async move {
                let number = "563457".parse().expect("a number");
                loop {
                    // The outcome of the call is ignored, because the server counts the requests that it refuses.
                    let _ = client.client().customers().info(number).await;
                }
            });
        }
    });
    seen
}
