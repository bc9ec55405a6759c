//! Measures the throughput of three clients over loopback, in calls per second. The server runs in the same process.
//!
//! Run `cargo bench -p mediaconnect-benches --bench throughput`. On a machine with other load, only the ratios are
//! meaningful. In each round, the three clients make their calls one after the other. The result is the median of the
//! ratios of all rounds.
//!
//! Each round uses new clients and new connections. Each connection has a thread of the server, and the ratio depends
//! on the processor on which the kernel keeps each thread. With the same connections in all rounds, the median of a
//! process was between 0.98 and 1.12.
//!
//! If the arguments name clients, only these clients make calls. Another program can then observe a single client:
//! `strace --follow-forks --summary-only target/release/deps/throughput-… reqwest`.

use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs};

use mediaconnect::RateLimit;
use mediaconnect_benches::{Caller, HyperClient, MediaconnectClient, ReqwestClient, canned};
use tokio::runtime::Runtime;

const ROUNDS: usize = 100;
/// The number of concurrent callers, each with its own connection.
const CALLERS: usize = 16;
/// The number of calls that each caller makes in a round.
const CALLS: usize = 200;
/// The number of calls that each caller makes before a round, to open its connection.
const WARM_UP: usize = 10;
/// The rate limit of client and server. It is so high that no call waits.
const PER_MINUTE: u32 = 10_000_000;

/// The name of a client, and a function that runs one round with a new client and returns the time of the round.
type Client = (&'static str, Box<dyn Fn(&Runtime) -> Seconds>);

/// The time that the calls of one round take.
#[derive(Clone, Copy)]
struct Seconds {
    /// The elapsed time.
    clock: f64,
    /// The CPU time of the client's threads, including their time in the kernel. Excludes the server's threads.
    cpu: f64,
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let rate = RateLimit::new(PER_MINUTE, PER_MINUTE).expect("it is within bounds");
    let server = canned(PER_MINUTE);
    let mut clients = vec![
        client("reqwest", move || ReqwestClient::new(server)),
        client("hyper", move || HyperClient::new(server)),
        client("mediaconnect", move || MediaconnectClient::with_rate(server, rate)),
    ];
    let only: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    clients.retain(|(name, _)| only.is_empty() || only.iter().any(|only| only == name));
    let rounds: Vec<Vec<Seconds>> =
        (0..ROUNDS).map(|_| clients.iter().map(|(_, round)| round(&runtime)).collect()).collect();
    report(&clients, &rounds);
}

fn client<C: Caller>(name: &'static str, new: impl Fn() -> C + 'static) -> Client {
    let round = move |runtime: &Runtime| {
        let callers = run(runtime, vec![new(); CALLERS], WARM_UP);
        let (began, cpu) = (Instant::now(), cpu_of_workers());
        run(runtime, callers, CALLS);
        Seconds { clock: began.elapsed().as_secs_f64(), cpu: cpu_of_workers() - cpu }
    };
    (name, Box::new(round))
}

/// Runs the callers at the same time until each of them has made `calls` calls. Returns the callers.
fn run<C: Caller>(runtime: &Runtime, callers: Vec<C>, calls: usize) -> Vec<C> {
    runtime.block_on(async {
        let mut running = Vec::new();
        for mut caller in callers {
            running.push(tokio::spawn(async move {
                for _ in 0..calls {
                    caller.info().await;
                }
                caller
            }));
        }
        let mut done = Vec::new();
        for task in running {
            done.push(task.await.expect("no call failed"));
        }
        done
    })
}

/// Returns the CPU seconds of the runtime's threads so far.
fn cpu_of_workers() -> f64 {
    let tasks = fs::read_dir("/proc/self/task").expect("this is Linux").flatten().map(|task| task.path());
    let is_worker =
        |task: &PathBuf| fs::read_to_string(task.join("comm")).is_ok_and(|name| name.starts_with("tokio"));
    let nanoseconds = |task: PathBuf| {
        let text = fs::read_to_string(task.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    tasks.filter(is_worker).filter_map(nanoseconds).sum::<f64>() / 1e9
}

fn report(clients: &[Client], rounds: &[Vec<Seconds>]) {
    let calls = f64::from(u32::try_from(CALLERS * CALLS).expect("the number is small"));
    println!("customers().info(), {CALLERS} callers, {ROUNDS} rounds of {calls} calls: medians");
    for (index, (name, _)) in clients.iter().enumerate() {
        let rate = median(rounds.iter().map(|took| calls / took[index].clock));
        let clock = median(rounds.iter().map(|took| took[index].clock / took[0].clock));
        let micros = median(rounds.iter().map(|took| took[index].cpu / calls * 1e6));
        let cpu = median(rounds.iter().map(|took| took[index].cpu / took[0].cpu));
        println!(
            "{name:>14}: {rate:6.0} calls a second, time {clock:.3}; CPU {micros:.2} µs a call, {cpu:.3}"
        );
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
