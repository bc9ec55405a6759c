//! Tests connection faults: failed connection attempts, broken connections, silent servers, and protocols other than
//! HTTP.

use std::time::Duration;

use mediaconnect_tests::{Door, Fault, Response};

use Fault::{
    CloseAfter, CloseBeforeHead, CloseInBody, CloseInChunk, Garbage, GarbageOnAccept, HugeHead, Late,
    ResetBeforeHead, ResetInBody, ResetOnAccept, Silence, SilenceInBody, SlowBody, SlowHead,
};

use crate::row::Operation::{Change, Info, Post, SafePost, Search};
use crate::row::{AT_ONCE, BACKOFF, BACKOFFS, check, row};

const SSH: &[u8] = b"SSH-2.0-OpenSSH_9.6\r\n";
const MIB: u64 = 1024 * 1024;

fn good() -> Fault {
    Fault::Response(Response::good())
}

fn cut() -> Response {
    Response::good()
}

#[test]
#[rustfmt::skip]
fn no_connection() {
    let soon = Door::OpensAfter(Duration::from_millis(3));
    check(vec![
        // Nothing was sent, so even an operation that is not safe to retry is retried.
        row("refused", Info, [good()], 0, BACKOFFS, "unavailable connect").door(Door::Closed).attempts(3),
        row("refused, change", Change, [good()], 0, BACKOFFS, "unavailable connect").door(Door::Closed).attempts(3),
        row("refused, post", Post, [good()], 0, BACKOFFS, "unavailable connect").door(Door::Closed).attempts(3),
        row("refused, one attempt", Search, [good()], 0, AT_ONCE, "unavailable connect").door(Door::Closed).max_attempts(1).attempts(1),
        row("refused, at first", Info, [good()], 1, BACKOFFS, "ok").door(soon),
        row("refused, at first, change", Change, [good()], 1, BACKOFFS, "ok").door(soon),
        // A connection attempt takes at most 5 seconds.
        row("TLS handshake without end", Info, [good()], 0, 15_000..=15_605, "unavailable connect").tls().attempts(3).connections(3),
        row("TLS handshake without end, post", Post, [good()], 0, 15_000..=15_605, "unavailable connect").tls().attempts(3).connections(3),
        row("TLS handshake without end, deadline", Info, [good()], 0, 7_000..=7_001, "timeout").tls().attempts(2).deadline(7_000),
        row("no TLS on the other side", SafePost, [GarbageOnAccept(SSH)], 0, BACKOFFS, "unavailable connect").tls().attempts(3).connections(3),
        row("no TLS on the other side, change", Change, [GarbageOnAccept(SSH)], 0, BACKOFFS, "unavailable connect").tls().attempts(3),
        row("reset during the TLS handshake, post", Post, [ResetOnAccept], 0, BACKOFFS, "unavailable connect").tls().attempts(3),
    ]);
}

