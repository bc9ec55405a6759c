//! Tests that all processes share one rate.

use std::sync::atomic::Ordering;
use std::time::Duration;

use mediaconnect::{RateLimit, WhenExhausted};
use mediaconnect_fleet::Fleet;
use tokio::time::sleep;

use crate::child::{Process, Work, enforcing};
use crate::server::RedisServer;

const LIMIT: (u32, u32) = (40, 200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_share_one_rate_and_one_token() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let work = Work { callers: 5, pause: Some(0.0), seconds: 12.0, limit: LIMIT };
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
    // The limit per minute is 200 requests. The processes first send half of this number in a burst, and then send at
    // an even rate. In 12 seconds, they therefore send at least half of the limit, and never more than the limit.
    assert!((100..=200).contains(&all), "{each:?}");
    // This test only checks that every process sends some requests. The counts differ, because the processes start one
    // after the other. The simulation checks that the rate is divided evenly.
    assert!(each.iter().all(|calls| *calls >= 10), "{each:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_process_gets_what_idle_ones_leave() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    // Each idle process makes one call per second, like a service with little load.
    let idle = Work { callers: 1, pause: Some(1.0), seconds: 8.0, limit: LIMIT };
    let busy = Work { callers: 8, pause: Some(0.0), ..idle };
    let work = [&busy, &idle, &idle, &idle];
    let processes: Vec<_> = work.iter().map(|work| Process::start(&redis.url(), &sandbox, work)).collect();
    let mut each = Vec::new();
    for process in processes {
        let done = process.done().await;
        assert_eq!(done.failed, 0);
        each.push(done.succeeded);
    }
    assert_eq!(refused.load(Ordering::Relaxed), 0, "{each:?}");
    // If the busy process had only its share, it could send 25 requests at once, and 6 more during the test.
    assert!(each[0] > 50, "more than its share: {each:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_fails_at_once_succeeds_when_it_is_repeated() {
    let Some(redis) = RedisServer::start() else { return };
    // At this rate, all processes together have a reserve of one turn. Two processes cannot divide this turn, so
    // neither has a reserve.
    let (per_second, per_minute) = (10, 60);
    let (sandbox, refused) = enforcing((per_second, per_minute)).await;
    let rate = RateLimit::new(per_second, per_minute).unwrap();
    let member = async || {
        let fleet = Fleet::connect(&redis.url()).await.unwrap();
        sandbox.client_builder().rate_limit(rate).fleet(fleet)
    };
    let clients = [
        member().await.when_exhausted(WhenExhausted::Fail).build().unwrap(),
        member().await.max_waiting(0).build().unwrap(),
    ];
    for client in &clients {
        client.customers().info("563457".parse().unwrap()).await.unwrap_err();
    }
    // After this time, each client has joined the fleet, and no longer has the turns of its first reply from Redis.
    sleep(Duration::from_secs(4)).await;
    for client in &clients {
        let error = client.customers().info("563457".parse().unwrap()).await.unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
        sleep(error.retry_after().unwrap()).await;
        client.customers().info("563457".parse().unwrap()).await.unwrap();
    }
    assert_eq!(refused.load(Ordering::Relaxed), 0);
}
