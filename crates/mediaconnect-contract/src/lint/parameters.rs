//! The rules for parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Lint, rules};
use crate::outline::{Field, Kind, Operation, Parameter};

/// The string formats that are safe in a path. The client checks that a value has the format, and no such value can
/// contain a character that ends a path segment.
const PATH_FORMATS: [&str; 6] = ["path-segment", "e164", "country-code", "date", "date-time", "decimal"];

/// The header names that a parameter must not have, because the client owns them. OpenAPI 3.0 ignores parameters named
/// `accept`, `authorization` or `content-type`.
pub static OWN_HEADERS: [&str; 19] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

impl Lint<'_> {
    pub(super) fn parameters(&mut self, operation: &Operation) {
        let in_path: BTreeSet<&str> = operation
            .path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect();
        let declared: BTreeMap<&str, &str> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == "path")
            .map(|parameter| (parameter.field.wire_name.as_str(), parameter.field.pointer.as_str()))
            .collect();
        for name in in_path.iter().filter(|name| !declared.contains_key(*name)) {
            self.report(
                &operation.pointer,
                &rules::PATH_PARAMETER,
                format!("the path has the undeclared parameter {{{name}}}"),
                "declare it under parameters, with in: path and required: true",
            );
        }
        let is_mixed = |segment: &&str| {
            segment.contains('{')
                && !(segment.starts_with('{') && segment.find('}') == Some(segment.len() - 1))
        };
        if let Some(mixed) = operation.path.split('/').find(is_mixed) {
            self.report(
                &operation.pointer,
                &rules::PATH_PARAMETER,
                format!("the path has a parameter beside other text: {mixed}"),
                "declare the whole segment as one parameter, and describe its form",
            );
        }
        for (name, pointer) in declared.iter().filter(|(name, _)| !in_path.contains(*name)) {
            self.report(
                pointer,
                &rules::PATH_PARAMETER,
                format!("{name} is declared, but it is not in the path"),
                "add it to the path, or delete the declaration",
            );
        }
        for parameter in
            operation.parameters.iter().filter(|one| one.location == "path" && !one.field.required)
        {
            self.report(
                &parameter.field.pointer,
                &rules::PATH_PARAMETER,
                format!("{} is in the path, but not required", parameter.field.wire_name),
                "add required: true, because the path needs every parameter",
            );
        }
        for parameter in operation.parameters.iter().filter(|one| one.location == "path") {
            let Field { wire_name, schema, pointer, .. } = &parameter.field;
            let is_safe = schema.format.as_deref().is_some_and(|format| PATH_FORMATS.contains(&format));
            if schema.kind == Kind::Text && schema.values.is_empty() && !is_safe {
                self.report(
                    pointer,
                    &rules::PATH_PARAMETER,
                    format!("the path parameter {wire_name} may contain a slash, `..` or a semicolon, which cannot be sent in a path"),
                    "add format: path-segment to the schema, so that the client refuses a value that is not one path segment",
                );
            }
        }
        self.parameter_names(operation);
        for parameter in &operation.parameters {
            let pointer = &parameter.field.pointer;
            if !matches!(parameter.location.as_str(), "path" | "query" | "header") {
                self.report(
                    pointer,
                    &rules::PARAMETER,
                    format!("a parameter with `in: {}` is not supported", parameter.location),
                    "use `in: path`, `in: query` or `in: header`",
                );
            }
            if let Some((wrong, help)) = wrong_kind(parameter).or_else(|| wrong_style(parameter)) {
                self.report(
                    pointer,
                    &rules::PARAMETER,
                    format!("{}: {wrong}", parameter.field.wire_name),
                    help,
                );
            }
            self.field(&parameter.field, true);
            self.send_empty(&parameter.field, false);
        }
    }

    pub(super) fn duplicate_parameters(&mut self) {
        for operation in &self.outline.operations {
            let mut seen = BTreeSet::new();
            for parameter in &operation.parameters {
                // Header names are case-insensitive.
                let (location, mut name) = (parameter.location.as_str(), parameter.field.wire_name.clone());
                if location == "header" {
                    name.make_ascii_lowercase();
                }
                if !seen.insert((location, name)) {
                    self.report(
                        &parameter.field.pointer,
                        &rules::DUPLICATE_PARAMETER,
                        format!("the {location} parameter {} is declared twice", parameter.field.wire_name),
                        "declare it once",
                    );
                }
            }
        }
    }
}

/// Returns the error and the help if the type of the parameter is not supported.
fn wrong_kind(parameter: &Parameter) -> Option<(&'static str, &'static str)> {
    let name = parameter.field.wire_name.to_lowercase();
    if parameter.location == "header" && OWN_HEADERS.contains(&name.as_str()) {
        return Some((
            "the client sets this header",
            "delete the parameter; a token belongs under security, and a media type under content",
        ));
    }
    if parameter.location == "header" && !is_token(&name) {
        return Some((
            "a header cannot have this name",
            "use letters, digits and hyphens, as in X-Request-Id",
        ));
    }
    match &parameter.field.schema.kind {
        Kind::Object(_) | Kind::Map { .. } => Some((
            "an object cannot be a parameter, not even with the style deepObject",
            "declare a parameter for each of its fields",
        )),
        Kind::List { items, .. } if matches!(items.kind, Kind::Object(_) | Kind::Map { .. }) => {
            Some(("a list of objects cannot be a parameter", "put it into the body"))
        }
        Kind::List { wrapper: Some(_), .. } => {
            Some(("a wrapped list cannot be a parameter", "declare the list itself"))
        }
        Kind::List { .. } if parameter.location != "query" => Some((
            "a list is supported in the query only",
            "declare the parameter as a string, and state the separator of the values in its description",
        )),
        _ => None,
    }
}

/// Returns true if a header can have this name, by RFC 9110.
fn is_token(name: &str) -> bool {
    let is_mark = |letter: char| "!#$%&'*+-.^_`|~".contains(letter);
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || is_mark(letter))
}

/// Returns the error and the help if the parameter does not have the default style: `form` in the query, otherwise
/// `simple`.
fn wrong_style(parameter: &Parameter) -> Option<(&'static str, &'static str)> {
    let is_query = parameter.location == "query";
    let is_list = matches!(parameter.field.schema.kind, Kind::List { .. });
    let is_default = |key: &str, value: &Value| match key {
        "style" => value == if is_query { "form" } else { "simple" },
        // `explode` affects only lists. For other types, any value is accepted.
        "explode" => !is_list || value == &Value::Bool(true),
        _ => value == &Value::Bool(false),
    };
    let is_other = parameter.serialization.iter().any(|(key, value)| !is_default(key, value));
    is_other.then_some((
        "only the default style is supported, which repeats the parameter for each item of a list and encodes reserved characters",
        "delete the keys `style`, `explode` and `allowReserved`; if upstream expects values joined by commas, declare the parameter as a string",
    ))
}
