//! Starts the processes of a fleet. Each process runs this test binary.

use std::env;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mediaconnect::{Client, ClientCredentials, RateLimit};
use mediaconnect_fleet::Fleet;
use mediaconnect_sandbox::{Handled, Sandbox};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

pub struct Work {
    /// The number of callers. Each makes one call after another.
    pub callers: usize,
    /// The pause of a caller between two calls, in seconds. `None` means that each caller makes only one call.
    pub pause: Option<f64>,
    pub seconds: f64,
    pub limit: (u32, u32),
}

#[derive(Debug)]
pub struct Done {
    pub succeeded: usize,
    pub failed: usize,
}

/// A process that is killed when this value is dropped.
pub struct Process(Child);

impl Process {
    pub fn start(redis: &str, sandbox: &Sandbox, work: &Work) -> Self {
        Self::start_with(redis, sandbox, work, &[])
    }

    pub fn start_with(redis: &str, sandbox: &Sandbox, work: &Work, variables: &[(&str, String)]) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "child::a_process_of_a_fleet", "--nocapture"]);
        command
            .env("FLEET_REDIS", redis)
            .env("FLEET_BASE", sandbox.base_url())
            .env("FLEET_TOKEN", sandbox.token_url());
        command.env("FLEET_ID", sandbox.client_id()).env("FLEET_SECRET", sandbox.client_secret());
        command.env("FLEET_WORK", format!("{} {}", work.callers, work.seconds));
        command.env("FLEET_LIMIT", format!("{} {}", work.limit.0, work.limit.1));
        command.env("FLEET_PAUSE", work.pause.unwrap_or(-1.0).to_string()).envs(variables.iter().cloned());
        Self(command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap())
    }

    pub async fn kill(mut self) {
        self.0.kill().await.unwrap();
    }

    pub async fn done(self) -> Done {
        let output = timeout(Duration::from_secs(120), self.0.wait_with_output()).await;
        let output = output.expect("the process ends").unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line =
            text.lines().find_map(|line| line.split_once("done: ")).unwrap_or_else(|| panic!("{text}"));
        let numbers: Vec<usize> = line.1.split(' ').map(|number| number.parse().unwrap()).collect();
        Done { succeeded: numbers[0], failed: numbers[1] }
    }
}

/// Returns a sandbox that enforces a rate, and the number of requests that it refused with status 429.
pub async fn enforcing(limit: (u32, u32)) -> (Sandbox, Arc<AtomicUsize>) {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let count = move |handled: &Handled| {
        count.fetch_add(usize::from(handled.status == Some(429)), Ordering::Relaxed);
    };
    let sandbox = Sandbox::builder().rate_limit(limit.0, limit.1).on_request(count);
    (sandbox.start().await.unwrap(), refused)
}

pub fn client(sandbox: &Sandbox, limit: (u32, u32), fleet: &Fleet) -> Client {
    let rate = RateLimit::new(limit.0, limit.1).unwrap();
    sandbox.client_builder().rate_limit(rate).fleet(fleet.clone()).build().unwrap()
}

/// Does the work of one process of a fleet. In a normal test run, `FLEET_REDIS` is not set, and this test does nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_process_of_a_fleet() {
    let Ok(redis) = env::var("FLEET_REDIS") else { return };
    let variable = |name: &str| env::var(name).unwrap();
    let pair = |name: &str| {
        let text = variable(name);
        let (one, two) = text.split_once(' ').unwrap();
        (one.parse::<f64>().unwrap(), two.parse::<f64>().unwrap())
    };
    let (callers, seconds) = pair("FLEET_WORK");
    let (per_second, per_minute) = pair("FLEET_LIMIT");
    let client = Client::builder()
        .base_url(variable("FLEET_BASE"))
        .token_url(variable("FLEET_TOKEN"))
        .credentials(ClientCredentials::new(variable("FLEET_ID"), variable("FLEET_SECRET")))
        .rate_limit(RateLimit::new(per_second as u32, per_minute as u32).unwrap())
        .fleet(Fleet::connect(&redis).await.unwrap())
        .build()
        .unwrap();
    let pause = Duration::try_from_secs_f64(variable("FLEET_PAUSE").parse().unwrap()).ok();
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let counts = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let mut running = JoinSet::new();
    for _ in 0..callers as usize {
        let (client, counts) = (client.clone(), Arc::clone(&counts));
        running.spawn(async move {
            while Instant::now() < end {
                let call = client.customers().info("563457".parse().unwrap());
                tokio::select! {
                    outcome = call => {
                        if let Err(error) = &outcome { eprintln!("{error}"); }
                        counts[usize::from(outcome.is_err())].fetch_add(1, Ordering::Relaxed)
                    }
                    () = sleep_until(end) => return,
                };
                let Some(pause) = pause else { return };
                sleep_until(end.min(Instant::now() + pause)).await;
            }
        });
    }
    while running.join_next().await.is_some() {}
    println!("\ndone: {} {}", counts[0].load(Ordering::Relaxed), counts[1].load(Ordering::Relaxed));
}
