//! Reads the headers of a response that determine when the next request may be sent.

mod feedback;

use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

pub(crate) use self::feedback::{Feedback, REMAINING, RESET};

pub(crate) fn feedback(response: &Response) -> Feedback {
    let headers = response.headers();
    // A point in time in a header is compared with upstream's clock, because this machine's clock may be wrong.
    let wall = || date_of(headers).unwrap_or_else(SystemTime::now);
    Feedback::read(response.status(), headers, retry_after(headers, wall), wall)
}

/// Returns the time of the response by the server's clock.
pub(crate) fn date_of(headers: &HeaderMap) -> Option<SystemTime> {
    date(headers, &DATE)
}

/// Reads `Retry-After`: seconds or an HTTP date (RFC 9110, section 10.2.3). A date in the past means no wait.
fn retry_after(headers: &HeaderMap, wall: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let seconds = text(headers, &RETRY_AFTER)?.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| Some(date(headers, &RETRY_AFTER)?.duration_since(wall()).unwrap_or_default()))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?).ok()
}

/// Returns the value of a header without surrounding white space, or `None` if it is not visible ASCII.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim_ascii)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn read(value: &str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        let wall = UNIX_EPOCH + Duration::from_secs(1_445_412_450);
        retry_after(&headers, || wall).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(read("120"), Some(120));
        assert_eq!(read(" 0 "), Some(0));
        // By the test's clock, the time is 07:27:30 GMT.
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(30));
        assert_eq!(read("Wed, 21 Oct 2015 07:27:00 GMT"), Some(0));
    }

    #[test]
    fn nonsense_counts_as_absent() {
        for value in ["", "soon", "-1", "1.5", "2015-10-21"] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
