//! Measures the calls a second over loopback in one process, with each of the three clients in turn.
//!
//! Run `cargo bench -p mediaconnect-benches --bench throughput`. On a machine with other load, only the ratios are
//! meaningful. Each round measures all three clients in sequence, and the result is the median of the rounds' ratios.

use std::time::Instant;

use mediaconnect::RateLimit;
use mediaconnect_benches::{Caller, HyperClient, MediaconnectClient, ReqwestClient, canned};
use tokio::runtime::Runtime;

const ROUNDS: usize = 21;
/// The number of concurrent callers, each with its own connection.
const CALLERS: usize = 16;
/// The number of calls that each caller makes in a round.
const CALLS: usize = 800;
/// The rate limit of client and server. It is so high that no call waits.
const PER_MINUTE: u32 = 10_000_000;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let rate = RateLimit::new(PER_MINUTE, PER_MINUTE).expect("it is within bounds");
    let (hyper, reqwest, mediaconnect) = runtime.block_on(async {
        let rated = MediaconnectClient::with_rate(canned(PER_MINUTE), rate);
        (HyperClient::new(canned(PER_MINUTE)), ReqwestClient::new(canned(PER_MINUTE)), rated)
    });
    let mut hyper = vec_of_clones(&hyper);
    let mut reqwest = vec_of_clones(&reqwest);
    let mut mediaconnect = vec_of_clones(&mediaconnect);
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let took = [run(&runtime, &mut hyper), run(&runtime, &mut reqwest), run(&runtime, &mut mediaconnect)];
        // The first round opens the connections, so it is not counted.
        if round > 0 {
            rounds.push(took);
        }
    }
    report(&rounds);
}

fn vec_of_clones<C: Caller>(client: &C) -> Vec<C> {
    vec![client.clone(); CALLERS]
}

/// Makes a round's calls, and returns the seconds that they took.
fn run<C: Caller>(runtime: &Runtime, callers: &mut Vec<C>) -> f64 {
    let began = Instant::now();
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
    began.elapsed().as_secs_f64()
}

fn report(rounds: &[[f64; 3]]) {
    let calls = f64::from(u32::try_from(CALLERS * CALLS).expect("a small number"));
    println!("customers().info(), {CALLERS} callers, {ROUNDS} rounds of {calls} calls: medians");
    for (index, name) in ["hyper", "reqwest", "mediaconnect"].into_iter().enumerate() {
        let rate = median(rounds.iter().map(|took| calls / took[index]));
        let ratio = median(rounds.iter().map(|took| took[index] / took[1]));
        println!("{name:>14}: {rate:6.0} calls a second, {ratio:.3} times the time of reqwest");
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
