//! Reads schemas: follows each `$ref` and merges the parts of an `allOf`.
//!
//! The lint refuses `allOf` in this project's contract, but upstream's documents may use it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::read::{Reader, flag, text, texts};
use super::rust_name::rust_name;
use super::{COMBINATIONS, Field, Kind, Limits, Schema};
use crate::deprecation::Deprecation;
use crate::pointer::{annotated_reference, escape};

/// Keywords that have a field in the outline, or that do not limit a value. `constraints` leaves them out.
const KNOWN: [&str; 18] = [
    "$ref",
    "allOf",
    "type",
    "format",
    "nullable",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "properties",
    "required",
    "items",
    "title",
    "description",
    "default",
    "example",
    "deprecated",
];

/// Keywords that do not limit a value, in addition to those in `KNOWN`.
const UNCONSTRAINING: [&str; 3] = ["externalDocs", "xml", "examples"];

/// The extensions that have a field in the outline.
const EXTENSIONS: [&str; 8] = [
    "x-sensitivity",
    "x-evidence",
    "x-extensible-enum",
    "x-list-wrapper",
    "x-sunset",
    "x-deprecation-note",
    COMBINATIONS[0],
    COMBINATIONS[1],
];

const RECURSIVE: &str = "a schema that contains itself";

/// A schema and all nested parts of its `allOf`, each with its pointer. The schema itself comes first.
pub(super) struct Merged<'a> {
    parts: Vec<(String, &'a Value)>,
}

