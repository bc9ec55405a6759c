//! `cargo xtask coverage`.

use std::fs;

use crate::workspace::Workspace;

#[test]
fn the_table_counts_the_endpoints_of_each_group() {
    let workspace = Workspace::new();
    let more = "  - name: Access\n    endpoints:\n      - {title: A, mode: client, state: named}\n      \
                - {title: B, mode: client, state: described}\n";
    let text = workspace.read("openapi/coverage.yaml") + more;
    workspace.write("openapi/coverage.yaml", &text);
    let ran = workspace.xtask(&["coverage"]);
    ran.succeeded(&["described"]);
    let rows: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split_whitespace().collect()).collect();
    let covered = text.matches("state: covered").count().to_string();
    let all = (covered.parse::<usize>().unwrap() + 2).to_string();
    assert!(rows.contains(&vec!["Access", "0", "1", "1", "2"]), "{}", ran.out);
    assert!(rows.contains(&vec!["Customer", &covered, "0", "0", &covered]), "{}", ran.out);
    assert!(rows.contains(&vec!["all", &covered, "1", "1", &all]), "{}", ran.out);
}

#[test]
fn a_disagreement_is_reported_with_line_and_help() {
    let workspace = Workspace::new();
    let text = workspace.read("openapi/coverage.yaml").replacen("mode: client", "mode: user", 1);
    workspace.write("openapi/coverage.yaml", &text);
    let line = 1 + text.lines().position(|line| line.contains("mode: user")).unwrap();
    let place = format!("openapi/coverage.yaml:{line}");
    workspace.xtask(&["coverage"]).failed(&[
        &place,
        "openapi/coverage.yaml and the contract disagree on the mode of ",
        ": the contract has client",
        "correct the contract or openapi/coverage.yaml",
    ]);
}

#[test]
fn a_missing_file_is_reported_with_the_command_that_restores_it() {
    let workspace = Workspace::new();
    fs::remove_file(workspace.root().join("openapi/coverage.yaml")).unwrap();
    workspace.xtask(&["coverage"]).failed(&["cannot be read", "`git checkout openapi/coverage.yaml`"]);
}

#[test]
fn help_explains_the_states_and_the_exit_status() {
    let help = Workspace::new().xtask(&["coverage", "--help"]);
    help.succeeded(&[
        "openapi/coverage.yaml",
        "described",
        "EXIT STATUS",
        "EXAMPLES",
        "cargo xtask coverage",
    ]);
}
