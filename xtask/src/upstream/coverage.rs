//! What `openapi/coverage.yaml` knows of an operation of upstream's.

use std::fmt;

use mediaconnect_contract::Contract;
use serde_json::Value;

use super::routes::Route;

pub(super) const FILE: &str = "openapi/coverage.yaml";

/// An endpoint of upstream's, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) title: String,
    pub(super) group: String,
    pub(super) state: String,
    /// Our operation, if it is covered.
    pub(super) operation: Option<String>,
    pub(super) line: usize,
    pub(super) method: Option<String>,
    route: Option<Route>,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({FILE}:{}, {} / {})", self.state, self.line, self.group, self.title)
    }
}

/// The endpoints of the file.
pub(super) fn endpoints(coverage: &Contract) -> Vec<Endpoint> {
    crate::coverage::endpoints(coverage)
        .into_iter()
        .map(|endpoint| {
            let text = |key: &str| endpoint.node.get(key).and_then(Value::as_str);
            Endpoint {
                title: text("title").unwrap_or_default().to_owned(),
                group: endpoint.group.to_owned(),
                state: text("state").unwrap_or("no state").to_owned(),
                operation: text("operation").map(str::to_owned),
                line: coverage.line(&endpoint.pointer),
                method: text("method").map(str::to_owned),
                route: text("method").zip(text("path")).map(|(method, path)| Route::new(method, path)),
            }
        })
        .collect()
}

/// The endpoint of a route, or else of a title; of a title that several have, the one in a group of that name.
pub(super) fn find<'a>(
    endpoints: &'a [Endpoint],
    route: &Route,
    title: &str,
    tags: &[&str],
) -> Option<&'a Endpoint> {
    endpoints
        .iter()
        .find(|endpoint| endpoint.route.as_ref() == Some(route))
        .or_else(|| by_title(endpoints, title, tags))
}

/// The endpoint of a title.
pub(super) fn by_title<'a>(endpoints: &'a [Endpoint], title: &str, tags: &[&str]) -> Option<&'a Endpoint> {
    let is_same = |one: &str| one.trim().eq_ignore_ascii_case(title.trim());
    let found: Vec<&Endpoint> = endpoints.iter().filter(|endpoint| is_same(&endpoint.title)).collect();
    let in_group = |endpoint: &&&Endpoint| {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().trim().to_ascii_lowercase();
        tags.iter().any(|tag| last(tag) == last(&endpoint.group))
    };
    match found.as_slice() {
        [only] => Some(only),
        several => several.iter().find(in_group).copied(),
    }
}
