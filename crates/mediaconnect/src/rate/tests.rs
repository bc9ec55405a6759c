//! Tests of the limiter on a paused clock.

use std::pin::pin;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::simulation::{BUSY, DEADLINE, Headers, MINUTE, SECOND, Service, Upstream, Windows};
use super::*;

mod crowds;
mod headers;
mod simulation;

const MS: Duration = Duration::from_millis(1);

fn limiter(share: f64) -> Arc<RateLimiter> {
    let limit = RateLimit::default().with_share(share).unwrap();
    Arc::new(RateLimiter::new(&limit, WhenExhausted::Wait))
}

/// Returns the highest number of requests in any window of this length.
fn fullest_sliding(arrivals: &[Duration], length: Duration) -> usize {
    let end = |at: Duration| arrivals.partition_point(|other| *other < at + length);
    arrivals.iter().enumerate().map(|(index, at)| end(*at) - index).max().unwrap()
}

/// Returns the highest number of requests in fixed windows of this length. The first window begins at `phase`.
fn fullest_fixed(arrivals: &[Duration], length: Duration, phase: Duration) -> usize {
    let number = |at: &Duration| (*at + length).saturating_sub(phase).as_nanos() / length.as_nanos();
    arrivals.chunk_by(|a, b| number(a) == number(b)).map(<[_]>::len).max().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(sent: usize, length: Duration) -> f64 {
    sent as f64 / (length.as_secs_f64() / 60.0 * 2_000.0)
}

#[test]
fn the_sustained_rate_is_the_lower_one_of_both_limits() {
    let sustained = |second, minute| {
        let limit = RateLimit::new(second, minute).unwrap();
        RateLimiter::new(&limit, WhenExhausted::Wait).sustained().round()
    };
    assert_eq!((sustained(100, 2_400), sustained(10, 6_000)), (40.0, 10.0));
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_uses_the_rate_and_no_window_is_overfull() {
    for (name, there, back, callers) in [
        ("instant", Duration::ZERO, MS, 50),
        ("usual", 50 * MS, 50 * MS, 50),
        ("slow", 700 * MS, 700 * MS, 100),
        ("hanging", 1_400 * MS, 6_000 * MS, 300),
    ] {
        let upstream = Upstream::new(Windows::Sliding, Headers::None);
        let service = Service { callers, there, back, length: 10 * MINUTE };
        let outcome = service.run(&limiter(1.0), &upstream).await;
        let arrivals = upstream.arrivals();
        let (second, minute) = (fullest_sliding(&arrivals, SECOND), fullest_sliding(&arrivals, MINUTE));
        let later = arrivals.iter().filter(|at| **at >= MINUTE).count();
        let (all, later) = (share(outcome.sent, 10 * MINUTE), share(later, 9 * MINUTE));
        let measured = format!(
            "{name}: {all:.4} of the rate, {later:.4} after a minute, {second}/s, {minute}/min, {outcome:?}"
        );
        println!("{measured}");
        assert!(second <= 100 && minute <= 2_000, "{measured}");
        for phase in 0..60 {
            let phase = MINUTE * phase / 60;
            assert!(fullest_fixed(&arrivals, MINUTE, phase) <= 2_000, "{measured}");
            assert!(fullest_fixed(&arrivals, SECOND, phase / 60) <= 100, "{measured}");
        }
        assert!(all >= 0.97 && later >= 0.97, "{measured}");
        assert!(outcome.failed == 0 && outcome.longest_wait < 12 * SECOND, "{measured}");
    }
}

#[tokio::test(start_paused = true)]
async fn upstream_sends_no_429_with_any_windows_and_any_headers() {
    // The test runs for three and a half minutes, from the middle of one window to the middle of another.
    let busy = Service { length: MINUTE * 7 / 2, ..BUSY };
    let slow = Service { callers: 100, there: 700 * MS, back: 700 * MS, ..busy };
    for (service, phases) in [(busy, 6), (slow, 1)] {
        let fixed = (0..phases).map(|step| (Windows::Fixed(10_300 * MS * step), Headers::Minute));
        let mut without = None;
        for (windows, headers) in
            [(Windows::Fixed(20 * SECOND), Headers::None)].into_iter().chain(fixed).chain([
                (Windows::Fixed(20 * SECOND), Headers::Lesser),
                (Windows::Sliding, Headers::Minute),
                (Windows::Sliding, Headers::Oldest),
                (Windows::Sliding, Headers::Lesser),
            ])
        {
            let upstream = Upstream::new(windows, headers);
            let outcome = service.run(&limiter(1.0), &upstream).await;
            let share = share(outcome.sent, service.length);
            let measured = format!("{windows:?}, {headers:?}: {share:.4} of the rate, {outcome:?}");
            assert_eq!(upstream.refused(), 0, "{measured}");
            assert!(share >= 0.97 && outcome.failed == 0, "{measured}");
            // No other process uses the client id. The limiter must therefore send almost the same number of requests
            // for every combination of windows and headers.
            assert!(without.get_or_insert(outcome.sent).abs_diff(outcome.sent) < 10, "{measured}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_in_a_quiet_service_does_not_block_later_requests() {
    let (limiter, upstream) = (limiter(1.0), Upstream::new(Windows::Sliding, Headers::Minute));
    // This task sends one request every two seconds, before and during the batch.
    let background = {
        let (limiter, upstream) = (Arc::clone(&limiter), Arc::clone(&upstream));
        tokio::spawn(async move {
            loop {
                let mut permit = limiter.acquire(Instant::now() + DEADLINE).await.unwrap();
                permit.answered(&upstream.request());
                sleep(2 * SECOND).await;
            }
        })
    };
    sleep(2 * MINUTE).await;
    let began = upstream.arrivals().len();
    let outcome = Service { length: 3 * MINUTE, ..BUSY }.run(&limiter, &upstream).await;
    let first = upstream.arrivals()[began..].iter().filter(|at| **at < 2 * MINUTE + 12 * SECOND).count();
    assert!(first >= 950, "{first} in the first twelve seconds");
    assert!(outcome.failed == 0 && outcome.longest_wait < 8 * SECOND, "{outcome:?}");
    assert_eq!(upstream.refused(), 0);
    background.abort();
}

#[tokio::test(start_paused = true)]
async fn services_that_share_a_client_id_stay_within_its_rate() {
    let upstream = Upstream::new(Windows::Fixed(17 * SECOND), Headers::Minute);
    let (one, other) = (limiter(0.7), limiter(0.3));
    let service = Service { length: 3 * MINUTE, ..BUSY };
    let (one, other) = tokio::join!(service.run(&one, &upstream), service.run(&other, &upstream));
    let share = share(one.sent + other.sent, 3 * MINUTE);
    assert_eq!(upstream.refused(), 0);
    assert!(share >= 0.97, "{share:.4} of the rate");
    assert!((one.sent * 3 / 7).abs_diff(other.sent) < 100, "{one:?} {other:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_process_used_up_is_respected() {
    for left in [1, 3, 150] {
        let upstream = Upstream::new(Windows::Fixed(40 * SECOND), Headers::Minute);
        // The test starts 20 seconds before upstream's fixed minute ends.
        upstream.count_earlier(2_000 - left);
        sleep(SECOND).await;
        let limiter = limiter(1.0);
        let outcome = Service { length: 3 * MINUTE, ..BUSY }.run(&limiter, &upstream).await;
        let arrivals = &upstream.arrivals()[2_000 - left..];
        let early = arrivals.iter().filter(|at| **at < 20 * SECOND).count();
        assert_eq!(upstream.refused(), 0);
        assert!(early <= left && early * 2 >= left, "{early} of {left}");
        let restarted = arrivals[early].saturating_sub(20 * SECOND);
        assert!(restarted < 2_200 * MS, "{restarted:?} after the reset");
        assert_eq!(outcome.failed, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn others_with_the_same_client_id_are_noticed() {
    for windows in [Windows::Fixed(Duration::ZERO), Windows::Fixed(33 * SECOND), Windows::Sliding] {
        let upstream = Upstream::new(windows, Headers::Minute);
        let stranger = {
            let upstream = Arc::clone(&upstream);
            tokio::spawn(async move {
                loop {
                    upstream.request();
                    sleep(SECOND / 10).await;
                }
            })
        };
        let outcome = Service { length: 5 * MINUTE, ..BUSY }.run(&limiter(1.0), &upstream).await;
        stranger.abort();
        // Some refusals are expected, because the client learns of the other process's requests only from upstream's
        // responses. A sliding window causes more refusals, because the client finds the limit only by probing.
        let refused = if matches!(windows, Windows::Sliding) { 30 } else { 5 };
        assert!(outcome.refused <= refused, "{windows:?}: {outcome:?}");
        let used = share(outcome.sent, 5 * MINUTE);
        assert!(used >= 0.55, "{windows:?}: {used:.4} of the rate, {outcome:?}");
    }
}

/// Sends one request, which gets its response at once.
async fn request(limiter: &RateLimiter, feedback: &Feedback) -> Duration {
    let mut permit = limiter.acquire(Instant::now() + 10 * MINUTE).await.unwrap();
    let waited = permit.waited();
    permit.answered(feedback);
    waited
}

/// Returns a limiter that allows one request a second. Its first request was already sent.
async fn one_a_second() -> Arc<RateLimiter> {
    let limit = RateLimit::new(1, 1_000).unwrap();
    let limiter = Arc::new(RateLimiter::new(&limit, WhenExhausted::Wait));
    request(&limiter, &Feedback::default()).await;
    limiter
}

/// Starts callers, which wait in the order in which they were started. Each returns the number of whole seconds until
/// its turn.
fn queue(limiter: &Arc<RateLimiter>, callers: usize) -> Vec<tokio::task::JoinHandle<u64>> {
    let asked = Instant::now();
    let caller = |_| {
        let limiter = Arc::clone(limiter);
        tokio::spawn(async move {
            request(&limiter, &Feedback::default()).await;
            asked.elapsed().as_secs()
        })
    };
    (0..callers).map(caller).collect()
}

#[tokio::test(start_paused = true)]
async fn callers_are_served_in_order_of_arrival() {
    let limiter = one_a_second().await;
    for (second, caller) in (1..).zip(queue(&limiter, 5)) {
        assert_eq!(caller.await.unwrap(), second);
    }
}

#[tokio::test(start_paused = true)]
async fn no_caller_overtakes_a_waiting_one_that_is_not_polled() {
    let limiter = one_a_second().await;
    let mut early = pin!(limiter.acquire(Instant::now() + MINUTE));
    assert!(timeout_at(Instant::now(), &mut early).await.is_err());
    sleep(10 * SECOND).await;
    assert!(limiter.acquire(Instant::now() + SECOND).await.is_err());
    assert!(early.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_leaves_its_place_to_the_next() {
    let limiter = one_a_second().await;
    let callers = queue(&limiter, 4);
    sleep(SECOND / 2).await;
    callers[0].abort();
    callers[2].abort();
    let mut seconds = Vec::new();
    for caller in callers {
        seconds.push(caller.await.ok());
    }
    assert_eq!(seconds, [None, Some(1), None, Some(2)]);
    assert_eq!(limiter.state().queue.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_time_takes_no_turn() {
    let limiter = RateLimiter::new(&RateLimit::new(1, 1).unwrap(), WhenExhausted::Fail);
    let refused = limiter.acquire(Instant::now()).await.err().unwrap();
    assert_eq!(refused.reason, Reason::TooLate);
    assert!(limiter.acquire(Instant::now() + SECOND).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_fails_at_once_if_it_is_known() {
    let limiter = one_a_second().await;
    let asked = Instant::now();
    let error = limiter.acquire(asked + SECOND).await.err().unwrap();
    assert_eq!((error.wait, asked.elapsed()), (1_050 * MS, Duration::ZERO));

    let before = queue(&limiter, 3);
    tokio::task::yield_now().await;
    let error = limiter.acquire(asked + 2 * SECOND).await.err().unwrap();
    // Three callers wait, so the new caller would get the fourth turn, after 4.2 seconds. The forecast subtracts 0.6
    // seconds, which is the maximum head start of a request: ten times the even spacing of 60 milliseconds.
    assert_eq!((error.wait, asked.elapsed()), (Duration::from_micros(1_599_500), Duration::ZERO));
    for (second, caller) in (1..).zip(before) {
        assert_eq!(caller.await.unwrap(), second, "the failed caller used no turn");
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_want_to_wait_fails_at_once_and_only_when_the_rate_is_used_up() {
    let limiter = RateLimiter::new(&RateLimit::default(), WhenExhausted::Fail);
    let start = Instant::now();
    for second in 0..20 {
        let mut open = Vec::new();
        for _ in 0..100 {
            open.push(limiter.acquire(start + MINUTE).await.ok().unwrap());
        }
        let error = limiter.acquire(start + MINUTE).await.err().unwrap();
        assert_eq!(start.elapsed(), 1_050 * MS * second, "the call fails without a wait");
        for mut permit in open {
            permit.answered(&Feedback::default());
        }
        if second < 19 {
            assert_eq!(error.wait, 1_050 * MS);
            sleep(error.wait).await;
        } else {
            assert_eq!(error.wait, (60_050 * MS).saturating_sub(start.elapsed()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_counts_as_sent() {
    let limiter = one_a_second().await;
    sleep(MINUTE).await;
    drop(limiter.acquire(Instant::now() + MINUTE).await);
    // Upstream may receive the cancelled request up to 1.5 seconds later. The next request waits for these 1.5 seconds,
    // and then for a window of 1.05 seconds.
    assert_eq!(request(&limiter, &Feedback::default()).await, 2_550 * MS);
}

#[tokio::test(start_paused = true)]
async fn the_first_request_goes_alone() {
    for (latency, answers, waited) in [(200, true, 200), (200, false, 200), (9_000, true, 1_500)] {
        let limiter = limiter(1.0);
        let mut first = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
        let mut others = JoinSet::new();
        for _ in 0..50 {
            let limiter = Arc::clone(&limiter);
            others.spawn(async move { request(&limiter, &Feedback::default()).await });
        }
        let first = async move {
            sleep(latency * MS).await;
            if answers {
                first.answered(&Feedback::default());
            }
        };
        let ((), waits) = tokio::join!(first, others.join_all());
        assert_eq!(waits, [waited * MS; 50]);
    }
}
