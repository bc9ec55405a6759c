//! The contract of a sandbox: its operations, and the routing of requests.

mod schema_check;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};

use mediaconnect_contract::outline::{self, Kind, Outline, Response};
use mediaconnect_contract::{Contract, File};

pub(crate) use self::schema_check::{SchemaCheck, is_blank};
use crate::api_response::ApiResponse;
use crate::received::TOKEN;

/// The path of the base URL. The paths of the contract follow it.
pub(crate) const BASE_PATH: &str = "/capi";

/// Returns the contract that this crate was built with.
///
/// # Panics
/// Panics if the contract cannot be read.
fn contract() -> Contract {
    const FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/contract.rs"));
    let mut files = FILES.iter().map(|(path, text)| File {
        path: (*path).to_owned(),
        name: format!("openapi/{path}"),
        text: (*text).to_owned(),
    });
    let first = files.next().expect("the list begins with connect.yaml");
    Contract::of_files(first, files.collect()).unwrap_or_else(|findings| panic!("{findings}"))
}

pub(crate) struct Operations {
    pub(crate) contract: Contract,
    pub(crate) outline: Outline,
    all: Vec<Operation>,
}

/// An operation and the rules for its requests.
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    pub(crate) facts: outline::Operation,
    /// The rules for the parameters, in the order of the parameters in `facts`.
    pub(crate) parameters: Vec<SchemaCheck>,
    pub(crate) body: Option<SchemaCheck>,
}

impl Operations {
    /// Returns the operations of the contract that this crate was built with. A process reads the contract once.
    ///
    /// # Panics
    /// Panics if the contract cannot be read.
    pub(crate) fn of_the_contract() -> Arc<Self> {
        static OPERATIONS: LazyLock<Arc<Operations>> = LazyLock::new(|| Arc::new(Operations::of(contract())));
        Arc::clone(&OPERATIONS)
    }

    pub(crate) fn of(contract: Contract) -> Self {
        let mut outline = Outline::of(&contract);
        let all = std::mem::take(&mut outline.operations).into_iter();
        // Operations without an id are omitted, because a test cannot name them.
        let all = all.filter(|operation| !operation.id.is_empty()).map(Operation::of).collect();
        Self { contract, outline, all }
    }

    /// Checks that an operation exists. `token` is the token endpoint.
    ///
    /// # Errors
    /// Returns an error if the contract does not have the operation. The message lists all operations.
    pub(crate) fn check_id(&self, id: &str) -> Result<(), String> {
        if id == TOKEN || self.get(id).is_some() {
            return Ok(());
        }
        Err(format!("the contract has no operation {id}; use {}, or {TOKEN}", self.ids().join(", ")))
    }

    pub(crate) fn ids(&self) -> Vec<&'static str> {
        self.all.iter().map(|operation| operation.id).collect()
    }

    pub(crate) fn all(&self) -> &[Operation] {
        &self.all
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Operation> {
        self.all.iter().find(|operation| operation.id == id)
    }

    /// Returns the operation of a request and the values in its path. `path` is the path after the base URL.
    ///
    /// If several templates match a path, those whose integer parameters all have numbers as values take precedence
    /// over the others. Among equal templates, a fixed word takes precedence over a parameter.
    ///
    /// # Errors
    /// Returns the refusal of an unknown path, or of a known path with another method.
    pub(crate) fn find<'p>(
        &self,
        method: &str,
        path: &'p str,
    ) -> Result<(&Operation, Vec<&'p str>), ApiResponse> {
        let fitting = self.all.iter().filter_map(|operation| Some((operation, operation.path_values(path)?)));
        let fitting: Vec<_> = fitting.collect();
        if fitting.is_empty() {
            return Err(ApiResponse::no_such_path());
        }
        let of_method = fitting.into_iter().filter(|(operation, _)| operation.facts.method == method);
        of_method
            .max_by_key(|(operation, values)| operation.fit(values))
            .ok_or_else(ApiResponse::wrong_method)
    }

    /// Returns the methods of a path, as the value of an `Allow` header.
    pub(crate) fn methods(&self, path: &str) -> String {
        let fitting = self.all.iter().filter(|operation| operation.path_values(path).is_some());
        let mut methods: Vec<&str> = fitting.map(|operation| operation.facts.method.as_str()).collect();
        methods.sort_unstable();
        methods.dedup();
        methods.join(", ")
    }

    /// Returns the location of a node in the contract, as `file:line`.
    pub(crate) fn location(&self, pointer: &str) -> String {
        self.contract.location(pointer).to_string()
    }
}

