//! Tests with more callers than the rate can serve, on a paused clock.

use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use super::*;

const MS: Duration = Duration::from_millis(1);

struct Fared {
    waited: Duration,
    outcome: Result<(), Exhausted>,
}

impl Fared {
    fn is_refused_at_once(&self) -> bool {
        self.outcome.is_err() && self.waited.is_zero()
    }
}

/// Waits for a turn and sends a request. The response follows after `latency`.
async fn caller(limiter: Arc<RateLimiter>, deadline: Duration, latency: Duration) -> Fared {
    let asked = Instant::now();
    let acquired = limiter.acquire(asked + deadline).await;
    let waited = asked.elapsed();
    let outcome = match acquired {
        Ok(mut permit) => {
            sleep(latency).await;
            permit.answered(&Feedback::default());
            Ok(())
        }
        Err(exhausted) => Err(exhausted),
    };
    Fared { waited, outcome }
}

/// Starts callers at the same time.
async fn come(
    limiter: &Arc<RateLimiter>,
    callers: usize,
    deadline: Duration,
    latency: Duration,
) -> Vec<JoinHandle<Fared>> {
    let one = |_| tokio::spawn(caller(Arc::clone(limiter), deadline, latency));
    let callers = (0..callers).map(one).collect();
    tokio::task::yield_now().await;
    callers
}

fn limiter(share: f64) -> Arc<RateLimiter> {
    let limit = RateLimit::default().with_share(share).unwrap();
    Arc::new(RateLimiter::new(&limit, WhenExhausted::Wait))
}

/// Returns a limiter that allows one request a second. Its first request was already sent, and `answered` is the
/// feedback of the response.
async fn one_a_second(answered: Feedback) -> Arc<RateLimiter> {
    let limiter = RateLimiter::new(&RateLimit::new(1, 1_000).unwrap(), WhenExhausted::Wait);
    limiter.acquire(Instant::now() + SECOND).await.ok().unwrap().answered(&answered);
    Arc::new(limiter)
}

#[tokio::test(start_paused = true)]
async fn callers_that_cannot_be_served_in_time_fail_at_once() {
    for (latency, share) in [(Duration::ZERO, 1.0), (200 * MS, 1.0), (200 * MS, 0.3)] {
        let limiter = limiter(share);
        let mut callers = JoinSet::new();
        for _ in 0..10_000 {
            callers.spawn(caller(Arc::clone(&limiter), DEADLINE, latency));
        }
        let fared = callers.join_all().await;
        let served = fared.iter().filter(|one| one.outcome.is_ok()).count();
        let refused = fared.iter().filter(|one| one.is_refused_at_once()).count();
        let in_vain = 10_000 - served - refused;
        let measured = format!("{latency:?}, {share}: {served} served, {refused} refused, {in_vain} in vain");
        println!("{measured}");
        assert!(in_vain * 20 <= served, "{measured}");
        // A forecast may be up to ten turns too early, so up to ten callers may wait in vain.
        assert!(!latency.is_zero() || in_vain <= 10, "{measured}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_overload_that_lasts_wastes_neither_the_rate_nor_deadlines() {
    let (limiter, latency, length) = (limiter(1.0), 500 * MS, 10 * MINUTE);
    let (began, mut callers, mut longest) = (Instant::now(), JoinSet::new(), 0);
    while began.elapsed() < length {
        // The callers arrive three times as fast as the rate allows.
        for _ in 0..10 {
            callers.spawn(caller(Arc::clone(&limiter), DEADLINE, latency));
        }
        sleep(SECOND / 10).await;
        longest = longest.max(limiter.state().queue.len());
    }
    let fared = callers.join_all().await;
    let served = fared.iter().filter(|one| one.outcome.is_ok()).count();
    let in_vain = fared.iter().filter(|one| one.outcome.is_err() && one.waited >= DEADLINE).count();
    let measured = format!("{served} served, {in_vain} in vain, {longest} in the queue, {}", fared.len());
    println!("{measured}");
    // `served` includes callers that arrived during the ten minutes but were served after them.
    assert!(served >= 2_000 * 10 * 97 / 100, "{measured}");
    assert!(in_vain * 20 <= served && longest <= 1_200, "{measured}");
}

#[tokio::test(start_paused = true)]
async fn a_crowd_behind_a_queue_that_is_never_empty_is_measured_as_well() {
    let limiter = limiter(1.0);
    // A forecast assumes that responses come at once. Here, each response takes 1.4 seconds, which delays the requests
    // of each minute. After 20 minutes, a forecast from the start would be half a minute too early.
    let mut busy = JoinSet::new();
    for _ in 0..80 {
        let limiter = Arc::clone(&limiter);
        busy.spawn(async move {
            loop {
                caller(Arc::clone(&limiter), DEADLINE, 1_400 * MS).await;
            }
        });
    }
    sleep(20 * MINUTE).await;
    let mut crowd = JoinSet::new();
    for _ in 0..5_000 {
        crowd.spawn(caller(Arc::clone(&limiter), DEADLINE, 1_400 * MS));
    }
    let fared = crowd.join_all().await;
    let served = fared.iter().filter(|one| one.outcome.is_ok()).count();
    let refused = fared.iter().filter(|one| one.is_refused_at_once()).count();
    let measured = format!("{served} served, {refused} refused of {}", fared.len());
    println!("{measured}");
    assert!(served > 800 && fared.len() - refused <= served * 105 / 100, "{measured}");
}

/// Checks that the limiter refuses only callers that it cannot serve in time. The test repeats the run for some refused
/// callers, each time with a later deadline for one of them. The turn of this caller must then come after its original
/// deadline. The later deadline does not move the turn, because a turn depends only on earlier callers.
#[test]
fn nobody_is_refused_who_would_have_been_served() {
    let run = |patient: Option<usize>| {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (limiter, mut random, mut callers) =
                (limiter(0.3), fastrand::Rng::with_seed(7), JoinSet::new());
            for number in 0..3_000 {
                let deadline = *random.choice(&[2 * SECOND, 7 * SECOND, DEADLINE]).unwrap();
                let given = if patient == Some(number) { 10 * MINUTE } else { deadline };
                let limiter = Arc::clone(&limiter);
                callers
                    .spawn(async move { (number, deadline, caller(limiter, given, Duration::ZERO).await) });
                sleep(*random.choice(&[Duration::ZERO, Duration::ZERO, 60 * MS]).unwrap()).await;
            }
            let mut fared = callers.join_all().await;
            fared.sort_by_key(|(number, ..)| *number);
            fared
        })
    };
    let first = run(None);
    let refused: Vec<_> = first.iter().filter(|(.., one)| one.is_refused_at_once()).collect();
    let served = first.iter().filter(|(.., one)| one.outcome.is_ok()).count();
    assert!(served > 800 && refused.len() > 1_900, "{served} served, {} refused", refused.len());
    for (number, deadline, one) in refused.iter().step_by(refused.len() / 60) {
        let (_, _, patient) = &run(Some(*number))[*number];
        assert!(patient.outcome.is_ok() && patient.waited >= *deadline, "{:?}", patient.waited);
        // `wait` is the forecast time from the deadline to the turn. The turn may come up to a second later, because
        // the forecast subtracts the maximum head start of a request.
        let wait = one.outcome.unwrap_err().wait;
        assert!(patient.waited.abs_diff(*deadline + wait) <= 1_002 * MS, "{:?} {wait:?}", patient.waited);
    }
}

