//! What the contract says about a request: which operation it is, and what is wrong with it.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use mediaconnect_contract::contract::{annotated_reference, escape};
use mediaconnect_contract::{Contract, json_schema};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::answer::Answer;
use crate::message::{Request, header};
use crate::received::TOKEN;

/// The operations of the contract.
pub(crate) struct Operations {
    all: Vec<Operation>,
}

/// An operation, as far as its requests are concerned.
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: String,
    /// Whether it needs a user's token rather than the client's.
    pub(crate) user_mode: bool,
    method: String,
    path: String,
    query: Vec<String>,
    body: Option<Body>,
}

struct Body {
    media_types: Vec<String>,
    validator: Validator,
    schema: Value,
    document: &'static Value,
}

impl Operations {
    /// Those of the contract this crate was built with. Read once a process, and never changed.
    ///
    /// # Panics
    /// When the contract is broken.
    pub(crate) fn of_the_contract() -> &'static Self {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            Contract::parse("openapi/connect.yaml", include_str!("../../../openapi/connect.yaml"))
                .unwrap_or_else(|findings| panic!("{findings}"))
        });
        static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| Operations::of(CONTRACT.document()));
        &OPERATIONS
    }

    fn of(document: &'static Value) -> Self {
        let paths = members(&document["paths"]);
        let all = paths.flat_map(|(path, item)| {
            members(item)
                .filter(|(_, operation)| operation.get("operationId").is_some())
                .map(move |(method, operation)| Operation::of(document, path, method, operation))
        });
        Self { all: all.collect() }
    }

    /// Whether there is such an operation; `token` is the token endpoint.
    ///
    /// # Errors
    /// The message has all operations.
    pub(crate) fn check_id(&self, id: &str) -> Result<(), String> {
        if id == TOKEN || self.all.iter().any(|operation| operation.id == id) {
            return Ok(());
        }
        let known: Vec<_> = self.all.iter().map(|operation| operation.id.as_str()).collect();
        Err(format!("the contract has no operation {id}; there are {}, and {TOKEN}", known.join(", ")))
    }

    /// The operation that a request is, and the values in its path; the path begins after the base URL.
    pub(crate) fn find<'p>(&self, method: &str, path: &'p str) -> Result<(&Operation, Vec<&'p str>), Answer> {
        let mut refusal = Answer::no_such_path();
        for operation in &self.all {
            match operation.path_values(path) {
                Some(values) if operation.method == method => return Ok((operation, values)),
                Some(_) => refusal = Answer::wrong_method(),
                None => {}
            }
        }
        Err(refusal)
    }
}

impl Operation {
    fn of(document: &'static Value, path: &str, method: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let security = operation["security"].as_array().into_iter().flatten();
        Self {
            id: text(&operation["operationId"]),
            user_mode: security.flat_map(members).any(|(scheme, _)| scheme == "authorizationCode"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            query: parameters
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| text(&parameter["name"]))
                .collect(),
            body: operation.get("requestBody").map(|body| Body::of(document, body)),
        }
    }

    /// The body as JSON, null where the operation has none.
    pub(crate) fn checked_body(&self, request: &Request) -> Result<Value, Answer> {
        let query = request.uri().query().unwrap_or_default();
        if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| !self.query.contains(&name.into_owned()))
        {
            return Err(Answer::bad_request("query: a parameter that the contract does not have"));
        }
        match &self.body {
            Some(body) => body.checked(request),
            None if request.body().is_empty() => Ok(Value::Null),
            None => Err(Answer::bad_request("body: this operation has none")),
        }
    }

    /// The values in a path of this operation, with the names of the parameters.
    pub(crate) fn parameters(&self, values: &[&str]) -> Vec<(String, String)> {
        let names = self.path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
        let values = values.iter().map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned());
        names.map(str::to_owned).zip(values).collect()
    }

    /// What the body lacks once its empty texts count as not given.
    pub(crate) fn check_without_blanks(&self, body: &Value) -> Result<(), Answer> {
        let given: Map<_, _> =
            members(body).filter(|(_, value)| *value != "").map(|(k, v)| (k.clone(), v.clone())).collect();
        self.body.as_ref().map_or(Ok(()), |rules| rules.check(&Value::Object(given)))
    }

    /// The values of the template's parameters, if the path fits the template.
    fn path_values<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let (template, path) = (self.path.split('/'), path.split('/'));
        if template.clone().count() != path.clone().count() {
            return None;
        }
        let mut values = Vec::new();
        for (expected, segment) in template.zip(path) {
            if expected.starts_with('{') {
                values.push(segment);
            } else if expected != segment {
                return None;
            }
        }
        Some(values)
    }
}

