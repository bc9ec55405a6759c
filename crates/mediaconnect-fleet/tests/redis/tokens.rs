//! Tests that all processes share one token.

use std::time::Duration;

use mediaconnect_fleet::Fleet;
use mediaconnect_sandbox::{Fault, Sandbox};
use tokio::time::{Instant, sleep, timeout};

use crate::child::{Process, Work, client};
use crate::server::RedisServer;

const LIMIT: (u32, u32) = (1_000, 10_000);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_fetches_the_token_for_all() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let work = Work { callers: 1_000, pause: None, seconds: 100.0, limit: (10_000, 100_000) };
    let processes: Vec<_> = (0..8).map(|_| Process::start(&redis.url(), &sandbox, &work)).collect();
    for process in processes {
        let done = process.done().await;
        // On a busy machine, some calls may miss their deadlines, so this test allows failed calls.
        assert!(done.succeeded > 0 && done.succeeded + done.failed == 1_000, "{done:?}");
    }
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_refused_is_replaced_once_for_all() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(client(&sandbox, LIMIT, &Fleet::connect(&redis.url()).await.unwrap()));
    }
    for client in &clients {
        client.customers().info("563457".parse().unwrap()).await.unwrap();
    }
    assert_eq!(sandbox.token_requests(), 1);
    sandbox.expire_tokens();
    for client in &clients {
        client.customers().info("563457".parse().unwrap()).await.unwrap();
    }
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_takes_over_when_the_one_that_fetches_dies() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    sandbox.fault(Fault::on("token").delay(Duration::from_secs(20)));
    let work = Work { callers: 1, pause: Some(0.0), seconds: 30.0, limit: LIMIT };
    let fetching = Process::start(&redis.url(), &sandbox, &work);
    while redis.command("KEYS *fetch*").starts_with("*0") {
        sleep(Duration::from_millis(20)).await;
    }
    sleep(Duration::from_millis(700)).await;
    let other = client(&sandbox, LIMIT, &Fleet::connect(&redis.url()).await.unwrap());
    let waiting = tokio::spawn(async move { other.token_lifetime().await });
    sleep(Duration::from_secs(3)).await;
    assert!(!waiting.is_finished(), "the lock is held while the other one lives");
    fetching.kill().await;
    let killed = Instant::now();
    timeout(Duration::from_secs(3), waiting).await.unwrap().unwrap().unwrap();
    println!("a token {:?} after the kill", killed.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_with_another_secret_cannot_read_the_token() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = client(&sandbox, LIMIT, &Fleet::connect(&redis.url()).await.unwrap());
    one.token_lifetime().await.unwrap();
    let wrong = mediaconnect::ClientCredentials::new(sandbox.client_id(), "another");
    let fleet = Fleet::connect(&redis.url()).await.unwrap();
    let other = sandbox.client_builder().credentials(wrong).fleet(fleet).build().unwrap();
    assert!(other.token_lifetime().await.unwrap_err().is_auth());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_expires_soon_is_used_if_no_other_can_be_fetched() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = client(&sandbox, LIMIT, &Fleet::connect(&redis.url()).await.unwrap());
    one.token_lifetime().await.unwrap();
    let expire = "EVAL \"return redis.call('PEXPIRE', redis.call('KEYS', '*:token')[1], 60000)\" 0";
    assert_eq!(redis.command(expire), ":1\r\n");
    sandbox.fault(Fault::on("token").status(503).always());
    let other = client(&sandbox, LIMIT, &Fleet::connect(&redis.url()).await.unwrap());
    other.customers().info("563457".parse().unwrap()).await.unwrap();
    assert!(sandbox.token_requests() > 1, "the process first asks for a new token");
    sandbox.expire_tokens();
    let error = other.customers().info("563457".parse().unwrap()).await.unwrap_err();
    assert!(error.is_unavailable(), "a refused token is not used again: {error}");
}
