//! The outline: facts about the operations, models and fields of a contract.
//!
//! The lint, the generator, the reviewer's snapshot and the reports of xtask all read it.

mod compose;
mod display;
mod read;
mod success;

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use crate::contract::Contract;
use crate::deprecation::Deprecation;

pub use read::METHODS;
pub(crate) use read::is_keyword;
pub use success::{Has, SuccessRule};

/// The facts of a contract. Create them with [`Outline::of`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The servers.
    pub servers: Vec<Server>,
    /// The security schemes, in the order of the contract.
    pub schemes: Vec<Scheme>,
    /// The groups of operations, in the order of the contract.
    pub groups: Vec<Group>,
    /// The operations, in the order of the contract.
    pub operations: Vec<Operation>,
    /// The object schemas, in the order of the contract.
    pub models: Vec<Model>,
    /// The named schemas that are not objects: texts, numbers and enums.
    pub scalars: Vec<Scalar>,
}

/// A server with its token endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The name for users (`x-environment`).
    pub environment: Option<String>,
    /// The base URL.
    pub url: String,
    /// `x-token-url`.
    pub token_url: Option<String>,
    /// `x-evidence`.
    pub evidence: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// A group of operations (a tag).
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The name of the tag.
    pub name: String,
    /// The client's method that returns the group (`x-accessor`).
    pub accessor: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// A security scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The name in the contract. It is not sent.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The settings of the scheme, such as its type and URLs, by their path in the scheme.
    pub facts: BTreeMap<String, String>,
    /// The scopes of all flows.
    pub scopes: Vec<String>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The operation id. Empty if the contract has none.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The tags. The lint requires exactly one.
    pub tags: Vec<String>,
    /// The method name (`x-method`). [`Operation::method_name`] returns it as a text.
    pub rust_method: Option<String>,
    /// A one-line summary.
    pub summary: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The source of what is known about the operation (`x-evidence`).
    pub evidence: Option<String>,
    /// True if the request may be sent twice (`x-safe-to-repeat`).
    pub safe_to_repeat: Option<bool>,
    /// True if upstream has deprecated it.
    pub deprecated: bool,
    /// The details of the deprecation.
    pub deprecation: Deprecation,
    /// The security schemes of all alternatives, each with its scopes.
    pub security: Vec<(String, Vec<String>)>,
    /// The security schemes by alternative. A request needs all schemes of one alternative. Without alternatives, it
    /// needs none.
    pub alternatives: Vec<BTreeMap<String, Vec<String>>>,
    /// Path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub request: Option<Body>,
    /// The responses.
    pub responses: Vec<Response>,
    /// The server URLs of the operation or its path. Empty if they are those of the contract.
    pub servers: Vec<String>,
    /// The `x-` extensions that no other field of the outline contains.
    pub extensions: BTreeMap<String, Value>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `path`, `query` or `header`.
    pub location: String,
    /// The style keywords that differ from the default: `style`, `explode`, `allowReserved`.
    pub serialization: BTreeMap<String, Value>,
    /// The parameter as a field.
    pub field: Field,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The JSON pointer of the schema.
    pub pointer: String,
    /// The media type: JSON if there are several.
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
    /// The JSON pointer into the contract.
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

/// An object schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The name in the contract and in Rust.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The source of what is known about the model, if it differs from that of the operations (`x-evidence`).
    pub evidence: Option<String>,
    /// True if the client sends the model.
    pub sent: bool,
    /// True if the client receives the model.
    pub received: bool,
    /// The fields, in the order of the contract.
    pub fields: Vec<Field>,
}

/// A named schema that is not an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The name in the contract.
    pub name: String,
    /// The schema.
    pub schema: Schema,
}

/// A field of a model, or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The JSON pointer into the contract.
    pub pointer: String,
    /// The name on the wire.
    pub wire_name: String,
    /// The name in Rust.
    pub rust_name: String,
    /// True if the contract requires the field.
    pub required: bool,
    /// True if upstream has deprecated it.
    pub deprecated: bool,
    /// The details of the deprecation.
    pub deprecation: Deprecation,
    /// The sensitivity of the field, or of the named schema that it refers to (`x-sensitivity`).
    pub sensitivity: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The source of what is known about the field, if it differs from that of the model (`x-evidence`).
    pub evidence: Option<String>,
    /// The schema.
    pub schema: Schema,
}

