//! Tests that other calls of a client wait behind only a few calls of a bulk, even if the bulk retries calls or makes
//! several calls for each item.

use mediaconnect::operations::ListSubscriptions;
use mediaconnect::{
    AccessToken, Call, Client, RateLimit, TokenFuture, TokenSource, UserToken, WhenExhausted,
};
use mediaconnect_sandbox::{Customer, Fault, Sandbox};
use mediaconnect_tests::{Response, number, run_paced};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use crate::bulk::{MS, SECOND, Upstream, numbers, read};

/// Checks that a call waits for at most three turns: two of the bulk and its own. At five requests a second, the
/// limiter sends one request every 200 ms. The response takes 100 ms.
async fn assert_not_delayed(client: &Client) {
    let began = Instant::now();
    client.customers().info(number(1)).await.unwrap();
    assert!(began.elapsed() <= 900 * MS, "{:?}", began.elapsed());
}

#[test]
fn other_calls_do_not_wait_behind_the_retries_of_a_bulk() {
    run_paced(async {
        let mut requests = 0;
        let upstream = Upstream::acting(move || {
            requests += 1;
            // Requests 2 to 60 are refused within a few seconds, so 59 calls wait at the same time for a retry.
            let refused = Response::status(429).header("Retry-After: 20");
            mediaconnect_tests::Fault::Late(
                if requests <= 60 { 9 * SECOND } else { 100 * MS },
                if (2..=60).contains(&requests) { refused } else { Response::good() },
            )
        });
        let client = upstream.client().attempt_timeout(20 * SECOND).deadline(90 * SECOND).build().unwrap();
        let bulk = client.customers().info_many(numbers(200)).with_concurrency(60);
        let running = tokio::spawn(read(bulk));
        // The first request is sent alone. The others are sent within nine seconds, and refused.
        sleep(60 * SECOND).await;
        for _ in 0..5 {
            assert_not_delayed(&client).await;
            sleep(SECOND).await;
        }
        assert_eq!(running.await.unwrap(), (200, 0));
    });
}

#[tokio::test(start_paused = true)]
async fn other_calls_do_not_wait_behind_the_calls_of_a_bulk_of_overviews() {
    let latency = Fault::on_any().delay(100 * MS).always();
    let sandbox = Sandbox::builder()
        .customers((1..=300).map(Customer::invented))
        .allow_unused_faults()
        .fault(latency)
        .in_memory();
    let subscriptions: Vec<_> = (1..=3).map(|product| json!({ "product": format!("P{product}") })).collect();
    sandbox.on::<ListSubscriptions>().respond(json!({ "subscriptions": subscriptions }));
    let client = sandbox.client_builder().rate_limit(RateLimit::new(15, 300).unwrap()).build().unwrap();
    let overviews = client.bulk(numbers(300), |client, number| client.customers().overview(*number));
    let running = tokio::spawn(read(overviews));
    sleep(100 * SECOND).await;
    for _ in 0..10 {
        assert_not_delayed(&client).await;
        sleep(SECOND).await;
    }
    assert_eq!(running.await.unwrap(), (300, 0));
}

/// A source whose fetch takes a second.
struct Slow;

impl TokenSource for Slow {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            sleep(SECOND).await;
            Ok(AccessToken::new("token", None))
        })
    }
}

#[test]
fn calls_of_a_bulk_that_wait_for_their_tokens_do_not_hold_up_the_others() {
    run_paced(async {
        let upstream = Upstream::after(MS);
        let client = upstream.client().rate_limit(RateLimit::default()).build().unwrap();
        let users: Vec<UserToken> = (0..20).map(|_| UserToken::from_source(Slow)).collect();
        let began = Instant::now();
        let mut bulk = client.bulk(users, |client, user| client.customers().own_info(user));
        let mut ended = 0;
        while let Some((_, outcome)) = bulk.next().await {
            outcome.unwrap();
            ended += 1;
        }
        assert_eq!(ended, 20);
        // All fetches run at the same time.
        assert!(began.elapsed() < 3 * SECOND, "{:?}", began.elapsed());
    });
}

#[tokio::test(start_paused = true)]
async fn a_bulk_does_not_restart_an_item_that_failed_for_the_rate_before() {
    let sandbox = Sandbox::builder().in_memory();
    let builder = sandbox.client_builder().rate_limit(RateLimit::new(1, 1).unwrap());
    let client = builder.when_exhausted(WhenExhausted::Fail).build().unwrap();
    client.customers().info(number(563_457)).await.unwrap();
    let refused = client.customers().info(number(563_457)).await.unwrap_err();
    assert!(refused.is_rate_limited() && refused.status_code().is_none(), "{refused:?}");
    let mut bulk = client.bulk([()], move |_, ()| Call::<bool>::failed(refused.clone()));
    let outcome = timeout(60 * SECOND, bulk.next()).await.expect("the item has an outcome");
    assert!(outcome.unwrap().1.unwrap_err().is_rate_limited());
}
