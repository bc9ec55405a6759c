//! Responses of endpoints that the contract does not have, for one path each.

use std::fmt;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::upstream::Upstream;

/// An endpoint outside the contract; made by [`Sandbox::on_path`](crate::Sandbox::on_path).
#[must_use = "an endpoint does nothing without `respond`"]
pub struct Endpoint<'s> {
    pub(crate) upstream: &'s Upstream,
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Endpoint<'_> {
    /// Responds with a status and JSON from now on, to requests with a valid access token of a client or a user. A later response
    /// takes the place of the one before.
    ///
    /// # Panics
    /// When the contract has the endpoint: [`Sandbox::on`](crate::Sandbox::on) is for those.
    #[track_caller]
    pub fn respond(self, status: u16, body: impl Serialize) {
        let Self { upstream, method, path } = self;
        assert!(
            upstream.operations.find(&method, &path).is_err(),
            "the contract has this endpoint: use `on` with its operation"
        );
        let body = serde_json::to_value(body).expect("the names in a body are texts");
        upstream.canned.add(Canned { method, path, status, body });
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

/// All responses of endpoints that the contract does not have.
#[derive(Default)]
pub(crate) struct Endpoints(Mutex<Vec<Canned>>);

impl Endpoints {
    fn add(&self, canned: Canned) {
        let mut all = self.0.lock().expect("nothing panics while it is locked");
        all.retain(|other| (&other.method, &other.path) != (&canned.method, &canned.path));
        all.push(canned);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("nothing panics while it is locked").clear();
    }

    /// The response of an endpoint, whose path begins after the base URL.
    pub(crate) fn get(&self, method: &str, path: &str) -> Option<Answer> {
        let all = self.0.lock().expect("nothing panics while it is locked");
        let canned = all.iter().find(|canned| canned.method == method && canned.path == path)?;
        Some(Answer::json(canned.status, "response", canned.body.clone()))
    }

    /// The paths, which a test wrote, so that they are no data.
    pub(crate) fn has(&self, method: &str, path: &str) -> bool {
        self.get(method, path).is_some()
    }
}
