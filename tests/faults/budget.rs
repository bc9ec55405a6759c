//! A budget limits retries, so that a client does not multiply the load on upstream during an outage.

use std::time::Duration;

use mediaconnect::{Client, ClientCredentials};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::time::sleep;

use crate::row::Operation::{Info, Post, Search};
use crate::row::{AT_ONCE, check, row};

fn good() -> Fault {
    Fault::Response(Response::good())
}

fn down() -> Fault {
    Fault::Response(Response::status(503))
}

#[test]
#[rustfmt::skip]
fn an_outage_is_not_amplified() {
    let anything = || 0..=30_000;
    check(vec![
        // The retry budget has 500 tokens, and each retry takes 14 of them. This is enough for 35 retries.
        row("50 calls in an outage", Info, [down()], 50 + 35, anything(), "503 unavailable").calls(50).attempts(1),
        row("50 resets", Search, [Fault::ResetBeforeHead], 50 + 35, anything(), "unavailable interrupted").calls(50).attempts(1),
        row("50 posts", Post, [down()], 50, AT_ONCE, "503 unavailable outcome-unknown").calls(50).attempts(1),
        row("50 calls of one attempt", Info, [down()], 50, AT_ONCE, "503 unavailable").calls(50).max_attempts(1).attempts(1),
        // This row takes longer, because the pause between two failed token fetches grows to 30 seconds.
        row("50 calls without a token", Info, [good()], 0, 1_000_000..=85 * 30_001, "503 token unavailable").token([down()], 50 + 35).calls(50).deadline(100_000).attempts(0),
    ]);
}

#[test]
#[rustfmt::skip]
fn successes_fill_it_again() {
    // When a call succeeds after a retry, the tokens that the retry took go back into the budget. So the budget never
    // runs out.
    let every_other: [Fault; 200] = std::array::from_fn(|i| if i % 2 == 0 { down() } else { good() });
    check(vec![
        row("100 calls that need two attempts", Info, every_other, 200, 0..=100 * 201, "ok").calls(100),
    ]);
}

#[test]
fn a_success_after_a_retried_token_fetch_fills_it_again() {
    run_paced(async {
        let api = FaultServer::start(vec![good()], Door::Open);
        // Each token is valid for one second. Fetches fail and succeed alternately.
        let short = Response::status(200).body(r#"{"access_token": "t", "expires_in": 1}"#);
        let mut fails = false;
        let fetch = move || {
            fails = !fails;
            if fails { down() } else { Fault::Response(short.clone()) }
        };
        let token = FaultServer::acting(fetch, Door::Open);
        let client = Client::builder()
            .base_url(api.url("http"))
            .token_url(token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
            .build()
            .unwrap();
        for _ in 0..60 {
            client.customers().info(number(1)).await.unwrap();
            sleep(Duration::from_secs(10)).await;
        }
        assert_eq!(token.requests(), 120);
    });
}
