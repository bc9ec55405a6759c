use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use tokio::time::{advance, sleep};

use super::*;
use crate::token::{AccessToken, TokenFuture};

impl TokenCache {
    /// Returns a token. The deadline is a day away, so it never ends a fetch.
    async fn token(&self) -> Result<Token> {
        self.token_by(Instant::now() + Duration::from_secs(24 * 60 * 60)).await
    }
}

const HOUR: Duration = Duration::from_secs(3600);
const MS: Duration = Duration::from_millis(1);
/// The duration of a scripted fetch.
const TAKES: Duration = Duration::from_millis(100);

/// A source that follows a script, and then returns tokens with a lifetime of an hour.
#[derive(Default)]
struct Script {
    steps: Mutex<VecDeque<Step>>,
    began: Mutex<Vec<Instant>>,
    /// The number of fetch futures that exist.
    alive: AtomicUsize,
}

#[derive(Clone, Copy)]
enum Step {
    Token(Duration),
    Status(u16),
    Panic,
    Hang,
}

struct Alive<'a>(&'a AtomicUsize);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl TokenSource for Script {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            self.began.lock().unwrap().push(Instant::now());
            let others = self.alive.fetch_add(1, Ordering::SeqCst);
            let _alive = Alive(&self.alive);
            assert_eq!(others, 0, "one fetch at a time");
            let step = self.steps.lock().unwrap().pop_front().unwrap_or(Step::Token(HOUR));
            sleep(TAKES).await;
            match step {
                Step::Token(lifetime) => Ok(AccessToken::new("t", Some(lifetime))),
                Step::Status(status) => Err(Error::status(status)),
                Step::Panic => panic!("a source may panic"),
                Step::Hang => std::future::pending().await,
            }
        })
    }
}

impl Script {
    fn fetches(&self) -> usize {
        self.began.lock().unwrap().len()
    }
}

fn script(steps: impl IntoIterator<Item = Step>) -> (Arc<Script>, TokenCache) {
    let steps = Mutex::new(steps.into_iter().collect());
    let source = Arc::new(Script { steps, ..Script::default() });
    (source.clone(), TokenCache::new(source, None))
}

/// Requests a token. Returns the token's sequence number, or `None` if the caller has to wait.
fn at_once(cache: &TokenCache) -> Option<u64> {
    match pin!(cache.token()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(token) => Some(token.unwrap().number),
        Poll::Pending => None,
    }
}

async fn call_at_once(cache: &TokenCache, callers: usize) -> Vec<Result<u64>> {
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let cache = cache.clone();
        calls.spawn(async move { cache.token().await.map(|token| token.number) });
    }
    calls.join_all().await
}

