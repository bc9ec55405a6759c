//! The grammar of OpenAPI 3.0: the required and optional keys of each object, and the values of each key.
//!
//! The table follows <https://spec.openapis.org/oas/v3.0.3>. `tests/lint/crosscheck.rs` compares the findings with
//! those of other tools.

use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Object {
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

/// The kind of a key's value.
#[derive(Clone, Copy)]
pub(super) enum KeyKind {
    Any,
    Text,
    Flag,
    Number,
    Count,
    Values,
    Texts,
    /// A list of unique strings, at least one.
    Names,
    /// One of the given words.
    Word(&'static [&'static str]),
    /// Responses by status.
    Responses,
    TextMap,
    /// Security schemes with their scopes.
    Requirements,
    One(Object),
    List(Object),
    Map(Object),
    /// A map of callback expressions to path items.
    Callbacks,
    /// A schema or a boolean, as in `additionalProperties`.
    SchemaOrFlag,
}

use KeyKind::{
    Any, Callbacks, Count, Flag, List, Map, Names, Number, One, Requirements, Responses, SchemaOrFlag, Text,
    TextMap, Texts, Values, Word,
};

pub(super) type Keys = &'static [(&'static str, KeyKind)];

#[rustfmt::skip]
pub(super) fn keys(object: Object) -> (Keys, Keys) {
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
            &[("responses", Responses)],
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

/// Returns the required keys that depend on the object's values or position. For example, the value of `type` decides
/// which keys a security scheme requires.
pub(super) fn needed_by_value(object: Object, pointer: &str, value: &Value) -> Vec<&'static str> {
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
