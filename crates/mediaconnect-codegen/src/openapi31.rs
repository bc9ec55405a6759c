//! OpenAPI 3.1 in the terms of 3.0, so that the outline needs to know one of them.
//!
//! Upstream's documents may be either. What 3.0 has no word for stays as it is, where the outline takes it for a
//! rule of its own, or is told in a remark.

mod definitions;
mod keywords;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::contract::{Contract, escape};
use crate::finding::Finding;
use definitions::{Definitions, SCHEMAS};
use keywords::{encoding, exclusive_limit, is_null, types};

/// A document in the terms of 3.0, and what was lost on the way.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The document; its lines are those of the file that was read.
    pub contract: Contract,
    /// What 3.0 cannot say, or has no place for.
    pub remarks: Vec<Finding>,
}

/// Whether a document says that it is OpenAPI 3.1.
#[must_use]
pub fn is_31(contract: &Contract) -> bool {
    let version = contract.document().get("openapi").and_then(Value::as_str);
    version.is_some_and(|version| version.starts_with("3.1."))
}

/// Writes a 3.1 document in the terms of 3.0.
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

struct Converter<'a> {
    contract: &'a Contract,
    definitions: Definitions,
    lines: HashMap<String, usize>,
    remarks: Vec<Finding>,
}

/// A node: where it stood, and where it stands in the new document.
#[derive(Clone)]
struct At {
    from: String,
    to: String,
}

