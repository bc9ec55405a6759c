//! Tests that invalidated responses are never used, even if the commands that remove them are late or fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mediaconnect::operations::ListProducts;
use mediaconnect::{
    AccessToken, Client, ClientCredentials, CredentialsFuture, CredentialsProvider, RateLimit, TokenFuture,
    TokenSource,
};
use mediaconnect_fleet::{Fleet, ResponseCache};
use mediaconnect_sandbox::{Fault, Sandbox};
use tokio::time::{Instant, sleep};

use crate::child::client;
use crate::responses::{KARI, LIMIT, TTL, change, info, process, process_with, requests};
use crate::server::RedisServer;

fn rate() -> RateLimit {
    RateLimit::new(LIMIT.0, LIMIT.1).unwrap()
}

async fn read(client: &Client) {
    client.cached(TTL).call(info(KARI)).await.unwrap();
}

/// Makes Redis load the scripts. Without this, a late command would fail, because it names a script that Redis does not
/// have.
async fn load_scripts(client: &Client) {
    client.cached(TTL).call(ListProducts::new()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_reaches_redis_late_is_used_no_longer_than_its_time_to_live() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let cache = ResponseCache::default().with_max_wait(Duration::from_millis(300));
    let one = process_with(&redis.url(), &sandbox, cache).await;
    let other = process(&redis.url(), &sandbox).await;
    let ttl = Duration::from_secs(6);
    load_scripts(&one).await;
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(1)).times(1));
    let began = Instant::now();
    let reading = tokio::spawn(one.cached(ttl).call(info(KARI)).into_future());
    sleep(Duration::from_millis(500)).await;
    // While Redis is frozen, the process sends the command that stores the response, and stops waiting for Redis. Redis
    // runs the command later.
    redis.freeze(true);
    reading.await.unwrap().unwrap();
    sleep(Duration::from_secs(1)).await;
    redis.freeze(false);
    while !redis.command("INFO commandstats").contains("cmdstat_getrange:calls=2,") {
        assert!(began.elapsed() < ttl, "the late command does not run");
        sleep(Duration::from_millis(50)).await;
    }
    let ask = async || other.cached(ttl).call(info(KARI)).await.unwrap();
    assert_eq!(requests!(sandbox, "getCustomerInfo", ask().await), 0, "it is shared until its time is over");
    sleep((ttl + Duration::from_millis(200)).saturating_sub(began.elapsed())).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", ask().await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_reaches_redis_after_a_change_is_not_kept() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let cache = ResponseCache::default().with_max_wait(Duration::from_millis(300));
    let one = process_with(&redis.url(), &sandbox, cache).await;
    let other = process(&redis.url(), &sandbox).await;
    load_scripts(&one).await;
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(1)).times(1));
    let reading = tokio::spawn(one.cached(TTL).call(info(KARI)).into_future());
    sleep(Duration::from_millis(500)).await;
    redis.freeze(true);
    reading.await.unwrap().unwrap();
    // Redis first gets the command that stores the response, and then the removal on another connection.
    one.call(change(KARI)).await.unwrap();
    redis.freeze(false);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_has_lost_a_removal_returns_no_older_response() {
    let Some(mut redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    read(&other).await;
    // Saves the data as it is before the change. After a restart, Redis has lost the change, as if a replica had taken
    // over before it received the change.
    assert!(!redis.memory().is_empty());
    one.call(change(KARI)).await.unwrap();
    redis.kill();
    redis.start_again();
    let kept = redis.command("EVAL \"return #redis.call('KEYS', '*:response:*')\" 0");
    assert_eq!(kept, ":1\r\n", "the response is back");
    // The first lookup after the restart fails, because the connection has broken.
    load_scripts(&other).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1);
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 0, "the new one is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_that_failed_is_repeated_after_the_client_is_dropped() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    read(&other).await;
    assert_eq!(redis.command("ACL SETUSER default -unlink"), "+OK\r\n");
    one.call(change(KARI)).await.unwrap();
    drop(one);
    assert_eq!(redis.command("ACL SETUSER default +unlink"), "+OK\r\n");
    sleep(Duration::from_secs(3)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_looks_nothing_up_before_redis_has_its_removals() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = process(&redis.url(), &sandbox).await;
    read(&one).await;
    assert_eq!(redis.command("ACL SETUSER default -unlink"), "+OK\r\n");
    one.call(change(KARI)).await.unwrap();
    // After 600 ms, the pause after the failure is over, but the background task has not begun its next attempt. Only
    // the pending removal can therefore prevent the lookup.
    sleep(Duration::from_millis(600)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_keeps_nothing_before_redis_has_its_removals() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = process(&redis.url(), &sandbox).await;
    one.customers().info(KARI.try_into().unwrap()).await.unwrap();
    // In its first two seconds, a new Redis leases few turns (permits to send one request). After this sleep, the
    // process has turns in reserve, so the change does not wait for a turn.
    sleep(Duration::from_secs(3)).await;
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(1)).times(1));
    let reading = tokio::spawn(one.cached(TTL).call(info(KARI)).into_future());
    sleep(Duration::from_millis(300)).await;
    assert_eq!(redis.command("ACL SETUSER default -unlink"), "+OK\r\n");
    one.call(change(KARI)).await.unwrap();
    // When the read ends, the pause after the failed removal is over. The response is not stored, because the removal
    // is still pending.
    reading.await.unwrap().unwrap();
    let statistics = redis.command("INFO commandstats");
    assert!(!statistics.contains("cmdstat_getrange"), "nothing is kept: {statistics}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_does_not_wait_for_the_end_of_the_pause_after_a_failure() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    read(&other).await;
    assert_eq!(redis.command("ACL SETUSER default -evalsha -eval"), "+OK\r\n");
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 1, "the lookup fails");
    assert_eq!(redis.command("ACL SETUSER default +evalsha +eval"), "+OK\r\n");
    one.call(change(KARI)).await.unwrap();
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_process_kept_in_one_outage_is_not_used_in_the_next() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let cache = ResponseCache::default().with_max_wait(Duration::from_millis(300));
    let one = process_with(&redis.url(), &sandbox, cache).await;
    let other = process(&redis.url(), &sandbox).await;
    redis.freeze(true);
    read(&one).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 0, "the process keeps it itself");
    redis.freeze(false);
    sleep(Duration::from_secs(1)).await;
    other.call(change(KARI)).await.unwrap();
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 1);
    redis.freeze(true);
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 1, "the first response is too old");
}

