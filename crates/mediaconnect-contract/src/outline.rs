//! The outline: the contract flattened into facts about operations, models and fields.
//!
//! One data structure, several readers: the lint, the snapshot that a reviewer reads, the generator, and the
//! reports of xtask.

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

/// A contract as facts. Build one with [`Outline::of`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// Where upstream can be reached.
    pub servers: Vec<Server>,
    /// How a caller is authenticated, in the order of the contract.
    pub schemes: Vec<Scheme>,
    /// The groups of operations, in the order of the contract.
    pub groups: Vec<Group>,
    /// The operations, in the order of the contract.
    pub operations: Vec<Operation>,
    /// The object schemas, in the order of the contract.
    pub models: Vec<Model>,
    /// The named schemas that are no objects: texts, numbers, enumerations.
    pub scalars: Vec<Scalar>,
}

/// A server, with the token endpoint that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// `x-environment`: what users call it.
    pub environment: Option<String>,
    /// The base URL.
    pub url: String,
    /// `x-token-url`.
    pub token_url: Option<String>,
    /// `x-evidence`.
    pub evidence: Option<String>,
    /// What it is.
    pub description: Option<String>,
}

/// A group of operations: a tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The name of the tag.
    pub name: String,
    /// `x-accessor`: the client's method that leads to the group.
    pub accessor: Option<String>,
    /// What the group has.
    pub description: Option<String>,
}

/// A security scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The name in the contract; it is not on the wire.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// What decides how a caller is authenticated: type, place, URLs, by their path in the scheme.
    pub facts: BTreeMap<String, String>,
    /// The scopes of all flows.
    pub scopes: Vec<String>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The operation id; empty if there is none.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The names of its groups; the lint wants one.
    pub tags: Vec<String>,
    /// `x-method`; [`Operation::method_name`] returns it as a text.
    pub rust_method: Option<String>,
    /// One line on what it does.
    pub summary: Option<String>,
    /// All there is to say on it.
    pub description: Option<String>,
    /// `x-evidence`: where the knowledge comes from.
    pub evidence: Option<String>,
    /// `x-safe-to-repeat`: whether the request may be sent twice.
    pub safe_to_repeat: Option<bool>,
    /// Whether upstream advises against it.
    pub deprecated: bool,
    /// What it says of that.
    pub deprecation: Deprecation,
    /// Security schemes, each with its scopes.
    pub security: Vec<(String, Vec<String>)>,
    /// The same, by alternative: one of them is enough, all schemes of it are needed. None: nobody is asked.
    pub alternatives: Vec<BTreeMap<String, Vec<String>>>,
    /// Path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub request: Option<Body>,
    /// The answers.
    pub responses: Vec<Response>,
    /// The URLs of servers that stand at the operation or its path; none: those of the contract.
    pub servers: Vec<String>,
    /// The `x-` extensions that no other fact holds.
    pub extensions: BTreeMap<String, Value>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `path`, `query` or `header`.
    pub location: String,
    /// How it is written, where that is not the default: `style`, `explode`, `allowReserved`.
    pub serialization: BTreeMap<String, Value>,
    /// The parameter as a field.
    pub field: Field,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// JSON pointer of its schema.
    pub pointer: String,
    /// The media type: JSON where there is a choice.
    pub media_type: String,
    /// All media types.
    pub media_types: Vec<String>,
    /// Whether it must be sent.
    pub required: bool,
    /// The schema.
    pub schema: Schema,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The status as the contract writes it: `200`, `4XX`, `default`.
    pub status: String,
    /// Media type and schema of the body, if there is one.
    pub body: Option<Body>,
    /// The headers.
    pub headers: Vec<Field>,
    /// What it means.
    pub description: Option<String>,
}

/// An object schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The name in the contract, which is the Rust name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// `x-evidence`, where it differs from that of the operations.
    pub evidence: Option<String>,
    /// Whether the client sends it.
    pub sent: bool,
    /// Whether the client receives it.
    pub received: bool,
    /// The fields, in the order of the contract.
    pub fields: Vec<Field>,
}

/// A named schema that is no object.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The name in the contract.
    pub name: String,
    /// The schema.
    pub schema: Schema,
}

