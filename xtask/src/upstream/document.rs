//! Converts a page to an OpenAPI document. Each node has the line number of its text on the page.

use std::collections::HashMap;

use mediaconnect_contract::outline::{Operation, Outline, Schema};
use mediaconnect_contract::pointer::escape;
use mediaconnect_contract::{Contract, Finding};
use serde_json::{Map, Value, json};

use super::enums;
use super::fields::{Flat, note};
use super::nesting::{Clues, Node, tree};
use super::page::{Page, PageBody, PageEndpoint};
use super::types::{PageKind, PageType};

/// The extension that lists the uncertain values of an enumeration. The page does not separate the values, so the text
/// of an uncertain value may be one value or several.
pub(super) const UNCERTAIN: &str = "x-uncertain-values";

/// The extension that marks a collapsed object, whose members the page does not show.
pub(super) const COLLAPSED: &str = "x-collapsed";

/// Returns the document for a page with an endpoint. If the contract has the operation, details that the page omits
/// come from the contract.
pub(super) fn of_page(
    page: &Page,
    ours: Option<(&Outline, &Operation)>,
    notes: &mut Vec<Finding>,
) -> Option<Contract> {
    let endpoint = page.endpoint.as_ref()?;
    let mut writer = Writer { page: &page.name, lines: HashMap::new(), notes };
    let document = writer.document(endpoint, ours);
    let lines = writer.lines;
    Some(Contract::made(&page.name, document, lines))
}

struct Writer<'a> {
    page: &'a str,
    lines: HashMap<String, usize>,
    notes: &'a mut Vec<Finding>,
}

