//! Tests tokens that the API refuses, and faults of the token endpoint: it is unreachable or slow, refuses the client,
//! or sends redirects or invalid responses.

use std::ops::RangeInclusive;
use std::time::Duration;

use mediaconnect::{Client, ClientCredentials};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::time::Instant;

use Fault::{Garbage, Late, ResetBeforeHead, Silence, SlowBody};

use crate::row::Operation::{Change, Info, Post, SafePost, Search};
use crate::row::{AT_ONCE, BACKOFF, Row, check, row};

/// The duration of three token fetches that fail immediately. The pause after the first one takes 0.2 to 0.4 seconds,
/// and the pause after the second one takes 0.4 to 0.8 seconds.
const FETCHES: RangeInclusive<u64> = 600..=1_205;
/// The duration of two token fetches if the first one fails immediately.
const TWO_FETCHES: RangeInclusive<u64> = 200..=402;

fn good() -> Fault {
    Fault::Response(Response::good())
}

fn token() -> Fault {
    Fault::Response(Response::token())
}

fn status(status: u16) -> Fault {
    Fault::Response(
        Response::status(status).body(r#"{"error": "invalid_client", "error_description": "canary"}"#),
    )
}

fn body(body: &str) -> Fault {
    Fault::Response(Response::status(200).body(body))
}

fn later(status: u16, seconds: u64) -> Fault {
    Fault::Response(Response::status(status).header(&format!("Retry-After: {seconds}")))
}

#[test]
#[rustfmt::skip]
fn tokens_that_the_api_refuses() {
    check(vec![
        // The client drops the token, fetches another one, and sends the request again, even if the operation is not
        // safe to retry.
        row("401, once", Info, [status(401), good()], 2, AT_ONCE, "ok").tokens(2),
        row("401, once, post", Post, [status(401), good()], 2, AT_ONCE, "ok").tokens(2),
        row("401, once, search", Search, [status(401), good()], 2, AT_ONCE, "ok").tokens(2),
        row("401, for ever", Info, [status(401)], 2, AT_ONCE, "401 auth").tokens(2),
        row("401, for ever, post", Post, [status(401)], 2, AT_ONCE, "401 auth").tokens(2),
        row("401, one attempt", Info, [status(401)], 1, AT_ONCE, "401 auth").max_attempts(1),
        // The client cannot replace a user's token, so the error is returned.
        row("401, change", Change, [status(401), good()], 1, AT_ONCE, "401 auth"),
        // The retry after a 401 counts as an attempt.
        row("401, then 503", Info, [status(401), status(503), good()], 3, BACKOFF, "ok").tokens(2),
        row("401, then 503 for ever", Info, [status(401), status(503)], 3, BACKOFF, "503 unavailable").tokens(2),
        row("401, then 503, post", Post, [status(401), status(503), good()], 2, AT_ONCE, "503 unavailable outcome-unknown").tokens(2),
        row("503, then 401", SafePost, [status(503), status(401), good()], 3, BACKOFF, "ok").tokens(2),
        row("503, then 401 for ever", Info, [status(503), status(401)], 3, BACKOFF, "401 auth").tokens(2),
        // The API refuses every token, so new tokens do not help. The client notices this and fetches only two tokens
        // for the ten calls.
        row("401, for ever, ten calls", Info, [status(401)], 11, AT_ONCE, "401 auth").calls(10).tokens(2),
        // A call retries only once after a 401. In these rows it does not retry again, although the second token is old
        // enough to be replaced.
        row("401, for ever, late", Info, [late_401()], 2, 6_000..=6_001, "401 auth").tokens(2),
        row("401, for ever, late, post", Post, [late_401()], 2, 6_000..=6_001, "401 auth").tokens(2),
        row("401, and no new token", Info, [status(401)], 1, AT_ONCE, "401 token auth").token([token(), status(401)], 2),
        row("401, and a slow new token", Post, [status(401), good()], 2, 3_000..=3_001, "ok").token([token(), Late(Duration::from_secs(3), Response::token())], 2),
    ]);
}

fn late_401() -> Fault {
    Late(Duration::from_secs(3), Response::status(401))
}

/// Returns a row in which the client gets no token, so no request reaches the API.
fn no_token<const N: usize>(
    name: &'static str,
    endpoint: [Fault; N],
    requests: usize,
    time: RangeInclusive<u64>,
    end: &'static str,
) -> Row {
    row(name, Info, [good()], 0, time, end).token(endpoint, requests).connections(0)
}

#[test]
#[rustfmt::skip]
fn token_endpoint_is_down() {
    let soon = Door::OpensAfter(Duration::from_millis(50));
    check(vec![
        no_token("refused", [token()], 0, FETCHES, "token unavailable connect").token_door(Door::Closed),
        row("refused, post", Post, [good()], 0, FETCHES, "token unavailable connect").token([token()], 0).token_door(Door::Closed),
        no_token("refused, one attempt", [token()], 0, AT_ONCE, "token unavailable connect").token_door(Door::Closed).max_attempts(1),
        row("refused, at first", Info, [good()], 1, TWO_FETCHES, "ok").token([token()], 1).token_door(soon),
        row("refused, change: needs none", Change, [good()], 1, AT_ONCE, "ok").token([token()], 0).token_door(Door::Closed),
        no_token("reset", [ResetBeforeHead], 3, FETCHES, "token unavailable interrupted"),
        row("reset, once, post", Post, [good()], 1, TWO_FETCHES, "ok").token([ResetBeforeHead, token()], 2),
        no_token("502", [status(502)], 3, FETCHES, "502 token unavailable"),
        no_token("503", [status(503)], 3, FETCHES, "503 token unavailable"),
        row("503, once", Search, [good()], 1, TWO_FETCHES, "ok").token([status(503), token()], 2),
        row("503, twice, post", Post, [good()], 1, FETCHES, "ok").token([status(503), status(503), token()], 3),
        no_token("500", [status(500), token()], 1, AT_ONCE, "500 token unavailable"),
        no_token("garbage", [Garbage(b"SSH-2.0-OpenSSH_9.6\r\n")], 3, FETCHES, "token unavailable interrupted"),
        // A failed token fetch and a failed API request count towards the same maximum number of attempts.
        row("503, then the API's 503", Info, [status(503), good()], 2, 200..=603, "ok").token([status(503), token()], 2),
        row("503 twice, then the API's 503", Info, [status(503), good()], 1, FETCHES, "503 unavailable").token([status(503), status(503), token()], 3),
    ]);
}

#[test]
#[rustfmt::skip]
fn token_endpoint_is_slow() {
    let slow = || Late(Duration::from_secs(5), Response::token());
    check(vec![
        row("slow", Info, [good()], 1, 5_000..=5_001, "ok").token([slow()], 1),
        row("slow, post", Post, [good()], 1, 5_000..=5_001, "ok").token([slow()], 1),
        no_token("slower than the deadline", [slow()], 1, 4_000..=4_001, "token timeout").deadline(4_000),
        no_token("silent", [Silence], 3, 30_000..=30_001, "token timeout"),
        no_token("silent, one attempt", [Silence], 1, 10_000..=10_001, "token timeout").max_attempts(1),
        no_token("silent, deadline", [Silence], 1, 2_000..=2_001, "token timeout").deadline(2_000),
        row("silent, deadline, post", Post, [good()], 0, 2_000..=2_001, "token timeout").token([Silence], 1).deadline(2_000),
        row("silent, once", Info, [good()], 1, 10_200..=10_402, "ok").token([Silence, token()], 2),
        no_token("one byte a second", [SlowBody], 3, 30_000..=30_001, "200 token timeout"),
        // The first call gives up, but its token fetch continues and serves later calls.
        row("given up, then there", Info, [good()], 1, 5_000..=5_001, "ok").token([slow()], 1).deadline(4_000).calls(2),
    ]);
}

#[test]
fn a_token_request_has_a_timeout_of_its_own() {
    const SECOND: Duration = Duration::from_secs(1);
    run_paced(async {
        let api = FaultServer::start(vec![good()], Door::Open);
        let endpoint = FaultServer::start(vec![Late(5 * SECOND, Response::token())], Door::Open);
        let client = || {
            Client::builder()
                .base_url(api.url("http"))
                .token_url(endpoint.url("http"))
                .credentials(ClientCredentials::new("id", "secret"))
                .attempts(1)
        };
        let patient = client().attempt_timeout(SECOND).build().unwrap();
        patient.customers().info(number(1)).await.unwrap();
        let hasty = client().token_timeout(SECOND).build().unwrap();
        let began = Instant::now();
        let error = hasty.customers().info(number(1)).await.unwrap_err();
        assert!(error.is_timeout() && error.is_token_fetch(), "{error}");
        assert_eq!(began.elapsed().as_secs(), 1);
    });
}

#[test]
#[rustfmt::skip]
fn token_endpoint_refuses() {
    check(vec![
        no_token("400", [status(400), token()], 1, AT_ONCE, "400 token auth"),
        no_token("401", [status(401), token()], 1, AT_ONCE, "401 token auth"),
        row("401, post", Post, [good()], 0, AT_ONCE, "401 token auth").token([status(401), token()], 1),
        no_token("403", [status(403), token()], 1, AT_ONCE, "403 token auth"),
        no_token("404", [status(404), token()], 1, AT_ONCE, "404 token refused"),
        no_token("302", [Fault::Response(Response::status(302).header("Location: /canary")), token()], 1, AT_ONCE, "302 token refused"),
        row("307, post", Post, [good()], 0, AT_ONCE, "307 token refused").token([Fault::Response(Response::status(307).header("Location: /canary")), token()], 1),
        no_token("429 with Retry-After", [later(429, 2)], 3, 4_000..=4_003, "429 token rate-limited after-2s"),
        row("429 with Retry-After, once", Info, [good()], 1, 2_000..=2_001, "ok").token([later(429, 2), token()], 2),
        no_token("503 with Retry-After", [later(503, 3)], 3, 6_000..=6_003, "503 token unavailable after-3s"),
        // The client does not start a wait that would end after the deadline.
        no_token("429 with Retry-After past the deadline", [later(429, 60)], 1, AT_ONCE, "429 token rate-limited after-60s"),
        no_token("503 with Retry-After past the deadline", [later(503, 60)], 1, AT_ONCE, "503 token unavailable after-60s"),
        no_token("503 with Retry-After past the deadline, and another call", [later(503, 60)], 1, AT_ONCE, "503 token unavailable after-60s").calls(2),
    ]);
}

#[test]
#[rustfmt::skip]
fn token_endpoint_talks_nonsense() {
    check(vec![
        no_token("HTML", [body("<!DOCTYPE html><html>canary</html>"), token()], 1, AT_ONCE, "200 token decode"),
        no_token("truncated JSON", [body(r#"{"access_token": "canary"#), token()], 1, AT_ONCE, "200 token decode"),
        no_token("nothing", [body(""), token()], 1, AT_ONCE, "200 token decode"),
        no_token("a list", [body(r#"[{"access_token": "canary"}]"#)], 1, AT_ONCE, "200 token decode"),
        no_token("no token in it", [body(r#"{"expires_in": 3600}"#)], 1, AT_ONCE, "200 token decode"),
        no_token("a token that no header can carry", [body(r#"{"access_token": "canary\r\nX: 1"}"#)], 1, AT_ONCE, "200 token decode"),
        no_token("a token of another type", [body(r#"{"access_token": "canary", "token_type": "mac"}"#)], 1, AT_ONCE, "200 token decode"),
        row("no lifetime", Info, [good()], 3, AT_ONCE, "ok").token([body(r#"{"access_token": "canary"}"#)], 1).calls(3),
        row("a lifetime in the past", Info, [good()], 3, AT_ONCE, "ok").token([body(r#"{"access_token": "canary", "expires_in": -1}"#)], 1).calls(3),
    ]);
}
