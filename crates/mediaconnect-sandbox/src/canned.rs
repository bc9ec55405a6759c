//! Canned responses of endpoints outside the contract.

use std::fmt;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;

use crate::api_response::ApiResponse;
use crate::contract::Operations;

/// An endpoint outside the contract, made by [`Sandbox::on_path`](crate::Sandbox::on_path).
#[must_use = "an endpoint does nothing without `respond`"]
pub struct Endpoint<'s> {
    pub(crate) operations: &'s Operations,
    pub(crate) endpoints: &'s Endpoints,
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Endpoint<'_> {
    /// Sets the status and the JSON body of all further responses of the endpoint. A later call replaces both. Each
    /// request to the endpoint needs a valid access token of a client or a user.
    ///
    /// # Panics
    /// Panics if the contract has the endpoint. Use [`Sandbox::on`](crate::Sandbox::on) for it.
    #[track_caller]
    pub fn respond(self, status: u16, body: impl Serialize) {
        let Self { operations, endpoints, method, path } = self;
        assert!(
            operations.find(&method, &path).is_err(),
            "the contract has this endpoint; use `on` with its operation"
        );
        let body = serde_json::to_value(body).expect("the keys of a body are strings");
        endpoints.add(Canned { method, path, status, body });
    }
}

impl fmt::Debug for Endpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("method", &self.method).finish_non_exhaustive()
    }
}

struct Canned {
    method: String,
    path: String,
    status: u16,
    body: Value,
}

#[derive(Default)]
pub(crate) struct Endpoints(Mutex<Vec<Canned>>);

impl Endpoints {
    fn add(&self, canned: Canned) {
        let mut all = self.0.lock().expect("no thread panics while it holds the lock");
        all.retain(|other| (&other.method, &other.path) != (&canned.method, &canned.path));
        all.push(canned);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("no thread panics while it holds the lock").clear();
    }

    /// Returns the response of an endpoint. `path` is the path after the base URL.
    pub(crate) fn get(&self, method: &str, path: &str) -> Option<ApiResponse> {
        let all = self.0.lock().expect("no thread panics while it holds the lock");
        let canned = all.iter().find(|canned| canned.method == method && canned.path == path)?;
        Some(ApiResponse::json(canned.status, "response", canned.body.clone()))
    }

    /// Returns true if a test has set a response for the path. A conversation may then show the path, because the path
    /// is part of the test's code.
    pub(crate) fn has(&self, method: &str, path: &str) -> bool {
        self.get(method, path).is_some()
    }
}
