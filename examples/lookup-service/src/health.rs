//! Health: whether the service lives, and whether it should get requests.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use mediaconnect::Client;
use tokio::time::timeout;

/// How long the check may take: shorter than the pause between two checks.
const PATIENCE: Duration = Duration::from_secs(2);

/// It answers, so it lives. That upstream is down is no reason to start it anew.
pub(crate) async fn health() -> StatusCode {
    StatusCode::OK
}

/// It is ready when it has an access token. The token is cached, so this costs upstream nothing.
pub(crate) async fn ready(State(client): State<Client>) -> StatusCode {
    match timeout(PATIENCE, client.token_lifetime()).await {
        Ok(Ok(_)) => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
