//! Tests customer overviews, which make several calls each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mediaconnect::operations::ListSubscriptions;
use mediaconnect::{Fleet, FleetClient, RateLimit, TokenSource, Turns, WhenExhausted};
use mediaconnect_sandbox::{Fault, Sandbox};
use mediaconnect_tests::number;
use serde_json::json;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn an_overview_ends_with_its_deadline_however_many_products_there_are() {
    let sandbox = Sandbox::builder().in_memory();
    let subscriptions: Vec<_> = (1..=9).map(|product| json!({ "product": format!("P{product}") })).collect();
    sandbox.on::<ListSubscriptions>().respond(json!({ "subscriptions": subscriptions }));
    // The overview makes a call for each of the nine products. At one request a second, these calls need longer than
    // the deadline.
    let client = sandbox.client_builder().rate_limit(RateLimit::new(1, 60).unwrap()).build().unwrap();
    let (began, deadline) = (Instant::now(), Duration::from_secs(5));
    let error = client.customers().overview(number(563_457)).with_deadline(deadline).await.unwrap_err();
    // The overview ends when it is known that one of its calls has no turn before the deadline.
    assert!(error.is_rate_limited() && error.retry_after().is_some(), "{error:?}");
    assert!(began.elapsed() < deadline, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_overview_fails_at_once_if_calls_may_not_wait() {
    let sandbox = Sandbox::builder().in_memory();
    let subscriptions: Vec<_> = (1..=3).map(|product| json!({ "product": format!("P{product}") })).collect();
    sandbox.on::<ListSubscriptions>().respond(json!({ "subscriptions": subscriptions }));
    let builder = sandbox.client_builder().rate_limit(RateLimit::new(2, 60).unwrap());
    let client = builder.when_exhausted(WhenExhausted::Fail).build().unwrap();
    client.token_lifetime().await.unwrap();
    let began = Instant::now();
    // The customer and the subscriptions use up the rate of this second.
    let error = client.customers().overview(number(563_457)).await.unwrap_err();
    assert!(error.is_rate_limited() && error.retry_after().is_some(), "{error:?}");
    assert!(began.elapsed() < Duration::from_millis(10), "{:?}", began.elapsed());

    // A bulk waits for the rate even with `WhenExhausted::Fail`. It does not repeat a call that it has already sent.
    let mut overviews = client.bulk([number(563_457)], |client, number| client.customers().overview(*number));
    assert!(overviews.next().await.unwrap().1.is_ok());
    assert_eq!(sandbox.received("listSubscriptions").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_bulk_of_overviews_uses_the_rate() {
    const SECOND: Duration = Duration::from_secs(1);
    let latency = Fault::on_any().delay(SECOND).always();
    let sandbox = Sandbox::builder().allow_unused_faults().fault(latency).in_memory();
    let client = sandbox.client();
    // The first request of a client is sent alone.
    client.customers().exists(number(563_457)).await.unwrap();
    let began = Instant::now();
    let mut overviews =
        client.bulk((1..=100).map(number), |client, number| client.customers().overview(*number));
    let mut ended = 0;
    while overviews.next().await.is_some() {
        ended += 1;
    }
    // Two requests for each overview, at 100 a second.
    assert!(ended == 100 && began.elapsed() < 6 * SECOND, "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_overview_takes_an_empty_product_code_for_an_absent_one() {
    let body = json!({ "subscriptions": [{ "product": "", "paid": true }, { "product": "P1" }] });
    let odd = Fault::on("listSubscriptions").body("application/json", body.to_string());
    let sandbox = Sandbox::builder().fault(odd).in_memory();
    let overview = sandbox.client().customers().overview(number(563_457)).await.unwrap();
    assert_eq!(overview.subscriptions.len(), 2);
    assert_eq!(sandbox.received("listInvoicesOfProduct").len(), 1);
}

#[tokio::test]
async fn a_product_code_that_no_request_can_contain_is_not_the_input_of_the_caller() {
    let body = r#"{"subscriptions": [{"product": "P/1"}]}"#;
    let odd = Fault::on("listSubscriptions").body("application/json", body);
    let sandbox = Sandbox::builder().fault(odd).in_memory();
    let error = sandbox.client().customers().overview(number(563_457)).await.unwrap_err();
    assert!(error.is_decode() && !error.is_final() && !error.is_invalid_input(), "{error}");
    assert!(error.to_string().contains("subscriptions[].product"), "{error}");
}

#[tokio::test]
async fn invoices_that_are_not_found_do_not_make_the_customer_missing() {
    let missing = Fault::on("listInvoicesOfProduct").status(404).always();
    let sandbox = Sandbox::builder().fault(missing).in_memory();
    sandbox.on::<ListSubscriptions>().respond(json!({ "subscriptions": [{ "product": "P1" }] }));
    let error = sandbox.client().customers().overview(number(563_457)).await.unwrap_err();
    assert!(error.is_refused() && !error.is_not_found() && error.status_code() == Some(404), "{error}");
}

/// A fleet that keeps the handle of its only client, and leases nothing by itself.
#[derive(Default)]
struct Handle(Arc<Mutex<Option<Turns>>>);

impl Fleet for Handle {
    fn lease_turns(&self, _: FleetClient, turns: Turns) {
        *self.0.lock().unwrap() = Some(turns);
    }

    fn share_token(&self, _: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
        source
    }
}

#[tokio::test(start_paused = true)]
async fn an_overview_is_bulk_work_for_a_fleet_only_in_a_bulk() {
    for in_bulk in [false, true] {
        let sandbox = Sandbox::builder().in_memory();
        sandbox.on::<ListSubscriptions>().respond(json!({ "subscriptions": [{ "product": "P1" }] }));
        let fleet = Handle::default();
        let turns = Arc::clone(&fleet.0);
        let client = sandbox.client_builder().fleet(fleet).build().unwrap();
        let running = tokio::spawn(async move {
            if in_bulk {
                let customers = [number(563_457)];
                let mut bulk = client.bulk(customers, |client, number| client.customers().overview(*number));
                bulk.next().await.unwrap().1
            } else {
                client.customers().overview(number(563_457)).await
            }
        });
        sleep(Duration::from_secs(1)).await;
        let turns = turns.lock().unwrap().take().unwrap();
        // The customer and the subscriptions get these turns, and the invoices wait for the next one.
        turns.lease(2, Instant::now() + Duration::from_secs(60), 0);
        sleep(Duration::from_secs(5)).await;
        let report = turns.report().unwrap();
        assert_eq!((report.waiting, report.waiting_in_bulk), if in_bulk { (0, 1) } else { (1, 0) });
        turns.lease(1, Instant::now() + Duration::from_secs(60), 0);
        running.await.unwrap().unwrap();
    }
}
