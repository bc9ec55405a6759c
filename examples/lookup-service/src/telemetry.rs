//! Logs and metrics without personal data: they contain the template of the route, never its path.

use std::io;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};
use tracing_subscriber::filter::LevelFilter;

/// The buckets of durations of requests and calls, in seconds.
const DURATIONS: [f64; 11] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0];
/// The buckets of the times that calls wait for the rate limiter, in seconds.
const RATE_WAITS: [f64; 11] = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// The exporter's own default interval.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Starts logging to standard error, and collects the metrics of the service and the client for `/metrics`. Must be
/// called in a Tokio runtime.
///
/// # Errors
///
/// Returns an error if a metrics recorder is already installed.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(io::stderr).init();
    let metrics = exporter()?.install_recorder()?;
    tokio::spawn(keep_small(metrics.clone()));
    Ok(metrics)
}

/// Returns the exporter with the buckets of all histograms. Without buckets, it would export quantiles, which cannot be
/// added up over processes.
///
/// # Errors
///
/// Returns an error if a list of buckets is empty.
pub fn exporter() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), &DURATIONS)?
        .set_buckets_for_metric(Matcher::Full("mediaconnect_rate_wait_seconds".to_owned()), &RATE_WAITS)
}

/// Moves the samples of histograms into their buckets. Otherwise, the samples would fill the memory until the next
/// request to `/metrics`.
async fn keep_small(metrics: PrometheusHandle) {
    loop {
        sleep(UPKEEP_INTERVAL).await;
        metrics.run_upkeep();
    }
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
