//! Tests the test kit as a service uses it: with the client, over sockets and in memory.

use std::io::{self, Write};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use mediaconnect::{CustomerSearch, Error, Method, UserToken};
use mediaconnect_sandbox::{Customer, Fault, Quirk, Quirks, RetryHint, Sandbox};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{both, number, one_customer, panic_of};

const OPERATION: &str = "getCustomerInfo";

/// Calls `getCustomerInfo` once, without retries.
async fn once(sandbox: &Sandbox) -> Result<(), Error> {
    let client = sandbox.client();
    client.customers().info(number(7)).with_attempts(1).await.map(drop)
}

#[tokio::test]
async fn a_client_needs_no_further_set_up() {
    for sandbox in both(Sandbox::builder).await {
        let client = sandbox.client();
        let customer = client.customers().info(number(563_457)).await.unwrap();
        assert_eq!(customer.name.unwrap().last_name.unwrap(), "Nordmann");
        let own = client.customers().own_info(client.user_token().unwrap()).await.unwrap();
        assert_eq!(own.customer_number, Some(number(563_457)));
        assert!(client.customers().info(number(999)).await.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn a_sandbox_with_customers_of_its_own_has_no_others() {
    for sandbox in both(|| Sandbox::builder().customers((1..=20).map(Customer::invented)).user(3)).await {
        assert_eq!(sandbox.customer_numbers(), (1..=20).collect::<Vec<_>>());
        let client = sandbox.client();
        let found =
            client.customers().search(&CustomerSearch::by_email("customer-4@example.com")).await.unwrap();
        assert_eq!(found.customers[0].customer_number, Some(number(4)));
        let own = client.customers().own_info(client.user_token().unwrap()).await.unwrap();
        assert_eq!(own.customer_number, Some(number(3)));
    }
    assert!(Sandbox::builder().customers([]).in_memory().customer_numbers().is_empty());
    let one_more = Sandbox::builder().customer(Customer::new(99)).with_invented_customers();
    assert_eq!(one_more.in_memory().customer_numbers().len(), 67);
}

#[tokio::test]
async fn every_quirk_is_read_by_the_client_as_the_same_customer() {
    let kari = || {
        Customer::new(8).name("Kari", "Nordmann").email("kari@example.com").postal("0179", "Oslo").user("u")
    };
    for quirks in [Quirks::none(), Quirks::upstream(), Quirks::all().without(Quirk::LongTexts)] {
        let sandbox = Sandbox::builder().customer(kari()).quirks(quirks).in_memory();
        let client = sandbox.client();
        let customer = client.customers().info(number(8)).await.unwrap();
        assert_eq!(customer.name.unwrap().first_name.unwrap(), "Kari");
        assert_eq!(customer.attached_users[0].unique_id.as_deref(), Some("u"));
        let search = CustomerSearch::by_email("kari@example.com");
        let found = &client.customers().search(&search).await.unwrap().customers[0];
        assert_eq!(found.postal_code.as_ref().unwrap().as_str(), "0179");
        assert_eq!(found.emails[0].as_str(), "kari@example.com");
    }
}

#[tokio::test]
async fn customers_come_and_go() {
    let sandbox = one_customer().in_memory();
    let client = sandbox.client();
    sandbox.put_customer(Customer::new(8).external_reference("CRM", "C-8"));
    assert!(client.customers().exists(number(8)).await.unwrap());
    assert_eq!(sandbox.external_reference(8, "CRM").as_deref(), Some("C-8"));
    assert!(sandbox.remove_customer(8) && !sandbox.remove_customer(8));
    assert!(!client.customers().exists(number(8)).await.unwrap());
}

#[tokio::test]
async fn each_fault_reaches_the_client_as_what_it_is() {
    type Is = fn(&Error) -> bool;
    let table: [(Fault, Is); 11] = [
        (Fault::on(OPERATION), |error| error.status_code() == Some(500)),
        (Fault::on_any().status(403), Error::is_forbidden),
        (Fault::on(OPERATION).status(400).body("application/json", "{}"), Error::is_refused),
        (Fault::on(OPERATION).html(), Error::is_decode),
        (Fault::on(OPERATION).status(502).html(), |error| error.status_code() == Some(502)),
        (Fault::on(OPERATION).empty(), Error::is_decode),
        (Fault::on(OPERATION).truncated(), Error::is_decode),
        (Fault::on(OPERATION).cut_off(), Error::is_interrupted),
        (Fault::on(OPERATION).reset(), Error::is_interrupted),
        (Fault::on(OPERATION).expired_token(), Error::is_auth),
        (Fault::on("token").status(503), |error| error.is_token_fetch() && error.is_unavailable()),
    ];
    for (fault, is) in table {
        for sandbox in both(|| one_customer().fault(fault.clone())).await {
            let error = once(&sandbox).await.unwrap_err();
            assert!(is(&error), "{fault:?}: {error}");
            once(&sandbox).await.unwrap_or_else(|error| panic!("{fault:?} happens once: {error}"));
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_off_had_a_status() {
    let sandbox = one_customer().fault(Fault::on(OPERATION).cut_off()).start().await.unwrap();
    assert_eq!(once(&sandbox).await.unwrap_err().status_code(), Some(200));
}

#[tokio::test]
async fn each_hint_of_a_429_is_understood() {
    let hints =
        [RetryHint::Seconds(40), RetryHint::Date(40), RetryHint::Reset(40), RetryHint::ResetEpoch(40)];
    for hint in hints {
        for sandbox in both(|| one_customer().fault(Fault::on(OPERATION).rate_limited(hint))).await {
            let error = once(&sandbox).await.unwrap_err();
            assert!(error.is_rate_limited(), "{hint:?}: {error}");
            // Dates and timestamps are rounded to whole seconds, and the response takes some time. Together, this may
            // shorten the wait of 40 seconds by up to two seconds.
            let wait = error.retry_after().unwrap().as_secs();
            assert!((38..=40).contains(&wait), "{hint:?}: {wait}");
        }
    }
    let sandbox = one_customer().fault(Fault::on(OPERATION).rate_limited(RetryHint::Silent)).in_memory();
    assert_eq!(once(&sandbox).await.unwrap_err().retry_after(), None);
}

#[tokio::test(start_paused = true)]
async fn in_memory_a_paused_clock_makes_pauses_take_no_time() {
    let faults = Fault::on(OPERATION).times(2).delay(Duration::from_secs(20));
    let sandbox = one_customer().fault(faults).in_memory();
    let (client, started, wall) = (sandbox.client(), Instant::now(), SystemTime::now());
    let call = client.customers().info(number(7)).with_deadline(Duration::from_secs(60));
    call.await.unwrap();
    // The first two attempts time out after ten seconds each.
    assert!(started.elapsed() >= Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(wall.elapsed().unwrap() < Duration::from_secs(5));
    assert_eq!(sandbox.received(OPERATION).len(), 3);
}

#[tokio::test]
async fn a_fault_also_delays_over_sockets() {
    let delay = Duration::from_millis(80);
    let sandbox = one_customer().fault(Fault::on(OPERATION).delay(delay)).start().await.unwrap();
    let started = std::time::Instant::now();
    once(&sandbox).await.unwrap();
    assert!(started.elapsed() >= delay);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_refuses_what_goes_beyond() {
    let sandbox = one_customer().rate_limit(100, 2).in_memory();
    assert!(once(&sandbox).await.is_ok() && once(&sandbox).await.is_ok());
    let error = once(&sandbox).await.unwrap_err();
    assert!(error.is_rate_limited() && error.retry_after() == Some(Duration::from_secs(60)), "{error:?}");
    tokio::time::advance(Duration::from_secs(60)).await;
    once(&sandbox).await.unwrap();
}

#[tokio::test]
async fn a_fault_that_never_happened_is_told() {
    let builder = || one_customer().fault(Fault::on("searchCustomers").status(503));
    let sandbox = builder().in_memory();
    once(&sandbox).await.unwrap();
    assert_eq!(sandbox.unused_faults(), ["fault 1, of searchCustomers"]);
    let message = panic_of(|| drop(sandbox));
    assert!(message.contains("never happened: fault 1, of searchCustomers"), "{message}");
    drop(builder().allow_unused_faults().in_memory());
}

#[tokio::test]
async fn a_sandbox_that_is_gone_cannot_be_reached() {
    for sandbox in both(one_customer).await {
        let client = sandbox.client();
        drop(sandbox);
        let error = client.customers().info(number(7)).with_attempts(1).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
    }
}

#[tokio::test]
async fn stopping_waits_for_what_is_under_way() {
    let fault = Fault::on(OPERATION).delay(Duration::from_millis(200));
    let sandbox = one_customer().fault(fault).start().await.unwrap();
    let client = sandbox.client();
    let call = tokio::spawn(async move { client.customers().info(number(7)).with_attempts(1).await });
    while sandbox.received(OPERATION).is_empty() {
        tokio::task::yield_now().await;
    }
    sandbox.stop().await;
    assert!(call.await.unwrap().is_ok());
}

#[tokio::test]
async fn stopping_does_not_wait_for_connections_without_a_request() {
    let sandbox = one_customer().start().await.unwrap();
    let client = sandbox.client();
    client.customers().info(number(7)).await.unwrap();
    let address = sandbox.base_url().strip_prefix("http://").unwrap().strip_suffix("/capi").unwrap();
    let _silent = std::net::TcpStream::connect(address).unwrap();
    let started = std::time::Instant::now();
    sandbox.stop().await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_hundred_sandboxes_run_side_by_side() {
    let started = std::time::Instant::now();
    let mut sandboxes = Vec::new();
    for _ in 0..100 {
        sandboxes.push(Sandbox::start().await);
    }
    println!("a sandbox starts in {:?}", started.elapsed() / 100);
    let started = std::time::Instant::now();
    let clients: Vec<_> = sandboxes.iter().take(10).map(Sandbox::client).collect();
    println!("a client is set up in {:?}", started.elapsed() / 10);
    drop(clients);
    for (sandbox, number) in sandboxes.iter().zip(1..) {
        sandbox.put_customer(Customer::new(1_000_000 + number));
    }
    assert!(sandboxes.iter().all(|sandbox| sandbox.customer_numbers().len() == 67));
}

#[tokio::test]
async fn an_address_for_all_addresses_of_ipv6_has_the_urls_of_ipv6() {
    if let Err(error) = TcpListener::bind("[::1]:0") {
        // The test harness hides the output of `eprintln!`, but not this output.
        writeln!(io::stderr(), "skipped, because this machine has no IPv6: {error}").unwrap();
        return;
    }
    let sandbox = one_customer().host("::".parse().unwrap()).start().await.unwrap();
    assert!(sandbox.base_url().starts_with("http://[::1]:"), "{}", sandbox.base_url());
    once(&sandbox).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_outside_the_contract_has_a_response_for_its_path_only() {
    for sandbox in both(Sandbox::builder).await {
        let client = sandbox.client();
        sandbox.on_path("GET", "/v1/client/events").respond(200, json!([{ "kind": "login" }]));
        sandbox.on_path("POST", "/v1/client/events").respond(400, json!({ "exceptionType": "X" }));
        let get = |path: &str| client.request(Method::Get, path).send::<Value>();
        assert_eq!(get("/v1/client/events?page=1").await.unwrap()[0]["kind"], "login");
        let user = UserToken::new(sandbox.user_token());
        let of_user = client.as_user(&user).request(Method::Get, "/v1/client/events");
        assert!(of_user.send::<Value>().await.is_ok());
        let nobody = client.as_user(&UserToken::new("nobody's")).request(Method::Get, "/v1/client/events");
        assert!(nobody.send::<Value>().await.unwrap_err().is_auth());
        let refused = client.request(Method::Post, "/v1/client/events").send::<Value>().await.unwrap_err();
        assert!(refused.is_refused(), "{refused:?}");
        assert!(get("/v1/client/other").await.unwrap_err().is_gateway(), "it stays a 404");
        sandbox.reset();
        assert!(get("/v1/client/events").await.unwrap_err().is_gateway());
    }
}

#[tokio::test]
async fn a_response_that_no_request_can_get_is_refused_at_once() {
    let sandbox = Sandbox::builder().in_memory();
    for (method, path, status, expected) in [
        ("GET", "/v1/client/customer/info/7", 200, "the contract has this endpoint"),
        ("get", "/v1/x", 200, "upper case"),
        ("GET", "v1/x", 200, "begin with a slash"),
        ("GET", "/v1/å", 200, "percent-encoded"),
        ("GET", "/v1/x?page=1", 200, "no query"),
        ("GET", "/capi/v1/x", 200, "without /capi"),
        ("GET", "/v1/x", 1_000, "from 200 to 599"),
        ("GET", "/v1/x", 100, "from 200 to 599"),
    ] {
        let message = panic_of(|| sandbox.on_path(method, path).respond(status, json!({})));
        assert!(message.contains(expected), "{method} {path} {status}: {message}");
    }
}
