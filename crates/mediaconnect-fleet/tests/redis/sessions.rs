//! Tests that all processes share the refresh token of a user's session, and that none of them uses it twice.
//!
//! Each client has its own fleet and connection to Redis, like a separate process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mediaconnect::secrecy::ExposeSecret;
use mediaconnect::{
    Client, ClientCredentials, CredentialsFuture, CredentialsProvider, Error, TokenSource, UserToken,
};
use mediaconnect_fleet::{Fleet, SharedRefreshToken};
use mediaconnect_sandbox::{Fault, Sandbox};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wiremock::matchers::body_string_contains;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::server::RedisServer;

mod end;
mod locks;
mod spare;

const HOUR: Duration = Duration::from_secs(60 * 60);

type Renewed = Arc<Mutex<Vec<String>>>;

/// A simulated process: a client, its own fleet, and its user token.
struct Member {
    client: Client,
    fleet: Fleet,
    user: UserToken,
}

impl Member {
    async fn new(redis: &RedisServer, client: Client, refresh_token: &str, renewed: &Renewed) -> Self {
        let fleet = Fleet::connect(&redis.url()).await.unwrap();
        let user = UserToken::from_source(source(&fleet, &client, refresh_token, renewed));
        Self { client, fleet, user }
    }

    async fn call(&self) -> Result<(), Error> {
        self.client.customers().own_info(&self.user).await.map(drop)
    }
}

fn source(fleet: &Fleet, client: &Client, refresh_token: &str, renewed: &Renewed) -> SharedRefreshToken {
    let renewed = Arc::clone(renewed);
    fleet
        .refresh_token(client.token_endpoint().unwrap(), "canary-session", refresh_token)
        .with_observer(move |token| renewed.lock().unwrap().push(token.expose_secret().to_owned()))
}

/// Returns two sources of one session, each with its own fleet.
async fn sources(
    redis: &RedisServer,
    client: &Client,
    refresh_token: &str,
    renewed: &Renewed,
) -> [SharedRefreshToken; 2] {
    let fleets = [Fleet::connect(&redis.url()).await.unwrap(), Fleet::connect(&redis.url()).await.unwrap()];
    fleets.map(|fleet| source(&fleet, client, refresh_token, renewed))
}

/// An exchange that a token endpoint expects: the refresh token that it receives, and its response.
struct Exchange {
    sent: &'static str,
    access: &'static str,
    lifetime: f64,
    next: &'static str,
    delay: Duration,
}

impl Exchange {
    fn new(sent: &'static str, access: &'static str, next: &'static str) -> Self {
        Self { sent, access, lifetime: HOUR.as_secs_f64(), next, delay: Duration::ZERO }
    }
}

/// Starts a token endpoint. The test fails if the endpoint does not receive each of the exchanges exactly once.
async fn token_endpoint(exchanges: impl IntoIterator<Item = Exchange>) -> MockServer {
    let server = MockServer::start().await;
    for Exchange { sent, access, lifetime, next, delay } in exchanges {
        let tokens = json!({ "access_token": access, "expires_in": lifetime, "refresh_token": next });
        Mock::given(body_string_contains(format!("refresh_token={sent}&")))
            .respond_with(ResponseTemplate::new(200).set_body_json(tokens).set_delay(delay))
            .up_to_n_times(1)
            .expect(1)
            .mount(&server)
            .await;
    }
    server
}

fn client_of(endpoint: &MockServer, credentials: impl CredentialsProvider) -> Client {
    Client::builder().token_url(endpoint.uri()).credentials(credentials).build().unwrap()
}

async fn members(
    count: usize,
    redis: &RedisServer,
    sandbox: &Sandbox,
    renewed: &Renewed,
) -> Vec<Arc<Member>> {
    let refresh_token = sandbox.refresh_token();
    let mut members = Vec::new();
    for _ in 0..count {
        members.push(Arc::new(Member::new(redis, sandbox.client(), &refresh_token, renewed).await));
    }
    members
}

