//! Drafts the schemas of a new operation: named objects and enumerations, with invented examples.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Field, Kind, Outline, Parameter, Schema};
use serde_json::{Map, Value, json};

use super::document::COLLAPSED;
use super::sample;

/// Collects the schemas that an operation needs.
pub(super) struct DraftSchemas<'a> {
    contract: &'a Contract,
    tag: &'a str,
    /// The outline of the page that documents the operation.
    outline: &'a Outline,
    document: &'a Contract,
    /// The prefix that makes the name of a schema unique if the name is already in use.
    prefix: String,
    taken: BTreeSet<String>,
    pub(super) schemas: Map<String, Value>,
}

impl<'a> DraftSchemas<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        tag: &'a str,
        outline: &'a Outline,
        document: &'a Contract,
        prefix: String,
    ) -> Self {
        let ours = contract.document().pointer("/components/schemas").and_then(Value::as_object);
        let taken = ours.into_iter().flat_map(|schemas| schemas.keys().cloned()).collect();
        Self { contract, tag, outline, document, prefix, taken, schemas: Map::new() }
    }

    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Value {
        let field = &parameter.field;
        let name = field.wire_name.to_upper_camel_case();
        let shared = format!("/components/parameters/{name}");
        let is_same = |node: &Value| node["name"] == *field.wire_name && node["in"] == *parameter.location;
        if self.contract.document().pointer(&shared).is_some_and(is_same) {
            return json!({ "$ref": format!("../connect.yaml#{shared}") });
        }
        let mut schema = self.value(&field.schema, &field.wire_name, None);
        if parameter.location == "path" && schema["type"] == "string" && schema.get("format").is_none() {
            schema["format"] = json!("path-segment");
        }
        json!({
            "name": field.wire_name,
            "in": parameter.location,
            "required": field.required,
            "description": "",
            "x-sensitivity": "personal",
            "example": self.example(&schema, &field.wire_name),
            "schema": schema,
        })
    }

    /// Returns the content of a body: a named schema and an example.
    pub(super) fn body(&mut self, schema: &Schema, kind: &str, example: Option<&Value>) -> Value {
        let name = format!("{}{kind}", self.prefix);
        let node = self.value(schema, &name, example);
        let invented = self.example(&node, "");
        json!({ "application/json": { "schema": node, "example": invented } })
    }

    /// Returns the schema of a value, which may be an object, a list or a single value.
    fn value(&mut self, schema: &Schema, name: &str, example: Option<&Value>) -> Value {
        let mut node = match &schema.kind {
            Kind::Object(_) => return self.object(schema, name, example),
            Kind::List { items, .. } => {
                let item = example.map(|value| {
                    value.as_array().map_or(value, |values| values.first().unwrap_or(&Value::Null))
                });
                json!({ "type": "array", "items": self.value(items, &singular(name), item) })
            }
            Kind::Text => json!({ "type": "string" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number => json!({ "type": "number", "format": "decimal" }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Map { .. } | Kind::Other(_) => json!({ "type": "object", "additionalProperties": true }),
        };
        if let Some(shared) = self.shared(schema, name) {
            return json!({ "$ref": format!("../connect.yaml#{shared}") });
        }
        let limits = &schema.limits;
        let numbers = [
            ("minLength", limits.min_length.map(Value::from)),
            ("maxLength", limits.max_length.map(Value::from)),
            ("minimum", limits.minimum.map(Value::from)),
            ("maximum", limits.maximum.map(Value::from)),
            ("minItems", limits.min_items.map(Value::from)),
            ("maxItems", limits.max_items.map(Value::from)),
            ("pattern", limits.pattern.clone().map(Value::from)),
            ("format", schema.format.clone().map(Value::from)),
        ];
        for (key, value) in numbers {
            if let Some(value) = value {
                node[key] = value;
            }
        }
        if schema.nullable {
            node["nullable"] = json!(true);
        }
        if schema.values.is_empty() {
            return node;
        }
        node["description"] = json!("");
        node["x-sensitivity"] = json!("personal");
        node["enum"] = json!(schema.values);
        self.named(name, node)
    }

    fn object(&mut self, schema: &Schema, name: &str, example: Option<&Value>) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in self.outline.fields(schema).to_vec() {
            if field.required {
                required.push(json!(field.wire_name));
            }
            let example = example.and_then(|value| value.get(&field.wire_name));
            properties.insert(field.wire_name.clone(), self.property(&field, example));
        }
        let mut object = json!({ "type": "object", "description": "" });
        let is_collapsed = self
            .document
            .document()
            .pointer(&schema.pointer)
            .is_some_and(|node| node.get(COLLAPSED).is_some());
        if is_collapsed {
            // The page does not show the members of the object, so they are taken from the example.
            let members = example.and_then(Value::as_object);
            let Some(members) = members else {
                return json!({ "type": "object", "additionalProperties": true });
            };
            object["x-evidence"] = json!("example");
            for (name, value) in members {
                properties.insert(name.clone(), seen(value));
            }
        }
        object["properties"] = Value::Object(properties);
        if !required.is_empty() {
            object["required"] = Value::Array(required);
        }
        self.named(name, object)
    }

    fn property(&mut self, field: &Field, example: Option<&Value>) -> Value {
        let mut node = self.value(&field.schema, &field.wire_name, example);
        if node.get("$ref").is_none() {
            node["description"] = json!("");
            node["x-sensitivity"] = json!("personal");
        }
        if field.deprecated {
            node["deprecated"] = json!(true);
        }
        node
    }

    /// Returns a reference to a schema with the given name. Adds the schema if no existing schema can be used.
    ///
    /// A schema of the draft is used if it has this name and is equal. A schema of the group is used if it has this
    /// name and the same fields or values. If a different schema has this name, the added schema gets another name.
    fn named(&mut self, name: &str, schema: Value) -> Value {
        let mut name = name.to_upper_camel_case();
        if self.schemas.get(&name).is_some_and(|known| *known == schema) {
            return json!({ "$ref": format!("#/components/schemas/{name}") });
        }
        if self.taken.contains(&name) || self.schemas.contains_key(&name) {
            if self.is_of_group(&name, &schema) {
                return json!({ "$ref": format!("#/components/schemas/{name}") });
            }
            name = format!("{}{name}", self.prefix);
        }
        while self.taken.contains(&name) || self.schemas.contains_key(&name) {
            name.push_str("Again");
        }
        self.schemas.insert(name.clone(), schema);
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// Returns true if the group has a schema with this name and the same fields or values.
    fn is_of_group(&self, name: &str, schema: &Value) -> bool {
        let pointer = format!("/components/schemas/{name}");
        let outline = Outline::of(self.contract);
        let neighbour =
            outline.operations.iter().find(|one| one.tags.first().is_some_and(|tag| tag == self.tag));
        let file = neighbour.map(|one| self.contract.location(&one.pointer).file.path());
        let ours = self.contract.document().pointer(&pointer);
        let keys = |node: &Value| {
            node["properties"].as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>())
        };
        file == Some(self.contract.location(&pointer).file.path())
            && ours.is_some_and(|ours| keys(ours) == keys(schema) && ours.get("enum") == schema.get("enum"))
    }

    /// Returns the pointer of a shared schema for a field. The schema must have the same name and the same type as the
    /// field. For the format `email`, the name `EmailAddress` is also accepted. If the field has a maximum length, the
    /// schema must have the same maximum length.
    fn shared(&self, schema: &Schema, name: &str) -> Option<String> {
        let kind = match schema.kind {
            Kind::Text => "string",
            Kind::Integer => "integer",
            _ => return None,
        };
        let by_format = (schema.format.as_deref() == Some("email")).then(|| "EmailAddress".to_owned());
        let names = [Some(name.to_upper_camel_case()), by_format];
        names.into_iter().flatten().map(|name| format!("/components/schemas/{name}")).find(|pointer| {
            let is_first = self.contract.location(pointer).file.path() == self.contract.files()[0].path();
            let has_type = self.contract.document().pointer(pointer).is_some_and(|node| node["type"] == kind);
            let most = self.contract.document().pointer(pointer).and_then(|node| node["maxLength"].as_u64());
            // If upstream states a maximum length, only a shared schema with exactly this maximum length is used. A
            // schema with a lower maximum would reject values that upstream accepts.
            is_first
                && has_type
                && schema.limits.max_length.is_none_or(|limit| most.is_some_and(|most| most == limit))
        })
    }

    /// Returns an example for a schema of the draft.
    fn example(&self, node: &Value, name: &str) -> Value {
        if let Some(target) = node.get("$ref").and_then(Value::as_str) {
            let (file, pointer) = target.split_once('#').unwrap_or(("", target));
            let schema = pointer.rsplit('/').next().unwrap_or_default();
            let own = if file.is_empty() { self.schemas.get(schema) } else { None };
            return match own {
                Some(own) => self.example(own, name),
                None => self.contract.document().pointer(pointer).map_or(Value::Null, |node| {
                    self.example(node, if name.is_empty() { schema } else { name })
                }),
            };
        }
        match node["type"].as_str() {
            Some("object") => {
                let fields = node["properties"].as_object().into_iter().flatten();
                fields
                    .map(|(name, node)| (name.clone(), self.example(node, name)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Some("array") => json!([self.example(&node["items"], name)]),
            _ => sample::of_node(node, name),
        }
    }
}

/// Returns the schema of a member that the page shows only in an example.
fn seen(value: &Value) -> Value {
    let mut node = match value {
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(number) if number.is_f64() => json!({ "type": "number", "format": "decimal" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::Array(items) if items.first().is_some_and(Value::is_string) => {
            json!({ "type": "array", "items": { "type": "string" } })
        }
        Value::Array(_) | Value::Object(_) => json!({ "type": "object", "additionalProperties": true }),
        _ => json!({ "type": "string" }),
    };
    node["description"] = json!("");
    node["x-sensitivity"] = json!("personal");
    node
}

fn singular(name: &str) -> String {
    match name {
        _ if name.ends_with("ies") => format!("{}y", &name[..name.len() - 3]),
        _ if name.ends_with("ses") || name.ends_with("xes") => name[..name.len() - 2].to_owned(),
        _ if name.ends_with('s') && !name.ends_with("ss") => name[..name.len() - 1].to_owned(),
        _ => format!("{name}Item"),
    }
}
