//! Reads the outline from a document. [`compose`](super::compose) reads the schemas.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::compose::{Trail, extensions};
use super::rust_name::rust_name;
use super::{
    Body, Field, Group, Kind, Model, Operation, Outline, Parameter, Response, Scalar, Scheme, Server,
};
use crate::deprecation::Deprecation;
use crate::methods::METHODS;
use crate::pointer::{escape, node_at, resolve};

/// Returns the outline of a document.
pub(super) fn outline(document: &Value) -> Outline {
    let reader = Reader { document, trail: RefCell::default() };
    let operations = reader.operations();
    let (mut models, scalars) = reader.components();
    mark_directions(&operations, &mut models);
    let info = reader.node("/info");
    Outline {
        title: text(info, "title").unwrap_or_default(),
        version: text(info, "version").unwrap_or_default(),
        servers: reader.servers(),
        schemes: reader.schemes(),
        groups: reader.groups(),
        operations,
        models,
        scalars,
    }
}

pub(super) struct Reader<'a> {
    document: &'a Value,
    /// The last node that was read, and some nodes above it, each with its pointer. The next node is usually near the
    /// last one, so the search seldom starts at the root.
    trail: RefCell<Vec<(String, &'a Value)>>,
}

impl<'a> Reader<'a> {
    pub(super) fn node(&self, pointer: &str) -> &'a Value {
        self.find(pointer).unwrap_or(&Value::Null)
    }

    fn find(&self, pointer: &str) -> Option<&'a Value> {
        let mut trail = self.trail.borrow_mut();
        while trail.last().is_some_and(|(known, _)| !is_within(pointer, known)) {
            trail.pop();
        }
        let (known, node) = trail.last().map_or((0, self.document), |(known, node)| (known.len(), *node));
        let node = node_at(node, &pointer[known..])?;
        if known < pointer.len() {
            trail.push((pointer.to_owned(), node));
        }
        Some(node)
    }

    pub(super) fn members(&self, pointer: &str) -> Vec<(String, String)> {
        let members = self.node(pointer).as_object();
        members
            .into_iter()
            .flatten()
            .map(|(key, _)| (key.clone(), format!("{pointer}/{}", escape(key))))
            .collect()
    }

    pub(super) fn resolve(&self, pointer: &str) -> (String, &'a Value) {
        let node = self.node(pointer);
        let Some(target) = node.get("$ref") else { return (pointer.to_owned(), node) };
        let target = target.as_str().and_then(|target| target.strip_prefix('#'));
        target.and_then(|target| resolve(self.document, target)).unwrap_or((pointer.to_owned(), &Value::Null))
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
                    description: text(node, "description"),
                    pointer,
                }
            })
            .collect()
    }

    fn groups(&self) -> Vec<Group> {
        let tags = self.node("/tags").as_array().into_iter().flatten().enumerate();
        tags.map(|(index, node)| Group {
            pointer: format!("/tags/{index}"),
            name: text(node, "name").unwrap_or_default(),
            accessor: text(node, "x-accessor"),
            description: text(node, "description"),
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
        let own = self.parameters(&format!("{pointer}/parameters"));
        let key = |parameter: &Parameter| (parameter.location.clone(), parameter.field.wire_name.clone());
        let overridden: BTreeSet<_> = own.iter().map(key).collect();
        let mut parameters = self.parameters(&format!("{path_pointer}/parameters"));
        parameters.retain(|parameter| !overridden.contains(&key(parameter)));
        parameters.extend(own);
        Operation {
            id: text(node, "operationId").unwrap_or_default(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            tags: texts(node.get("tags").unwrap_or(&Value::Null)),
            rust_method: text(node, "x-method"),
            summary: text(node, "summary"),
            description: text(node, "description"),
            evidence: text(node, "x-evidence"),
            safe_to_retry: node.get("x-safe-to-retry").and_then(Value::as_bool),
            deprecated: flag(node, "deprecated"),
            deprecation: deprecation(node),
            security: self.alternatives(node).into_iter().flatten().collect(),
            alternatives: self.alternatives(node),
            parameters,
            request: self.body(&format!("{pointer}/requestBody")),
            responses: self.responses(&format!("{pointer}/responses")),
            servers: self.own_servers(node, self.node(path_pointer)),
            extensions: extensions(
                [node],
                &["x-evidence", "x-method", "x-safe-to-retry", "x-sunset", "x-deprecation-note"],
            ),
            pointer,
        }
    }

    /// Returns the servers of an operation, or those of its path if it has none.
    fn own_servers(&self, operation: &Value, path: &Value) -> Vec<String> {
        let servers = operation.get("servers").or_else(|| path.get("servers")).and_then(Value::as_array);
        let urls: Vec<String> =
            servers.into_iter().flatten().filter_map(|server| text(server, "url")).collect();
        // An operation that repeats the contract's servers counts as having no servers of its own.
        let all: Vec<String> = self.servers().into_iter().map(|server| server.url).collect();
        if urls == all { Vec::new() } else { urls }
    }

    /// Returns the security alternatives of an operation, or those of the document if the operation has no `security`.
    fn alternatives(&self, operation: &Value) -> Vec<BTreeMap<String, Vec<String>>> {
        let requirements = operation.get("security").unwrap_or_else(|| self.node("/security"));
        let alternatives = requirements.as_array().into_iter().flatten().filter_map(Value::as_object);
        alternatives
            .map(|schemes| schemes.iter().map(|(scheme, scopes)| (scheme.clone(), texts(scopes))).collect())
            .collect()
    }

    fn schemes(&self) -> Vec<Scheme> {
        let schemes = self.members("/components/securitySchemes").into_iter();
        schemes
            .map(|(name, pointer)| {
                let (pointer, node) = self.resolve(&pointer);
                let mut scheme = Scheme {
                    description: text(node, "description"),
                    name,
                    pointer,
                    facts: BTreeMap::new(),
                    scopes: Vec::new(),
                };
                scheme_facts(node, "", &mut scheme);
                scheme
            })
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
                    serialization: ["style", "explode", "allowReserved"]
                        .into_iter()
                        .filter_map(|key| Some((key.to_owned(), node.get(key)?.clone())))
                        .filter(|(key, value)| !is_default(node, key, value))
                        .collect(),
                    location: text(node, "in").unwrap_or_default(),
                    field: Field {
                        rust_name: rust_name(&wire_name),
                        wire_name,
                        required: flag(node, "required"),
                        deprecated: flag(node, "deprecated"),
                        deprecation: deprecation(node),
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

    /// Returns the JSON body, or the body with the first media type if none is JSON.
    fn body(&self, pointer: &str) -> Option<Body> {
        let (pointer, node) = self.resolve(pointer);
        let content = self.members(&format!("{pointer}/content"));
        // Parameters of a media type, such as `charset=utf-8`, are ignored.
        let is_json = |media_type: &str| {
            media_type.split(';').next().is_some_and(|one| one.trim() == "application/json")
        };
        let json = content.iter().find(|(media_type, _)| is_json(media_type));
        let (media_type, at) = json.or_else(|| content.first())?;
        let schema = format!("{at}/schema");
        Some(Body {
            media_type: media_type.clone(),
            media_types: content.iter().map(|(media_type, _)| media_type.clone()).collect(),
            required: flag(node, "required"),
            schema: self.schema(&schema),
            pointer: schema,
        })
    }

    fn responses(&self, pointer: &str) -> Vec<Response> {
        let responses = self.members(pointer).into_iter();
        responses
            .map(|(status, pointer)| {
                let (behind, node) = self.resolve(&pointer);
                Response {
                    status,
                    body: self.body(&behind),
                    headers: self.headers(&behind),
                    description: text(node, "description"),
                    pointer,
                }
            })
            .collect()
    }

    fn headers(&self, response: &str) -> Vec<Field> {
        let headers = self.members(&format!("{response}/headers")).into_iter();
        headers
            .map(|(wire_name, pointer)| {
                let (pointer, node) = self.resolve(&pointer);
                Field {
                    rust_name: rust_name(&wire_name),
                    required: flag(node, "required"),
                    deprecated: flag(node, "deprecated"),
                    deprecation: deprecation(node),
                    sensitivity: text(node, "x-sensitivity"),
                    description: text(node, "description"),
                    evidence: text(node, "x-evidence"),
                    schema: self.schema(&format!("{pointer}/schema")),
                    wire_name,
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
                    fields: self.fields(&self.merged(&pointer), &mut Trail::below(&pointer)),
                    name,
                    pointer,
                });
            } else {
                scalars.push(Scalar { pointer, name, schema });
            }
        }
        (models, scalars)
    }
}

/// Returns true if `pointer` is `other` or a pointer to a node below it.
fn is_within(pointer: &str, other: &str) -> bool {
    pointer.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns true if a keyword of a parameter has its default value.
fn is_default(parameter: &Value, key: &str, value: &Value) -> bool {
    let style = match parameter["in"].as_str() {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    match key {
        "style" => value == style,
        "explode" => {
            value == &Value::Bool(parameter.get("style").map_or(style == "form", |own| own == "form"))
        }
        _ => value == &Value::Bool(false),
    }
}

pub(super) fn text(node: &Value, key: &str) -> Option<String> {
    node.get(key).and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn texts(node: &Value) -> Vec<String> {
    let items = node.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn flag(node: &Value, key: &str) -> bool {
    node.get(key).and_then(Value::as_bool).unwrap_or(false)
}

pub(super) fn deprecation(node: &Value) -> Deprecation {
    Deprecation { note: text(node, "x-deprecation-note"), sunset: text(node, "x-sunset") }
}

/// Adds the settings of a security scheme. Each key is the path of the setting in the scheme. Scopes are collected
/// separately, and descriptions are skipped.
fn scheme_facts(node: &Value, path: &str, scheme: &mut Scheme) {
    for (key, value) in node.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("description", _) => {}
            ("scopes", Value::Object(scopes)) => scheme.scopes.extend(scopes.keys().cloned()),
            (_, Value::Object(_)) => scheme_facts(value, &format!("{path}{key}."), scheme),
            (_, Value::String(text)) => {
                scheme.facts.insert(format!("{path}{key}"), text.clone());
            }
            (_, other) => {
                scheme.facts.insert(format!("{path}{key}"), other.to_string());
            }
        }
    }
}

fn mark_directions(operations: &[Operation], models: &mut [Model]) {
    fn reach(name: &str, models: &BTreeMap<&str, &Model>, reached: &mut BTreeSet<String>) {
        if !reached.insert(name.to_owned()) {
            return;
        }
        for field in models.get(name).into_iter().flat_map(|model| &model.fields) {
            if let Some(inner) = field.schema.leads_to() {
                reach(inner, models, reached);
            }
        }
    }
    let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
    let by_name: BTreeMap<&str, &Model> = models.iter().map(|model| (model.name.as_str(), model)).collect();
    for operation in operations {
        if let Some(model) = operation.request.as_ref().and_then(|body| body.schema.leads_to()) {
            reach(model, &by_name, &mut sent);
        }
        for body in operation.responses.iter().filter_map(|response| response.body.as_ref()) {
            if let Some(model) = body.schema.leads_to() {
                reach(model, &by_name, &mut received);
            }
        }
    }
    for model in models {
        model.sent = sent.contains(&model.name);
        model.received = received.contains(&model.name);
    }
}
