use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::script_tests::server::RedisServer;

const SHORT: Duration = Duration::from_millis(5);

async fn ping(redis: &Arc<Redis>, limit: Duration) -> Result<(), Failure> {
    redis.run("key", limit, async |connection| redis::cmd("PING").query_async(connection).await).await
}

#[tokio::test]
async fn all_commands_wait_for_the_same_connection_attempt() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let redis = Redis::new(&format!("redis://{}", listener.local_addr().unwrap())).unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&accepted);
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok(connection) = listener.accept().await {
            silent.push(connection);
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut commands = JoinSet::new();
    for _ in 0..100 {
        let redis = Arc::clone(&redis);
        commands.spawn(async move { ping(&redis, SHORT).await });
    }
    while let Some(outcome) = commands.join_next().await {
        assert_eq!(outcome.unwrap(), Err(Failure("timeout")));
    }
    sleep(CONNECT + CONNECT / 2).await;
    assert_eq!(accepted.load(Ordering::Relaxed), 1);
    assert_eq!(ping(&redis, SHORT).await, Err(Failure("timeout")));
    sleep(CONNECT / 2).await;
    assert_eq!(accepted.load(Ordering::Relaxed), 2, "the next command tries again");
}

#[tokio::test]
async fn a_slow_reply_does_not_break_the_connection_but_a_silent_second_does() {
    let Some(server) = RedisServer::start() else { return };
    let redis = Redis::new(&server.url()).unwrap();
    ping(&redis, BROKEN).await.unwrap();
    server.freeze(true);
    assert_eq!(ping(&redis, SHORT).await, Err(Failure("timeout")));
    server.freeze(false);
    // Two timeouts that are far apart do not mean that Redis was silent between them.
    sleep(BROKEN * 2).await;
    server.freeze(true);
    assert_eq!(ping(&redis, SHORT).await, Err(Failure("timeout")));
    server.freeze(false);
    ping(&redis, BROKEN).await.unwrap();
    assert_eq!(redis.state().count, 1, "the first connection is still in use");
    sleep(SHORT).await;
    server.freeze(true);
    assert_eq!(ping(&redis, SHORT).await, Err(Failure("timeout")));
    sleep(BROKEN + BROKEN / 2).await;
    assert!(redis.state().current.is_none(), "the connection is dropped without another command");
    server.freeze(false);
    ping(&redis, BROKEN).await.unwrap();
    assert_eq!(redis.state().count, 2);
    redis.disconnect(1);
    assert!(
        redis.state().current.is_some(),
        "a late failure of the first connection does not break the second"
    );
}

#[test]
fn a_runtime_ends_while_a_command_waits_for_its_reply() {
    let Some(server) = RedisServer::start() else { return };
    let redis = Redis::new(&server.url()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(ping(&redis, BROKEN)).unwrap();
    server.freeze(true);
    let waits = Arc::clone(&redis);
    runtime.spawn(async move { ping(&waits, BROKEN).await });
    runtime.block_on(async { sleep(BROKEN / 10).await });
    let (sender, has_ended) = mpsc::channel();
    thread::spawn(move || {
        drop(runtime);
        sender.send(()).unwrap();
    });
    has_ended.recv_timeout(BROKEN * 10).expect("the runtime ends");
    server.freeze(false);
    assert!(redis.state().probe.is_none());
}

#[test]
fn an_attempt_whose_runtime_has_ended_is_repeated() {
    let Some(server) = RedisServer::start() else { return };
    let redis = Redis::new(&server.url()).unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    server.freeze(true);
    assert_eq!(runtime().block_on(ping(&redis, SHORT)), Err(Failure("timeout")));
    server.freeze(false);
    assert!(redis.state().attempt.is_some());
    runtime().block_on(ping(&redis, BROKEN)).unwrap();
}

#[test]
fn a_runtime_that_does_no_work_keeps_no_other_from_connecting_or_dropping_a_silent_connection() {
    let Some(server) = RedisServer::start() else { return };
    let redis = Redis::new(&server.url()).unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (idle, other) = (runtime(), runtime());
    server.freeze(true);
    assert_eq!(idle.block_on(ping(&redis, SHORT)), Err(Failure("timeout")));
    server.freeze(false);
    assert_eq!(other.block_on(ping(&redis, SHORT)), Err(Failure("timeout")));
    thread::sleep(CONNECT * 2);
    other.block_on(ping(&redis, BROKEN)).unwrap();
    idle.block_on(async { sleep(BROKEN / 10).await });
    assert_eq!(redis.state().current.as_ref().unwrap().0, 2, "the late attempt replaces no connection");

    server.freeze(true);
    assert_eq!(idle.block_on(ping(&redis, SHORT)), Err(Failure("timeout")));
    thread::sleep(BROKEN * 2);
    assert_eq!(other.block_on(ping(&redis, SHORT)), Err(Failure("timeout")));
    other.block_on(async {
        let dropped = async {
            while redis.state().current.is_some() {
                sleep(BROKEN / 10).await;
            }
        };
        timeout(BROKEN * 10, dropped).await.expect("the silent connection is dropped");
    });
    server.freeze(false);
}

#[tokio::test]
async fn a_probe_of_one_connection_does_not_prevent_one_of_the_next() {
    let Some(server) = RedisServer::start() else { return };
    let redis = Redis::new(&server.url()).unwrap();
    ping(&redis, BROKEN).await.unwrap();
    let (first, _) = redis.start_probe(1).unwrap();
    assert!(redis.start_probe(1).is_none(), "the first probe still runs");
    redis.disconnect(1);
    ping(&redis, BROKEN).await.unwrap();
    let (second, _) = redis.start_probe(2).expect("the second connection has its own probe");
    drop(first);
    assert!(redis.start_probe(2).is_none(), "the second probe still runs");
    drop(second);
    assert!(redis.start_probe(2).is_some());
}

#[test]
fn a_timeout_of_the_operating_system_is_a_timeout() {
    for (kind, reason) in [
        (std::io::ErrorKind::TimedOut, "timeout"),
        (std::io::ErrorKind::ConnectionReset, "connection"),
        (std::io::ErrorKind::Other, "connection"),
    ] {
        assert_eq!(word(&std::io::Error::from(kind).into()), reason);
    }
}
