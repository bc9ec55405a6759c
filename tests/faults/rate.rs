//! Tests the forms of a response with status 429. This status means that upstream did not process the request, so the
//! client retries any operation.

use std::ops::RangeInclusive;
use std::time::Duration;

use mediaconnect::{Client, ClientCredentials, RateLimit};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::row::Operation::{Change, Info, Post, SafePost, Search};
use crate::row::{AT_ONCE, check, row};

const DATE: &str = "Date: Wed, 21 Oct 2015 07:28:00 GMT";

/// The pause that the limiter makes after a 429 without headers. It can be longer than the backoff.
const OWN_PAUSE: RangeInclusive<u64> = 0..=2_500;
const OWN_PAUSES: RangeInclusive<u64> = 0..=7_500;

fn good() -> Fault {
    Fault::Response(Response::good())
}

fn throttled(headers: &[&str]) -> Fault {
    let answer = Response::status(429).header(DATE).body(r#"{"errorMessage": "canary"}"#);
    Fault::Response(headers.iter().fold(answer, |answer, header| answer.header(header)))
}

/// Returns the expected duration of two pauses of `seconds` seconds each. Each pause may be up to a second longer,
/// because reset times are rounded.
fn twice(seconds: u64) -> RangeInclusive<u64> {
    2_000 * seconds..=2_000 * (seconds + 1) + 5
}

fn once(seconds: u64) -> RangeInclusive<u64> {
    1_000 * seconds..=1_000 * (seconds + 1) + 5
}

#[test]
#[rustfmt::skip]
fn throttling() {
    let delta = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 3"];
    // Here the reset is given in epoch seconds. It is four seconds after the time in the header `Date`.
    let epoch = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1445412484"];
    check(vec![
        row("429 without a word", Info, [throttled(&[])], 3, OWN_PAUSES, "429 rate-limited"),
        row("429 without a word, change", Change, [throttled(&[])], 3, OWN_PAUSES, "429 rate-limited"),
        row("429 without a word, once, post", Post, [throttled(&[]), good()], 2, OWN_PAUSE, "ok"),
        row("429 without a word, one attempt", Info, [throttled(&[])], 1, AT_ONCE, "429 rate-limited").max_attempts(1),
        row("429 with Retry-After", Info, [throttled(&["Retry-After: 2"])], 3, twice(2), "429 rate-limited after-2s"),
        row("429 with Retry-After, post", Post, [throttled(&["Retry-After: 2"])], 3, twice(2), "429 rate-limited after-2s"),
        row("429 with Retry-After, once", Search, [throttled(&["Retry-After: 2"]), good()], 2, once(2), "ok"),
        row("429 with Retry-After, once, change", Change, [throttled(&["Retry-After: 2"]), good()], 2, once(2), "ok"),
        row("429 with Retry-After of 0", Info, [throttled(&["Retry-After: 0"]), good()], 2, OWN_PAUSE, "ok"),
        row("429 with a date", Info, [throttled(&["Retry-After: Wed, 21 Oct 2015 07:28:05 GMT"])], 3, twice(5), "429 rate-limited after-5s"),
        row("429 with a date, once, post", Post, [throttled(&["Retry-After: Wed, 21 Oct 2015 07:28:05 GMT"]), good()], 2, once(5), "ok"),
        row("429 with seconds to the reset", Info, [throttled(&delta)], 3, twice(3), "429 rate-limited after-3s"),
        row("429 with seconds to the reset, once, change", Change, [throttled(&delta), good()], 2, once(3), "ok"),
        row("429 with the reset's epoch second", Search, [throttled(&epoch)], 3, twice(4), "429 rate-limited after-4s"),
        row("429 with the reset's epoch second, once, post", Post, [throttled(&epoch), good()], 2, once(4), "ok"),
        row("429 with nonsense", SafePost, [throttled(&["Retry-After: soon", "X-RateLimit-Reset: never"]), good()], 2, OWN_PAUSE, "ok"),
        row("429 with a reset in a year", Info, [throttled(&["X-RateLimit-Reset: 31536000"]), good()], 2, OWN_PAUSE, "ok"),
        row("429, then 503, then good", Info, [throttled(&["Retry-After: 1"]), Fault::Response(Response::status(503)), good()], 3, 1_000..=2_300, "ok"),
        row("429, then 503, post", Post, [throttled(&["Retry-After: 1"]), Fault::Response(Response::status(503)), good()], 2, once(1), "503 unavailable outcome-unknown"),
    ]);
}

#[test]
#[rustfmt::skip]
fn throttling_for_longer_than_the_call_can_wait() {
    let minute = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 60"];
    let epoch = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1445412540"];
    check(vec![
        row("429 with Retry-After past the deadline", Info, [throttled(&["Retry-After: 60"])], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with Retry-After past the deadline, post", Post, [throttled(&["Retry-After: 60"])], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with a date past the deadline", Info, [throttled(&["Retry-After: Wed, 21 Oct 2015 08:28:00 GMT"])], 1, AT_ONCE, "429 rate-limited after-3600s"),
        row("429 with a reset past the deadline", Search, [throttled(&minute)], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with an epoch second past the deadline", Change, [throttled(&epoch)], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with Retry-After past the call's deadline", Info, [throttled(&["Retry-After: 5"])], 1, AT_ONCE, "429 rate-limited after-5s").deadline(3_000),
        row("429 with Retry-After past what is left of it", Info, [throttled(&["Retry-After: 5"])], 2, 5_000..=6_005, "429 rate-limited after-5s").deadline(8_000),
        // The 429 of the first call starts a pause for the whole client. The second call falls into this pause, so it
        // fails and sends nothing.
        row("a call in the pause after a 429", Info, [throttled(&["Retry-After: 60"]), good()], 1, AT_ONCE, "rate-limited after-60s").calls(2).attempts(0),
        row("a call in the pause after a 429, post", Post, [throttled(&["Retry-After: 60"]), good()], 1, AT_ONCE, "rate-limited after-60s").calls(2).attempts(0),
        row("a call that can wait for the end of the pause", Info, [throttled(&["Retry-After: 20"]), good()], 2, 20_000..=21_005, "ok").calls(2).max_attempts(1),
    ]);
}

#[test]
fn more_calls_than_the_rate_can_serve_fail_at_once() {
    for (max_waiting, phrase) in
        [(None, "the rate limiter's queue is too long"), (Some(10), "the rate limiter's queue is full")]
    {
        run_paced(async {
            let api = FaultServer::start(vec![good()], Door::Open);
            let token = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
            let builder = Client::builder()
                .base_url(api.url("http"))
                .token_url(token.url("http"))
                .credentials(ClientCredentials::new("canary-id", "canary-secret"))
                .rate_limit(RateLimit::new(5, 1_000).unwrap());
            let builder = max_waiting.map_or(builder.clone(), |calls| builder.max_waiting(calls));
            let client = builder.build().unwrap();
            // The test fetches the token first, so that no call waits for it and all calls reach the rate limiter at
            // the same time.
            client.token_lifetime().await.unwrap();
            let mut calls = JoinSet::new();
            for _ in 0..200 {
                let client = client.clone();
                calls.spawn(async move {
                    let began = Instant::now();
                    let call =
                        client.customers().info(number(563_457)).with_deadline(Duration::from_secs(10));
                    (call.await.err(), began.elapsed())
                });
            }
            let ended = calls.join_all().await;
            let failed: Vec<_> =
                ended.iter().filter_map(|(error, took)| Some((error.as_ref()?, took))).collect();
            let mut in_vain = 0;
            for (error, took) in &failed {
                assert!(error.is_rate_limited() && error.type_name() == "rate_limited", "{error}");
                assert_eq!((error.status_code(), error.attempts()), (None, 0), "{error}");
                assert!(error.retry_after().is_some_and(|wait| wait < Duration::from_secs(30)), "{error:?}");
                let text = format!("{error} {error:?}");
                assert!(!text.contains("canary") && !text.contains("563457"), "{text}");
                assert_eq!(text.contains(phrase), took.is_zero(), "{text}");
                in_vain += usize::from(!took.is_zero());
            }
            let served = 200 - failed.len();
            assert_eq!(api.requests(), served);
            // Without a bound on the queue, about 50 calls are served: five a second, for ten seconds. With a bound,
            // eleven calls are served: the first one, and the ten in the queue. In both cases, the other calls fail.
            // Almost all of them fail at once. Up to five may wait before they fail, because the client can
            // underestimate a wait.
            let expected = if max_waiting.is_some() { 11..=11 } else { 43..=50 };
            assert!(expected.contains(&served) && in_vain <= 5, "{served} served, {in_vain} in vain");
        });
    }
}

#[test]
fn a_retry_without_a_turn_keeps_the_error_of_the_attempt() {
    run_paced(async {
        for (status, kind) in [(503, "server"), (401, "rate_limited")] {
            let api = FaultServer::start(vec![Fault::Response(Response::status(status))], Door::Open);
            let token = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
            let client = Client::builder()
                .base_url(api.url("http"))
                .token_url(token.url("http"))
                .credentials(ClientCredentials::new("id", "secret"))
                .rate_limit(RateLimit::new(1, 1).unwrap())
                .build()
                .unwrap();
            let error = client.customers().info(number(1)).await.unwrap_err();
            assert_eq!((error.type_name(), error.attempts(), api.requests()), (kind, 1, 1), "{status}");
        }
    });
}

#[test]
fn a_failed_token_fetch_before_a_retry_keeps_the_error_of_the_attempt() {
    run_paced(async {
        let busy = Response::status(503).header("Retry-After: 5");
        let api = FaultServer::start(vec![Fault::Response(busy)], Door::Open);
        // The token expires during the pause, and the first fetch of the next token fails.
        let short = Response::status(200).body(r#"{"access_token": "t", "expires_in": 1}"#);
        let fetches = [short.clone(), Response::status(503), short].map(Fault::Response);
        let token = FaultServer::start(fetches.to_vec(), Door::Open);
        let client = Client::builder()
            .base_url(api.url("http"))
            .token_url(token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
            .rate_limit(RateLimit::new(1, 1).unwrap())
            .build()
            .unwrap();
        let error = client.customers().info(number(1)).await.unwrap_err();
        assert_eq!((error.type_name(), error.attempts(), token.requests()), ("server", 1, 3), "{error}");
    });
}

#[test]
fn a_diagnosis_that_the_rate_does_not_admit_has_no_attempt() {
    run_paced(async {
        let api = FaultServer::start(vec![good()], Door::Open);
        let token = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
        let client = Client::builder()
            .base_url(api.url("http"))
            .token_url(token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
            .rate_limit(RateLimit::new(1, 1).unwrap())
            .build()
            .unwrap();
        client.customers().info(number(1)).await.unwrap();
        let error = client.diagnose(number(1)).await.lookup.unwrap().error.unwrap();
        assert_eq!((error.type_name(), error.attempts(), api.requests()), ("rate_limited", 0, 1), "{error}");
    });
}
