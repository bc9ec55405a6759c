//! Tests that a service can shut down at any moment: no runtime hangs when it ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use mediaconnect::{Client, UserToken};
use mediaconnect_fleet::{Fleet, ResponseCache};
use mediaconnect_sandbox::{Customer, Sandbox};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

use crate::child::client;
use crate::responses::{KARI, LIMIT, TTL, change, info};
use crate::server::RedisServer;

/// The time after which a runtime counts as hanging.
const LIMIT_OF_END: Duration = Duration::from_secs(20);

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Ends a runtime in the same way as a service that returns from `main`.
fn end(runtime: Runtime) -> Result<(), mpsc::RecvTimeoutError> {
    let (sender, has_ended) = mpsc::channel();
    thread::spawn(move || {
        drop(runtime);
        let _ = sender.send(());
    });
    has_ended.recv_timeout(LIMIT_OF_END)
}

/// The number of successes of each kind of call.
type Counts = [AtomicUsize; 5];

/// Starts tasks that use everything that a fleet shares. Each task repeats one kind of call.
fn start_load(runtime: &Runtime, client: &Client, fleet: &Fleet, sandbox: &Sandbox, counts: &Arc<Counts>) {
    let user = fleet.refresh_token(client.token_endpoint().unwrap(), "session", sandbox.refresh_token());
    let user = UserToken::from_source(user);
    for kind in 0..counts.len() {
        let (client, fleet, user, counts) = (client.clone(), fleet.clone(), user.clone(), Arc::clone(counts));
        let id = sandbox.client_id().to_owned();
        runtime.spawn(async move {
            loop {
                let succeeds = match kind {
                    0 => client.call(info(KARI)).await.is_ok(),
                    1 => client.cached(TTL).call(info(KARI)).await.is_ok(),
                    2 => client.call(change(KARI)).await.is_ok(),
                    3 => client.customers().own_info(&user).await.is_ok(),
                    _ => fleet.look(client.base_url(), &id).await.is_ok(),
                };
                counts[kind].fetch_add(usize::from(succeeds), Ordering::Relaxed);
                // A call that fails at once must not keep the worker busy.
                sleep(Duration::from_millis(1)).await;
            }
        });
    }
}

#[test]
fn no_runtime_hangs_when_it_ends_under_load() {
    let Some(redis) = RedisServer::start() else { return };
    let upstream = runtime();
    // A member that ends without leaving keeps its share of the rate for a minute. So each client has its own sandbox:
    // the fleet has a separate rate for each base URL. The sandboxes run until the end, so that no sandbox gets the
    // port of an earlier one.
    let mut sandboxes = Vec::new();
    let sandbox = || {
        let customer = Customer::invented(KARI.try_into().unwrap()).external_reference("CRM", "1");
        upstream.block_on(Sandbox::builder().customers([customer]).start()).unwrap()
    };
    let seed = fastrand::u64(..);
    let random = &mut Rng::with_seed(seed);
    let fleet = Fleet::at(&redis.url()).unwrap().with_response_cache(ResponseCache::default());
    let counts = Arc::new(Counts::default());
    let of_shared = sandbox();
    let shared = client(&of_shared, LIMIT, &fleet);
    let began = Instant::now();
    let mut ended = 0;
    while began.elapsed() < Duration::from_secs(7) {
        let (of_service, of_own) = (runtime(), sandbox());
        // A client may be used in several runtimes, or only in one.
        let own = client(&of_own, LIMIT, &fleet);
        start_load(&of_service, &shared, &fleet, &of_shared, &counts);
        start_load(&of_service, &own, &fleet, &of_own, &counts);
        drop(own);
        sandboxes.push(of_own);
        thread::sleep(Duration::from_millis(random.u64(..80)));
        let freezes = random.bool();
        if freezes {
            redis.freeze(true);
            thread::sleep(Duration::from_millis(random.u64(..60)));
        }
        assert_eq!(end(of_service), Ok(()), "runtime {ended} hangs; seed {seed}");
        if freezes {
            redis.freeze(false);
        }
        ended += 1;
    }
    println!("{ended} runtimes ended; calls: {counts:?}");
    assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) > 0), "{counts:?}; seed {seed}");

    let (of_service, of_last) = (runtime(), sandbox());
    let last = client(&of_last, LIMIT, &fleet);
    drop(shared);
    of_service.block_on(async {
        let outcome = last.call(info(KARI)).await;
        assert!(outcome.is_ok(), "{outcome:?}: {:?}; seed {seed}", fleet.status());
        let works = async {
            while fleet.status().failure.is_some() {
                sleep(Duration::from_millis(100)).await;
            }
        };
        timeout(Duration::from_secs(10), works).await.expect("the fleet works again");
        drop(last);
        fleet.left().await;
    });
    assert_eq!(end(of_service), Ok(()));
    assert_eq!(end(upstream), Ok(()));
}
