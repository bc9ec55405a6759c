//! Canned responses of endpoints outside the contract.

use std::fmt;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;

use crate::api_response::ApiResponse;
use crate::contract::{BASE_PATH, Operations};
use crate::fault::is_status;

/// An endpoint outside the contract, made by [`Sandbox::on_path`](crate::Sandbox::on_path).
#[must_use = "an endpoint does nothing without `respond`"]
pub struct Endpoint<'s> {
    operations: &'s Operations,
    endpoints: &'s Endpoints,
    method: String,
    path: String,
}

impl<'s> Endpoint<'s> {
    /// # Panics
    /// Panics if no request can have this method and path.
    #[track_caller]
    pub(crate) fn new(
        operations: &'s Operations,
        endpoints: &'s Endpoints,
        method: String,
        path: String,
    ) -> Self {
        assert!(
            !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase()),
            "the method of `on_path` must be in upper case, such as GET"
        );
        assert!(
            path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic()),
            "the path of `on_path` must begin with a slash and be percent-encoded, for example /v1/client/a%20b"
        );
        assert!(
            !path.contains(['?', '#']),
            "the path of `on_path` must have no query; the response applies to every query"
        );
        assert!(
            !path.starts_with(&format!("{BASE_PATH}/")),
            "the base URL already ends with {BASE_PATH}; write the path of `on_path` without {BASE_PATH}"
        );
        Self { operations, endpoints, method, path }
    }

    /// Sets the status and the JSON body of all further responses of the endpoint. A later call replaces both. Each
    /// request to the endpoint needs a valid access token of a client or a user.
    ///
    /// # Panics
    /// Panics if the contract has the endpoint; use [`Sandbox::on`](crate::Sandbox::on) for it. Also panics if `status`
    /// is not from 200 to 599.
    #[track_caller]
    pub fn respond(self, status: u16, body: impl Serialize) {
        assert!(is_status(status), "the status of `on_path` must be from 200 to 599");
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