/// A provider that is as slow as a secret store on the network.
struct Slow {
    credentials: ClientCredentials,
    asked: Arc<AtomicUsize>,
}

impl CredentialsProvider for Slow {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            self.asked.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(700)).await;
            Ok(self.credentials.clone())
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_slower_than_a_lookup_is_asked_to_the_end() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let credentials = ClientCredentials::new(sandbox.client_id(), sandbox.client_secret());
    let asked = Arc::new(AtomicUsize::new(0));
    let cache = ResponseCache::default().with_max_wait(Duration::from_millis(200));
    let fleet = Fleet::connect(&redis.url()).await.unwrap().with_response_cache(cache);
    let provider = Slow { credentials, asked: Arc::clone(&asked) };
    let slow =
        sandbox.client_builder().rate_limit(rate()).credentials(provider).fleet(fleet).build().unwrap();
    let other = process(&redis.url(), &sandbox).await;
    read(&other).await;
    // The first call waits for the slow provider, because the rate and the token need the credentials too.
    slow.customers().info(KARI.try_into().unwrap()).await.unwrap();
    let before = asked.load(Ordering::Relaxed);
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&slow).await), 1, "no call waits for the provider");
    slow.call(change(KARI)).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1, "the change is known");
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&slow).await), 0, "responses are shared");
    assert_eq!(asked.load(Ordering::Relaxed) - before, 1);
}

/// A token source that the service implements. The fleet cannot know whether two processes use the same source, so it
/// does not share responses of their clients.
struct OwnToken(String);

