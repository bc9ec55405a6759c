//! Health checks: liveness, and readiness for requests.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use mediaconnect::Client;
use tokio::time::timeout;

/// The time limit of the readiness check. It must be shorter than the interval between two checks.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// Reports that the process is alive, even during an outage of upstream, because a restart would not help.
pub(crate) async fn health() -> StatusCode {
    StatusCode::OK
}

/// Reports that the service is ready if it has an access token. The client caches the token, so the check rarely sends
/// a request.
pub(crate) async fn ready(State(client): State<Client>) -> StatusCode {
    match timeout(READY_TIMEOUT, client.token_lifetime()).await {
        Ok(Ok(_)) => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
