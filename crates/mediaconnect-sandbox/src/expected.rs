//! The expectations of a test: which requests the sandbox received.

use serde_json::Value;

use crate::received::Received;

/// A request that a test expects; for [`Sandbox::assert_received`](crate::Sandbox::assert_received).
///
/// ```
/// use mediaconnect_sandbox::Expected;
///
/// let lookup = Expected::operation("getCustomerInfo").field("customerNumber", 563_457).times(1);
/// let search = Expected::operation("searchCustomers").field("email", "kari@example.com").without("phoneNumber");
/// ```
#[derive(Clone)]
#[must_use = "an expectation is checked by `Sandbox::assert_received`"]
pub struct Expected {
    operation: String,
    fields: Vec<(String, Field)>,
    times: Option<usize>,
}

#[derive(Clone)]
enum Field {
    Is(Value),
    Absent,
    Header(String),
}

impl Expected {
    /// A request of an operation: an `operationId` of the sandbox's contract, or `token`.
    pub fn operation(operation: impl Into<String>) -> Self {
        Self { operation: operation.into(), fields: Vec::new(), times: None }
    }

    /// With this value in path, query or body: a name, or a JSON pointer such as `/name/lastName`.
    ///
    /// In path and query, a number and its digits are the same.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.push((name.into(), Field::Is(value.into())));
        self
    }

    /// Without this field.
    pub fn without(mut self, name: impl Into<String>) -> Self {
        self.fields.push((name.into(), Field::Absent));
        self
    }

    /// With this header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), Field::Header(value.into())));
        self
    }

    /// So many of them; at least one, if nothing is said.
    pub fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    /// The `operationId`.
    pub(crate) fn operation_id(&self) -> &str {
        &self.operation
    }

    /// Returns what is wrong, if the requests are not as expected.
    pub(crate) fn complaint(&self, received: &[Received]) -> Option<String> {
        let matching = received.iter().filter(|request| self.matches(request)).count();
        match self.times {
            None if matching > 0 => None,
            Some(times) if matching == times => None,
            None => Some(self.nearest(received)),
            Some(times) if matching < times => Some(format!(
                "{matching} of {times} expected requests of {} arrived; {}",
                self.operation,
                self.nearest(received)
            )),
            Some(times) => {
                Some(format!("{matching} requests of {} arrived, {times} expected", self.operation))
            }
        }
    }

    pub(crate) fn matches(&self, received: &Received) -> bool {
        self.is_of(received) && self.differences(received).is_empty()
    }

    /// The operation with its fields, by name.
    pub(crate) fn described(&self) -> String {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        match names.as_slice() {
            [] => self.operation.clone(),
            names => format!("{} with the expected {}", self.operation, names.join(", ")),
        }
    }

    fn is_of(&self, received: &Received) -> bool {
        received.operation == Some(self.operation.as_str())
    }

    /// The request that differs least, and in what.
    fn nearest(&self, received: &[Received]) -> String {
        let candidates = received.iter().enumerate().filter(|(_, request)| self.is_of(request));
        let different = candidates
            .map(|(at, request)| (at, self.differences(request)))
            .filter(|(_, differences)| !differences.is_empty());
        let Some((at, differences)) = different.min_by_key(|(_, differences)| differences.len()) else {
            let arrived: Vec<_> =
                received.iter().map(|request| request.operation.unwrap_or("something else")).collect();
            let arrived = if arrived.is_empty() { "nothing".to_owned() } else { arrived.join(", ") };
            return format!("no other request of {} arrived; what arrived: {arrived}", self.operation);
        };
        let number = at + 1;
        format!("nearest is request {number}, which differs in\n  {}", differences.join("\n  "))
    }

    /// Of what was received, only the fields that the test names are told.
    fn differences(&self, received: &Received) -> Vec<String> {
        let differences = self.fields.iter().filter_map(|(name, field)| {
            let is_body = !matches!(field, Field::Header(_));
            let found = if is_body { received.field(name) } else { received.header(name).map(Value::from) };
            let expected = match field {
                Field::Is(expected) => Some(expected.clone()),
                Field::Header(expected) => Some(Value::from(expected.as_str())),
                Field::Absent => None,
            };
            let is_same = match (&found, &expected) {
                (None, None) => true,
                (Some(found), Some(expected)) => {
                    // What stands in path and query is always a text.
                    let is_parameter = received.parameters.iter().any(|(key, _)| key == name);
                    found == expected || is_parameter && found.as_str() == Some(&expected.to_string())
                }
                _ => false,
            };
            let told = |value: Option<Value>| match value {
                // A secret is no part of a message.
                Some(_) if name.eq_ignore_ascii_case("authorization") => "another".to_owned(),
                Some(value) => value.to_string(),
                None => "nothing".to_owned(),
            };
            (!is_same).then(|| format!("{name}: expected {}, received {}", told(expected), told(found)))
        });
        differences.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(body: &str) -> Received {
        let request = http::Request::post("/capi/x")
            .header("authorization", "Bearer hush")
            .body(body.to_owned().into());
        Received::new(Some("searchCustomers"), Vec::new(), &request.unwrap())
    }

    fn lookup(number: &str) -> Received {
        let parameters = vec![("customerNumber".to_owned(), number.to_owned())];
        Received::new(Some("getCustomerInfo"), parameters, &http::Request::new(bytes::Bytes::new()))
    }

    #[test]
    fn a_request_is_expected_by_path_body_and_header() {
        let received = [lookup("563457"), search(r#"{"email": "kari@example.com"}"#)];
        for expected in [
            Expected::operation("getCustomerInfo"),
            Expected::operation("getCustomerInfo").field("customerNumber", 563_457).times(1),
            Expected::operation("getCustomerInfo").field("customerNumber", "563457"),
            Expected::operation("searchCustomers").field("email", "kari@example.com").without("phoneNumber"),
            Expected::operation("searchCustomers").header("Authorization", "Bearer hush"),
            Expected::operation("getOwnCustomerInfo").times(0),
        ] {
            assert_eq!(expected.complaint(&received), None);
        }
    }

    #[test]
    fn the_nearest_request_is_told_with_the_fields_that_differ() {
        let received = [
            search(r#"{"lastName": "private"}"#),
            search(r#"{"email": "kari@example.com", "productCode": "X", "lastName": "private"}"#),
        ];
        let expected = Expected::operation("searchCustomers")
            .field("email", "kari@example.com")
            .field("productCode", "Y");
        let complaint = expected.complaint(&received).unwrap();
        assert_eq!(
            complaint,
            "nearest is request 2, which differs in\n  productCode: expected \"Y\", received \"X\""
        );
    }

    #[test]
    fn what_the_test_does_not_name_is_not_told_and_no_secret_is() {
        let received = [search(r#"{"lastName": "private"}"#)];
        let expected = Expected::operation("searchCustomers").field("email", 1).header("authorization", "x");
        let complaint = expected.complaint(&received).unwrap();
        assert!(!complaint.contains("private") && !complaint.contains("hush"), "{complaint}");
        assert!(complaint.contains("email: expected 1, received nothing"), "{complaint}");
    }

    #[test]
    fn too_few_too_many_and_none_are_told_apart() {
        let received = [lookup("1"), lookup("1")];
        let complaint = |times| Expected::operation("getCustomerInfo").times(times).complaint(&received);
        assert_eq!(complaint(2), None);
        assert!(complaint(1).unwrap().starts_with("2 requests of getCustomerInfo arrived, 1 expected"));
        assert!(complaint(3).unwrap().starts_with("2 of 3 expected requests"));
        let none = Expected::operation("searchCustomers").complaint(&received).unwrap();
        assert!(none.ends_with("what arrived: getCustomerInfo, getCustomerInfo"), "{none}");
    }
}
