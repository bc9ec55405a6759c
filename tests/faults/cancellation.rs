//! Tests that a dropped call or a dropped client leaves no connection, task or queue slot behind. Only the fetch of a
//! token outlives its call, until the client is dropped.

use std::time::Duration;

use mediaconnect::{Client, ClientBuilder, ClientCredentials, ExtidCode, RateLimit, RefreshToken, UserToken};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

struct Upstream {
    api: FaultServer,
    token: FaultServer,
}

impl Upstream {
    fn start<const N: usize>(api: [Fault; N]) -> Self {
        Self::with_token(api, [Fault::Response(Response::token())])
    }

    fn with_token<const N: usize, const M: usize>(api: [Fault; N], token: [Fault; M]) -> Self {
        let start = |script| FaultServer::start(script, Door::Open);
        Self { api: start(api.into()), token: start(token.into()) }
    }

    fn client(&self) -> ClientBuilder {
        Client::builder()
            .base_url(self.api.url("http"))
            .token_url(self.token.url("http"))
            .credentials(ClientCredentials::new("id", "secret"))
    }
}

/// Makes a call, and drops it if it has not ended after `time`.
async fn call_for(client: &Client, time: Duration) -> Option<mediaconnect::Result<()>> {
    timeout(time, client.customers().info(number(1)).into_future())
        .await
        .ok()
        .map(|outcome| outcome.map(drop))
}

#[test]
fn a_dropped_call_closes_its_connection_at_once() {
    for fault in [Fault::Silence, Fault::SilenceInBody(Response::good()), Fault::SlowBody, Fault::SlowHead] {
        run_paced(async {
            let upstream = Upstream::start([fault]);
            let client = upstream.client().build().unwrap();
            assert!(call_for(&client, SECOND).await.is_none());
            sleep(Duration::from_millis(1)).await;
            assert_eq!((upstream.api.requests(), upstream.api.open()), (1, 0));
        });
    }
}

#[test]
fn a_call_that_is_dropped_between_attempts_sends_no_more() {
    run_paced(async {
        let later = Response::status(503).header("Retry-After: 5");
        let upstream = Upstream::start([Fault::Response(later)]);
        let client = upstream.client().build().unwrap();
        assert!(call_for(&client, SECOND).await.is_none());
        sleep(60 * SECOND).await;
        assert_eq!(upstream.api.requests(), 1);
    });
}

#[test]
fn a_call_that_is_dropped_in_the_queue_gives_its_place_to_the_next() {
    /// Starts five calls, drops `dropped` of them while they wait in the queue, and returns the time until the last
    /// call ends.
    async fn last_of_five(dropped: usize) -> Duration {
        let upstream = Upstream::start([Fault::Response(Response::good())]);
        let client = upstream.client().rate_limit(RateLimit::new(1, 60).unwrap()).build().unwrap();
        let began = Instant::now();
        let mut calls = Vec::new();
        for _ in 0..5 {
            let client = client.clone();
            calls.push(tokio::spawn(async move { client.customers().info(number(1)).await.map(drop) }));
            sleep(Duration::from_millis(10)).await;
        }
        // The first call has already ended, so it is not dropped. Only calls that are waiting in the queue are dropped.
        calls[1..=dropped].iter().for_each(tokio::task::JoinHandle::abort);
        calls.pop().unwrap().await.unwrap().unwrap();
        assert_eq!(upstream.api.requests(), 5 - dropped);
        began.elapsed()
    }

    let times: Vec<_> = [0, 1, 3].map(|dropped| run_paced(last_of_five(dropped))).into();
    assert!(times[0] >= times[1] + SECOND, "{times:?}");
    assert!(times[1] >= times[2] + 2 * SECOND, "{times:?}");
}

#[test]
fn a_fetch_of_a_token_outlives_the_call_but_not_the_client() {
    run_paced(async {
        let upstream = Upstream::with_token([Fault::Response(Response::good())], [Fault::Silence]);
        let tasks = Handle::current().metrics().num_alive_tasks();
        let client = upstream.client().build().unwrap();
        assert!(call_for(&client, SECOND).await.is_none());
        sleep(Duration::from_millis(1)).await;
        assert_eq!((upstream.token.requests(), upstream.token.open()), (1, 1));
        drop(client);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(upstream.token.open(), 0);
        assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
    });
}

#[test]
fn a_grant_that_works_once_outlives_the_client_and_ends_in_time() {
    for fault in [Fault::Silence, Fault::SlowBody, Fault::SlowHead] {
        for is_code in [false, true] {
            run_paced(async {
                let upstream = Upstream::with_token([Fault::Response(Response::good())], [fault.clone()]);
                let tasks = Handle::current().metrics().num_alive_tasks();
                let client = upstream.client().attempt_timeout(SECOND).token_timeout(SECOND).build().unwrap();
                let endpoint = client.token_endpoint().unwrap();
                let user = if is_code {
                    UserToken::from_source(ExtidCode::new(endpoint, "code"))
                } else {
                    UserToken::from_source(RefreshToken::new(endpoint, "refresh-token"))
                };
                assert!(timeout(2 * SECOND, client.customers().own_info(&user).into_future()).await.is_err());
                drop((client, user));
                sleep(27 * SECOND).await;
                assert_eq!((upstream.token.requests(), upstream.token.open()), (1, 1));
                sleep(2 * SECOND).await;
                assert_eq!((upstream.token.requests(), upstream.token.open()), (1, 0));
                assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
            });
        }
    }
}

#[test]
fn no_task_outlives_the_client_whatever_became_of_its_calls() {
    run_paced(async {
        let upstream = Upstream::start([
            Fault::Response(Response::good()),
            Fault::Silence,
            Fault::ResetBeforeHead,
            Fault::Response(Response::status(401)),
            Fault::Response(Response::good()),
            Fault::SlowBody,
            Fault::Response(Response::good()),
        ]);
        let tasks = Handle::current().metrics().num_alive_tasks();
        let client = upstream.client().build().unwrap();
        let calls: Vec<_> = (0..50_u32)
            .map(|i| {
                let client = client.clone();
                tokio::spawn(async move { call_for(&client, i * SECOND / 10).await })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        assert!(upstream.api.open() > 0, "idle connections stay open");
        drop(client);
        sleep(Duration::from_millis(1)).await;
        assert_eq!((upstream.api.open(), upstream.token.open()), (0, 0));
        assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
    });
}
