//! Logs and metrics without personal data: they contain the template of the route, never its path.

use std::io;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing::{Instrument, info, info_span};
use tracing_subscriber::filter::LevelFilter;

/// Starts logging to standard error, and collects the metrics of the service and the client for `/metrics`.
///
/// # Errors
///
/// Returns an error if a metrics recorder is already installed.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(io::stderr).init();
    PrometheusBuilder::new().install_recorder()
}

/// Records a span, an event and metrics for each request.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", |path| path.as_str()).to_owned();
    let started = Instant::now();
    let span = info_span!("request", method = %request.method(), route);
    async {
        let response = next.run(request).await;
        let (status, took) = (response.status().as_u16(), started.elapsed());
        info!(status, took_ms = took.as_secs_f64() * 1_000.0, "request completed");
        let labels = [("route", route), ("status", status.to_string())];
        metrics::counter!("lookup_requests_total", &labels).increment(1);
        metrics::histogram!("lookup_request_duration_seconds", &labels).record(took);
        response
    }
    .instrument(span)
    .await
}
