//! The limiter against a simulated upstream, on a paused clock.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// The deadline of a call.
const DEADLINE: Duration = Duration::from_secs(30);

/// How the simulated upstream counts.
#[derive(Clone, Copy, Debug)]
enum Windows {
    /// In windows that begin every second and minute; the first began so long before the start.
    Fixed(Duration),
    /// Those of the last second and minute.
    Sliding,
}

/// What the simulated upstream says about its counting.
#[derive(Clone, Copy, Debug)]
enum Headers {
    None,
    /// Those of the minute; a sliding one is always renewed in 60 seconds.
    Minute,
    /// The lesser of what remains in the second and in the minute, and the minute's reset.
    Lesser,
}

struct Upstream {
    windows: Windows,
    headers: Headers,
    start: Instant,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    arrivals: Vec<Instant>,
    refused: u32,
}

impl Upstream {
    fn new(windows: Windows, headers: Headers) -> Arc<Self> {
        Arc::new(Self { windows, headers, start: Instant::now(), seen: Mutex::default() })
    }

    /// Counts a request and answers it.
    fn request(&self) -> Feedback {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap();
        seen.arrivals.push(now);
        let left = |limit: u32, length: Duration| {
            let began = self.began(now, length);
            let used = seen.arrivals.len() - seen.arrivals.partition_point(|at| self.age(*at) < began);
            i64::from(limit) - i64::try_from(used).unwrap()
        };
        let (second, minute) = (left(100, SECOND), left(2_000, MINUTE));
        let throttled = second < 0 || minute < 0;
        seen.refused += u32::from(throttled);
        let remaining = match self.headers {
            Headers::None => return Feedback { throttled, ..Feedback::default() },
            Headers::Minute => minute,
            Headers::Lesser => minute.min(second),
        };
        let reset = match self.windows {
            Windows::Fixed(_) => self.began(now, MINUTE) + MINUTE - self.age(now),
            Windows::Sliding => MINUTE,
        };
        Feedback {
            throttled,
            remaining: Some(remaining.max(0).try_into().unwrap()),
            reset: Some(Duration::from_secs(reset.as_secs())),
            retry_after: None,
        }
    }

    /// Time since the first fixed window began, or a minute more than since the start.
    fn age(&self, at: Instant) -> Duration {
        let before = match self.windows {
            Windows::Fixed(phase) => phase,
            Windows::Sliding => MINUTE,
        };
        before + (at - self.start)
    }

    fn began(&self, now: Instant, length: Duration) -> Duration {
        let age = self.age(now);
        match self.windows {
            Windows::Fixed(_) => length * u32::try_from(age.as_nanos() / length.as_nanos()).unwrap(),
            // What arrived exactly a window ago has left it.
            Windows::Sliding => age - length + Duration::from_nanos(1),
        }
    }

    fn refused(&self) -> u32 {
        self.seen.lock().unwrap().refused
    }

    /// Times of arrival after the start.
    fn arrivals(&self) -> Vec<Duration> {
        self.seen.lock().unwrap().arrivals.iter().map(|at| *at - self.start).collect()
    }
}

/// Deterministic, and different for each caller.
struct Random(u64);

impl Random {
    fn up_to(&mut self, most: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        most * u32::try_from(self.0 >> 48).unwrap() / 0x1_0000
    }
}

/// A service whose callers send one request after another.
#[derive(Clone, Copy)]
struct Service {
    callers: u64,
    /// To upstream, at the most.
    there: Duration,
    /// From upstream, at the most.
    back: Duration,
    length: Duration,
}

const BUSY: Service = Service {
    callers: 50,
    there: Duration::from_millis(50),
    back: Duration::from_millis(50),
    length: MINUTE,
};

#[derive(Debug, Default)]
struct Outcome {
    sent: usize,
    failed: usize,
    refused: usize,
    longest_wait: Duration,
}

impl Service {
    async fn run(self, limiter: &Arc<RateLimiter>, upstream: &Arc<Upstream>) -> Outcome {
        let end = Instant::now() + self.length;
        let mut callers = JoinSet::new();
        for caller in 0..self.callers {
            let (limiter, upstream) = (Arc::clone(limiter), Arc::clone(upstream));
            callers.spawn(async move {
                let mut random = Random(caller);
                let mut outcome = Outcome::default();
                loop {
                    let acquired = limiter.acquire(Instant::now() + DEADLINE).await;
                    if Instant::now() >= end {
                        return outcome;
                    }
                    match acquired {
                        Ok(permit) => {
                            outcome.sent += 1;
                            outcome.longest_wait = outcome.longest_wait.max(permit.waited());
                            sleep(random.up_to(self.there)).await;
                            let feedback = upstream.request();
                            outcome.refused += usize::from(feedback.throttled);
                            if feedback.throttled {
                                println!("{:?} {feedback:?}", upstream.start.elapsed());
                            }
                            sleep(random.up_to(self.back)).await;
                            permit.answered(&feedback);
                        }
                        Err(_) => {
                            outcome.failed += 1;
                            sleep(SECOND).await;
                        }
                    }
                }
            });
        }
        callers.join_all().await.into_iter().fold(Outcome::default(), |sum, one| Outcome {
            sent: sum.sent + one.sent,
            failed: sum.failed + one.failed,
            refused: sum.refused + one.refused,
            longest_wait: sum.longest_wait.max(one.longest_wait),
        })
    }
}

