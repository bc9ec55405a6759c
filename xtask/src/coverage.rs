//! Reports which of upstream's endpoints the contract covers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Result, bail};
use comfy_table::{Table, presets};
use jiff::civil::Date;
use mediaconnect_contract::outline::Operation;
use mediaconnect_contract::{Contract, Finding, Findings, Outline};
use serde_json::Value;

use crate::{sunset, workspace};

/// The list of upstream's endpoints.
pub(crate) const FILE: &str = "openapi/coverage.yaml";

pub(crate) const HELP: &str = "\
openapi/coverage.yaml lists the endpoints that upstream's documentation names. The table counts them by group and state:
  covered    the contract has the operation, which the entry names by its operationId
  described  upstream documents the endpoint, but the contract does not have it yet
  named      upstream only names the endpoint

A finding shows where the file and the contract disagree, with file, line, pointer and help: an operation that covers no \
endpoint, a covered endpoint without an operation, or another method, path or mode.

EXIT STATUS
  0  the file and the contract agree
  1  the file and the contract disagree, or a file cannot be read

EXAMPLES
  cargo xtask coverage        print the table, and check the file
  cargo xtask check coverage  only check the file";

/// Prints the table, and the operations whose sunset is near. Fails if the list of endpoints contradicts the contract.
pub(crate) fn run(today: Date) -> Result<()> {
    let coverage = workspace::read_yaml(FILE)?;
    workspace::print(table(&endpoints(&coverage)));
    workspace::print_lines(&sunset::warnings(&workspace::contract()?, today));
    check()
}

/// Fails if the list of endpoints contradicts the contract.
pub(crate) fn check() -> Result<()> {
    let coverage = workspace::read_yaml(FILE)?;
    let findings = disagreements(&coverage, &Outline::of(&workspace::contract()?));
    match Findings::none_of(findings) {
        Ok(()) => Ok(()),
        Err(findings) => bail!("{findings}"),
    }
}

/// An entry of the file: an endpoint of upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) pointer: String,
    pub(crate) line: usize,
    pub(crate) group: String,
    pub(crate) title: String,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) mode: Option<String>,
    pub(crate) state: Option<String>,
    /// The id of the operation that covers the endpoint.
    pub(crate) operation: Option<String>,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.as_deref().unwrap_or("no state");
        write!(f, "{state} ({FILE}:{}, {} / {})", self.line, self.group, self.title)
    }
}

/// Returns all endpoints of the file, in their order.
pub(crate) fn endpoints(coverage: &Contract) -> Vec<Endpoint> {
    let groups = coverage.document().get("groups").and_then(Value::as_array);
    let mut endpoints = Vec::new();
    for (index, group) in groups.into_iter().flatten().enumerate() {
        let members = group.get("endpoints").and_then(Value::as_array);
        for (number, node) in members.into_iter().flatten().enumerate() {
            let text = |node: &Value, key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
            let pointer = format!("/groups/{index}/endpoints/{number}");
            endpoints.push(Endpoint {
                line: coverage.line(&pointer),
                pointer,
                group: text(group, "name").unwrap_or_default(),
                title: text(node, "title").unwrap_or_default(),
                method: text(node, "method"),
                path: text(node, "path"),
                mode: text(node, "mode"),
                state: text(node, "state"),
                operation: text(node, "operation"),
            });
        }
    }
    endpoints
}

fn table(endpoints: &[Endpoint]) -> Table {
    let mut groups: Vec<(&str, [usize; 4])> = Vec::new();
    let mut total = [0; 4];
    for endpoint in endpoints {
        if groups.last().is_none_or(|(name, _)| *name != endpoint.group) {
            groups.push((&endpoint.group, [0; 4]));
        }
        let column = match endpoint.state.as_deref() {
            Some("covered") => 0,
            Some("described") => 1,
            _ => 2,
        };
        if let Some((_, counts)) = groups.last_mut() {
            for index in [column, 3] {
                counts[index] += 1;
                total[index] += 1;
            }
        }
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["group", "covered", "described", "named", "all"]);
    for (name, counts) in groups.into_iter().chain([("all", total)]) {
        table.add_row(std::iter::once(name.to_owned()).chain(counts.map(|count| count.to_string())));
    }
    table
}

