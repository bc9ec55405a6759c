//! Measures bulk lookups: the share of the rate limit that a bulk run uses, its effect on other calls, and its memory
//! use.
//!
//! Run `cargo build --release -p mediaconnect-cli && cargo bench -p mediaconnect-benches --bench bulk`; it takes four
//! minutes. With `BULK_MILLION=1` it also exports a million customers, which takes five more minutes.

use std::fs;
use std::future::Future;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use governor::{Quota, RateLimiter};
use mediaconnect::{CustomerNumber, RateLimit};
use mediaconnect_benches::{Limits, MediaconnectClient, Seen, Windows, limited};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The number of concurrent calls in the variants that use `buffer_unordered`.
const AT_ONCE: usize = 64;
const NO_LATENCY: [u64; 2] = [0, 1];
const WARM_UP: Duration = Duration::from_secs(60);
const MEASURED: Duration = Duration::from_secs(120);

/// Returns upstream's rate limits, multiplied by `times`.
fn scaled(times: u32, latency: [u64; 2]) -> Limits {
    let (per_second, per_minute) = (100 * times, 2_000 * times);
    Limits { windows: Windows::Sliding, phase: 0.0, per_second, per_minute, latency }
}

/// A variant of the benchmark: a function that looks up customers by number and counts the successes.
type Way = fn(SocketAddr, Limits, Box<dyn Iterator<Item = u64> + Send>, Arc<AtomicUsize>) -> Running;
type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

const WAYS: [(&str, Way); 3] = [
    ("info_many", info_many),
    ("buffer_unordered over info", buffer_unordered),
    ("reqwest and governor", reqwest_and_governor),
];

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    println!(
        "20,000 customers at 100 times upstream's rate, {AT_ONCE} calls at once where that is to be chosen"
    );
    for (name, way) in WAYS {
        twenty_thousand(&runtime, name, way);
    }
    println!("\n10 times upstream's rate, latency 10 to 50 ms, sliding windows: two minutes after the first");
    long(&runtime);
    println!("\nThe command: customer export, its CPU time and the peak of its resident memory");
    for format in ["jsonl", "csv"] {
        export(100_000, format);
    }
    let more = std::env::var_os("BULK_MILLION").map(|_| 1_000_000);
    for numbers in [20_000, 200_000].into_iter().chain(more) {
        export(numbers, "jsonl");
    }
}

fn client(server: SocketAddr, limits: Limits) -> MediaconnectClient {
    let rate = RateLimit::new(limits.per_second, limits.per_minute).expect("it is within bounds");
    MediaconnectClient::with_rate(server, rate)
}

fn number(number: u64) -> CustomerNumber {
    number.try_into().expect("the number is not 0")
}

fn info_many(
    server: SocketAddr,
    limits: Limits,
    numbers: Box<dyn Iterator<Item = u64> + Send>,
    done: Arc<AtomicUsize>,
) -> Running {
    let client = client(server, limits);
    Box::pin(async move {
        tokio::spawn(others("info_many", client.clone(), limits));
        let mut customers = client.client().customers().info_many(numbers.map(number));
        while let Some((_, outcome)) = customers.next().await {
            done.fetch_add(usize::from(outcome.is_ok()), Relaxed);
        }
    })
}

fn buffer_unordered(
    server: SocketAddr,
    limits: Limits,
    numbers: Box<dyn Iterator<Item = u64> + Send>,
    done: Arc<AtomicUsize>,
) -> Running {
    let client = client(server, limits);
    Box::pin(async move {
        tokio::spawn(others("buffer_unordered over info", client.clone(), limits));
        let calls = stream::iter(numbers).map(|value| {
            let client = client.clone();
            async move { client.client().customers().info(number(value)).await }
        });
        let count = async |outcome: mediaconnect::Result<_>| {
            done.fetch_add(usize::from(outcome.is_ok()), Relaxed);
        };
        calls.buffer_unordered(AT_ONCE).for_each(count).await;
    })
}

/// Looks up customers with reqwest, as a developer would without `mediaconnect`. One limiter limits the requests per
/// second, and another limits the requests per minute.
fn reqwest_and_governor(
    server: SocketAddr,
    limits: Limits,
    numbers: Box<dyn Iterator<Item = u64> + Send>,
    done: Arc<AtomicUsize>,
) -> Running {
    let quota = |limit| NonZeroU32::new(limit).expect("the number is not 0");
    let second = Arc::new(RateLimiter::direct(Quota::per_second(quota(limits.per_second))));
    let minute = Arc::new(RateLimiter::direct(Quota::per_minute(quota(limits.per_minute))));
    let http = reqwest::Client::builder().no_proxy().build().expect("the settings are valid");
    Box::pin(async move {
        let calls = stream::iter(numbers).map(|number| {
            let (second, minute, http) = (Arc::clone(&second), Arc::clone(&minute), http.clone());
            async move {
                minute.until_ready().await;
                second.until_ready().await;
                let url = format!("http://{server}/capi/v1/client/customer/info/{number}");
                let response = http.get(url).bearer_auth("t").send().await?.error_for_status()?;
                response.json::<Value>().await
            }
        });
        let count = async |outcome: reqwest::Result<_>| {
            done.fetch_add(usize::from(outcome.is_ok()), Relaxed);
        };
        calls.buffer_unordered(AT_ONCE).for_each(count).await;
    })
}

