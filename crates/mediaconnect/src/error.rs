//! The one error type: what happened, and how it is told. What a service asks of it is in `predicates`.

mod predicates;

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mediaconnect_api::validate::{Violation, Violations};

use crate::connect_failure::ConnectFailure;
use crate::exhausted::{Exhausted, Reason};
use crate::unreadable::Unreadable;
use crate::upstream_message::UpstreamMessage;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// What to do depends on the predicates (`is_…`); the details are behind the accessors. Neither `Display` nor
/// `Debug` nor the source chain holds anything of a customer, a token, a body or an address of a request:
/// it is safe to log.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    operation: Option<&'static str>,
    status: Option<u16>,
    attempts: u32,
    /// It was met on the way to a token. All callers of one fetch share this: whether one of them paid for the next.
    token_fetch: Option<Arc<AtomicBool>>,
    retry_after: Option<Duration>,
    outcome_unknown: bool,
    /// Whether the response proved to be Connect's own.
    from_connect: bool,
    message: Option<UpstreamMessage>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What happened.
#[derive(Clone)]
pub(crate) enum Kind {
    /// The request breaks the contract's rules.
    Invalid(Violations),
    /// The client is not set up for this.
    Configuration(String),
    /// The token endpoint refused the credentials, or the API the token.
    Unauthorized,
    /// The client may not do this.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Upstream says that there were too many requests.
    RateLimited,
    /// The client knows that there would be too many.
    Exhausted(Reason),
    /// Any other refusal.
    Refused,
    /// Upstream failed.
    Server,
    /// No connection came about.
    Connect,
    /// No response came in time.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// A token source failed.
    NoToken,
    /// The response cannot be understood.
    Unreadable(Unreadable),
    /// A 404 or a redirect that nothing shows to be Connect's.
    Gateway,
    /// A success status, and a body that reports a failure.
    ReportedFailure,
    /// The response names another value than the request: the field that it is in.
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
            from_connect: false,
            message: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration(message.into()))
    }

    /// A response that is no success.
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

    /// A response of the API that is no success. Whoever sends it, only Connect can say that there is no such thing.
    pub(crate) fn response(status: u16, from_connect: bool) -> Self {
        let mut error = Self::status(status);
        if !from_connect && matches!(status, 300..=399 | 404 | 410) {
            error.0.kind = Kind::Gateway;
        }
        error.with_proof(from_connect)
    }

    /// A request that got no response, or a response that broke off.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        if error.is_builder() {
            // It never left: a path of 64 KiB, say, is a URL but cannot be asked for.
            return Self::configuration("the request cannot be built").with_source(error.without_url());
        }
        // A connection that does not come about in time is both: what counts is that nothing was sent.
        // In TLS 1.3 a server refuses a client certificate after the handshake, before it reads a request.
        let is_refused_by_tls = || {
            let failure = ConnectFailure::of(&error);
            matches!(failure, ConnectFailure::ClientCertificate | ConnectFailure::ClientCertificateRefused)
        };
        let kind = if error.is_connect() || is_refused_by_tls() {
            Kind::Connect
        } else if error.is_timeout() {
            Kind::Timeout
        } else {
            Kind::Interrupted
        };
        // The URL has the customer number in it.
        Self::new(kind).with_source(error.without_url())
    }

    /// The call got no turn of the rate.
    pub(crate) fn exhausted(exhausted: Exhausted) -> Self {
        Self::new(Kind::Exhausted(exhausted.reason)).with_retry_after(Some(exhausted.wait))
    }

    /// Returns whether it is [`exhausted`](Self::exhausted), and not upstream's word: nothing was sent.
    pub(crate) fn is_exhausted(&self) -> bool {
        matches!(self.0.kind, Kind::Exhausted(_))
    }

    /// Returns whether the next token fetch is paid for, if this error is of one.
    pub(crate) fn next_fetch_paid(&self) -> Option<&AtomicBool> {
        self.0.token_fetch.as_deref()
    }

    /// Marks the error of a request that must not be sent twice: does anybody know whether it was applied?
    pub(crate) fn of_an_unsafe_request(mut self) -> Self {
        self.0.outcome_unknown = match self.0.kind {
            Kind::Timeout
            | Kind::Interrupted
            | Kind::Server
            | Kind::Unreadable(_)
            | Kind::Gateway
            | Kind::Mismatch(_) => true,
            // Connect's own word that it failed is known; an error body of somebody else says nothing of Connect.
            Kind::ReportedFailure => !self.0.from_connect,
            _ => false,
        };
        self
    }

    /// For a [`TokenSource`](crate::TokenSource): the credentials, the grant or the user's session are refused, and
    /// asking again will not help. The error answers [`is_auth`](Self::is_auth).
    ///
    /// `source` becomes part of the error's source chain, which services log: it must hold no secret.
    pub fn token_refused(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::token_source(Kind::Unauthorized, source.into())
    }

    /// For a [`TokenSource`](crate::TokenSource): there is no token now, but there may be one later. The error
    /// answers [`is_unavailable`](Self::is_unavailable).
    ///
    /// `source` becomes part of the error's source chain, which services log: it must hold no secret.
    pub fn token_unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::token_source(Kind::NoToken, source.into())
    }

    fn token_source(kind: Kind, source: Box<dyn StdError + Send + Sync>) -> Self {
        let mut error = Self::new(kind);
        error.0.source = Some(source.into());
        error
    }

    pub(crate) fn while_fetching_token(mut self) -> Self {
        self.0.token_fetch.get_or_insert_default();
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

/// For values that need no conversion.
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
            Kind::Forbidden => f.write_str("this client may not do this")?,
            Kind::NotFound => f.write_str("not found")?,
            Kind::RateLimited => f.write_str("too many requests")?,
            Kind::Exhausted(reason) => write!(f, "too many requests: {reason}")?,
            Kind::Refused => f.write_str("upstream refused the request")?,
            Kind::Server => f.write_str("upstream failed")?,
            Kind::Connect => f.write_str("no connection to upstream")?,
            Kind::Timeout => f.write_str("no answer in time")?,
            Kind::Interrupted => f.write_str("the connection broke before the answer was complete")?,
            Kind::NoToken => f.write_str("the token source failed")?,
            Kind::Unreadable(reason) => write!(f, "the answer cannot be understood: {reason}")?,
            Kind::Gateway => f.write_str(
                "a gateway responded, or something else that does not prove to be Connect: check the base URL",
            )?,
            Kind::ReportedFailure => f.write_str("the response has a success status and reports a failure")?,
            Kind::Mismatch(field) => write!(f, "the response has another {field} than the request")?,
        }
        if self.0.outcome_unknown {
            f.write_str("; nobody knows whether it was applied")?;
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
