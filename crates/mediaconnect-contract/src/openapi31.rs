//! Converts OpenAPI 3.1 to 3.0, so that the outline handles only one version.
//!
//! Upstream's documents may have either version. A keyword that 3.0 cannot express is dropped, unless the outline lists
//! it as a constraint. A remark reports each dropped keyword that affects values. `$comment`, for example, affects no
//! values and gets no remark.

mod definitions;
mod keywords;
mod schema;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::contract::Contract;
use crate::finding::Finding;
use crate::pointer::escape;
use definitions::{Definitions, SCHEMAS};

/// A document converted to 3.0, with remarks about the dropped parts.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The converted document. Its lines are those of the original file.
    pub contract: Contract,
    /// The parts that 3.0 cannot express.
    pub remarks: Vec<Finding>,
}

/// Returns true if the document's version is 3.1.
#[must_use]
pub fn is_31(contract: &Contract) -> bool {
    let version = contract.document().get("openapi").and_then(Value::as_str);
    version.is_some_and(|version| version.starts_with("3.1."))
}

/// Converts a document from 3.1 to 3.0.
#[must_use]
pub fn to_30(contract: &Contract) -> Converted {
    let mut converter = Converter {
        contract,
        definitions: Definitions::of(contract.document()),
        lines: HashMap::new(),
        remarks: Vec::new(),
    };
    let document = converter.document();
    let Converter { lines, mut remarks, .. } = converter;
    remarks.sort_by_key(|remark| remark.line);
    Converted { contract: contract.rewritten(document, lines), remarks }
}

/// Returns true if the keys of the node are statuses or the names of components or headers, not keywords.
fn has_names(pointer: &str) -> bool {
    let is_component = |rest: &str| !rest.contains('/') && rest != "examples";
    pointer.strip_prefix("/components/").is_some_and(is_component)
        || pointer.ends_with("/responses")
        || pointer.ends_with("/headers")
}

struct Converter<'a> {
    contract: &'a Contract,
    definitions: Definitions,
    lines: HashMap<String, usize>,
    remarks: Vec<Finding>,
}

/// The pointers of a node: `from` in the original, and `to` in the converted document.
#[derive(Clone)]
struct Pointers {
    from: String,
    to: String,
}

impl Pointers {
    fn same(pointer: &str) -> Self {
        Self { from: pointer.to_owned(), to: pointer.to_owned() }
    }

    fn step(&self, step: &str) -> Self {
        let step = escape(step);
        Self { from: format!("{}/{step}", self.from), to: format!("{}/{step}", self.to) }
    }
}