fn limiter(share: f64) -> Arc<RateLimiter> {
    let limit = RateLimit::default().with_share(share).unwrap();
    Arc::new(RateLimiter::new(&limit, WhenExhausted::Wait))
}

/// The fullest window of this length, wherever it begins.
fn fullest_sliding(arrivals: &[Duration], length: Duration) -> usize {
    let end = |at: Duration| arrivals.partition_point(|other| *other < at + length);
    arrivals.iter().enumerate().map(|(index, at)| end(*at) - index).max().unwrap()
}

/// The fullest of the windows of this length that begin at a phase, a phase and one length, and so on.
fn fullest_fixed(arrivals: &[Duration], length: Duration, phase: Duration) -> usize {
    let number = |at: &Duration| (*at + length - phase).as_nanos() / length.as_nanos();
    arrivals.chunk_by(|a, b| number(a) == number(b)).map(<[_]>::len).max().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(sent: usize, length: Duration) -> f64 {
    sent as f64 / (length.as_secs_f64() / 60.0 * 2_000.0)
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_uses_the_rate_and_no_window_is_overfull() {
    let ms = Duration::from_millis;
    for (name, there, back, callers) in [
        ("instant", ms(0), ms(1), 50),
        ("usual", ms(50), ms(50), 50),
        ("slow", ms(700), ms(700), 100),
        ("hanging", ms(1_400), ms(6_000), 300),
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
async fn no_429_from_upstream_however_it_counts_and_whatever_it_tells() {
    let phases = (0..6).map(|step| Windows::Fixed(Duration::from_millis(10_300 * step)));
    for windows in phases.chain([Windows::Sliding]) {
        for headers in [Headers::None, Headers::Minute, Headers::Lesser] {
            let upstream = Upstream::new(windows, headers);
            let length = 3 * MINUTE;
            let outcome = Service { length, ..BUSY }.run(&limiter(1.0), &upstream).await;
            let share = share(outcome.sent, length);
            let measured = format!("{windows:?}, {headers:?}: {share:.4} of the rate, {outcome:?}");
            println!("{measured}");
            assert_eq!(upstream.refused(), 0, "{measured}");
            assert!(share >= 0.97 && outcome.failed == 0, "{measured}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_in_a_quiet_service_does_not_end_in_silence() {
    let (limiter, upstream) = (limiter(1.0), Upstream::new(Windows::Sliding, Headers::Minute));
    // One request every two seconds, as a quiet service has them, and on when the batch begins.
    let background = {
        let (limiter, upstream) = (Arc::clone(&limiter), Arc::clone(&upstream));
        tokio::spawn(async move {
            loop {
                let permit = limiter.acquire(Instant::now() + DEADLINE).await.unwrap();
                permit.answered(&upstream.request());
                sleep(2 * SECOND).await;
            }
        })
    };
    sleep(2 * MINUTE).await;
    let began = upstream.arrivals().len();
    let outcome = Service { length: 3 * MINUTE, ..BUSY }.run(&limiter, &upstream).await;
    let first = upstream.arrivals()[began..].iter().filter(|at| **at < 2 * MINUTE + 12 * SECOND).count();
    println!("{first} in the first twelve seconds, {outcome:?}");
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
    println!("{share:.4}, {one:?} {other:?}");
    assert_eq!(upstream.refused(), 0);
    assert!(share >= 0.97, "{share:.4} of the rate");
    assert!((one.sent * 3 / 7).abs_diff(other.sent) < 100, "{one:?} {other:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_process_used_up_is_respected() {
    for left in [1, 3, 150] {
        let upstream = Upstream::new(Windows::Fixed(40 * SECOND), Headers::Minute);
        // 20 seconds before the reset.
        upstream.seen.lock().unwrap().arrivals = vec![upstream.start; 2_000 - left];
        sleep(SECOND).await;
        let limiter = limiter(1.0);
        let outcome = Service { length: 3 * MINUTE, ..BUSY }.run(&limiter, &upstream).await;
        let arrivals = &upstream.arrivals()[2_000 - left..];
        let early = arrivals.iter().filter(|at| **at < 20 * SECOND).count();
        println!("{left} left: {early} sent before the reset, {outcome:?}");
        assert_eq!(upstream.refused(), 0);
        assert!(early <= left && early * 2 >= left, "{early} of {left}");
        let restarted = arrivals[early] - 20 * SECOND;
        assert!(restarted < 2_200 * Duration::from_millis(1), "{restarted:?} after the reset");
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
        let (refused, used) = (upstream.refused(), share(upstream.arrivals().len(), 5 * MINUTE));
        println!("{windows:?}: {used:.4} used by both, {refused} refused, {outcome:?}");
    }
}
