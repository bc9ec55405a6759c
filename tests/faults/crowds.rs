//! Many callers at once, over HTTP: they share one token, and do not make an outage worse.

use std::time::Duration;

use mediaconnect::{Client, ClientCredentials, RateLimit};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::time::{Instant, sleep, sleep_until};

fn servers(api: Fault) -> (FaultServer, FaultServer) {
    let token = Fault::Response(Response::token());
    (FaultServer::start(vec![api], Door::Open), FaultServer::start(vec![token], Door::Open))
}

fn client_of(api: &FaultServer, token: &FaultServer) -> mediaconnect::ClientBuilder {
    Client::builder()
        .base_url(api.url("http"))
        .token_url(token.url("http"))
        .credentials(ClientCredentials::new("id", "secret"))
}

#[test]
fn ten_thousand_cold_callers_make_one_token_request() {
    const CALLERS: usize = 10_000;
    run_paced(async {
        let (api, token) = servers(Fault::Response(Response::good()));
        // At 200 requests a second, the last of the 10 000 callers waits for most of a minute.
        let rate = RateLimit::new(200, 12_000).unwrap();
        let client =
            client_of(&api, &token).rate_limit(rate).deadline(Duration::from_secs(100)).build().unwrap();
        let calls: Vec<_> = (0..CALLERS)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.customers().info(number(1)).await.map(drop) })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!((token.requests(), api.requests()), (1, CALLERS));
    });
}

#[test]
fn one_failure_of_the_token_endpoint_fails_none_of_a_hundred_callers() {
    const CALLERS: usize = 100;
    run_paced(async {
        let api = FaultServer::start(vec![Fault::Response(Response::good())], Door::Open);
        let script = vec![Fault::Response(Response::status(503)), Fault::Response(Response::token())];
        let token = FaultServer::start(script, Door::Open);
        let client = client_of(&api, &token).build().unwrap();
        let calls: Vec<_> = (0..CALLERS)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.customers().info(number(1)).await.map(drop) })
            })
            .collect();
        let mut succeeded = 0;
        for call in calls {
            succeeded += usize::from(call.await.unwrap().is_ok());
        }
        println!("{succeeded} of {CALLERS} calls succeed, with {} token requests", token.requests());
        assert_eq!((succeeded, token.requests()), (CALLERS, 2));
    });
}

/// Returns the number of requests that upstream receives during an outage of ten minutes. In this time, each of 200
/// callers makes one call a minute, in groups of ten callers that call at the same moment.
fn requests_in_an_outage(outage: Fault, attempts: u32) -> usize {
    const CALLERS: u32 = 200;
    const MINUTE: Duration = Duration::from_secs(60);
    run_paced(async {
        let (api, token) = servers(outage);
        let client = client_of(&api, &token).attempts(attempts).build().unwrap();
        let began = Instant::now();
        let callers: Vec<_> = (0..CALLERS)
            .map(|i| {
                let client = client.clone();
                tokio::spawn(async move {
                    for minute in 0..10 {
                        sleep_until(began + MINUTE * minute + MINUTE * (i / 10) / (CALLERS / 10)).await;
                        let error = client.customers().info(number(1)).await.unwrap_err();
                        assert!(error.is_unavailable() || error.is_timeout(), "{error}");
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        sleep(MINUTE).await;
        api.requests()
    })
}

#[test]
fn an_outage_sees_no_more_than_a_tenth_of_repetitions() {
    for outage in [Fault::Response(Response::status(503)), Fault::ResetBeforeHead, Fault::Silence] {
        let without = requests_in_an_outage(outage.clone(), 1);
        let with = requests_in_an_outage(outage.clone(), 3);
        println!("{outage:?}: {without} requests without retries, {with} with");
        assert_eq!(without, 2_000);
        assert!(with * 10 <= without * 11, "{with} of {without}");
    }
}
