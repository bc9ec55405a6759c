//! Tests bodies that are large enough to fill the memory. The client must stop reading them after a few MiB.

use mediaconnect_tests::{Fault, Response};

use Fault::{Flood, FloodInChunks, GzipBomb};

use crate::row::Operation::{Change, Info, Post, SafePost, Search};
use crate::row::{AT_ONCE, BACKOFFS, check, row};

const MIB: u64 = 1024 * 1024;
/// The maximum number of bytes that a server can send before the client stops reading: the size limit of a body, plus
/// the buffers of two sockets.
const ONE_BODY: u64 = 8 * MIB + 32 * MIB;

#[test]
#[rustfmt::skip]
fn of_successes() {
    check(vec![
        row("1 GiB", Info, [Flood(200)], 1, AT_ONCE, "200 decode").sent_at_most(ONE_BODY),
        row("1 GiB, change", Change, [Flood(200)], 1, AT_ONCE, "200 decode outcome-unknown").sent_at_most(ONE_BODY),
        row("1 GiB in chunks", Search, [FloodInChunks], 1, AT_ONCE, "200 decode").sent_at_most(ONE_BODY),
        row("1 GiB in chunks, post", Post, [FloodInChunks], 1, AT_ONCE, "200 decode outcome-unknown").sent_at_most(ONE_BODY),
        row("1 MiB that unpacks to 1 GiB", Info, [GzipBomb(200)], 1, AT_ONCE, "200 decode").sent_at_most(2 * MIB),
        row("1 MiB that unpacks to 1 GiB, post", Post, [GzipBomb(200)], 1, AT_ONCE, "200 decode outcome-unknown").sent_at_most(2 * MIB),
    ]);
}

#[test]
#[rustfmt::skip]
fn of_errors() {
    check(vec![
        // If an error response has too large a body, the client reports the status, not the size of the body.
        row("500 with 1 GiB", Info, [Flood(500)], 1, AT_ONCE, "500 unavailable").sent_at_most(ONE_BODY),
        row("500 with 1 GiB, post", Post, [Flood(500)], 1, AT_ONCE, "500 unavailable outcome-unknown").sent_at_most(ONE_BODY),
        row("503 with 1 GiB", SafePost, [Flood(503)], 3, BACKOFFS, "503 unavailable").sent_at_most(3 * ONE_BODY),
        row("503 with 1 GiB, once", Info, [Flood(503), Fault::Response(Response::good())], 2, BACKOFFS, "ok").sent_at_most(ONE_BODY),
        row("404 with what unpacks to 1 GiB", Info, [GzipBomb(404)], 3, BACKOFFS, "404 gateway").sent_at_most(6 * MIB),
        row("502 with what unpacks to 1 GiB, change", Change, [GzipBomb(502)], 1, AT_ONCE, "502 unavailable outcome-unknown").sent_at_most(2 * MIB),
    ]);
}

#[test]
#[rustfmt::skip]
fn of_tokens() {
    let good = || Fault::Response(Response::good());
    check(vec![
        row("a token of 1 GiB", Info, [good()], 0, AT_ONCE, "200 token decode").token([Flood(200)], 1).sent_at_most(ONE_BODY),
        row("a token that unpacks to 1 GiB, post", Post, [good()], 0, AT_ONCE, "200 token decode").token([GzipBomb(200)], 1).sent_at_most(2 * MIB),
        row("a refusal of 1 GiB", Search, [good()], 0, AT_ONCE, "401 token auth").token([Flood(401)], 1).sent_at_most(ONE_BODY),
    ]);
}
