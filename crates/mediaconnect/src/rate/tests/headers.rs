//! Tests that the limiter follows upstream's headers.

use super::*;

/// Returns the feedback of a response with these headers.
fn told(remaining: &'static str, reset: &'static str) -> Feedback {
    let mut headers = HeaderMap::new();
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static(remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from_static(reset));
    Feedback::read(StatusCode::OK, &headers, None, || UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

#[tokio::test(start_paused = true)]
async fn no_more_are_sent_than_upstream_says_remain() {
    for reset in ["40", "1800000040"] {
        let limiter = limiter(1.0);
        request(&limiter, &told("3", reset)).await;
        for remaining in ["2", "1", "0"] {
            assert_eq!(request(&limiter, &told(remaining, reset)).await, Duration::ZERO);
        }
        // Upstream reports a reset in whole seconds. It is unknown whether upstream rounds up or down.
        let error = limiter.acquire(Instant::now() + 30 * SECOND).await.err().unwrap();
        assert_eq!(error.wait, 41 * SECOND);
        assert_eq!(request(&limiter, &told("1999", "59")).await, 41 * SECOND);
        assert_eq!(request(&limiter, &Feedback::default()).await, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_that_leaves_no_requests_stops_all_until_the_reset() {
    let limiter = limiter(1.0);
    for _ in 0..99 {
        request(&limiter, &Feedback::default()).await;
    }
    // The 100 requests of this second explain the 429, but upstream says that the limit applies until the reset.
    let refused = Feedback { throttled: true, retry_after: Some(SECOND), ..told("0", "30") };
    request(&limiter, &refused).await;
    assert_eq!(request(&limiter, &Feedback::default()).await, 31 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_others_at_the_start_of_a_fixed_window_stops_all_until_the_reset() {
    let limit = RateLimit::new(100, 150).unwrap();
    let limiter = RateLimiter::new(&limit, WhenExhausted::Wait);
    request(&limiter, &told("0", "60")).await;
    assert_eq!(request(&limiter, &Feedback::default()).await, 61 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn headers_without_sense_change_nothing() {
    let limiter = limiter(1.0);
    for (remaining, reset) in [("0", "soon"), ("0", "500"), ("0", "1700000000"), ("-1", "30"), ("none", "30")]
    {
        assert_eq!(request(&limiter, &told(remaining, reset)).await, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_newer_response_releases_callers_that_an_older_one_delays() {
    let limiter = limiter(1.0);
    request(&limiter, &told("1999", "60")).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap());
    }
    let [mut older, mut newer, mut newest] = open.try_into().ok().unwrap();
    older.answered(&told("1", "20"));
    let waiting = async { request(&limiter, &told("1998", "60")).await };
    let answers = async {
        sleep(SECOND).await;
        newest.answered(&told("1996", "60"));
        newer.answered(&told("0", "20"));
    };
    let (waited, ()) = tokio::join!(waiting, answers);
    assert_eq!(waited, SECOND);
    assert_eq!(request(&limiter, &Feedback::default()).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn after_a_429_nobody_sends_for_as_long_as_upstream_says() {
    let throttled = Feedback { throttled: true, ..Feedback::default() };
    let limiter = limiter(1.0);
    let after = |seconds| Feedback { retry_after: Some(seconds * SECOND), ..throttled };
    request(&limiter, &after(5)).await;
    assert_eq!(request(&limiter, &after(86_400)).await, 5 * SECOND);
    assert_eq!(request(&limiter, &Feedback::default()).await, 2 * MINUTE, "a longer pause is capped");

    // Without `Retry-After`, each pause is twice as long as the one before, up to a minute.
    sleep(MINUTE).await;
    request(&limiter, &throttled).await;
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(request(&limiter, &throttled).await, seconds * SECOND);
    }
    // After a response other than 429, the next pause is one second again.
    assert_eq!(request(&limiter, &Feedback::default()).await, MINUTE);
    sleep(SECOND).await;
    request(&limiter, &throttled).await;
    assert_eq!(request(&limiter, &Feedback::default()).await, SECOND);
}

#[tokio::test(start_paused = true)]
async fn refusals_of_requests_that_were_under_way_together_are_one() {
    let limiter = limiter(1.0);
    request(&limiter, &Feedback::default()).await;
    let mut open = Vec::new();
    for _ in 0..50 {
        open.push(limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap());
    }
    let throttled = Feedback { throttled: true, ..Feedback::default() };
    for mut permit in open {
        permit.answered(&throttled);
    }
    assert_eq!(request(&limiter, &Feedback::default()).await, SECOND);
}

#[test]
fn a_wall_clock_that_jumps_changes_nothing_but_the_meaning_of_an_epoch_second() {
    let mut headers = HeaderMap::new();
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("7"));
    headers.insert("x-ratelimit-reset", HeaderValue::from_static("1800000040"));
    for seconds in [0, 1_700_000_000, 1_800_000_043, u64::MAX / 4_000_000_000] {
        let wall = UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(Feedback::read(StatusCode::OK, &headers, None, || wall).reset, None);
    }
    let before_1970: SystemTime = UNIX_EPOCH - MINUTE;
    assert_eq!(Feedback::read(StatusCode::OK, &headers, None, || before_1970).reset, None);
}

#[tokio::test(start_paused = true)]
async fn a_429_for_a_request_sent_before_the_pause_does_not_extend_it() {
    let limiter = limiter(1.0);
    let refused = Feedback { throttled: true, ..Feedback::default() };
    let mut first = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
    let mut second = limiter.acquire(Instant::now() + MINUTE).await.ok().unwrap();
    first.answered(&refused);
    sleep(900 * MS).await;
    second.answered(&refused);
    assert_eq!(request(&limiter, &Feedback::default()).await, 100 * MS);
}
