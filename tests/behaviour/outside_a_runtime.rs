//! Outside a Tokio runtime, and with durations that no clock can represent, calls return errors and do not panic.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use mediaconnect::operations::GetCustomerInfo;
use mediaconnect::{
    Client, ClientCredentials, Error, ExtidCode, Method, RateLimit, RefreshToken, TokenSource, UserToken,
};
use mediaconnect_sandbox::Sandbox;
use mediaconnect_tests::{builder_for, client_of, number};
use serde_json::Value;

/// Polls a future once, as an executor other than Tokio's would.
fn poll_once<F: IntoFuture>(future: F) -> Poll<F::Output> {
    pin!(future.into_future()).poll(&mut Context::from_waker(Waker::noop()))
}

/// Checks that a future failed with the error that reports the missing Tokio runtime.
#[track_caller]
fn assert_refused<T>(outcome: Poll<mediaconnect::Result<T>>) {
    match outcome {
        Poll::Ready(Err(error)) => assert_says_what_to_do(&error),
        Poll::Ready(Ok(_)) => panic!("it succeeds"),
        Poll::Pending => panic!("the future is still pending"),
    }
}

#[track_caller]
fn assert_says_what_to_do(error: &Error) {
    assert!(error.is_configuration() && error.to_string().contains("#[tokio::main]"), "{error}");
}

fn client() -> Client {
    Client::builder()
        .base_url("http://127.0.0.1:1")
        .token_url("http://127.0.0.1:1")
        .credentials(ClientCredentials::new("id", "secret"))
        .build()
        .unwrap()
}

#[test]
fn a_call_is_an_error() {
    let client = client();
    let renewed = UserToken::from_source(RefreshToken::new(client.token_endpoint().unwrap(), "r"));
    assert_refused(poll_once(client.customers().info(number(1))));
    assert_refused(poll_once(client.customers().exists(number(1))));
    assert_refused(poll_once(client.customers().overview(number(1))));
    assert_refused(poll_once(client.customers().own_info(&UserToken::new("token"))));
    assert_refused(poll_once(client.customers().own_info(&renewed)));
    assert_refused(poll_once(client.request(Method::Post, "/v1/x").send::<Value>()));
    assert_refused(poll_once(client.token_lifetime()));
}

#[test]
fn a_read_that_waits_for_the_request_of_another_one_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cached = client().cached(Duration::ZERO);
    let read = || cached.call(GetCustomerInfo::new(number(1)));
    let mut first = pin!(read().into_future());
    {
        let _entered = runtime.enter();
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_refused(poll_once(read()));
}

#[test]
fn a_fetch_of_a_users_token_is_an_error() {
    let endpoint = || client().token_endpoint().unwrap();
    assert_refused(poll_once(RefreshToken::new(endpoint(), "r").fetch()));
    assert_refused(poll_once(ExtidCode::new(endpoint(), "c").fetch()));
}

#[test]
fn a_diagnosis_has_the_error() {
    let Poll::Ready(diagnosis) = poll_once(client().diagnose(number(1))) else { panic!("it waits") };
    assert_says_what_to_do(&diagnosis.token.error.unwrap());
}

#[test]
fn each_item_of_a_bulk_ends_with_the_error() {
    for in_order in [false, true] {
        let bulk = client().customers().info_many([number(1), number(2)]);
        let mut bulk = if in_order { bulk.in_order() } else { bulk };
        for expected in [1, 2] {
            let Poll::Ready(Some((item, outcome))) = poll_once(bulk.next()) else { panic!("no outcome") };
            assert_eq!(item, number(expected));
            assert_says_what_to_do(&outcome.unwrap_err());
        }
        assert!(matches!(poll_once(bulk.next()), Poll::Ready(None)));
    }
}

#[test]
fn a_call_that_leaves_its_runtime_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = client();
    let mut call = client.customers().info(number(1)).into_future();
    let polled = runtime.block_on(async { futures_poll(&mut call) });
    assert!(polled.is_pending());
    assert_refused(futures_poll(&mut call));
}

