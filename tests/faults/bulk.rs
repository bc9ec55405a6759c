//! Many calls in one stream: the number of running calls, and the effects of a failure, a slow reader and the rate
//! limit.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use fastrand::Rng;
use mediaconnect::{Bulk, Client, ClientBuilder, ClientCredentials, CustomerNumber, RateLimit};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::time::{Instant, sleep};

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MS: Duration = Duration::from_millis(1);

pub(super) struct Upstream {
    pub(super) api: FaultServer,
    token: FaultServer,
}

impl Upstream {
    pub(super) fn acting(next: impl FnMut() -> Fault + Send + 'static) -> Self {
        let token = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
        Self { api: FaultServer::acting(next, Door::Open), token }
    }

    /// Starts an upstream that responds to every request with the same delay.
    pub(super) fn after(latency: Duration) -> Self {
        Self::acting(move || Fault::Late(latency, Response::good()))
    }

    /// Returns a client with a limit of 300 requests a minute and 15 a second: the same proportion as upstream's.
    pub(super) fn client(&self) -> ClientBuilder {
        Client::builder()
            .base_url(self.api.url("http"))
            .token_url(self.token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
            .rate_limit(RateLimit::new(15, 300).unwrap())
    }
}

pub(super) fn numbers(count: u64) -> impl Iterator<Item = CustomerNumber> {
    (1..=count).map(number)
}

/// Reads a stream to its end, and returns the numbers of successes and failures.
pub(super) async fn read<K: Send + 'static, T: Send + 'static>(mut bulk: Bulk<'_, K, T>) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    while let Some((_, outcome)) = bulk.next().await {
        *(if outcome.is_ok() { &mut good } else { &mut bad }) += 1;
    }
    (good, bad)
}

#[test]
fn each_item_has_one_outcome_and_a_failure_ends_nothing() {
    run_paced(async {
        let mut rng = Rng::with_seed(1);
        let upstream = Upstream::acting(move || {
            let latency = MS * rng.u32(0..3_000);
            match rng.u8(0..10) {
                0 => Fault::Late(latency, Response::status(404).body("{}")),
                1 => Fault::Late(latency, Response::status(200).body("<html>")),
                2 => Fault::Late(latency, Response::status(500)),
                _ => Fault::Late(latency, Response::good()),
            }
        });
        let client = upstream.client().attempts(1).build().unwrap();
        let mut bulk = client.customers().info_many(numbers(200));
        let (mut seen, mut failed) = (Vec::new(), 0);
        while let Some((number, outcome)) = bulk.next().await {
            seen.push(number.get());
            failed += usize::from(outcome.is_err());
        }
        assert!(bulk.next().await.is_none(), "the stream stays ended");
        assert!((20..100).contains(&failed), "{failed}");
        assert!(!seen.is_sorted(), "outcomes are not in the order of the items");
        seen.sort_unstable();
        assert_eq!(seen, (1..=200).collect::<Vec<_>>());
    });
}

#[test]
fn in_order_the_outcomes_come_in_the_order_of_the_items() {
    run_paced(async {
        let mut rng = Rng::with_seed(2);
        let upstream = Upstream::acting(move || Fault::Late(MS * rng.u32(0..3_000), Response::good()));
        let client = upstream.client().build().unwrap();
        let mut bulk = client.customers().info_many(numbers(200)).in_order();
        let mut seen = Vec::new();
        while let Some((number, outcome)) = bulk.next().await {
            outcome.unwrap();
            seen.push(number.get());
        }
        assert_eq!(seen, (1..=200).collect::<Vec<_>>());
    });
}

#[test]
fn one_that_is_late_holds_a_bounded_number_of_outcomes_back() {
    const MAX_REQUESTS: usize = 1_024 + 256;
    run_paced(async {
        let mut first = Some(Fault::Late(20 * SECOND, Response::good()));
        let upstream = Upstream::acting(move || first.take().unwrap_or(Fault::Response(Response::good())));
        let fast = RateLimit::new(10_000, 600_000).unwrap();
        let client = upstream.client().attempt_timeout(25 * SECOND).rate_limit(fast).build().unwrap();
        let mut bulk = client.customers().info_many(numbers(3_000)).in_order();
        // The token is fetched before the bulk starts, so the first call does not wait for it.
        client.token_lifetime().await.unwrap();
        let began = Instant::now();
        assert_eq!(bulk.next().await.unwrap().0, number(1));
        assert!(began.elapsed() >= 20 * SECOND);
        assert!((1_024..=MAX_REQUESTS).contains(&upstream.api.requests()), "{}", upstream.api.requests());
        assert_eq!(read(bulk).await, (2_999, 0));
    });
}

