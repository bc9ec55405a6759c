//! The kinds of errors, for use in a `match`.

use std::fmt;

use super::{Error, Kind};

/// The kind of an [`Error`], for use in a `match`.
///
/// Each error has exactly one kind. The predicates of [`Error`] explain the cause, whether the request may have been
/// applied, and what to do. Some predicates combine several kinds or depend on details, such as
/// [`is_token_fetch`](Error::is_token_fetch).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input breaks a rule of the contract: see [`is_invalid_input`](Error::is_invalid_input).
    InvalidInput,
    /// A setting is missing or malformed: see [`is_configuration`](Error::is_configuration).
    Configuration,
    /// The credentials or the access token were refused: see [`is_auth`](Error::is_auth).
    Auth,
    /// The client lacks the right to do this: see [`is_forbidden`](Error::is_forbidden).
    Forbidden,
    /// The customer or other object does not exist: see [`is_not_found`](Error::is_not_found).
    NotFound,
    /// The rate limit prevented the request: see [`is_rate_limited`](Error::is_rate_limited).
    RateLimited,
    /// Upstream refused the request: see [`is_refused`](Error::is_refused).
    Refused,
    /// Upstream failed (status 5xx): see [`is_unavailable`](Error::is_unavailable).
    Server,
    /// No connection could be made: see [`is_connect`](Error::is_connect).
    Connect,
    /// No response came in time: see [`is_timeout`](Error::is_timeout).
    Timeout,
    /// The connection broke before the response was complete: see [`is_interrupted`](Error::is_interrupted).
    Interrupted,
    /// A token source failed: see [`is_unavailable`](Error::is_unavailable).
    NoToken,
    /// The response cannot be understood, or does not contain what the operation promises: see
    /// [`is_decode`](Error::is_decode).
    Decode,
    /// The response does not prove that Connect sent it: see [`is_gateway`](Error::is_gateway).
    Gateway,
    /// The status is a success, but the body reports a failure: see
    /// [`is_reported_failure`](Error::is_reported_failure).
    ReportedFailure,
    /// The response does not match the request: see [`is_mismatch`](Error::is_mismatch).
    Mismatch,
}

impl ErrorKind {
    /// Returns the kind as a word, for logs and metrics: `timeout`, `connect`, `not_found`, …
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Configuration => "configuration",
            Self::Auth => "auth",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Refused => "refused",
            Self::Server => "server",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::NoToken => "no_token",
            Self::Decode => "decode",
            Self::Gateway => "gateway",
            Self::ReportedFailure => "reported_failure",
            Self::Mismatch => "mismatch",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Error {
    /// Returns the kind of the error, for use in a `match`.
    ///
    /// ```
    /// use mediaconnect::{Error, ErrorKind};
    ///
    /// fn status(error: &Error) -> u16 {
    ///     match error.kind() {
    ///         ErrorKind::NotFound => 404,
    ///         ErrorKind::InvalidInput => 400,
    ///         ErrorKind::RateLimited | ErrorKind::Connect | ErrorKind::Server | ErrorKind::Timeout => 503,
    ///         _ => 500,
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.0.kind {
            Kind::Invalid(_) => ErrorKind::InvalidInput,
            Kind::Configuration(_) => ErrorKind::Configuration,
            Kind::Unauthorized => ErrorKind::Auth,
            Kind::Forbidden => ErrorKind::Forbidden,
            Kind::NotFound => ErrorKind::NotFound,
            Kind::RateLimited | Kind::Exhausted(_) => ErrorKind::RateLimited,
            Kind::Refused => ErrorKind::Refused,
            Kind::Server => ErrorKind::Server,
            Kind::Connect => ErrorKind::Connect,
            Kind::Timeout => ErrorKind::Timeout,
            Kind::Interrupted => ErrorKind::Interrupted,
            Kind::NoToken => ErrorKind::NoToken,
            Kind::Decode(_) => ErrorKind::Decode,
            Kind::Gateway => ErrorKind::Gateway,
            Kind::ReportedFailure => ErrorKind::ReportedFailure,
            Kind::Mismatch(_) => ErrorKind::Mismatch,
        }
    }

    /// Returns the kind of the error as a word: [`ErrorKind::as_str`].
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.kind().as_str()
    }
}
