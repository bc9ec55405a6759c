//! The rules for limits such as `maxLength`. A limit must allow at least one value and fit the type of the value. If
//! the value is part of a request, the client must be able to check the limit.

use serde_json::Value;

use crate::lint::Lint;
use crate::lint::grammar::{Node, Object};
use crate::outline::{Kind, Schema};
use crate::rules;

/// The pairs of a minimum and a maximum, with the types to which they apply.
const PAIRS: [(&str, &str, &[&str]); 4] = [
    ("minLength", "maxLength", &["string"]),
    ("minimum", "maximum", &["integer", "number"]),
    ("minItems", "maxItems", &["array"]),
    ("minProperties", "maxProperties", &["object"]),
];

/// Other keywords, with the types to which they apply.
const OTHERS: [(&str, &[&str]); 8] = [
    ("pattern", &["string"]),
    ("x-extensible-enum", &["string"]),
    ("multipleOf", &["integer", "number"]),
    ("exclusiveMinimum", &["integer", "number"]),
    ("exclusiveMaximum", &["integer", "number"]),
    ("uniqueItems", &["array"]),
    ("items", &["array"]),
    ("properties", &["object"]),
];

/// The formats of OpenAPI 3.0, JSON Schema and this project, with the types to which they apply.
const FORMATS: [(&str, &[&str]); 21] = [
    ("int32", &["integer"]),
    ("int64", &["integer"]),
    ("float", &["number"]),
    ("double", &["number"]),
    ("byte", &["string"]),
    ("binary", &["string"]),
    ("date", &["string"]),
    ("date-time", &["string"]),
    ("password", &["string"]),
    ("email", &["string"]),
    ("hostname", &["string"]),
    ("ipv4", &["string"]),
    ("ipv6", &["string"]),
    ("uri", &["string"]),
    ("uuid", &["string"]),
    ("e164", &["string"]),
    ("country-code", &["string"]),
    ("path-segment", &["string"]),
    ("decimal", &["number", "string"]),
    ("epoch-millis", &["integer"]),
    ("epoch-seconds", &["integer"]),
];

/// The constraints that the client does not check before it sends a request. The outline does not list an integer limit
/// as a constraint, because the client checks it.
const UNCHECKED: [&str; 9] = [
    "multipleOf",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "enum",
];

/// The formats that the client does not check before it sends a request.
const UNCHECKED_FORMATS: [&str; 6] = ["hostname", "int32", "ipv4", "ipv6", "uri", "uuid"];

/// The formats that the client checks instead of a pattern, each with the pattern that says the same.
const CHECKED_FORMATS: [(&str, &str); 7] = [
    ("byte", ""),
    ("country-code", "^[A-Z]{2,3}$"),
    ("date", ""),
    ("date-time", ""),
    ("e164", r"^\+[1-9][0-9]{1,14}$"),
    ("email", ""),
    ("path-segment", ""),
];

