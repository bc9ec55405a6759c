//! The outline: the contract flattened into facts about operations, models and fields.
//!
//! One data structure, several readers: the lint, the snapshot that a reviewer reads, the generator, and the
//! reports of xtask.

use std::collections::BTreeSet;
use std::fmt;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use crate::contract::{Contract, escape};

/// A contract as facts. Build one with [`Outline::of`].
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Where upstream can be reached.
    pub servers: Vec<Server>,
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
    /// Security schemes, each with its scopes.
    pub security: Vec<(String, Vec<String>)>,
    /// Path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub request: Option<Body>,
    /// The answers.
    pub responses: Vec<Response>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `path`, `query` or `header`.
    pub location: String,
    /// The parameter as a field.
    pub field: Field,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// JSON pointer of its schema.
    pub pointer: String,
    /// The media type.
    pub media_type: String,
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
    /// The names of the headers.
    pub headers: Vec<String>,
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

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Outline {
    /// The outline of a contract. It takes what it understands; the lint says what it did not.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        let reader = Reader { contract };
        let operations = reader.operations();
        let (mut models, scalars) = reader.components();
        mark_directions(&operations, &mut models);
        Self { servers: reader.servers(), operations, models, scalars }
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

    /// The name of the generated marker type.
    #[must_use]
    pub fn rust_type(&self) -> String {
        self.id.to_upper_camel_case()
    }

    /// The answer of a success, if there is exactly one.
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
}

struct Reader<'a> {
    contract: &'a Contract,
}

