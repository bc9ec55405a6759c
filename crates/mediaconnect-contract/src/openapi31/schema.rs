//! Converts the schemas of 3.1, keyword by keyword.

use serde_json::{Map, Value, json};

use super::keywords::{encoding, exclusive_limit, is_null, types};
use super::{Converter, Pointers};

impl Converter<'_> {
    pub(super) fn schemas(&mut self, at: &Pointers, schemas: &Value) -> Value {
        self.note_line(at);
        let schemas = schemas.as_object().into_iter().flatten();
        Value::Object(
            schemas.map(|(name, schema)| (name.clone(), self.schema(&at.step(name), schema))).collect(),
        )
    }

    fn list(&mut self, at: &Pointers, schemas: &Value) -> Value {
        self.note_line(at);
        let schemas = schemas.as_array().into_iter().flatten().enumerate();
        schemas.map(|(index, schema)| self.schema(&at.step(&index.to_string()), schema)).collect()
    }

    /// Converts a schema and its nested schemas.
    pub(super) fn schema(&mut self, at: &Pointers, node: &Value) -> Value {
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
        if let Some(dropped) = encoding(&mut schema) {
            self.remark(
                &format!("{}/contentEncoding", at.from),
                &format!("OpenAPI 3.0 has no format for the encoding {dropped}"),
                "describe the encoding of the value in the contract",
            );
        }
        self.parts(at, schema, parts)
    }

    /// Converts one keyword of a schema. A subschema that becomes part of an `allOf` is not converted here, but added
    /// to `parts` with its pointer.
    fn keyword<'a>(
        &mut self,
        at: &Pointers,
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
                    &format!("{key} is not supported"),
                    "read the schema in the original document, because the report ignores this keyword",
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
                            let at = Pointers {
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
            // An `enum` beside a `const` is dropped, because the `const` is stricter.
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

    fn several_types(&mut self, at: &Pointers, schema: &mut Map<String, Value>) {
        let Some(Value::Array(types)) = schema.remove("type") else { return };
        let names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        self.remark(
            &format!("{}/type", at.from),
            &format!("the value has several types ({}), which 3.0 expresses with anyOf", names.join(", ")),
            "choose one type for the contract; in responses, the client also accepts a number in place of a string, and a string in place of a number",
        );
        let forms: Vec<Value> = names.iter().map(|name| json!({ "type": name })).collect();
        schema.entry("anyOf").or_insert_with(|| forms.into());
    }

    /// Converts the parts, and adds them to `allOf`. If the schema has parts or other keys, also moves its `$ref` into
    /// `allOf`, because 3.0 ignores keys beside a `$ref`.
    fn parts(
        &mut self,
        at: &Pointers,
        mut schema: Map<String, Value>,
        parts: Vec<(String, &Value)>,
    ) -> Value {
        let mut all = Vec::new();
        if schema.len() > 1 || !parts.is_empty() {
            all.extend(schema.remove("$ref").map(|target| json!({ "$ref": target })));
        }
        for (from, part) in parts {
            let at = Pointers { from, to: format!("{}/allOf/{}", at.to, all.len()) };
            all.push(self.schema(&at, part));
        }
        if !all.is_empty() {
            schema.insert("allOf".to_owned(), all.into());
        }
        Value::Object(schema)
    }
}