impl At {
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
        let root = At::same("");
        let mut document = Map::new();
        for (key, value) in self.contract.document().as_object().into_iter().flatten() {
            let at = root.step(key);
            match key.as_str() {
                "openapi" => {
                    document.insert(key.clone(), self.literal(&json!("3.0.3"), &at));
                }
                "webhooks" => self.remark(
                    &at.from,
                    "webhooks are left out: they are requests of upstream's, and no operations of the client",
                    "read them where they are of use",
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

    fn dialect(&mut self, at: &At, dialect: &Value) {
        let name = dialect.as_str().unwrap_or_default();
        if !name.contains("oas/3.1/dialect") && !name.contains("json-schema.org/draft/2020-12") {
            self.remark(
                &at.from,
                &format!("the schemas are written in {name:?}, and read as JSON Schema 2020-12"),
                "compare the keywords of both where the report surprises",
            );
        }
    }

    /// Paths, with what a path item refers to in its place: 3.0 has no components of path items.
    fn paths(&mut self, at: &At, paths: &Value) -> Value {
        self.note_line(at);
        let mut converted = Map::new();
        for (path, item) in paths.as_object().into_iter().flatten() {
            let here = at.step(path);
            let target = item.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
            let behind = target.and_then(|target| Some((target, self.contract.document().pointer(target)?)));
            let mut members = Map::new();
            if let Some((target, behind)) = behind {
                let at = At { from: target.to_owned(), to: here.to.clone() };
                members.extend(self.object(&at, behind));
            }
            self.note_line(&here);
            let mut own = self.object(&here, item);
            if behind.is_some() {
                own.remove("$ref");
            }
            members.extend(own);
            converted.insert(path.clone(), Value::Object(members));
        }
        Value::Object(converted)
    }

    /// Anything that is no schema.
    fn node(&mut self, at: &At, node: &Value) -> Value {
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

    fn object(&mut self, at: &At, node: &Value) -> Map<String, Value> {
        let mut converted = Map::new();
        for (key, value) in node.as_object().into_iter().flatten() {
            let here = at.step(key);
            let value = match (key.as_str(), at.from.as_str()) {
                // The first two are for people only; what path items hold stands where it is referred to.
                ("summary", "/info") | ("identifier", "/info/license") | ("pathItems", "/components") => {
                    continue;
                }
                ("schemas", "/components") => self.schemas(&here, value),
                ("schema", _) => self.schema(&here, value),
                ("example" | "examples" | "default" | "enum", _) => self.literal(value, &here),
                (key, _) if key.starts_with("x-") => self.literal(value, &here),
                _ => self.node(&here, value),
            };
            converted.insert(key.clone(), value);
        }
        converted
    }

    /// Values that are data, whatever their keys look like.
    fn literal(&mut self, value: &Value, at: &At) -> Value {
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

    fn schemas(&mut self, at: &At, schemas: &Value) -> Value {
        self.note_line(at);
        let schemas = schemas.as_object().into_iter().flatten();
        Value::Object(
            schemas.map(|(name, schema)| (name.clone(), self.schema(&at.step(name), schema))).collect(),
        )
    }

    fn list(&mut self, at: &At, schemas: &Value) -> Value {
        self.note_line(at);
        let schemas = schemas.as_array().into_iter().flatten().enumerate();
        schemas.map(|(index, schema)| self.schema(&at.step(&index.to_string()), schema)).collect()
    }

    fn schema(&mut self, at: &At, node: &Value) -> Value {
        self.note_line(at);
        let members = match node {
            Value::Bool(true) => return json!({}),
            Value::Bool(false) => return json!({ "not": {} }),
            Value::Object(members) => members,
            other => return other.clone(),
        };
        let mut schema = Map::new();
        let mut parts = Vec::new();
        for (key, value) in members {
            self.keyword(at, (key, value), &mut schema, &mut parts);
        }
        types(&mut schema);
        if schema.get("type").is_some_and(Value::is_array) {
            self.several_types(at, &mut schema);
        }
        exclusive_limit(&mut schema, "exclusiveMinimum", "minimum", 1);
        exclusive_limit(&mut schema, "exclusiveMaximum", "maximum", -1);
        encoding(&mut schema);
        self.parts(at, schema, parts)
    }

    /// One keyword of a schema. `parts` gets what `allOf` shall hold: the place, and the schema there.
    fn keyword<'a>(
        &mut self,
        at: &At,
        (key, value): (&str, &'a Value),
        schema: &mut Map<String, Value>,
        parts: &mut Vec<(String, &'a Value)>,
    ) {
        let here = at.step(key);
        let converted = match key {
            "$defs" | "$schema" | "$id" | "$comment" | "$vocabulary" => return,
            "$anchor" | "$dynamicAnchor" | "$dynamicRef" => {
                self.remark(
                    &here.from,
                    &format!("{key} is not followed"),
                    "read the schema itself; the report has nothing of it",
                );
                return;
            }
            "$ref" => {
                json!(self.definitions.target(self.contract.document(), value.as_str().unwrap_or_default()))
            }
            "properties" | "patternProperties" | "dependentSchemas" => self.schemas(&here, value),
            "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" if value.is_boolean() => {
                self.literal(value, &here)
            }
            "items"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "not"
            | "contains"
            | "propertyNames"
            | "if"
            | "then"
            | "else" => self.schema(&here, value),
            "prefixItems" => self.list(&here, value),
            "allOf" => {
                let all = value.as_array().into_iter().flatten().enumerate();
                parts.extend(all.map(|(index, part)| (format!("{}/{index}", here.from), part)));
                return;
            }
            "anyOf" | "oneOf" => {
                let forms: Vec<_> = value.as_array().into_iter().flatten().enumerate().collect();
                let others: Vec<_> = forms.iter().filter(|(_, form)| !is_null(form)).collect();
                if others.len() < forms.len() {
                    schema.insert("nullable".to_owned(), json!(true));
                }
                match others.as_slice() {
                    [] => return,
                    [(index, only)] if others.len() < forms.len() => {
                        parts.push((format!("{}/{index}", here.from), only));
                        return;
                    }
                    others => {
                        self.note_line(&here);
                        let forms = others.iter().enumerate().map(|(now, (index, form))| {
                            let at = At {
                                from: format!("{}/{index}", here.from),
                                to: format!("{}/{now}", here.to),
                            };
                            self.schema(&at, form)
                        });
                        forms.collect()
                    }
                }
            }
            "const" => {
                self.note_line(&here);
                schema.insert("enum".to_owned(), json!([value]));
                return;
            }
            // One value that must be, whatever else may.
            "enum" if schema.contains_key("enum") => return,
            "examples" => {
                if let Some(first) = value.as_array().and_then(|examples| examples.first()) {
                    schema.insert("example".to_owned(), first.clone());
                }
                return;
            }
            _ => self.literal(value, &here),
        };
        schema.insert(key.to_owned(), converted);
    }

    fn several_types(&mut self, at: &At, schema: &mut Map<String, Value>) {
        let Some(Value::Array(types)) = schema.remove("type") else { return };
        let names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        self.remark(
            &format!("{}/type", at.from),
            &format!("the value has several types ({}), which 3.0 says with anyOf", names.join(", ")),
            "decide which of them the contract has; the client reads numbers and texts for one another anyway",
        );
        let forms: Vec<Value> = names.iter().map(|name| json!({ "type": name })).collect();
        schema.entry("anyOf").or_insert_with(|| forms.into());
    }

    /// A reference that says more than its target becomes a part: 3.0 ignores what stands beside `$ref`.
    fn parts(&mut self, at: &At, mut schema: Map<String, Value>, parts: Vec<(String, &Value)>) -> Value {
        let mut all = Vec::new();
        if schema.len() > 1 || !parts.is_empty() {
            all.extend(schema.remove("$ref").map(|target| json!({ "$ref": target })));
        }
        for (from, part) in parts {
            let at = At { from, to: format!("{}/allOf/{}", at.to, all.len()) };
            all.push(self.schema(&at, part));
        }
        if !all.is_empty() {
            schema.insert("allOf".to_owned(), all.into());
        }
        Value::Object(schema)
    }

    /// Makes components of all `$defs`.
    fn hoist(&mut self, document: &mut Map<String, Value>) {
        let definitions = self.definitions.clone();
        for (pointer, name) in definitions.iter() {
            let Some(node) = self.contract.document().pointer(pointer) else { continue };
            let to = format!("{SCHEMAS}/{}", escape(name));
            let schema = self.schema(&At { from: pointer.clone(), to }, node);
            let components = document.entry("components").or_insert_with(|| json!({}));
            if components.get("schemas").is_none() {
                components["schemas"] = json!({});
            }
            components["schemas"][name] = schema;
        }
    }

    fn note_line(&mut self, at: &At) {
        self.lines.insert(at.to.clone(), self.contract.line(&at.from));
    }

    fn remark(&mut self, pointer: &str, message: &str, remedy: &str) {
        self.remarks.push(self.contract.finding(pointer, "openapi-3.1", message.to_owned(), remedy));
    }
}
