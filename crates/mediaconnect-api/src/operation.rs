//! An operation of the contract is a value: its fields are the parameters and the body of the request. The operations
//! themselves are generated.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::drift::Drift;
use crate::validate::Validate;
use crate::{Connection, Error};

/// An operation of the contract, with the values of one request.
///
/// [`check`](Validate::check) holds it to the contract's rules for what is sent.
pub trait Operation: Validate + Send + Sync + 'static {
    /// The body of a success.
    type Output: DeserializeOwned + Drift + Send + 'static;
    /// The contract's facts about the operation.
    const INFO: &'static OperationInfo;
    /// The kind of body that a success has.
    const RESPONSE: ResponseKind;

    /// Checks that a response is what the operation promises, about what was asked.
    ///
    /// # Errors
    /// The reason not to believe it.
    fn confirms(&self, output: &Self::Output) -> Result<(), Doubt>;
}

/// The way of an [`Operation`] to the wire; apart from it, since its types are of no concern to services.
pub trait SendOperation: Operation {
    /// Sends the request once. Any response is `Ok`, whatever its status.
    ///
    /// # Errors
    /// When no response came.
    fn send(
        &self,
        connection: Connection,
    ) -> impl Future<Output = Result<reqwest::Response, Error<()>>> + Send;

    /// Returns a span of this operation's name, with OpenTelemetry's attributes of an HTTP client that say nothing of a
    /// customer.
    fn span() -> tracing::Span;
}

/// An operation that is called with the client's own token.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is called on behalf of a user",
    label = "this operation needs the token of a user",
    note = "call it with `client.as_user(&user_token).call(..)`"
)]
pub trait ClientOperation: SendOperation {}

/// An operation that is called with the token of a user who logged in.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is called by the client itself, not on behalf of a user",
    label = "this operation needs the client's own token",
    note = "call it with `client.call(..)`"
)]
pub trait UserOperation: SendOperation {}

/// The contract's facts about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationInfo {
    /// The operation id.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, with parameters in braces.
    pub path: &'static str,
    /// Whether the request may be sent twice (`x-safe-to-repeat`).
    pub safe_to_repeat: bool,
    /// Whose token it needs.
    pub mode: Mode,
    /// Lists of the response that may be empty: one of them must be there, be it empty (`x-success`).
    pub lists: &'static [&'static str],
    /// True if an empty response is a success, provided that it proves to be Connect's (`x-success`).
    pub may_be_empty: bool,
    /// The contract's example of a request, as JSON: parameters by their names, and `body`.
    pub request_example: &'static str,
    /// The contract's example of a success, as JSON.
    pub response_example: &'static str,
}

/// The kind of body that a success has, and with it what proves that it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseKind {
    /// An object with promised fields.
    Object,
    /// A bare list, or one of its items alone. An empty one has nothing that proves it, so its headers must.
    List,
    /// JSON in which nothing is promised by name, such as a free-form object or a text: its headers must prove it.
    Unproven,
    /// No body: the headers must prove it.
    Nothing,
}

/// Adds a JSON body to a request, if there is one.
#[doc(hidden)]
pub fn with_json<T: Serialize>(
    request: reqwest::RequestBuilder,
    body: Option<&T>,
) -> reqwest::RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Why a response is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It has nothing of what the operation promises.
    Nothing,
    /// It says that the operation was not done.
    NotDone,
    /// It is about something else than the request: the field that differs.
    Mismatch(&'static str),
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
