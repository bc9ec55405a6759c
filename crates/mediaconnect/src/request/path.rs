//! Refuses paths that two servers could read differently.
//!
//! There may be gateways and proxies between the client and the application. Some servers decode a character that
//! others read literally, cut a segment at a semicolon, or drop an empty segment. Then a value in the path could send
//! the request, and its token, to another endpoint. So a path is refused if any server could split it into other
//! segments.

use percent_encoding::percent_decode_str;

use crate::error::{Error, Result};

/// The maximum number of times that a segment may be percent-encoded. No server is expected to decode more often.
const MAX_ENCODINGS: usize = 4;

/// Checks the path of a request, with its query.
///
/// # Errors
/// Returns an error if the path does not begin with a slash, or if a server could read it as another path.
pub(super) fn check(path: &str) -> Result<()> {
    if !path.starts_with('/') {
        return refused("must begin with a slash, as in /v1/client/access");
    }
    if path.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#')) {
        return refused(
            "must not contain a control character, space, backslash or hash: percent-encode a space; \
             the others are allowed only in the query, percent-encoded",
        );
    }
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let mut segments = path[1..].split('/').peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            return refused("must not contain an empty segment: give each segment a value");
        }
        check_segment(segment)?;
    }
    Ok(())
}

/// Checks a segment as written, and each of its decoded forms.
fn check_segment(segment: &str) -> Result<()> {
    if !has_whole_escapes(segment) {
        return refused(
            "must have two hexadecimal digits after each percent sign: write %25 for the sign itself",
        );
    }
    let mut segment = segment.to_owned();
    for _ in 0..=MAX_ENCODINGS {
        check_characters(&segment)?;
        let Ok(decoded) = percent_decode_str(&segment).decode_utf8() else {
            return refused("has percent-encoded bytes that are not UTF-8: encode the value as UTF-8");
        };
        if decoded == segment {
            return Ok(());
        }
        segment = decoded.into_owned();
    }
    refused("is percent-encoded too many times: encode each value once")
}

fn check_characters(segment: &str) -> Result<()> {
    if matches!(segment, "." | "..") {
        return refused("must not contain the segment `.` or `..`, encoded or not");
    }
    for c in segment.chars() {
        return refused(match c {
            ';' => "must not contain a semicolon, encoded or not: some servers ignore the text after it",
            '/' | '\\' => "must not contain a slash or backslash within a segment, encoded or not",
            '?' | '#' => "must not contain a question mark or hash within a segment, encoded or not",
            c if c.is_control() => "must not contain a control character, encoded or not",
            c if c.is_ascii() || c.is_alphabetic() => continue,
            // Other characters are refused, because text normalisation may turn them into a dot or a slash.
            _ => "must not contain non-ASCII characters, except precomposed letters such as é",
        });
    }
    Ok(())
}

/// Returns true if two hexadecimal digits follow each percent sign.
fn has_whole_escapes(segment: &str) -> bool {
    let is_hex = |digits: &str| digits.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    segment.split('%').skip(1).all(is_hex)
}

