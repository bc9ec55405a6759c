//! The telemetry that a service gets from its calls: spans with OpenTelemetry's names, the trace in the requests, and
//! metrics.
//!
//! A process has one tracing subscriber, one recorder and one propagator, so these tests have their own binary.

mod fleet;
mod metrics;
mod recorder;
mod spans;
mod traceparent;

use std::sync::OnceLock;

use tracing::Dispatch;

/// Keeps a second subscriber until the process ends.
///
/// With a single subscriber, tracing decides only once whether a span is recorded, for all threads. The first thread
/// that creates the span makes this decision. If this thread has no subscriber, tests on other threads miss the span.
/// With two subscribers, tracing asks both, whichever thread creates the span.
fn keep_second_subscriber() {
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(tracing_subscriber::registry()));
}