#[test]
fn a_change_that_leaves_its_runtime_after_it_was_sent_has_an_unknown_outcome() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let sandbox = runtime.block_on(async { Sandbox::builder().in_memory() });
    let client = client_of(&sandbox);
    runtime.block_on(client.token_lifetime()).unwrap();
    sandbox.fault(mediaconnect_sandbox::Fault::on_any().delay(Duration::from_secs(5)).always());
    let references = client.external_references();
    let remove = references.remove(number(563_457), "CRM".parse().unwrap()).into_future();
    for (mut call, is_change) in
        [(remove, true), (client.request(Method::Get, "/v1/x").send::<()>().into_future(), false)]
    {
        let waited =
            runtime.block_on(async { tokio::time::timeout(Duration::from_secs(1), &mut call).await });
        assert!(waited.is_err());
        let Poll::Ready(Err(error)) = futures_poll(&mut call) else { panic!("no error") };
        assert!(error.is_interrupted() && !error.is_configuration() && error.attempts() == 1, "{error:?}");
        assert_eq!(error.is_outcome_unknown(), is_change, "{error}");
        assert!(format!("{error:?}").contains("#[tokio::main]"), "{error:?}");
    }
}

fn futures_poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_bulk_that_leaves_its_runtime_goes_on_in_it() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start());
    let mut bulk = client_of(&sandbox).customers().info_many([number(563_457), number(999_999_999)]);
    let first = runtime.block_on(bulk.next()).unwrap();
    // The runtime's own threads run the second call, while this thread only polls.
    let second = loop {
        match poll_once(bulk.next()) {
            Poll::Ready(outcome) => break outcome.unwrap(),
            Poll::Pending => std::thread::yield_now(),
        }
    };
    assert_ne!(first.0, second.0);
    assert!(matches!(poll_once(bulk.next()), Poll::Ready(None)));
}

#[test]
fn a_bulk_whose_runtime_was_shut_down_loses_no_item() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(async {
        let sandbox = Sandbox::builder().allow_unused_faults().start().await.unwrap();
        sandbox.fault(mediaconnect_sandbox::Fault::on_any().delay(Duration::from_secs(60)).always());
        client_of(&sandbox)
    });
    let mut bulk = client.customers().info_many([number(1), number(2), number(3)]);
    runtime.block_on(async { assert!(poll_once(bulk.next()).is_pending()) });
    runtime.shutdown_background();
    let other = tokio::runtime::Runtime::new().unwrap();
    let items = other.block_on(async {
        let mut items = Vec::new();
        while let Some((item, outcome)) = bulk.next().await {
            let error = outcome.unwrap_err();
            // The shutdown may end the shared token fetch before it ends a call that waits for the token.
            assert!(error.is_unavailable() && !error.is_outcome_unknown(), "{error}");
            items.push(item.get());
        }
        items.sort_unstable();
        items
    });
    assert_eq!(items, [1, 2, 3]);
}

#[test]
fn only_a_change_has_an_unknown_outcome_after_the_runtime_of_its_bulk_was_shut_down() {
    let paused =
        || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = paused();
    let sandbox = first.block_on(async { Sandbox::builder().in_memory() });
    let client = client_of(&sandbox);
    first.block_on(client.token_lifetime()).unwrap();
    sandbox.fault(mediaconnect_sandbox::Fault::on_any().delay(Duration::from_secs(5)).always());
    let mut bulk = client.bulk([Method::Get, Method::Post], |client, method| {
        client.request(*method, "/v1/client/customer/info/563457").send::<()>()
    });
    first.block_on(async {
        // A client sends its second request after the first response, or after 1.5 seconds at the latest. Both requests
        // are therefore sent within these three seconds.
        assert!(tokio::time::timeout(Duration::from_secs(3), bulk.next()).await.is_err());
    });
    drop(first);
    let outcomes = paused().block_on(async {
        let mut outcomes = Vec::new();
        while let Some((method, outcome)) = bulk.next().await {
            let error = outcome.unwrap_err();
            outcomes.push((method, error.is_interrupted(), error.is_outcome_unknown()));
        }
        outcomes.sort_unstable();
        outcomes
    });
    assert_eq!(outcomes, [(Method::Get, true, false), (Method::Post, true, true)]);
}

