//! Measures the throughput of three clients over loopback, in calls per second. The server runs in the same process.
//!
//! Run `cargo bench -p mediaconnect-benches --bench throughput`. On a machine with other load, only the ratios are
//! meaningful. In each round, the three clients make their calls one after the other. The result is the median of the
//! ratios of all rounds.
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
/// The rate limit of client and server. It is so high that no call waits.
const PER_MINUTE: u32 = 10_000_000;

/// The name of a client, and a function that runs one round of the client's calls and returns the time of the round.
type Client = (&'static str, Box<dyn FnMut(&Runtime) -> Seconds>);

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
    let rated = MediaconnectClient::with_rate(canned(PER_MINUTE), rate);
    let mut clients = vec![
        client("reqwest", &ReqwestClient::new(canned(PER_MINUTE))),
        client("hyper", &HyperClient::new(canned(PER_MINUTE))),
        client("mediaconnect", &rated),
    ];
    let only: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    clients.retain(|(name, _)| only.is_empty() || only.iter().any(|only| only == name));
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let took: Vec<Seconds> = clients.iter_mut().map(|(_, run)| run(&runtime)).collect();
        // The first round is not part of the result, because its calls open the connections.
        if round > 0 {
            rounds.push(took);
        }
    }
    report(&clients, &rounds);
}

fn client<C: Caller>(name: &'static str, client: &C) -> Client {
    let mut callers = vec![client.clone(); CALLERS];
    (name, Box::new(move |runtime| run(runtime, &mut callers)))
}

/// Makes the calls of one round, and returns the time that they took.
fn run<C: Caller>(runtime: &Runtime, callers: &mut Vec<C>) -> Seconds {
    let (began, cpu) = (Instant::now(), cpu_of_workers());
    *callers = runtime.block_on(async {
        let mut running = Vec::new();
        for mut caller in callers.drain(..) {
            running.push(tokio::spawn(async move {
                for _ in 0..CALLS {
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
    });
    Seconds { clock: began.elapsed().as_secs_f64(), cpu: cpu_of_workers() - cpu }
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
