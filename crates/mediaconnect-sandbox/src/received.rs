//! A request that the sandbox received.

use std::fmt;

use serde_json::Value;

use crate::message::Request;

/// The operation name of the token endpoint.
pub(crate) const TOKEN: &str = "token";

/// A request that the sandbox received.
///
/// `Debug` shows the operation, the method and the size of the body. The other parts may contain secrets and personal
/// data.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// The contract's `operationId`, or `token` for the token endpoint. `None` for any other path.
    pub operation: Option<&'static str>,
    /// The HTTP method, in upper case.
    pub method: String,
    /// Path and query, such as `/capi/v1/client/customer/info/563457`.
    pub path: String,
    /// The parameters in path and query, by their names in the contract: `customerNumber`, `referenceCode`.
    pub parameters: Vec<(String, String)>,
    /// The headers, with names in lower case. A value that is not visible ASCII is replaced by an empty string.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Received {
    pub(crate) fn new(
        operation: Option<&'static str>,
        parameters: Vec<(String, String)>,
        request: &Request,
    ) -> Self {
        let headers = request.headers().iter();
        let path = request.uri().path_and_query().map_or("", |path| path.as_str());
        Self {
            operation,
            method: request.method().to_string(),
            path: path.to_owned(),
            parameters,
            headers: headers
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body: request.body().to_vec(),
        }
    }

    /// Returns the number of bytes that the request uses on the heap.
    pub(crate) fn bytes(&self) -> usize {
        let pairs = self.parameters.iter().chain(&self.headers);
        let pairs: usize = pairs.map(|pair| size_of_val(pair) + pair.0.len() + pair.1.len()).sum();
        self.method.len() + self.path.len() + pairs + self.body.len()
    }

    /// Returns the first value of a header. The case of the name does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON, or null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the value of a parameter in path or query. If there is no such parameter, returns a field of the JSON
    /// body. For a field of the body, `name` can also be a JSON pointer such as `/name/lastName`.
    ///
    /// If a parameter was sent more than once, its values are returned as a list.
    pub fn field(&self, name: &str) -> Option<Value> {
        let parameters = self.parameters.iter().filter(|(key, _)| key == name);
        let mut values: Vec<_> = parameters.map(|(_, value)| Value::from(value.as_str())).collect();
        let pointer = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        match values.len() {
            0 => self.json().pointer(&pointer).cloned(),
            1 => values.pop(),
            _ => Some(values.into()),
        }
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_what_came_in() {
        let received = received();
        assert_eq!(received.operation, Some("searchCustomers"));
        assert_eq!((received.method.as_str(), received.path.as_str()), ("POST", "/capi/x?y=1"));
        assert_eq!(received.header("Authorization"), Some("Bearer hush"));
        assert_eq!(received.field("customerNumber"), Some(json!("563457")));
        assert_eq!(received.field("name"), Some(json!({ "lastName": "private" })));
        assert_eq!(received.field("/name/lastName"), Some(json!("private")));
        assert_eq!(received.field("lastName"), None);
    }

    #[test]
    fn debug_holds_no_secret_and_no_personal_data() {
        let text = format!("{:?}", received());
        assert!(!text.contains("hush") && !text.contains("563457") && !text.contains("private"), "{text}");
    }

    fn received() -> Received {
        let parameters = vec![("customerNumber".to_owned(), "563457".to_owned())];
        let request = http::Request::post("http://localhost/capi/x?y=1")
            .header("authorization", "Bearer hush")
            .body(r#"{"name": {"lastName": "private"}}"#.into());
        Received::new(Some("searchCustomers"), parameters, &request.unwrap())
    }
}
