//! Creates responses from the contract: the example of a successful response, with values of the request.

use mediaconnect_contract::outline::{Response, SuccessRule};
use serde_json::{Map, Value};

use crate::api_response::ApiResponse;
use crate::contract::{Operation, Operations};
use crate::quirks::Quirks;
use crate::request_values::{RequestValues, is_json};
use crate::shapes::Shape;

impl Operation {
    /// Returns the contract's example of a successful response. Fields that the client compares with its request have
    /// the values of the request.
    ///
    /// # Errors
    /// Returns an error if the contract has no example.
    pub(crate) fn example(
        &self,
        operations: &Operations,
        values: &RequestValues,
    ) -> Result<Value, ApiResponse> {
        let response = self.documented(operations, None)?;
        let Some(body) = &response.body else { return Ok(Value::Null) };
        let media_type = body.pointer.strip_suffix("/schema").unwrap_or(&body.pointer);
        let example = operations.contract.example(media_type).ok_or_else(|| {
            let (id, status, place) = (self.id, &response.status, operations.location(media_type));
            ApiResponse::not_implemented(format!(
                "{id} has no example of its response {status}; add an example at {place}."
            ))
        })?;
        let mut example = example.clone();
        for (found, requested) in &self.facts.success_rule().unwrap_or_default().matches {
            if let Some(value) = values.at(requested).filter(|value| !value.is_null()) {
                write_at(&mut example, found, value);
            }
        }
        Ok(example)
    }

    /// Creates a documented response with a body, and applies the quirks. `None` as status means a success.
    ///
    /// # Errors
    /// Returns an error if the contract has no response with this status.
    pub(crate) fn respond(
        &self,
        operations: &Operations,
        status: Option<u16>,
        body: Value,
        quirks: Quirks,
    ) -> Result<ApiResponse, ApiResponse> {
        let response = self.documented(operations, status)?;
        let status = status.or(response.status.parse().ok()).unwrap_or(200);
        let Some(documented) = &response.body else { return Ok(ApiResponse::empty(status)) };
        if !is_json(&documented.media_type) {
            return Ok(ApiResponse::text(status, &documented.media_type, body));
        }
        let SuccessRule { matches, .. } = self.facts.success_rule().unwrap_or_default();
        let kept = matches.iter().map(|(found, _)| found.replace("[]", "")).collect();
        let body = Shape { outline: &operations.outline, quirks, kept }.of(&documented.schema, body);
        let mut root = documented.schema.name.clone().unwrap_or_else(|| "response".to_owned());
        root[..1].make_ascii_lowercase();
        Ok(ApiResponse::json(status, root, body))
    }

    fn documented(&self, operations: &Operations, status: Option<u16>) -> Result<&Response, ApiResponse> {
        self.response(status).ok_or_else(|| {
            let (id, place) = (self.id, operations.location(&self.facts.pointer));
            ApiResponse::not_implemented(format!(
                "{id} has no response with this status; add a response at {place}."
            ))
        })
    }
}

/// Writes a value into a response at a path. The path is in the notation of `x-success`: names joined by dots, with
/// `[]` after the name of a list.
fn write_at(at: &mut Value, path: &str, value: &Value) {
    let Some(members) = at.as_object_mut() else { return };
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (name, is_list) = first.strip_suffix("[]").map_or((first, false), |name| (name, true));
    let empty = if is_list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    let member = members.entry(name).or_insert(empty);
    let targets = match member {
        Value::Array(items) if is_list => items.iter_mut().collect(),
        _ if is_list => Vec::new(),
        member => vec![member],
    };
    for target in targets {
        match rest {
            Some(rest) => write_at(target, rest, value),
            None => target.clone_from(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_requested_value_is_written_at_its_path() {
        let mut body = json!({ "number": 1, "orders": [{ "id": "a" }, {}], "odd": "text" });
        for (path, value) in [
            ("number", json!(7)),
            ("name.last", json!("x")),
            ("orders[].id", json!("b")),
            ("odd.deep", json!(1)),
        ] {
            write_at(&mut body, path, &value);
        }
        let expected = json!({
            "number": 7, "orders": [{ "id": "b" }, { "id": "b" }], "odd": "text", "name": { "last": "x" },
        });
        assert_eq!(body, expected);
    }
}