impl Lint<'_> {
    pub(super) fn limits(&mut self) {
        for node in self.nodes(Object::Schema) {
            for (low, high, types) in PAIRS {
                self.pair(&node, low, high);
                self.keyword_type(&node, low, types);
                self.keyword_type(&node, high, types);
            }
            for (keyword, types) in OTHERS {
                self.keyword_type(&node, keyword, types);
            }
            self.format(&node);
        }
    }

    /// Reports each constraint on a parameter or in a request body if the client does not check the constraint.
    pub(super) fn unchecked(&mut self) {
        let outline = self.outline;
        let parameters = outline.operations.iter().flat_map(|operation| &operation.parameters);
        let parameters = parameters.map(|parameter| &parameter.field);
        let models = outline.models.iter().filter(|model| model.sent);
        let fields = parameters.chain(models.flat_map(|model| &model.fields)).map(|field| &field.schema);
        let bodies = outline.operations.iter().filter_map(|operation| operation.request.as_ref());
        let sent = fields.chain(bodies.map(|body| &body.schema));
        for schema in sent.flat_map(with_inner) {
            for keyword in unchecked(schema) {
                self.report(
                    &format!("{}/{keyword}", schema.pointer),
                    &rules::UNCHECKED,
                    format!("the client does not check this {keyword} before it sends a request"),
                    "state the constraint in the description instead; the client checks only integer limits, lengths, string enums, some formats, and patterns without a format; beside x-extensible-enum, it checks only minLength: 1",
                );
            }
        }
    }

    fn pair(&mut self, node: &Node<'_>, low: &str, high: &str) {
        let number = |key: &str| node.value.get(key).and_then(Value::as_f64);
        let is_exclusive = |key| node.value.get(key) == Some(&Value::Bool(true));
        let is_open =
            low == "minimum" && (is_exclusive("exclusiveMinimum") || is_exclusive("exclusiveMaximum"));
        for key in [low, high] {
            if low != "minimum" && number(key).is_some_and(|limit| limit < 0.0) {
                self.contradiction(&format!("{}/{key}", node.pointer), format!("{key} is below zero"));
            }
        }
        if let (Some(min), Some(max)) = (number(low), number(high))
            && (min > max || (is_open && min >= max))
        {
            self.contradiction(
                &format!("{}/{low}", node.pointer),
                format!("no value satisfies both {low} {min} and {high} {max}"),
            );
        }
    }

    fn contradiction(&mut self, pointer: &str, message: String) {
        let help = "copy the limits from upstream's documentation; if these limits contradict each other, leave out the wrong one";
        self.report(pointer, &rules::LIMITS, message, help);
    }

    fn keyword_type(&mut self, node: &Node<'_>, keyword: &str, types: &[&str]) {
        let Some(what) = node.value.get("type").and_then(Value::as_str) else { return };
        if node.value.get(keyword).is_some() && !types.contains(&what) {
            self.report(
                &format!("{}/{keyword}", node.pointer),
                &rules::KEYWORD_TYPE,
                format!("{keyword} does not apply to the type {what}"),
                &format!(
                    "delete the keyword, or correct the type; the keyword applies to {}",
                    types.join(" and ")
                ),
            );
        }
    }

    fn format(&mut self, node: &Node<'_>) {
        let text = |key: &str| node.value.get(key).and_then(Value::as_str);
        let Some(format) = text("format") else { return };
        let pointer = format!("{}/format", node.pointer);
        let Some((_, types)) = FORMATS.iter().find(|(known, _)| *known == format) else {
            return self.report(
                &pointer,
                &rules::FORMAT,
                format!("the format {format} is unknown, so nothing checks it"),
                "correct the spelling, or add the new format to `validate` in mediaconnect-api and to the lint",
            );
        };
        if let Some(what) = text("type").filter(|what| !types.contains(what)) {
            self.report(
                &pointer,
                &rules::KEYWORD_TYPE,
                format!("the format {format} does not apply to the type {what}"),
                &format!(
                    "delete the format, or correct the type; the format applies to {}",
                    types.join(" and ")
                ),
            );
        }
    }
}

/// Returns the schema's keywords that the client does not check.
fn unchecked(schema: &Schema) -> Vec<&str> {
    let constraints = schema.constraints.keys().map(String::as_str);
    let mut keywords: Vec<&str> = constraints
        // An `enum` of strings is not reported, because the client checks it.
        .filter(|key| UNCHECKED.contains(key) && (*key != "enum" || schema.kind != Kind::Text))
        .collect();
    let (limits, format) = (&schema.limits, schema.format.as_deref().unwrap_or_default());
    let (is_open, is_decimal) = (schema.open, format == "decimal");
    if UNCHECKED_FORMATS.contains(&format) || (is_open && !format.is_empty()) {
        keywords.push("format");
    }
    let is_other_pattern = |pattern: &String| {
        let checked = CHECKED_FORMATS.iter().find(|(checked, _)| *checked == format);
        checked.is_some_and(|(_, same)| pattern != same)
    };
    for (keyword, is_unchecked) in [
        // The client sends no empty value of an open enum.
        ("minLength", limits.min_length.is_some_and(|min| is_decimal || (is_open && min > 1))),
        ("maxLength", limits.max_length.is_some() && (is_decimal || is_open)),
        (
            "pattern",
            limits.pattern.as_ref().is_some_and(|pattern| is_decimal || is_open || is_other_pattern(pattern)),
        ),
    ] {
        if is_unchecked {
            keywords.push(keyword);
        }
    }
    keywords
}

/// Returns a schema, the schema of its items or values, and so on.
fn with_inner(schema: &Schema) -> impl Iterator<Item = &Schema> {
    std::iter::successors(Some(schema), |schema| match &schema.kind {
        Kind::List { items: inner, .. } | Kind::Map { values: Some(inner) } => Some(inner),
        _ => None,
    })
}