/// A caller is refused if the forecast of its turn is after its deadline. If turns could come before their forecasts,
/// callers would be refused although they could be served in time.
#[test]
fn no_turn_comes_before_its_forecast() {
    for seed in 0..60 {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let early = runtime.block_on(earliest_against_its_forecast(seed));
        assert_eq!(early, Duration::ZERO, "of seed {seed}");
    }
}

/// Simulates a random service and upstream. If turns came before their forecast times, returns the largest time
/// difference. Otherwise, returns zero.
async fn earliest_against_its_forecast(seed: u64) -> Duration {
    let mut random = fastrand::Rng::with_seed(seed);
    let share = *random.choice(&[0.05, 0.3, 1.0]).unwrap();
    let windows = *random.choice(&[Windows::Fixed(20 * SECOND), Windows::Sliding]).unwrap();
    let headers = [Headers::None, Headers::Minute, Headers::Oldest, Headers::Lesser];
    let upstream = Upstream::new(windows, *random.choice(&headers).unwrap());
    let (there, back) = (random.u32(0..1_500), random.u32(0..4_000));
    let (crowd, pause, strangers) = (random.usize(1..600), random.u64(1..20_000), random.u32(0..3));
    let (limiter, other) = (limiter(share), Arc::clone(&upstream));
    let stranger = tokio::spawn(async move {
        loop {
            (0..strangers * 10).for_each(|_| _ = other.request());
            sleep(SECOND).await;
        }
    });
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        for _ in 0..random.usize(0..=crowd) {
            let (limiter, upstream) = (Arc::clone(&limiter), Arc::clone(&upstream));
            let (there, back) = (MS * random.u32(0..=there), MS * random.u32(0..=back));
            callers.spawn(async move {
                let forecast = forecast(&limiter);
                let mut permit = limiter.acquire(Instant::now() + 1_000 * MINUTE).await.ok().unwrap();
                let early = forecast.saturating_duration_since(Instant::now());
                sleep(there).await;
                let feedback = upstream.request();
                sleep(back).await;
                permit.answered(&feedback);
                early
            });
        }
        sleep(Duration::from_millis(random.u64(0..pause))).await;
    }
    let early = callers.join_all().await.into_iter().max();
    stranger.abort();
    early.unwrap_or_default()
}

/// Returns the earliest time at which a caller that joins now could be served.
fn forecast(limiter: &RateLimiter) -> Instant {
    let now = Instant::now();
    let mut state = limiter.state();
    let turn = state.turn(now);
    let State { queue, window, .. } = &mut *state;
    queue.earliest_turn(window, turn.not_before, now)
}