impl Reader<'_> {
    fn node(&self, pointer: &str) -> &Value {
        self.contract.document().pointer(pointer).unwrap_or(&Value::Null)
    }

    fn members(&self, pointer: &str) -> Vec<(String, String)> {
        let members = self.node(pointer).as_object();
        members
            .into_iter()
            .flatten()
            .map(|(key, _)| (key.clone(), format!("{pointer}/{}", escape(key))))
            .collect()
    }

    fn resolve(&self, pointer: &str) -> (String, &Value) {
        self.contract.resolve(pointer).unwrap_or((pointer.to_owned(), &Value::Null))
    }

    fn servers(&self) -> Vec<Server> {
        let count = self.node("/servers").as_array().map_or(0, Vec::len);
        (0..count)
            .map(|index| {
                let pointer = format!("/servers/{index}");
                let node = self.node(&pointer);
                Server {
                    environment: text(node, "x-environment"),
                    url: text(node, "url").unwrap_or_default(),
                    token_url: text(node, "x-token-url"),
                    evidence: text(node, "x-evidence"),
                    pointer,
                }
            })
            .collect()
    }

    fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, path_pointer) in self.members("/paths") {
            for (method, pointer) in self.members(&path_pointer) {
                if METHODS.contains(&method.as_str()) {
                    operations.push(self.operation(&path, &path_pointer, &method, pointer));
                }
            }
        }
        operations
    }

    fn operation(&self, path: &str, path_pointer: &str, method: &str, pointer: String) -> Operation {
        let node = self.node(&pointer);
        let mut parameters = self.parameters(&format!("{path_pointer}/parameters"));
        parameters.extend(self.parameters(&format!("{pointer}/parameters")));
        Operation {
            id: text(node, "operationId").unwrap_or_default(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(node, "summary"),
            description: text(node, "description"),
            evidence: text(node, "x-evidence"),
            safe_to_repeat: node.get("x-safe-to-repeat").and_then(Value::as_bool),
            deprecated: flag(node, "deprecated"),
            security: self.security(node),
            parameters,
            request: self.body(&format!("{pointer}/requestBody")),
            responses: self.responses(&format!("{pointer}/responses")),
            pointer,
        }
    }

    fn security(&self, operation: &Value) -> Vec<(String, Vec<String>)> {
        let requirements = operation.get("security").unwrap_or_else(|| self.node("/security"));
        requirements
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flatten()
            .map(|(scheme, scopes)| (scheme.clone(), texts(scopes)))
            .collect()
    }

    fn parameters(&self, pointer: &str) -> Vec<Parameter> {
        let count = self.node(pointer).as_array().map_or(0, Vec::len);
        (0..count)
            .map(|index| {
                let (pointer, node) = self.resolve(&format!("{pointer}/{index}"));
                let wire_name = text(node, "name").unwrap_or_default();
                let schema = self.schema(&format!("{pointer}/schema"));
                let named = self.node(&schema.pointer);
                Parameter {
                    location: text(node, "in").unwrap_or_default(),
                    field: Field {
                        rust_name: rust_name(&wire_name),
                        wire_name,
                        required: flag(node, "required"),
                        deprecated: flag(node, "deprecated"),
                        sensitivity: text(node, "x-sensitivity").or_else(|| text(named, "x-sensitivity")),
                        description: text(node, "description"),
                        evidence: text(node, "x-evidence"),
                        schema,
                        pointer,
                    },
                }
            })
            .collect()
    }

    /// The first media type of `content`: the lint refuses a second one.
    fn body(&self, pointer: &str) -> Option<Body> {
        let (pointer, node) = self.resolve(pointer);
        let (media_type, at) = self.members(&format!("{pointer}/content")).into_iter().next()?;
        let schema = format!("{at}/schema");
        Some(Body {
            media_type,
            required: flag(node, "required"),
            schema: self.schema(&schema),
            pointer: schema,
        })
    }

    fn responses(&self, pointer: &str) -> Vec<Response> {
        let responses = self.members(pointer).into_iter();
        responses
            .map(|(status, pointer)| {
                let (behind, _) = self.resolve(&pointer);
                Response {
                    status,
                    body: self.body(&behind),
                    headers: self
                        .members(&format!("{behind}/headers"))
                        .into_iter()
                        .map(|(name, _)| name)
                        .collect(),
                    pointer,
                }
            })
            .collect()
    }

    fn components(&self) -> (Vec<Model>, Vec<Scalar>) {
        let (mut models, mut scalars) = (Vec::new(), Vec::new());
        for (name, pointer) in self.members("/components/schemas") {
            let schema = self.schema(&pointer);
            if let Kind::Object(_) = schema.kind {
                let node = self.node(&pointer);
                models.push(Model {
                    description: text(node, "description"),
                    evidence: text(node, "x-evidence"),
                    sent: false,
                    received: false,
                    fields: self.fields(&pointer),
                    name,
                    pointer,
                });
            } else {
                scalars.push(Scalar { pointer, name, schema });
            }
        }
        (models, scalars)
    }

    fn fields(&self, model: &str) -> Vec<Field> {
        let required: BTreeSet<_> =
            self.node(model).get("required").map(texts).unwrap_or_default().into_iter().collect();
        self.members(&format!("{model}/properties"))
            .into_iter()
            .map(|(wire_name, pointer)| {
                let node = self.node(&pointer);
                let schema = self.schema(&pointer);
                let named = self.node(&schema.pointer);
                let own_or_named = |key| text(node, key).or_else(|| text(named, key));
                Field {
                    rust_name: rust_name(&wire_name),
                    required: required.contains(&wire_name),
                    deprecated: flag(node, "deprecated") || flag(named, "deprecated"),
                    sensitivity: own_or_named("x-sensitivity"),
                    description: own_or_named("description"),
                    evidence: own_or_named("x-evidence"),
                    schema,
                    wire_name,
                    pointer,
                }
            })
            .collect()
    }

    fn schema(&self, pointer: &str) -> Schema {
        let (pointer, node) = self.resolve(pointer);
        let name = pointer
            .strip_prefix("/components/schemas/")
            .filter(|name| !name.contains('/'))
            .map(str::to_owned);
        let number = |key: &str| node.get(key).and_then(Value::as_u64);
        let values = node.get("enum").or_else(|| node.get("x-extensible-enum"));
        Schema {
            kind: self.kind(&pointer, node, name.as_deref()),
            nullable: flag(node, "nullable"),
            format: text(node, "format"),
            limits: Limits {
                min_length: number("minLength"),
                max_length: number("maxLength"),
                minimum: node.get("minimum").and_then(Value::as_i64),
                maximum: node.get("maximum").and_then(Value::as_i64),
                min_items: number("minItems"),
                max_items: number("maxItems"),
                pattern: text(node, "pattern"),
            },
            values: values.map(texts).unwrap_or_default(),
            name,
            pointer,
        }
    }

    fn kind(&self, pointer: &str, node: &Value, name: Option<&str>) -> Kind {
        let wrapper = text(node, "x-list-wrapper");
        match (node.get("type").and_then(Value::as_str), wrapper) {
            (Some("object"), Some(member)) => {
                let list = format!("{pointer}/properties/{}", escape(&member));
                Kind::List { items: Box::new(self.schema(&format!("{list}/items"))), wrapper: Some(member) }
            }
            (Some("array"), _) => {
                Kind::List { items: Box::new(self.schema(&format!("{pointer}/items"))), wrapper: None }
            }
            (Some("object"), None) => Kind::Object(name.map(str::to_owned)),
            (Some("string"), _) => Kind::Text,
            (Some("integer"), _) => Kind::Integer,
            (Some("number"), _) => Kind::Number,
            (Some("boolean"), _) => Kind::Boolean,
            (other, _) => Kind::Other(other.unwrap_or("no type").to_owned()),
        }
    }
}

