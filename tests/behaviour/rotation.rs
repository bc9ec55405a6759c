//! One-time grants: the session continues even if the call, the token or the client is dropped while a grant is
//! redeemed.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use mediaconnect::secrecy::{ExposeSecret, SecretString};
use mediaconnect::{Client, ExtidCode, RefreshToken, TokenSource, UserToken};
use tokio::runtime::{Builder, Handle};
use tokio::task::yield_now;

use crate::once_only::OnceOnly;

/// The data that a service stores for a session.
#[derive(Clone, Debug)]
enum Session {
    RefreshToken(String),
    Code(String),
}

type Store = Arc<Mutex<Session>>;

impl Session {
    /// Returns a token of the user, made from the stored data.
    fn user(store: &Store, client: &Client) -> UserToken {
        let session = store.lock().unwrap().clone();
        match session {
            Session::RefreshToken(_) => UserToken::from_source(refresh_token(store, client)),
            Session::Code(_) => UserToken::from_source(code(store, client)),
        }
    }
}

fn observer(store: &Store) -> impl Fn(&SecretString) + Send + Sync + 'static {
    let store = Arc::clone(store);
    move |renewed| *store.lock().unwrap() = Session::RefreshToken(renewed.expose_secret().to_owned())
}

fn refresh_token(store: &Store, client: &Client) -> RefreshToken {
    let Session::RefreshToken(stored) = store.lock().unwrap().clone() else { panic!("a code is stored") };
    RefreshToken::new(client.token_endpoint().unwrap(), stored).with_observer(observer(store))
}

fn code(store: &Store, client: &Client) -> ExtidCode {
    let Session::Code(stored) = store.lock().unwrap().clone() else { panic!("a refresh token is stored") };
    ExtidCode::new(client.token_endpoint().unwrap(), stored).with_observer(observer(store))
}

/// Runs a test in a runtime that checks its sockets for events after each poll of a task.
fn run(test: impl Future<Output = ()>) {
    Builder::new_current_thread().enable_all().event_interval(1).build().unwrap().block_on(test);
}

/// Polls a future at most `times` times, then drops it. Returns `None` if the future did not finish.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        if let Poll::Ready(output) = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
            return Some(output);
        }
        yield_now().await;
    }
    None
}

/// Waits until the runtime has at most `before` tasks.
async fn wait_for_tasks(before: usize) {
    let began = Instant::now();
    while Handle::current().metrics().num_alive_tasks() > before {
        assert!(began.elapsed() < Duration::from_secs(10), "a task did not end in time");
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
}

async fn own_info(client: &Client, user: &UserToken) -> bool {
    match client.customers().own_info(user).await {
        Ok(_) => true,
        Err(error) if error.is_auth() => false,
        Err(error) => panic!("{error:?}"),
    }
}

/// Logs in, polls a call a number of times, and drops it with its client. Then makes a second call with a new client
/// and the stored data. Repeats this with one more poll each time, until the first call finishes.
fn dropped_at_every_poll(login: fn(&OnceOnly) -> Session) {
    run(async {
        let upstream = OnceOnly::start(true).await;
        let tasks = Handle::current().metrics().num_alive_tasks();
        for polls in 0.. {
            let store = Arc::new(Mutex::new(login(&upstream)));
            let outcome = {
                let client = upstream.client();
                let user = Session::user(&store, &client);
                polled(polls, client.customers().own_info(&user).into_future()).await
            };
            wait_for_tasks(tasks).await;
            let client = upstream.client();
            let user = Session::user(&store, &client);
            assert!(own_info(&client, &user).await, "dropped after {polls} polls");
            drop((client, user));
            wait_for_tasks(tasks).await;
            if let Some(outcome) = outcome {
                assert!(outcome.is_ok() && polls > 10, "{outcome:?} after {polls} polls");
                return;
            }
        }
    });
}

#[test]
fn a_refresh_token_is_stored_whenever_the_user_token_and_the_client_are_dropped() {
    dropped_at_every_poll(|upstream| Session::RefreshToken(upstream.refresh_token()));
}

#[test]
fn what_a_code_brings_is_stored_whenever_the_user_token_and_the_client_are_dropped() {
    dropped_at_every_poll(|upstream| Session::Code(upstream.code()));
}

#[test]
fn a_fetch_that_is_dropped_at_any_poll_does_not_lose_the_refresh_token() {
    run(async {
        let upstream = OnceOnly::start(true).await;
        let client = upstream.client();
        for polls in 0.. {
            let store = Arc::new(Mutex::new(Session::RefreshToken(upstream.refresh_token())));
            let source = refresh_token(&store, &client);
            let is_over = polled(polls, source.fetch()).await.is_some();
            let fetched = source.fetch().await;
            assert!(fetched.is_ok(), "dropped after {polls} polls: {fetched:?}");
            if is_over {
                return;
            }
        }
    });
}

#[test]
fn a_dropped_fetch_does_not_lose_the_only_token_of_a_code() {
    run(async {
        let upstream = OnceOnly::start(false).await;
        let client = upstream.client();
        for polls in 0.. {
            let store = Arc::new(Mutex::new(Session::Code(upstream.code())));
            let source = code(&store, &client);
            if polled(polls, source.fetch()).await.is_some() {
                assert!(source.fetch().await.unwrap_err().is_auth(), "the code was already used");
                return;
            }
            let fetched = source.fetch().await;
            assert!(fetched.is_ok(), "dropped after {polls} polls: {fetched:?}");
        }
    });
}

#[tokio::test]
async fn every_rotation_replaces_the_refresh_token() {
    let upstream = OnceOnly::start(true).await;
    let client = upstream.client();
    let store = Arc::new(Mutex::new(Session::Code(upstream.code())));
    let source = code(&store, &client);
    for _ in 0..5 {
        source.fetch().await.unwrap();
    }
    // The store has the newest refresh token, so a new source can continue the session.
    let source = refresh_token(&store, &client);
    for _ in 0..5 {
        source.fetch().await.unwrap();
    }
    assert!(own_info(&client, &UserToken::from_source(refresh_token(&store, &client))).await);
    assert_eq!(upstream.token_requests(), 11);
}

#[tokio::test]
async fn a_refresh_token_is_not_sent_twice_by_those_who_fetch_at_once() {
    let upstream = OnceOnly::start(true).await;
    let client = upstream.client();
    let store = Arc::new(Mutex::new(Session::RefreshToken(upstream.refresh_token())));
    let source = refresh_token(&store, &client);
    let (first, second) = tokio::join!(source.fetch(), source.fetch());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!(upstream.token_requests(), 1);
}

#[tokio::test]
async fn an_observer_that_panics_does_not_end_the_session() {
    let upstream = OnceOnly::start(true).await;
    let client = upstream.client();
    let endpoint = || client.token_endpoint().unwrap();
    let broken = |_: &SecretString| panic!("an observer may panic");
    let sources: [Box<dyn TokenSource>; 2] = [
        Box::new(RefreshToken::new(endpoint(), upstream.refresh_token()).with_observer(broken)),
        Box::new(ExtidCode::new(endpoint(), upstream.code()).with_observer(broken)),
    ];
    for source in sources {
        for _ in 0..3 {
            source.fetch().await.unwrap();
        }
    }
}
