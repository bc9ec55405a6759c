//! Tests that a service can shut down at any moment: no runtime hangs when it ends.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use mediaconnect::{Client, UserToken};
use mediaconnect_fleet::{Fleet, ResponseCache};
use mediaconnect_sandbox::Sandbox;
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

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

/// Starts tasks that use everything that a fleet shares, one call after another.
fn start_load(runtime: &Runtime, client: &Client, fleet: &Fleet, sandbox: &Sandbox, random: &mut Rng) {
    let user = fleet.refresh_token(client.token_endpoint().unwrap(), "session", sandbox.refresh_token());
    let user = UserToken::from_source(user);
    for _ in 0..8 {
        let (client, fleet, user, customer) = (client.clone(), fleet.clone(), user.clone(), random.u64(1..4));
        let id = sandbox.client_id().to_owned();
        runtime.spawn(async move {
            loop {
                let _ = client.customers().info(KARI.try_into().unwrap()).await;
                let _ = client.cached(TTL).call(info(customer)).await;
                let _ = client.call(change(customer)).await;
                let _ = client.customers().own_info(&user).await;
                let _ = fleet.look(client.base_url(), &id).await;
            }
        });
    }
}

#[test]
fn no_runtime_hangs_when_it_ends_under_load() {
    let Some(redis) = RedisServer::start() else { return };
    let upstream = runtime();
    let sandbox = upstream.block_on(Sandbox::builder().start()).unwrap();
    let seed = fastrand::u64(..);
    let random = &mut Rng::with_seed(seed);
    let fleet = Fleet::at(&redis.url()).unwrap().with_response_cache(ResponseCache::default());
    let shared = client(&sandbox, LIMIT, &fleet);
    let began = Instant::now();
    let mut ended = 0;
    while began.elapsed() < Duration::from_secs(7) {
        let of_service = runtime();
        // A client may be used in several runtimes, or only in one.
        let own = client(&sandbox, LIMIT, &fleet);
        start_load(&of_service, &shared, &fleet, &sandbox, random);
        start_load(&of_service, &own, &fleet, &sandbox, random);
        drop(own);
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
    println!("{ended} runtimes ended");

    let of_service = runtime();
    of_service.block_on(async {
        shared.call(info(KARI)).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(fleet.status().failure, None, "the fleet still works; seed {seed}");
        drop(shared);
        fleet.left().await;
    });
    assert_eq!(end(of_service), Ok(()));
    assert_eq!(end(upstream), Ok(()));
}
