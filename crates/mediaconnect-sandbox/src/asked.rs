//! The values of a request: its parameters and its body, checked against the contract.

use mediaconnect_contract::outline::{Kind, Parameter, Schema};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::answer::Answer;
use crate::contract::{Operation, Operations};
use crate::message::{Request, header};

/// Headers that are no parameters, whatever a contract says of them.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// The values of a request.
pub(crate) struct Asked {
    /// Those of path, query and headers, by the contract's names. What was not sent is absent.
    pub(crate) parameters: Map<String, Value>,
    /// Null if there is none.
    pub(crate) body: Value,
}

impl Asked {
    /// The value that `x-success` means: a parameter's, or `body.` and the path of a field.
    pub(crate) fn at(&self, name: &str) -> Option<&Value> {
        match name.strip_prefix("body.") {
            None => self.parameters.get(name),
            Some(path) => self.body.pointer(&format!("/{}", path.replace('.', "/"))),
        }
    }
}

/// The parameters of a request as texts, by name, in path and query: as many as were sent.
pub(crate) fn texts(operation: &Operation, path_values: &[&str], request: &Request) -> Vec<(String, String)> {
    let values = path_values.iter().map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned());
    let in_path = operation.path_names().map(str::to_owned).zip(values);
    in_path.chain(query(request)).collect()
}

fn query(request: &Request) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned()
}

impl Operation {
    /// Reads a request.
    ///
    /// # Errors
    /// What of it breaks the contract, all at once.
    pub(crate) fn read(
        &self,
        operations: &Operations,
        path_values: &[&str],
        request: &Request,
    ) -> Result<Asked, Answer> {
        let is_known = |name: &str| self.parameters_in("query").any(|known| known.field.wire_name == name);
        if query(request).any(|(name, _)| !is_known(&name)) {
            return Err(Answer::bad_request("query: a parameter that the contract does not have"));
        }
        let (mut parameters, mut violations) = (Map::new(), Vec::new());
        for (parameter, rule) in self.facts.parameters.iter().zip(&self.parameters) {
            let name = &parameter.field.wire_name;
            match self.value(parameter, path_values, request) {
                Ok(Some(value)) => {
                    violations.extend(rule.violations(operations, name, &value)?);
                    parameters.insert(name.clone(), value);
                }
                Ok(None) if parameter.field.required => violations.push(format!("{name}: it is required")),
                Ok(None) => {}
                Err(expected) => violations.push(format!("{name}: {expected}")),
            }
        }
        if !violations.is_empty() {
            return Err(Answer::bad_request(violations.join("; ")));
        }
        Ok(Asked { parameters, body: self.checked_body(operations, request)? })
    }

    fn parameters_in(&self, location: &'static str) -> impl Iterator<Item = &Parameter> {
        self.facts.parameters.iter().filter(move |parameter| parameter.location == location)
    }

    /// The value of a parameter, if it was sent, or what was expected.
    fn value(
        &self,
        parameter: &Parameter,
        path_values: &[&str],
        request: &Request,
    ) -> Result<Option<Value>, &'static str> {
        const UTF8: &str = "a text in UTF-8 is expected";
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
            _ => Err("it is expected once"),
        }
    }

    /// The body as JSON, null where there is none.
    fn checked_body(&self, operations: &Operations, request: &Request) -> Result<Value, Answer> {
        let is_empty = request.body().is_empty();
        let (Some(rule), Some(body)) = (&self.body, &self.facts.request) else {
            let refusal = || Err(Answer::bad_request("body: this operation has none"));
            return if is_empty { Ok(Value::Null) } else { refusal() };
        };
        if is_empty && !body.required {
            return Ok(Value::Null);
        }
        let media_type = header(request, "content-type").and_then(|value| value.split(';').next());
        let media_type = media_type.unwrap_or_default().trim();
        if !body.media_types.iter().any(|expected| expected.eq_ignore_ascii_case(media_type)) {
            let expected = body.media_types.join(" or ");
            return Err(Answer::bad_request(format!("Content-Type: {expected} is expected")));
        }
        if !is_json(media_type) {
            return Ok(Value::Null);
        }
        let body = serde_json::from_slice(request.body()).map_err(|error| {
            Answer::bad_request(format!("body: no JSON, line {} column {}", error.line(), error.column()))
        })?;
        let violations = rule.violations(operations, "", &body)?;
        if violations.is_empty() { Ok(body) } else { Err(Answer::bad_request(violations.join("; "))) }
    }
}

pub(crate) fn is_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}

/// Returns what stands between the items of a list; `None` if each item has a parameter of its own.
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

/// A text as the value that its schema wants.
fn scalar(schema: &Schema, text: &str) -> Result<Value, &'static str> {
    match schema.kind {
        // Rust would read a plus sign too.
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