async fn all_call(members: &[Arc<Member>]) {
    let mut calls = JoinSet::new();
    for member in members {
        let member = Arc::clone(member);
        calls.spawn(async move { member.call().await });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_is_used_once_by_all_processes_together() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let members = members(8, &redis, &sandbox, &renewed).await;
    for exchanges in 1..3 {
        all_call(&members).await;
        assert_eq!((sandbox.token_requests(), renewed.lock().unwrap().len()), (exchanges, exchanges));
        sandbox.expire_tokens();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_with_an_old_refresh_token_continues_with_the_newest() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let members = members(2, &redis, &sandbox, &renewed).await;
    for _ in 0..2 {
        members[0].call().await.unwrap();
        sandbox.expire_tokens();
    }
    members[1].call().await.unwrap();
    assert_eq!(sandbox.token_requests(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_wait_for_a_slow_exchange_even_if_its_caller_has_given_up() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    sandbox.fault(Fault::on("token").delay(Duration::from_secs(3)));
    let (client, refresh_token) = (sandbox.client(), sandbox.refresh_token());
    let fleet = Fleet::connect(&redis.url()).await.unwrap();
    let slow = source(&fleet, &client, &refresh_token, &renewed);
    timeout(Duration::from_millis(500), slow.fetch()).await.unwrap_err();
    drop(slow);
    Member::new(&redis, client, &refresh_token, &renewed).await.call().await.unwrap();
    assert_eq!((sandbox.token_requests(), renewed.lock().unwrap().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failed_exchange_another_process_tries() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let (client, refresh_token) = (sandbox.client(), sandbox.refresh_token());
    let [failing, other] = sources(&redis, &client, &refresh_token, &renewed).await;
    sandbox.fault(Fault::on("token").status(503));
    assert!(failing.fetch().await.unwrap_err().is_unavailable());
    timeout(Duration::from_secs(5), other.fetch()).await.unwrap().unwrap();
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_refresh_token_that_redis_did_not_store_is_stored_later() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let members = members(2, &redis, &sandbox, &renewed).await;
    sandbox.fault(Fault::on("token").delay(Duration::from_secs(1)));
    let first = Arc::clone(&members[0]);
    let call = tokio::spawn(async move { first.call().await });
    while sandbox.token_requests() == 0 {
        sleep(Duration::from_millis(10)).await;
    }
    redis.freeze(true);
    call.await.unwrap().unwrap();
    assert_eq!(renewed.lock().unwrap().len(), 1, "the service stores it even now");
    redis.freeze(false);
    members[1].call().await.unwrap();
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_refresh_token_is_sent_while_redis_is_unreachable() {
    let Some(mut redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let members = members(2, &redis, &sandbox, &renewed).await;
    members[0].call().await.unwrap();
    redis.kill();
    members[0].call().await.unwrap();
    let error = members[1].call().await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_unavailable(), "{error}");
    assert_eq!(sandbox.token_requests(), 1);

    // Redis is empty after this restart. The restarted service uses the newest refresh token, which it had stored.
    redis.start_again();
    sandbox.expire_tokens();
    let newest = renewed.lock().unwrap().last().unwrap().clone();
    let restarted = Member::new(&redis, sandbox.client(), &newest, &renewed).await;
    restarted.call().await.unwrap();
    members[0].call().await.unwrap();
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_login_with_the_same_session_never_gets_the_tokens_of_the_first() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let first = &members(1, &redis, &sandbox, &renewed).await[0];
    let second = &members(1, &redis, &sandbox, &renewed).await[0];
    first.call().await.unwrap();
    second.call().await.unwrap();
    assert_eq!(sandbox.token_requests(), 2);
    let sent = sandbox.requests();
    let tokens: Vec<_> = sent.iter().filter_map(|request| request.header("authorization")).collect();
    assert!(tokens.len() == 2 && tokens[0] != tokens[1], "each login has its own access token");
    sandbox.expire_tokens();
    first.call().await.unwrap();
    second.call().await.unwrap();
    assert_eq!(sandbox.token_requests(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_refresh_token_is_an_error_of_authentication() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::start().await;
    let member = Member::new(&redis, sandbox.client(), "unknown", &Renewed::default()).await;
    let error = member.call().await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_auth(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_reads_neither_the_session_nor_its_tokens() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let members = members(2, &redis, &sandbox, &renewed).await;
    let first = source(&members[0].fleet, &members[0].client, "canary-refresh", &renewed);
    assert!(!format!("{first:?}").contains("canary"));
    all_call(&members).await;
    let memory = redis.memory();
    let is_in = |text: &str| memory.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(is_in(":session"), "the record is there");
    let mut canaries = renewed.lock().unwrap().clone();
    canaries.extend(["canary-session", "sandbox-access-token", sandbox.client_secret()].map(str::to_owned));
    for canary in canaries {
        assert!(!is_in(&canary), "{canary}");
    }
}

struct Rotating(Arc<Mutex<&'static str>>);

impl CredentialsProvider for Rotating {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let secret = *self.0.lock().unwrap();
        Box::pin(async move { Ok(ClientCredentials::new("id", secret)) })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_of_the_client_secret_the_newest_refresh_token_is_still_known() {
    let Some(redis) = RedisServer::start() else { return };
    let endpoint = token_endpoint([
        Exchange::new("first", "of-first", "second"),
        Exchange::new("second", "of-second", "third"),
        Exchange::new("third", "of-third", "fourth"),
    ])
    .await;
    let (secret, renewed) = (Arc::new(Mutex::new("old")), Renewed::default());
    let client = client_of(&endpoint, Rotating(Arc::clone(&secret)));
    let [one, other] = &sources(&redis, &client, "first", &renewed).await;
    assert_eq!(fetched(one).await, "of-first");
    assert_eq!(fetched(other).await, "of-first");
    assert_eq!(fetched(one).await, "of-second");
    *secret.lock().unwrap() = "new";
    assert_eq!(fetched(other).await, "of-third");
    assert_eq!(fetched(one).await, "of-third");
    assert_eq!(*renewed.lock().unwrap(), ["second", "third", "fourth"]);
    let records: Vec<_> = redis.command("KEYS *session").lines().map(str::to_owned).collect();
    let lives = [&records[2], &records[4]].map(|record| redis.command(&format!("TTL {record}")));
    let seconds = lives.map(|life| life.trim()[1..].parse::<u32>().unwrap());
    assert!(
        seconds.iter().any(|life| *life <= 600),
        "the record under the old name is removed soon: {seconds:?}"
    );
    assert!(seconds.iter().any(|life| *life > 86_400), "{seconds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_fails_after_a_rotation_of_the_client_secret_loses_no_refresh_token() {
    let Some(redis) = RedisServer::start() else { return };
    let endpoint = token_endpoint([
        Exchange::new("first", "of-first", "second"),
        Exchange::new("second", "of-second", "third"),
        Exchange::new("third", "of-third", "fourth"),
    ])
    .await;
    let (secret, renewed) = (Arc::new(Mutex::new("old")), Renewed::default());
    let client = client_of(&endpoint, Rotating(Arc::clone(&secret)));
    let [one, other] = &sources(&redis, &client, "first", &renewed).await;
    assert_eq!(fetched(one).await, "of-first");
    assert_eq!(fetched(other).await, "of-first");
    assert_eq!(fetched(one).await, "of-second");
    *secret.lock().unwrap() = "new";
    redis.freeze(true);
    assert!(other.fetch().await.unwrap_err().is_unavailable());
    redis.freeze(false);
    assert_eq!(fetched(other).await, "of-third");
}

async fn fetched(source: &SharedRefreshToken) -> String {
    let token = source.fetch().await.unwrap();
    let lifetime = token.lifetime().unwrap();
    assert!(lifetime > HOUR / 2 && lifetime <= 12 * HOUR, "{lifetime:?}");
    token.secret().expose_secret().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_that_expires_soon_is_replaced() {
    let Some(redis) = RedisServer::start() else { return };
    let endpoint = token_endpoint([
        Exchange { lifetime: 4.0, ..Exchange::new("first", "of-first", "second") },
        Exchange::new("second", "of-second", "third"),
    ])
    .await;
    let client = client_of(&endpoint, ClientCredentials::new("id", "secret"));
    let [one, other] = sources(&redis, &client, "first", &Renewed::default()).await;
    one.fetch().await.unwrap();
    sleep(Duration::from_millis(3_200)).await;
    assert_eq!(fetched(&other).await, "of-second");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_with_an_absurd_lifetime_is_shared_too() {
    let Some(redis) = RedisServer::start() else { return };
    let exchange = Exchange { lifetime: 1e18, ..Exchange::new("first", "of-first", "second") };
    let endpoint = token_endpoint([exchange]).await;
    let client = client_of(&endpoint, ClientCredentials::new("id", "secret"));
    let [one, other] = sources(&redis, &client, "first", &Renewed::default()).await;
    one.fetch().await.unwrap();
    let token = other.fetch().await.unwrap();
    assert_eq!(token.secret().expose_secret(), "of-first");
    assert!(token.lifetime().unwrap() <= 7 * 24 * HOUR);
}

#[test]
fn a_fetch_outside_a_runtime_is_an_error() {
    let client = Client::builder().credentials(ClientCredentials::new("id", "secret")).build().unwrap();
    let fleet = Fleet::at("redis://127.0.0.1:1").unwrap();
    let source = source(&fleet, &client, "first", &Renewed::default());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(outcome) = source.fetch().as_mut().poll(&mut context) else {
        panic!("it waits")
    };
    assert!(outcome.unwrap_err().is_unavailable());
}
