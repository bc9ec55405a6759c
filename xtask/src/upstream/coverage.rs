//! The entry of `openapi/coverage.yaml` for an operation of upstream's.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

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

/// All endpoints of the file, in its order.
pub(super) struct Endpoints {
    all: Vec<Endpoint>,
    /// The first endpoint of each route.
    by_route: HashMap<Route, usize>,
    /// Those of each title, in lower case.
    by_title: HashMap<String, Vec<usize>>,
}

impl Endpoints {
    /// Reads the endpoints of the file.
    pub(super) fn of(coverage: &Contract) -> Self {
        let all: Vec<Endpoint> = crate::coverage::endpoints(coverage)
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
            .collect();
        let (mut by_route, mut by_title) = (HashMap::new(), HashMap::<_, Vec<usize>>::new());
        for (index, endpoint) in all.iter().enumerate() {
            if let Some(route) = &endpoint.route {
                by_route.entry(route.clone()).or_insert(index);
            }
            by_title.entry(title_key(&endpoint.title)).or_default().push(index);
        }
        Self { all, by_route, by_title }
    }

    /// Returns the endpoint of a route, or else of a title; of a title that several have, the one in a group of that name.
    pub(super) fn find(&self, route: &Route, title: &str, tags: &[&str]) -> Option<&Endpoint> {
        let by_route = self.by_route.get(route).map(|index| &self.all[*index]);
        by_route.or_else(|| self.by_title(title, tags))
    }

    /// Returns the endpoint of a title.
    fn by_title(&self, title: &str, tags: &[&str]) -> Option<&Endpoint> {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().trim().to_ascii_lowercase();
        match self.by_title.get(&title_key(title))?.as_slice() {
            [only] => Some(&self.all[*only]),
            several => {
                let mut endpoints = several.iter().map(|index| &self.all[*index]);
                endpoints.find(|endpoint| tags.iter().any(|tag| last(tag) == last(&endpoint.group)))
            }
        }
    }
}

impl Deref for Endpoints {
    type Target = [Endpoint];

    fn deref(&self) -> &[Endpoint] {
        &self.all
    }
}

fn title_key(title: &str) -> String {
    title.trim().to_ascii_lowercase()
}
