//! The predicates of an error. Their documentation explains the cause, whether the request may have been applied, and
//! what to do.

use std::time::Duration;

use mediaconnect_api::validate::Violation;

use super::{Error, Kind};
use crate::connect_failure::ConnectFailure;
use crate::upstream_message::UpstreamMessage;

impl Error {
    /// Returns true if the input breaks a rule of the contract. [`violations`](Self::violations) lists each field and
    /// rule.
    ///
    /// The request was not applied, because nothing was sent. Fix the input: the same call would fail again.
    #[must_use]
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid(_))
    }

    /// Returns true if a setting is missing or malformed.
    ///
    /// The request was not applied, because nothing was sent. The message names the setting.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// Returns true if the token endpoint refused the credentials, or the API refused the token (status 401).
    ///
    /// The request was not applied. Check the client id and secret, and that they belong to this environment. For a call
    /// with a user's token, [`needs_login`](Self::needs_login) returns whether the user has to log in again.
    #[doc(alias = "unauthorized")]
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.0.kind, Kind::Unauthorized)
    }

    /// Returns true if a call with a user's token failed because the user has to log in again. The cause is one of these:
    /// - The API refused the access token (status 401), and there is [proof](Self::is_from_connect) that Connect sent
    ///   this response.
    /// - The token endpoint responded with `invalid_grant` (RFC 6749, section 5.2).
    /// - The token source reported it with [`token_refused`](Self::token_refused), for example because the session was
    ///   ended.
    ///
    /// If this method returns false but [`is_auth`](Self::is_auth) returns true, do not end the session. The client was
    /// refused, for example because its secret is wrong, or a gateway responded. All users would get the same error.
    #[must_use]
    pub fn needs_login(&self) -> bool {
        self.0.login_refused
    }

    /// Returns true if the client lacks the right to do this (status 403).
    ///
    /// The request was not applied. Ask Mediaconnect for access to the operation or product. Upstream does not document
    /// when it responds with 403.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self.0.kind, Kind::Forbidden)
    }

    /// Returns true if the requested customer or other object does not exist. The response has status 404, and there is
    /// [proof](Self::is_from_connect) that Connect sent it.
    ///
    /// The request was not applied. Neither the client nor upstream failed. For a 404 without this proof,
    /// [`is_gateway`](Self::is_gateway) returns true instead.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, Kind::NotFound)
    }

    /// Returns true if the rate limit prevented the request. Either upstream responded with status 429, or the client
    /// did not send the request.
    ///
    /// The client does not send a request if the rate would admit it only after the deadline, or if [too many calls
    /// wait](crate::ClientBuilder::max_waiting). In these cases, the message gives the reason, and
    /// [`status_code`](Self::status_code) returns `None`.
    ///
    /// The request was not applied. Wait for [`retry_after`](Self::retry_after), or for a minute if it returns `None`.
    #[doc(alias = "throttled")]
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, Kind::RateLimited | Kind::Exhausted(_))
    }

    /// Returns true if upstream refused the request with status 400, or with another status that has no predicate of
    /// its own.
    ///
    /// The request was not applied. [`upstream_message`](Self::upstream_message) may contain the reason. The same call
    /// would fail again.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused)
    }

    /// Returns true if upstream failed (status 5xx), could not be reached, or lost the connection. Also returns true if
    /// a token source failed.
    ///
    /// An operation that changes data may have been applied. In that case,
    /// [`is_outcome_unknown`](Self::is_outcome_unknown) returns true. Try again later.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0.kind, Kind::Server | Kind::Connect | Kind::Interrupted | Kind::NoToken)
    }

    /// Returns true if no connection could be made: name resolution, TCP or TLS failed, or the connect timeout passed.
    ///
    /// The request was not applied. Check the network, the proxy and the certificates.
    /// [`connect_failure`](Self::connect_failure) returns the reason.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// Returns the reason why no connection could be made, if [`is_connect`](Self::is_connect) returns true.
    #[must_use]
    pub fn connect_failure(&self) -> Option<ConnectFailure> {
        self.is_connect().then(|| ConnectFailure::of(self))
    }

    /// Returns true if no response came in time.
    ///
    /// The request may have been applied. Try again later, or allow more time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// Returns true if the connection broke before the response was complete. Also returns true if the call was moved
    /// out of its Tokio runtime after it had sent a request, or if the runtime was shut down.
    ///
    /// The request may have been applied. Try again later.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// Returns true if the input is the cause of the error, so that the same call would fail again. This is the case if
    /// the input [is invalid](Self::is_invalid_input), if the requested object [does not exist](Self::is_not_found), or
    /// if Connect itself [refused](Self::is_refused) the request.
    ///
    /// After any other error, the same call may succeed later: upstream recovers, or somebody corrects the set-up. A
    /// consumer of a queue can put the message back, with two exceptions. For a change, check
    /// [`is_outcome_unknown`](Self::is_outcome_unknown) first. After [`is_reported_failure`](Self::is_reported_failure),
    /// limit the number of repetitions, because upstream would most likely report the same failure.
    #[doc(alias = "is_permanent")]
    #[doc(alias = "is_retryable")]
    #[doc(alias = "is_transient")]
    #[must_use]
    pub fn is_final(&self) -> bool {
        // After a 408 or a 425, the same request may succeed later.
        let is_refused_for_good = self.is_refused() && !matches!(self.0.status, Some(408 | 425));
        self.is_invalid_input() || self.is_not_found() || (is_refused_for_good && self.is_from_connect())
    }

    /// Returns true if an operation that changes data failed, and it is unknown whether upstream applied it.
    ///
    /// The causes are a timeout, a broken connection, a response that could not be trusted, and a status 5xx. The call
    /// was not retried, because the operation must not be applied twice. Read the current data, and call the operation
    /// again if the change is missing.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// Returns true if the response cannot be decoded or trusted. Examples are an HTML page, an empty body, truncated
    /// JSON, and JSON that lacks all fields of the operation's response.
    ///
    /// Most often, a gateway sent the response. If every call fails in this way, upstream has changed. The message
    /// describes the response. If the response is JSON, the message names the field.
    /// [`is_outcome_unknown`](Self::is_outcome_unknown) returns whether the request may have been applied.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// Returns true if the response is a 404, 408, 410, 425 or redirect without proof that Connect sent it. The cause
    /// is a gateway, a wrong base URL, or a deployment in progress.
    ///
    /// This error does not mean that the customer does not exist. If the operation is safe to retry, the call was
    /// retried, because a gateway's error may be temporary. Check the base URL. If the URL is right, try again later.
    #[must_use]
    pub fn is_gateway(&self) -> bool {
        matches!(self.0.kind, Kind::Gateway)
    }

    /// Returns true if a response with a success status reports a failure: an error body, or `success: false`.
    ///
    /// If the response contains `success: false` and is [Connect's own](Self::is_from_connect), the operation was not
    /// applied. [`upstream_message`](Self::upstream_message) may contain the reason. The call was not retried, because
    /// it would most likely fail again.
    #[must_use]
    pub fn is_reported_failure(&self) -> bool {
        matches!(self.0.kind, Kind::ReportedFailure)
    }

    /// Returns true if the response does not match the request, for example if it is about another customer.
    ///
    /// The response was discarded. The message names the field that differs. Either a cache or a proxy has mixed up
    /// responses, or upstream has changed.
    #[must_use]
    pub fn is_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::Mismatch(_))
    }

    /// Returns true if there is proof that Connect sent the response. The proof is the header
    /// `X-Mediaconnect-Api-Version`, or an error body in exactly the form that Connect uses.
    ///
    /// Without proof, the response may come from a gateway, a proxy or a wrong URL. In that case, its status proves
    /// nothing about a customer. Returns false if there was no response.
    #[must_use]
    pub fn is_from_connect(&self) -> bool {
        self.0.from_connect
    }

    /// Returns true if no access token could be fetched. The other predicates give the reason.
    ///
    /// The request was not applied. Either nothing was sent to the API, or the API refused the previous token with
    /// status 401 and no new token could be fetched. All callers that waited for the token get the same error.
    #[must_use]
    pub fn is_token_fetch(&self) -> bool {
        self.0.token_fetch.is_some()
    }

    /// Returns the operation that failed, by its id in the contract.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the HTTP status, if there was a response.
    #[must_use]
    pub fn status_code(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns how many times the call tried to send its request to the API, including the first attempt. A failed
    /// connection counts as an attempt. Returns 0 if no request could be built, or if the rate did not admit the call.
    #[doc(alias = "retries")]
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long to wait before the next attempt. Upstream requested this time, or the client's own rate
    /// requires it.
    #[doc(alias = "retry")]
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns upstream's message about the error. It may quote the request, so `Display` does not contain it.
    #[must_use]
    pub fn upstream_message(&self) -> Option<&UpstreamMessage> {
        self.0.message.as_ref()
    }

    /// Returns all rules that the input breaks.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            Kind::Invalid(violations) => violations.as_slice(),
            _ => &[],
        }
    }
}
