//! Counters and histograms, through the `metrics` facade.

use std::time::Duration;

use mediaconnect::operations::GetCustomerInfo;
use mediaconnect::{CustomerSearch, ExtidCode, RefreshToken, TokenFuture, TokenSource, UserToken};
use mediaconnect_tests::{Upstream, ok, status};
use metrics::Unit;
use serde_json::json;

use crate::recorder::Recorder;

/// Runs a test on this thread with its own recorder.
pub(crate) fn recorded(test: impl AsyncFnOnce()) -> Recorder {
    let recorder = Recorder::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(test()));
    recorder
}

#[test]
fn calls_attempts_and_retries_are_counted() {
    let recorder = recorded(async || {
        let upstream =
            Upstream::responding_in_turn([status(503), status(429).insert_header("retry-after", "0")]).await;
        let customers = upstream.client.customers();
        assert!(customers.info("1".parse().unwrap()).await.is_ok());
        assert!(customers.search(&CustomerSearch::by_email("kari@example.com")).await.is_ok());
    });
    for (metric, count) in [
        ("mediaconnect_calls_total{operation=getCustomerInfo,outcome=ok}", 1),
        ("mediaconnect_calls_total{operation=searchCustomers,outcome=ok}", 1),
        ("mediaconnect_call_duration_seconds{operation=getCustomerInfo}", 1),
        ("mediaconnect_attempts_total{operation=getCustomerInfo,outcome=server}", 1),
        ("mediaconnect_attempts_total{operation=getCustomerInfo,outcome=rate_limited}", 1),
        ("mediaconnect_attempts_total{operation=getCustomerInfo,outcome=ok}", 1),
        ("mediaconnect_retries_total{operation=getCustomerInfo,reason=server}", 1),
        ("mediaconnect_retries_total{operation=getCustomerInfo,reason=rate_limited}", 1),
        ("mediaconnect_rate_wait_seconds{operation=getCustomerInfo}", 3),
        ("mediaconnect_rate_wait_seconds{operation=searchCustomers}", 1),
        ("mediaconnect_token_fetches_total{grant=client_credentials,outcome=ok}", 1),
    ] {
        assert_eq!(recorder.count(metric), count, "{metric}");
    }
    assert!(recorder.metrics("mediaconnect_drift_total").is_empty());
}

#[test]
fn a_retry_that_gets_no_turn_of_the_rate_is_not_counted() {
    let recorder = recorded(async || {
        let upstream = Upstream::responding_in_turn([status(503)]).await;
        let limit = mediaconnect::RateLimit::new(1, 1).unwrap();
        let client = upstream.client_builder().rate_limit(limit).build().unwrap();
        assert!(client.customers().info("1".parse().unwrap()).await.is_err());
    });
    assert!(recorder.metrics("mediaconnect_retries_total").is_empty(), "{:?}", recorder.metrics(""));
}

#[test]
fn a_fetched_token_that_cannot_be_sent_counts_as_a_failure() {
    struct Malformed;
    impl TokenSource for Malformed {
        fn fetch(&self) -> TokenFuture<'_> {
            Box::pin(async { Ok(mediaconnect::AccessToken::new("line\nbreak", None)) })
        }
        fn name(&self) -> &'static str {
            "own"
        }
    }
    let recorder = recorded(async || {
        let upstream = Upstream::responding_in_turn([]).await;
        let client = upstream.client_builder().token_source(Malformed).build().unwrap();
        assert!(client.customers().info("1".parse().unwrap()).with_attempts(1).await.is_err());
    });
    let fetches = recorder.metrics("mediaconnect_token_fetches_total");
    assert!(
        !fetches.is_empty() && fetches.iter().all(|metric| !metric.contains("outcome=ok")),
        "{fetches:?}"
    );
}

