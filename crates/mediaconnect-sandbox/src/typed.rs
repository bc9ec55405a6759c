//! Reads the client's operations back from requests. The fields of an operation are the parameters and the body.

use std::collections::BTreeMap;

use bytes::Bytes;
use mediaconnect::operations::Operation;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};

use crate::contract::{BASE_PATH, Operations};
use crate::message::Request;
use crate::received::Received;
use crate::request_values::RequestValues;

/// Returns the JSON of an operation: the parameters by name, and the body. The bytes of the body are unchanged, so that
/// numbers in the body keep their digits.
pub(crate) fn json(values: &RequestValues, body: &[u8]) -> String {
    let raw = |value: &Value| serde_json::value::to_raw_value(value).ok();
    let parameters = values.parameters.iter().filter_map(|(name, value)| Some((name.as_str(), raw(value)?)));
    let mut members: BTreeMap<&str, Box<RawValue>> = parameters.collect();
    if !values.body.is_null() {
        let body = serde_json::from_slice(body).expect("the body was already read as JSON");
        members.insert("body", body);
    }
    serde_json::to_string(&members).expect("the members are JSON")
}

/// Reads an operation from its JSON.
///
/// # Errors
/// Returns a message that names the field that cannot be read. The message does not contain the value of the field.
pub(crate) fn operation<O: DeserializeOwned>(json: &str) -> Result<O, String> {
    serde_path_to_error::deserialize(&mut Deserializer::from_str(json)).map_err(|error| {
        let path = error.path();
        format!(
            "{path}: the client's operation does not accept this value; check that client and sandbox use the same contract"
        )
    })
}

/// Reads an operation from a received request.
///
/// # Errors
/// Returns a message if the request breaks the contract. The message names the field, but does not contain its value.
pub(crate) fn received<O: Operation + DeserializeOwned>(
    operations: &Operations,
    received: &Received,
) -> Result<O, String> {
    let request = request(received).ok_or("the request is not valid HTTP")?;
    let path = request.uri().path().strip_prefix(BASE_PATH).unwrap_or_default();
    let (found, path_values) =
        operations.find(&received.method, path).map_err(|refusal| refusal.message().to_owned())?;
    let values =
        found.read(operations, &path_values, &request).map_err(|refusal| refusal.message().to_owned())?;
    operation(&json(&values, &received.body))
}

fn request(received: &Received) -> Option<Request> {
    let mut request = http::Request::builder().method(received.method.as_str()).uri(&received.path);
    for (name, value) in &received.headers {
        request = request.header(name, value);
    }
    request.body(Bytes::copy_from_slice(&received.body)).ok()
}
