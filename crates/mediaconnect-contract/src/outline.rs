//! The outline: a description of the operations, models and fields of a contract.
//!
//! The lint, the generator, the snapshot for reviewers and the reports of xtask read the outline.

mod compose;
mod display;
mod operation;
mod read;
mod rust_name;
mod schema;
mod success;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::Contract;

pub use operation::{Body, Operation, Parameter, Response};
pub(crate) use rust_name::is_keyword;
pub use rust_name::variant_name;
pub use schema::{COMBINATIONS, Field, Kind, Limits, Model, Scalar, Schema, field_groups};
pub use success::{Has, SuccessRule};

/// The operations, models and other parts of a contract. [`Outline::of`] creates an outline.
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
    /// The named schemas that are not objects: strings, numbers and enums.
    pub scalars: Vec<Scalar>,
}

/// A server with its token endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The JSON pointer of the server in the contract.
    pub pointer: String,
    /// The name of the environment, such as `production` (`x-environment`).
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
    /// The JSON pointer of the group in the contract.
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
    /// The JSON pointer of the security scheme in the contract.
    pub pointer: String,
    /// The name of the scheme in the contract. The client never sends this name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The settings of the scheme, such as its type and URLs. Each key is the path of the setting in the scheme.
    pub facts: BTreeMap<String, String>,
    /// The scopes of all flows.
    pub scopes: Vec<String>,
}

impl Outline {
    /// Returns the outline of a contract. Ignores unsupported parts, which the lint reports.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        Self::of_document(contract.document())
    }

    /// Returns the outline of an OpenAPI 3.0 document whose references all start with `#/`.
    #[must_use]
    pub fn of_document(document: &Value) -> Self {
        read::outline(document)
    }

    /// Returns the fields of an object. If the object has a name, returns the fields of the model with this name.
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

    /// Returns the model that has the given name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }
}