#[tokio::test(start_paused = true)]
async fn the_first_fetch_begins_at_once() {
    let (source, cache) = script([]);
    // Tokio's timers end at whole milliseconds.
    advance(MS / 3).await;
    let asked = Instant::now();
    cache.token().await.unwrap();
    assert_eq!(*source.began.lock().unwrap(), [asked]);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_cold_callers_are_one_fetch() {
    let (source, cache) = script([]);
    let tokens = call_at_once(&cache, 10_000).await;
    assert!(tokens.len() == 10_000 && tokens.into_iter().all(|token| token.unwrap() == 1));
    assert_eq!(source.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cold_callers_on_many_threads_are_one_fetch() {
    let (source, cache) = script([]);
    let calls = (0..10_000).map(|_| {
        let cache = cache.clone();
        tokio::spawn(async move {
            at_once(&cache);
            cache.token().await.unwrap().number
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 1);
    }
    assert_eq!(source.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_fetch_fails_for_all_and_the_next_caller_tries_again_after_the_backoff() {
    let (source, cache) = script([Step::Status(503)]);
    for outcome in call_at_once(&cache, 1000).await {
        let error = outcome.unwrap_err();
        assert!(error.is_unavailable() && error.is_token_fetch() && error.status_code() == Some(503));
    }
    assert_eq!(source.fetches(), 1);
    let failed = Instant::now();
    assert!(call_at_once(&cache, 1000).await.into_iter().all(|token| token.unwrap() == 1));
    let began = source.began.lock().unwrap().clone();
    assert_eq!(began.len(), 2);
    let waited = began[1] - failed;
    assert!(200 * MS <= waited && waited <= 401 * MS, "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_dead_endpoint_is_not_hammered() {
    let (source, cache) = script([Step::Status(503); 1000]);
    let callers = (0..200).map(|_| {
        let cache = cache.clone();
        tokio::spawn(async move { while cache.token().await.is_err() {} })
    });
    let callers: Vec<_> = callers.collect();
    sleep(Duration::from_secs(600)).await;
    // After seven fetches, the pause has its maximum. From then on, there is one fetch every 15 to 30 seconds.
    assert!((25..=50).contains(&source.fetches()), "{}", source.fetches());
    callers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn the_refresh_is_early_and_nobody_waits_for_it() {
    let (source, cache) = script([Step::Token(12 * HOUR)]);
    let fetched = Instant::now();
    cache.token().await.unwrap();
    let usable = 12 * HOUR.as_secs() - 30;
    advance(fetched + Duration::from_secs(usable * 75 / 100) - MS - Instant::now()).await;
    assert_eq!((at_once(&cache), source.fetches()), (Some(1), 1));
    advance(Duration::from_secs(usable * 15 / 100 + 1)).await;
    for _ in 0..100 {
        assert_eq!(at_once(&cache), Some(1));
    }
    sleep(TAKES / 2).await;
    assert_eq!((at_once(&cache), source.fetches()), (Some(1), 2));
    sleep(TAKES).await;
    assert_eq!((at_once(&cache), source.fetches()), (Some(2), 2));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_costs_a_fetch_and_nothing_else() {
    let (source, cache) = script([]);
    for number in 1..10 {
        assert!(call_at_once(&cache, 10).await.into_iter().all(|token| token.unwrap() == number));
        advance(24 * 365 * HOUR).await;
    }
    assert_eq!(source.fetches(), 9);
}

#[tokio::test(start_paused = true)]
async fn while_the_refresh_fails_the_old_token_serves_until_its_end() {
    let (source, cache) =
        script([Step::Token(HOUR)].into_iter().chain([Step::Panic, Step::Status(500)].repeat(100)));
    cache.token().await.unwrap();
    let end = source.began.lock().unwrap()[0] + HOUR - Duration::from_secs(30);
    while Instant::now() + Duration::from_secs(1) < end {
        assert_eq!(at_once(&cache), Some(1));
        sleep(Duration::from_secs(1)).await;
    }
    // The refresh begins in the last quarter of the hour and is retried with backoff.
    assert!((10..=70).contains(&source.fetches()), "{}", source.fetches());
    advance(Duration::from_secs(1)).await;
    assert!(cache.token().await.unwrap_err().is_unavailable());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_caller_does_not_cancel_the_fetch_of_the_others() {
    let (source, cache) = script([]);
    let leader = tokio::spawn({
        let cache = cache.clone();
        async move { cache.token().await.map(drop) }
    });
    sleep(TAKES / 2).await;
    let others = tokio::spawn({
        let cache = cache.clone();
        async move { call_at_once(&cache, 100).await }
    });
    tokio::task::yield_now().await;
    leader.abort();
    assert!(others.await.unwrap().into_iter().all(|token| token.unwrap() == 1));
    assert_eq!(source.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn when_everybody_is_cancelled_the_next_caller_finds_the_token() {
    let (source, cache) = script([]);
    for _ in 0..10 {
        assert_eq!(at_once(&cache), None);
    }
    sleep(2 * TAKES).await;
    assert_eq!((at_once(&cache), source.fetches()), (Some(1), 1));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_for_all_who_used_it() {
    let (source, cache) = script([]);
    let token = cache.token().await.unwrap();
    for _ in 0..100 {
        assert!(cache.forget(token.number()));
    }
    assert!(call_at_once(&cache, 100).await.into_iter().all(|token| token.unwrap() == 2));
    assert!(cache.forget(token.number()), "a caller that reports the refusal late");
    assert_eq!((at_once(&cache), source.fetches()), (Some(2), 2));
}

#[tokio::test(start_paused = true)]
async fn an_api_that_refuses_every_token_does_not_cost_a_fetch_for_every_call() {
    let (source, cache) = script([]);
    for _ in 0..6000 {
        let token = cache.token().await.unwrap();
        cache.forget(token.number());
        sleep(TAKES).await;
    }
    // The loop lasts ten minutes. After six fetches, the pause has its maximum. From then on, there is one fetch every
    // 15 to 30 seconds.
    assert!((22..=50).contains(&source.fetches()), "{}", source.fetches());
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_fails_the_fetch_and_nothing_else() {
    let (source, cache) = script([Step::Panic]);
    for outcome in call_at_once(&cache, 100).await {
        assert!(outcome.unwrap_err().is_unavailable());
    }
    assert!(cache.last_error().unwrap().is_token_fetch());
    assert_eq!(cache.token().await.unwrap().number, 1);
    assert!(cache.last_error().is_none());
    assert_eq!(source.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_given_up() {
    let (source, cache) = script([Step::Hang]);
    assert!(cache.token().await.unwrap_err().is_timeout());
    assert_eq!(cache.token().await.unwrap().number, 1);
    assert_eq!(source.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_during_a_backoff_can_be_told_why() {
    let (_, cache) = script([Step::Status(503), Step::Hang]);
    assert!(cache.token().await.is_err());
    assert!(timeout(Duration::from_secs(10), cache.token()).await.is_err());
    assert!(cache.last_error().unwrap().is_unavailable());
}

#[tokio::test(start_paused = true)]
async fn who_cannot_wait_for_the_next_fetch_is_told_at_once() {
    let (source, cache) = script([Step::Status(503)]);
    let began = Instant::now();
    assert!(cache.token_by(began + FETCH_TIMEOUT).await.is_err());
    let failed = Instant::now();
    assert!(cache.token_by(failed + Duration::from_millis(199)).await.unwrap_err().is_unavailable());
    assert_eq!((Instant::now(), source.fetches()), (failed, 1));
    assert_eq!(cache.token_by(failed + FETCH_TIMEOUT).await.unwrap().number, 1);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_on_the_way_to_a_token_says_so() {
    let (_, cache) = script([Step::Hang]);
    let error = cache.token_by(Instant::now() + TAKES).await.unwrap_err();
    assert!(error.is_timeout() && error.is_token_fetch());
}

#[tokio::test(start_paused = true)]
async fn no_fetch_outlives_the_cache() {
    let (source, cache) = script([Step::Hang]);
    assert_eq!(at_once(&cache), None);
    sleep(TAKES).await;
    assert_eq!(source.alive.load(Ordering::SeqCst), 1);
    drop(cache.clone());
    sleep(TAKES).await;
    assert_eq!(source.alive.load(Ordering::SeqCst), 1, "a clone of the cache still exists");
    drop(cache);
    sleep(MS).await;
    assert_eq!(source.alive.load(Ordering::SeqCst), 0);
    assert_eq!(Arc::strong_count(&source), 1, "the task has ended");
}

#[tokio::test(start_paused = true)]
async fn no_fetch_in_backoff_outlives_the_cache() {
    let (source, cache) = script([Step::Status(500)]);
    assert!(cache.token().await.is_err());
    assert_eq!(at_once(&cache), None);
    tokio::task::yield_now().await;
    drop(cache);
    sleep(MS).await;
    assert_eq!((source.fetches(), Arc::strong_count(&source)), (1, 1));
}

fn paused_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

#[test]
fn a_runtime_that_is_shut_down_takes_the_fetch_with_it_but_not_the_cache() {
    let (source, cache) = script([]);
    let first = paused_runtime();
    first.block_on(async { assert_eq!(at_once(&cache), None) });
    drop(first);
    assert_eq!(paused_runtime().block_on(cache.token()).unwrap().number, 1);
    assert_eq!(source.fetches(), 1, "the first had not begun");
}

#[test]
fn a_runtime_that_stands_still_does_not_stop_the_callers_of_another() {
    let (source, cache) = script([]);
    let still = paused_runtime();
    still.block_on(async { assert_eq!(at_once(&cache), None) });
    paused_runtime().block_on(async {
        assert!(cache.token().await.unwrap_err().is_unavailable());
        assert_eq!(cache.token().await.unwrap().number, 1);
    });
    assert_eq!(source.fetches(), 1, "the first had not begun");
}

#[test]
fn a_runtime_that_stands_still_does_not_stop_callers_that_give_up_early() {
    let (_, cache) = script([]);
    let still = paused_runtime();
    still.block_on(async { assert_eq!(at_once(&cache), None) });
    paused_runtime().block_on(async {
        let patience = Duration::from_secs(30);
        for _ in 0..2 {
            assert!(timeout(patience, cache.token()).await.is_err());
        }
        advance(FETCH_TIMEOUT).await;
        assert_eq!(timeout(patience, cache.token()).await.unwrap().unwrap().number, 1);
    });
}

#[test]
fn outside_of_a_runtime_is_an_error_and_no_panic() {
    let (_, cache) = script([]);
    let outcome = pin!(cache.token()).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(outcome, Poll::Ready(Err(error)) if error.is_configuration()));
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_fail_at_once_until_it_is_time_to_try_them_again() {
    let (source, cache) = script([Step::Status(401), Step::Status(401)]);
    assert!(cache.token().await.unwrap_err().is_auth());
    let began = Instant::now();
    for _ in 0..100 {
        assert!(cache.token().await.unwrap_err().is_auth());
    }
    assert_eq!((source.fetches(), began.elapsed()), (1, Duration::ZERO));
    advance(400 * MS).await;
    assert!(cache.token().await.unwrap_err().is_auth());
    advance(800 * MS).await;
    assert_eq!(cache.token().await.unwrap().number, 1);
    assert_eq!(source.fetches(), 3);
}