#[test]
fn a_bulk_that_pauses_for_the_rate_can_be_read_in_another_runtime() {
    let paused =
        || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = paused();
    let sandbox = first.block_on(async { Sandbox::builder().in_memory() });
    let client = sandbox.client_builder().rate_limit(RateLimit::new(1, 60).unwrap()).build().unwrap();
    let numbers = [563_457, 999_999_999, 563_457].map(number);
    // The rate admits one call each second. A call fails if it would have to wait beyond its deadline. The `Bulk` then
    // pauses, and restarts the call after the pause.
    let mut bulk = client.customers().info_many(numbers).with_deadline(Duration::from_millis(50));
    let ended = first.block_on(async {
        let mut ended = 0;
        while tokio::time::timeout(Duration::from_millis(500), bulk.next()).await.is_ok() {
            ended += 1;
        }
        ended
    });
    assert_eq!(ended, 1);
    drop(first);
    let outcomes = paused().block_on(async {
        let mut outcomes = 0;
        while bulk.next().await.is_some() {
            outcomes += 1;
        }
        outcomes
    });
    assert_eq!(outcomes, 2);
}

/// Counts the panics of the current thread from now on, including those that a runtime catches.
fn panics() -> Arc<AtomicUsize> {
    let (panics, this) = (Arc::new(AtomicUsize::new(0)), std::thread::current().id());
    let (counted, before) = (Arc::clone(&panics), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == this {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        before(info);
    }));
    panics
}

#[tokio::test]
async fn times_that_no_clock_can_hold_are_no_limits() {
    const EVER: Duration = Duration::MAX;
    let panics = panics();
    let sandbox = Sandbox::start().await;
    let client = builder_for(&sandbox)
        .deadline(EVER)
        .attempt_timeout(EVER)
        .token_timeout(EVER)
        .connect_timeout(EVER)
        .pool_idle_timeout(EVER)
        .rate_limit(RateLimit::new(1_000, 100_000).unwrap())
        .build()
        .unwrap();
    let number = number(563_457);
    client.customers().info(number).await.unwrap();
    client.customers().info(number).with_deadline(EVER).with_attempt_timeout(EVER).await.unwrap();
    let mut many = client.customers().info_many([number]).with_deadline(EVER).with_attempt_timeout(EVER);
    assert!(many.next().await.unwrap().1.is_ok());
    assert!(client.token_lifetime().await.is_ok());
    let diagnosis = client.diagnose(number).await;
    assert!(diagnosis.token.error.is_none() && diagnosis.lookup.unwrap().error.is_none());
    // Yields once, so that the connection pool's task can run.
    tokio::task::yield_now().await;
    assert_eq!(panics.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn no_time_at_all_is_a_timeout() {
    const NONE: Duration = Duration::ZERO;
    let sandbox = Sandbox::start().await;
    // The token endpoint never responds. A fast response could arrive before the timer's first tick.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = builder_for(&sandbox)
        .token_url(format!("http://{}/token", silent.local_addr().unwrap()))
        .deadline(NONE)
        .attempt_timeout(NONE)
        .token_timeout(NONE)
        .connect_timeout(NONE)
        .pool_idle_timeout(NONE)
        .build()
        .unwrap();
    assert!(client.customers().info(number(563_457)).await.unwrap_err().is_timeout());
    assert!(client.token_lifetime().await.unwrap_err().is_timeout());
    assert!(client.diagnose(number(563_457)).await.token.error.unwrap().is_timeout());
}