#[test]
#[rustfmt::skip]
fn broken_connections() {
    check(vec![
        row("reset on accept", Info, [ResetOnAccept], 0, BACKOFFS, "unavailable interrupted").attempts(3).connections(3),
        row("reset on accept, post", Post, [ResetOnAccept], 0, AT_ONCE, "unavailable interrupted outcome-unknown").attempts(1).connections(1),
        row("reset on accept, once", Search, [ResetOnAccept, good()], 1, BACKOFF, "ok").connections(2),
        row("reset before the headers", Info, [ResetBeforeHead], 3, BACKOFFS, "unavailable interrupted"),
        row("reset before the headers, search", Search, [ResetBeforeHead], 3, BACKOFFS, "unavailable interrupted"),
        row("reset before the headers, change", Change, [ResetBeforeHead], 1, AT_ONCE, "unavailable interrupted outcome-unknown"),
        row("reset before the headers, post", Post, [ResetBeforeHead, good()], 1, AT_ONCE, "unavailable interrupted outcome-unknown"),
        row("reset before the headers, once", SafePost, [ResetBeforeHead, good()], 2, BACKOFF, "ok"),
        row("reset before the headers, twice", Info, [ResetBeforeHead, ResetBeforeHead, good()], 3, BACKOFFS, "ok"),
        row("reset before the headers, one attempt", Info, [ResetBeforeHead], 1, AT_ONCE, "unavailable interrupted").max_attempts(1),
        row("reset before the headers, 0 attempts are 1", Info, [ResetBeforeHead], 1, AT_ONCE, "unavailable interrupted").max_attempts(0),
        row("closed before the headers", Search, [CloseBeforeHead], 3, BACKOFFS, "unavailable interrupted"),
        row("closed before the headers, post", Post, [CloseBeforeHead], 1, AT_ONCE, "unavailable interrupted outcome-unknown"),
        row("reset after the headers", Info, [ResetInBody(cut())], 3, 3..=605, "200 unavailable interrupted"),
        row("reset after the headers, change", Change, [ResetInBody(cut())], 1, 1..=1, "200 unavailable interrupted outcome-unknown"),
        row("reset after the headers, once", SafePost, [ResetInBody(cut()), good()], 2, 1..=203, "ok"),
        row("Content-Length lies", Info, [CloseInBody(cut())], 3, BACKOFFS, "200 unavailable interrupted"),
        row("Content-Length lies, post", Post, [CloseInBody(cut())], 1, AT_ONCE, "200 unavailable interrupted outcome-unknown"),
        row("Content-Length lies, twice", Search, [CloseInBody(cut()), CloseInBody(cut()), good()], 3, BACKOFFS, "ok"),
        row("chunk cut off", Search, [CloseInChunk], 3, BACKOFFS, "200 unavailable interrupted"),
        row("chunk cut off, change", Change, [CloseInChunk], 1, AT_ONCE, "200 unavailable interrupted outcome-unknown"),
        row("chunk cut off, once", Info, [CloseInChunk, good()], 2, BACKOFF, "ok"),
        row("two kinds of failure", Info, [ResetBeforeHead, CloseInChunk, good()], 3, BACKOFFS, "ok"),
    ]);
}

#[test]
#[rustfmt::skip]
fn connections_that_are_kept() {
    check(vec![
        row("kept for the next call", Info, [good()], 5, AT_ONCE, "ok").calls(5).connections(1),
        row("closed between calls", Info, [CloseAfter(cut()), good()], 2, AT_ONCE, "ok").calls(2).connections(2),
        row("closed between calls, post", Post, [CloseAfter(cut()), good()], 2, AT_ONCE, "ok").calls(2).connections(2),
        row("closed between calls, change", Change, [CloseAfter(cut())], 4, AT_ONCE, "ok").calls(4).connections(4),
        // The HTTP library must not retry the request on its own.
        row("reset when it is used again", Search, [good(), ResetBeforeHead, good()], 3, BACKOFF, "ok").calls(2).connections(2),
        row("reset when it is used again, post", Post, [good(), ResetBeforeHead, good()], 2, AT_ONCE, "unavailable interrupted outcome-unknown").calls(2).attempts(1).connections(1),
        row("closed when it is used again, change", Change, [good(), CloseBeforeHead, good()], 2, AT_ONCE, "unavailable interrupted outcome-unknown").calls(2).attempts(1).connections(1),
    ]);
}

