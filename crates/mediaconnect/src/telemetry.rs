//! What can be seen of a call from outside: spans, events and, with the feature `metrics`, counters.
//!
//! Everything here is on an allow-list: operation, method, path template, server, status, attempt, durations and the
//! kind of an error. The attribute names are OpenTelemetry's for HTTP clients; `url.full` is left out on purpose,
//! since customer numbers are in it.

use std::time::Duration;

use reqwest::header::HeaderMap;
use tracing::Span;

use crate::client::Inner;
use crate::error::Error;
use crate::path::Traits;

/// A span for one attempt, a child of the operation's.
pub(crate) fn attempt_span(operation: Traits, client: &Inner, attempt: u32) -> Span {
    tracing::debug_span!(
        "attempt",
        otel.kind = "client",
        otel.name = operation.method,
        http.request.method = operation.method,
        url.template = operation.path,
        server.address = client.server_address,
        server.port = client.server_port,
        http.request.resend_count = attempt - 1,
        http.response.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
    )
}

/// A span for a request that is no operation of the contract. Its path may hold anything, so it is not told.
pub(crate) fn request_span(operation: Traits) -> Span {
    tracing::info_span!(
        "request",
        otel.kind = "internal",
        http.request.method = operation.method,
        http.response.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
    )
}

/// A call waited for the rate.
pub(crate) fn waited(operation: Traits, wait: Duration) {
    #[cfg(feature = "metrics")]
    metrics::histogram!("mediaconnect_rate_wait_seconds", "operation" => operation.id).record(wait);
    if !wait.is_zero() {
        tracing::debug!(operation = operation.id, wait_ms = millis(wait), "waited for the rate");
    }
}

/// An attempt ended.
pub(crate) fn attempt_ended(operation: Traits, span: &Span, error: Option<&Error>) {
    record(span, error);
    #[cfg(feature = "metrics")]
    metrics::counter!(
        "mediaconnect_attempts_total", "operation" => operation.id, "outcome" => outcome(error)
    )
    .increment(1);
    if let Some(error) = error {
        tracing::debug!(
            parent: span,
            operation = operation.id,
            status = error.status_code(),
            error.type = error.type_name(),
            "an attempt failed"
        );
    }
}

/// An attempt will be repeated.
pub(crate) fn retry(operation: Traits, error: &Error, pause: Duration) {
    #[cfg(feature = "metrics")]
    metrics::counter!(
        "mediaconnect_retries_total", "operation" => operation.id, "reason" => error.type_name()
    )
    .increment(1);
    tracing::debug!(
        operation = operation.id,
        error.type = error.type_name(),
        pause_ms = millis(pause),
        "trying again"
    );
}

/// A call ended.
pub(crate) fn call_ended(operation: Traits, span: &Span, took: Duration, error: Option<&Error>) {
    record(span, error);
    #[cfg(feature = "metrics")]
    {
        metrics::counter!(
            "mediaconnect_calls_total", "operation" => operation.id, "outcome" => outcome(error)
        )
        .increment(1);
        metrics::histogram!("mediaconnect_call_duration_seconds", "operation" => operation.id).record(took);
    }
    tracing::debug!(
        parent: span,
        operation = operation.id,
        took_ms = millis(took),
        error.type = error.map(Error::type_name),
        "the call ended"
    );
}

fn record(span: &Span, error: Option<&Error>) {
    let Some(error) = error else {
        span.record("http.response.status_code", 200);
        return;
    };
    if let Some(status) = error.status_code() {
        span.record("http.response.status_code", status);
    }
    span.record("error.type", error.type_name());
}

#[cfg(feature = "metrics")]
fn outcome(error: Option<&Error>) -> &'static str {
    error.map_or("ok", Error::type_name)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Headers that carry the trace to upstream: those of the service's own propagator, if it has one.
#[cfg(feature = "opentelemetry")]
pub(crate) fn propagated(span: &Span) -> HeaderMap {
    use opentelemetry::propagation::Injector;
    use reqwest::header::{HeaderName, HeaderValue};
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    struct Headers(HeaderMap);

    impl Injector for Headers {
        fn set(&mut self, key: &str, value: String) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
                self.0.insert(name, value);
            }
        }
    }

    let mut headers = Headers(HeaderMap::new());
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&span.context(), &mut headers);
    });
    headers.0
}

/// Without the feature `opentelemetry` no trace is carried on.
#[cfg(not(feature = "opentelemetry"))]
pub(crate) fn propagated(_: &Span) -> HeaderMap {
    HeaderMap::new()
}
