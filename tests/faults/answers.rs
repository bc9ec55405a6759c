//! Tests responses with an error status or an unexpected content, and the pauses that responses request with headers.

use mediaconnect_tests::{Fault, Response};

use Fault::SilenceInBody;

use crate::row::Operation::{Change, Info, Post, SafePost, Search};
use crate::row::{AT_ONCE, BACKOFF, BACKOFFS, check, row};

const HTML: &str = "<!DOCTYPE html><html><body><h1>canary</h1></body></html>";
const VERSION: &str = "X-Mediaconnect-Api-Version: 1.2.3";
const DATE: &str = "Date: Wed, 21 Oct 2015 07:28:00 GMT";

fn good() -> Fault {
    Fault::Response(Response::good())
}

fn status(status: u16) -> Fault {
    Fault::Response(Response::status(status).body(r#"{"exceptionType": "canary", "errorMessage": "canary"}"#))
}

fn html(status: u16) -> Fault {
    body(status, HTML)
}

fn body(status: u16, body: &str) -> Fault {
    Fault::Response(Response::status(status).header("Content-Type: text/html").body(body))
}

/// Returns a 503 with the header `Retry-After`.
fn busy(retry_after: &str) -> Fault {
    Fault::Response(Response::status(503).header(DATE).header(&format!("Retry-After: {retry_after}")))
}

fn redirect(status: u16) -> Fault {
    Fault::Response(Response::status(status).header("Location: /canary"))
}

#[test]
#[rustfmt::skip]
fn failures_of_upstream() {
    check(vec![
        // A 500 is not retried, because upstream does not document that a retry helps.
        row("500", Info, [status(500)], 1, AT_ONCE, "500 unavailable"),
        row("500, post", Post, [status(500), good()], 1, AT_ONCE, "500 unavailable outcome-unknown"),
        row("501", Search, [status(501)], 1, AT_ONCE, "501 unavailable"),
        row("502 as HTML", Info, [html(502)], 3, BACKOFFS, "502 unavailable"),
        row("502 as HTML, change", Change, [html(502)], 1, AT_ONCE, "502 unavailable outcome-unknown"),
        row("502 as HTML, once", Search, [html(502), good()], 2, BACKOFF, "ok"),
        row("503", Info, [status(503)], 3, BACKOFFS, "503 unavailable"),
        row("503, post", Post, [status(503), good()], 1, AT_ONCE, "503 unavailable outcome-unknown"),
        row("503, twice", SafePost, [status(503), status(503), good()], 3, BACKOFFS, "ok"),
        row("503, one attempt", Info, [status(503)], 1, AT_ONCE, "503 unavailable").max_attempts(1),
        row("503, five attempts", Info, [status(503)], 5, 0..=3_004, "503 unavailable").max_attempts(5),
        row("503, eight attempts", Search, [status(503)], 8, 0..=16_207, "503 unavailable").max_attempts(8),
        row("503 whose body stays away", Info, [SilenceInBody(Response::status(503).body(HTML))], 3, 30_000..=30_001, "503 unavailable"),
        row("503 whose body stays away, change", Change, [SilenceInBody(Response::status(503).body(HTML))], 1, 10_000..=10_001, "503 unavailable outcome-unknown"),
        row("504", Search, [status(504)], 3, BACKOFFS, "504 unavailable"),
        row("504, change", Change, [status(504), good()], 1, AT_ONCE, "504 unavailable outcome-unknown"),
        // A 408 or 425 without proof that Connect sent it counts as the response of a gateway.
        row("408", Info, [html(408)], 3, BACKOFFS, "408 gateway"),
        row("408, once", Search, [html(408), good()], 2, BACKOFF, "ok"),
        row("408, change", Change, [html(408)], 1, AT_ONCE, "408 gateway outcome-unknown"),
        row("425, post", Post, [html(425)], 1, AT_ONCE, "425 gateway outcome-unknown"),
        row("502, 503, then 500", Info, [status(502), status(503), status(500)], 3, BACKOFFS, "500 unavailable"),
        row("503, then 404", Info, [status(503), status(404)], 2, BACKOFF, "404 not-found"),
    ]);
}

#[test]
#[rustfmt::skip]
fn pauses_that_upstream_asks_for() {
    check(vec![
        row("503 with Retry-After", Info, [busy("2")], 3, 4_000..=4_002, "503 unavailable after-2s"),
        row("503 with Retry-After, post", Post, [busy("2")], 1, AT_ONCE, "503 unavailable outcome-unknown after-2s"),
        row("503 with Retry-After, once", Search, [busy("2"), good()], 2, 2_000..=2_001, "ok"),
        row("503 with Retry-After of 0", Info, [busy("0"), good()], 2, 0..=1, "ok"),
        row("503 with a date", Info, [busy("Wed, 21 Oct 2015 07:28:07 GMT"), good()], 2, 7_000..=7_001, "ok"),
        row("503 with a date of the past", Info, [busy("Wed, 21 Oct 2015 07:00:00 GMT"), good()], 2, 0..=1, "ok"),
        row("503 with nonsense", Info, [busy("canary"), good()], 2, BACKOFF, "ok"),
        row("503 with less than nothing", Info, [busy("-5"), good()], 2, BACKOFF, "ok"),
        // If the requested pause ends after the deadline, the client does not wait and returns the error at once.
        row("503 with Retry-After past the deadline", Info, [busy("60")], 1, AT_ONCE, "503 unavailable after-60s"),
        row("503 with Retry-After of ages", Info, [busy("18446744073709551615")], 1, AT_ONCE, "503 unavailable after-18446744073709551615s"),
        row("503 with a date past the deadline", Search, [busy("Thu, 22 Oct 2015 07:28:00 GMT")], 1, AT_ONCE, "503 unavailable after-86400s"),
        row("503 with Retry-After past the call's deadline", Info, [busy("2"), good()], 1, AT_ONCE, "503 unavailable after-2s").deadline(1_000),
        row("503 with Retry-After past what is left of it", Info, [busy("2")], 2, 2_000..=2_001, "503 unavailable after-2s").deadline(3_000),
        row("503 with Retry-After, the last attempt", Info, [busy("2")], 2, 2_000..=2_001, "503 unavailable after-2s").max_attempts(2),
    ]);
}

#[test]
#[rustfmt::skip]
fn refusals() {
    check(vec![
        row("400", Info, [status(400)], 1, AT_ONCE, "400 refused"),
        row("400, change", Change, [status(400)], 1, AT_ONCE, "400 refused"),
        row("403", Info, [status(403)], 1, AT_ONCE, "403 forbidden"),
        row("403, post", Post, [status(403)], 1, AT_ONCE, "403 forbidden"),
        row("403, change", Change, [status(403), good()], 1, AT_ONCE, "403 forbidden"),
        row("404", Info, [status(404)], 1, AT_ONCE, "404 not-found"),
        // An HTML page does not come from the Connect API, so this 404 does not prove that the customer does not exist.
        row("404 as HTML", Search, [html(404)], 3, BACKOFFS, "404 gateway"),
        row("404 as HTML, once", Info, [html(404), good()], 2, BACKOFF, "ok"),
        row("404 as HTML, change", Change, [html(404), good()], 1, AT_ONCE, "404 gateway outcome-unknown"),
        row("404 with the version", Info, [Fault::Response(Response::status(404).header(VERSION))], 1, AT_ONCE, "404 not-found"),
        // No redirect is followed, not even to the same server, because the token must not reach another server.
        row("301", Info, [redirect(301)], 3, BACKOFFS, "301 gateway"),
        row("302", Info, [redirect(302)], 3, BACKOFFS, "302 gateway"),
        row("303, change", Change, [redirect(303), good()], 1, AT_ONCE, "303 gateway outcome-unknown"),
        row("307, search", Search, [redirect(307), good()], 2, BACKOFF, "ok"),
        row("308, post", Post, [redirect(308), good()], 1, AT_ONCE, "308 gateway outcome-unknown"),
    ]);
}

#[test]
#[rustfmt::skip]
fn successes_that_are_none() {
    check(vec![
        row("truncated JSON", Info, [body(200, r#"{"customerNumber": 563457, "name": {"firstName": "canary"#)], 1, AT_ONCE, "200 decode"),
        row("truncated JSON, change", Change, [body(200, r#"{"success": tr"#)], 1, AT_ONCE, "200 decode outcome-unknown"),
        row("HTML", Search, [html(200), good()], 1, AT_ONCE, "200 decode"),
        row("HTML, post", Post, [html(200)], 1, AT_ONCE, "200 decode outcome-unknown"),
        row("XML", Info, [body(200, "<?xml version='1.0'?><customer>canary</customer>")], 1, AT_ONCE, "200 decode"),
        row("nothing", Info, [body(200, "")], 1, AT_ONCE, "200 decode"),
        row("nothing, change", Change, [body(200, "")], 1, AT_ONCE, "200 decode outcome-unknown"),
        row("nothing with the version, change", Change, [Fault::Response(Response::status(200).header(VERSION))], 1, AT_ONCE, "ok"),
        row("an object without success, change", Change, [body(200, r#"{"success": null}"#)], 1, AT_ONCE, "200 decode outcome-unknown"),
        row("not done, change", Change, [Fault::Response(Response::status(200).header(VERSION).body(r#"{"success": false}"#))], 1, AT_ONCE, "200 reported-failure"),
        row("not done, as anybody may say, change", Change, [body(200, r#"{"success": false, "message": "canary"}"#)], 1, AT_ONCE, "200 reported-failure outcome-unknown"),
        row("nothing, post", Post, [body(200, "")], 1, AT_ONCE, "200 decode outcome-unknown"),
        row("204", Info, [Fault::Response(Response::status(204))], 1, AT_ONCE, "204 decode"),
        row("204, post", Post, [Fault::Response(Response::status(204))], 1, AT_ONCE, "204 decode outcome-unknown"),
        row("204 with the version, post", Post, [Fault::Response(Response::status(204).header(VERSION))], 1, AT_ONCE, "ok"),
        row("JSON that is called HTML", Info, [body(200, r#"{"customerNumber": 563457}"#)], 1, AT_ONCE, "ok"),
    ]);
}
