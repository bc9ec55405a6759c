//! The telemetry that a service gets from its calls: spans with OpenTelemetry's names, the trace in the requests, and
//! metrics.
//!
//! A process has one tracing subscriber, one recorder and one propagator, so these tests have their own binary.

mod fleet;
mod metrics;
mod recorder;
mod spans;
mod traceparent;
