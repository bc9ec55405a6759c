//! Status 429 in all its forms. It says that the request was not looked at, so any operation is repeated.

use std::ops::RangeInclusive;

use mediaconnect_tests::{Answer, Fault};

use crate::row::Operation::{Change, Info, Post, SafePost, Search};
use crate::row::{AT_ONCE, check, row};

const DATE: &str = "Date: Wed, 21 Oct 2015 07:28:00 GMT";

/// When nothing is said, the limiter makes longer pauses than the backoff's.
const OWN_PAUSE: RangeInclusive<u64> = 0..=2_500;
const OWN_PAUSES: RangeInclusive<u64> = 0..=7_500;

fn good() -> Fault {
    Fault::Answer(Answer::good())
}

fn throttled(headers: &[&str]) -> Fault {
    let answer = Answer::status(429).header(DATE).body(r#"{"errorMessage": "canary"}"#);
    Fault::Answer(headers.iter().fold(answer, |answer, header| answer.header(header)))
}

/// A whole number of seconds, twice, and up to a second more each time: resets are rounded.
fn twice(seconds: u64) -> RangeInclusive<u64> {
    2_000 * seconds..=2_000 * (seconds + 1) + 5
}

fn once(seconds: u64) -> RangeInclusive<u64> {
    1_000 * seconds..=1_000 * (seconds + 1) + 5
}

#[test]
#[rustfmt::skip]
fn throttling() {
    let delta = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 3"];
    // Four seconds after the date.
    let epoch = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1445412484"];
    check(vec![
        row("429 without a word", Info, [throttled(&[])], 3, OWN_PAUSES, "429 rate-limited"),
        row("429 without a word, change", Change, [throttled(&[])], 3, OWN_PAUSES, "429 rate-limited"),
        row("429 without a word, once, post", Post, [throttled(&[]), good()], 2, OWN_PAUSE, "ok"),
        row("429 without a word, one attempt", Info, [throttled(&[])], 1, AT_ONCE, "429 rate-limited").max_attempts(1),
        row("429 with Retry-After", Info, [throttled(&["Retry-After: 2"])], 3, twice(2), "429 rate-limited after-2s"),
        row("429 with Retry-After, post", Post, [throttled(&["Retry-After: 2"])], 3, twice(2), "429 rate-limited after-2s"),
        row("429 with Retry-After, once", Search, [throttled(&["Retry-After: 2"]), good()], 2, once(2), "ok"),
        row("429 with Retry-After, once, change", Change, [throttled(&["Retry-After: 2"]), good()], 2, once(2), "ok"),
        row("429 with Retry-After of 0", Info, [throttled(&["Retry-After: 0"]), good()], 2, OWN_PAUSE, "ok"),
        row("429 with a date", Info, [throttled(&["Retry-After: Wed, 21 Oct 2015 07:28:05 GMT"])], 3, twice(5), "429 rate-limited after-5s"),
        row("429 with a date, once, post", Post, [throttled(&["Retry-After: Wed, 21 Oct 2015 07:28:05 GMT"]), good()], 2, once(5), "ok"),
        row("429 with seconds to the reset", Info, [throttled(&delta)], 3, twice(3), "429 rate-limited after-3s"),
        row("429 with seconds to the reset, once, change", Change, [throttled(&delta), good()], 2, once(3), "ok"),
        row("429 with the reset's epoch second", Search, [throttled(&epoch)], 3, twice(4), "429 rate-limited after-4s"),
        row("429 with the reset's epoch second, once, post", Post, [throttled(&epoch), good()], 2, once(4), "ok"),
        row("429 with nonsense", SafePost, [throttled(&["Retry-After: soon", "X-RateLimit-Reset: never"]), good()], 2, OWN_PAUSE, "ok"),
        row("429 with a reset in a year", Info, [throttled(&["X-RateLimit-Reset: 31536000"]), good()], 2, OWN_PAUSE, "ok"),
        row("429, then 503, then good", Info, [throttled(&["Retry-After: 1"]), Fault::Answer(Answer::status(503)), good()], 3, 1_000..=2_300, "ok"),
        row("429, then 503, post", Post, [throttled(&["Retry-After: 1"]), Fault::Answer(Answer::status(503)), good()], 2, once(1), "503 unavailable outcome-unknown"),
    ]);
}

#[test]
#[rustfmt::skip]
fn throttling_for_longer_than_the_call_can_wait() {
    let minute = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 60"];
    let epoch = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1445412540"];
    check(vec![
        row("429 with Retry-After past the deadline", Info, [throttled(&["Retry-After: 60"])], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with Retry-After past the deadline, post", Post, [throttled(&["Retry-After: 60"])], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with a date past the deadline", Info, [throttled(&["Retry-After: Wed, 21 Oct 2015 08:28:00 GMT"])], 1, AT_ONCE, "429 rate-limited after-3600s"),
        row("429 with a reset past the deadline", Search, [throttled(&minute)], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with an epoch second past the deadline", Change, [throttled(&epoch)], 1, AT_ONCE, "429 rate-limited after-60s"),
        row("429 with Retry-After past the call's deadline", Info, [throttled(&["Retry-After: 5"])], 1, AT_ONCE, "429 rate-limited after-5s").deadline(3_000),
        row("429 with Retry-After past what is left of it", Info, [throttled(&["Retry-After: 5"])], 2, 5_000..=6_005, "429 rate-limited after-5s").deadline(8_000),
        // The next call knows, and does not ask.
        row("a call in the pause after a 429", Info, [throttled(&["Retry-After: 60"]), good()], 1, AT_ONCE, "rate-limited after-60s").calls(2).attempts(0),
        row("a call in the pause after a 429, post", Post, [throttled(&["Retry-After: 60"]), good()], 1, AT_ONCE, "rate-limited after-60s").calls(2).attempts(0),
        row("a call that can wait for the end of the pause", Info, [throttled(&["Retry-After: 20"]), good()], 2, 20_000..=21_005, "ok").calls(2).max_attempts(1),
    ]);
}