impl Operation {
    fn of(facts: outline::Operation) -> Self {
        Self {
            id: interned(&facts.id),
            parameters: facts
                .parameters
                .iter()
                .map(|parameter| SchemaCheck::of(&parameter.field.schema))
                .collect(),
            body: facts.request.as_ref().map(|body| SchemaCheck::of(&body.schema)),
            facts,
        }
    }

    pub(crate) fn success(&self) -> Option<&Response> {
        self.facts.responses.iter().find(|response| response.status.starts_with('2'))
    }

    /// Returns the documented response for a status. This is the response for exactly this status, or else for its
    /// class (`4XX`), or else the default response. If `status` is `None`, returns the response of a success.
    pub(crate) fn response(&self, status: Option<u16>) -> Option<&Response> {
        let Some(status) = status else { return self.success() };
        let status = status.to_string();
        let of = |wanted: &str| self.facts.responses.iter().find(|response| response.status == wanted);
        of(&status).or_else(|| of(&format!("{}XX", &status[..1]))).or_else(|| of("default"))
    }

    /// Returns the names of the path parameters, in the order of the path.
    pub(crate) fn path_names(&self) -> impl Iterator<Item = &str> {
        self.facts.path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Returns the values of the path parameters, if the path matches the template.
    fn path_values<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let (template, path) = (self.facts.path.split('/'), path.split('/'));
        if template.clone().count() != path.clone().count() {
            return None;
        }
        let mut values = Vec::new();
        for (expected, segment) in template.zip(path) {
            if expected.starts_with('{') {
                values.push(segment);
            } else if expected != segment {
                return None;
            }
        }
        Some(values)
    }

    /// Returns the precedence of the template for these values. [`Operations::find`] describes the rules.
    fn fit(&self, values: &[&str]) -> (bool, Vec<bool>) {
        let are_numbers = self.path_names().zip(values).all(|(name, value)| {
            let parameter = self.facts.parameters.iter().find(|parameter| parameter.field.wire_name == name);
            let is_number = parameter.is_some_and(|parameter| parameter.field.schema.kind == Kind::Integer);
            !is_number || value.parse::<i64>().is_ok()
        });
        (are_numbers, self.facts.path.split('/').map(|step| !step.starts_with('{')).collect())
    }
}

/// Returns the id as a `'static` string, whose memory is never freed. A process has few different ids, so little memory
/// is lost.
fn interned(id: &str) -> &'static str {
    static IDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut ids = IDS.lock().expect("no thread panics while it holds the lock");
    if let Some(known) = ids.get(id) {
        return known;
    }
    let id: &'static str = id.to_owned().leak();
    ids.insert(id);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_operation_and_the_number_in_the_path() {
        let contract = Operations::of_the_contract();
        let (found, values) = contract.find("GET", "/v1/client/customer/info/563457").unwrap();
        assert_eq!((found.id, values.as_slice()), ("getCustomerInfo", &["563457"][..]));
        assert!(!found.facts.is_user_mode());
        assert!(contract.find("GET", "/v1/customer/info").unwrap().0.facts.is_user_mode());
        assert_eq!(contract.find("POST", "/v1/customer/info").unwrap().0.id, "changeOwnCustomerInfo");
    }

    #[test]
    fn tells_a_wrong_path_from_a_wrong_method() {
        let contract = Operations::of_the_contract();
        let refusal = |method, path| contract.find(method, path).err().unwrap();
        assert!(!refusal("GET", "/v1/customer").is_from_connect);
        assert!(!refusal("GET", "/v1/client/customer/info/1/2").is_from_connect);
        assert!(refusal("DELETE", "/v1/customer/info").message().contains("no such method"));
    }

    #[test]
    fn among_matching_paths_numbers_win_first_and_fixed_words_second() {
        let path = |path: &str, id: &str, kind: &str| {
            let names = path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
            let parameters: Vec<_> = names
                .map(|name| format!("{{name: {name}, in: path, required: true, schema: {{type: {kind}}}}}"))
                .collect();
            format!("  {path}: {{get: {{operationId: {id}, parameters: [{}]}}}}\n", parameters.join(", "))
        };
        let yaml = format!(
            "paths:\n{}{}{}",
            path("/a/{name}", "word", "string"),
            path("/a/{number}", "number", "integer"),
            path("/a/fixed", "fixed", "string"),
        );
        let operations = Operations::of(Contract::parse("c.yaml", &yaml).unwrap());
        for (path, id) in [("/a/fixed", "fixed"), ("/a/7", "number"), ("/a/other", "word")] {
            assert_eq!(operations.find("GET", path).unwrap().0.id, id, "{path}");
        }
    }
}
