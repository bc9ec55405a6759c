//! Finds the entry of `openapi/coverage.yaml` for an operation of upstream.

use std::collections::HashMap;
use std::ops::Deref;

use mediaconnect_contract::Contract;

use super::routes::Route;
use crate::coverage::Endpoint;

/// The endpoints of `openapi/coverage.yaml` in file order, and maps to find them by route and by title.
pub(super) struct Endpoints {
    all: Vec<Endpoint>,
    /// The first endpoint of each route.
    by_route: HashMap<Route, usize>,
    /// Maps each title, in lower case, to its endpoints.
    by_title: HashMap<String, Vec<usize>>,
}

impl Endpoints {
    pub(super) fn of(coverage: &Contract) -> Self {
        let all = crate::coverage::endpoints(coverage);
        let (mut by_route, mut by_title) = (HashMap::new(), HashMap::<_, Vec<usize>>::new());
        for (index, endpoint) in all.iter().enumerate() {
            if let (Some(method), Some(path)) = (&endpoint.method, &endpoint.path) {
                by_route.entry(Route::new(method, path)).or_insert(index);
            }
            by_title.entry(title_key(&endpoint.title)).or_default().push(index);
        }
        Self { all, by_route, by_title }
    }

    /// Returns the endpoint with the given route. If there is none, returns the endpoint with the given title.
    ///
    /// If several endpoints have the title, returns the endpoint whose group is in `tags`.
    pub(super) fn find(&self, route: &Route, title: &str, tags: &[&str]) -> Option<&Endpoint> {
        let by_route = self.by_route.get(route).map(|index| &self.all[*index]);
        by_route.or_else(|| self.by_title(title, tags))
    }

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
