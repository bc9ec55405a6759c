//! What is refused before the generator sees it, each with a remedy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::{Contract, escape};
use crate::finding::{Finding, Findings};
use crate::outline::{Field, Kind, Operation, Outline, Schema};

const EVIDENCE: [&str; 4] = ["documented", "example", "third-party", "inferred"];
const SENSITIVITY: [&str; 3] = ["personal", "secret", "none"];

/// Checks a contract.
///
/// # Errors
/// Everything that was found, in the order of the document.
pub fn lint(contract: &Contract, outline: &Outline) -> Result<(), Findings> {
    let mut lint = Lint { contract, findings: Vec::new() };
    lint.version();
    lint.references("", contract.document());
    if lint.findings.is_empty() {
        // Behind a dangling reference everything else would be noise.
        lint.servers(outline);
        lint.operations(outline);
        lint.models(outline);
        lint.scalars(outline);
    }
    lint.findings.sort_by_key(|finding| finding.line);
    Findings::none_of(lint.findings)
}

/// Checks only what reading a contract needs: the version, and references that lead somewhere.
///
/// # Errors
/// Everything that was found, in the order of the document.
pub fn lint_structure(contract: &Contract) -> Result<(), Findings> {
    let mut lint = Lint { contract, findings: Vec::new() };
    lint.version();
    lint.references("", contract.document());
    lint.findings.sort_by_key(|finding| finding.line);
    Findings::none_of(lint.findings)
}