/// A schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The JSON pointer of the schema, after following `$ref`.
    pub pointer: String,
    /// The name, if the schema has one.
    pub name: Option<String>,
    /// The kind of value.
    pub kind: Kind,
    /// True if null is allowed.
    pub nullable: bool,
    /// The format.
    pub format: Option<String>,
    /// Length, range and number of items.
    pub limits: Limits,
    /// The values of an enum. Empty for any other schema.
    pub values: Vec<String>,
    /// True if other values are allowed (`x-extensible-enum`).
    pub open: bool,
    /// The description.
    pub description: Option<String>,
    /// `x-sensitivity`.
    pub sensitivity: Option<String>,
    /// `x-evidence`.
    pub evidence: Option<String>,
    /// The default value.
    pub default: Option<Value>,
    /// The fields of an object without a name. The fields of a named object belong to its model.
    pub fields: Vec<Field>,
    /// The named schemas in its `oneOf` and `anyOf`.
    pub forms: Vec<Schema>,
    /// The constraints that no other field of the outline contains: `anyOf`, `multipleOf`, `uniqueItems`, and limits
    /// that are not integers.
    pub constraints: BTreeMap<String, Value>,
    /// The `x-` extensions that no other field of the outline contains.
    pub extensions: BTreeMap<String, Value>,
}

/// The kind of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A boolean.
    Boolean,
    /// A model, by its name. `None` for an object without a name.
    Object(Option<String>),
    /// A list. If the list is in a wrapper object, `wrapper` is the name of the member (`x-list-wrapper`).
    List {
        /// The schema of the items.
        items: Box<Schema>,
        /// The member of the wrapper object.
        wrapper: Option<String>,
    },
    /// An object whose keys the contract does not name (`additionalProperties`).
    Map {
        /// The schema of the values. `None` for any JSON.
        values: Option<Box<Schema>>,
    },
    /// A kind that this project does not support, in the words of the contract.
    Other(String),
}

/// The limits of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// The minimum number of characters.
    pub min_length: Option<u64>,
    /// The maximum number of characters.
    pub max_length: Option<u64>,
    /// The smallest allowed number.
    pub minimum: Option<i64>,
    /// The largest allowed number.
    pub maximum: Option<i64>,
    /// The minimum number of items.
    pub min_items: Option<u64>,
    /// The maximum number of items.
    pub max_items: Option<u64>,
    /// A regular expression.
    pub pattern: Option<String>,
}

impl Outline {
    /// Returns the outline of a contract. It ignores what it does not understand. The lint reports such parts.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        Self::of_document(contract.document())
    }

    /// Returns the outline of an OpenAPI 3.0 document whose references all start with `#/`.
    #[must_use]
    pub fn of_document(document: &Value) -> Self {
        read::outline(document)
    }

    /// Returns the fields of an object: those of its model, or its own if it has no name.
    #[must_use]
    pub fn fields<'a>(&'a self, schema: &'a Schema) -> &'a [Field] {
        match &schema.kind {
            Kind::Object(Some(name)) => self.model(name).map_or(&[], |model| &model.fields),
            _ => &schema.fields,
        }
    }

    /// Returns the group of an operation.
    #[must_use]
    pub fn group(&self, operation: &Operation) -> Option<&Group> {
        self.groups.iter().find(|group| operation.tags.first() == Some(&group.name))
    }

    /// Returns the model with this name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }
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
        // An operation that also works in client mode needs no user.
        let needs_user = |one: &BTreeMap<String, Vec<String>>| one.contains_key("authorizationCode");
        !self.alternatives.is_empty() && self.alternatives.iter().all(needs_user)
    }

    /// Returns true if the path or the shape is inferred. Such an operation needs the feature `unverified`.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.evidence.as_deref() == Some("inferred")
    }

    /// Returns the rule that a successful response must meet (`x-success`).
    #[must_use]
    pub fn success_rule(&self) -> Option<SuccessRule> {
        self.extensions.get("x-success").and_then(SuccessRule::read)
    }

    /// Returns the model of the successful response, or of its items if it is a list.
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

impl Schema {
    /// Returns the model of the object or of the list's items.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        match &self.kind {
            Kind::Object(name) => name.as_deref(),
            Kind::List { items, .. } => items.model(),
            _ => None,
        }
    }

    /// Returns the model of the object, of the list's items, or of the map's values.
    #[must_use]
    pub fn leads_to(&self) -> Option<&str> {
        match &self.kind {
            Kind::Map { values: Some(values) } => values.leads_to(),
            Kind::List { items, .. } => items.leads_to(),
            _ => self.model(),
        }
    }

    /// Returns the other spellings of each enum value, by the documented spelling (`x-aliases`).
    #[must_use]
    pub fn aliases(&self) -> BTreeMap<&str, Vec<&str>> {
        let aliases = self.extensions.get("x-aliases").and_then(Value::as_object).into_iter().flatten();
        aliases
            .map(|(value, others)| {
                let others = others.as_array().into_iter().flatten().filter_map(Value::as_str);
                (value.as_str(), others.collect())
            })
            .collect()
    }
}
