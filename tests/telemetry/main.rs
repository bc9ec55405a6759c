//! What a service sees of its calls: spans as OpenTelemetry names them, the trace in the requests, and metrics.
//! A process has one tracing subscriber, one recorder and one propagator, so this is a test target of its own.

mod metrics;
mod recorder;
mod spans;
mod traceparent;
mod upstream;
