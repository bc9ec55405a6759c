//! The requests that a sandbox has received, for assertions and snapshots.

#[cfg(feature = "client")]
use mediaconnect::operations::Operation;
#[cfg(feature = "client")]
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Sandbox;
use crate::contract::BASE_PATH;
use crate::conversation::conversation;
use crate::expected::Expected;
use crate::received::Received;
#[cfg(feature = "client")]
use crate::typed;

impl Sandbox {
    /// Returns the latest requests, oldest first, including token requests. The sandbox keeps at most 10,000 requests.
    /// It keeps fewer if the requests and their responses need more than 8 MiB.
    pub fn requests(&self) -> Vec<Received> {
        self.upstream.state.log.look(|entries| entries.requests().cloned().collect())
    }

    /// Returns the received requests of one operation, oldest first, as far as the sandbox [keeps](Self::requests)
    /// them.
    pub fn received(&self, operation: &str) -> Vec<Received> {
        let is_wanted = |request: &&Received| request.operation == Some(operation);
        self.upstream.state.log.look(|entries| entries.requests().filter(is_wanted).cloned().collect())
    }

    /// Returns the received requests of one operation as operations, oldest first, as far as the sandbox
    /// [keeps](Self::requests) them.
    ///
    /// ```
    /// use mediaconnect::CustomerSearch;
    /// use mediaconnect::operations::SearchCustomers;
    /// use mediaconnect_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().in_memory();
    /// sandbox.client().customers().search(&CustomerSearch::by_email("kari@example.com")).await?;
    /// let searches = sandbox.received_as::<SearchCustomers>();
    /// assert_eq!(searches[0].body.email, Some("kari@example.com".parse()?));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Panics if a request breaks the contract, or if the contract does not have the operation. The message names the
    /// field, but contains no value. [`received`](Self::received) returns such a request.
    #[cfg(feature = "client")]
    #[track_caller]
    pub fn received_as<O: Operation + DeserializeOwned>(&self) -> Vec<O> {
        let (id, operations) = (O::INFO.id, &self.upstream.state.operations);
        if let Err(why) = operations.check_id(id) {
            panic!("{why}");
        }
        let mut all = Vec::new();
        for (at, received) in self.received(id).iter().enumerate() {
            match typed::received(operations, received) {
                Ok(operation) => all.push(operation),
                Err(why) => panic!("request {} of {id} breaks the contract: {why}", at + 1),
            }
        }
        all
    }

    /// Returns the number of requests that the token endpoint has received. Refused requests count.
    pub fn token_requests(&self) -> usize {
        self.upstream.state.log.token_requests()
    }

    /// Asserts that a request was received.
    ///
    /// # Panics
    /// Panics if no such request was received, or if the contract does not have the operation. The message describes
    /// the nearest request of the operation and the fields that differ. It contains received values only for the fields
    /// that the expectation names, and never the access token.
    ///
    /// Also panics if the outcome depends on requests that the sandbox no longer [keeps](Self::requests).
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "an expectation is used only once")]
    pub fn assert_received(&self, expected: Expected) {
        self.check(&expected);
        if let Some(mismatch) = self.upstream.state.log.look(|entries| expected.mismatch(entries)) {
            panic!(
                "the received requests do not match the expectation: {}; {mismatch}",
                expected.description()
            );
        }
    }

    /// Asserts that no received request matches `expected`.
    ///
    /// # Panics
    /// Panics if a received request matches, or if the contract does not have the operation. Also panics if the
    /// outcome depends on requests that the sandbox no longer [keeps](Self::requests).
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "an expectation is used only once")]
    pub fn assert_not_received(&self, expected: Expected) {
        self.check(&expected);
        if let Some(found) = self.upstream.state.log.look(|entries| expected.forbidden(entries)) {
            panic!("{found}, although the test forbids it: {}", expected.description());
        }
    }

    #[track_caller]
    fn check(&self, expected: &Expected) {
        if let Err(why) = self.upstream.state.operations.check_id(expected.operation_id()) {
            panic!("{why}");
        }
    }

    /// Returns the latest requests and their responses for a snapshot, oldest first, as far as the sandbox
    /// [keeps](Self::requests) them.
    ///
    /// A request has its method, path template, parameters and body. A response has its status and body; the status is
    /// null if the connection was reset. Names and values in requests and responses are redacted:
    /// - A value is `[redacted]` unless the contract marks its field as not sensitive.
    /// - A name outside the contract is `?`. Further names outside the contract in the same object are `?2`, `?3`, ….
    /// - A parameter that was sent more than once has a list of its values.
    /// - All headers are omitted, and so are the bodies of the token endpoint.
    /// - A response body that is not JSON, or has more than 64 KiB, is `[redacted]`. A body that was cut off is `[cut
    ///   off]`.
    ///
    /// Because the values are redacted, the snapshot can be committed:
    /// `insta::assert_json_snapshot!(sandbox.conversation())`.
    pub fn conversation(&self) -> Value {
        let is_canned = |request: &Received| {
            let path = request.path.split('?').next().unwrap_or_default();
            let path = path.strip_prefix(BASE_PATH).unwrap_or_default();
            self.upstream.state.canned.has(&request.method, path)
        };
        self.upstream
            .state
            .log
            .look(|entries| conversation(&self.upstream.state.operations, &entries.latest, is_canned))
    }
}