fn disagreements(coverage: &Contract, outline: &Outline) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |pointer: &str, message: String, help: &str| {
        findings.push(coverage.finding(pointer, "coverage", message, help));
    };
    let endpoints = endpoints(coverage);
    if endpoints.is_empty() {
        report("/groups", "there are no endpoints".to_owned(), "list upstream's endpoints by group");
    }
    let mut covered: BTreeMap<&str, &Endpoint> = BTreeMap::new();
    let mut titles = BTreeSet::new();
    for endpoint in &endpoints {
        let title = &endpoint.title;
        if title.is_empty() || !titles.insert((&endpoint.group, title)) {
            report(
                &endpoint.pointer,
                format!("the title {title:?} is empty or repeated in {}", endpoint.group),
                "give each endpoint of a group its own title",
            );
        }
        if !matches!(endpoint.mode.as_deref(), Some("client" | "user" | "unknown")) {
            report(&endpoint.pointer, format!("{title} has no mode"), "add mode: client, user or unknown");
        }
        match (endpoint.state.as_deref(), endpoint.operation.as_deref()) {
            (Some("covered"), Some(id)) => {
                if covered.insert(id, endpoint).is_some() {
                    report(
                        &endpoint.pointer,
                        format!("two endpoints name the operation {id}"),
                        "delete the key `operation` at one of the endpoints, and set its `state` to described or named",
                    );
                }
            }
            (Some("covered"), None) => report(
                &endpoint.pointer,
                format!("{title} has the state `covered`, but no key `operation`"),
                "add the key `operation` with the operation id from the contract",
            ),
            (Some("described" | "named"), None) => {}
            (Some("described" | "named"), Some(id)) => report(
                &endpoint.pointer,
                format!("{title} has the key `operation: {id}`, but not the state `covered`"),
                "set `state` to covered, or delete the key `operation`",
            ),
            (state, _) => report(
                &endpoint.pointer,
                format!("{title} has an unknown state: {}", state.unwrap_or("none")),
                "set `state` to covered, described or named",
            ),
        }
    }
    for operation in &outline.operations {
        let Some(endpoint) = covered.remove(operation.id.as_str()) else {
            let (pointer, help) = place_for(operation, &endpoints);
            report(
                pointer,
                format!(
                    "the operation {} of the contract has no endpoint with the state `covered`",
                    operation.id
                ),
                &help,
            );
            continue;
        };
        for (key, found, expected) in
            [("method", &endpoint.method, &operation.method), ("path", &endpoint.path, &operation.path)]
        {
            if found.as_ref().is_some_and(|found| found != expected) {
                report(
                    &endpoint.pointer,
                    format!(
                        "{FILE} and the contract disagree on the {key} of {}: the contract has {expected}",
                        operation.id
                    ),
                    "correct the contract or openapi/coverage.yaml",
                );
            }
        }
        let mode = if operation.is_user_mode() { "user" } else { "client" };
        if endpoint.mode.as_deref() != Some(mode) {
            report(
                &endpoint.pointer,
                format!(
                    "{FILE} and the contract disagree on the mode of {}: the contract has {mode}",
                    operation.id
                ),
                "correct the contract or openapi/coverage.yaml",
            );
        }
    }
    for (id, endpoint) in covered {
        report(
            &endpoint.pointer,
            format!("the contract has no operation {id}"),
            "name an operation of the contract, or set `state` to `described` or `named`",
        );
    }
    findings
}

/// Returns the pointer and the help of the finding about an operation without a covered endpoint.
fn place_for<'a>(operation: &Operation, endpoints: &'a [Endpoint]) -> (&'a str, String) {
    let write = format!("write state: covered, and operation: {}", operation.id);
    let is_its = |endpoint: &&Endpoint| {
        endpoint.method.as_ref() == Some(&operation.method) && endpoint.path.as_ref() == Some(&operation.path)
    };
    // An endpoint in the state `named` may have no path. Then this search does not find it, and a person must find it
    // by its title.
    match endpoints.iter().find(is_its) {
        Some(endpoint) => (&endpoint.pointer, write),
        None => ("/groups", format!("find the endpoint of the operation by its title, and {write}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = "paths:\n  /v1/a:\n    get:\n      operationId: readA\n      security:\n        - clientCredentials: [read]\n";

    fn found(endpoints: &str) -> Vec<String> {
        let yaml = format!("groups:\n  - name: G\n    endpoints:\n{endpoints}");
        let coverage = Contract::parse("coverage.yaml", &yaml).unwrap();
        let outline = Outline::of(&Contract::parse("connect.yaml", CONTRACT).unwrap());
        disagreements(&coverage, &outline).into_iter().map(|finding| finding.message).collect()
    }

    const COVERED: &str = "      - {title: A, mode: client, state: covered, operation: readA}\n";

    #[test]
    fn a_file_that_agrees_has_no_finding() {
        assert_eq!(found(COVERED), Vec::<String>::new());
    }

    #[test]
    fn an_operation_without_an_endpoint_is_found() {
        let found = found("      - {title: A, mode: client, state: named}\n");
        assert_eq!(found, ["the operation readA of the contract has no endpoint with the state `covered`"]);
    }

    #[test]
    fn the_finding_points_to_the_endpoint_of_the_operation() {
        let text = "groups:\n  - name: G\n    endpoints:\n      - {title: B, mode: user, state: named}\n      \
                    - {title: A, mode: client, state: described, method: GET, path: /v1/a}\n";
        let coverage = Contract::parse("coverage.yaml", text).unwrap();
        let outline = Outline::of(&Contract::parse("connect.yaml", CONTRACT).unwrap());
        let found = disagreements(&coverage, &outline);
        assert_eq!(found[0].pointer, "/groups/0/endpoints/1");
        assert_eq!(found[0].help, "write state: covered, and operation: readA");
    }

    #[test]
    fn a_covered_endpoint_without_an_operation_is_found() {
        let found =
            found(&format!("{COVERED}      - {{title: B, mode: user, state: covered, operation: readB}}\n"));
        assert_eq!(found, ["the contract has no operation readB"]);
    }

    #[test]
    fn mode_method_and_path_must_agree() {
        let found = found(
            "      - {title: A, mode: user, state: covered, operation: readA, method: POST, path: /v1/b}\n",
        );
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn an_unknown_state_is_found() {
        let found = found(&format!("{COVERED}      - {{title: B, mode: client, state: done}}\n"));
        assert_eq!(found, ["B has an unknown state: done"]);
    }
}
