//! Schemas: models, their fields, and named values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::deprecation::Deprecation;

/// An object schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The JSON pointer of the schema in the contract.
    pub pointer: String,
    /// The name in the contract and in Rust.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The source of the information about the model (`x-evidence`). `None` if the contract does not state it.
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
    /// The JSON pointer of the schema in the contract.
    pub pointer: String,
    /// The name in the contract.
    pub name: String,
    /// The schema.
    pub schema: Schema,
}

/// A field of a model, or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The JSON pointer of the field in the contract.
    pub pointer: String,
    /// The name on the wire.
    pub wire_name: String,
    /// The name in Rust.
    pub rust_name: String,
    /// True if the contract requires the field.
    pub required: bool,
    /// True if the field is deprecated.
    pub deprecated: bool,
    /// The details of the deprecation.
    pub deprecation: Deprecation,
    /// The `x-sensitivity` of the field. If the field has no `x-sensitivity`, that of its named schema.
    pub sensitivity: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The source of the information about the field (`x-evidence`). `None` if the contract does not state it.
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
    /// The limits on length, range and number of items.
    pub limits: Limits,
    /// The values of an enum. Empty for any other schema.
    pub values: Vec<String>,
    /// True if the enum also allows values that it does not list (`x-extensible-enum`).
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
    /// The named schemas in `oneOf` and `anyOf`.
    pub forms: Vec<Schema>,
    /// The constraints that have no field of their own in the outline: `anyOf`, `multipleOf`, `uniqueItems`, limits
    /// that are not integers, and the extensions in [`COMBINATIONS`].
    pub constraints: BTreeMap<String, Value>,
    /// The `x-` extensions that have no field of their own in the outline.
    pub extensions: BTreeMap<String, Value>,
}

/// The kind of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A boolean.
    Boolean,
    /// A model, by its name. `None` for an object without a name.
    Object(Option<String>),
    /// A list, which may be in a wrapper object.
    List {
        /// The schema of the items.
        items: Box<Schema>,
        /// The field of the wrapper object that contains the list (`x-list-wrapper`). `None` if there is no wrapper.
        wrapper: Option<String>,
    },
    /// An object whose keys the contract does not name (`additionalProperties`).
    Map {
        /// The schema of the values. `None` for any JSON.
        values: Option<Box<Schema>>,
    },
    /// A kind that this project does not support. The string is the type in the contract, or describes the problem.
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

/// The extensions of an object that state which fields a request may set together. A request sets at most one field of
/// each list in `x-exclusive`. For each list in `x-together`, a request sets all fields or none.
pub const COMBINATIONS: [&str; 2] = ["x-exclusive", "x-together"];

/// Returns the lists of fields in the value of an extension in [`COMBINATIONS`].
#[must_use]
pub fn field_groups(value: &Value) -> Vec<Vec<&str>> {
    let groups = value.as_array().into_iter().flatten();
    groups.map(|group| group.as_array().into_iter().flatten().filter_map(Value::as_str).collect()).collect()
}

impl Field {
    /// Returns true if an empty list is sent, although the field is optional (`x-send-empty`). For other optional
    /// lists, the client treats an empty list as absent.
    #[must_use]
    pub fn sends_empty(&self) -> bool {
        self.schema.extensions.get("x-send-empty") == Some(&Value::Bool(true))
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

    /// Returns a map from values of an enum to their other spellings (`x-aliases`).
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
