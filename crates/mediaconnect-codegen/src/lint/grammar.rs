//! The grammar of OpenAPI 3.0: which keys an object has, which it must have, and of what kind they are.
//!
//! The table is a reading of <https://spec.openapis.org/oas/v3.0.3>; the comparison with other tools
//! (`tests/lint/crosscheck.yaml`) holds it to that.

use serde_json::Value;

use super::{Lint, rules};
use crate::contract::escape;

/// A kind of object that the specification has a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Document,
    Info,
    Contact,
    License,
    Server,
    Variable,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    Components,
    SecurityScheme,
    Flows,
    Flow,
}

/// A node that is one of them, and no `$ref`.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "lint"), expect(dead_code, reason = "rules that stop no build look at them"))]
pub(super) struct Node<'a> {
    pub(super) pointer: String,
    pub(super) object: Object,
    pub(super) value: &'a Value,
}

/// What a key may hold.
#[derive(Clone, Copy)]
enum Kind {
    Any,
    Text,
    Flag,
    Number,
    Count,
    Values,
    Texts,
    /// Texts that differ, at least one.
    Names,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Answers by their status.
    Answers,
    TextMap,
    /// Schemes with their scopes.
    Requirements,
    One(Object),
    List(Object),
    Map(Object),
    /// Expressions, each with a path item.
    Callbacks,
    /// Of `additionalProperties`: a schema, or whether there may be more.
    SchemaOrFlag,
}

use Kind::{
    Answers, Any, Callbacks, Count, Flag, List, Map, Names, Number, One, Requirements, SchemaOrFlag, Text,
    TextMap, Texts, Values, Word,
};

type Keys = &'static [(&'static str, Kind)];

