//! Measures how much of a client id's rate limit several processes can use together. Compares two cases: the processes
//! form a fleet, or each process uses a fixed share of the limit.
//!
//! Run `cargo bench -p mediaconnect-benches --bench fleet`; it takes three minutes. `redis-server` must be installed.
//! All cases run at once. Each case has its own upstream and eight processes, and a fleet also has its own Redis.

use std::env;
use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mediaconnect::{Client, ClientCredentials, RateLimit};
use mediaconnect_benches::{Limits, Redis, Seen, Windows, limited};
use mediaconnect_fleet::Fleet;
use tokio::runtime::Runtime;

/// The warm-up time. The calls of this time are not counted, because a client may send all requests of its first
/// minute at once.
const WARM_UP: Duration = Duration::from_secs(60);
const MEASURED: Duration = Duration::from_secs(120);
const OUTAGE: Duration = Duration::from_secs(30);
const PROCESSES: usize = 8;
const LIMIT: (u32, u32) = (100, 2_000);

/// The number of busy processes. All other processes are idle.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Load {
    Even,
    OneBusy,
}

struct Case {
    name: String,
    seen: Arc<Seen>,
    redis: Option<Redis>,
    children: Vec<Child>,
    at_start: usize,
    with_outage: bool,
}

fn main() {
    if env::var("FLEET_UPSTREAM").is_ok() {
        return process();
    }
    let mut cases = Vec::new();
    for windows in [Windows::Fixed, Windows::Sliding] {
        for load in [Load::Even, Load::OneBusy] {
            cases.extend([true, false].map(|fleet| start(windows, load, fleet, false)));
        }
    }
    cases.extend([Windows::Fixed, Windows::Sliding].map(|windows| start(windows, Load::Even, true, true)));
    let count = |case: &Case| case.seen.allowed.load(Ordering::Relaxed);
    thread::sleep(WARM_UP);
    for case in &mut cases {
        case.at_start = count(case);
    }
    let syncs: Vec<_> = cases.iter().map(|case| case.redis.as_ref().map_or(0.0, Redis::scripts)).collect();
    thread::sleep(MEASURED / 2);
    let mut outage = Vec::new();
    for case in cases.iter_mut().filter(|case| case.with_outage) {
        case.redis.as_mut().expect("this case has a Redis").kill();
        outage.push(count(case));
    }
    thread::sleep(OUTAGE);
    let mut meanwhile = Vec::new();
    for (case, before) in cases.iter_mut().filter(|case| case.with_outage).zip(outage) {
        meanwhile.push(count(case) - before);
        case.redis.as_mut().expect("this case has a Redis").start_again();
    }
    thread::sleep((MEASURED / 2).saturating_sub(OUTAGE));

    println!("case                                     rate used   429s   syncs a call");
    let number = |count: usize| f64::from(u32::try_from(count).expect("the count is small"));
    let allowance = f64::from(LIMIT.1) / 60.0 * MEASURED.as_secs_f64();
    for (case, syncs) in cases.iter().zip(syncs) {
        let used = number(count(case) - case.at_start);
        let per_call = match (&case.redis, case.with_outage) {
            (Some(redis), false) => format!("{:.2}", (redis.scripts() - syncs) / used),
            _ => "-".to_owned(),
        };
        let refused = case.seen.refused.load(Ordering::Relaxed);
        println!("{:<40} {:>8.1}%   {refused:>4}   {per_call}", case.name, 100.0 * used / allowance);
    }
    for used in meanwhile {
        let allowance = f64::from(LIMIT.1) / 60.0 * OUTAGE.as_secs_f64();
        println!("in the 30 seconds without Redis: {:.1}%", 100.0 * number(used) / allowance);
    }
    for case in cases {
        let mut failed = 0;
        for mut child in case.children {
            // A child process ends when its standard input is closed.
            drop(child.stdin.take());
            let output = child.wait_with_output().expect("the child process ends");
            failed += String::from_utf8_lossy(&output.stdout).trim().parse::<usize>().unwrap_or(1);
        }
        println!("{:<40} {failed} failed calls", case.name);
    }
}

fn start(windows: Windows, load: Load, in_fleet: bool, with_outage: bool) -> Case {
    let seen = Arc::new(Seen::default());
    let (per_second, per_minute) = LIMIT;
    let limits = Limits { windows, phase: 0.4, per_second, per_minute, latency: [5, 25] };
    let upstream = limited(limits, Arc::clone(&seen));
    let redis = in_fleet.then(Redis::start);
    let children = (0..PROCESSES).map(|number| {
        let callers = if load == Load::Even || number == 0 { 8 } else { 0 };
        let mut command = Command::new(env::current_exe().expect("the path of this program is known"));
        command.env("FLEET_UPSTREAM", upstream.to_string()).env("FLEET_CALLERS", callers.to_string());
        if let Some(redis) = &redis {
            command.env("FLEET_REDIS", redis.url());
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started again")
    });
    let way = if in_fleet { "fleet" } else { "with_share" };
    let outage = if with_outage { ", Redis killed" } else { "" };
    let name = format!("{windows:?}, {load:?}, {way}{outage}");
    Case { name, seen, children: children.collect(), redis, at_start: 0, with_outage }
}

/// Runs one process. It makes calls until its standard input ends, and prints how many failed.
fn process() {
    let upstream: SocketAddr =
        env::var("FLEET_UPSTREAM").expect("the parent process sets it").parse().expect("an address");
    let callers: usize =
        env::var("FLEET_CALLERS").expect("the parent process sets it").parse().expect("a number");
    let failed = Arc::new(AtomicUsize::new(0));
    let runtime = Runtime::new().expect("a runtime");
    let rate = RateLimit::new(LIMIT.0, LIMIT.1).expect("the limit is valid");
    let builder = Client::builder()
        .base_url(format!("http://{upstream}/capi"))
        .token_url(format!("http://{upstream}/token"))
        .credentials(ClientCredentials::new("id", "secret"));
    let builder = match env::var("FLEET_REDIS") {
        Ok(redis) => builder
            .rate_limit(rate)
            .fleet(runtime.block_on(Fleet::connect(&redis)).expect("the URL is valid")),
        Err(_) => builder.rate_limit(rate.with_share(1.0 / 8.0).expect("an eighth is a valid share")),
    };
    let client = builder.build().expect("the settings are valid");
    let started = Instant::now();
    // An idle process makes one call at the start, and then one every ten minutes.
    let pause = if callers == 0 { Duration::from_secs(600) } else { Duration::ZERO };
    for _ in 0..callers.max(1) {
        let (client, failed) = (client.clone(), Arc::clone(&failed));
        runtime.spawn(async move {
            loop {
                let outcome = client.customers().info("563457".parse().expect("a number")).await;
                if let Err(error) = outcome {
                    eprintln!("{:?}: {error}", started.elapsed());
                    failed.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(pause).await;
            }
        });
    }
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    println!("{}", failed.load(Ordering::Relaxed));
}
