//! Tests that the reads of cached clients share requests and reuse responses.

use std::time::Duration;

use mediaconnect::models::ExternalReferenceChangeRequest;
use mediaconnect::operations::{
    ChangeExternalReference, GetCustomerInfo, GetOwnCustomerInfo, ListProducts, OPERATIONS,
};
use mediaconnect::{Method, UserToken};
use mediaconnect_sandbox::{Customer, Fault, Sandbox};
use mediaconnect_tests::{client_of, number};
use tokio::task::JoinSet;
use tokio::time::{Instant, advance, sleep, timeout};

const TTL: Duration = Duration::from_secs(60);
const KARI: i64 = 563_457;
const NOBODY: i64 = 999_999_999;

fn info(customer: i64) -> GetCustomerInfo {
    GetCustomerInfo::new(number(customer.unsigned_abs()))
}

fn change(customer: i64) -> ChangeExternalReference {
    let mut change = ExternalReferenceChangeRequest::default();
    change.external_id = Some("1".parse().unwrap());
    ChangeExternalReference::new(number(customer.unsigned_abs()), "CRM".parse().unwrap(), change)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_of_one_customer_are_one_request() {
    let sandbox = Sandbox::start().await;
    // A busy machine needs a second to start a thousand callers, so the response takes three seconds.
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(3)));
    let client = client_of(&sandbox);
    client.token_lifetime().await.unwrap();
    for ttl in [Duration::ZERO, TTL] {
        let before = sandbox.requests().len();
        let mut callers = JoinSet::new();
        for _ in 0..1_000 {
            let cached = client.cached(ttl);
            callers.spawn(async move { cached.call(info(KARI)).await.unwrap().customer_number });
        }
        let numbers = callers.join_all().await;
        assert!(numbers.iter().all(|found| *found == Some(number(KARI.unsigned_abs()))));
        // With a time to live, all callers may get a stored response, without any request.
        if ttl.is_zero() {
            assert_eq!(sandbox.requests().len() - before, 1);
        } else {
            assert!(sandbox.requests().len() - before <= 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_is_used_again_until_its_time_is_over() {
    let sandbox = Sandbox::builder().in_memory();
    let client = client_of(&sandbox);
    let ask = async |ttl| client.cached(ttl).call(info(KARI)).await.unwrap();
    let first = ask(TTL).await;
    sandbox.put_customer(Customer::invented(KARI).name("Other", "Name"));
    assert_eq!(ask(TTL).await, first);
    advance(TTL / 2).await;
    assert_eq!(ask(TTL).await, first, "half of the time to live is left");
    assert_ne!(ask(TTL / 4).await, first, "this caller accepts only a newer response");
    assert_ne!(ask(TTL).await, first, "the newer response is cached for all callers");
    assert_eq!(sandbox.received("getCustomerInfo").len(), 2);
    advance(TTL).await;
    ask(TTL).await;
    assert_eq!(sandbox.received("getCustomerInfo").len(), 3);
    for _ in 0..2 {
        ask(Duration::ZERO).await;
    }
    assert_eq!(sandbox.received("getCustomerInfo").len(), 5, "without a time to live, no response is reused");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_caller_does_not_cancel_the_request_of_the_others() {
    let sandbox = Sandbox::builder().in_memory();
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(5)).times(2));
    let cached = client_of(&sandbox).cached(TTL);
    let first = tokio::spawn(cached.call(info(KARI)).into_future());
    sleep(Duration::from_secs(1)).await;
    let second = tokio::spawn(cached.call(info(KARI)).into_future());
    sleep(Duration::from_secs(1)).await;
    first.abort();
    second.await.unwrap().unwrap();
    assert_eq!(sandbox.received("getCustomerInfo").len(), 1);

    cached.forget_all();
    let only = cached.call(info(KARI)).into_future();
    assert!(timeout(Duration::from_secs(1), only).await.is_err());
    // The read ended when its last caller was dropped, so a new caller cannot join it.
    let began = Instant::now();
    cached.call(info(KARI)).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn each_caller_keeps_its_own_deadline() {
    let sandbox = Sandbox::builder().in_memory();
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(5)));
    let cached = client_of(&sandbox).cached(TTL);
    let call = |seconds| {
        let call = cached.call(info(KARI)).with_deadline(Duration::from_secs(seconds));
        tokio::spawn(async move {
            let began = Instant::now();
            (call.await, began.elapsed().as_secs())
        })
    };
    let patient = call(20);
    sleep(Duration::from_secs(1)).await;
    let (outcome, took) = call(2).await.unwrap();
    assert!(outcome.unwrap_err().is_timeout() && took == 2, "{took}");
    assert!(patient.await.unwrap().0.is_ok());

    // A caller does not join a read that must end before the caller's deadline. Such a caller starts another read.
    cached.forget_all();
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(9)));
    let hasty = call(2);
    sleep(Duration::from_secs(1)).await;
    assert!(call(20).await.unwrap().0.is_ok());
    assert!(hasty.await.unwrap().0.unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn an_error_is_shared_and_not_kept() {
    let sandbox = Sandbox::builder().in_memory();
    let cached = client_of(&sandbox).cached(TTL);
    sandbox.fault(Fault::on("getCustomerInfo").status(500).times(1));
    let calls = [cached.call(info(KARI)).with_attempts(1), cached.call(info(KARI)).with_attempts(1)];
    let [one, two] = calls.map(|call| tokio::spawn(call.into_future()));
    for outcome in [one.await.unwrap(), two.await.unwrap()] {
        let error = outcome.unwrap_err();
        assert!(error.is_unavailable() && error.operation() == Some("getCustomerInfo"), "{error}");
    }
    assert_eq!(sandbox.received("getCustomerInfo").len(), 1);
    cached.call(info(KARI)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn not_found_is_kept_for_a_tenth_of_the_time_if_connect_sent_it() {
    let sandbox = Sandbox::builder().in_memory();
    let cached = client_of(&sandbox).cached(TTL);
    let ask = async || cached.call(info(NOBODY)).await.unwrap_err();
    for expected in [1, 1, 2] {
        assert!(ask().await.is_not_found());
        assert_eq!(sandbox.received("getCustomerInfo").len(), expected);
        advance(TTL / 19).await;
    }
    advance(TTL).await;
    let messages = [ask().await, ask().await].map(|error| error.upstream_message().is_some());
    assert_eq!(messages, [true, false], "upstream's message is not kept");
    advance(TTL).await;
    sandbox.fault(Fault::on("getCustomerInfo").status(404).html().times(3));
    assert!(ask().await.is_gateway());
    assert!(ask().await.is_not_found(), "the response of a gateway is not cached");
}

#[tokio::test(start_paused = true)]
async fn what_nothing_proves_to_be_connects_is_not_kept() {
    let sandbox = Sandbox::builder().in_memory();
    let cached = client_of(&sandbox).cached(TTL);
    let body = format!(r#"{{"customerNumber":{KARI}}}"#);
    sandbox.fault(Fault::on("getCustomerInfo").status(200).body("application/json", body).times(1));
    assert!(cached.call(info(KARI)).await.unwrap().emails.is_empty());
    assert!(!cached.call(info(KARI)).await.unwrap().emails.is_empty(), "the customer is fetched again");
}

#[tokio::test(start_paused = true)]
async fn a_change_forgets_its_customer_and_what_names_nobody() {
    let sandbox = Sandbox::builder().with_invented_customers().in_memory();
    let other = sandbox.customer_numbers().into_iter().find(|number| *number != KARI).unwrap();
    let client = client_of(&sandbox);
    let cached = client.cached(TTL);
    client.token_lifetime().await.unwrap();
    let asked = async || {
        let before = sandbox.requests().len();
        cached.call(info(KARI)).await.unwrap();
        let after_kari = sandbox.requests().len();
        cached.call(info(other)).await.unwrap();
        let after_other = sandbox.requests().len();
        cached.call(ListProducts::new()).await.unwrap();
        (after_kari - before, after_other - after_kari, sandbox.requests().len() - after_other)
    };
    assert_eq!(asked().await, (1, 1, 1));
    assert_eq!(asked().await, (0, 0, 0));
    client.call(change(KARI)).await.unwrap();
    assert_eq!(asked().await, (1, 0, 1), "a change of one customer");
    assert_eq!(asked().await, (0, 0, 0));
    // A change that was dropped or that failed may still have been applied, so cached responses are removed.
    sandbox.fault(Fault::on("changeExternalReference").delay(Duration::from_secs(1)));
    let dropped = client.call(change(other)).into_future();
    assert!(timeout(Duration::from_millis(500), dropped).await.is_err());
    assert_eq!(asked().await, (0, 1, 1), "a change that was dropped");
    let _ = client.request(Method::Post, "/v1/unknown").send::<()>().await;
    assert_eq!(asked().await, (1, 1, 1), "a change that names no customer");
    let _ = client.request(Method::Get, "/v1/unknown").send::<()>().await;
    assert_eq!(asked().await, (0, 0, 0), "a read");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_began_before_a_change_is_neither_joined_nor_kept_after_it() {
    for forgets_by_hand in [false, true] {
        let sandbox = Sandbox::builder().in_memory();
        sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(5)));
        let client = client_of(&sandbox);
        let cached = client.cached(TTL);
        let early = tokio::spawn(cached.call(info(KARI)).into_future());
        sleep(Duration::from_secs(1)).await;
        if forgets_by_hand {
            cached.forget(&info(KARI));
        } else {
            client.call(change(KARI)).await.unwrap();
        }
        cached.call(info(KARI)).await.unwrap();
        assert_eq!(sandbox.received("getCustomerInfo").len(), 2, "the read did not join the other request");
        cached.forget(&info(KARI));
        early.await.unwrap().unwrap();
        cached.call(info(KARI)).await.unwrap();
        assert_eq!(sandbox.received("getCustomerInfo").len(), 3, "the response was not cached");
        assert_eq!(cached.call(info(KARI)).await.unwrap().customer_number, Some(number(KARI.unsigned_abs())));
        assert_eq!(sandbox.received("getCustomerInfo").len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_shared_between_users_or_with_the_client() {
    let sandbox = Sandbox::builder().in_memory();
    let client = client_of(&sandbox);
    let (user, other) = (UserToken::new(sandbox.user_token()), UserToken::new("other"));
    let ask = async |user: &UserToken| client.as_user(user).cached(TTL).call(GetOwnCustomerInfo::new()).await;
    for _ in 0..2 {
        ask(&user).await.unwrap();
        // Two tokens with the same text belong to the same user.
        ask(&UserToken::new(sandbox.user_token())).await.unwrap();
    }
    assert_eq!(sandbox.received("getOwnCustomerInfo").len(), 1);
    assert!(ask(&other).await.unwrap_err().is_auth());
    client.as_user(&user).cached(TTL).forget(&GetOwnCustomerInfo::new());
    ask(&user).await.unwrap();
    assert_eq!(sandbox.received("getOwnCustomerInfo").len(), 3);
}

#[tokio::test]
async fn no_more_is_kept_than_may_be() {
    let customers = (1..=200).map(Customer::invented);
    let sandbox = Sandbox::builder().customers(customers).in_memory();
    let rate = mediaconnect::RateLimit::new(10_000, 100_000).unwrap();
    let client = sandbox.client_builder().rate_limit(rate).cache_capacity(20_000).build().unwrap();
    let cached = client.cached(TTL);
    for _ in 0..2 {
        for customer in 1..=200 {
            cached.call(info(customer)).await.unwrap();
        }
    }
    let asked = sandbox.received("getCustomerInfo").len();
    assert!((330..=400).contains(&asked), "{asked}");
}

#[test]
fn each_operation_that_may_be_sent_twice_is_one_that_reads() {
    // The cache treats a GET or POST operation as a read if the operation is safe to retry. If this test finds such an
    // operation that changes data, the contract needs a key that distinguishes it from a read.
    for operation in OPERATIONS.iter().filter(|operation| operation.safe_to_retry) {
        let reads =
            ["get", "list", "search", "check", "filter"].iter().any(|verb| operation.id.starts_with(verb));
        assert!(reads && matches!(operation.method, "GET" | "POST"), "{}", operation.id);
    }
}