impl Body {
    fn of(document: &'static Value, body: &Value) -> Self {
        let content = &body["content"];
        let schema = members(content).next().map_or(Value::Null, |(_, media)| media["schema"].clone());
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&json_schema::rooted(document, &schema))
            .unwrap_or_else(|error| panic!("a body's schema in openapi/connect.yaml: {}", error.masked()));
        let media_types = members(content).map(|(name, _)| name.clone()).collect();
        Self { media_types, validator, schema, document }
    }

    fn checked(&self, request: &Request) -> Result<Value, Answer> {
        let media_type = header(request, "content-type")
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        if !self.media_types.iter().any(|expected| expected.eq_ignore_ascii_case(media_type)) {
            let expected = self.media_types.join(" or ");
            return Err(Answer::bad_request(format!("Content-Type: {expected} is expected")));
        }
        let body = serde_json::from_slice(request.body()).map_err(|error| {
            Answer::bad_request(format!("body: no JSON, line {} column {}", error.line(), error.column()))
        })?;
        self.check(&body)?;
        Ok(body)
    }

    /// All violations at once, each with its pointer and its rule, never with a value.
    fn check(&self, body: &Value) -> Result<(), Answer> {
        let mut violations: Vec<String> =
            self.validator.iter_errors(body).map(|error| described(&error)).collect();
        self.find_unknown_fields(&self.schema, body, "", &mut violations);
        if violations.is_empty() { Ok(()) } else { Err(Answer::bad_request(violations.join("; "))) }
    }

    /// A field more is no violation of the schema, but it is a client's mistake: upstream would drop it silently.
    fn find_unknown_fields(&self, schema: &Value, value: &Value, at: &str, violations: &mut Vec<String>) {
        let schema = resolved(self.document, schema);
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            self.find_unknown_fields(&schema["items"], item, &format!("{at}/{index}"), violations);
        }
        let Some(fields) = schema["properties"].as_object() else { return };
        for (name, member) in members(value) {
            let at = format!("{at}/{}", escape(name));
            match fields.get(name) {
                Some(schema) => self.find_unknown_fields(schema, member, &at, violations),
                None => violations.push(format!("{at}: the contract has no such field")),
            }
        }
    }
}

fn described(error: &ValidationError<'_>) -> String {
    let pointer = error.instance_path().as_str();
    let pointer = if pointer.is_empty() { "/" } else { pointer };
    match error.kind() {
        ValidationErrorKind::AnyOf { context } => {
            let ways: Vec<_> = context.iter().map(|branch| missing(branch)).collect();
            format!("{pointer}: one of these is missing: {}", ways.join(", or "))
        }
        _ => format!("{pointer}: {}", error.masked()),
    }
}

