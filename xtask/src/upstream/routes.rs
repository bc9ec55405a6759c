//! Pairs upstream's operations with those of the contract.

use std::collections::HashMap;

use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Operation, Outline};
use serde_json::Value;

/// The method and path of an operation. The path has no placeholder names and no final slash, because documents may
/// differ in these details.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Route {
    pub(super) method: String,
    shape: String,
}

impl Route {
    pub(super) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_ascii_uppercase(), shape: shape(path) }
    }

    pub(super) fn of(operation: &Operation) -> Self {
        Self::new(&operation.method, &operation.path)
    }
}

/// The contract's operations by route, and the base paths of the contract's servers. The paths in upstream's documents
/// may start with such a base path.
pub(super) struct Routes {
    ours: Vec<String>,
    /// For each route, the position of its first operation in the contract, and the id of that operation.
    operations: HashMap<Route, (usize, String)>,
}

impl Routes {
    pub(super) fn new(contract: &Contract, outline: &Outline) -> Self {
        let mut operations = HashMap::new();
        for (index, one) in outline.operations.iter().enumerate() {
            operations.entry(Route::of(one)).or_insert_with(|| (index, one.id.clone()));
        }
        Self { ours: base_paths(contract), operations }
    }

    /// Returns the contract's operation id for an operation of upstream's document.
    pub(super) fn matching(&self, document: &Contract, one: &Operation) -> Option<&str> {
        let spellings = self.spellings(document, &one.path);
        let found = spellings.iter().filter_map(|path| self.operations.get(&Route::new(&one.method, path)));
        found.min_by_key(|(index, _)| *index).map(|(_, id)| id.as_str())
    }

    /// Returns the position of the contract's first operation that has the given route.
    pub(super) fn index(&self, route: &Route) -> Option<usize> {
        self.operations.get(route).map(|(index, _)| *index)
    }

    /// Returns a path without the base path of the contract's servers.
    pub(super) fn below_base<'a>(&self, path: &'a str) -> &'a str {
        let base = self.ours.iter().find(|base| path.starts_with(&format!("{base}/")));
        base.map_or(path, |base| &path[base.len()..])
    }

    /// Returns a path of a document in the form of the contract: without the base path of the contract's servers.
    pub(super) fn path(&self, document: &Contract, path: &str) -> String {
        let mut spellings = self.spellings(document, path);
        // The contract's paths start with a version, such as `/v1`, so a spelling that starts with a version is
        // preferred.
        let index = spellings.iter().position(|path| path.starts_with("/v")).unwrap_or(0);
        spellings.swap_remove(index)
    }

    /// Returns the possible spellings of a path: the path itself, and the path with each base path of the document in
    /// front of it. If a spelling starts with the base path of the contract's servers, this base path is removed.
    fn spellings(&self, document: &Contract, path: &str) -> Vec<String> {
        let below = base_paths(document).into_iter().map(|base| base + path);
        let mut spellings = Vec::new();
        for path in std::iter::once(path.to_owned()).chain(below) {
            let short = self.below_base(&path).to_owned();
            if !spellings.contains(&short) {
                spellings.push(short);
            }
        }
        spellings
    }

    /// Returns the server URLs of a document. The contract has its base path in the server URLs, but the document may
    /// have it in the paths. In this case, the base path is appended to each URL that does not end with it.
    pub(super) fn servers(&self, document: &Contract) -> Vec<String> {
        let paths = document.document().get("paths").and_then(Value::as_object);
        let holds = |base: &str| {
            let start = format!("{base}/");
            paths.into_iter().flatten().any(|(path, _)| path.starts_with(&start))
        };
        let held = self.ours.iter().find(|base| holds(base));
        let mut servers = Vec::new();
        for url in urls(document) {
            let url = url.trim_end_matches('/');
            let whole = match held {
                Some(base) if !url.ends_with(base.as_str()) => format!("{url}{base}"),
                _ => url.to_owned(),
            };
            // Pages list the same server twice. A URL that was already added is skipped.
            if whole.contains("://") && !servers.contains(&whole) {
                servers.push(whole);
            }
        }
        servers
    }
}

/// Returns a path without placeholder names.
fn shape(path: &str) -> String {
    let steps = path.trim_end_matches('/').split('/');
    let steps = steps.map(|step| if step.starts_with('{') && step.ends_with('}') { "{}" } else { step });
    steps.collect::<Vec<_>>().join("/")
}

/// Returns the URLs of all servers, with the default values of their variables.
fn urls(document: &Contract) -> Vec<String> {
    let servers = document.document().get("servers").and_then(Value::as_array);
    let url = |server: &Value| {
        let url = server.get("url")?.as_str()?.to_owned();
        let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
        Some(variables.fold(url, |url, (name, variable)| {
            let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
            url.replace(&format!("{{{name}}}"), default)
        }))
    };
    servers.into_iter().flatten().filter_map(url).collect()
}

/// Returns the paths of the servers' URLs, longest first. Skips empty paths.
fn base_paths(document: &Contract) -> Vec<String> {
    let mut paths: Vec<String> = urls(document)
        .into_iter()
        .map(|url| {
            let rest = url
                .split_once("://")
                .map_or(url.as_str(), |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
            rest.trim_end_matches('/').to_owned()
        })
        .filter(|path| path.starts_with('/'))
        .collect();
    paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(server: &str, path: &str) -> Contract {
        let yaml =
            format!("servers: [{{url: '{server}'}}]\npaths: {{'{path}': {{get: {{operationId: a}}}}}}");
        Contract::parse("c.yaml", &yaml).unwrap()
    }

    #[test]
    fn base_path_placeholder_names_and_final_slash_are_ignored() {
        let contract = document("https://a.example/capi", "/v1/info/{number}");
        let routes = Routes::new(&contract, &Outline::of(&contract));
        for (server, path) in [
            ("https://a.example/capi", "/v1/info/{number}"),
            ("https://a.example/capi/", "/v1/info/{id}/"),
            ("https://a.example", "/capi/v1/info/{id}"),
            ("https://a.example/capi", "/capi/v1/info/{id}"),
            ("https://a.example/capi/v1", "/info/{id}"),
            ("/capi", "/v1/info/{id}"),
            ("https://mock.example/m1/7", "/v1/info/{id}"),
        ] {
            let document = document(server, path);
            let one = &Outline::of(&document).operations[0];
            assert!(routes.matching(&document, one).is_some(), "{server} {path}");
            assert!(routes.path(&document, path).starts_with("/v1/info/"), "{server} {path}");
        }
        let other = document("https://a.example/capi", "/v2/info/{id}");
        assert!(routes.matching(&other, &Outline::of(&other).operations[0]).is_none());
    }

    #[test]
    fn a_base_path_in_the_paths_is_moved_to_the_server() {
        let ours = document("https://a.example/capi", "/v1");
        let routes = Routes::new(&ours, &Outline::of(&ours));
        let document = document("https://b.example", "/capi/v1/info");
        assert_eq!(routes.servers(&document), ["https://b.example/capi"]);
    }
}
