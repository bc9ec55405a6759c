//! The one error type: what happened, whether the request may have been applied, and what to do next.

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
    /// No answer came in time.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// A token source failed.
    NoToken,
    /// The answer cannot be understood.
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

    /// An answer that is no success.
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

    /// A request that got no answer, or an answer that broke off.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        if error.is_builder() {
            // It never left: a path of 64 KiB, say, is a URL but cannot be asked for.
            return Self::configuration("the request cannot be built").with_source(error.without_url());
        }
        // A connection that does not come about in time is both: what counts is that nothing was sent.
        // In TLS 1.3 a server refuses a client certificate after the handshake, before it reads a request.
        let is_refused_by_tls = || ConnectFailure::of(&error) == ConnectFailure::ClientCertificate;
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

    /// Whether it is [`exhausted`](Self::exhausted), and not upstream's word: nothing was sent.
    pub(crate) fn is_exhausted(&self) -> bool {
        matches!(self.0.kind, Kind::Exhausted(_))
    }

    /// Whether the next token fetch is paid for, if this error is of one.
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

    /// No answer came in time.
    ///
    /// May have been applied. Try again later, or allow more time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// The connection broke before the answer was complete.
    ///
    /// May have been applied. Try again later.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// An operation that changes something failed so that nobody knows whether upstream applied it: no answer in
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

    /// How many requests were sent to the API.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long upstream asks to wait, or how long the client's own rate makes the same call wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What upstream says of the error. It may quote what was sent, so it is not part of `Display`.
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