struct Lint<'a> {
    contract: &'a Contract,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn report(&mut self, pointer: &str, rule: &'static str, message: String, remedy: &str) {
        self.findings.push(self.contract.finding(pointer, rule, message, remedy));
    }

    fn version(&mut self) {
        let version = self.contract.document().get("openapi").and_then(Value::as_str).unwrap_or("none");
        if !version.starts_with("3.0.") {
            self.report(
                "/openapi",
                "openapi-version",
                format!("the version is {version}; the generator reads OpenAPI 3.0 only"),
                "write `openapi: 3.0.3`, and what 3.1 has in the terms of 3.0",
            );
        }
        for (key, what) in [("info", "an object"), ("paths", "an object")] {
            if !self.contract.document().get(key).is_some_and(Value::is_object) {
                self.report(
                    &format!("/{key}"),
                    "openapi-structure",
                    format!("`{key}` is missing or not {what}"),
                    "add it; openapi-spec-validator tells what OpenAPI wants there",
                );
            }
        }
    }

    fn references(&mut self, pointer: &str, node: &Value) {
        match node {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref") {
                    let target = target.as_str().unwrap_or("a reference that is no text");
                    if self.contract.resolve(pointer).is_none() {
                        self.report(
                            pointer,
                            "reference",
                            format!("{target} leads nowhere"),
                            "name a component of this document; other files and circles are not followed",
                        );
                    }
                }
                for (key, value) in members {
                    self.references(&format!("{pointer}/{}", escape(key)), value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.references(&format!("{pointer}/{index}"), item);
                }
            }
            _ => {}
        }
    }

    fn servers(&mut self, outline: &Outline) {
        for server in &outline.servers {
            self.evidence(&server.pointer, server.evidence.as_deref(), true);
            if server.environment.is_none() || server.token_url.is_none() {
                self.report(
                    &server.pointer,
                    "server",
                    "a server needs a name and a token endpoint".to_owned(),
                    "add x-environment and x-token-url",
                );
            }
        }
    }

    fn operations(&mut self, outline: &Outline) {
        let mut ids = BTreeSet::new();
        for operation in &outline.operations {
            let at = &operation.pointer;
            self.operation_id(operation, &mut ids);
            self.evidence(at, operation.evidence.as_deref(), true);
            if operation.safe_to_repeat.is_none() {
                self.report(
                    at,
                    "safe-to-repeat",
                    "nothing says whether the request may be sent twice".to_owned(),
                    "add x-safe-to-repeat: true only if a second arrival changes nothing",
                );
            }
            if operation.summary.is_none() {
                self.report(
                    at,
                    "summary",
                    "the operation has no summary".to_owned(),
                    "say in a line what it does",
                );
            }
            self.security(operation);
            self.parameters(operation);
            self.bodies(operation);
        }
    }

    fn operation_id(&mut self, operation: &Operation, ids: &mut BTreeSet<String>) {
        let id = &operation.id;
        let is_name = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_name {
            self.report(
                &operation.pointer,
                "operation-id",
                format!("{id:?} is no name for a Rust method"),
                "add an operationId in camelCase: letters and digits, a verb first",
            );
        } else if !ids.insert(operation.rust_name()) {
            self.report(
                &operation.pointer,
                "operation-id",
                format!("{id} is the name of two operations"),
                "give each operation its own operationId",
            );
        }
    }

    fn security(&mut self, operation: &Operation) {
        if operation.security.len() != 1 {
            self.report(
                &operation.pointer,
                "security",
                format!("one security scheme is expected, there are {}", operation.security.len()),
                "name the one scheme that the operation needs: client mode or user mode",
            );
        }
        for (scheme, scopes) in &operation.security {
            let pointer = format!("/components/securitySchemes/{}", escape(scheme));
            let Some(definition) = self.contract.document().pointer(&pointer) else {
                self.report(
                    &operation.pointer,
                    "security",
                    format!("the security scheme {scheme} does not exist"),
                    "define it under components/securitySchemes, or name one that is",
                );
                continue;
            };
            let flows = definition.get("flows").and_then(Value::as_object);
            let known: Vec<&String> = flows
                .into_iter()
                .flat_map(|flows| flows.values())
                .filter_map(|flow| flow.get("scopes").and_then(Value::as_object))
                .flat_map(|scopes| scopes.keys())
                .collect();
            for scope in scopes.iter().filter(|scope| !known.contains(scope)) {
                self.report(
                    &operation.pointer,
                    "security",
                    format!("{scheme} has no scope {scope}"),
                    "define the scope in the scheme's flow, or name one that is",
                );
            }
        }
    }

    fn parameters(&mut self, operation: &Operation) {
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
                "path-parameter",
                format!("the path has {{{name}}}, which is not declared"),
                "declare it under parameters, with in: path and required: true",
            );
        }
        for (name, pointer) in declared.iter().filter(|(name, _)| !in_path.contains(*name)) {
            self.report(
                pointer,
                "path-parameter",
                format!("{name} is declared, but the path has no {{{name}}}"),
                "add it to the path, or delete it",
            );
        }
        for parameter in &operation.parameters {
            let pointer = &parameter.field.pointer;
            if !matches!(parameter.location.as_str(), "path" | "query" | "header") {
                self.report(
                    pointer,
                    "parameter",
                    format!("parameters in {} are not supported", parameter.location),
                    "use path, query or header",
                );
            }
            self.field(&parameter.field, true);
        }
    }

    fn bodies(&mut self, operation: &Operation) {
        if operation.success().is_none() {
            self.report(
                &operation.pointer,
                "success",
                "there must be exactly one answer of a success".to_owned(),
                "keep one 2xx status: the generator cannot tell several apart",
            );
        }
        let sent = operation.request.iter().map(|body| (body, true));
        let answers = operation.responses.iter();
        let received = answers.filter_map(|answer| answer.body.as_ref()).map(|body| (body, false));
        for (body, is_sent) in sent.chain(received) {
            if body.media_type != "application/json" {
                self.report(
                    &body.pointer,
                    "media-type",
                    format!("{} is not supported", body.media_type),
                    "use application/json, which is what upstream documents",
                );
            }
            if !matches!(body.schema.kind, Kind::Object(Some(_))) {
                self.report(
                    &body.pointer,
                    "named-body",
                    "a body must be a named object".to_owned(),
                    "move the schema to components/schemas and refer to it",
                );
            }
            if is_sent && !body.required {
                self.report(
                    &body.pointer,
                    "required-body",
                    "an optional request body is not supported".to_owned(),
                    "add required: true to the requestBody",
                );
            }
        }
    }

    fn models(&mut self, outline: &Outline) {
        for model in &outline.models {
            self.type_name(&model.pointer, &model.name);
            self.evidence(&model.pointer, model.evidence.as_deref(), false);
            self.description(&model.pointer, model.description.as_deref());
            self.composition(&model.pointer);
            self.required_fields(model);
            for field in &model.fields {
                self.field(field, model.sent);
            }
        }
    }

    fn required_fields(&mut self, model: &crate::outline::Model) {
        let node = self.contract.document().pointer(&model.pointer);
        let required = node.and_then(|node| node.get("required")).and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !model.fields.iter().any(|field| field.wire_name == name) {
                self.report(
                    &format!("{}/required", model.pointer),
                    "required",
                    format!("{name} is required, but is no property of {}", model.name),
                    "add the property, or delete the name",
                );
            }
        }
    }

    fn scalars(&mut self, outline: &Outline) {
        for scalar in &outline.scalars {
            self.type_name(&scalar.pointer, &scalar.name);
            let node = self.contract.document().pointer(&scalar.pointer);
            let description = node.and_then(|node| node.get("description")).and_then(Value::as_str);
            self.description(&scalar.pointer, description);
            self.composition(&scalar.pointer);
            self.kind(&scalar.schema);
        }
    }

    fn type_name(&mut self, pointer: &str, name: &str) {
        let is_name = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_name {
            self.report(
                pointer,
                "schema-name",
                format!("{name} is no name for a Rust type"),
                "use UpperCamelCase: letters and digits",
            );
        }
    }

    fn field(&mut self, field: &Field, sent: bool) {
        match field.sensitivity.as_deref() {
            Some(known) if SENSITIVITY.contains(&known) => {}
            Some(other) => self.report(
                &field.pointer,
                "sensitivity",
                format!("x-sensitivity: {other} is unknown"),
                "use personal, secret or none",
            ),
            // A field that is an object is as sensitive as its fields are.
            None if matches!(field.schema.kind, Kind::Object(Some(_))) => {}
            None => self.report(
                &field.pointer,
                "sensitivity",
                format!("nothing says whether {} is personal data", field.wire_name),
                "add x-sensitivity: personal, secret or none; when in doubt, personal",
            ),
        }
        self.evidence(&field.pointer, field.evidence.as_deref(), false);
        self.description(&field.pointer, field.description.as_deref());
        if sent {
            self.limit(field);
        }
        if field.schema.name.is_none() {
            self.composition(&field.schema.pointer);
            self.kind(&field.schema);
            if !field.schema.values.is_empty() {
                self.report(
                    &field.pointer,
                    "named-enum",
                    format!("the values of {} have no name", field.wire_name),
                    "move the enum to components/schemas and refer to it: it becomes a Rust type",
                );
            }
        }
    }

    fn limit(&mut self, field: &Field) {
        let schema = match &field.schema.kind {
            Kind::List { items, .. } => items,
            _ => &field.schema,
        };
        let unlimited =
            schema.kind == Kind::Text && schema.limits.max_length.is_none() && schema.values.is_empty();
        if unlimited {
            self.report(
                &field.pointer,
                "limit",
                format!("{} is sent, but has no maxLength", field.wire_name),
                "add the limit that upstream documents, or a generous one with a comment",
            );
        }
    }

    fn kind(&mut self, schema: &Schema) {
        match &schema.kind {
            Kind::Other(what) => self.report(
                &schema.pointer,
                "type",
                format!("this schema has {what}, which the generator cannot use"),
                "give it a type: string, integer, number, boolean, object or array",
            ),
            Kind::Object(None) => self.report(
                &schema.pointer,
                "named-object",
                "an object must have a name".to_owned(),
                "move it to components/schemas and refer to it: it becomes a Rust type",
            ),
            Kind::List { items, .. } if items.name.is_none() => {
                if matches!(items.kind, Kind::List { .. }) {
                    self.report(
                        &items.pointer,
                        "nested-list",
                        "a list of lists is not supported".to_owned(),
                        "give the inner list an object of its own",
                    );
                } else {
                    self.kind(items);
                }
            }
            _ => {}
        }
    }

    /// `oneOf` and `allOf` make types that nobody wants to use; `anyOf` is kept for rules on required fields.
    fn composition(&mut self, pointer: &str) {
        let Some(node) = self.contract.document().pointer(pointer) else { return };
        let alternatives = node.get("anyOf").and_then(Value::as_array);
        let only_required = alternatives.is_none_or(|alternatives| {
            alternatives
                .iter()
                .filter_map(Value::as_object)
                .all(|rule| rule.len() == 1 && rule.contains_key("required"))
        });
        let refused = ["oneOf", "allOf", "not"].into_iter().find(|key| node.get(key).is_some());
        if let Some(key) = refused.or((!only_required).then_some("anyOf")) {
            self.report(
                pointer,
                "composition",
                format!("{key} makes types that nobody wants to use"),
                "spell the fields out; anyOf may hold lists of required fields, nothing else",
            );
        }
        if node.get("additionalProperties").is_some_and(|extra| extra == &Value::Bool(false)) {
            self.report(
                pointer,
                "additional-properties",
                "additionalProperties: false would refuse what upstream adds".to_owned(),
                "delete it: upstream counts a new field as compatible",
            );
        }
    }

    fn evidence(&mut self, pointer: &str, evidence: Option<&str>, needed: bool) {
        let message = match evidence {
            Some(known) if EVIDENCE.contains(&known) => return,
            Some(other) => format!("x-evidence: {other} is unknown"),
            None if needed => "nothing says where this is known from".to_owned(),
            None => return,
        };
        self.report(
            pointer,
            "evidence",
            message,
            "add x-evidence: documented, example, third-party or inferred",
        );
    }

    fn description(&mut self, pointer: &str, description: Option<&str>) {
        if description.is_none_or(|text| text.trim().is_empty()) {
            self.report(
                pointer,
                "description",
                "there is no description".to_owned(),
                "say in a line, in your own words, what it is",
            );
        }
    }
}
