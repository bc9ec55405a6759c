//! Measures how many calls a second succeed at upstream's rate limit, if 90 % of the calls look up the same few
//! customers. Compares three cases: no cache, a cache in each process, and a cache in Redis. Also measures the latency
//! of calls that do not wait for the rate limit: in a single client, in a fleet, and with both kinds of cache.
//!
//! Run `cargo bench -p mediaconnect-benches --bench cached`; it takes three minutes. `redis-server` must be installed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mediaconnect::operations::GetCustomerInfo;
use mediaconnect::{Client, ClientCredentials, RateLimit};
use mediaconnect_benches::{Limits, Redis, Seen, Windows, limited};
use mediaconnect_fleet::{Fleet, ResponseCache};
use tokio::runtime::Runtime;
use tokio::time::sleep;

const PROCESSES: usize = 4;
/// The number of callers in each process. Each caller makes one call after another.
const CALLERS: usize = 16;
/// The number of customers that 90 % of the calls look up.
const FREQUENT: u64 = 100;
const TTL: Duration = Duration::from_secs(60);
/// The warm-up time. The calls of this time are not counted, because a client may send all requests of its first
/// minute at once.
const WARM_UP: Duration = Duration::from_secs(60);
const MEASURED: Duration = Duration::from_secs(60);
/// The pause between two rounds of the latency measurement. [`SAMPLES`] is the number of rounds.
const PACE: Duration = Duration::from_millis(100);
const SAMPLES: usize = 600;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cache {
    None,
    InProcess,
    InRedis,
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        mix().await;
        latency().await;
    });
}

/// Creates a client of a server that has upstream's documented limits. If there is a Redis, the client joins a fleet.
async fn client(upstream: std::net::SocketAddr, redis: Option<&Redis>, cache: Cache) -> Client {
    let builder = Client::builder()
        .base_url(format!("http://{upstream}/capi"))
        .token_url(format!("http://{upstream}/token"))
        .credentials(ClientCredentials::new("id", "secret"))
        .rate_limit(RateLimit::default());
    let builder = match redis {
        None => builder,
        Some(redis) => {
            let fleet = Fleet::connect(&redis.url()).await.expect("the URL is valid");
            builder.fleet(match cache {
                Cache::InRedis => fleet.with_response_cache(ResponseCache::default()),
                _ => fleet,
            })
        }
    };
    builder.build().expect("the settings are valid")
}

struct Case {
    cache: Cache,
    calls: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    seen: Arc<Seen>,
    redis: Redis,
}

async fn mix() {
    let ends = Arc::new(AtomicBool::new(false));
    let mut cases = Vec::new();
    for cache in [Cache::None, Cache::InProcess, Cache::InRedis] {
        cases.push(start(cache, &ends).await);
    }
    sleep(WARM_UP).await;
    let counts = |cases: &[Case]| -> Vec<_> {
        let count = |number: &AtomicUsize| {
            f64::from(u32::try_from(number.load(Ordering::Relaxed)).expect("the number is small"))
        };
        cases
            .iter()
            .map(|case| (count(&case.calls), count(&case.seen.allowed), case.redis.scripts()))
            .collect()
    };
    let before = counts(&cases);
    sleep(MEASURED).await;
    let after = counts(&cases);
    ends.store(true, Ordering::Relaxed);
    println!("cache        calls/s   requests/s   scripts a call   429s   failed calls");
    let seconds = MEASURED.as_secs_f64();
    for ((case, before), after) in cases.iter().zip(before).zip(after) {
        let calls = after.0 - before.0;
        println!(
            "{:<12} {:>7.1}   {:>10.1}   {:>14.2}   {:>4}   {:>12}",
            format!("{:?}", case.cache),
            calls / seconds,
            (after.1 - before.1) / seconds,
            (after.2 - before.2) / calls,
            case.seen.refused.load(Ordering::Relaxed),
            case.failed.load(Ordering::Relaxed),
        );
    }
}

async fn start(cache: Cache, ends: &Arc<AtomicBool>) -> Case {
    let seen = Arc::new(Seen::default());
    let limits = Limits {
        windows: Windows::Sliding,
        phase: 0.4,
        per_second: 100,
        per_minute: 2_000,
        latency: [5, 25],
    };
    let upstream = limited(limits, Arc::clone(&seen));
    let redis = Redis::start();
    let (calls, failed, next) =
        (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    for _ in 0..PROCESSES {
        let client = client(upstream, Some(&redis), cache).await;
        for _ in 0..CALLERS {
            let (client, ends) = (client.clone(), Arc::clone(ends));
            let (calls, failed, next) = (Arc::clone(&calls), Arc::clone(&failed), Arc::clone(&next));
            tokio::spawn(async move {
                let cached = client.cached(TTL);
                while !ends.load(Ordering::Relaxed) {
                    // Every tenth call looks up a customer that no earlier call has looked up.
                    let number = next.fetch_add(1, Ordering::Relaxed) as u64;
                    let number = match number % 10 {
                        0 => 1_000_000 + number,
                        _ => 1_000 + number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % FREQUENT,
                    };
                    let info = GetCustomerInfo::new(number.try_into().expect("a number"));
                    let outcome = match cache {
                        Cache::None => client.call(info).await,
                        _ => cached.call(info).await,
                    };
                    calls.fetch_add(1, Ordering::Relaxed);
                    failed.fetch_add(usize::from(outcome.is_err()), Ordering::Relaxed);
                }
            });
        }
    }
    Case { cache, calls, failed, seen, redis }
}

/// Measures the latency of calls that do not wait for the rate limit. Each round makes four calls: without fleet and
/// cache, in a fleet, with a cache in the process, and with a cache in Redis.
async fn latency() {
    let limits = Limits {
        windows: Windows::Sliding,
        phase: 0.4,
        per_second: 1_000,
        per_minute: 100_000,
        latency: [0, 0],
    };
    let upstream = limited(limits, Arc::default());
    let redis = Redis::start();
    let alone = client(upstream, None, Cache::None).await;
    let in_fleet = client(upstream, Some(&redis), Cache::None).await;
    let sharing = client(upstream, Some(&redis), Cache::InRedis).await;
    let number = || "563457".parse().expect("a number");
    let mut times: [Vec<Duration>; 4] = Default::default();
    for sample in 0..SAMPLES + 50 {
        let mut took = [Duration::ZERO; 4];
        // The first call after a pause is slower. For this reason, the four kinds of call take turns to begin a round.
        for place in 0..took.len() {
            let kind = (sample + place) % took.len();
            let client = [&alone, &in_fleet, &alone, &sharing][kind];
            let cached = client.cached(TTL * 10);
            let info = GetCustomerInfo::new(number());
            let began = Instant::now();
            let outcome = if kind < 2 { client.call(info).await } else { cached.call(info).await };
            outcome.expect("a customer");
            took[kind] = began.elapsed();
        }
        // The first samples are skipped, because their calls open connections.
        if sample >= 50 {
            times.iter_mut().zip(took).for_each(|(times, took)| times.push(took));
        }
        sleep(PACE).await;
    }
    println!("a call that need not wait         p50          p99");
    let names = ["alone", "in a fleet", "kept in the process", "kept in Redis"];
    for (name, times) in names.iter().zip(&mut times) {
        times.sort_unstable();
        println!("{name:<25} {:>10.1?} {:>12.1?}", times[SAMPLES / 2], times[SAMPLES * 99 / 100]);
    }
}
