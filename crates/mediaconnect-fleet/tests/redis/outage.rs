//! Tests each way in which Redis can fail.

use std::sync::atomic::Ordering;
use std::time::Duration;

use mediaconnect_fleet::Fleet;
use tokio::time::{Instant, sleep};

use crate::child::{Process, Work, client, enforcing};
use crate::server::RedisServer;

const LIMIT: (u32, u32) = (100, 600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_when_redis_is_killed_and_comes_back_empty() {
    let Some(mut redis) = RedisServer::start() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let work = Work { callers: 3, pause: Some(0.0), seconds: 16.0, limit: LIMIT };
    let processes: Vec<_> = (0..3).map(|_| Process::start(&redis.url(), &sandbox, &work)).collect();
    sleep(Duration::from_secs(5)).await;
    redis.kill();
    let before = sandbox.requests().len();
    sleep(Duration::from_secs(7)).await;
    let meanwhile = sandbox.requests().len() - before;
    redis.start_again();
    for process in processes {
        let done = process.done().await;
        assert!(done.failed == 0 && done.succeeded > 0, "{done:?}");
    }
    assert_eq!(refused.load(Ordering::Relaxed), 0);
    assert!(meanwhile > 10, "{meanwhile} in seven seconds without Redis");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_when_redis_hangs_or_was_never_there_or_refuses_the_password() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let wrong = redis.url().replace("redis://", "redis://user:canary@");
    let without_tls = redis.url().replace("redis://", "rediss://");
    for url in [redis.url(), "redis://127.0.0.1:1".to_owned(), wrong, without_tls] {
        let fleet = Fleet::connect(&url).await.unwrap();
        let client = client(&sandbox, LIMIT, &fleet);
        if url == redis.url() {
            client.customers().info("563457".parse().unwrap()).await.unwrap();
            assert_eq!(redis.command("CLIENT PAUSE 4000 ALL"), "+OK\r\n");
        }
        let began = Instant::now();
        for _ in 0..3 {
            client.customers().info("563457".parse().unwrap()).await.unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
        if url == redis.url() {
            sleep(Duration::from_secs(6)).await;
            client.customers().info("563457".parse().unwrap()).await.unwrap();
            assert!(!fleet.status().by_share, "it recovers by itself: {:?}", fleet.status());
        } else {
            assert!(fleet.status().by_share && fleet.status().failure.is_some(), "{:?}", fleet.status());
        }
        assert!(!format!("{fleet:?} {:?}", fleet.status()).contains("canary"));
    }
    assert_eq!(refused.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_within_the_reserve_waits_when_redis_is_killed_or_hangs() {
    for failure in ["kill", "pause", "freeze"] {
        let Some(mut redis) = RedisServer::start() else { return };
        let (sandbox, refused) = enforcing((100, 2_000)).await;
        let mut clients = Vec::new();
        for _ in 0..4 {
            clients.push(client(&sandbox, (100, 2_000), &Fleet::connect(&redis.url()).await.unwrap()));
            clients.last().unwrap().customers().info("563457".parse().unwrap()).await.unwrap();
        }
        // In its first two seconds, a new Redis leases few turns (permits to send one request). After this sleep, each
        // client has turns in reserve.
        sleep(Duration::from_secs(4)).await;
        match failure {
            "kill" => redis.kill(),
            "pause" => assert_eq!(redis.command("CLIENT PAUSE 10000 ALL"), "+OK\r\n"),
            _ => redis.freeze(true),
        }
        // For eight seconds, each client makes two calls a second. That is a quarter of its share.
        let mut longest = Duration::ZERO;
        for _ in 0..16 {
            for client in &clients {
                let began = Instant::now();
                client.customers().info("563457".parse().unwrap()).await.unwrap();
                longest = longest.max(began.elapsed());
            }
            sleep(Duration::from_millis(500)).await;
        }
        println!("{failure}: {longest:?}");
        // Without Redis, a client hands out the turns of its share every 50 ms, so a call should wait at most 50 ms.
        // This limit is higher because the machine may be busy.
        assert!(longest < Duration::from_millis(400), "{failure}: {longest:?}");
        assert_eq!(refused.load(Ordering::Relaxed), 0, "{failure}");
    }
}

#[tokio::test]
async fn a_url_that_cannot_be_understood_is_an_error_that_does_not_quote_it() {
    for url in ["", "http://canary", "redis://:canary@[", "redis-sentinel://canary", "redis-canary://h"] {
        let error = Fleet::connect(url).await.unwrap_err();
        assert!(error.to_string().contains("redis://host:port") && !error.to_string().contains("canary"));
    }
}
