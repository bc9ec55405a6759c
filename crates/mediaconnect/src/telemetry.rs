//! The telemetry of a call: spans, events and, with the feature `metrics`, counters and histograms.
//! [`crate::observability`] documents them for services.
//!
//! All fields are on an allow-list: operation, method, path template, server, status, attempt, durations and the kind
//! of an error. The names are OpenTelemetry's for HTTP clients. `url.full` is omitted, because it contains customer
//! numbers.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "metrics")]
use metrics::{Label, SharedString};
use reqwest::header::HeaderMap;
use tracing::Span;

use crate::call_info::CallInfo;
use crate::error::Error;

/// Creates the span of an attempt, a child of the operation's span.
///
/// Numbers are `i64`, because tracing-opentelemetry exports other types as strings.
pub(crate) fn attempt_span(operation: CallInfo<'_>, address: &str, port: Option<u16>, attempt: u32) -> Span {
    let span = tracing::debug_span!(
        "attempt",
        otel.kind = "client",
        otel.name = tracing::field::Empty,
        otel.status_code = tracing::field::Empty,
        http.request.method = operation.method,
        url.template = operation.path,
        server.address = address,
        server.port = port.map(i64::from),
        mediaconnect.client = operation.client.map(|name| &**name),
        http.request.resend_count = Some(i64::from(attempt) - 1).filter(|resent| *resent > 0),
        http.response.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
    );
    // OpenTelemetry requires the span name "{method} {target}" if the target is known and has few distinct values. A
    // path template meets this condition.
    match operation.path {
        Some(path) => span.record("otel.name", format_args!("{} {path}", operation.method)),
        None => span.record("otel.name", operation.method),
    };
    span
}

/// Creates the span of a request outside the contract. The span omits the path, which may contain personal data.
pub(crate) fn request_span(operation: CallInfo<'_>) -> Span {
    tracing::info_span!(
        "request",
        otel.kind = "internal",
        otel.status_code = tracing::field::Empty,
        http.request.method = operation.method,
        http.response.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
        mediaconnect.client = tracing::field::Empty,
    )
}

pub(crate) fn name_client(span: &Span, name: Option<&Arc<str>>) {
    if let Some(name) = name {
        span.record("mediaconnect.client", &**name);
    }
}

/// Returns the labels of a metric: the operation, the client's name if it has one, and `others`.
#[cfg(feature = "metrics")]
pub(crate) fn labels_of<const N: usize>(operation: CallInfo<'_>, others: [Label; N]) -> Vec<Label> {
    let operation_label = Label::from_static_parts("operation", operation.id);
    [operation_label].into_iter().chain(others).chain(client_label(operation.client)).collect()
}

#[cfg(feature = "metrics")]
fn client_label(name: Option<&Arc<str>>) -> Option<Label> {
    name.map(|name| Label::new("client", SharedString::from_shared(Arc::clone(name))))
}

pub(crate) fn waited(operation: CallInfo<'_>, wait: Duration) {
    #[cfg(feature = "metrics")]
    metrics::histogram!("mediaconnect_rate_wait_seconds", labels_of(operation, [])).record(wait);
    if !wait.is_zero() {
        tracing::debug!(operation = operation.id, wait_ms = millis(wait), "waited for the rate");
    }
}

/// Reports the end of an attempt. `ended` is the status of a success, or an error.
pub(crate) fn attempt_ended(operation: CallInfo<'_>, span: &Span, ended: Result<u16, &Error>) {
    record(span, ended);
    #[cfg(feature = "metrics")]
    metrics::counter!("mediaconnect_attempts_total", labels_of(operation, [outcome(ended.err())]))
        .increment(1);
    if let Err(error) = ended {
        tracing::debug!(
            parent: span,
            operation = operation.id,
            status = error.status_code(),
            error.type = error.type_name(),
            "an attempt failed"
        );
    }
}

/// Reports a retry: a new attempt after a failed attempt or a failed token fetch. `pause` is the pause before it.
pub(crate) fn retry(operation: CallInfo<'_>, error: &Error, pause: Duration) {
    #[cfg(feature = "metrics")]
    metrics::counter!(
        "mediaconnect_retries_total",
        labels_of(operation, [Label::from_static_parts("reason", error.type_name())])
    )
    .increment(1);
    tracing::debug!(
        operation = operation.id,
        error.type = error.type_name(),
        pause_ms = millis(pause),
        "retrying"
    );
}