impl<'a> Merged<'a> {
    fn all(&self, key: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |(_, node)| node.get(key))
    }

    fn first(&self, key: &str) -> Option<&'a Value> {
        self.all(key).next()
    }

    fn text(&self, key: &str) -> Option<String> {
        self.all(key).find_map(Value::as_str).map(str::to_owned)
    }

    /// Returns the pointer of the first part that has the keyword.
    fn place(&self, key: &str) -> Option<&str> {
        self.parts.iter().find(|(_, node)| node.get(key).is_some()).map(|(pointer, _)| pointer.as_str())
    }

    fn nullable(&self) -> bool {
        let mut parts = self.parts.iter().map(|(_, node)| flag(node, "nullable"));
        let own = parts.next().unwrap_or(false);
        own || (self.parts.len() > 1 && parts.all(|nullable| nullable))
    }

    /// Returns the strictest limits, because a value must satisfy all parts.
    ///
    /// An exclusive limit of an integer becomes the adjacent inclusive limit.
    fn limits(&self) -> Limits {
        let excluded = |key| i64::from(self.has_whole_limit(key));
        Limits {
            min_length: self.all("minLength").filter_map(Value::as_u64).max(),
            max_length: self.all("maxLength").filter_map(Value::as_u64).min(),
            minimum: self
                .all("minimum")
                .filter_map(Value::as_i64)
                .max()
                .map(|least| least.saturating_add(excluded("exclusiveMinimum"))),
            maximum: self
                .all("maximum")
                .filter_map(Value::as_i64)
                .min()
                .map(|most| most.saturating_sub(excluded("exclusiveMaximum"))),
            min_items: self.all("minItems").filter_map(Value::as_u64).max(),
            max_items: self.all("maxItems").filter_map(Value::as_u64).min(),
            pattern: self.text("pattern"),
        }
    }

    /// Returns true if the keyword is `exclusiveMinimum` or `exclusiveMaximum` and makes an integer limit exclusive.
    fn has_whole_limit(&self, key: &str) -> bool {
        let limit = match key {
            "exclusiveMinimum" => "minimum",
            "exclusiveMaximum" => "maximum",
            _ => return false,
        };
        self.text("type").as_deref() == Some("integer")
            && self.first(key) == Some(&Value::Bool(true))
            && self.first(limit).is_some_and(Value::is_i64)
    }

    fn constraints(&self) -> BTreeMap<String, Value> {
        let members = self.parts.iter().filter_map(|(_, node)| node.as_object()).flatten();
        members
            .filter(|(key, value)| is_constraint(key, value) && !self.has_whole_limit(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

fn is_constraint(key: &str, value: &Value) -> bool {
    match key {
        _ if COMBINATIONS.contains(&key) => true,
        _ if KNOWN.contains(&key) || UNCONSTRAINING.contains(&key) || key.starts_with("x-") => false,
        "minimum" | "maximum" => value.as_i64().is_none(),
        "enum" => !value.as_array().is_some_and(|values| values.iter().all(Value::is_string)),
        // A keyword that has its default value does not constrain anything. The default is true for
        // `additionalProperties`, and false for the other keywords with a boolean value.
        "additionalProperties" => value != &Value::Bool(true),
        _ => value != &Value::Bool(false),
    }
}

/// Returns the `x-` extensions of the nodes. The extensions in `facts` are left out.
pub(super) fn extensions<'a>(
    nodes: impl IntoIterator<Item = &'a Value>,
    facts: &[&str],
) -> BTreeMap<String, Value> {
    let members = nodes.into_iter().filter_map(Value::as_object).flatten();
    members
        .filter(|(key, _)| key.starts_with("x-") && !facts.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The pointers of the enclosing schemas and of their forms.
#[derive(Default)]
pub(super) struct Trail {
    /// The enclosing schemas.
    enclosing: Vec<String>,
    /// The forms of the enclosing schemas: the named schemas in their `oneOf` and `anyOf`.
    forms: Vec<String>,
}

impl Trail {
    pub(super) fn below(pointer: &str) -> Self {
        Self { enclosing: vec![pointer.to_owned()], forms: Vec::new() }
    }
}

impl Reader<'_> {
    pub(super) fn merged(&self, pointer: &str) -> Merged<'_> {
        let mut parts = Vec::new();
        self.collect(pointer, &mut parts);
        Merged { parts }
    }

    fn collect<'a>(&'a self, pointer: &str, parts: &mut Vec<(String, &'a Value)>) {
        let (pointer, node) = self.resolve(pointer);
        // A part that was already collected is skipped. This also ends the recursion if an `allOf` contains itself.
        if parts.iter().any(|(seen, _)| *seen == pointer) {
            return;
        }
        parts.push((pointer.clone(), node));
        let count = node.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        for index in 0..count {
            self.collect(&format!("{pointer}/allOf/{index}"), parts);
        }
    }

    /// Returns the schema at a pointer, after following `$ref`.
    pub(super) fn schema(&self, pointer: &str) -> Schema {
        self.schema_within(pointer, &mut Trail::default())
    }

    /// Reads a schema. If `trail` contains it, the schema is recursive, and its content is not read again.
    fn schema_within(&self, pointer: &str, trail: &mut Trail) -> Schema {
        let mut schema = self.without_forms(pointer, trail);
        if !trail.enclosing.contains(&schema.pointer) {
            trail.enclosing.push(schema.pointer.clone());
            schema.forms = self.forms(&schema.pointer, trail);
            trail.enclosing.pop();
        }
        schema
    }

    /// Returns the pointer of a schema after following `$ref`, also if annotations are next to the `$ref`.
    fn target(&self, pointer: &str) -> String {
        let annotated =
            annotated_reference(self.resolve(pointer).1).and_then(|target| target.strip_prefix('#'));
        self.resolve(annotated.unwrap_or(pointer)).0
    }

    fn without_forms(&self, pointer: &str, trail: &mut Trail) -> Schema {
        let pointer = self.target(pointer);
        let merged = self.merged(&pointer);
        let name = component(&pointer);
        let values = merged.first("enum").or_else(|| merged.first("x-extensible-enum"));
        let is_recursive = trail.enclosing.contains(&pointer);
        trail.enclosing.push(pointer.clone());
        let kind = match self.kind(&merged, name.as_deref(), is_recursive, trail) {
            Kind::Object(None) if is_recursive => Kind::Other(RECURSIVE.to_owned()),
            kind => kind,
        };
        let fields = if kind == Kind::Object(None) { self.fields(&merged, trail) } else { Vec::new() };
        trail.enclosing.pop();
        Schema {
            kind,
            forms: Vec::new(),
            nullable: merged.nullable(),
            format: merged.text("format"),
            limits: merged.limits(),
            open: merged.first("enum").is_none() && values.is_some(),
            values: values.map(texts).unwrap_or_default(),
            description: merged.text("description"),
            sensitivity: merged.text("x-sensitivity"),
            evidence: merged.text("x-evidence"),
            default: merged.first("default").cloned(),
            fields,
            constraints: merged.constraints(),
            extensions: extensions(merged.parts.iter().map(|(_, node)| *node), &EXTENSIONS),
            name,
            pointer,
        }
    }

    /// Returns the forms of a schema as a flat list: the named schemas that its `oneOf` and `anyOf` refer to, directly
    /// or through another form. Each form is in the list once, and its own field `forms` is empty.
    ///
    /// A schema without a name is left out, because the outline lists it only as part of a constraint. The forms in
    /// `trail` are also left out. Otherwise, the number of reads would grow exponentially with the number of forms that
    /// refer to each other.
    fn forms(&self, pointer: &str, trail: &mut Trail) -> Vec<Schema> {
        let (mut references, mut targets) = (Vec::new(), Vec::new());
        let mut left = VecDeque::from(self.references(pointer));
        while let Some(reference) = left.pop_front() {
            let target = self.target(&reference);
            if component(&target).is_some() && !trail.forms.contains(&target) && !targets.contains(&target) {
                left.extend(self.references(&target));
                references.push(reference);
                targets.push(target);
            }
        }
        let count = trail.forms.len();
        trail.forms.extend(targets);
        let forms = references.iter().map(|reference| self.without_forms(reference, trail)).collect();
        trail.forms.truncate(count);
        forms
    }

    /// Returns the pointers of the references in the `oneOf` and `anyOf` of a schema.
    fn references(&self, pointer: &str) -> Vec<String> {
        let mut references = Vec::new();
        for (part, node) in self.merged(pointer).parts {
            for key in ["oneOf", "anyOf"] {
                let count = node.get(key).and_then(Value::as_array).map_or(0, Vec::len);
                let pointers = (0..count).map(|index| format!("{part}/{key}/{index}"));
                references.extend(pointers.filter(|pointer| self.node(pointer).get("$ref").is_some()));
            }
        }
        references
    }

    fn kind(&self, merged: &Merged<'_>, name: Option<&str>, is_recursive: bool, trail: &mut Trail) -> Kind {
        let has_fields = merged.first("properties").is_some();
        let what = merged.text("type").or_else(|| has_fields.then(|| "object".to_owned()));
        let items = |place: Option<&str>, trail: &mut Trail| {
            let pointer = place.unwrap_or(&merged.parts[0].0);
            Box::new(self.schema_within(&format!("{pointer}/items"), trail))
        };
        match (what.as_deref(), merged.text("x-list-wrapper")) {
            (Some("array"), _) | (Some("object"), Some(_)) if is_recursive => {
                Kind::Other(RECURSIVE.to_owned())
            }
            (Some("object"), Some(member)) => {
                let place = merged.place("properties").unwrap_or_default();
                let list = format!("{place}/properties/{}", escape(&member));
                Kind::List { items: items(Some(&list), trail), wrapper: Some(member) }
            }
            (Some("array"), _) => Kind::List { items: items(merged.place("items"), trail), wrapper: None },
            (Some("object"), None) if !has_fields && merged.place("additionalProperties").is_some() => {
                let place = merged.place("additionalProperties").unwrap_or_default();
                let pointer = format!("{place}/additionalProperties");
                match self.node(&pointer) {
                    Value::Object(members) if is_recursive && !members.is_empty() => {
                        Kind::Other(RECURSIVE.to_owned())
                    }
                    Value::Object(members) if !members.is_empty() => {
                        Kind::Map { values: Some(Box::new(self.schema_within(&pointer, trail))) }
                    }
                    Value::Bool(false) => Kind::Object(name.map(str::to_owned)),
                    _ => Kind::Map { values: None },
                }
            }
            (Some("object"), None) => Kind::Object(name.map(str::to_owned).or_else(|| wrapped(merged))),
            (Some("string"), _) => Kind::Text,
            (Some("integer"), _) => Kind::Integer,
            (Some("number"), _) => Kind::Number,
            (Some("boolean"), _) => Kind::Boolean,
            (other, _) => Kind::Other(other.unwrap_or("no type").to_owned()),
        }
    }

    /// Returns the fields of an object, each once. An `allOf` may repeat a field to add details.
    pub(super) fn fields(&self, merged: &Merged<'_>, trail: &mut Trail) -> Vec<Field> {
        let required: BTreeSet<String> = merged.all("required").flat_map(texts).collect();
        let mut fields: Vec<Field> = Vec::new();
        for (part, _) in &merged.parts {
            for (wire_name, pointer) in self.members(&format!("{part}/properties")) {
                if fields.iter().all(|field| field.wire_name != wire_name) {
                    let is_required = required.contains(&wire_name);
                    fields.push(self.field(wire_name, pointer, is_required, trail));
                }
            }
        }
        fields
    }

    fn field(&self, wire_name: String, pointer: String, required: bool, trail: &mut Trail) -> Field {
        let node = self.node(&pointer);
        let schema = self.schema_within(&pointer, trail);
        let merged = self.merged(&pointer);
        let own_or_named = |key| text(node, key).or_else(|| merged.text(key));
        Field {
            rust_name: rust_name(&wire_name),
            required,
            deprecated: flag(node, "deprecated")
                || merged.all("deprecated").any(|on| on == &Value::Bool(true)),
            deprecation: Deprecation {
                note: own_or_named("x-deprecation-note"),
                sunset: own_or_named("x-sunset"),
            },
            sensitivity: own_or_named("x-sensitivity"),
            description: own_or_named("description"),
            evidence: own_or_named("x-evidence"),
            schema,
            wire_name,
            pointer,
        }
    }
}

/// Returns the name of a schema under `/components/schemas`.
fn component(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| name.to_owned())
}

/// Returns the name of the schema that an `allOf` refers to by a single `$ref`. If the schema with the `allOf` has
/// `properties` of its own, it is a different object, so the result is `None`.
fn wrapped(merged: &Merged<'_>) -> Option<String> {
    let own_fields = merged.parts[0].1.get("properties").is_some();
    let [part] = merged.parts[0].1.get("allOf")?.as_array()?.as_slice() else { return None };
    let target = part.get("$ref")?.as_str()?.strip_prefix('#')?;
    if own_fields { None } else { component(target) }
}