fn text(node: &Value, key: &str) -> Option<String> {
    node.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn texts(node: &Value) -> Vec<String> {
    let items = node.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn flag(node: &Value, key: &str) -> bool {
    node.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The Rust name of a field: snake case; a keyword gets an underscore behind it, as typify does it.
fn rust_name(wire_name: &str) -> String {
    const KEYWORDS: [&str; 12] =
        ["type", "ref", "match", "move", "use", "self", "in", "for", "loop", "where", "as", "enum"];
    let name = wire_name.to_snake_case();
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

fn mark_directions(operations: &[Operation], models: &mut [Model]) {
    fn reach(name: &str, models: &[Model], reached: &mut BTreeSet<String>) {
        if !reached.insert(name.to_owned()) {
            return;
        }
        let model = models.iter().find(|model| model.name == name);
        for field in model.into_iter().flat_map(|model| &model.fields) {
            if let Some(inner) = field.schema.model() {
                reach(inner, models, reached);
            }
        }
    }
    let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
    for operation in operations {
        if let Some(model) = operation.request.as_ref().and_then(|body| body.schema.model()) {
            reach(model, models, &mut sent);
        }
        for body in operation.responses.iter().filter_map(|response| response.body.as_ref()) {
            if let Some(model) = body.schema.model() {
                reach(model, models, &mut received);
            }
        }
    }
    for model in models {
        model.sent = sent.contains(&model.name);
        model.received = received.contains(&model.name);
    }
}

impl fmt::Display for Outline {
    /// The form that a reviewer reads: a line a fact, nothing that moves when something else changes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for server in &self.servers {
            writeln!(
                f,
                "server {} {} token {} [{}]",
                or_dash(server.environment.as_ref()),
                server.url,
                or_dash(server.token_url.as_ref()),
                or_dash(server.evidence.as_ref()),
            )?;
        }
        for operation in &self.operations {
            write!(f, "\n{operation}")?;
        }
        for model in &self.models {
            let direction = match (model.sent, model.received) {
                (true, true) => "sent and received",
                (true, false) => "sent",
                (false, true) => "received",
                (false, false) => "unused",
            };
            writeln!(f, "\nmodel {} ({direction}){}", model.name, Evidence(model.evidence.as_ref()))?;
            for field in &model.fields {
                writeln!(f, "  {field}")?;
            }
        }
        writeln!(f)?;
        for scalar in &self.scalars {
            writeln!(f, "scalar {} = {}", scalar.name, Unnamed(&scalar.schema))?;
        }
        Ok(())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repeat = match self.safe_to_repeat {
            Some(true) => "safe to repeat",
            Some(false) => "not safe to repeat",
            None => "repeat unknown",
        };
        let deprecated = if self.deprecated { ", deprecated" } else { "" };
        writeln!(f, "operation {} = {} {}", self.id, self.method, self.path)?;
        writeln!(f, "  rust {}(), {}", self.rust_name(), self.rust_type())?;
        writeln!(f, "  {repeat}, evidence {}{deprecated}", or_dash(self.evidence.as_ref()))?;
        for (scheme, scopes) in &self.security {
            writeln!(f, "  security {scheme} [{}]", scopes.join(", "))?;
        }
        for parameter in &self.parameters {
            writeln!(f, "  {} parameter {}", parameter.location, parameter.field)?;
        }
        if let Some(body) = &self.request {
            let required = if body.required { ", required" } else { "" };
            writeln!(f, "  sends {} as {}{required}", body.schema, body.media_type)?;
        }
        for response in &self.responses {
            write!(f, "  {}", response.status)?;
            if let Some(body) = &response.body {
                write!(f, " {} as {}", body.schema, body.media_type)?;
            }
            if !response.headers.is_empty() {
                write!(f, " with {}", response.headers.join(", "))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let required = if self.required { "required" } else { "optional" };
        let deprecated = if self.deprecated { ", deprecated" } else { "" };
        write!(
            f,
            "{} / {}: {}, {required}, {}{deprecated}{}",
            self.wire_name,
            self.rust_name,
            self.schema,
            or_dash(self.sensitivity.as_ref()),
            Evidence(self.evidence.as_ref()),
        )
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}"),
            None => write!(f, "{}", Unnamed(self)),
        }
    }
}

/// A schema spelled out, also if it has a name.
struct Unnamed<'a>(&'a Schema);

impl fmt::Display for Unnamed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.0;
        match &schema.kind {
            Kind::Text => write!(f, "text")?,
            Kind::Integer => write!(f, "integer")?,
            Kind::Number => write!(f, "number")?,
            Kind::Boolean => write!(f, "boolean")?,
            Kind::Object(name) => write!(f, "{}", name.as_deref().unwrap_or("object"))?,
            Kind::List { items, wrapper: None } => write!(f, "list of {items}")?,
            Kind::List { items, wrapper: Some(member) } => write!(f, "list of {items} in {member:?}")?,
            Kind::Other(other) => write!(f, "unknown ({other})")?,
        }
        if let Some(format) = &schema.format {
            write!(f, " {format}")?;
        }
        let limits = &schema.limits;
        range(f, "characters", limits.min_length, limits.max_length)?;
        range(f, "value", limits.minimum, limits.maximum)?;
        range(f, "items", limits.min_items, limits.max_items)?;
        if let Some(pattern) = &limits.pattern {
            write!(f, " matching {pattern}")?;
        }
        if !schema.values.is_empty() {
            write!(f, " known values {}", schema.values.join(" | "))?;
        }
        if schema.nullable { write!(f, " or null") } else { Ok(()) }
    }
}

fn range<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    min: Option<T>,
    max: Option<T>,
) -> fmt::Result {
    match (min, max) {
        (None, None) => Ok(()),
        (Some(min), None) => write!(f, " {what} >= {min}"),
        (None, Some(max)) => write!(f, " {what} <= {max}"),
        (Some(min), Some(max)) => write!(f, " {what} {min}..{max}"),
    }
}

struct Evidence<'a>(Option<&'a String>);

impl fmt::Display for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |evidence| write!(f, ", evidence {evidence}"))
    }
}

fn or_dash(text: Option<&String>) -> &str {
    text.map_or("-", String::as_str)
}
