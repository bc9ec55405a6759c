//! Tests the responses of the service. Some tests with a sandbox in memory pause the clock, so retries and deadlines
//! take no time.

use std::time::Duration;

use axum::http::StatusCode;
use mediaconnect_sandbox::{Expected, Fault, Quirk, Quirks, RetryHint, Sandbox};
use serde_json::json;

use crate::{LOOKUP, get, kari, service, status_with};

#[tokio::test]
async fn a_customer_is_found_over_sockets_and_in_memory() {
    for sandbox in [kari().start().await.unwrap(), kari().in_memory()] {
        let (status, _, body) = get(&service(&sandbox), "/customers/100200").await;
        let kari =
            json!({ "name": "Kari Nordmann", "emails": ["kari@example.com"], "phones": ["+4712000100"] });
        assert_eq!((status, body), (StatusCode::OK, kari));
        sandbox.assert_received(Expected::operation(LOOKUP).field("customerNumber", 100_200).times(1));
    }
}

#[tokio::test]
async fn nobody_is_404_and_no_number_is_400_without_a_request() {
    let sandbox = kari().in_memory();
    let service = service(&sandbox);
    assert_eq!(get(&service, "/customers/7").await.0, StatusCode::NOT_FOUND);
    let (status, headers, body) = get(&service, "/customers/kari").await;
    assert_eq!((status, &body["status"]), (StatusCode::BAD_REQUEST, &json!(400)));
    assert_eq!(headers["content-type"], "application/problem+json");
    sandbox.assert_received(Expected::operation(LOOKUP).times(1));
}

#[tokio::test]
async fn upstreams_odd_shapes_make_no_difference() {
    for quirks in [Quirks::none(), Quirks::upstream(), Quirks::all().without(Quirk::LongTexts)] {
        let sandbox = kari().quirks(quirks).in_memory();
        let (_, _, body) = get(&service(&sandbox), "/customers/100200").await;
        assert_eq!(
            (&body["name"], &body["emails"][0]),
            (&json!("Kari Nordmann"), &json!("kari@example.com"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_outage_and_an_expired_token_are_not_noticed() {
    for fault in
        [Fault::on(LOOKUP).times(2).status(503), Fault::on(LOOKUP).reset(), Fault::on(LOOKUP).expired_token()]
    {
        let sandbox = kari().fault(fault).in_memory();
        assert_eq!(get(&service(&sandbox), "/customers/100200").await.0, StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn each_failure_of_upstream_has_its_status() {
    for (fault, status) in [
        (Fault::on(LOOKUP).status(503), StatusCode::BAD_GATEWAY),
        (Fault::on(LOOKUP).reset(), StatusCode::BAD_GATEWAY),
        (Fault::on(LOOKUP).html(), StatusCode::BAD_GATEWAY),
        (Fault::on(LOOKUP).truncated(), StatusCode::BAD_GATEWAY),
        (Fault::on(LOOKUP).status(400), StatusCode::BAD_GATEWAY),
        (Fault::on(LOOKUP).delay(Duration::from_secs(60)), StatusCode::GATEWAY_TIMEOUT),
        (Fault::on(LOOKUP).rate_limited(RetryHint::Seconds(30)), StatusCode::SERVICE_UNAVAILABLE),
        (Fault::on(LOOKUP).expired_token(), StatusCode::INTERNAL_SERVER_ERROR),
        (Fault::on("token").status(401), StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        assert_eq!(status_with(fault.clone()).await, status, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_not_about_the_customer_is_502_and_a_refused_token_is_for_an_operator() {
    let somebody_else = r#"{"customerNumber": 100201, "name": {"lastName": "Nordmann"}}"#;
    let reported = r#"{"exceptionType": "InternalError", "errorMessage": "try again"}"#;
    let (bad_gateway, misconfigured) = (StatusCode::BAD_GATEWAY, StatusCode::INTERNAL_SERVER_ERROR);
    for (fault, status, title) in [
        (
            Fault::on(LOOKUP).status(404).html(),
            bad_gateway,
            "a gateway between this service and Connect responded",
        ),
        (
            Fault::on(LOOKUP).status(302).empty(),
            bad_gateway,
            "a gateway between this service and Connect responded",
        ),
        (Fault::on(LOOKUP).body("application/json", reported), bad_gateway, "Connect reported a failure"),
        (
            Fault::on(LOOKUP).body("application/json", somebody_else),
            bad_gateway,
            "Connect's response is about another customer",
        ),
        (Fault::on("token").status(404), misconfigured, "this service is not configured for Connect"),
        (Fault::on("token").status(405), misconfigured, "this service is not configured for Connect"),
    ] {
        let sandbox = kari().fault(fault.clone().always()).in_memory();
        let (seen, _, body) = get(&service(&sandbox), "/customers/100200").await;
        assert_eq!((seen, &body["title"]), (status, &json!(title)), "{fault:?}");
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_or_cut_off_is_502_over_sockets_too() {
    for fault in [Fault::on(LOOKUP).reset(), Fault::on(LOOKUP).cut_off()] {
        let sandbox = kari().fault(fault.always()).start().await.unwrap();
        assert_eq!(get(&service(&sandbox), "/customers/100200").await.0, StatusCode::BAD_GATEWAY);
    }
}

#[tokio::test]
async fn an_upstream_that_is_down_is_503_and_not_ready_but_alive() {
    for sandbox in [kari().start().await.unwrap(), kari().in_memory()] {
        let service = service(&sandbox);
        assert_eq!(get(&service, "/ready").await.0, StatusCode::OK);
        drop(sandbox);
        assert_eq!(get(&service, "/customers/100200").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(get(&service, "/health").await.0, StatusCode::OK);
    }
    let down = kari().in_memory();
    let service = service(&down);
    drop(down);
    assert_eq!(get(&service, "/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(start_paused = true)]
async fn a_used_up_rate_tells_when_to_come_again() {
    let sandbox = kari().rate_limit(100, 1).in_memory();
    let service = service(&sandbox);
    assert_eq!(get(&service, "/customers/100200").await.0, StatusCode::OK);
    let (status, headers, _) = get(&service, "/customers/100200").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let wait: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((55..=60).contains(&wait), "{wait}");
    tokio::time::advance(Duration::from_secs(wait)).await;
    assert_eq!(get(&service, "/customers/100200").await.0, StatusCode::OK);
}

#[tokio::test]
async fn readiness_costs_upstream_one_token_and_no_lookup() {
    let sandbox = Sandbox::builder().in_memory();
    let service = service(&sandbox);
    for _ in 0..10 {
        assert_eq!(get(&service, "/ready").await.0, StatusCode::OK);
    }
    assert_eq!(sandbox.requests().len(), 1);
}