#[test]
fn the_order_can_be_asked_for_while_calls_run_and_no_outcome_is_lost() {
    run_paced(async {
        let upstream = Upstream::after(100 * MS);
        let client = upstream.client().build().unwrap();
        let mut bulk = client.customers().info_many(numbers(20));
        let (first, _) = bulk.next().await.unwrap();
        let mut bulk = bulk.in_order();
        let mut items = vec![first.get()];
        while let Some((item, _)) = bulk.next().await {
            items.push(item.get());
            // Asking again changes nothing.
            bulk = bulk.in_order();
        }
        items.sort_unstable();
        assert_eq!(items, (1..=20).collect::<Vec<_>>());
    });
}

#[test]
fn the_rate_is_filled_at_any_latency_and_no_call_spends_its_deadline_in_the_queue() {
    const WARM_UP: Duration = Duration::from_secs(60);
    const MEASURED: Duration = Duration::from_secs(240);
    for latency in [20, 1_000, 2_800] {
        run_paced(async {
            let upstream = Upstream::after(MS * latency);
            let client = upstream.client().build().unwrap();
            let endless = (1..).map(number);
            // The deadline is longer than `latency`, because a call may also wait for up to a second before its request
            // is sent. The limit per second causes this wait: a request counts until one second after its response.
            let deadline = MS * latency + 3 * SECOND;
            let mut bulk = client.customers().info_many(endless).with_deadline(deadline).with_attempts(1);
            let (began, mut ended) = (Instant::now(), 0);
            while began.elapsed() < WARM_UP + MEASURED {
                bulk.next().await.unwrap().1.unwrap();
                ended += u32::from(began.elapsed() > WARM_UP);
            }
            let used = f64::from(ended) / (5.0 * MEASURED.as_secs_f64());
            println!("latency {latency} ms: {used:.3} of the rate");
            // The limiter counts a request until a minute after its response, but at most until 61.5 seconds after it
            // was sent. With a slow upstream, up to 2.5 % of the rate therefore stays unused.
            assert!(used >= 0.96, "{used} of the rate at {latency} ms");
        });
    }
}

#[test]
fn a_call_that_the_rate_refuses_for_longer_than_its_deadline_is_started_again() {
    run_paced(async {
        let upstream = Upstream::after(10 * MS);
        let slow = RateLimit::new(1, 20).unwrap();
        let client = upstream.client().rate_limit(slow).build().unwrap();
        let bulk = client.customers().info_many(numbers(60)).with_deadline(200 * MS);
        assert_eq!(read(bulk).await, (60, 0));
        assert_eq!(upstream.api.requests(), 60);
    });
}

#[test]
fn a_bulk_goes_on_where_the_queue_is_too_long() {
    let took = |max_waiting: Option<usize>| {
        run_paced(async move {
            let upstream = Upstream::after(100 * MS);
            let builder = upstream.client();
            let builder = max_waiting.map_or(builder.clone(), |calls| builder.max_waiting(calls));
            let client = builder.build().unwrap();
            // A second bulk run uses the same queue, so that the queue is full more often.
            let other = tokio::spawn(read(client.customers().info_many(numbers(200))));
            let began = Instant::now();
            assert_eq!(read(client.customers().info_many(numbers(200))).await, (200, 0));
            assert_eq!(other.await.unwrap(), (200, 0));
            assert_eq!(upstream.api.requests(), 400);
            began.elapsed()
        })
    };
    let unbounded = took(None);
    for places in [3, 1, 0] {
        let bounded = took(Some(places));
        println!("{places} places: {bounded:?}, unbounded: {unbounded:?}");
        assert!(bounded < unbounded * 11 / 10, "{places} places: {bounded:?}, unbounded: {unbounded:?}");
    }
}

#[test]
fn who_does_not_read_stops_new_calls_and_those_under_way_end_in_time() {
    run_paced(async {
        let upstream = Upstream::after(SECOND);
        let client = upstream.client().build().unwrap();
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        let endless = (1..).map(number).inspect(move |_| _ = count.fetch_add(1, Relaxed));
        let mut bulk = client.customers().info_many(endless).with_concurrency(10).with_attempts(1);
        for _ in 0..30 {
            bulk.next().await.unwrap().1.unwrap();
        }
        sleep(120 * SECOND).await;
        // The test has read 30 outcomes, and at most ten more calls were running when it stopped reading. All of these
        // calls have ended during the sleep.
        assert!(taken.load(Relaxed) <= 40, "{taken:?}");
        assert_eq!(upstream.api.requests() as u64, taken.load(Relaxed));
        for _ in 0..10 {
            bulk.next().await.unwrap().1.unwrap();
        }
    });
}

