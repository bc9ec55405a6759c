//! An hour of random faults: no call is lost, each ends within its deadline, and memory use stays constant.
//!
//! This is a separate binary, so that nothing else uses the memory that it measures. It prints its seed. Set
//! `SOAK_SEED` to repeat a run.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use mediaconnect::{Client, ClientCredentials, CustomerSearch, Error, Method, Result};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, sleep_until};

const HOUR: Duration = Duration::from_secs(3600);
/// The warm-up time. During this time memory may grow, because pools, caches and the allocator reach their full size.
const WARM: Duration = Duration::from_secs(20 * 60);
const CALLERS: u64 = 10;
/// The longest time between two calls of a caller, in milliseconds.
const MAX_REST: u64 = 40_000;
const DEADLINE: Duration = Duration::from_secs(30);
/// The allowed growth of memory in the last 40 minutes: one MiB. The allocator alone grows in steps of 512 KiB. More
/// than a thousand calls run in this time, so a leak of one KiB per call exceeds the limit.
const MAX_GROWTH: u64 = 1024 * 1024;

#[test]
fn an_hour_of_random_faults_loses_no_call_and_keeps_memory_flat() {
    let seed = std::env::var("SOAK_SEED").map_or(20_251_122, |seed| seed.parse().expect("a number"));
    println!("SOAK_SEED={seed}");
    fastrand::seed(seed);
    run_paced(hour(seed));
}

async fn hour(seed: u64) {
    let api = FaultServer::acting(api_faults(seed), Door::Open);
    let token = FaultServer::acting(token_faults(seed), Door::Open);
    sleep(Duration::from_millis(1)).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    let client = Client::builder()
        .base_url(api.url("http"))
        .token_url(token.url("http"))
        .credentials(ClientCredentials::new("id", "secret"))
        .deadline(DEADLINE)
        .build()
        .unwrap();
    let began = Instant::now();
    let ends = Arc::new(Mutex::new(BTreeMap::new()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (client, ends) = (client.clone(), Arc::clone(&ends));
            tokio::spawn(
                async move { calls(&client, Rng::with_seed(seed + caller), began + HOUR, &ends).await },
            )
        })
        .collect();
    let mut memory = Vec::new();
    for tenth in 1..=10 {
        sleep_until(began + HOUR * tenth / 10).await;
        memory.extend(resident().map(|bytes| (HOUR * tenth / 10, bytes)));
    }
    let mut calls = 0;
    for caller in callers {
        calls += caller.await.unwrap();
    }
    let ends = ends.lock().unwrap().clone();
    println!("{calls} calls, {} requests, {} for tokens", api.requests(), token.requests());
    for (end, count) in &ends {
        println!("{count:6} {end}");
    }
    for (time, bytes) in &memory {
        println!("{:4} s {:6} KiB", time.as_secs(), bytes / 1024);
    }

    assert!(calls > 1000, "only {calls} calls in an hour");
    assert_eq!(calls, ends.values().sum::<usize>(), "each call ends");
    assert!(ends.len() > 8 && ends["ok"] > calls / 2, "most calls succeed, and every kind of end occurs");
    let warm = memory.iter().filter(|(time, _)| *time <= WARM).map(|(_, bytes)| *bytes).max();
    let last = memory.last().map(|(_, bytes)| *bytes);
    // Without /proc, memory is not measured: `last` and `warm` are `None`, and this assertion passes.
    assert!(
        last <= warm.map(|warm| warm + MAX_GROWTH),
        "{last:?} bytes after an hour, {warm:?} after the warm-up"
    );
    drop(client);
    sleep(Duration::from_millis(1)).await;
    assert_eq!((api.open(), token.open()), (0, 0), "connections");
    assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
}

/// Makes calls until the hour is over, and returns their number.
async fn calls(client: &Client, mut rng: Rng, end: Instant, ends: &Mutex<BTreeMap<String, usize>>) -> usize {
    let mut count = 0;
    while Instant::now() < end {
        sleep(Duration::from_millis(rng.u64(0..MAX_REST))).await;
        count += 1;
        let began = Instant::now();
        let outcome = call(client, &mut rng).await;
        let took = began.elapsed();
        assert!(took <= DEADLINE + Duration::from_millis(2), "a call took {took:?}");
        let end = outcome.as_ref().map_or_else(Error::type_name, |()| "ok");
        *ends.lock().unwrap().entry(end.to_owned()).or_default() += 1;
    }
    count
}

async fn call(client: &Client, rng: &mut Rng) -> Result<()> {
    match rng.u8(0..4) {
        0 => client.customers().info(number(1)).await.map(drop),
        1 => client.customers().search(&CustomerSearch::by_email("a@example.com")).await.map(drop),
        2 => client.request(Method::Post, "/v1/a").json(&1).send::<Value>().await.map(drop),
        _ => client.request(Method::Get, "/v1/a").safe_to_retry().send::<Value>().await.map(drop),
    }
}

/// Returns the responses and faults of the API. About two of three requests get a good response. The largest bodies
/// come first, so that the allocator reserves the memory for them during the warm-up.
fn api_faults(seed: u64) -> impl FnMut() -> Fault + Send {
    let mut rng = Rng::with_seed(seed);
    let mut largest = [Fault::Flood(200), Fault::GzipBomb(200), Fault::HugeHead].into_iter().cycle().take(45);
    move || largest.next().unwrap_or_else(|| api_fault(&mut rng))
}

fn api_fault(rng: &mut Rng) -> Fault {
    match rng.u8(0..100) {
        0..68 => Fault::Response(Response::good()),
        68 => Fault::Flood(200),
        69 => Fault::GzipBomb(200),
        70 => Fault::HugeHead,
        71..73 => Fault::Response(Response::status(401)),
        73..75 => Fault::Response(Response::status(429).header("Retry-After: 2")),
        75 => Fault::Response(Response::status(403)),
        76 => Fault::Response(Response::status(404).header("X-Mediaconnect-Api-Version: 1.2.3")),
        77 => Fault::Response(Response::status(302).header("Location: /")),
        78 => Fault::Response(Response::status(200).body("<html>")),
        _ => failure(rng),
    }
}

/// Returns the faults of the token endpoint. Most fetches succeed with a token that lives for two minutes.
fn token_faults(seed: u64) -> impl FnMut() -> Fault + Send {
    let mut rng = Rng::with_seed(!seed);
    let good = r#"{"access_token": "t", "expires_in": 120}"#;
    move || match rng.u8(0..10) {
        0..6 => Fault::Response(Response::status(200).body(good)),
        6 => Fault::Response(Response::status(401)),
        7 => Fault::Late(Duration::from_secs(3), Response::status(200).body(good)),
        _ => failure(&mut rng),
    }
}

/// Returns a fault that both the API and the token endpoint can have.
fn failure(rng: &mut Rng) -> Fault {
    match rng.u8(0..12) {
        0 => Fault::ResetOnAccept,
        1 => Fault::ResetBeforeHead,
        2 => Fault::CloseBeforeHead,
        3 => Fault::ResetInBody(Response::good()),
        4 => Fault::CloseInBody(Response::good()),
        5 => Fault::CloseInChunk,
        6 => Fault::Silence,
        7 => Fault::SlowBody,
        8 => Fault::Garbage(b"SSH-2.0-OpenSSH_9.6\r\n"),
        9 => Fault::Response(Response::status(500)),
        10 => Fault::Response(Response::status(502).body("<html>")),
        _ => Fault::Response(Response::status(503).header("Retry-After: 1")),
    }
}

/// Returns the resident memory of this process in bytes, if the system is Linux.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number of KiB") * 1024)
}
