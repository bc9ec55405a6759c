use std::sync::Mutex;

use super::*;
use crate::rate::{RateLimit, WhenExhausted};

const MINUTE: Duration = Duration::from_secs(60);

/// Returns a limiter that needs leased turns, and the [`Turns`] with which the test leases them.
async fn leased() -> (Arc<RateLimiter>, Turns) {
    let handed = Arc::new(Mutex::new(None));
    let start: StartLeasing = Arc::new({
        let handed = Arc::clone(&handed);
        move |turns| *handed.lock().unwrap() = Some(turns)
    });
    let limiter = RateLimiter::new(&RateLimit::default(), WhenExhausted::Wait).with_leases(start);
    assert!(limiter.acquire(Instant::now() + MINUTE / 60).await.is_err(), "there is no turn yet");
    let turns = handed.lock().unwrap().take().unwrap();
    (limiter, turns)
}

#[tokio::test(start_paused = true)]
async fn a_request_needs_a_leased_turn() {
    let (limiter, turns) = leased().await;
    let waiting = tokio::spawn({
        let limiter = Arc::clone(&limiter);
        async move {
            for _ in 0..3 {
                limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap().answered(&Feedback::default());
            }
            limiter.acquire(Instant::now() + MINUTE / 60).await.is_ok()
        }
    });
    tokio::time::sleep(MINUTE / 2).await;
    assert_eq!(turns.report().unwrap().waiting, 1);
    assert!(!waiting.is_finished());
    turns.lease(3, Instant::now() + MINUTE, 0);
    assert!(!waiting.await.unwrap(), "there is no turn for the fourth caller");
    let report = turns.report().unwrap();
    assert_eq!((report.sent, report.open, report.unused, report.waiting), (3, 0, 0, 0));
    drop(limiter);
    assert_eq!(
        (turns.report(), turns.sent()),
        (None, 3),
        "the number of sent requests is still known after the client was dropped"
    );
}

#[tokio::test(start_paused = true)]
async fn the_fleets_task_waits_until_more_turns_are_needed() {
    let (limiter, turns) = leased().await;
    turns.changed().await;
    turns.lease(1, Instant::now() + MINUTE, 0);
    assert!(tokio::time::timeout(MINUTE / 60, turns.changed()).await.is_err(), "a turn is left");
    limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap().answered(&Feedback::default());
    turns.changed().await;
    drop(limiter);
    turns.changed().await;
}

#[tokio::test(start_paused = true)]
async fn the_fleet_alone_judges_what_remains_for_all_processes() {
    let (limiter, turns) = leased().await;
    turns.lease(9, Instant::now() + MINUTE, 0);
    for remaining in [1_500, 0, 0] {
        let mut permit = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
        assert_eq!(permit.waited(), Duration::ZERO);
        let reset = Some(MINUTE / 2);
        permit.answered(&Feedback { remaining: Some(remaining), reset, ..Feedback::default() });
    }
}

#[tokio::test(start_paused = true)]
async fn a_running_task_is_not_started_again() {
    let (limiter, _turns) = leased().await;
    limiter.state().leased.as_mut().unwrap().start = Arc::new(|_| panic!("the task is running"));
    assert!(limiter.acquire(Instant::now() + MINUTE / 60).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_turn_expires_and_can_be_taken_back() {
    let (limiter, turns) = leased().await;
    turns.lease(5, Instant::now() + MINUTE, 0);
    assert_eq!((turns.take_back(2), turns.report().unwrap().unused), (3, 2));
    tokio::time::advance(MINUTE).await;
    assert_eq!(turns.report().unwrap().unused, 0);
    assert!(limiter.acquire(Instant::now() + MINUTE / 60).await.is_err());
    drop(limiter);
    assert_eq!(turns.report(), None, "the client is gone");
    turns.changed().await;
}

#[tokio::test(start_paused = true)]
async fn the_fleet_hears_of_refusals_and_of_what_remains_and_knows_bulk_from_other_calls() {
    let (limiter, turns) = leased().await;
    turns.lease(9, Instant::now() + MINUTE, 0);
    let mut permit = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
    permit.answered(&Feedback { remaining: Some(100), ..Feedback::default() });
    assert_eq!(
        turns.report().unwrap().remaining,
        None,
        "these may be the requests that remain in the second"
    );
    for (throttled, remaining) in [(false, 1_500), (false, 70), (true, 0)] {
        let mut permit = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
        let reset = Some(MINUTE / 2);
        let retry_after = throttled.then_some(MINUTE / 6);
        permit.answered(&Feedback { throttled, remaining: Some(remaining), reset, retry_after });
    }
    let report = turns.report().unwrap();
    assert_eq!((report.remaining, report.pause), (Some(70), Some(MINUTE / 6)));
    assert_eq!(turns.report().unwrap().remaining, None, "once");
    let _ = turns.take_back(0);
    let bulk = tokio::spawn({
        let limiter = Arc::clone(&limiter);
        async move { limiter.acquire_in(Instant::now() + MINUTE, true).await.is_ok() }
    });
    tokio::task::yield_now().await;
    let report = turns.report().unwrap();
    assert_eq!((report.waiting, report.waiting_in_bulk), (0, 1));
    bulk.abort();
    assert!(bulk.await.is_err());
    assert_eq!(turns.report().unwrap().waiting_in_bulk, 0);
}

#[tokio::test(start_paused = true)]
async fn the_fleet_hears_of_calls_that_fail_at_once() {
    let limit = RateLimit::default();
    for limiter in [
        RateLimiter::new(&limit, WhenExhausted::Fail),
        RateLimiter::new(&limit, WhenExhausted::Wait).with_max_waiting(0),
    ] {
        let handed = Arc::new(Mutex::new(None));
        let start = Arc::clone(&handed);
        let limiter = limiter.with_leases(Arc::new(move |turns| *start.lock().unwrap() = Some(turns)));
        let deadline = Instant::now() + MINUTE;
        for in_bulk in [false, true, false] {
            assert!(limiter.acquire_in(deadline, in_bulk).await.is_err());
        }
        let turns: Turns = handed.lock().unwrap().take().unwrap();
        let refused = || turns.report().map(|report| (report.refused, report.refused_in_bulk)).unwrap();
        turns.changed().await;
        assert_eq!(refused(), (2, 1));
        tokio::time::advance(REPEATED).await;
        assert_eq!(refused(), (0, 0));
        assert!(limiter.acquire(deadline).await.is_err());
        assert_eq!(refused(), (1, 0));
        tokio::time::advance(REPEATED).await;
        turns.pause(MINUTE / 2);
        assert!(limiter.acquire(deadline).await.is_err());
        assert_eq!(refused(), (0, 0), "a turn would not help during a pause");
    }
}

#[tokio::test(start_paused = true)]
async fn the_task_is_started_again_when_its_runtime_is_gone() {
    let (limiter, turns) = leased().await;
    drop(turns);
    let started = Arc::new(Mutex::new(0));
    limiter.state().leased.as_mut().unwrap().start = Arc::new({
        let started = Arc::clone(&started);
        move |turns| {
            *started.lock().unwrap() += 1;
            turns.lease(1, Instant::now() + MINUTE, 0);
        }
    });
    assert!(limiter.acquire(Instant::now() + MINUTE).await.is_ok());
    assert_eq!(*started.lock().unwrap(), 1);
}
