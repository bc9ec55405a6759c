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
/// With a single subscriber, tracing decides once for all threads whether a span is recorded. The thread that creates
/// the span first decides. So a test without a subscriber could hide the span from a test on another thread.
fn keep_second_subscriber() {
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(tracing_subscriber::registry()));
}
