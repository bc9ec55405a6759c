//! The contract that a sandbox responds by: its operations, and which of them a request is.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};

use mediaconnect_contract::outline::{self, Kind, Outline, Response};
use mediaconnect_contract::{Contract, File};

use crate::answer::Answer;
use crate::received::TOKEN;
use crate::rule::Rule;

/// The contract this crate was built with.
///
/// # Panics
/// When it is broken.
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

/// A contract and its operations.
pub(crate) struct Operations {
    pub(crate) contract: Contract,
    pub(crate) outline: Outline,
    all: Vec<Operation>,
}

/// An operation, and what its requests must be.
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    pub(crate) facts: outline::Operation,
    /// Those of the parameters, in the order of `facts`.
    pub(crate) parameters: Vec<Rule>,
    /// That of the body, if there is one.
    pub(crate) body: Option<Rule>,
}

impl Operations {
    /// Those of the contract this crate was built with. Read once a process, and never changed.
    ///
    /// # Panics
    /// When the contract is broken.
    pub(crate) fn of_the_contract() -> Arc<Self> {
        static OPERATIONS: LazyLock<Arc<Operations>> = LazyLock::new(|| Arc::new(Operations::of(contract())));
        Arc::clone(&OPERATIONS)
    }

    pub(crate) fn of(contract: Contract) -> Self {
        let mut outline = Outline::of(&contract);
        let all = std::mem::take(&mut outline.operations).into_iter();
        // Without an id, nothing can name it.
        let all = all.filter(|operation| !operation.id.is_empty()).map(Operation::of).collect();
        Self { contract, outline, all }
    }

    /// # Errors
    /// When there is no such operation; the message has all of them. `token` is the token endpoint.
    pub(crate) fn check_id(&self, id: &str) -> Result<(), String> {
        if id == TOKEN || self.get(id).is_some() {
            return Ok(());
        }
        Err(format!("the contract has no operation {id}; there are {}, and {TOKEN}", self.ids().join(", ")))
    }

    /// The ids of all operations.
    pub(crate) fn ids(&self) -> Vec<&'static str> {
        self.all.iter().map(|operation| operation.id).collect()
    }

    pub(crate) fn all(&self) -> &[Operation] {
        &self.all
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Operation> {
        self.all.iter().find(|operation| operation.id == id)
    }

    /// The operation that a request is, and the values in its path; the path begins after the base URL.
    ///
    /// Of paths that fit, the one wins whose numbers are numbers, then the one whose words are fixed.
    pub(crate) fn find<'p>(&self, method: &str, path: &'p str) -> Result<(&Operation, Vec<&'p str>), Answer> {
        let fitting = self.all.iter().filter_map(|operation| Some((operation, operation.path_values(path)?)));
        let fitting: Vec<_> = fitting.collect();
        if fitting.is_empty() {
            return Err(Answer::no_such_path());
        }
        let of_method = fitting.into_iter().filter(|(operation, _)| operation.facts.method == method);
        of_method.max_by_key(|(operation, values)| operation.fit(values)).ok_or_else(Answer::wrong_method)
    }

    /// The methods that a path has.
    pub(crate) fn methods(&self, path: &str) -> String {
        let fitting = self.all.iter().filter(|operation| operation.path_values(path).is_some());
        let mut methods: Vec<&str> = fitting.map(|operation| operation.facts.method.as_str()).collect();
        methods.sort_unstable();
        methods.dedup();
        methods.join(", ")
    }

    /// Where something is written, as `file:line`.
    pub(crate) fn place(&self, pointer: &str) -> String {
        self.contract.location(pointer).to_string()
    }
}

impl Operation {
    fn of(facts: outline::Operation) -> Self {
        Self {
            id: interned(&facts.id),
            parameters: facts.parameters.iter().map(|parameter| Rule::of(&parameter.field.schema)).collect(),
            body: facts.request.as_ref().map(|body| Rule::of(&body.schema)),
            facts,
        }
    }

    /// The response of a success; the first one, if there are several.
    pub(crate) fn success(&self) -> Option<&Response> {
        self.facts.responses.iter().find(|response| response.status.starts_with('2'))
    }

    /// The response with a status, a class of them, or the default; without a status, that of a success.
    pub(crate) fn response(&self, status: Option<u16>) -> Option<&Response> {
        let Some(status) = status else { return self.success() };
        let status = status.to_string();
        let of = |wanted: &str| self.facts.responses.iter().find(|response| response.status == wanted);
        of(&status).or_else(|| of(&format!("{}XX", &status[..1]))).or_else(|| of("default"))
    }

    /// The names in the path, in their order.
    pub(crate) fn path_names(&self) -> impl Iterator<Item = &str> {
        self.facts.path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The values of the template's parameters, if the path fits the template.
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

    /// Returns how well a path fits: whether all its numbers are some, then which of its words are fixed, from the left.
    fn fit(&self, values: &[&str]) -> (bool, Vec<bool>) {
        let are_numbers = self.path_names().zip(values).all(|(name, value)| {
            let parameter = self.facts.parameters.iter().find(|parameter| parameter.field.wire_name == name);
            let is_number = parameter.is_some_and(|parameter| parameter.field.schema.kind == Kind::Integer);
            !is_number || value.parse::<i64>().is_ok()
        });
        (are_numbers, self.facts.path.split('/').map(|step| !step.starts_with('{')).collect())
    }
}

/// The id as a text that lives as long as the process. Contracts share few ids, so little is ever kept.
fn interned(id: &str) -> &'static str {
    static IDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut ids = IDS.lock().expect("nothing panics while it is locked");
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
        assert!(!refusal("GET", "/v1/customer").is_connects);
        assert!(!refusal("GET", "/v1/client/customer/info/1/2").is_connects);
        assert!(refusal("DELETE", "/v1/customer/info").message().contains("another method"));
    }

    #[test]
    fn of_paths_that_fit_a_number_then_the_fixed_word_wins() {
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