/// The keys that an object must have, and those that it may have.
#[rustfmt::skip]
fn keys(object: Object) -> (Keys, Keys) {
    use Object::{Components, Contact, Discriminator, Document, Encoding, Example, ExternalDocs, Flow, Flows, Header, Info, License, Link, MediaType, Operation, Parameter, PathItem, RequestBody, Response, Schema, SecurityScheme, Server, Tag, Variable, Xml};
    match object {
        Document => (
            &[("openapi", Text), ("info", One(Info)), ("paths", Map(PathItem))],
            &[("servers", List(Server)), ("components", One(Components)), ("security", Requirements), ("tags", List(Tag)), ("externalDocs", One(ExternalDocs))],
        ),
        Info => (
            &[("title", Text), ("version", Text)],
            &[("description", Text), ("termsOfService", Text), ("contact", One(Contact)), ("license", One(License))],
        ),
        Contact => (&[], &[("name", Text), ("url", Text), ("email", Text)]),
        License => (&[("name", Text)], &[("url", Text)]),
        Server => (&[("url", Text)], &[("description", Text), ("variables", Map(Variable))]),
        Variable => (&[("default", Text)], &[("enum", Texts), ("description", Text)]),
        PathItem => (
            &[],
            &[("summary", Text), ("description", Text), ("servers", List(Server)), ("parameters", List(Parameter)),
              ("get", One(Operation)), ("put", One(Operation)), ("post", One(Operation)), ("delete", One(Operation)),
              ("options", One(Operation)), ("head", One(Operation)), ("patch", One(Operation)), ("trace", One(Operation))],
        ),
        Operation => (
            &[("responses", Answers)],
            &[("tags", Texts), ("summary", Text), ("description", Text), ("externalDocs", One(ExternalDocs)), ("operationId", Text),
              ("parameters", List(Parameter)), ("requestBody", One(RequestBody)), ("callbacks", Callbacks), ("deprecated", Flag),
              ("security", Requirements), ("servers", List(Server))],
        ),
        ExternalDocs => (&[("url", Text)], &[("description", Text)]),
        Parameter => (&[("name", Text), ("in", Text)], PARAMETER),
        Header => (&[], PARAMETER),
        RequestBody => (&[("content", Map(MediaType))], &[("description", Text), ("required", Flag)]),
        MediaType => (&[], &[("schema", One(Schema)), ("example", Any), ("examples", Map(Example)), ("encoding", Map(Encoding))]),
        Encoding => (&[], &[("contentType", Text), ("headers", Map(Header)), ("style", Text), ("explode", Flag), ("allowReserved", Flag)]),
        Response => (&[("description", Text)], &[("headers", Map(Header)), ("content", Map(MediaType)), ("links", Map(Link))]),
        Example => (&[], &[("summary", Text), ("description", Text), ("value", Any), ("externalValue", Text)]),
        Link => (
            &[],
            &[("operationRef", Text), ("operationId", Text), ("parameters", Any), ("requestBody", Any), ("description", Text), ("server", One(Server))],
        ),
        Tag => (&[("name", Text)], &[("description", Text), ("externalDocs", One(ExternalDocs))]),
        Schema => (
            &[],
            &[("title", Text), ("multipleOf", Number), ("maximum", Number), ("exclusiveMaximum", Flag), ("minimum", Number),
              ("exclusiveMinimum", Flag), ("maxLength", Count), ("minLength", Count), ("pattern", Text), ("maxItems", Count),
              ("minItems", Count), ("uniqueItems", Flag), ("maxProperties", Count), ("minProperties", Count), ("required", Names),
              ("enum", Values), ("type", Text), ("allOf", List(Schema)), ("oneOf", List(Schema)), ("anyOf", List(Schema)),
              ("not", One(Schema)), ("items", One(Schema)), ("properties", Map(Schema)), ("additionalProperties", SchemaOrFlag),
              ("description", Text), ("format", Text), ("default", Any), ("nullable", Flag), ("discriminator", One(Discriminator)),
              ("readOnly", Flag), ("writeOnly", Flag), ("example", Any), ("externalDocs", One(ExternalDocs)), ("deprecated", Flag),
              ("xml", One(Xml))],
        ),
        Discriminator => (&[("propertyName", Text)], &[("mapping", TextMap)]),
        Xml => (&[], &[("name", Text), ("namespace", Text), ("prefix", Text), ("attribute", Flag), ("wrapped", Flag)]),
        Components => (
            &[],
            &[("schemas", Map(Schema)), ("responses", Map(Response)), ("parameters", Map(Parameter)), ("examples", Map(Example)),
              ("requestBodies", Map(RequestBody)), ("headers", Map(Header)), ("securitySchemes", Map(SecurityScheme)),
              ("links", Map(Link)), ("callbacks", Callbacks)],
        ),
        SecurityScheme => (
            &[("type", Word(&["apiKey", "http", "oauth2", "openIdConnect"]))],
            &[("description", Text), ("name", Text), ("in", Word(&["query", "header", "cookie"])), ("scheme", Text), ("bearerFormat", Text), ("flows", One(Flows)),
              ("openIdConnectUrl", Text)],
        ),
        Flows => (&[], &[("implicit", One(Flow)), ("password", One(Flow)), ("clientCredentials", One(Flow)), ("authorizationCode", One(Flow))]),
        Flow => (&[("scopes", TextMap)], &[("authorizationUrl", Text), ("tokenUrl", Text), ("refreshUrl", Text)]),
    }
}

const PARAMETER: Keys = &[
    ("description", Text),
    ("required", Flag),
    ("deprecated", Flag),
    ("allowEmptyValue", Flag),
    ("style", Text),
    ("explode", Flag),
    ("allowReserved", Flag),
    ("schema", One(Object::Schema)),
    ("example", Any),
    ("examples", Map(Object::Example)),
    ("content", Map(Object::MediaType)),
];

impl<'a> Lint<'a> {
    pub(super) fn grammar(&mut self) {
        self.object(String::new(), self.contract.document(), Object::Document);
    }

