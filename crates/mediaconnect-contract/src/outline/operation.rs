//! Operations: their parameters, bodies and responses.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::{Field, Schema, SuccessRule};
use crate::deprecation::Deprecation;

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The JSON pointer of the operation in the contract.
    pub pointer: String,
    /// The operation id. Empty if the contract has none.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The tags. The lint requires exactly one.
    pub tags: Vec<String>,
    /// The method name (`x-method`). [`Operation::method_name`] returns it as a string.
    pub rust_method: Option<String>,
    /// A one-line summary.
    pub summary: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The source of the information about the operation (`x-evidence`).
    pub evidence: Option<String>,
    /// True if the request may be sent twice (`x-safe-to-retry`).
    pub safe_to_retry: Option<bool>,
    /// True if the operation is deprecated.
    pub deprecated: bool,
    /// The details of the deprecation.
    pub deprecation: Deprecation,
    /// All security schemes that occur in `alternatives`, each with its scopes.
    pub security: Vec<(String, Vec<String>)>,
    /// The accepted combinations of security schemes. A request needs all schemes of one combination. If the list is
    /// empty, a request needs no scheme.
    pub alternatives: Vec<BTreeMap<String, Vec<String>>>,
    /// Path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub request: Option<Body>,
    /// The responses.
    pub responses: Vec<Response>,
    /// The server URLs of the operation or its path. Empty if the operation uses the contract's servers.
    pub servers: Vec<String>,
    /// The `x-` extensions that have no field of their own in the outline.
    pub extensions: BTreeMap<String, Value>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `path`, `query` or `header`.
    pub location: String,
    /// The values of `style`, `explode` and `allowReserved` that are not the defaults.
    pub serialization: BTreeMap<String, Value>,
    /// The parameter as a field.
    pub field: Field,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The JSON pointer of the schema.
    pub pointer: String,
    /// The media type. If there are several, JSON is chosen.
    pub media_type: String,
    /// All media types.
    pub media_types: Vec<String>,
    /// True if the body is required.
    pub required: bool,
    /// The schema.
    pub schema: Schema,
}

/// A response.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The JSON pointer of the response in the contract.
    pub pointer: String,
    /// The status as the contract writes it: `200`, `4XX`, `default`.
    pub status: String,
    /// The body, if there is one.
    pub body: Option<Body>,
    /// The headers.
    pub headers: Vec<Field>,
    /// The description.
    pub description: Option<String>,
}

impl Operation {
    /// Returns the name of the generated method.
    #[must_use]
    pub fn rust_name(&self) -> String {
        self.id.to_snake_case()
    }

    /// Returns the name of the operation's method within its group. Empty if the contract has none.
    #[must_use]
    pub fn method_name(&self) -> &str {
        self.rust_method.as_deref().unwrap_or_default()
    }

    /// Returns the name of the generated type.
    #[must_use]
    pub fn rust_type(&self) -> String {
        self.id.to_upper_camel_case()
    }

    /// Returns true if the operation needs a logged-in user. The scheme `authorizationCode` means user mode.
    #[must_use]
    pub fn is_user_mode(&self) -> bool {
        // A client may use any alternative. The operation therefore needs a user only if every alternative needs one.
        let needs_user = |one: &BTreeMap<String, Vec<String>>| one.contains_key("authorizationCode");
        !self.alternatives.is_empty() && self.alternatives.iter().all(needs_user)
    }

    /// Returns true if the operation is only inferred from similar operations (`x-evidence`). Such an operation needs
    /// the feature `unverified`.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.evidence.as_deref() == Some("inferred")
    }

    /// Returns the rule that a successful response must meet (`x-success`).
    #[must_use]
    pub fn success_rule(&self) -> Option<SuccessRule> {
        self.extensions.get("x-success").and_then(SuccessRule::read)
    }

    /// Returns the model of the successful response. If the response is a list, returns the model of the items.
    #[must_use]
    pub fn output(&self) -> Option<&str> {
        self.success()?.body.as_ref()?.schema.model()
    }

    /// Returns the successful response, if there is exactly one.
    #[must_use]
    pub fn success(&self) -> Option<&Response> {
        let mut successes = self.responses.iter().filter(|response| response.status.starts_with('2'));
        successes.next().filter(|_| successes.next().is_none())
    }
}
