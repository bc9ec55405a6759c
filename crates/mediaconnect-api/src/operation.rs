//! The traits and the metadata of operations. An operation is a value whose fields are the request's parameters and
//! body. The operations themselves are generated.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::drift::Drift;
use crate::validate::Validate;
use crate::{Connection, Error};

/// The HTTP request of an operation, or the error that prevented building it.
pub type Built = Result<reqwest::Request, Error<()>>;

/// An operation of the contract, with the parameters and the body of one request.
///
/// [`check`](Validate::check) checks them against the contract's limits.
pub trait Operation: Serialize + Validate + Send + Sync + 'static {
    /// The body of a successful response.
    type Output: DeserializeOwned + Drift + Send + 'static;
    /// The contract's metadata for the operation.
    const INFO: &'static OperationInfo;

    /// Checks that a response has the fields that `x-success` requires, and that it belongs to this request.
    ///
    /// # Errors
    /// Returns the reason to reject the response.
    fn confirms(&self, output: &Self::Output) -> Result<(), Doubt>;
}

/// The internal part of an [`Operation`]: its HTTP request and its tracing span.
pub trait SendOperation: Operation {
    /// Builds the request. The crate `mediaconnect` sends it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[expect(
        clippy::result_large_err,
        reason = "progenitor defines the error type, and its size does not matter because errors are rare"
    )]
    fn request(&self, connection: &Connection) -> Built;

    /// Returns a span with the operation's name and OpenTelemetry's attributes of an HTTP client. No attribute
    /// contains customer data.
    fn span() -> tracing::Span;
}

/// An operation that is called with the client's own token.
#[diagnostic::on_unimplemented(
    message = "`{Self}` must be called on behalf of a user",
    label = "this operation needs the token of a user",
    note = "call it with `client.as_user(&user_token).call(..)`"
)]
pub trait ClientOperation: SendOperation {}

/// An operation that is called with the token of a logged-in user.
#[diagnostic::on_unimplemented(
    message = "`{Self}` must be called by the client itself, not on behalf of a user",
    label = "this operation needs the client's own token",
    note = "call it with `client.call(..)`"
)]
pub trait UserOperation: SendOperation {}

/// The contract's metadata for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationInfo {
    /// The operation id.
    pub id: &'static str,
    /// The name of the group (tag), such as `External Reference`.
    pub group: &'static str,
    /// The client's method that returns the group (`x-accessor`), such as `external_references`.
    pub accessor: &'static str,
    /// The operation's name within the group, in snake case (`x-method`), such as `change`.
    pub name: &'static str,
    /// A one-line summary.
    pub summary: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, with parameters in braces.
    pub path: &'static str,
    /// The evidence that the operation exists as the contract describes it (`x-evidence`).
    pub evidence: Evidence,
    /// True if the request may be sent twice (`x-safe-to-retry`).
    pub safe_to_retry: bool,
    /// The token that the operation needs.
    pub mode: Mode,
    /// The parameters. Path parameters come first, in the order of the path.
    pub parameters: &'static [ParameterInfo],
    /// The fields of the request's body, or `None` if there is no body. A field of a nested object has a dotted name. A
    /// list of objects is a single entry.
    pub body: Option<&'static [ParameterInfo]>,
    /// The documented statuses, as the contract writes them: `200`, `4XX`, `default`.
    pub statuses: &'static [&'static str],
    /// The kind of body of a successful response.
    pub response: ResponseKind,
    /// The names of the lists that identify a successful response (`x-success`). A response needs only one of these
    /// lists, and that list may be empty.
    pub lists: &'static [&'static str],
    /// True if an empty response is a success (`x-success`), provided that its headers show that it comes from Connect.
    pub may_be_empty: bool,
    /// The contract's example of a request, as JSON: the parameters by name, and `body`.
    pub request_example: &'static str,
    /// The contract's example of a successful response, as JSON.
    pub response_example: &'static str,
}

/// The contract's metadata for a parameter, or for a field of the request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParameterInfo {
    /// The name on the wire. A field of a nested object has a dotted name, such as `name.firstName`.
    pub name: &'static str,
    /// The part of the request that contains the value.
    pub location: Location,
    /// True if every request must have the value. False for all fields of an optional object, because a request may
    /// omit the object.
    pub required: bool,
    /// True if the value is a list. In that case, the kind, the values, the format and the limits below describe the
    /// items.
    pub repeated: bool,
    /// The kind of value.
    pub kind: ValueKind,
    /// The known values. Empty if the contract lists no values.
    pub values: &'static [&'static str],
    /// True if values outside `values` may also be sent.
    pub open: bool,
    /// The format, such as `email`.
    pub format: Option<&'static str>,
    /// The minimum number of characters.
    pub min_length: Option<u64>,
    /// The maximum number of characters.
    pub max_length: Option<u64>,
    /// The smallest allowed number.
    pub minimum: Option<i64>,
    /// The largest allowed number.
    pub maximum: Option<i64>,
    /// The description in the contract.
    pub description: &'static str,
    /// The sensitivity of the value (`x-sensitivity`).
    pub sensitivity: Sensitivity,
}

/// A constructor, and a setter for each optional field of the struct. For generated code only.
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

/// Implements [`SendOperation::span`].
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

/// The part of a request that contains a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// The body.
    Body,
}

/// The kind of a value in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// A number that may have a fraction.
    Number,
    /// A boolean.
    Boolean,
    /// Any other JSON, such as an object.
    Json,
}

/// The sensitivity of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sensitivity {
    /// Neither personal data nor a secret.
    None,
    /// Personal data, or possibly personal data.
    Personal,
    /// A secret.
    Secret,
}

/// The evidence that an operation exists as the contract describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// Upstream documents the operation.
    Documented,
    /// Upstream's examples show the operation.
    Example,
    /// Third-party clients use the operation.
    ThirdParty,
    /// The operation is inferred from similar operations and may not exist.
    Inferred,
}

impl Evidence {
    /// Returns the word that the contract uses, such as `documented`.
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

/// The kind of body of a successful response. It determines how the client verifies that a response comes from Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseKind {
    /// An object with fields that `x-success` requires.
    Object,
    /// A list without a wrapper object. Upstream may send a single item instead of the list. If the list is empty, only
    /// the headers show that the response comes from Connect.
    List,
    /// JSON without required fields, such as a free-form object or a string. Only the headers show that the response
    /// comes from Connect.
    Unproven,
    /// No body. Only the headers show that the response comes from Connect.
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

/// The reason why a response is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The response contains none of the fields that `x-success` requires.
    Nothing,
    /// The response contains a list that `x-success` requires, but an item of the list has no value in any known field.
    /// For example, the item is an unknown wrapper around the real list.
    EmptyItem,
    /// The response states that upstream did not do the operation.
    NotDone,
    /// The response belongs to another request. Contains the name of the field whose value differs from the request.
    Mismatch(&'static str),
}

/// The token that an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The token of the calling system (OAuth 2.0 client credentials).
    Client,
    /// The token of a logged-in user (OAuth 2.0 authorization code).
    User,
}

/// A server that the contract lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// The base URL, to which the paths of the operations are appended.
    pub base_url: &'static str,
    /// The URL that issues access tokens.
    pub token_url: &'static str,
}
