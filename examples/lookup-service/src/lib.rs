//! An example of a service that looks up customers.
//!
//! | file | example of |
//! |---|---|
//! | `lookup.rs` | a call with its own deadline |
//! | `paywall.rs` | a combination of several calls, and a check of reading access |
//! | `problem.rs` | the HTTP status for each error of the client |
//! | `health.rs` | health and readiness |
//! | `telemetry.rs` | logs and metrics without personal data |
//! | `main.rs` | configuration by environment variables, graceful shutdown |
//! | `tests/service` | tests with the sandbox, over sockets and in memory |
//!
//! To try the example, start a sandbox. In another shell, set the variables that the sandbox prints, and start the
//! service:
//!
//! ```console
//! $ cargo run -- sandbox
//! $ cargo run --package lookup-service
//! $ curl http://127.0.0.1:3000/customers/563457
//! $ curl http://127.0.0.1:3000/customers/100377/purchases
//! ```
//!
//! Everyone who can reach the service can look up any customer. A real service must authenticate its callers.

mod health;
mod lookup;
mod paywall;
mod problem;
pub mod telemetry;

use axum::routing::get;
use axum::{Router, middleware};
use mediaconnect::Client;
use metrics_exporter_prometheus::PrometheusHandle;

/// Returns the routes of the service.
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
