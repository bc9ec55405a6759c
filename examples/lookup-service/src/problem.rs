//! Maps errors of the client to responses.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mediaconnect::Error;
use serde_json::json;

/// An error of the client, which becomes a response in the format of RFC 9457.
#[derive(Debug)]
pub(crate) struct Problem(Error);

/// A row of the table: a predicate for errors, the status of the response, and the title of the response.
type Mapping = (fn(&Error) -> bool, StatusCode, &'static str);

/// The first matching predicate decides. No response contains upstream's own message (`upstream_message`), because it
/// may contain data about the customer.
const TABLE: [Mapping; 13] = [
    (Error::is_invalid_input, StatusCode::BAD_REQUEST, "the customer number or the product code is invalid"),
    // This row must precede `is_refused`, which is also true if the token endpoint refused its request.
    (is_misconfigured, StatusCode::INTERNAL_SERVER_ERROR, "this service is not configured for Connect"),
    (Error::is_not_found, StatusCode::NOT_FOUND, "no customer has this number"),
    // The status is not 429, because the caller did not exceed a limit: this service has used up its own rate at
    // Connect.
    (Error::is_rate_limited, StatusCode::SERVICE_UNAVAILABLE, "too many lookups at once"),
    (Error::is_timeout, StatusCode::GATEWAY_TIMEOUT, "Connect did not respond in time"),
    (Error::is_connect, StatusCode::SERVICE_UNAVAILABLE, "Connect cannot be reached"),
    (Error::is_unavailable, StatusCode::BAD_GATEWAY, "Connect failed"),
    (Error::is_decode, StatusCode::BAD_GATEWAY, "Connect's response could not be understood"),
    (Error::is_gateway, StatusCode::BAD_GATEWAY, "a gateway between this service and Connect responded"),
    (Error::is_mismatch, StatusCode::BAD_GATEWAY, "Connect's response is about another customer"),
    (Error::is_reported_failure, StatusCode::BAD_GATEWAY, "Connect reported a failure"),
    (Error::is_refused, StatusCode::BAD_GATEWAY, "Connect refused the lookup"),
    // A later version of the client may add errors, so there is a default.
    (|_| true, StatusCode::INTERNAL_SERVER_ERROR, "the lookup failed"),
];

/// Returns true for errors that only an operator can fix. Use them for alerts.
fn is_misconfigured(error: &Error) -> bool {
    // The token endpoint refused the credentials, or the token URL is not that of a token endpoint.
    let is_token_refused = error.is_token_fetch() && error.is_refused();
    error.is_configuration() || error.is_auth() || error.is_forbidden() || is_token_refused
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let row = TABLE.iter().find(|(is, ..)| is(&error));
        let (_, status, title) = row.expect("the last row matches every error");
        // The client's errors contain no customer data, so they can be logged.
        if status.is_server_error() {
            tracing::error!(%error, kind = error.type_name(), attempts = error.attempts(), "lookup failed");
        }
        let body = json!({ "status": status.as_u16(), "title": title }).to_string();
        let mut response =
            (*status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(wait) = error.retry_after().filter(|_| error.is_rate_limited()) {
            // The header has whole seconds. A repeat before the full time would be refused again.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
