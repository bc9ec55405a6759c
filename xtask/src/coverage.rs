//! The coverage: how many of upstream's endpoints the contract has.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use comfy_table::{Table, presets};
use jiff::civil::Date;
use mediaconnect_contract::{Contract, Finding, Findings, Outline};
use serde_json::Value;

use crate::{sunset, workspace};

const FILE: &str = "openapi/coverage.yaml";

/// What `cargo xtask coverage --help` says after the options.
pub(crate) const HELP: &str = "\
The endpoints that upstream's documentation names are listed in openapi/coverage.yaml. The table counts them by group \
and state:
  covered    the contract has the operation, named by its operationId
  described  upstream documents it, and the contract does not have it yet
  named      upstream names it and says no more

Where the file and the contract disagree, each finding has file, line, pointer and remedy: an operation that covers \
nothing, a covered endpoint without an operation, another method, path or mode.

EXIT STATUS
  0  they agree
  1  they do not, or a file cannot be read

EXAMPLES
  cargo xtask coverage        the table, and whether it is true
  cargo xtask check coverage  the latter alone";

/// Prints the table and what upstream removes soon, and fails where the file and the contract disagree.
pub(crate) fn run(today: Date) -> Result<()> {
    let coverage = workspace::read_yaml(FILE)?;
    workspace::print(table(&endpoints(&coverage)));
    print!("{}", sunset::warnings(&workspace::contract()?, today));
    check()
}

/// Fails where the file and the contract disagree.
pub(crate) fn check() -> Result<()> {
    let coverage = workspace::read_yaml(FILE)?;
    let findings = disagreements(&coverage, &Outline::of(&workspace::contract()?));
    match Findings::none_of(findings) {
        Ok(()) => Ok(()),
        Err(findings) => bail!("{findings}"),
    }
}

/// An endpoint as the file has it.
pub(crate) struct Endpoint<'a> {
    pub(crate) pointer: String,
    pub(crate) group: &'a str,
    pub(crate) node: &'a Value,
}

impl<'a> Endpoint<'a> {
    fn text(&self, key: &str) -> Option<&'a str> {
        self.node.get(key).and_then(Value::as_str)
    }
}

/// All endpoints of the file.
pub(crate) fn endpoints(coverage: &Contract) -> Vec<Endpoint<'_>> {
    let groups = coverage.document().get("groups").and_then(Value::as_array);
    let mut endpoints = Vec::new();
    for (index, group) in groups.into_iter().flatten().enumerate() {
        let members = group.get("endpoints").and_then(Value::as_array);
        for (number, node) in members.into_iter().flatten().enumerate() {
            endpoints.push(Endpoint {
                pointer: format!("/groups/{index}/endpoints/{number}"),
                group: group.get("name").and_then(Value::as_str).unwrap_or_default(),
                node,
            });
        }
    }
    endpoints
}

fn table(endpoints: &[Endpoint<'_>]) -> Table {
    let mut groups: Vec<(&str, [usize; 4])> = Vec::new();
    let mut total = [0; 4];
    for endpoint in endpoints {
        if groups.last().is_none_or(|(name, _)| *name != endpoint.group) {
            groups.push((endpoint.group, [0; 4]));
        }
        let column = match endpoint.text("state") {
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
    let mut report = |pointer: &str, message: String, remedy: &str| {
        findings.push(coverage.finding(pointer, "coverage", message, remedy));
    };
    let endpoints = endpoints(coverage);
    if endpoints.is_empty() {
        report("/groups", "there are no endpoints".to_owned(), "list upstream's endpoints by group");
    }
    let mut covered: BTreeMap<&str, &Endpoint<'_>> = BTreeMap::new();
    let mut titles = BTreeSet::new();
    for endpoint in &endpoints {
        let title = endpoint.text("title").unwrap_or_default();
        if title.is_empty() || !titles.insert((endpoint.group, title)) {
            report(
                &endpoint.pointer,
                format!("{title:?} is no title, or stands in {} twice", endpoint.group),
                "give each endpoint of a group its own title",
            );
        }
        if !matches!(endpoint.text("mode"), Some("client" | "user" | "unknown")) {
            report(&endpoint.pointer, format!("{title} has no mode"), "add mode: client, user or unknown");
        }
        match (endpoint.text("state"), endpoint.text("operation")) {
            (Some("covered"), Some(id)) => {
                if covered.insert(id, endpoint).is_some() {
                    report(&endpoint.pointer, format!("{id} covers two endpoints"), "name it once");
                }
            }
            (Some("covered"), None) => report(
                &endpoint.pointer,
                format!("{title} is covered, but by no operation"),
                "add operation: the operationId in the contract",
            ),
            (Some("described" | "named"), None) => {}
            (Some("described" | "named"), Some(id)) => report(
                &endpoint.pointer,
                format!("{title} names the operation {id}, but is not covered"),
                "write state: covered, or delete operation",
            ),
            (state, _) => report(
                &endpoint.pointer,
                format!("{title} has the state {}", state.unwrap_or("none")),
                "write state: covered, described or named",
            ),
        }
    }
    for operation in &outline.operations {
        let Some(endpoint) = covered.remove(operation.id.as_str()) else {
            let id = &operation.id;
            let is_its = |endpoint: &&Endpoint<'_>| {
                endpoint.text("method") == Some(operation.method.as_str())
                    && endpoint.text("path") == Some(operation.path.as_str())
            };
            // Named endpoints have no path: only their title tells.
            let (pointer, remedy) = match endpoints.iter().find(is_its) {
                Some(endpoint) => {
                    (endpoint.pointer.as_str(), format!("write state: covered, and operation: {id}"))
                }
                None => (
                    "/groups",
                    format!("find its endpoint by title: write state: covered, and operation: {id}"),
                ),
            };
            report(pointer, format!("the contract has {id}, which covers no endpoint here"), &remedy);
            continue;
        };
        for (key, expected) in [("method", &operation.method), ("path", &operation.path)] {
            if endpoint.text(key).is_some_and(|found| found != expected) {
                report(
                    &endpoint.pointer,
                    format!("the {key} of {} is {expected} in the contract", operation.id),
                    "correct the one that is wrong",
                );
            }
        }
        let user_mode = operation.security.iter().any(|(scheme, _)| scheme == "authorizationCode");
        let mode = if user_mode { "user" } else { "client" };
        if endpoint.text("mode") != Some(mode) {
            report(
                &endpoint.pointer,
                format!("{} is in {mode} mode in the contract", operation.id),
                "correct the one that is wrong",
            );
        }
    }
    for (id, endpoint) in covered {
        report(
            &endpoint.pointer,
            format!("{id} is no operation of the contract"),
            "name one that is, or write state: described or named",
        );
    }
    findings
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
    fn an_operation_that_covers_nothing_is_found() {
        let found = found("      - {title: A, mode: client, state: named}\n");
        assert_eq!(found, ["the contract has readA, which covers no endpoint here"]);
    }

    #[test]
    fn the_endpoint_that_an_operation_should_cover_is_pointed_at() {
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
        assert_eq!(found, ["readB is no operation of the contract"]);
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
        assert_eq!(found, ["B has the state done"]);
    }
}