#[test]
fn other_calls_of_the_client_wait_behind_a_few_and_not_behind_all() {
    run_paced(async {
        let upstream = Upstream::after(100 * MS);
        let client = upstream.client().build().unwrap();
        let running = tokio::spawn(read(client.customers().info_many(numbers(1_000))));
        sleep(100 * SECOND).await;
        for _ in 0..10 {
            let began = Instant::now();
            client.customers().info(number(1)).await.unwrap();
            // At five requests a second, the limiter sends one request every 200 ms. The call waits for at most three
            // turns: two of the bulk run and its own. Its response takes 100 ms.
            assert!(began.elapsed() <= 900 * MS, "{:?}", began.elapsed());
            sleep(SECOND).await;
        }
        assert_eq!(running.await.unwrap(), (1_000, 0));
    });
}

#[test]
fn dropping_the_stream_drops_its_calls() {
    run_paced(async {
        let upstream = Upstream::acting(|| Fault::Silence);
        let client = upstream.client().build().unwrap();
        let mut bulk = client.customers().info_many(numbers(100));
        tokio::time::timeout(5 * SECOND, bulk.next()).await.unwrap_err();
        assert!(upstream.api.open() > 1);
        drop(bulk);
        sleep(MS).await;
        assert_eq!(upstream.api.open(), 0);
    });
}

#[test]
fn refused_credentials_cost_no_request_for_each_item() {
    run_paced(async {
        let token = FaultServer::start(vec![Fault::Response(Response::status(401))], Door::Open);
        let api = FaultServer::start(vec![Fault::Response(Response::good())], Door::Open);
        let client = Client::builder()
            .base_url(api.url("http"))
            .token_url(token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
            .build()
            .unwrap();
        let mut bulk = client.customers().info_many(numbers(1_000));
        while let Some((_, outcome)) = bulk.next().await {
            assert!(outcome.unwrap_err().is_auth());
        }
        assert_eq!((token.requests(), api.requests()), (1, 0));
    });
}

#[test]
fn any_call_can_be_made_of_any_items() {
    run_paced(async {
        let upstream = Upstream::after(MS);
        let client = upstream.client().build().unwrap();
        let lines = [(1, "a@example.com"), (2, "nonsense"), (3, "b@example.com")];
        let mut bulk = client.bulk(lines, |client, (_, email)| {
            client.customers().search(&mediaconnect::CustomerSearch::by_email(*email))
        });
        let mut refused = BTreeSet::new();
        while let Some(((line, _), outcome)) = bulk.next().await {
            refused.extend(outcome.is_err().then_some(line));
        }
        assert_eq!(refused, BTreeSet::from([2]));
        assert_eq!(upstream.api.requests(), 2, "an item that breaks a rule is not sent");
    });
}

/// Checks that the stream is `Send` and `'static`, so that a service can return it from a handler or move it into a
/// task.
#[test]
fn a_stream_borrows_nothing_and_can_be_sent() {
    fn assert_stream<S: futures_core::Stream + Send + Unpin + 'static>(_: &S) {}
    run_paced(async {
        let upstream = Upstream::after(MS);
        let stream = {
            let client = upstream.client().build().unwrap();
            client.customers().info_many(numbers(3))
        };
        assert_stream(&stream);
        assert!(!format!("{stream:?}").contains("563457"));
        assert_eq!(tokio::spawn(read(stream)).await.unwrap(), (3, 0));
    });
}

#[test]
fn another_customers_response_is_an_error_of_its_item() {
    run_paced(async {
        let other = Response::status(200).body(r#"{"customerNumber": 2, "emails": ["ola@example.com"]}"#);
        let upstream = Upstream::acting(move || Fault::Response(other.clone()));
        let client = upstream.client().build().unwrap();
        let mut bulk = client.customers().info_many(numbers(3)).in_order();
        let mut outcomes = Vec::new();
        while let Some((_, outcome)) = bulk.next().await {
            outcomes.push(outcome.map_err(|error| error.is_mismatch()).map(drop));
        }
        assert_eq!(outcomes, [Err(true), Ok(()), Err(true)]);
    });
}
