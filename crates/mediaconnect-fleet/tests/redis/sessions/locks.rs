//! Tests the lock of an exchange: it may expire too early, or be requested too late.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_lost_its_lock_uses_the_tokens_of_its_successor() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let (client, refresh_token) = (sandbox.client(), sandbox.refresh_token());
    let [stalled, successor] = sources(&redis, &client, &refresh_token, &renewed).await;
    sandbox.fault(Fault::on("token").delay(Duration::from_secs(2)).status(503));
    let failing = tokio::spawn(async move { fetched(&stalled).await });
    expire_lock(&redis).await;
    let token = fetched(&successor).await;
    assert_eq!(failing.await.unwrap(), token);
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_requested_too_late_does_not_block_the_session() {
    let Some(redis) = RedisServer::start() else { return };
    let endpoint = token_endpoint([
        Exchange::new("first", "of-first", "second"),
        Exchange::new("second", "of-second", "third"),
    ])
    .await;
    let client = client_of(&endpoint, ClientCredentials::new("id", "secret"));
    let renewed = Renewed::default();
    let direct = source(&Fleet::connect(&redis.url()).await.unwrap(), &client, "first", &renewed);
    let (proxy, late_runs) = proxy(&redis).await;
    let delayed = source(&Fleet::connect(&proxy).await.unwrap(), &client, "first", &renewed);
    assert_eq!(fetched(&direct).await, "of-first");
    assert_eq!(fetched(&delayed).await, "of-first");
    assert!(delayed.fetch().await.unwrap_err().is_unavailable());
    drop(delayed);
    late_runs.notified().await;
    let token = timeout(Duration::from_secs(5), fetched(&direct)).await;
    assert_eq!(token.expect("nobody has the lock"), "of-second");
}

/// Starts a proxy for Redis, and returns its URL and a [`Notify`]. The proxy delays the first command that acquires a
/// lock. The client stops waiting before Redis receives this command. The `Notify` is notified when Redis has replied
/// to the command.
async fn proxy(redis: &RedisServer) -> (String, Arc<Notify>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let (port, has_delayed, late_runs) =
        (redis.port(), Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
    let notice = Arc::clone(&late_runs);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (mut requests, mut replies) = client.into_split();
            let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            let (mut from_server, mut to_server) = server.into_split();
            let is_late = Arc::new(AtomicBool::new(false));
            let (was_late, notice) = (Arc::clone(&is_late), Arc::clone(&notice));
            tokio::spawn(async move {
                let mut piece = vec![0; 64 * 1024];
                while let Ok(length @ 1..) = from_server.read(&mut piece).await {
                    if was_late.load(Ordering::Relaxed) {
                        notice.notify_one();
                    }
                    // The client may have closed the connection.
                    let _ = replies.write_all(&piece[..length]).await;
                }
            });
            let has_delayed = Arc::clone(&has_delayed);
            tokio::spawn(async move {
                let mut piece = vec![0; 64 * 1024];
                while let Ok(length @ 1..) = requests.read(&mut piece).await {
                    let text = String::from_utf8_lossy(&piece[..length]);
                    // The lifetime of the lock is an argument of this command.
                    let acquires = text.contains(":exchange") && text.contains("65000");
                    if acquires && !has_delayed.swap(true, Ordering::Relaxed) {
                        sleep(Duration::from_millis(1_500)).await;
                        is_late.store(true, Ordering::Relaxed);
                    }
                    to_server.write_all(&piece[..length]).await.unwrap();
                }
            });
        }
    });
    (url, late_runs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_response_does_not_replace_the_tokens_of_the_successor() {
    let Some(redis) = RedisServer::start() else { return };
    let endpoint = token_endpoint([
        Exchange { delay: Duration::from_secs(2), ..Exchange::new("first", "late", "lost") },
        Exchange::new("first", "second", "second"),
        Exchange::new("second", "third", "third"),
    ])
    .await;
    let (client, renewed) =
        (client_of(&endpoint, ClientCredentials::new("id", "secret")), Renewed::default());
    let [stalled, successor] = sources(&redis, &client, "first", &renewed).await.map(Arc::new);
    let running = Arc::clone(&stalled);
    let late = tokio::spawn(async move { fetched(&running).await });
    expire_lock(&redis).await;
    assert_eq!(fetched(&successor).await, "second");
    assert_eq!(late.await.unwrap(), "late");
    assert_eq!(*renewed.lock().unwrap(), ["second"]);
    assert_eq!(fetched(&stalled).await, "second");
    assert_eq!(fetched(&successor).await, "third");
    assert_eq!(*renewed.lock().unwrap(), ["second", "third"]);
}

/// Simulates that the lock of an exchange expires: deletes the lock soon after a process has acquired it.
async fn expire_lock(redis: &RedisServer) {
    loop {
        sleep(Duration::from_millis(200)).await;
        let keys = redis.command("KEYS *exchange");
        if let Some(lock) = keys.lines().nth(2) {
            assert!(redis.command(&format!("DEL {lock}")).starts_with(":1"), "{keys}");
            return;
        }
    }
}
