//! Tests cached reads that have to wait for the rate limiter, for a token, or for a retry.

use std::future::{IntoFuture, pending};
use std::time::Duration;

use mediaconnect::operations::{GetCustomerInfo, GetOwnCustomerInfo};
use mediaconnect::{
    CachedClient, Client, ClientBuilder, ClientCredentials, CustomerNumber, Error, RateLimit, TokenFuture,
    TokenSource, UserToken,
};
use mediaconnect_sandbox::{Customer, Fault, RetryHint, Sandbox};
use mediaconnect_tests::{Door, Fault as ServerFault, FaultServer, Response, number, run_paced};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::bulk::{MS, SECOND, Upstream, read};

const TTL: Duration = Duration::from_secs(60);

fn info(customer: u64) -> GetCustomerInfo {
    GetCustomerInfo::new(number(customer))
}

async fn timed(cached: CachedClient, customer: u64, deadline: Duration) -> (Option<Error>, Duration) {
    let began = Instant::now();
    let outcome = cached.call(info(customer)).with_deadline(deadline).await;
    (outcome.err(), began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_deadline_fails_a_cached_call_at_once() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client();
    client.token_lifetime().await.unwrap();
    sandbox.fault(Fault::on("getCustomerInfo").rate_limited(RetryHint::Seconds(45)).times(1));
    for (status, attempts) in [(Some(429), 1), (None, 0)] {
        let (error, took) = timed(client.cached(TTL), 563_457, 30 * SECOND).await;
        let error = error.unwrap();
        assert!(error.is_rate_limited() && took < SECOND, "{error} after {took:?}");
        assert_eq!((error.status_code(), error.attempts()), (status, attempts), "{error}");
        assert!(error.retry_after().is_some_and(|wait| wait > 44 * SECOND), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cached_read_waits_for_the_last_of_its_callers() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client();
    client.token_lifetime().await.unwrap();
    // The response comes after 15 seconds. The pause then ends after the first caller's deadline, and before that of
    // the second caller.
    let late = Fault::on("getCustomerInfo").delay(8 * SECOND).rate_limited(RetryHint::Seconds(14));
    sandbox.fault(late.times(1));
    let call = || tokio::spawn(timed(client.cached(TTL), 563_457, 20 * SECOND));
    let first = call();
    sleep(5 * SECOND).await;
    let second = call();
    let (error, took) = first.await.unwrap();
    assert!(error.unwrap().is_timeout() && took.as_secs() == 20, "{took:?}");
    let (error, took) = second.await.unwrap();
    assert!(error.is_none() && took < 20 * SECOND, "{error:?} after {took:?}");
    assert_eq!(sandbox.received("getCustomerInfo").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_joins_a_read_in_the_queue_of_the_rate_keeps_its_own_deadline() {
    let sandbox = Sandbox::builder().customers((1..=2).map(Customer::invented)).in_memory();
    let client = sandbox.client_builder().rate_limit(RateLimit::new(1, 60).unwrap()).build().unwrap();
    client.token_lifetime().await.unwrap();
    // When the first caller starts to wait, the read can still get a turn before this caller's deadline. Then the call
    // for customer 1 gets a 429. This response delays the turn until after the deadline.
    let refusal = Fault::on("getCustomerInfo").delay(600 * MS).rate_limited(RetryHint::Seconds(1));
    sandbox.fault(refusal.times(1));
    let refused = tokio::spawn(client.customers().info(number(1)).with_attempts(1).into_future());
    sleep(100 * MS).await;
    let first = tokio::spawn(timed(client.cached(TTL), 2, 1_200 * MS));
    sleep(400 * MS).await;
    let (error, _) = timed(client.cached(TTL), 2, 1_500 * MS).await;
    assert!(error.is_none(), "{error:?}");
    assert!(refused.await.unwrap().unwrap_err().is_rate_limited());
    assert!(first.await.unwrap().0.is_some());
}

#[tokio::test(start_paused = true)]
async fn cached_calls_that_the_rate_cannot_serve_fail_at_once() {
    let sandbox = Sandbox::builder().customers((1..=200).map(Customer::invented)).in_memory();
    let client = sandbox.client_builder().rate_limit(RateLimit::new(5, 1_000).unwrap()).build().unwrap();
    client.token_lifetime().await.unwrap();
    let mut calls = JoinSet::new();
    for customer in 1..=200 {
        calls.spawn(timed(client.cached(TTL), customer, 10 * SECOND));
    }
    let ended = calls.join_all().await;
    let failed: Vec<_> = ended.into_iter().filter_map(|(error, took)| Some((error?, took))).collect();
    for (error, took) in &failed {
        assert!(error.is_rate_limited() && error.retry_after().is_some(), "{error} after {took:?}");
    }
    let in_vain = failed.iter().filter(|(_, took)| *took > SECOND).count();
    // Five calls a second are served for ten seconds.
    assert!(
        (150..=157).contains(&failed.len()) && in_vain <= 5,
        "{} failed, {in_vain} in vain",
        failed.len()
    );
}

/// An API without faults, and a token endpoint with faults.
struct TokenFaults {
    api: FaultServer,
    token: FaultServer,
}

impl TokenFaults {
    fn start(faults: Vec<ServerFault>) -> Self {
        let api = FaultServer::start(vec![ServerFault::Response(Response::good())], Door::Open);
        Self { api, token: FaultServer::start(faults, Door::Open) }
    }

    fn client(&self) -> ClientBuilder {
        Client::builder()
            .base_url(self.api.url("http"))
            .token_url(self.token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
    }
}

#[test]
fn a_caller_that_joins_a_read_during_a_token_fetch_keeps_its_own_deadline() {
    run_paced(async {
        let failed = ServerFault::Response(Response::status(500));
        let slow = ServerFault::Late(1_400 * MS, Response::token());
        let upstream = TokenFaults::start(vec![failed, slow]);
        let client = upstream.client().build().unwrap();
        assert!(client.token_lifetime().await.unwrap_err().is_token_fetch());
        // The pause after the failed fetch is over. The second fetch ends after the first caller's deadline, and before
        // that of the second caller.
        sleep(500 * MS).await;
        let first = tokio::spawn(timed(client.cached(TTL), 1, SECOND));
        sleep(500 * MS).await;
        let (error, took) = timed(client.cached(TTL), 1, 1_400 * MS).await;
        assert!(error.is_none(), "{error:?} after {took:?}");
        assert!(first.await.unwrap().0.is_some_and(|error| error.is_timeout()));
        assert_eq!((upstream.token.requests(), upstream.api.requests()), (2, 1));
    });
}

#[test]
fn a_token_fetch_that_times_out_counts_as_an_attempt_although_a_caller_joined_meanwhile() {
    run_paced(async {
        let upstream = TokenFaults::start(vec![ServerFault::Silence]);
        let client = upstream.client().token_timeout(SECOND).attempts(1).build().unwrap();
        let first = tokio::spawn(timed(client.cached(TTL), 1, 4 * SECOND));
        sleep(500 * MS).await;
        let second = timed(client.cached(TTL), 1, 4 * SECOND).await;
        for (error, took) in [first.await.unwrap(), second] {
            let error = error.unwrap();
            assert!(error.is_token_fetch() && error.is_timeout(), "{error}");
            assert!(took <= 1_010 * MS, "{took:?}");
        }
        assert_eq!(upstream.token.requests(), 1);
    });
}

#[test]
fn a_cached_call_names_the_token_as_the_cause() {
    run_paced(async {
        let down = Response::status(503).header("Retry-After: 25");
        let upstream = TokenFaults::start(vec![ServerFault::Response(down)]);
        let client = upstream.client().build().unwrap();
        for _ in 0..2 {
            let (error, took) = timed(client.cached(TTL), 1, 20 * SECOND).await;
            let error = error.unwrap();
            assert!(error.is_token_fetch() && error.status_code() == Some(503), "{error}");
            assert!(took < SECOND, "{took:?}");
        }
    });
}

#[test]
fn a_bulk_of_cached_calls_restarts_those_that_the_rate_refuses() {
    run_paced(async {
        let upstream = Upstream::after(10 * MS);
        let slow = RateLimit::new(1, 20).unwrap();
        let client = upstream.client().rate_limit(slow).build().unwrap();
        let lookup =
            |client: &Client, number: &CustomerNumber| client.cached(TTL).call(GetCustomerInfo::new(*number));
        let bulk = client.bulk((1..=60).map(number), lookup).with_deadline(200 * MS);
        assert_eq!(read(bulk).await, (60, 0));
        assert_eq!(upstream.api.requests(), 60);
    });
}

/// A token source that never returns a token.
struct Silent;

impl TokenSource for Silent {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_bulk_restarts_a_call_after_cached_reads_had_all_its_slots() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client_builder().rate_limit(RateLimit::new(1, 60).unwrap()).build().unwrap();
    let users = [(); 2].map(|()| UserToken::from_source(Silent));
    client.customers().info(number(563_457)).await.unwrap();
    sleep(300 * MS).await;

    // The rate admits no request before the deadline of call 0, so the bulk restarts this call later. Calls 1 and 2
    // start reads, which wait for a token. Other callers join these reads, so the reads continue after calls 1 and 2
    // have ended. As long as the reads continue, they occupy both slots of the bulk, so call 0 cannot be restarted.
    let reader =
        |client: &Client, user: &UserToken| client.as_user(user).cached(TTL).call(GetOwnCustomerInfo::new());
    let own = users.clone();
    let mut bulk = client
        .bulk(0..3, move |client, item| match item {
            0 => client.customers().info(number(563_457)),
            item => reader(client, &own[item - 1]),
        })
        .with_deadline(500 * MS);
    let mut others = JoinSet::new();
    for user in users {
        let joined = reader(&client, &user).with_deadline(600 * MS);
        others.spawn(async move {
            sleep(350 * MS).await;
            joined.await
        });
    }
    let mut items = Vec::new();
    while let Some((item, outcome)) = bulk.next().await {
        assert_eq!(outcome.is_ok(), item == 0, "{item}");
        items.push(item);
    }
    assert_eq!(items, [1, 2, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_joins_a_read_of_a_bulk_waits_for_its_slot() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client_builder().rate_limit(RateLimit::new(1, 60).unwrap()).build().unwrap();
    client.token_lifetime().await.unwrap();
    sandbox.fault(Fault::on("getCustomerInfo").delay(100 * MS).status(503).times(1));

    // The first item is a read, and its first attempt fails. The other two items wait for the rate and keep the bulk's
    // two slots for a second. The retry of the read needs a slot. Another caller has joined the read, so the retry must
    // wait for a slot beyond the deadline of the first item.
    let mut bulk = client.bulk(0..3, |client, item| {
        if *item == 0 {
            return client.cached(TTL).call(info(563_457)).with_deadline(700 * MS);
        }
        client.call(info(563_457))
    });
    let bulk = tokio::spawn(async move {
        while let Some((item, outcome)) = bulk.next().await {
            assert_eq!(outcome.is_err_and(|error| error.is_timeout()), item == 0, "{item}");
        }
    });
    sleep(300 * MS).await;
    let (error, took) = timed(client.cached(TTL), 563_457, 5 * SECOND).await;
    assert!(error.is_none() && took >= 700 * MS, "{error:?} after {took:?}");
    bulk.await.unwrap();
}