/// A field of a model, or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// JSON pointer into the contract.
    pub pointer: String,
    /// The name on the wire.
    pub wire_name: String,
    /// The name in Rust.
    pub rust_name: String,
    /// Whether the contract requires it.
    pub required: bool,
    /// Whether upstream advises against it.
    pub deprecated: bool,
    /// What it says of that.
    pub deprecation: Deprecation,
    /// `x-sensitivity`, of the field itself or of the named schema that it refers to.
    pub sensitivity: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// `x-evidence`, where it differs from that of its model.
    pub evidence: Option<String>,
    /// Its schema.
    pub schema: Schema,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// JSON pointer into the contract, behind any `$ref`.
    pub pointer: String,
    /// The name, if it is one of the named schemas.
    pub name: Option<String>,
    /// What kind of value it is.
    pub kind: Kind,
    /// Whether the contract allows null.
    pub nullable: bool,
    /// The format.
    pub format: Option<String>,
    /// Length, range and number of items.
    pub limits: Limits,
    /// The values of an enumeration; empty if it is none.
    pub values: Vec<String>,
    /// Whether there may be others: `x-extensible-enum`.
    pub open: bool,
    /// What it is.
    pub description: Option<String>,
    /// `x-sensitivity`.
    pub sensitivity: Option<String>,
    /// `x-evidence`.
    pub evidence: Option<String>,
    /// What is meant by a value that is left out.
    pub default: Option<Value>,
    /// The fields of an object that has no name; those of a named one are its model's.
    pub fields: Vec<Field>,
    /// The named schemas among its `oneOf` and `anyOf`.
    pub forms: Vec<Schema>,
    /// Keywords that no other fact holds: `anyOf`, `multipleOf`, `uniqueItems`, limits that are no integers.
    pub constraints: BTreeMap<String, Value>,
    /// The `x-` extensions that no other fact holds.
    pub extensions: BTreeMap<String, Value>,
}

/// The kind of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A model, by its name; `None` for an object that has no name.
    Object(Option<String>),
    /// A list. `wrapper` is the member of the object that holds it (`x-list-wrapper`).
    List {
        /// What is in it.
        items: Box<Schema>,
        /// The member of the wrapping object.
        wrapper: Option<String>,
    },
    /// An object whose members the contract does not name: `additionalProperties`.
    Map {
        /// What its values are; `None` for any JSON.
        values: Option<Box<Schema>>,
    },
    /// Something that this project does not use, in the contract's words.
    Other(String),
}

/// Limits of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// Smallest number.
    pub minimum: Option<i64>,
    /// Largest number.
    pub maximum: Option<i64>,
    /// Fewest items.
    pub min_items: Option<u64>,
    /// Most items.
    pub max_items: Option<u64>,
    /// Regular expression.
    pub pattern: Option<String>,
}

impl Outline {
    /// The outline of a contract. It takes what it understands; the lint says what it did not.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        Self::of_document(contract.document())
    }

    /// Returns the outline of an OpenAPI 3.0 document, whose references all lead to `#/…`.
    #[must_use]
    pub fn of_document(document: &Value) -> Self {
        read::outline(document)
    }

    /// The fields of an object: of its model, or its own if it has no name.
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

    /// The model of a name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }
}

impl Operation {
    /// The name of the generated method.
    #[must_use]
    pub fn rust_name(&self) -> String {
        self.id.to_snake_case()
    }

    /// Returns the name of the operation within its group: the method of the client. Empty if there is none.
    #[must_use]
    pub fn method_name(&self) -> &str {
        self.rust_method.as_deref().unwrap_or_default()
    }

    /// The name of the generated type.
    #[must_use]
    pub fn rust_type(&self) -> String {
        self.id.to_upper_camel_case()
    }

    /// Returns whether a user must have logged in, by the name that this project gives the scheme.
    #[must_use]
    pub fn is_user_mode(&self) -> bool {
        // Where client mode will do, nobody has to log in.
        let needs_user = |one: &BTreeMap<String, Vec<String>>| one.contains_key("authorizationCode");
        !self.alternatives.is_empty() && self.alternatives.iter().all(needs_user)
    }

    /// Returns whether path or shape are inferred: services must ask for it by the feature `unverified`.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.evidence.as_deref() == Some("inferred")
    }

    /// Returns what a response must have before it counts as a success: `x-success`.
    #[must_use]
    pub fn success_rule(&self) -> Option<SuccessRule> {
        self.extensions.get("x-success").and_then(SuccessRule::read)
    }

    /// Returns the model of the response of a success, or that of its items if it is a list.
    #[must_use]
    pub fn output(&self) -> Option<&str> {
        self.success()?.body.as_ref()?.schema.model()
    }

    /// The response of a success, if there is exactly one.
    #[must_use]
    pub fn success(&self) -> Option<&Response> {
        let mut successes = self.responses.iter().filter(|response| response.status.starts_with('2'));
        successes.next().filter(|_| successes.next().is_none())
    }
}

impl Schema {
    /// The model it is, or that the items of the list are.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        match &self.kind {
            Kind::Object(name) => name.as_deref(),
            Kind::List { items, .. } => items.model(),
            _ => None,
        }
    }

    /// Returns the model that it is or leads to: as an item of a list, or as a value of a map.
    #[must_use]
    pub fn leads_to(&self) -> Option<&str> {
        match &self.kind {
            Kind::Map { values: Some(values) } => values.leads_to(),
            Kind::List { items, .. } => items.leads_to(),
            _ => self.model(),
        }
    }

    /// Returns other spellings of the values of an enumeration, by the documented one: `x-aliases`.
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
