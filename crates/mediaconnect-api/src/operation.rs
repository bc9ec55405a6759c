//! An operation of the contract is a value: its fields are the parameters and the body of the request. The operations
//! themselves are generated.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::drift::Drift;
use crate::validate::Validate;
use crate::{Connection, Error};

/// The request of an operation, or the reason that it cannot be built.
pub type Built = Result<reqwest::Request, Error<()>>;

/// An operation of the contract, with the values of one request.
///
/// [`check`](Validate::check) holds it to the contract's rules for what is sent.
pub trait Operation: Serialize + Validate + Send + Sync + 'static {
    /// The body of a success.
    type Output: DeserializeOwned + Drift + Send + 'static;
    /// The contract's facts about the operation.
    const INFO: &'static OperationInfo;

    /// Checks that a response is what the operation promises, about what was asked.
    ///
    /// # Errors
    /// The reason not to believe it.
    fn confirms(&self, output: &Self::Output) -> Result<(), Doubt>;
}

/// The part of an [`Operation`] that services do not see: its request and its span.
pub trait SendOperation: Operation {
    /// Builds the request. The crate `mediaconnect` sends it.
    ///
    /// # Errors
    /// When a value cannot be written into a request.
    #[expect(clippy::result_large_err, reason = "it is progenitor's, and rarely one")]
    fn request(&self, connection: &Connection) -> Built;

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
    /// The name of the group (tag), such as `External Reference`.
    pub group: &'static str,
    /// The client's method that leads to the group (`x-accessor`), such as `external_references`.
    pub accessor: &'static str,
    /// The name within the group, in snake case (`x-method`), such as `change`.
    pub name: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, with parameters in braces.
    pub path: &'static str,
    /// Where the knowledge of the operation comes from (`x-evidence`).
    pub evidence: Evidence,
    /// Whether the request may be sent twice (`x-safe-to-repeat`).
    pub safe_to_repeat: bool,
    /// Whose token it needs.
    pub mode: Mode,
    /// The parameters: those of the path first, in the order of the path.
    pub parameters: &'static [ParameterInfo],
    /// The fields of the request's body; `None` if there is no body. An object in it is listed by its fields, with
    /// dotted names; a list of objects is one entry.
    pub body: Option<&'static [ParameterInfo]>,
    /// The documented statuses, as the contract writes them: `200`, `4XX`, `default`.
    pub statuses: &'static [&'static str],
    /// The kind of body that a success has.
    pub response: ResponseKind,
    /// Lists of the response that may be empty: one of them must be there, be it empty (`x-success`).
    pub lists: &'static [&'static str],
    /// True if an empty response is a success, provided that it proves to be Connect's (`x-success`).
    pub may_be_empty: bool,
    /// The contract's example of a request, as JSON: parameters by their names, and `body`.
    pub request_example: &'static str,
    /// The contract's example of a success, as JSON.
    pub response_example: &'static str,
}

/// The contract's facts about a parameter, or about a field of the request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterInfo {
    /// The name on the wire; dotted for a field of an object in the body, such as `name.firstName`.
    pub name: &'static str,
    /// Where in the request it is sent.
    pub location: Location,
    /// True if every request has it. False for a field of an object that may be left out.
    pub required: bool,
    /// True if it is a list; what follows is then about its items.
    pub repeated: bool,
    /// The kind of value.
    pub kind: ValueKind,
    /// The known values; empty if the contract lists none.
    pub values: &'static [&'static str],
    /// True if other values than the known ones may be sent.
    pub open: bool,
    /// The format, such as `email`.
    pub format: Option<&'static str>,
    /// The least number of characters.
    pub min_length: Option<u64>,
    /// The greatest number of characters.
    pub max_length: Option<u64>,
    /// The least number.
    pub minimum: Option<i64>,
    /// The greatest number.
    pub maximum: Option<i64>,
    /// The description in the contract.
    pub description: &'static str,
    /// The sensitivity of the value (`x-sensitivity`).
    pub sensitivity: Sensitivity,
}

/// Only generated code builds it: by `new`, and then what else the contract says.
#[doc(hidden)]
impl ParameterInfo {
    #[must_use]
    pub const fn new(location: Location, kind: ValueKind, name: &'static str) -> Self {
        Self {
            name,
            location,
            required: false,
            repeated: false,
            kind,
            values: &[],
            open: false,
            format: None,
            min_length: None,
            max_length: None,
            minimum: None,
            maximum: None,
            description: "",
            sensitivity: Sensitivity::Personal,
        }
    }

    #[must_use]
    pub const fn description(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub const fn repeated(self) -> Self {
        Self { repeated: true, ..self }
    }

    #[must_use]
    pub const fn values(self, values: &'static [&'static str], open: bool) -> Self {
        Self { values, open, ..self }
    }

    #[must_use]
    pub const fn format(self, format: &'static str) -> Self {
        Self { format: Some(format), ..self }
    }

    #[must_use]
    pub const fn length(self, min_length: Option<u64>, max_length: Option<u64>) -> Self {
        Self { min_length, max_length, ..self }
    }

    #[must_use]
    pub const fn range(self, minimum: Option<i64>, maximum: Option<i64>) -> Self {
        Self { minimum, maximum, ..self }
    }

    #[must_use]
    pub const fn sensitivity(self, sensitivity: Sensitivity) -> Self {
        Self { sensitivity, ..self }
    }
}

/// Writes the function of [`SendOperation`] that returns the operation's span.
#[doc(hidden)]
#[macro_export]
macro_rules! operation_span {
    ($id:literal, $method:literal, $path:literal) => {
        #[inline]
        fn span() -> ::tracing::Span {
            ::tracing::info_span!(
                $id,
                otel.kind = "internal",
                otel.status_code = ::tracing::field::Empty,
                http.request.method = $method,
                url.template = $path,
                http.response.status_code = ::tracing::field::Empty,
                error.type = ::tracing::field::Empty,
                mediaconnect.client = ::tracing::field::Empty,
            )
        }
    };
}

#[doc(hidden)]
pub use operation_span as span;

/// Where in a request a value is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As a header.
    Header,
    /// In the body.
    Body,
}

/// The kind of a value in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// Anything else, such as an object: JSON.
    Json,
}

/// The sensitivity of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sensitivity {
    /// Neither personal data nor a secret.
    None,
    /// Personal data, or what may be.
    Personal,
    /// A secret.
    Secret,
}

/// Where the knowledge of an operation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Upstream documents it.
    Documented,
    /// Upstream's examples show it.
    Example,
    /// Clients of other people show it.
    ThirdParty,
    /// It is inferred from its neighbours: it may not exist.
    Inferred,
}

impl Evidence {
    /// Returns the contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Example => "example",
            Self::ThirdParty => "third-party",
            Self::Inferred => "inferred",
        }
    }
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
    /// The base URL, to which the paths of the operations are appended.
    pub base_url: &'static str,
    /// Where access tokens are fetched.
    pub token_url: &'static str,
}