fn refused(rule: &str) -> Result<()> {
    Err(Error::configuration(format!("the path of the request {rule}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that all paths are refused, and that the message contains `told`.
    fn assert_refused(paths: &[&str], told: &str) {
        for path in paths {
            let error = check(path).expect_err(path);
            assert!(error.is_configuration() && error.to_string().contains(told), "{path:?}: {error}");
        }
    }

    #[test]
    fn a_path_stays_below_the_base_url() {
        for good in ["/v1/client/access", "/v1/a%20b", "/v1/a?b=../c", "/v1/a..b/.c", "/", "/v1/", "/v1/..."]
        {
            assert!(check(good).is_ok(), "{good}");
        }
        assert_refused(&["", "v1/a", "https://example.com/"], "begin with a slash");
        assert_refused(
            &["/a\\b", "/a#b", "/a b", "/a\r\nb", "/a\0b", "/a\u{a0}b", "/a?b c", "/a?b#c"],
            "percent-encode",
        );
        assert_refused(&["/v1/../x", "/v1/%2E%2e/x", "/./v1", "/v1/.", "/v1/..?a", "/%2e"], "`.` or `..`");
    }

    #[test]
    fn a_path_has_no_segment_that_servers_read_differently() {
        // A semicolon is refused, because some servers, such as Tomcat, ignore the rest of the segment after a
        // semicolon.
        assert_refused(
            &["/v1/..;/x", "/v1/.;a=b/x", "/v1/a;b", "/v1/;", "/v1/%2e%2e%3b/x", "/v1/a%3Bb"],
            "semicolon",
        );
        // An encoded separator is refused, because a proxy may decode it before the server splits the path into
        // segments.
        assert_refused(&["/v1/a%2fb", "/v1/%2e%2e%2F%2e%2e/x", "/v1/a%5cb", "/v1/a%5Cb"], "slash");
        assert_refused(&["/v1/a%3fb=c", "/v1/a%23b"], "question mark");
        assert_refused(&["/v1/a%00", "/v1/a%0d%0ab", "/v1/a%7fb", "/v1/a%c2%85b"], "control character");
        // An empty segment is refused, because an empty value could turn the path into that of another endpoint.
        assert_refused(&["//example.com/x", "/v1//x", "/v1///", "//"], "empty segment");
        // A character or segment that is refused is also refused if it is encoded several times.
        assert_refused(&["/v1/%252e%252e/x", "/v1/%25252e%25252E/x"], "`.` or `..`");
        assert_refused(&["/v1/a%252fb", "/v1/a%255cb"], "slash");
        assert_refused(&["/v1/..%253b/x", "/v1/..%25253b/x"], "semicolon");
        assert_refused(&["/v1/a%2500"], "control character");
        // Malformed escapes and invalid UTF-8 are refused, because lenient servers may decode them to dots and slashes.
        assert_refused(&["/v1/100%", "/v1/%zz", "/v1/%2", "/v1/%u002e"], "percent sign");
        assert_refused(&["/v1/%c0%ae%c0%ae/x", "/v1/%e0%80%af", "/v1/%ff", "/v1/%25c0%25ae"], "UTF-8");
        // These characters are refused, because text normalisation turns them into a dot, a slash, a semicolon or a
        // percent sign.
        for sign in [
            '\u{2024}', '\u{2025}', '\u{2026}', '\u{ff0e}', '\u{fe52}', '\u{2488}', '\u{2215}', '\u{ff0f}',
            '\u{ff3c}',
        ] {
            let encoded: String =
                sign.to_string().bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02x}"));
            assert_refused(&[&format!("/v1/{sign}"), &format!("/v1/{encoded}/x")], "letters");
        }
        assert_refused(
            &["/v1/\u{ff1b}", "/v1/\u{37e}", "/v1/\u{ff05}2e", "/v1/\u{200b}", "/v1/a\u{30a}"],
            "letters",
        );
        // Values that real data may contain are accepted.
        for good in [
            "/v1/100%25",
            "/v1/50%25%20off",
            "/v1/Bærum",
            "/v1/B%C3%A6rum",
            "/v1/a+b@c",
            "/v1/(a)*'!$&,=:~_-",
            "/v1/%7B\"<>`|^{}",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_query_may_hold_anything_that_a_request_line_can() {
        for good in [
            "/v1/a?b=%2f..%2f&c=%00;d",
            "/v1/a?b=..;/../..",
            "/v1/a?b=100%",
            "/v1/a?",
            "/v1/a??b=//c",
            "/?q=å",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_path_that_is_encoded_without_end_is_refused_in_no_time() {
        let path = format!("/%{}41", "25".repeat(200_000));
        assert_refused(&[&path], "too many times");
    }
}