#[test]
fn the_name_of_a_client_is_a_label_of_all_its_metrics() {
    let recorder = recorded(async || {
        let sandbox = mediaconnect_sandbox::Sandbox::start().await;
        sandbox.fault(mediaconnect_sandbox::Fault::on("getCustomerInfo").status(503));
        let number = "563457".parse().unwrap();
        let norway = sandbox.client_builder().name("norway").build().unwrap();
        norway.customers().info(number).await.unwrap();
        let sent = norway.request(mediaconnect::Method::Get, "/v1/client/customer/info/563457");
        sent.send::<serde_json::Value>().await.unwrap();
        norway.cached(Duration::ZERO).call(GetCustomerInfo::new(number)).await.unwrap();
        // The sandbox knows neither grant, so the fetches fail.
        let endpoint = || norway.token_endpoint().unwrap();
        let users = [
            UserToken::from_source(RefreshToken::new(endpoint(), "unknown")),
            UserToken::from_source(ExtidCode::new(endpoint(), "unknown")),
        ];
        for user in users {
            assert!(norway.customers().own_info(&user).await.is_err());
        }
    });
    for metric in [
        "mediaconnect_calls_total{client=norway,operation=getCustomerInfo,outcome=ok}",
        "mediaconnect_calls_total{client=norway,operation=request,outcome=ok}",
        "mediaconnect_call_duration_seconds{client=norway,operation=getCustomerInfo}",
        "mediaconnect_attempts_total{client=norway,operation=getCustomerInfo,outcome=server}",
        "mediaconnect_retries_total{client=norway,operation=getCustomerInfo,reason=server}",
        "mediaconnect_rate_wait_seconds{client=norway,operation=getCustomerInfo}",
        "mediaconnect_token_fetches_total{client=norway,grant=client_credentials,outcome=ok}",
        "mediaconnect_token_fetches_total{client=norway,grant=refresh_token,outcome=auth}",
        "mediaconnect_token_fetches_total{client=norway,grant=extid_code,outcome=auth}",
        "mediaconnect_cached_reads_total{client=norway,operation=getCustomerInfo,source=fetched}",
    ] {
        assert!(recorder.count(metric) > 0, "{metric}: {:?}", recorder.metrics(""));
    }
    let all = recorder.metrics("");
    assert!(all.iter().all(|metric| metric.contains("client=norway")), "{all:?}");
}

#[test]
fn the_replay_after_a_refused_token_is_a_retry() {
    let recorder = recorded(async || {
        let upstream = Upstream::responding_in_turn([status(401)]).await;
        assert!(upstream.client.customers().info("1".parse().unwrap()).await.is_ok());
    });
    assert_eq!(recorder.count("mediaconnect_retries_total{operation=getCustomerInfo,reason=auth}"), 1);
    assert_eq!(recorder.count("mediaconnect_token_fetches_total{grant=client_credentials,outcome=ok}"), 2);
}

#[test]
fn a_call_that_fails_is_counted_with_the_kind_of_its_error() {
    let recorder = recorded(async || {
        let upstream = Upstream::responding_in_turn([status(404), ok(json!([]))]).await;
        assert!(!upstream.client.customers().exists("1".parse().unwrap()).await.unwrap());
        assert!(upstream.client.customers().info("1".parse().unwrap()).await.unwrap_err().is_decode());
        let invalid = CustomerSearch::by_email("no address");
        assert!(upstream.client.customers().search(&invalid).await.is_err());
    });
    let expected = [
        "mediaconnect_calls_total{operation=getCustomerInfo,outcome=decode}",
        "mediaconnect_calls_total{operation=getCustomerInfo,outcome=not_found}",
    ];
    assert_eq!(recorder.metrics("mediaconnect_calls_total"), expected, "invalid input is not counted");
}

struct Panics;

impl TokenSource for Panics {
    fn fetch(&self) -> TokenFuture<'_> {
        panic!("the source is broken")
    }

    fn name(&self) -> &'static str {
        "vault"
    }
}

#[test]
fn token_fetches_are_counted_by_their_grant() {
    let recorder = recorded(async || {
        let upstream = Upstream::responding_in_turn([]).await;
        let endpoint = || upstream.client.token_endpoint().unwrap();
        for user in [
            UserToken::from_source(RefreshToken::new(endpoint(), "r")),
            UserToken::from_source(ExtidCode::new(endpoint(), "c")),
        ] {
            assert!(upstream.client.customers().own_info(&user).await.is_ok());
        }
        let broken = UserToken::from_source(Panics);
        assert!(upstream.client.customers().own_info(&broken).with_attempts(1).await.is_err());
    });
    let expected = [
        "mediaconnect_token_fetches_total{grant=extid_code,outcome=ok}",
        "mediaconnect_token_fetches_total{grant=refresh_token,outcome=ok}",
        "mediaconnect_token_fetches_total{grant=vault,outcome=no_token}",
    ];
    assert_eq!(recorder.metrics("mediaconnect_token_fetches_total"), expected);
    assert!(expected.iter().all(|metric| recorder.count(metric) == 1));
}

