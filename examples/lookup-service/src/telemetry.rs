//! Logs and metrics, without personal data: routes are told by their template, never by their path.

use std::io;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing::{Instrument, info, info_span};
use tracing_subscriber::filter::LevelFilter;

/// Logs to standard error, and collects metrics, the client's among them, for `/metrics`.
///
/// # Errors
/// When somebody else collects metrics already.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(io::stderr).init();
    PrometheusBuilder::new().install_recorder()
}

/// Tells of each request: a span around it, an event and metrics at its end.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", |path| path.as_str()).to_owned();
    let started = Instant::now();
    let span = info_span!("request", method = %request.method(), route);
    async {
        let response = next.run(request).await;
        let (status, took) = (response.status().as_u16(), started.elapsed());
        info!(status, took_ms = took.as_secs_f64() * 1_000.0, "answered");
        let labels = [("route", route), ("status", status.to_string())];
        metrics::counter!("lookup_requests_total", &labels).increment(1);
        metrics::histogram!("lookup_request_duration_seconds", &labels).record(took);
        response
    }
    .instrument(span)
    .await
}
