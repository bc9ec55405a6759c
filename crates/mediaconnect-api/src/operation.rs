//! What the client must know of an operation and of a server. The values are generated from the contract.

use serde::de::DeserializeOwned;

use crate::drift::Drift;

/// An operation of the contract.
pub trait Operation: Send + Sync + 'static {
    /// The operation id.
    const ID: &'static str;
    /// The HTTP method, in upper case.
    const METHOD: &'static str;
    /// The path template, with parameters in braces.
    const PATH: &'static str;
    /// Whether the request may be sent twice (`x-safe-to-repeat`).
    const SAFE_TO_REPEAT: bool;
    /// Whose token it needs.
    const MODE: Mode;
    /// The body of a success.
    type Output: DeserializeOwned + Drift;

    /// A span of this operation's name, with OpenTelemetry's attributes of an HTTP client that say nothing of a
    /// customer.
    fn span() -> tracing::Span;
}

/// Whose token an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The calling system's: OAuth 2.0 client credentials.
    Client,
    /// That of a user who logged in: OAuth 2.0 authorization code.
    User,
}

/// A server of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// What the paths of the operations are appended to.
    pub base_url: &'static str,
    /// Where access tokens are fetched.
    pub token_url: &'static str,
}
