//! The reference of all spans, events and metrics. It also lists the data that they never contain.
//!
//! With the feature `opentelemetry`, the module has one function for tests: `traceparent`.
//!
//! # Spans
//!
//! Each call has a span, and each of its attempts has a child span. The spans are those of
//! [`tracing`](https://docs.rs/tracing). Their fields have OpenTelemetry's names for HTTP clients, so that
//! `tracing-opentelemetry` exports them unchanged.
//!
//! | span | level | meaning |
//! |---|---|---|
//! | the operation's id, such as `getCustomerInfo` | info | a call of an operation |
//! | `request` | info | a call of [`Client::request`](crate::Client::request) |
//! | `attempt` | debug | one HTTP request; exported as `GET /v1/customer/info` |
//!
//! | field | spans | meaning |
//! |---|---|---|
//! | `otel.kind` | all | `internal` for a call, `client` for an attempt |
//! | `otel.name` | `attempt` | method and path template; for a `request`, only the method |
//! | `otel.status_code` | all | `ERROR` if the call or attempt failed |
//! | `http.request.method` | all | `GET`, `POST`, … |
//! | `url.template` | all except those of a `request` | the path with its parameters in braces |
//! | `server.address`, `server.port` | `attempt` | the host and port of the base URL |
//! | `http.request.resend_count` | `attempt` | the number of earlier attempts; absent in the first attempt |
//! | `http.response.status_code` | all | the status of the last response, if there was one |
//! | `mediaconnect.client` | all | [`ClientBuilder::name`](crate::ClientBuilder::name), if it is set |
//! | `error.type` | all | [`Error::type_name`](crate::Error::type_name), if the call or attempt failed |
//!
//! OpenTelemetry also requires `url.full`. It is omitted, because it contains customer numbers. Invalid input has no
//! span, because nothing is sent.
//!
//! With the feature `opentelemetry`, each attempt sends the headers `traceparent` and `tracestate` (W3C Trace Context),
//! with the attempt as the parent. The service's global propagator writes these headers. The propagator's other
//! headers, such as `baggage`, are not sent, because they may contain personal data. If a service filters out debug
//! spans, the operation's span is the parent. If the service filters out that span too, the service's own span is the
//! parent. Requests to the token endpoint have no trace, because one token fetch serves all waiting calls.
//!
//! # Events
//!
//! The target of each event is a module of this crate. The level is debug, except for one warning, which is logged if
//! an observer of refresh tokens panics. The fields are `operation`, `grant`
//! ([`TokenSource::name`](crate::TokenSource::name)), `status`, `error.type`, `source` (only for cached reads), and the
//! durations `took_ms`, `wait_ms`, `pause_ms`, `duration_ms` and `lifetime_s`.
//!
//! # Metrics
//!
//! The feature `metrics` reports metrics through the [`metrics`](https://docs.rs/metrics) facade. Install the recorder
//! before you build a client, because the metrics are described when a client is built. Dropped calls and invalid input
//! are not counted.
//!
//! | metric | kind, unit | labels | meaning |
//! |---|---|---|---|
//! | `mediaconnect_calls_total` | counter | `operation`, `outcome` | calls that ended |
//! | `mediaconnect_call_duration_seconds` | histogram, seconds | `operation` | the duration of calls, including all waits |
//! | `mediaconnect_attempts_total` | counter | `operation`, `outcome` | requests to the API |
//! | `mediaconnect_retries_total` | counter | `operation`, `reason` | attempts after a failed attempt, or after a failed token fetch |
//! | `mediaconnect_rate_wait_seconds` | histogram, seconds | `operation` | the time that each attempt waited for the rate limiter; zero if it did not wait |
//! | `mediaconnect_cached_reads_total` | counter | `operation`, `source` | reads of [cached](crate#features) clients (feature `cache`); only a `fetched` read is also a call |
//! | `mediaconnect_token_fetches_total` | counter | `grant`, `outcome` | fetches of access tokens that ended |
//! | `mediaconnect_drift_total` | counter | `operation`, `kind`, `field` | responses with fields or values that are not in the contract |
//!
//! | label | values |
//! |---|---|
//! | `client` | [`ClientBuilder::name`](crate::ClientBuilder::name) on all metrics, if it is set |
//! | `operation` | the operation's id, or `request` |
//! | `outcome` | `ok`, or [`Error::type_name`](crate::Error::type_name) |
//! | `reason` | [`Error::type_name`](crate::Error::type_name) |
//! | `grant` | `client_credentials`, `refresh_token`, `extid_code`, or a service's own [`name`](crate::TokenSource::name) |
//! | `source` | `kept`: a cached response of this process. `shared`: a response from the store that processes share. `joined`: the response to a request of another caller that was in progress. `fetched`: a new request |
//! | `kind` | `field`: upstream has a new field. `value`: a known field has a new value |
//! | `field` | the field's name in JSON, without its path; counted once for each response that has the field |
//!
//! The recorder must set the buckets, because the facade has none. The following buckets fit the client's limits. Most
//! lookups take 20 to 500 ms. An attempt may take 10 s, and a call 30 s. A wait for the rate lasts up to the deadline.
//!
//! | metric | buckets in seconds |
//! |---|---|
//! | duration of calls, `mediaconnect_call_duration_seconds` | 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30 |
//! | waits for the rate, `mediaconnect_rate_wait_seconds` | 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 |
//!
//! With `metrics-exporter-prometheus`: `set_buckets_for_metric(Matcher::Prefix("mediaconnect_".to_owned()), &buckets)`.
//!
//! Alert on `mediaconnect_drift_total`: it means that upstream has changed and the contract must be updated. The label
//! `field` is a name that upstream chose, so it is restricted. It has at most 40 letters and underscores and begins
//! with a lower-case letter, and a process reports at most 64 names. Every other name is reported as `?`. A field that
//! is named after personal data would still be reported, but upstream is not known to have such a field.
//!
//! # What telemetry never contains
//!
//! The lists above are complete. They contain no customer data, search, customer number, sent URL or path, query,
//! header, body, token, secret, or text from upstream. A test sends unique values (canaries) through every operation
//! and fault, records everything at the level trace, and fails if it finds a canary.
//!
//! The same test covers the HTTP and TLS crates, as this crate configures them. `reqwest` and `hyper-util` log hosts
//! and addresses, and `rustls` logs handshakes. Two debugging switches expose more, and this crate cannot detect them:
//! `RUSTFLAGS="--cfg hyper_unstable_tracing"`, and a TLS key log file, which this crate does not set up.

/// Returns the header `traceparent` that a request would carry if it were sent now.
///
/// If it returns `None`, requests do not carry the trace of the service. There are three causes: no propagator is set,
/// there is no sampled span, or the service uses a version of `opentelemetry` or `tracing-opentelemetry` other than the
/// one in [`dependencies`](crate::dependencies). Write a test that sets up telemetry as the service does, and asserts
/// within a span that this function returns a value.
#[cfg(feature = "opentelemetry")]
#[must_use]
pub fn traceparent() -> Option<String> {
    let headers = crate::telemetry::propagated(&tracing::Span::current());
    headers.get("traceparent").and_then(|value| value.to_str().ok()).map(str::to_owned)
}