impl Converter<'_> {
    fn document(&mut self) -> Value {
        let root = Pointers::same("");
        let mut document = Map::new();
        for (key, value) in self.contract.document().as_object().into_iter().flatten() {
            let at = root.step(key);
            match key.as_str() {
                "openapi" => {
                    document.insert(key.clone(), self.literal(&json!("3.0.3"), &at));
                }
                "webhooks" => self.remark(
                    &at.from,
                    "webhooks are left out, because upstream sends these requests, not the client",
                    "read about the webhooks in the original document if you need them",
                ),
                "jsonSchemaDialect" => self.dialect(&at, value),
                "$defs" => {}
                "paths" => {
                    let paths = self.paths(&at, value);
                    document.insert(key.clone(), paths);
                }
                _ => {
                    let value = self.node(&at, value);
                    document.insert(key.clone(), value);
                }
            }
        }
        document.entry("paths").or_insert_with(|| json!({}));
        self.hoist(&mut document);
        Value::Object(document)
    }

    fn dialect(&mut self, at: &Pointers, dialect: &Value) {
        let name = dialect.as_str().unwrap_or_default();
        if !name.contains("oas/3.1/dialect") && !name.contains("json-schema.org/draft/2020-12") {
            self.remark(
                &at.from,
                &format!("the schemas use the dialect {name:?}, but are read as JSON Schema 2020-12"),
                "if the report looks wrong, compare the keywords of both dialects",
            );
        }
    }

    /// Converts the paths. Replaces each reference to a path item by the path item itself, because components cannot
    /// contain path items in 3.0.
    fn paths(&mut self, at: &Pointers, paths: &Value) -> Value {
        self.note_line(at);
        let mut converted = Map::new();
        for (path, item) in paths.as_object().into_iter().flatten() {
            let item = self.path_item(&at.step(path), item, &mut Vec::new());
            converted.insert(path.clone(), Value::Object(item));
        }
        Value::Object(converted)
    }

    /// Converts a path item together with the path item to which it refers. `trail` contains the targets that are
    /// already part of the result.
    fn path_item<'t>(
        &mut self,
        at: &Pointers,
        item: &'t Value,
        trail: &mut Vec<&'t str>,
    ) -> Map<String, Value>
    where
        Self: 't,
    {
        let target = item.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        let mut members = Map::new();
        let mut is_resolved = false;
        if let Some(target) = target.filter(|target| !trail.contains(target))
            && let Some(behind) = self.contract.document().pointer(target)
        {
            trail.push(target);
            let at = Pointers { from: target.to_owned(), to: at.to.clone() };
            members = self.path_item(&at, behind, trail);
            is_resolved = true;
        }
        self.note_line(at);
        let mut own = self.object(at, item);
        if is_resolved {
            own.remove("$ref");
        }
        members.extend(own);
        members
    }

    /// Converts a node that is not a schema.
    fn node(&mut self, at: &Pointers, node: &Value) -> Value {
        self.note_line(at);
        match node {
            Value::Object(_) => Value::Object(self.object(at, node)),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Value::Array(
                    items.map(|(index, item)| self.node(&at.step(&index.to_string()), item)).collect(),
                )
            }
            other => other.clone(),
        }
    }

    fn object(&mut self, at: &Pointers, node: &Value) -> Map<String, Value> {
        let mut converted = Map::new();
        for (key, value) in node.as_object().into_iter().flatten() {
            let here = at.step(key);
            let value = match (key.as_str(), at.from.as_str()) {
                // These keys do not exist in 3.0, so they are dropped. `summary` and `identifier` do not affect
                // requests, and the references to `pathItems` are already replaced.
                ("summary", "/info") | ("identifier", "/info/license") | ("pathItems", "/components") => {
                    continue;
                }
                ("schemas", "/components") => self.schemas(&here, value),
                ("schema", _) => self.schema(&here, value),
                ("example" | "examples", parent) if !has_names(parent) => self.literal(value, &here),
                (key, parent) if key.starts_with("x-") && !has_names(parent) => self.literal(value, &here),
                _ => self.node(&here, value),
            };
            converted.insert(key.clone(), value);
        }
        converted
    }

    /// Copies plain data such as an example. Its keys are not keywords.
    fn literal(&mut self, value: &Value, at: &Pointers) -> Value {
        self.note_line(at);
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.literal(value, &at.step(key));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.literal(item, &at.step(&index.to_string()));
                }
            }
            _ => {}
        }
        value.clone()
    }

    fn hoist(&mut self, document: &mut Map<String, Value>) {
        let definitions = self.definitions.clone();
        for (pointer, name) in definitions.iter() {
            let Some(node) = self.contract.document().pointer(pointer) else { continue };
            let to = format!("{SCHEMAS}/{}", escape(name));
            let schema = self.schema(&Pointers { from: pointer.clone(), to }, node);
            let components = document.entry("components").or_insert_with(|| json!({}));
            if components.get("schemas").is_none() {
                components["schemas"] = json!({});
            }
            components["schemas"][name] = schema;
        }
    }

    fn note_line(&mut self, at: &Pointers) {
        self.lines.insert(at.to.clone(), self.contract.line(&at.from));
    }

    fn remark(&mut self, pointer: &str, message: &str, help: &str) {
        self.remarks.push(self.contract.finding(pointer, "openapi-3.1", message.to_owned(), help));
    }
}