#[test]
#[rustfmt::skip]
fn silence_and_slowness() {
    let seconds = Duration::from_secs;
    check(vec![
        // By default, an attempt has a time limit of 10 seconds and a call has a deadline of 30 seconds. So the third
        // attempt is cut short by the deadline.
        row("silence", Info, [Silence], 3, 30_000..=30_001, "timeout"),
        row("silence, search", Search, [Silence], 3, 30_000..=30_001, "timeout"),
        row("silence, change", Change, [Silence], 1, 10_000..=10_001, "timeout outcome-unknown"),
        row("silence, post", Post, [Silence, good()], 1, 10_000..=10_001, "timeout outcome-unknown"),
        row("silence, once", Info, [Silence, good()], 2, 10_000..=10_202, "ok"),
        row("silence, twice", SafePost, [Silence, Silence, good()], 3, 20_000..=20_604, "ok"),
        row("silence, deadline", Info, [Silence], 1, 4_000..=4_001, "timeout").deadline(4_000),
        row("silence, deadline in the second attempt", Info, [Silence], 2, 12_000..=12_001, "timeout").deadline(12_000),
        row("silence, deadline, post", Post, [Silence], 1, 4_000..=4_001, "timeout outcome-unknown").deadline(4_000),
        row("silence, short attempts", Search, [Silence], 3, 3_000..=3_605, "timeout").attempt_timeout(1_000),
        row("silence, short attempts, once", Info, [Silence, good()], 2, 1_000..=1_202, "ok").attempt_timeout(1_000),
        row("silence, one attempt", Info, [Silence], 1, 10_000..=10_001, "timeout").max_attempts(1),
        row("silence, no deadline at all", Search, [Silence], 3, 30_000..=30_605, "timeout").deadline(u64::MAX),
        row("silence, deadline of nothing", Info, [Silence], 0, AT_ONCE, "token timeout").deadline(0).attempts(0),
        row("silence in the body", Info, [SilenceInBody(cut())], 3, 30_000..=30_001, "200 timeout"),
        row("silence in the body, change", Change, [SilenceInBody(cut())], 1, 10_000..=10_001, "200 timeout outcome-unknown"),
        row("silence in the body, once", Search, [SilenceInBody(cut()), good()], 2, 10_000..=10_202, "ok"),
        row("one byte a second of the headers", Info, [SlowHead], 3, 30_000..=30_001, "timeout"),
        row("one byte a second of the headers, post", Post, [SlowHead], 1, 10_000..=10_001, "timeout outcome-unknown"),
        row("one byte a second of the body", Search, [SlowBody], 3, 30_000..=30_001, "200 timeout"),
        row("one byte a second of the body, change", Change, [SlowBody], 1, 10_000..=10_001, "200 timeout outcome-unknown"),
        row("slow, but in time", Info, [Late(seconds(9), cut())], 1, 9_000..=9_001, "ok"),
        row("slow, but in time, post", Post, [Late(seconds(9), cut())], 1, 9_000..=9_001, "ok"),
        row("too slow, once", Info, [Late(seconds(11), cut()), good()], 2, 10_000..=10_202, "ok"),
    ]);
}

#[test]
#[rustfmt::skip]
fn something_else_than_http() {
    check(vec![
        row("garbage", Info, [Garbage(SSH)], 3, BACKOFFS, "unavailable interrupted"),
        row("garbage, post", Post, [Garbage(SSH)], 1, AT_ONCE, "unavailable interrupted outcome-unknown"),
        row("garbage, once", Search, [Garbage(b"\x00\xff\x16\x03\x01\r\n\r\n"), good()], 2, BACKOFF, "ok"),
        row("garbage as a greeting", Info, [GarbageOnAccept(SSH)], 0, BACKOFFS, "unavailable interrupted").attempts(3),
        row("garbage as a greeting, change", Change, [GarbageOnAccept(SSH)], 0, AT_ONCE, "unavailable interrupted outcome-unknown").attempts(1),
        row("a status that is none", SafePost, [Garbage(b"HTTP/1.1 2x0 OK\r\n\r\n")], 3, BACKOFFS, "unavailable interrupted"),
        row("headers of 1 GiB", Info, [HugeHead], 3, BACKOFFS, "unavailable interrupted").sent_at_most(64 * MIB),
        row("headers of 1 GiB, post", Post, [HugeHead], 1, AT_ONCE, "unavailable interrupted outcome-unknown").sent_at_most(32 * MIB),
    ]);
}