    fn object(&mut self, pointer: String, value: &'a Value, object: Object) {
        let Some(members) = value.as_object() else {
            return self.wrong_kind(&pointer, "an object");
        };
        if members.contains_key("$ref") {
            return;
        }
        self.nodes.push(Node { pointer: pointer.clone(), object, value });
        let (needed, optional) = keys(object);
        let needed_here = needed.iter().map(|(key, _)| *key).chain(needed_by_value(object, &pointer, value));
        for key in needed_here.filter(|key| !members.contains_key(*key)) {
            self.report(
                &pointer,
                &rules::MISSING_KEY,
                format!("{key} is missing"),
                "add it: OpenAPI 3.0 requires it here",
            );
        }
        self.exclusive_keys(&pointer, value);
        if object == Object::Components {
            self.component_names(value);
        }
        for (key, value) in members {
            let at = format!("{pointer}/{}", escape(key));
            if key.starts_with("x-") {
                self.extension(&at, key, value);
            } else if let Some((_, kind)) = needed.iter().chain(optional).find(|(known, _)| known == key) {
                self.member(at, value, *kind);
            } else {
                let known: Vec<_> = needed.iter().chain(optional).map(|(key, _)| *key).collect();
                self.report(
                    &at,
                    &rules::UNKNOWN_KEY,
                    format!("OpenAPI 3.0 has no {key} here"),
                    &format!("correct the spelling, or delete it; here it knows {}", known.join(", ")),
                );
            }
        }
    }

    fn member(&mut self, pointer: String, value: &'a Value, kind: Kind) {
        let is_count = |value: &Value| value.as_i64().is_some();
        match kind {
            Kind::Any => {}
            Kind::Text => self.expect(&pointer, value.is_string(), "a text"),
            Kind::Flag => self.expect(&pointer, value.is_boolean(), "true or false"),
            Kind::Number => self.expect(&pointer, value.is_number(), "a number"),
            Kind::Count => self.expect(&pointer, is_count(value), "a whole number"),
            Kind::Values => {
                self.expect(
                    &pointer,
                    value.as_array().is_some_and(|all| !all.is_empty()),
                    "a list of values",
                );
            }
            Kind::Texts => self.each(&pointer, value, true, |lint, at, value| {
                lint.expect(&at, value.is_string(), "a text");
            }),
            Kind::Names => self.expect(&pointer, are_names(value), "a list of names, each once"),
            Kind::Word(words) => {
                let is_one = value.as_str().is_some_and(|word| words.contains(&word));
                self.expect(&pointer, is_one, &format!("one of {}", words.join(", ")));
            }
            Kind::Answers => {
                self.statuses(&pointer, value);
                self.member(pointer, value, Kind::Map(Object::Response));
            }
            Kind::TextMap => self.each(&pointer, value, false, |lint, at, value| {
                lint.expect(&at, value.is_string(), "a text");
            }),
            Kind::Requirements => self.each(&pointer, value, true, |lint, at, value| {
                lint.each(&at, value, false, |lint, at, value| lint.member(at, value, Kind::Texts));
            }),
            Kind::One(object) => self.object(pointer, value, object),
            Kind::List(object) => {
                self.each(&pointer, value, true, |lint, at, value| lint.object(at, value, object));
            }
            Kind::Map(object) => {
                self.each(&pointer, value, false, |lint, at, value| lint.object(at, value, object));
            }
            Kind::Callbacks => self.each(&pointer, value, false, |lint, at, value| {
                lint.member(at, value, Kind::Map(Object::PathItem));
            }),
            Kind::SchemaOrFlag if value.is_boolean() => {}
            Kind::SchemaOrFlag => self.object(pointer, value, Object::Schema),
        }
    }

