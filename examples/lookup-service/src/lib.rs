//! An example of a service that looks customers up.
//!
//! | file | what it shows |
//! |---|---|
//! | `lookup.rs` | a call with a deadline of the service's own |
//! | `paywall.rs` | several calls as one: what has a customer bought; and who may read |
//! | `problem.rs` | which of the client's errors becomes which HTTP status |
//! | `health.rs` | health and readiness |
//! | `telemetry.rs` | logs and metrics without personal data |
//! | `main.rs` | set-up from the environment, graceful shutdown |
//! | `tests/service` | all of it with the test kit, over sockets and without |
//!
//! To try it, start a sandbox, set the variables that it prints, and in that shell start the service:
//!
//! ```console
//! $ cargo run -- sandbox
//! $ cargo run --package lookup-service
//! $ curl http://127.0.0.1:3000/customers/563457
//! $ curl http://127.0.0.1:3000/customers/100377/purchases
//! ```
//!
//! Whoever reaches it may look up anybody: a real service authenticates its callers first.

mod health;
mod lookup;
mod paywall;
mod problem;
pub mod telemetry;

use axum::routing::get;
use axum::{Router, middleware};
use mediaconnect::Client;
use metrics_exporter_prometheus::PrometheusHandle;

/// The routes of the service.
pub fn app(client: Client, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/customers/{number}", get(lookup::customer))
        .route("/customers/{number}/purchases", get(paywall::purchases))
        .route("/products/{product}/readers/{user}", get(paywall::may_read))
        .route("/ready", get(health::ready))
        .with_state(client)
        .route_layer(middleware::from_fn(telemetry::observe))
        .route("/health", get(health::health))
        .route("/metrics", get(async move || metrics.render()))
}
