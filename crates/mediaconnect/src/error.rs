//! The error of a call and its text. The module `predicates` has the methods that services call.

mod kind;
mod predicates;

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mediaconnect_api::validate::{Violation, Violations};

use crate::connect_failure::ConnectFailure;
use crate::decode_error::DecodeError;
use crate::environment::UnknownEnvironment;
use crate::exhausted::{Exhausted, Reason};
use crate::upstream_message::UpstreamMessage;
pub use kind::ErrorKind;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a call.
///
/// The documentation of its predicates (`is_…`) explains the cause and what to do. Other methods return details. The
/// error is safe to log: `Display`, `Debug` and the source chain contain no customer data, token, body or URL.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    operation: Option<&'static str>,
    status: Option<u16>,
    attempts: u32,
    /// A flag that all callers of a failed token fetch share; `None` if the error has another cause. The flag is true
    /// once a caller has charged the next fetch to the retry budget. The other callers then do not charge it again.
    token_fetch: Option<Arc<AtomicBool>>,
    retry_after: Option<Duration>,
    outcome_unknown: bool,
    /// True if a user's login was refused. See [`needs_login`](Error::needs_login).
    login_refused: bool,
    /// True if there is proof that Connect sent the response.
    from_connect: bool,
    message: Option<UpstreamMessage>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone)]
pub(crate) enum Kind {
    /// The input breaks rules of the contract.
    Invalid(Violations),
    /// A setting is missing or malformed.
    Configuration(String),
    /// The token endpoint refused the credentials, or the API refused the token.
    Unauthorized,
    /// The client lacks the right to do this (status 403).
    Forbidden,
    /// Nothing was found (status 404).
    NotFound,
    /// Upstream reported too many requests (status 429).
    RateLimited,
    /// The client did not send the request, because the rate is used up.
    Exhausted(Reason),
    /// Upstream refused the request with another status.
    Refused,
    /// Upstream failed (status 5xx).
    Server,
    /// No connection could be made.
    Connect,
    /// No response came in time.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// A token source failed.
    NoToken,
    /// The response cannot be decoded or trusted.
    Decode(DecodeError),
    /// The response is a 404, 408, 410, 425 or redirect, without proof that Connect sent it.
    Gateway,
    /// The status is a success, but the body reports a failure.
    ReportedFailure,
    /// The response does not match the request, for example because it is about another customer. Contains the field
    /// that differs.
    Mismatch(&'static str),
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            status: None,
            attempts: 0,
            token_fetch: None,
            retry_after: None,
            outcome_unknown: false,
            login_refused: false,
            from_connect: false,
            message: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration(message.into()))
    }

    /// Returns the error of a status that is not a success.
    pub(crate) fn status(status: u16) -> Self {
        let kind = match status {
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            429 => Kind::RateLimited,
            500..=599 => Kind::Server,
            _ => Kind::Refused,
        };
        Self::new(kind).with_status(status)
    }

    /// Returns the error of an API response. A 404, 408, 410, 425 or redirect without proof that Connect sent it counts
    /// as the error of a gateway.
    pub(crate) fn response(status: u16, from_connect: bool) -> Self {
        let mut error = Self::status(status);
        if !from_connect && matches!(status, 300..=399 | 404 | 408 | 410 | 425) {
            error.0.kind = Kind::Gateway;
        }
        error.with_refused_login(status == 401 && from_connect).with_proof(from_connect)
    }

    /// Returns the error of a request that got no response or only part of one.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        if error.is_builder() {
            // The HTTP library could not build the request, so nothing was sent. For example, a URL with a path of 64
            // KiB is valid, but too long for a request.
            return Self::configuration("the request cannot be built").with_source(error.without_url());
        }
        // If the connect timeout passes, both `is_connect` and `is_timeout` are true. This counts as a failed
        // connection, because nothing was sent.
        //
        // In TLS 1.3, a server refuses a client certificate after the handshake, before it reads a request. If the
        // server closes the connection before the request is written, the HTTP client loses the reason for the refusal.
        // A TLS connection that was closed so early therefore also counts as a failed connection.
        let is_refused_by_tls = || match ConnectFailure::of(&error) {
            ConnectFailure::ClientCertificate | ConnectFailure::ClientCertificateRefused => true,
            ConnectFailure::Closed => error.url().is_some_and(|url| url.scheme() == "https"),
            _ => false,
        };
        let kind = if error.is_connect() || is_refused_by_tls() {
            Kind::Connect
        } else if error.is_timeout() {
            Kind::Timeout
        } else {
            Kind::Interrupted
        };
        // The URL is removed, because it may contain a customer number.
        Self::new(kind).with_source(error.without_url())
    }

    /// Returns the error of a call that was not sent because the rate limiter did not admit it.
    pub(crate) fn exhausted(exhausted: Exhausted) -> Self {
        match exhausted.reason {
            Reason::TooLate => Self::new(Kind::Timeout),
            reason => Self::new(Kind::Exhausted(reason)).with_retry_after(Some(exhausted.wait)),
        }
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        matches!(self.0.kind, Kind::Exhausted(_))
    }

    /// Returns the flag that all callers of a failed token fetch share. The flag is true once one of these callers has
    /// used the retry budget to pay for the next fetch.
    pub(crate) fn next_fetch_paid(&self) -> Option<&AtomicBool> {
        self.0.token_fetch.as_deref()
    }

    /// Records whether upstream may have applied the request. Called for requests that must not be sent twice.
    pub(crate) fn of_an_unsafe_request(mut self) -> Self {
        self.0.outcome_unknown = match self.0.kind {
            Kind::Timeout
            | Kind::Interrupted
            | Kind::Server
            | Kind::Decode(_)
            | Kind::Gateway
            | Kind::Mismatch(_) => true,
            // If Connect reported the failure, the outcome is known. Without proof that Connect sent the body, the
            // outcome is unknown.
            Kind::ReportedFailure => !self.0.from_connect,
            _ => false,
        };
        self
    }

    /// Creates the error of a [`TokenSource`](crate::TokenSource) whose credentials, grant or user session was refused.
    ///
    /// A retry will not help. [`is_auth`](Self::is_auth) returns true. `source` must contain no secret, because it
    /// becomes part of the source chain, which services log.
    pub fn token_refused(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::token_source(Kind::Unauthorized, source.into()).with_refused_login(true)
    }

    /// Creates the error of a [`TokenSource`](crate::TokenSource) that has no token now but may have one later.
    ///
    /// [`is_unavailable`](Self::is_unavailable) returns true. `source` must contain no secret, because it becomes part
    /// of the source chain, which services log.
    pub fn token_unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::token_source(Kind::NoToken, source.into())
    }

    fn token_source(kind: Kind, source: Box<dyn StdError + Send + Sync>) -> Self {
        let mut error = Self::new(kind);
        error.0.source = Some(source.into());
        error
    }

    pub(crate) fn while_fetching_token(mut self) -> Self {
        // A token source may call Connect itself, and return the error "not found" or "invalid input" of its own call.
        // The service would mistake this error for one of the current call, so it becomes the source of a `NoToken`
        // error.
        if matches!(self.0.kind, Kind::NotFound | Kind::Invalid(_)) {
            let own = self.clone();
            self.0.kind = Kind::NoToken;
            self = self.with_source(own);
        }
        self.0.from_connect = false;
        // The source may have made a change whose outcome is unknown. But the request of the current call was not sent.
        self.0.outcome_unknown = false;
        self.0.token_fetch.get_or_insert_default();
        self
    }

    pub(crate) fn with_refused_login(mut self, refused: bool) -> Self {
        self.0.login_refused = refused;
        self
    }

    /// Turns a 404 into a refusal. For a part of an object, a 404 does not mean that the object is missing.
    pub(crate) fn of_a_part(mut self) -> Self {
        if matches!(self.0.kind, Kind::NotFound) {
            self.0.kind = Kind::Refused;
        }
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_message(mut self, message: Option<UpstreamMessage>) -> Self {
        self.0.message = message;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_proof(mut self, from_connect: bool) -> Self {
        self.0.from_connect = from_connect;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn in_operation(mut self, operation: &'static str, attempts: u32) -> Self {
        self.0.operation = Some(operation);
        self.0.attempts = attempts;
        self
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::new(Kind::Invalid(violations))
    }
}

/// Lets methods that accept `TryInto` also accept a value that already has the target type. Converting such a value
/// cannot fail, so the error type of the conversion is `Infallible`.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::from(Violations::from(violation))
    }
}