impl Writer<'_> {
    fn at(&mut self, pointer: &str, line: usize) {
        self.lines.insert(pointer.to_owned(), line);
    }

    fn document(&mut self, endpoint: &PageEndpoint, ours: Option<(&Outline, &Operation)>) -> Value {
        let method = endpoint.method.to_ascii_lowercase();
        let pointer = format!("/paths/{}/{method}", escape(&endpoint.path));
        self.at(&pointer, endpoint.line);
        let mut operation = json!({ "summary": endpoint.title });
        let node = &mut operation;
        if let Some(tag) = &endpoint.tag {
            node["tags"] = json!([tag]);
        }
        if let Some(stage) = &endpoint.stage {
            node["x-status"] = json!(stage);
        }
        let mut parameters = Vec::new();
        for (location, flat) in &endpoint.parameters {
            let pointer = format!("{pointer}/parameters/{}", parameters.len());
            self.at(&pointer, flat.line);
            let our_schema = ours.and_then(|(outline, operation)| {
                let same = operation
                    .parameters
                    .iter()
                    .find(|one| one.location == *location && one.field.wire_name == flat.name)?;
                Some((outline, &same.field.schema))
            });
            let node = Node { flat, members: Vec::new(), clues: Clues::new(None, our_schema) };
            let mut parameter = json!({ "name": flat.name, "in": location, "required": flat.required });
            if flat.deprecated {
                parameter["deprecated"] = json!(true);
            }
            parameter["schema"] = self.schema(&node, &format!("{pointer}/schema"));
            parameters.push(parameter);
        }
        if !parameters.is_empty() {
            node["parameters"] = Value::Array(parameters);
        }
        if let Some(body) = &endpoint.body {
            let ours = ours.and_then(|(outline, one)| Some((outline, &one.request.as_ref()?.schema)));
            let example = endpoint.request_example.as_ref().map(Contract::document);
            node["requestBody"] = self.body(body, &format!("{pointer}/requestBody"), example, ours);
        }
        let mut responses = Map::new();
        for response in &endpoint.responses {
            let status = &response.status;
            let pointer = format!("{pointer}/responses/{status}");
            self.at(&pointer, response.line);
            let mut node = json!({ "description": response.words });
            if let Some(body) = &response.body {
                let ours = ours.and_then(|(outline, one)| {
                    let same = one.responses.iter().find(|one| one.status == *status)?;
                    Some((outline, &same.body.as_ref()?.schema))
                });
                let example = endpoint.response_examples.iter().find(|(one, _)| one == status);
                let example = example.map(|(_, example)| example.document());
                node["content"] = self.body(body, &pointer, example, ours)["content"].take();
            }
            responses.insert(status.clone(), node);
        }
        node["responses"] = Value::Object(responses);
        node["security"] = endpoint.flows.iter().map(|flow| json!({ (flow.name): flow.scopes })).collect();
        json!({
            "openapi": "3.0.3",
            "info": { "title": "", "version": "1" },
            "paths": { endpoint.path.as_str(): { method.as_str(): operation } },
            "components": { "securitySchemes": self.schemes(endpoint) },
            "servers": self.servers(endpoint),
        })
    }

    fn schemes(&mut self, endpoint: &PageEndpoint) -> Value {
        let mut schemes = Map::new();
        for flow in &endpoint.flows {
            self.at(&format!("/components/securitySchemes/{}", flow.name), flow.line);
            let mut node = Map::new();
            for (key, url) in &flow.urls {
                node.insert((*key).to_owned(), json!(url));
            }
            let scopes: Map<String, Value> =
                flow.scopes.iter().map(|scope| (scope.clone(), json!(""))).collect();
            node.insert("scopes".to_owned(), Value::Object(scopes));
            schemes.insert(flow.name.to_owned(), json!({ "type": "oauth2", "flows": { (flow.name): node } }));
        }
        Value::Object(schemes)
    }

    fn servers(&mut self, endpoint: &PageEndpoint) -> Value {
        let first = endpoint.servers.first().map_or(endpoint.line, |(.., line)| *line);
        self.at("/servers", first);
        let mut servers: Vec<Value> = Vec::new();
        for (url, words, line) in &endpoint.servers {
            // Pages list the same server twice. A URL that was already added is skipped.
            if servers.iter().all(|server| server["url"] != *url) {
                self.at(&format!("/servers/{}", servers.len()), *line);
                servers.push(json!({ "url": url, "description": words }));
            }
        }
        Value::Array(servers)
    }

    fn body(
        &mut self,
        body: &PageBody,
        pointer: &str,
        example: Option<&Value>,
        ours: Option<(&Outline, &Schema)>,
    ) -> Value {
        self.at(pointer, body.line);
        let media_type = &body.media_type;
        let at = format!("{pointer}/content/{}/schema", escape(media_type));
        let clues = Clues::new(example, ours);
        let count = match body.root.as_ref().map(|root| &root.innermost().kind) {
            Some(PageKind::Object { count, .. }) => *count,
            _ => None,
        };
        let nodes = tree(self.page, &body.fields, count, &clues, self.notes);
        let object = PageType { kind: PageKind::Object { count: None }, format: None, nullable: false };
        let flat = Flat::bare(body.root.clone().unwrap_or(object), body.line);
        let schema = self.of_type(&flat.kind.clone(), &Node { flat: &flat, members: nodes, clues }, &at);
        json!({ "content": { media_type.as_str(): { "schema": schema } } })
    }

    fn schema(&mut self, node: &Node<'_>, pointer: &str) -> Value {
        let mut schema = self.of_type(&node.flat.kind, node, pointer);
        if !node.flat.words.is_empty() {
            schema["description"] = json!(node.flat.words.join("\n"));
        }
        if node.flat.deprecated {
            schema["deprecated"] = json!(true);
        }
        if let Some(default) = &node.flat.default {
            schema["default"] = serde_json::from_str(default).unwrap_or_else(|_| json!(default));
        }
        schema
    }

    fn of_type(&mut self, kind: &PageType, node: &Node<'_>, pointer: &str) -> Value {
        self.at(pointer, node.flat.line);
        let mut schema = match &kind.kind {
            PageKind::Any => json!({}),
            PageKind::Scalar(name) => json!({ "type": name }),
            PageKind::Enumeration(name) => self.enumeration(node, name),
            PageKind::Object { .. } => self.object(node, pointer),
            PageKind::List(items) => {
                json!({ "type": "array", "items": self.of_type(items, node, &format!("{pointer}/items")) })
            }
        };
        if let Some(format) = &kind.format {
            schema["format"] = json!(format);
        }
        if kind.nullable {
            schema["nullable"] = json!(true);
        }
        let is_list = matches!(kind.kind, PageKind::List(_));
        for limit in &node.flat.limits {
            if is_list == limit.keyword.ends_with("Items") {
                schema[limit.keyword] = limit.value.clone();
                if limit.is_exclusive {
                    let keyword =
                        if limit.keyword == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
                    schema[keyword] = json!(true);
                }
            }
        }
        if let (Some(pattern), PageKind::Scalar("string")) = (&node.flat.pattern, &kind.kind) {
            schema["pattern"] = json!(pattern);
        }
        let is_item = kind != &node.flat.kind;
        if let (true, Some(most)) =
            (is_item && kind.kind == PageKind::Scalar("string"), each_at_most(&node.flat.words))
        {
            schema["maxLength"] = json!(most);
        }
        schema
    }

    fn object(&mut self, node: &Node<'_>, pointer: &str) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for member in &node.members {
            let name = &member.flat.name;
            if member.flat.required {
                required.push(json!(name));
            }
            let schema = self.schema(member, &format!("{pointer}/properties/{}", escape(name)));
            properties.insert(name.clone(), schema);
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = Value::Array(required);
        }
        if node.is_collapsed() {
            object[COLLAPSED] = match node.flat.kind.innermost().kind {
                PageKind::Object { count: Some(count), .. } => json!(count),
                _ => json!(true),
            };
        }
        object
    }

    fn enumeration(&mut self, node: &Node<'_>, kind: &str) -> Value {
        let typed = |text: &str| {
            if kind == "string" {
                json!(text)
            } else {
                serde_json::from_str(text).unwrap_or_else(|_| json!(text))
            }
        };
        let [glued] = node.flat.allowed.as_slice() else {
            let values: Vec<Value> = node.flat.allowed.iter().map(|value| typed(value)).collect();
            return json!({ "type": kind, "enum": values });
        };
        let described = node
            .flat
            .words
            .iter()
            .filter_map(|line| line.split_once(':').map(|(value, _)| value.trim().to_owned()));
        let examples = node
            .clues
            .examples
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let ours = node.clues.ours.iter().flat_map(|(_, schema)| schema.values.iter().cloned());
        let known: Vec<String> =
            described.filter(|value| !value.contains(' ')).chain(examples).chain(ours).collect();
        let pieces = enums::split(glued, &known);
        let values: Vec<Value> = pieces.iter().map(|(value, _)| typed(value)).collect();
        let mut schema = json!({ "type": kind, "enum": values });
        let uncertain: Vec<&String> =
            pieces.iter().filter(|(_, is_known)| !is_known).map(|(value, _)| value).collect();
        if !uncertain.is_empty() {
            schema[UNCERTAIN] = json!(uncertain);
        }
        for value in uncertain {
            let message = format!(
                "the page lists the values of {} without separators, so {value} may be one value or several",
                node.flat.name
            );
            self.notes.push(note(self.page, node.flat.line, message));
        }
        schema
    }
}

/// Returns the maximum length of each item of a list. Pages state this limit only in a sentence:
/// `each email maximum 255 character`.
fn each_at_most(words: &[String]) -> Option<u64> {
    let text = words.iter().find(|line| line.contains("each ") && line.contains(" character"))?;
    let (_, rest) = text.split_once("maximum ").or_else(|| text.split_once("max "))?;
    rest.split(' ').next()?.parse().ok()
}