#[test]
fn drift_is_counted_by_the_name_of_the_field_and_never_by_its_value() {
    let info = json!({
        "fieldThatNobodyKnows": "kari@example.com",
        "name": { "nickName": "Kari", "kari@example.com": 1 },
        "phoneNumbers": [{ "phoneNumberType": "satellite" }, { "phoneNumberType": "pager", "verified": true }],
    });
    let search = json!({ "total": 2, "customers": { "score": 1, "phoneNumbers": [{ "carrier": "x" }] } });
    let recorder = recorded(async || {
        let upstream = Upstream::responding_in_turn([ok(info.clone()), ok(info), ok(search)]).await;
        let customers = upstream.client.customers();
        assert!(customers.info("1".parse().unwrap()).await.is_ok());
        assert!(customers.info("1".parse().unwrap()).await.is_ok());
        assert!(customers.search(&CustomerSearch::by_email("kari@example.com")).await.is_ok());
    });
    let metric = |field: &str, kind: &str, operation: &str| {
        format!("mediaconnect_drift_total{{field={field},kind={kind},operation={operation}}}")
    };
    let of_info = |field| metric(field, "field", "getCustomerInfo");
    let of_search = |field| metric(field, "field", "searchCustomers");
    let mut expected = vec![
        of_info("?"),
        of_info("fieldThatNobodyKnows"),
        of_info("nickName"),
        of_info("verified"),
        metric("phoneNumberType", "value", "getCustomerInfo"),
        of_search("carrier"),
        of_search("score"),
        of_search("total"),
    ];
    expected.sort();
    assert_eq!(recorder.metrics("mediaconnect_drift_total"), expected);
    assert_eq!(recorder.count(&of_info("fieldThatNobodyKnows")), 2, "counted once for each response");
    assert_eq!(recorder.count(&metric("phoneNumberType", "value", "getCustomerInfo")), 2);
}

#[test]
fn drift_is_not_counted_in_a_response_that_was_not_accepted() {
    let recorder = recorded(async || {
        let gateways = status(200).set_body_json(json!({ "maintenance": true }));
        let of_another = status(200).set_body_json(json!({ "customerNumber": 2, "nickName": "Kari" }));
        let upstream = Upstream::responding_in_turn([gateways, of_another]).await;
        let customers = upstream.client.customers();
        assert!(customers.info("1".parse().unwrap()).await.unwrap_err().is_decode());
        assert!(customers.info("1".parse().unwrap()).await.unwrap_err().is_mismatch());
    });
    assert!(recorder.metrics("mediaconnect_drift_total").is_empty());
}

#[test]
fn drift_is_counted_once_however_often_a_response_is_used() {
    let recorder = recorded(async || {
        let found = json!({ "customerNumber": 1, "fieldThatNobodyKnows": 1 });
        let upstream = Upstream::responding_in_turn([status(200).set_body_json(found)]).await;
        let cached = upstream.client.cached(Duration::from_secs(60));
        for _ in 0..3 {
            cached.call(GetCustomerInfo::new("1".parse().unwrap())).await.unwrap();
        }
    });
    let read =
        |source| format!("mediaconnect_cached_reads_total{{operation=getCustomerInfo,source={source}}}");
    assert_eq!((recorder.count(&read("fetched")), recorder.count(&read("kept"))), (1, 2));
    let drift = recorder.metrics("mediaconnect_drift_total");
    assert_eq!(drift.iter().map(|metric| recorder.count(metric)).collect::<Vec<_>>(), [1], "{drift:?}");
}

#[test]
fn all_metrics_are_described_and_in_the_reference() {
    let recorder = recorded(async || drop(Upstream::responding_in_turn([]).await));
    let described = recorder.described();
    let reference = include_str!("../../crates/mediaconnect/src/observability.rs");
    for (name, unit) in &described {
        assert_eq!(*unit, name.ends_with("_seconds").then_some(Unit::Seconds));
        assert!(reference.contains(&format!("| `{name}` |")), "{name} is missing in the reference");
    }
    assert_eq!(described.len(), reference.matches("//! | `mediaconnect_").count());
    assert_eq!(described.len(), 8);
}

#[test]
fn each_histogram_has_recommended_buckets_that_end_with_the_limits() {
    let path = mediaconnect_tests::workspace().join("crates/mediaconnect/src/observability.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = || text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let histograms = rows().filter(|row| row.contains("| histogram, seconds |"));
    let names: Vec<&str> = histograms.map(|row| row.split('`').nth(1).unwrap()).collect();
    assert!(names.len() >= 2, "{names:?}");
    for name in names {
        let is_of = |row: &&str| !row.starts_with('`') && row.contains(&format!("`{name}` |"));
        let row = rows().find(is_of).unwrap_or_else(|| panic!("{name} has no buckets"));
        let buckets = row.split('|').nth(1).unwrap().split(',');
        let buckets: Vec<f64> = buckets.map(|bucket| bucket.trim().parse().unwrap()).collect();
        assert!(buckets.is_sorted() && buckets.len() <= 12, "{name}: {buckets:?}");
        // The buckets must contain the default limits: 30 seconds for a call, and 10 seconds for an attempt.
        assert!(buckets.ends_with(&[30.0]) && buckets.contains(&10.0), "{name}: {buckets:?}");
    }
}