impl From<UnknownEnvironment> for Error {
    fn from(unknown: UnknownEnvironment) -> Self {
        Self::configuration(unknown.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        if self.is_token_fetch() {
            f.write_str("no access token: ")?;
        }
        match &self.0.kind {
            Kind::Invalid(violations) => {
                write!(f, "invalid input, nothing was sent")?;
                violations.iter().try_for_each(|violation| write!(f, "; {violation}"))?;
            }
            Kind::Configuration(message) => f.write_str(message)?,
            Kind::Unauthorized => f.write_str("the credentials or the access token were refused")?,
            Kind::Forbidden => f.write_str("this client lacks permission for this operation: ask upstream to grant it")?,
            Kind::NotFound => f.write_str("not found")?,
            Kind::RateLimited => f.write_str("too many requests")?,
            Kind::Exhausted(reason) => write!(f, "too many requests: {reason}")?,
            Kind::Refused => f.write_str("upstream refused the request")?,
            Kind::Server => f.write_str("upstream failed")?,
            Kind::Connect => f.write_str("no connection to upstream could be made")?,
            Kind::Timeout => f.write_str("no response in time")?,
            Kind::Interrupted => f.write_str("the connection broke before the response was complete")?,
            Kind::NoToken => f.write_str("the token source failed")?,
            Kind::Decode(reason) => write!(f, "the response cannot be understood: {reason}")?,
            Kind::Gateway => f.write_str(
                "the response does not prove that Connect sent it, so it may come from a gateway: check the base URL",
            )?,
            Kind::ReportedFailure => f.write_str("the status is a success, but the response reports a failure")?,
            Kind::Mismatch(field) => write!(f, "the response does not match the request: {field} differs")?,
        }
        if self.0.outcome_unknown {
            f.write_str("; it is unknown whether upstream applied the request")?;
        }
        match self.0.status {
            Some(status) => write!(f, " (status {status})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("message", &self.to_string())
            .field("attempts", &self.0.attempts)
            .field("retry_after", &self.0.retry_after)
            .field("source", &self.0.source.as_ref().map(ToString::to_string))
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
