//! Reads the information about the rate from a response.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};

use super::text;

/// The longest plausible time until a reset. Upstream renews the limit every 60 seconds, so a longer time must be an
/// error.
const MAX_RESET: Duration = Duration::from_secs(120);
/// A reset below this number is a duration in seconds. Any other reset is a point in time, in seconds since 1970. The
/// number stands for a date in 2001, so every real point in time is larger.
const FIRST_EPOCH_SECOND: u64 = 1_000_000_000;
/// A reset that is at most this many seconds in the past is accepted. Its time may have passed while the response was
/// in transit.
const MAX_PAST_RESET: u64 = 2;

/// The header with the number of requests that upstream accepts before it responds with 429.
pub(crate) static REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
/// The header with the time until the limit is renewed.
pub(crate) static RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The information about the rate in a response. The default contains no information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Feedback {
    /// Upstream refused the request with 429.
    pub(crate) throttled: bool,
    /// `Retry-After`: the time to wait before the next request.
    pub(crate) retry_after: Option<Duration>,
    /// `X-RateLimit-Remaining`: the number of requests that upstream accepts before it responds with 429.
    pub(crate) remaining: Option<u32>,
    /// `X-RateLimit-Reset`: the time until the limit is renewed.
    pub(crate) reset: Option<Duration>,
}

impl Feedback {
    /// Reads the status and the headers. Malformed and implausible values count as absent.
    ///
    /// `wall` returns the current time by the response's `Date`, or by our own clock if there is no `Date`. It is
    /// called only if the reset is a point in time.
    pub(crate) fn read(
        status: StatusCode,
        headers: &HeaderMap,
        retry_after: Option<Duration>,
        wall: impl FnOnce() -> SystemTime,
    ) -> Self {
        Self {
            throttled: status == StatusCode::TOO_MANY_REQUESTS,
            retry_after,
            remaining: number(headers, &REMAINING).and_then(|number| number.try_into().ok()),
            reset: number(headers, &RESET).and_then(|number| reset(number, wall)),
        }
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// Reads a reset. Upstream's documentation says "remaining (epoch) seconds", which can mean a duration or a point in
/// time. The size of the number shows which of the two it is.
fn reset(number: u64, wall: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let seconds = if number < FIRST_EPOCH_SECOND {
        number
    } else {
        let now = wall().duration_since(UNIX_EPOCH).ok()?.as_secs();
        if number < now.saturating_sub(MAX_PAST_RESET) {
            return None;
        }
        number.saturating_sub(now)
    };
    Some(Duration::from_secs(seconds)).filter(|reset| *reset <= MAX_RESET)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: u64 = 1_800_000_000;

    fn read(remaining: &str, reset: &str) -> Feedback {
        let mut headers = HeaderMap::new();
        headers.insert("X-RateLimit-Remaining", remaining.parse().unwrap());
        headers.insert("X-RateLimit-Reset", reset.parse().unwrap());
        Feedback::read(StatusCode::OK, &headers, None, || UNIX_EPOCH + Duration::from_secs(WALL))
    }

    #[test]
    fn a_reset_is_seconds_to_go_or_an_epoch_second() {
        for (text, seconds) in [
            ("0", Some(0)),
            (" 60 ", Some(60)),
            ("120", Some(120)),
            ("1800000000", Some(0)),
            ("1800000042", Some(42)),
            ("1799999998", Some(0)),
            // The following values are implausible, so they are ignored: a time that is too far in the future or long
            // past, a time in milliseconds, and text that is not a whole number.
            ("121", None),
            ("86400", None),
            ("1800000121", None),
            ("1799999997", None),
            ("1800000042000", None),
            ("18446744073709551615", None),
            ("18446744073709551616", None),
            ("-1", None),
            ("12.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(read("1", text).reset, seconds.map(Duration::from_secs), "{text:?}");
        }
    }

    #[test]
    fn nonsense_in_remaining_counts_as_absent() {
        assert_eq!(read(" 1999 ", "60").remaining, Some(1_999));
        for text in ["", "-1", "many", "1e3", "4294967296"] {
            assert_eq!(read(text, "60").remaining, None, "{text:?}");
        }
        let wall = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(
            Feedback::read(StatusCode::OK, &HeaderMap::new(), None, || wall),
            Feedback::default(),
            "no headers"
        );
    }
}