/// Reports the end of a call. `ended` is the status of a success, or an error.
pub(crate) fn call_ended(operation: CallInfo<'_>, span: &Span, took: Duration, ended: Result<u16, &Error>) {
    record(span, ended);
    #[cfg(feature = "metrics")]
    {
        metrics::counter!("mediaconnect_calls_total", labels_of(operation, [outcome(ended.err())]))
            .increment(1);
        metrics::histogram!("mediaconnect_call_duration_seconds", labels_of(operation, [])).record(took);
    }
    tracing::debug!(
        parent: span,
        operation = operation.id,
        took_ms = millis(took),
        error.type = ended.err().map(Error::type_name),
        "the call ended"
    );
}

/// Counts a read of a cached client. The source of its response is `kept`, `shared`, `joined` or `fetched`.
#[cfg(feature = "cache")]
pub(crate) fn cached(operation: CallInfo<'_>, source: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(
        "mediaconnect_cached_reads_total",
        labels_of(operation, [Label::from_static_parts("source", source)])
    )
    .increment(1);
    tracing::debug!(operation = operation.id, source, "a cached read");
}

/// Reports the end of a token fetch. `grant` is the name of the token source.
pub(crate) fn token_fetch_ended(grant: &'static str, client: Option<&Arc<str>>, error: Option<&Error>) {
    #[cfg(feature = "metrics")]
    {
        let labels = [Label::from_static_parts("grant", grant), outcome(error)];
        let labels: Vec<Label> = labels.into_iter().chain(client_label(client)).collect();
        metrics::counter!("mediaconnect_token_fetches_total", labels).increment(1);
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (grant, client, error);
}

/// Describes the metrics to the service's recorder. Does nothing without a recorder.
pub(crate) fn describe() {
    #[cfg(feature = "metrics")]
    {
        use metrics::{Unit, describe_counter, describe_histogram};

        describe_counter!("mediaconnect_calls_total", "Calls that ended.");
        describe_histogram!(
            "mediaconnect_call_duration_seconds",
            Unit::Seconds,
            "The duration of calls, including all waits."
        );
        describe_counter!("mediaconnect_attempts_total", "Requests sent to the API.");
        describe_counter!(
            "mediaconnect_retries_total",
            "Attempts after a failed attempt or a failed token fetch."
        );
        describe_histogram!(
            "mediaconnect_rate_wait_seconds",
            Unit::Seconds,
            "The time that each attempt waited for the rate limiter."
        );
        describe_counter!("mediaconnect_cached_reads_total", "Reads of cached clients.");
        describe_counter!("mediaconnect_token_fetches_total", "Completed fetches of access tokens.");
        describe_counter!("mediaconnect_drift_total", "Unknown fields and unknown values in responses.");
    }
}

/// Records the outcome of a call or an attempt in its span. `otel.status_code` is set only for errors, as OpenTelemetry
/// requires for the spans of clients.
fn record(span: &Span, ended: Result<u16, &Error>) {
    let status = ended.map_or_else(Error::status_code, Some);
    if let Some(status) = status {
        span.record("http.response.status_code", i64::from(status));
    }
    if let Err(error) = ended {
        span.record("error.type", error.type_name());
        span.record("otel.status_code", "ERROR");
    }
}

#[cfg(feature = "metrics")]
fn outcome(error: Option<&Error>) -> Label {
    Label::from_static_parts("outcome", error.map_or("ok", Error::type_name))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Returns the headers that carry the trace to upstream (W3C Trace Context), from the service's own propagator.
///
/// Other headers of the propagator are not sent. Baggage, for example, may contain data about users and customers.
#[cfg(feature = "opentelemetry")]
pub(crate) fn propagated(span: &Span) -> HeaderMap {
    use opentelemetry::Context;
    use opentelemetry::propagation::Injector;
    use opentelemetry::trace::TraceContextExt;
    use reqwest::header::HeaderValue;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    struct Headers(HeaderMap);

    impl Injector for Headers {
        fn set(&mut self, key: &str, value: String) {
            let carried =
                ["traceparent", "tracestate"].into_iter().find(|name| key.eq_ignore_ascii_case(name));
            if let (Some(name), Ok(value)) = (carried, HeaderValue::try_from(value)) {
                self.0.insert(name, value);
            }
        }
    }

    // A service may filter out the spans of the attempt and the operation. In that case, the span that encloses them is
    // the parent.
    let around = [span.context(), Span::current().context()];
    let has_trace = |context: &Context| context.span().span_context().is_valid();
    let context = around.into_iter().find(has_trace).unwrap_or_else(Context::current);
    let mut headers = Headers(HeaderMap::new());
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut headers);
    });
    headers.0
}

/// Adds the headers that carry the trace to upstream. Without the feature `opentelemetry`, there are none.
pub(crate) fn add_trace(headers: &mut HeaderMap, span: &Span) {
    #[cfg(feature = "opentelemetry")]
    headers.extend(propagated(span));
    #[cfg(not(feature = "opentelemetry"))]
    let _ = (headers, span);
}