    /// Each item of a list, or each member of an object but extensions.
    fn each(
        &mut self,
        pointer: &str,
        value: &'a Value,
        is_list: bool,
        visit: impl Fn(&mut Self, String, &'a Value),
    ) {
        match value {
            Value::Array(items) if is_list => {
                for (index, item) in items.iter().enumerate() {
                    visit(self, format!("{pointer}/{index}"), item);
                }
            }
            Value::Object(members) if !is_list => {
                for (key, value) in members.iter().filter(|(key, _)| !is_extension(pointer, key)) {
                    visit(self, format!("{pointer}/{}", escape(key)), value);
                }
            }
            _ => self.wrong_kind(pointer, if is_list { "a list" } else { "an object" }),
        }
    }

    fn expect(&mut self, pointer: &str, is_it: bool, what: &str) {
        if !is_it {
            self.wrong_kind(pointer, what);
        }
    }

    fn exclusive_keys(&mut self, pointer: &str, value: &Value) {
        for (one, other) in [("schema", "content"), ("example", "examples"), ("value", "externalValue")] {
            if value.get(one).is_some() && value.get(other).is_some() {
                self.report(
                    &format!("{pointer}/{other}"),
                    &rules::EXCLUSIVE_KEYS,
                    format!("{one} and {other} exclude each other"),
                    "keep one of them",
                );
            }
        }
    }

    fn component_names(&mut self, components: &Value) {
        for (group, members) in components.as_object().into_iter().flatten() {
            for (name, _) in members.as_object().into_iter().flatten() {
                if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)) {
                    self.report(
                        &format!("/components/{}/{}", escape(group), escape(name)),
                        &rules::COMPONENT_NAME,
                        format!("{name:?} is no name of a component"),
                        "use letters, digits, dots, hyphens and underscores",
                    );
                }
            }
        }
    }

    fn statuses(&mut self, pointer: &str, responses: &Value) {
        for (status, _) in responses.as_object().into_iter().flatten() {
            let is_number =
                status.len() == 3 && status.starts_with(|first: char| ('1'..='5').contains(&first));
            let is_one = is_number && (status[1..] == *"XX" || status.chars().all(|c| c.is_ascii_digit()));
            if !is_one && status != "default" && !status.starts_with("x-") {
                self.report(
                    &format!("{pointer}/{}", escape(status)),
                    &rules::STATUS,
                    format!("{status} is no status"),
                    "write a number from 100 to 599, a class such as 4XX, or default",
                );
            }
        }
    }

    fn wrong_kind(&mut self, pointer: &str, what: &str) {
        self.report(
            pointer,
            &rules::WRONG_KIND,
            format!("this should be {what}"),
            "write what OpenAPI 3.0 wants here; a text that looks like a number or a boolean needs quotes",
        );
    }
}

fn are_names(value: &Value) -> bool {
    let Some(names) = value.as_array().filter(|names| !names.is_empty()) else { return false };
    names.iter().enumerate().all(|(index, name)| name.is_string() && !names[..index].contains(name))
}

/// Of the maps, only paths, responses and callbacks have extensions; elsewhere such a key is a name.
fn is_extension(pointer: &str, key: &str) -> bool {
    let is_open = pointer == "/paths" || pointer.ends_with("/responses") || pointer.contains("/callbacks/");
    key.starts_with("x-") && is_open && pointer != "/components/responses"
}

/// Keys that an object needs because of what another one says.
fn needed_by_value(object: Object, pointer: &str, value: &Value) -> Vec<&'static str> {
    match object {
        Object::SecurityScheme => match value.get("type").and_then(Value::as_str) {
            Some("apiKey") => vec!["name", "in"],
            Some("http") => vec!["scheme"],
            Some("oauth2") => vec!["flows"],
            Some("openIdConnect") => vec!["openIdConnectUrl"],
            _ => vec![],
        },
        Object::Flow => match pointer.rsplit('/').next() {
            Some("implicit") => vec!["authorizationUrl"],
            Some("authorizationCode") => vec!["authorizationUrl", "tokenUrl"],
            _ => vec!["tokenUrl"],
        },
        Object::Parameter | Object::Header if value.get("content").is_none() => vec!["schema"],
        _ => vec![],
    }
}
