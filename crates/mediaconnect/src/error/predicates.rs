//! The questions that a service asks of an error: what happened, whether the request may have been applied, what to do next.

use std::time::Duration;

use mediaconnect_api::validate::Violation;

use super::{Error, Kind};
use crate::connect_failure::ConnectFailure;
use crate::upstream_message::UpstreamMessage;

impl Error {
    /// The input breaks a rule; nothing was sent. [`violations`](Self::violations) has each field and rule.
    ///
    /// Not applied. Mend the input; the same call fails the same way.
    #[must_use]
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid(_))
    }

    /// The client is not set up for the call: something is missing or malformed; nothing was sent.
    ///
    /// Not applied. The message says what to set.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// The credentials or the token are refused: by the token endpoint, or by the API with status 401.
    ///
    /// Not applied. Check client id and secret, and that they belong to this environment; in user mode, get a
    /// new token of the user.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.0.kind, Kind::Unauthorized)
    }

    /// The client is known but may not do this: status 403.
    ///
    /// Not applied. When upstream answers so is not documented; ask it for the right to the operation or product.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self.0.kind, Kind::Forbidden)
    }

    /// There is no such customer: status 404, and the response proves to be [Connect's own](Self::is_from_connect).
    ///
    /// Not applied. Not a failure of the client or of upstream. A 404 without that proof is
    /// [a gateway's](Self::is_gateway).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, Kind::NotFound)
    }

    /// There were too many requests: upstream says so with status 429, or the client knows that the call cannot have
    /// its turn before its deadline, or that [as many calls wait as may](crate::ClientBuilder::max_waiting). If the
    /// client knows, the message says which of these it is, and there is no [`status_code`](Self::status_code).
    ///
    /// Not applied. Wait for [`retry_after`](Self::retry_after), or a minute without it.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, Kind::RateLimited | Kind::Exhausted(_))
    }

    /// Upstream refuses the request for another reason: status 400, or an unexpected one.
    ///
    /// Not applied. [`upstream_message`](Self::upstream_message) may say why; the same call fails the same way.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused)
    }

    /// Upstream failed (status 5xx), could not be reached, or the connection broke; or a token source failed.
    ///
    /// Whether it was applied is only of interest to operations that change something: see
    /// [`is_outcome_unknown`](Self::is_outcome_unknown). Try again later.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0.kind, Kind::Server | Kind::Connect | Kind::Interrupted | Kind::NoToken)
    }

    /// No connection came about: name resolution, TCP or TLS, also when it took longer than the connect timeout.
    ///
    /// Not applied. Check the network, the proxy and the certificates; [`connect_failure`](Self::connect_failure) says which
    /// it was.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// Why no connection came about, if that [is why](Self::is_connect) the call failed.
    #[must_use]
    pub fn connect_failure(&self) -> Option<ConnectFailure> {
        self.is_connect().then(|| ConnectFailure::of(self))
    }

    /// No response came in time.
    ///
    /// May have been applied. Try again later, or allow more time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// The connection broke before the response was complete.
    ///
    /// May have been applied. Try again later.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// An operation that changes something failed so that nobody knows whether upstream applied it: no response in
    /// time, a broken connection, or status 5xx. It was not repeated, because it must not be applied twice.
    ///
    /// Read what it changes, and repeat it if it was not applied.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// A response came that cannot be understood or believed: an HTML page, XML, nothing, truncated or unexpected JSON,
    /// or JSON that has nothing of what the operation promises.
    ///
    /// Whether it was applied: see [`is_outcome_unknown`](Self::is_outcome_unknown). The message names what came and, for
    /// JSON, the field. Most often a gateway answered; if it stays, upstream has changed.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self.0.kind, Kind::Unreadable(_))
    }

    /// A 404, a 410 or a redirect came, and nothing shows that Connect sent it: a gateway, a wrong base URL, or a
    /// deployment in progress.
    ///
    /// It says nothing of the customer. It was retried as a 502 is, where the operation is safe to repeat. Check the base
    /// URL; if it is right, try again later.
    #[must_use]
    pub fn is_gateway(&self) -> bool {
        matches!(self.0.kind, Kind::Gateway)
    }

    /// A success status came with a body that reports a failure: an error body, or `success: false`.
    ///
    /// With `success: false` and [proof](Self::is_from_connect), Connect did not do it. [`upstream_message`](Self::upstream_message) may say why. It was not
    /// retried, and the same call most likely fails the same way.
    #[must_use]
    pub fn is_reported_failure(&self) -> bool {
        matches!(self.0.kind, Kind::ReportedFailure)
    }

    /// The response is about something else than the request, such as another customer. It was thrown away.
    ///
    /// The message names the field that differs. A cache or a proxy on the way mixes responses up, or upstream has changed.
    #[must_use]
    pub fn is_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::Mismatch(_))
    }

    /// Returns true if the response behind this error proved to be Connect's own: it has the header
    /// `X-Mediaconnect-Api-Version`, or an error body of exactly the form that Connect is known for.
    ///
    /// Without that proof, the status may be that of a gateway, a proxy or a wrong URL, and decides nothing about one
    /// customer. False if no response came.
    #[must_use]
    pub fn is_from_connect(&self) -> bool {
        self.0.from_connect
    }

    /// The error in a word, for a log or a metric: `timeout`, `connect`, `not_found`, …
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.0.kind {
            Kind::Invalid(_) => "invalid_input",
            Kind::Configuration(_) => "configuration",
            Kind::Unauthorized => "auth",
            Kind::Forbidden => "forbidden",
            Kind::NotFound => "not_found",
            Kind::RateLimited | Kind::Exhausted(_) => "rate_limited",
            Kind::Refused => "refused",
            Kind::Server => "server",
            Kind::Connect => "connect",
            Kind::Timeout => "timeout",
            Kind::Interrupted => "interrupted",
            Kind::Unreadable(_) => "unreadable",
            Kind::Gateway => "gateway",
            Kind::ReportedFailure => "reported_failure",
            Kind::Mismatch(_) => "mismatch",
            Kind::NoToken => "no_token",
        }
    }

    /// The call failed on the way to an access token; the other predicates tell how.
    ///
    /// Not applied: without a token nothing was sent to the API, or what was sent was refused with status 401.
    /// What to do depends on the other predicates; all callers that waited for the token got the same error.
    #[must_use]
    pub fn is_token_fetch(&self) -> bool {
        self.0.token_fetch.is_some()
    }

    /// The operation that failed, by its id in the contract.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status_code(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns how many requests were sent to the API.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long upstream asks to wait, or how long the client's own rate makes the same call wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns what upstream says of the error. It may quote what was sent, so it is not part of `Display`.
    #[must_use]
    pub fn upstream_message(&self) -> Option<&UpstreamMessage> {
        self.0.message.as_ref()
    }

    /// The rules that the input breaks, all of them.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            Kind::Invalid(violations) => violations.as_slice(),
            _ => &[],
        }
    }
}
