//! The spans, events and metrics that a service sees of its calls, and what is never in them.
//!
//! This module is the reference. Its one item, with the feature `opentelemetry`, is for a test: `traceparent`.
//!
//! # Spans
//!
//! A call is a span, each of its attempts a child of it. They are [`tracing`](https://docs.rs/tracing) spans; the names
//! of their fields are OpenTelemetry's for HTTP clients, so that `tracing-opentelemetry` exports them as they are.
//!
//! | span | level | what it is |
//! |---|---|---|
//! | the operation's id, such as `getCustomerInfo` | info | a call of an operation |
//! | `request` | info | a call of [`Client::request`](crate::Client::request) |
//! | `attempt` | debug | one HTTP request; exported as `GET /v1/customer/info` |
//!
//! | field | on | what it is |
//! |---|---|---|
//! | `otel.kind` | all | `internal` of a call, `client` of an attempt |
//! | `otel.name` | `attempt` | method and path template; the method alone of a `request` |
//! | `otel.status_code` | all | `ERROR` when it failed |
//! | `http.request.method` | all | `GET`, `POST`, … |
//! | `url.template` | all but those of a `request` | the path with its parameters in braces |
//! | `server.address`, `server.port` | `attempt` | of the base URL |
//! | `http.request.resend_count` | `attempt` | how many attempts there were before, from the second on |
//! | `http.response.status_code` | all | of the last response, if there was one |
//! | `mediaconnect.client` | all | [`ClientBuilder::name`](crate::ClientBuilder::name), if it is set |
//! | `error.type` | all | [`Error::type_name`](crate::Error::type_name), when it failed |
//!
//! OpenTelemetry requires `url.full` too. It is left out on purpose: customer numbers are in it. Input that breaks a
//! rule ends before a span begins, since nothing is sent.
//!
//! With the feature `opentelemetry`, each attempt carries `traceparent` and `tracestate` (W3C Trace Context), with the
//! attempt as the parent. They come from the service's global propagator; whatever else that writes, such as `baggage`,
//! is not sent, because it may hold personal data. Where a service filters
//! debug spans out, the operation is the parent, and where it filters that out too, the service's own span.
//! The token endpoint gets none: a fetch is shared by all the calls that wait for it.
//!
//! # Events
//!
//! All are on level debug, with the target of a module of this crate; only that an observer of refresh tokens panicked is
//! a warning. Their fields are `operation`, `grant`
//! ([`TokenSource::name`](crate::TokenSource::name)), `status`, `error.type`, and durations: `took_ms`, `wait_ms`,
//! `pause_ms`, `duration_ms`, `lifetime_s`; and `source` of a cached read.
//!
//! # Metrics
//!
//! With the feature `metrics`, through the [`metrics`](https://docs.rs/metrics) facade. They are described to the
//! recorder that is there when a client is built. A call that is dropped before its end is not counted, and neither is
//! input that breaks a rule.
//!
//! | metric | kind, unit | labels | what it counts |
//! |---|---|---|---|
//! | `mediaconnect_calls_total` | counter | `operation`, `outcome` | calls that ended |
//! | `mediaconnect_call_duration_seconds` | histogram, seconds | `operation` | how long they took, with all that they waited for |
//! | `mediaconnect_attempts_total` | counter | `operation`, `outcome` | requests to the API |
//! | `mediaconnect_retries_total` | counter | `operation`, `reason` | decisions to try again: an attempt, or the token before it |
//! | `mediaconnect_rate_wait_seconds` | histogram, seconds | `operation` | how long each attempt waited for the rate, also when it did not |
//! | `mediaconnect_cached_reads_total` | counter | `operation`, `source` | reads of [cached](crate#features) clients (feature `cache`); those that were not `fetched` are no calls |
//! | `mediaconnect_token_fetches_total` | counter | `grant`, `outcome` | fetches of access tokens that ended |
//! | `mediaconnect_drift_total` | counter | `operation`, `kind`, `field` | responses that had what the contract does not know |
//!
//! | label | values |
//! |---|---|
//! | `client` | on all of them: [`ClientBuilder::name`](crate::ClientBuilder::name), if it is set |
//! | `operation` | the operation's id, or `request` |
//! | `outcome` | `ok`, or [`Error::type_name`](crate::Error::type_name) |
//! | `reason` | [`Error::type_name`](crate::Error::type_name) |
//! | `grant` | `client_credentials`, `refresh_token`, `extid_code`, or a service's own [`name`](crate::TokenSource::name) |
//! | `source` | `kept`: an earlier response in this process. `shared`: an earlier response that the fleet keeps. `joined`: the response to a request in progress. `fetched`: the response to its own request |
//! | `kind` | `field`: upstream has a new field. `value`: a known field has a new value |
//! | `field` | the field's name in JSON, without its path; once for each response that has it |
//!
//! The facade has no buckets, so the recorder must set them. These fit the client's limits: most lookups take 20 to 500 ms, an
//! attempt has 10 s, a call 30 s, and a wait for the rate is zero or up to the deadline.
//!
//! | metric | buckets in seconds |
//! |---|---|
//! | duration of calls, `mediaconnect_call_duration_seconds` | 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30 |
//! | waits for the rate, `mediaconnect_rate_wait_seconds` | 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 |
//!
//! With `metrics-exporter-prometheus`: `set_buckets_for_metric(Matcher::Prefix("mediaconnect_".to_owned()), &buckets)`.
//!
//! A service should be told when `mediaconnect_drift_total` begins to count: upstream has changed, and the contract
//! should follow. The names of unknown fields are upstream's own words, so they are told with care: only letters
//! and lines, at most 40, a small letter first, and 64 names in a process at most. Every other name is `?`. What is
//! left is that upstream would use a word of somebody's data as the name of a field, which it is not known to do.
//!
//! # What is never in them
//!
//! The lists above are all there is. No value of a customer, no search, no customer number, no URL or path as it is
//! sent, no query, header or body, no token or secret, no text that upstream wrote. A test sends canaries
//! through every operation and fault, listens at the level trace, and fails when it hears one.
//!
//! The crates below that log are held to the same by that test, as they are set up here: `reqwest` and `hyper-util` log
//! hosts and addresses, `rustls` handshakes. Two switches would change that, neither of which this crate can see, and both for
//! debugging only: `RUSTFLAGS="--cfg hyper_unstable_tracing"`, and a key log file of TLS, which this crate does not
//! set up.

/// Returns the header `traceparent` that a request would carry if it were sent now.
///
/// Without it, no request carries the trace of the service: there is no propagator, no span that is sampled, or the service uses
/// another version of `opentelemetry` or `tracing-opentelemetry` than [`dependencies`](crate::dependencies). Write a test that
/// sets telemetry up as the service does, and asserts in a span that this returns something.
#[cfg(feature = "opentelemetry")]
#[must_use]
pub fn traceparent() -> Option<String> {
    let headers = crate::telemetry::propagated(&tracing::Span::current());
    headers.get("traceparent").and_then(|value| value.to_str().ok()).map(str::to_owned)
}
