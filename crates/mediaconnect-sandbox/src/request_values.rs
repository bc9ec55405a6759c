//! Reads the parameters and the body of a request, and checks them against the contract.

use mediaconnect_contract::outline::{Kind, Parameter, Schema};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::api_response::ApiResponse;
use crate::contract::{Operation, Operations};
use crate::message::{Request, header};

/// The headers that OpenAPI does not treat as parameters, even if a contract lists them.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

pub(crate) struct RequestValues {
    /// The parameters in path, query and headers, by their names in the contract. Parameters that were not sent are
    /// absent.
    pub(crate) parameters: Map<String, Value>,
    /// The body; null if the request has none.
    pub(crate) body: Value,
}

impl RequestValues {
    /// Returns the value for a name in `x-success`: the name of a parameter, or `body.` followed by the path of a field
    /// in the body.
    pub(crate) fn at(&self, name: &str) -> Option<&Value> {
        match name.strip_prefix("body.") {
            None => self.parameters.get(name),
            Some(path) => self.body.pointer(&format!("/{}", path.replace('.', "/"))),
        }
    }
}

/// Returns the names and values of the parameters in path and query. A parameter that was sent twice occurs twice.
pub(crate) fn texts(operation: &Operation, path_values: &[&str], request: &Request) -> Vec<(String, String)> {
    let values = path_values.iter().map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned());
    let in_path = operation.path_names().map(str::to_owned).zip(values);
    in_path.chain(query(request)).collect()
}

fn query(request: &Request) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned()
}

impl Operation {
    /// Reads the parameters and the body of a request.
    ///
    /// # Errors
    /// Returns an error if the request violates the contract. The error lists all violations of the parameters. The
    /// body is checked only if the parameters are valid.
    pub(crate) fn read(
        &self,
        operations: &Operations,
        path_values: &[&str],
        request: &Request,
    ) -> Result<RequestValues, ApiResponse> {
        let is_known = |name: &str| self.parameters_in("query").any(|known| known.field.wire_name == name);
        if query(request).any(|(name, _)| !is_known(&name)) {
            return Err(ApiResponse::bad_request("query: the contract has no such parameter"));
        }
        let (mut parameters, mut violations) = (Map::new(), Vec::new());
        for (parameter, rule) in self.facts.parameters.iter().zip(&self.parameters) {
            let name = &parameter.field.wire_name;
            match self.value(parameter, path_values, request) {
                Ok(Some(value)) => {
                    violations.extend(rule.violations(operations, name, &value)?);
                    parameters.insert(name.clone(), value);
                }
                Ok(None) if parameter.field.required => violations.push(format!("{name}: is required")),
                Ok(None) => {}
                Err(expected) => violations.push(format!("{name}: {expected}")),
            }
        }
        if !violations.is_empty() {
            return Err(ApiResponse::bad_request(violations.join("; ")));
        }
        Ok(RequestValues { parameters, body: self.checked_body(operations, request)? })
    }

    fn parameters_in(&self, location: &'static str) -> impl Iterator<Item = &Parameter> {
        self.facts.parameters.iter().filter(move |parameter| parameter.location == location)
    }

    /// Returns the value of a parameter, or `None` if it was not sent.
    ///
    /// # Errors
    /// Returns an error if the value does not have the expected form. The error describes that form.
    fn value(
        &self,
        parameter: &Parameter,
        path_values: &[&str],
        request: &Request,
    ) -> Result<Option<Value>, &'static str> {
        const UTF8: &str = "UTF-8 text is expected";
        let name = parameter.field.wire_name.as_str();
        let texts: Vec<String> = match parameter.location.as_str() {
            "path" => {
                let value = self.path_names().zip(path_values).find(|(known, _)| *known == name);
                let decode = |value: &str| percent_decode_str(value).decode_utf8().map(String::from);
                value.map(|(_, value)| decode(value)).transpose().map_err(|_| UTF8)?.into_iter().collect()
            }
            "query" => query(request).filter(|(known, _)| known == name).map(|(_, value)| value).collect(),
            "header" if !NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) => {
                let values = request.headers().get_all(name).iter();
                let values = values.map(|value| value.to_str().map(str::to_owned));
                values.collect::<Result<_, _>>().map_err(|_| UTF8)?
            }
            _ => Vec::new(),
        };
        match (&parameter.field.schema.kind, texts.as_slice()) {
            (_, []) => Ok(None),
            (Kind::List { items, .. }, texts) => {
                let separator = separator(parameter);
                let texts = texts.iter().flat_map(|text| match separator {
                    Some(separator) => text.split(separator).map(str::trim).collect(),
                    None => vec![text.as_str()],
                });
                texts.map(|text| scalar(items, text)).collect::<Result<Value, _>>().map(Some)
            }
            (_, [text]) => scalar(&parameter.field.schema, text).map(Some),
            _ => Err("must be sent only once"),
        }
    }

    /// Returns the body as JSON, or null if there is none.
    fn checked_body(&self, operations: &Operations, request: &Request) -> Result<Value, ApiResponse> {
        let is_empty = request.body().is_empty();
        let (Some(rule), Some(body)) = (&self.body, &self.facts.request) else {
            let refusal = || Err(ApiResponse::bad_request("body: this operation has no body"));
            return if is_empty { Ok(Value::Null) } else { refusal() };
        };
        if is_empty && !body.required {
            return Ok(Value::Null);
        }
        let media_type = header(request, "content-type").and_then(|value| value.split(';').next());
        let media_type = media_type.unwrap_or_default().trim();
        if !body.media_types.iter().any(|expected| expected.eq_ignore_ascii_case(media_type)) {
            let expected = body.media_types.join(" or ");
            return Err(ApiResponse::bad_request(format!("Content-Type: {expected} is expected")));
        }
        if !is_json(media_type) {
            return Ok(Value::Null);
        }
        let body = serde_json::from_slice(request.body()).map_err(|error| {
            ApiResponse::bad_request(format!(
                "body: not JSON at line {} column {}",
                error.line(),
                error.column()
            ))
        })?;
        let violations = rule.violations(operations, "", &body)?;
        if violations.is_empty() { Ok(body) } else { Err(ApiResponse::bad_request(violations.join("; "))) }
    }
}

pub(crate) fn is_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}

/// Returns the character between the items of a list, or `None` if each item is a separate parameter.
fn separator(parameter: &Parameter) -> Option<char> {
    let style = parameter.serialization.get("style").and_then(Value::as_str);
    let explode = parameter.serialization.get("explode").and_then(Value::as_bool);
    match style {
        Some("spaceDelimited") => Some(' '),
        Some("pipeDelimited") => Some('|'),
        _ if parameter.location == "query" && explode != Some(false) => None,
        _ => Some(','),
    }
}

/// Parses a string as the type in its schema.
fn scalar(schema: &Schema, text: &str) -> Result<Value, &'static str> {
    match schema.kind {
        // `parse` also accepts a plus sign, but the contract does not.
        Kind::Integer => match text.parse::<i64>() {
            Ok(number) if !text.starts_with('+') => Ok(number.into()),
            _ => Err("a whole number is expected"),
        },
        Kind::Number => {
            text.parse::<serde_json::Number>().map(Value::from).map_err(|_| "a number is expected")
        }
        Kind::Boolean => text.parse().map(Value::Bool).map_err(|_| "true or false is expected"),
        _ => Ok(text.into()),
    }
}
