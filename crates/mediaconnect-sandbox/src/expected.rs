//! The requests that a test expects.

#[cfg(feature = "client")]
use mediaconnect::operations::Operation;
use serde_json::Value;

use crate::log::Entries;
use crate::received::Received;

/// A request that a test expects. [`Sandbox::assert_received`](crate::Sandbox::assert_received) checks it.
///
/// ```
/// use mediaconnect_sandbox::Expected;
///
/// let lookup = Expected::operation("getCustomerInfo").field("customerNumber", 563_457).times(1);
/// let search = Expected::operation("searchCustomers").field("email", "kari@example.com").without("phoneNumber");
/// ```
#[derive(Clone)]
#[must_use = "an expectation does nothing until it is passed to `Sandbox::assert_received`"]
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
    /// Expects a request of an operation: an `operationId` of the sandbox's contract, or `token`.
    pub fn operation(operation: impl Into<String>) -> Self {
        Self { operation: operation.into(), fields: Vec::new(), times: None }
    }

    /// Expects a request of an operation of the client.
    ///
    /// ```
    /// use mediaconnect::operations::SearchCustomers;
    /// use mediaconnect_sandbox::Expected;
    ///
    /// let search = Expected::of::<SearchCustomers>().field("email", "kari@example.com");
    /// ```
    #[cfg(feature = "client")]
    pub fn of<O: Operation>() -> Self {
        Self::operation(O::INFO.id)
    }

    /// Expects a value in path, query or body. `name` is the name of a parameter or a field. For the body, it can also
    /// be a JSON pointer such as `/name/lastName`.
    ///
    /// In path and query, all values are strings, and an expected number matches the string with the same digits.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.push((name.into(), Field::Is(value.into())));
        self
    }

    /// Expects that a field is absent.
    pub fn without(mut self, name: impl Into<String>) -> Self {
        self.fields.push((name.into(), Field::Absent));
        self
    }

    /// Expects a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), Field::Header(value.into())));
        self
    }

    /// Expects exactly this number of matching requests. By default, at least one matching request is expected.
    pub fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    pub(crate) fn operation_id(&self) -> &str {
        &self.operation
    }

    /// Returns a description of the problem if the requests do not meet the expectation, or if the outcome depends on
    /// forgotten requests.
    pub(crate) fn mismatch(&self, entries: &Entries) -> Option<String> {
        let (matching, unknown) = self.matching(entries);
        let received = entries.requests();
        match self.times {
            None if matching == 0 && unknown > 0 => Some(self.forgotten(unknown)),
            Some(times) if matching <= times && unknown > 0 => Some(self.forgotten(unknown)),
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

    /// Checks that no request matches the expectation. Returns an error message if a request matches, or if a forgotten
    /// request may match.
    pub(crate) fn forbidden(&self, entries: &Entries) -> Option<String> {
        if let Some(at) = entries.requests().position(|request| self.matches(request)) {
            return Some(format!("request {} was received", at + 1));
        }
        match self.matching(entries) {
            (0, 0) => None,
            (0, unknown) => Some(self.forgotten(unknown)),
            (matching, _) => {
                Some(format!("{matching} requests were received (the sandbox has forgotten their contents)"))
            }
        }
    }

    /// Returns the number of matching requests, and the number of forgotten requests that may match. Without fields,
    /// each request of the operation matches.
    fn matching(&self, entries: &Entries) -> (usize, usize) {
        let kept = entries.requests().filter(|request| self.matches(request)).count();
        let forgotten = entries.forgotten(&self.operation);
        if self.fields.is_empty() { (kept + forgotten, 0) } else { (kept, forgotten) }
    }

    fn forgotten(&self, requests: usize) -> String {
        let operation = &self.operation;
        format!(
            "the sandbox has forgotten {requests} requests of {operation}, so it cannot check these requests; assert earlier, or call `reset` between the parts of the test"
        )
    }

    fn matches(&self, received: &Received) -> bool {
        self.is_of(received) && self.differences(received).is_empty()
    }

    /// Describes the expectation without its values: the operation and the names of the fields.
    pub(crate) fn description(&self) -> String {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        match names.as_slice() {
            [] => self.operation.clone(),
            names => format!("{} with the expected {}", self.operation, names.join(", ")),
        }
    }

    fn is_of(&self, received: &Received) -> bool {
        received.operation == Some(self.operation.as_str())
    }

    /// Describes the nearest request: of the requests of this operation that do not match, the one with the fewest
    /// differences. If there is no such request, lists the operations of all requests.
    fn nearest<'r>(&self, received: impl Iterator<Item = &'r Received> + Clone) -> String {
        let candidates = received.clone().enumerate().filter(|(_, request)| self.is_of(request));
        let different = candidates
            .map(|(at, request)| (at, self.differences(request)))
            .filter(|(_, differences)| !differences.is_empty());
        let Some((at, differences)) = different.min_by_key(|(_, differences)| differences.len()) else {
            // No request of the operation differs from the expectation: either all of them match, or none arrived.
            let no = if received.clone().any(|request| self.is_of(request)) { "no other" } else { "no" };
            let arrived: Vec<_> =
                received.map(|request| request.operation.unwrap_or("something else")).collect();
            let arrived = if arrived.is_empty() { "none".to_owned() } else { arrived.join(", ") };
            return format!("{no} request of {} arrived; all received requests: {arrived}", self.operation);
        };
        let number = at + 1;
        format!("the nearest is request {number}, which differs in\n  {}", differences.join("\n  "))
    }

    /// Returns the differences between a request and the expectation. They do not contain the values of fields that the
    /// test does not name.
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
                    // Values in path and query are strings, so the expected value is also compared as a string.
                    let is_parameter = received.parameters.iter().any(|(key, _)| key == name);
                    found == expected || is_parameter && found.as_str() == Some(&expected.to_string())
                }
                _ => false,
            };
            let shown = |value: Option<Value>| match value {
                // A secret must not appear in a message.
                Some(_) if name.eq_ignore_ascii_case("authorization") => "another".to_owned(),
                Some(value) => value.to_string(),
                None => "nothing".to_owned(),
            };
            (!is_same).then(|| format!("{name}: expected {}, received {}", shown(expected), shown(found)))
        });
        differences.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Log;

    fn mismatch(expected: &Expected, received: &[Received]) -> Option<String> {
        let log = Log::default();
        for request in received {
            log.add(request.clone());
        }
        log.look(|entries| expected.mismatch(entries))
    }

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
            assert_eq!(mismatch(&expected, &received), None);
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
        let mismatch = mismatch(&expected, &received).unwrap();
        assert_eq!(
            mismatch,
            "the nearest is request 2, which differs in\n  productCode: expected \"Y\", received \"X\""
        );
    }

    #[test]
    fn a_message_contains_no_unnamed_field_and_no_secret() {
        let received = [search(r#"{"lastName": "private"}"#)];
        let expected = Expected::operation("searchCustomers").field("email", 1).header("authorization", "x");
        let mismatch = mismatch(&expected, &received).unwrap();
        assert!(!mismatch.contains("private") && !mismatch.contains("hush"), "{mismatch}");
        assert!(mismatch.contains("email: expected 1, received nothing"), "{mismatch}");
    }

    #[test]
    fn too_few_too_many_and_none_are_told_apart() {
        let received = [lookup("1"), lookup("1")];
        let mismatch_of = |times| mismatch(&Expected::operation("getCustomerInfo").times(times), &received);
        assert_eq!(mismatch_of(2), None);
        assert!(mismatch_of(1).unwrap().starts_with("2 requests of getCustomerInfo arrived, 1 expected"));
        let few = mismatch_of(3).unwrap();
        assert!(few.starts_with("2 of 3 expected requests"), "{few}");
        assert!(few.contains("no other request of getCustomerInfo arrived"), "{few}");
        let none = mismatch(&Expected::operation("searchCustomers"), &received).unwrap();
        let words =
            "no request of searchCustomers arrived; all received requests: getCustomerInfo, getCustomerInfo";
        assert_eq!(none, words);
    }
}
