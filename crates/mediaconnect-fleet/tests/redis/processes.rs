//! One rate for all processes.

use std::sync::atomic::Ordering;

use mediaconnect_fleet::Fleet;

use crate::child::{Process, Work, client, enforcing};
use crate::server::RedisServer;

const LIMIT: (u32, u32) = (40, 200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_share_one_rate_and_one_token() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let work = Work { callers: 5, pause: 0.0, seconds: 12.0, limit: LIMIT };
    let processes: Vec<_> = (0..4).map(|_| Process::start(&redis.url(), &sandbox, &work)).collect();
    let mut each = Vec::new();
    for process in processes {
        let done = process.done().await;
        assert_eq!(done.failed, 0);
        each.push(done.succeeded);
    }
    let all: usize = each.iter().sum();
    assert_eq!(refused.load(Ordering::Relaxed), 0, "{each:?}");
    assert_eq!(sandbox.token_requests(), 1, "{each:?}");
    // Half of the minute in a burst, and the even rate since then: more than the shares of 12 seconds.
    assert!((100..=200).contains(&all), "{each:?}");
    // They start one after the other and share two cores, so how even it is shows in the simulation; here nobody starves.
    assert!(each.iter().all(|calls| *calls >= 10), "{each:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_process_gets_what_idle_ones_leave() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    // The idle ones say something now and then, as slow services do.
    let idle = Work { callers: 1, pause: 1.0, seconds: 8.0, limit: LIMIT };
    let busy = Work { callers: 8, pause: 0.0, ..idle };
    let work = [&busy, &idle, &idle, &idle];
    let processes: Vec<_> = work.iter().map(|work| Process::start(&redis.url(), &sandbox, work)).collect();
    let mut each = Vec::new();
    for process in processes {
        let done = process.done().await;
        assert_eq!(done.failed, 0);
        each.push(done.succeeded);
    }
    assert_eq!(refused.load(Ordering::Relaxed), 0, "{each:?}");
    // By its share it could send 25 at once, and 6 more in the time.
    assert!(each[0] > 50, "more than its share: {each:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_serves_a_fleet_as_one_server_does() {
    let Some(redis) = RedisServer::start_cluster() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let fleet = Fleet::connect(&redis.url().replace("redis://", "redis-cluster://")).await.unwrap();
    let client = client(&sandbox, LIMIT, &fleet);
    for _ in 0..10 {
        client.customers().info("563457".parse().unwrap()).await.unwrap();
    }
    let status = fleet.status();
    assert!(!status.by_share && status.members == 1 && status.syncs > 0, "{status:?}");
    assert_eq!(refused.load(Ordering::Relaxed), 0);
    assert!(!redis.command("KEYS *:token").starts_with("*0"), "the token is there");
}