fn twenty_thousand(runtime: &Runtime, name: &str, way: Way) {
    const NUMBERS: usize = 20_000;
    let limits = scaled(100, NO_LATENCY);
    let (seen, done) = (Arc::new(Seen::default()), Arc::new(AtomicUsize::new(0)));
    let server = limited(limits, Arc::clone(&seen));
    let began = Instant::now();
    runtime.block_on(way(server, limits, Box::new(1..=NUMBERS as u64), Arc::clone(&done)));
    let took = began.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(done.load(Relaxed)).expect("the number is small")) / took;
    println!(
        "{name:>28}: {took:5.2} s, {rate:6.0} a second; {} of {NUMBERS} customers, {} times 429",
        done.load(Relaxed),
        seen.refused.load(Relaxed)
    );
}

/// Runs all variants at the same time, each with its own server.
fn long(runtime: &Runtime) {
    let limits = scaled(10, [5, 25]);
    let running = WAYS.map(|(name, way)| {
        let (seen, done) = (Arc::new(Seen::default()), Arc::new(AtomicUsize::new(0)));
        let server = limited(limits, Arc::clone(&seen));
        runtime.spawn(way(server, limits, Box::new(1..), Arc::clone(&done)));
        (name, seen, done)
    });
    thread::sleep(WARM_UP);
    let before = running.each_ref().map(|(_, _, done)| done.load(Relaxed));
    thread::sleep(MEASURED);
    for ((name, seen, done), before) in running.iter().zip(before) {
        let count = f64::from(u32::try_from(done.load(Relaxed) - before).expect("the number is small"));
        let used = count / (f64::from(limits.per_minute) * MEASURED.as_secs_f64() / 60.0);
        println!("{name:>28}: {:5.1} % of the rate, {} times 429", 100.0 * used, seen.refused.load(Relaxed));
    }
    thread::sleep(Duration::from_secs(5));
}

/// During the bulk run, looks up another customer every second with the same client, and prints the latencies.
async fn others(name: &str, client: MediaconnectClient, limits: Limits) {
    if limits.latency == NO_LATENCY {
        return;
    }
    tokio::time::sleep(WARM_UP).await;
    let mut took = Vec::new();
    for _ in 0..60 {
        let began = Instant::now();
        // The server also counts the calls of this loop, but they are too few to affect the result.
        let _ = client.client().customers().info(number(1)).await;
        took.push(began.elapsed());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    took.sort_unstable();
    println!(
        "{name:>28}: another call of the client takes {:?} (median), {:?} (longest)",
        took[30], took[59]
    );
}

/// Runs `mediaconnect customer export` for `numbers` customers, and reads its CPU time and memory use from the kernel.
fn export(numbers: u32, format: &str) {
    let command = command();
    if !command.exists() {
        println!("{} is not there: cargo build --release -p mediaconnect-cli", command.display());
        return;
    }
    let limits = scaled(100, NO_LATENCY);
    let seen = Arc::new(Seen::default());
    let server = limited(limits, Arc::clone(&seen));
    let folder = std::env::temp_dir().join(format!("mediaconnect-bulk-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the directory can be created");
    let lines: Vec<String> = (1..=numbers).map(|number| number.to_string()).collect();
    fs::write(folder.join("in"), lines.join("\n")).expect("the file can be written");
    let began = Instant::now();
    let mut child = Command::new(command)
        .args([
            "customer",
            "export",
            "--force",
            "--rate-limit",
            "10000/200000",
            "--format",
            format,
            "--input",
        ])
        .arg(folder.join("in"))
        .arg("--output")
        .arg(folder.join("out"))
        .env("MEDIACONNECT_BASE_URL", format!("http://{server}/capi"))
        .env("MEDIACONNECT_TOKEN_URL", format!("http://{server}/token"))
        .env("MEDIACONNECT_CLIENT_ID", "id")
        .env("MEDIACONNECT_CLIENT_SECRET", "secret")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let (mut peak, mut cpu) = (0, 0.0);
    let status = loop {
        peak = peak.max(peak_memory(child.id()).unwrap_or_default());
        cpu = cpu_seconds(child.id()).unwrap_or(cpu);
        if let Some(status) = child.try_wait().expect("this process started the command") {
            break status;
        }
        thread::sleep(Duration::from_millis(20));
    };
    println!(
        "{numbers:>9} numbers, {format}: {:5.1} MiB, CPU {cpu:.1} s, {:5.1} s, {} times 429, {status}",
        f64::from(u32::try_from(peak).expect("the number is small")) / 1024.0,
        began.elapsed().as_secs_f64(),
        seen.refused.load(Relaxed)
    );
    fs::remove_dir_all(folder).expect("the directory can be removed");
}

/// Returns the path of the command in this benchmark's build directory, such as `target/release/mediaconnect`.
fn command() -> PathBuf {
    let own = std::env::current_exe().expect("the path of this program is known");
    own.ancestors().nth(2).unwrap_or(Path::new("")).join("mediaconnect")
}

/// Returns the peak resident memory of a process, in KiB. Only Linux reports it.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Returns the CPU time of a process so far. Linux counts it in hundredths of a second.
fn cpu_seconds(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program is in parentheses and may contain spaces. The fields are therefore counted from the
    // closing parenthesis.
    let fields: Vec<&str> = status.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}