/// What one branch of an `anyOf` still needs. The names come from the contract.
fn missing(branch: &[ValidationError<'_>]) -> String {
    let needs = branch.iter().map(|error| match error.kind() {
        ValidationErrorKind::Required { property } => text(property),
        other => other.keyword().to_owned(),
    });
    needs.collect::<Vec<_>>().join(" + ")
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    let target = |schema: &'a Value| schema["$ref"].as_str().or_else(|| annotated_reference(schema));
    while let Some(target) = target(schema).and_then(|target| target.strip_prefix('#')) {
        schema = document.pointer(target).unwrap_or(&Value::Null);
    }
    schema
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn operation(method: &str, path: &str) -> &'static Operation {
        Operations::of_the_contract().find(method, path).unwrap().0
    }

    fn search() -> &'static Operation {
        operation("POST", "/v1/client/customer/search")
    }

    fn refusal(operation: &Operation, body: &Value) -> String {
        operation.body.as_ref().unwrap().check(body).unwrap_err().message().to_owned()
    }

    #[test]
    fn finds_the_operation_and_the_number_in_the_path() {
        let contract = Operations::of_the_contract();
        let (found, values) = contract.find("GET", "/v1/client/customer/info/563457").unwrap();
        assert_eq!((found.id.as_str(), values.as_slice()), ("getCustomerInfo", &["563457"][..]));
        assert!(!found.user_mode);
        assert!(operation("GET", "/v1/customer/info").user_mode);
        assert_eq!(operation("POST", "/v1/customer/info").id, "changeOwnCustomerInfo");
    }

    #[test]
    fn tells_a_wrong_path_from_a_wrong_method() {
        let contract = Operations::of_the_contract();
        let message = |method, path| contract.find(method, path).err().unwrap().message().to_owned();
        assert!(message("GET", "/v1/customer").contains("no such path"));
        assert!(message("GET", "/v1/client/customer/info/1/2").contains("no such path"));
        assert!(message("DELETE", "/v1/customer/info").contains("another method"));
    }

    #[test]
    fn the_documented_search_is_fine() {
        let document = search().body.as_ref().unwrap().document;
        let example = &document["components"]["examples"]["CustomerSearchRequest"]["value"];
        assert!(search().body.as_ref().unwrap().check(example).is_ok());
        assert!(search().check_without_blanks(example).is_ok());
    }

    #[test]
    fn a_search_that_breaks_the_rule_learns_what_is_missing() {
        let message = refusal(search(), &json!({ "lastName": "Secret" }));
        assert!(message.contains("streetAddress + postalCode, or"), "{message}");
        assert!(message.ends_with("phoneNumber, or email"), "{message}");
    }

    #[test]
    fn blank_fields_do_not_meet_the_rule_of_a_search() {
        let blank = json!({ "lastName": "", "streetAddress": "", "postalCode": "0179" });
        assert!(search().body.as_ref().unwrap().check(&blank).is_ok());
        assert!(search().check_without_blanks(&blank).is_err());
    }

    #[test]
    fn all_violations_are_named_by_pointer_and_none_quotes_a_value() {
        let long = "Hemmelig".repeat(10);
        let message = refusal(
            search(),
            &json!({
                "phoneNumber": "90Hemmelig", "email": "Hemmelig", "postalCode": 4711,
                "firstName": long, "countryCode": "hemmelig", "nickname": "Hemmelig",
            }),
        );
        for pointer in
            ["/phoneNumber:", "/email:", "/postalCode:", "/firstName:", "/countryCode:", "/nickname:"]
        {
            assert!(message.contains(pointer), "{pointer} in {message}");
        }
        assert!(!message.to_lowercase().contains("hemmelig") && !message.contains("4711"), "{message}");
    }

    #[test]
    fn a_reference_that_more_is_said_of_is_followed() {
        let document = json!({ "a": { "type": "string" } });
        let schema = json!({ "allOf": [{ "$ref": "#/a" }], "deprecated": true });
        assert_eq!(resolved(&document, &schema), &document["a"]);
    }

    #[test]
    fn unknown_fields_are_found_at_any_depth() {
        let change = operation("POST", "/v1/customer/info");
        let message = refusal(
            change,
            &json!({ "name": { "nick": "x" }, "phoneNumbers": [{ "phoneNumber": "+4712000999", "a/b": 1 }] }),
        );
        assert!(message.contains("/name/nick: the contract has no such field"), "{message}");
        assert!(message.contains("/phoneNumbers/0/a~1b: the contract has no such field"), "{message}");
        let message = refusal(
            change,
            &json!({ "customerNumber": 1, "phoneNumbers": [{ "phoneNumberType": "pager" }] }),
        );
        assert!(message.contains("/customerNumber: the contract"), "{message}");
        assert!(
            message.contains("/phoneNumbers/0/phoneNumberType:") && !message.contains("pager"),
            "{message}"
        );
    }
}
