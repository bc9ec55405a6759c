//! Tests the lock of an exchange: it may expire too early, or be granted too late.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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
async fn a_lock_that_redis_granted_late_does_not_block_the_session() {
    let Some(redis) = RedisServer::start() else { return };
    let endpoint = token_endpoint([
        Exchange::new("first", "of-first", "second"),
        Exchange::new("second", "of-second", "third"),
    ])
    .await;
    let client = client_of(&endpoint, ClientCredentials::new("id", "secret"));
    let renewed = Renewed::default();
    let direct = source(&Fleet::connect(&redis.url()).await.unwrap(), &client, "first", &renewed);
    let delayed = source(&Fleet::connect(&proxy(&redis).await).await.unwrap(), &client, "first", &renewed);
    assert_eq!(fetched(&direct).await, "of-first");
    assert_eq!(fetched(&delayed).await, "of-first");
    assert!(delayed.fetch().await.unwrap_err().is_unavailable());
    while redis.command("KEYS *exchange").starts_with("*0") {
        sleep(Duration::from_millis(10)).await;
    }
    let token = timeout(Duration::from_secs(5), fetched(&delayed)).await;
    assert_eq!(token.expect("the lock belongs to this process"), "of-second");
    assert_eq!(fetched(&direct).await, "of-second");
}

/// Starts a proxy for Redis, and returns its URL. It delays the first command for a lock until the client no longer
/// waits for the reply.
async fn proxy(redis: &RedisServer) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let (port, has_delayed) = (redis.port(), Arc::new(AtomicBool::new(false)));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (mut requests, mut replies) = client.into_split();
            let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut replies).await });
            let has_delayed = Arc::clone(&has_delayed);
            tokio::spawn(async move {
                let mut piece = vec![0; 64 * 1024];
                while let Ok(length @ 1..) = requests.read(&mut piece).await {
                    let is_for_lock = String::from_utf8_lossy(&piece[..length]).contains(":exchange");
                    if is_for_lock && !has_delayed.swap(true, Ordering::Relaxed) {
                        sleep(Duration::from_millis(1_500)).await;
                    }
                    to_server.write_all(&piece[..length]).await.unwrap();
                }
            });
        }
    });
    url
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
