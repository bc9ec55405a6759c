//! Tests that the pauses between the attempts of a call are random, with an upper bound that doubles after each
//! attempt.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mediaconnect::{Client, ClientCredentials};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::time::Instant;

/// The upper bounds of the pauses, in milliseconds. The first one is for the pause before the second attempt.
const BOUNDS: [u32; 7] = [200, 400, 800, 1_600, 3_200, 5_000, 5_000];

#[test]
fn pauses_are_random_up_to_a_bound_that_doubles() {
    let calls: Vec<_> = (0..40).map(pauses).collect();
    for (index, bound) in BOUNDS.into_iter().enumerate() {
        let bound = Duration::from_millis(bound.into());
        let pauses = || calls.iter().map(|call| call[index]);
        let (shortest, longest) = (pauses().min().unwrap(), pauses().max().unwrap());
        // One millisecond is added because Tokio's timers fire up to a millisecond late.
        assert!(longest <= bound + Duration::from_millis(1), "{index}: {longest:?} of {bound:?}");
        assert!(longest > bound * 3 / 4 && shortest < bound / 4, "{index}: {shortest:?} to {longest:?}");
    }
}

/// Returns the pauses of a call that fails eight times, with the jitter of this seed.
fn pauses(seed: u64) -> Vec<Duration> {
    run_paced(async move {
        fastrand::seed(seed);
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let arrivals = Arc::clone(&arrived);
        let failing = move || {
            arrivals.lock().unwrap().push(Instant::now());
            Fault::Response(Response::status(503))
        };
        let api = FaultServer::acting(failing, Door::Open);
        let token = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
        let client = Client::builder()
            .base_url(api.url("http"))
            .token_url(token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
            .attempts(8)
            .build()
            .unwrap();
        let call = client.customers().info(number(563_457)).with_deadline(Duration::from_secs(60));
        assert_eq!(call.await.unwrap_err().attempts(), 8);
        let arrived = arrived.lock().unwrap();
        arrived.windows(2).map(|pair| pair[1] - pair[0]).collect()
    })
}