#[tokio::test(start_paused = true)]
async fn a_forecast_skips_callers_that_will_give_up() {
    let limiter = one_a_second(Feedback::default()).await;
    // Without the pause below, these callers would be served after 1.05 to 10.5 seconds.
    let early = come(&limiter, 10, 10_300 * MS, Duration::ZERO).await;
    // With the pause, none is served before 8 seconds have passed.
    limiter.state().control.pause_for(8 * SECOND, Instant::now());
    // Only three of the callers are served before they give up: after 8, 9.05 and 10.1 seconds. A new caller would be
    // served after 11.15 seconds. The forecast subtracts 0.6 seconds, which is the maximum head start of a request: ten
    // times the even spacing of 60 milliseconds.
    let refused = caller(Arc::clone(&limiter), 10_500 * MS, Duration::ZERO).await;
    assert!(refused.is_refused_at_once());
    let wait = refused.outcome.unwrap_err().wait;
    assert!(wait.abs_diff(50 * MS) <= 5 * MS, "{wait:?}");
    let late = caller(Arc::clone(&limiter), 11_200 * MS, Duration::ZERO).await;
    assert!(late.outcome.is_ok() && late.waited.abs_diff(11_150 * MS) <= 5 * MS, "{:?}", late.waited);
    let mut served = 0;
    for one in early {
        served += usize::from(one.await.unwrap().outcome.is_ok());
    }
    assert_eq!(served, 3);
}

#[tokio::test(start_paused = true)]
async fn a_forecast_skips_callers_that_gave_up() {
    let limiter = one_a_second(Feedback::default()).await;
    let waiting = come(&limiter, 28, DEADLINE, Duration::ZERO).await;
    let refused = caller(Arc::clone(&limiter), 10 * SECOND, Duration::ZERO).await;
    assert!(refused.is_refused_at_once());
    waiting.iter().take(25).for_each(JoinHandle::abort);
    tokio::task::yield_now().await;
    let served = caller(Arc::clone(&limiter), 10 * SECOND, Duration::ZERO).await;
    assert!(served.outcome.is_ok() && served.waited < 5 * SECOND, "{:?}", served.waited);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_how_many_wait_and_when_to_come_again() {
    let limiter = one_a_second(Feedback::default()).await;
    let waiting = come(&limiter, 20, DEADLINE, Duration::ZERO).await;
    let refused = caller(Arc::clone(&limiter), 5 * SECOND, Duration::ZERO).await.outcome.unwrap_err();
    assert_eq!(refused.reason, Reason::QueueTooLong { waiting: 20 });
    // 20 callers wait, so the new caller would get the twenty-first turn, after 22.05 seconds. The forecast subtracts
    // 0.6 seconds, which is the maximum head start of a request: ten times the even spacing of 60 milliseconds.
    assert!(refused.wait.abs_diff(16_450 * MS) <= 25 * MS, "{:?}", refused.wait);
    assert!(refused.reason.to_string().contains("the rate limiter's queue is too long: 20 calls wait"));
    sleep(refused.wait + 25 * MS).await;
    let let_in = caller(limiter, 5 * SECOND + 600 * MS, Duration::ZERO).await;
    assert!(let_in.outcome.is_ok(), "{:?}", let_in.outcome);
    drop(waiting);
}

#[tokio::test(start_paused = true)]
async fn max_waiting_limits_the_queue() {
    let limiter = RateLimiter::new(&RateLimit::new(1, 1_000).unwrap(), WhenExhausted::Wait);
    let limiter = Arc::new(limiter.with_max_waiting(3));
    // The first of the four callers is served at once, so three callers wait.
    let waiting = come(&limiter, 4, DEADLINE, Duration::ZERO).await;
    let refused = caller(Arc::clone(&limiter), DEADLINE, Duration::ZERO).await;
    assert!(refused.is_refused_at_once());
    let refused = refused.outcome.unwrap_err();
    assert_eq!(refused.reason, Reason::QueueFull { waiting: 3 });
    assert!(refused.reason.to_string().contains("the rate limiter's queue is full: 3 calls wait"));
    // When the first waiting caller is served, the queue has room for another caller.
    sleep(refused.wait).await;
    tokio::task::yield_now().await;
    let fared = caller(Arc::clone(&limiter), DEADLINE, Duration::ZERO).await;
    assert!(fared.outcome.is_ok() && !fared.waited.is_zero());
    for one in waiting {
        assert!(one.await.unwrap().outcome.is_ok());
    }
    let none = Arc::new(
        RateLimiter::new(&RateLimit::new(1, 1_000).unwrap(), WhenExhausted::Wait).with_max_waiting(0),
    );
    assert!(caller(Arc::clone(&none), DEADLINE, Duration::ZERO).await.outcome.is_ok());
    assert!(caller(none, DEADLINE, Duration::ZERO).await.is_refused_at_once());
}