impl TokenSource for OwnToken {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(AccessToken::new(self.0.as_str(), None)) })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_its_own_token_source_shares_no_responses_but_its_changes() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let cache = ResponseCache::default().with_max_wait(Duration::from_secs(2));
    let fleet = Fleet::connect(&redis.url()).await.unwrap().with_response_cache(cache);
    let other = process(&redis.url(), &sandbox).await;
    read(&other).await;
    let header = sandbox.received("getCustomerInfo")[0].header("authorization").unwrap().to_owned();
    let token = OwnToken(header.strip_prefix("Bearer ").unwrap().to_owned());
    let own = sandbox.client_builder().rate_limit(rate()).fleet(fleet).token_source(token).build().unwrap();
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&own).await), 1, "it reads nobody's responses");
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&own).await), 0, "it keeps its own");
    other.call(change(KARI)).await.unwrap();
    read(&own).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1, "nobody reads its responses");
    own.call(change(KARI)).await.unwrap();
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1, "its changes are known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_outside_a_runtime_reaches_the_other_processes() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    read(&one).await;
    let began = Instant::now();
    std::thread::spawn(move || one.cached(TTL).forget_all()).join().unwrap();
    while requests!(sandbox, "getCustomerInfo", read(&other).await) == 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "the removal is not sent");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_was_a_replica_in_between_returns_no_response_of_before() {
    let Some(first) = RedisServer::start() else { return };
    let second = RedisServer::start().unwrap();
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = process(&first.url(), &sandbox).await;
    read(&one).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 0, "it is shared");
    for (replica, master) in [(&second, &first), (&first, &second)] {
        let follow = format!("REPLICAOF 127.0.0.1 {}", master.port());
        assert_eq!(replica.command(&follow), "+OK\r\n");
        let began = Instant::now();
        while !replica.command("INFO replication").contains("master_link_status:up") {
            assert!(began.elapsed() < Duration::from_secs(20), "the replica does not follow its master");
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(replica.command("REPLICAOF NO ONE"), "+OK\r\n");
    }
    assert!(!first.command("KEYS *:response:*").starts_with("*0"), "the response is still there");
    // The first lookup after the failover may fail, because the connection has broken.
    load_scripts(&one).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_is_sent_before_a_short_process_ends() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let other = process(&redis.url(), &sandbox).await;
    read(&other).await;
    // No removal reaches Redis within this limit.
    let cache = ResponseCache::default().with_max_wait(Duration::ZERO);
    let fleet = Fleet::at(&redis.url()).unwrap().with_response_cache(cache);
    let client = client(&sandbox, LIMIT, &fleet);
    let short = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            client.call(change(KARI)).await.unwrap();
            drop(client);
            fleet.left().await;
        });
    });
    tokio::task::spawn_blocking(|| short.join().unwrap()).await.unwrap();
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_is_sent_at_once_after_redis_closed_the_idle_connection() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = process(&redis.url(), &sandbox).await;
    read(&one).await;
    assert!(redis.command("CLIENT KILL TYPE normal").starts_with(':'));
    assert!(!redis.command("INFO commandstats").contains("cmdstat_unlink"));
    one.call(change(KARI)).await.unwrap();
    assert!(redis.command("INFO commandstats").contains("cmdstat_unlink"), "the removal is not sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_connects_for_responses_before_it_needs_one() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    // The test's own connections send `CLIENT LIST`.
    let is_of_fleet = |line: &&str| line.starts_with("id=") && !line.contains("cmd=client|list");
    let connections = async |expected: usize| {
        let began = Instant::now();
        while redis.command("CLIENT LIST").lines().filter(is_of_fleet).count() != expected {
            assert!(began.elapsed() < Duration::from_secs(10), "there are not {expected} connections");
            sleep(Duration::from_millis(20)).await;
        }
    };
    let fleet = Fleet::connect(&redis.url()).await.unwrap();
    let _without_cache = client(&sandbox, LIMIT, &fleet);
    connections(1).await;
    let _client = client(&sandbox, LIMIT, &fleet.with_response_cache(ResponseCache::default()));
    connections(2).await;
}
