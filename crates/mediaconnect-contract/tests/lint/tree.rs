//! Checks the rule, file, line and pointer of each finding for a contract that consists of several files.

use std::collections::BTreeSet;

use mediaconnect_contract::lint::lint;
use mediaconnect_contract::{Contract, File, Finding, Outline};
use serde_json::Value;

struct Case {
    what: String,
    files: Vec<File>,
    findings: Vec<String>,
}

fn text(node: &Value) -> String {
    node.as_str().unwrap().to_owned()
}

fn file(path: &str, text: String) -> File {
    File { path: path.to_owned(), name: path.to_owned(), text }
}

/// Reads the base files, which have no findings, and the edits that break a rule.
fn table() -> (Vec<File>, Vec<Case>) {
    let table = Contract::parse("tree.yaml", include_str!("tree.yaml")).unwrap();
    let base = table.document()["files"].as_object().unwrap().iter();
    let base: Vec<File> = base.map(|(path, content)| file(path, text(content))).collect();
    let cases = table.document()["cases"].as_array().unwrap().iter().map(|row| {
        let mut files = base.clone();
        for edit in row["edits"].as_array().unwrap() {
            let (path, to) = (text(&edit["file"]), text(&edit["to"]));
            let Some(one) = files.iter_mut().find(|one| one.path == path) else {
                files.push(file(&path, to));
                continue;
            };
            let from = text(&edit["from"]);
            assert!(one.text.contains(&from), "{from:?} is not in {path} any more");
            one.text = one.text.replacen(&from, &to, 1);
        }
        let findings = row["findings"].as_array().unwrap().iter().map(text).collect();
        Case { what: text(&row["what"]), files, findings }
    });
    let cases = cases.collect();
    (base, cases)
}

fn findings(files: &[File]) -> Vec<Finding> {
    let (first, groups) = files.split_first().unwrap();
    let contract = Contract::of_files(first.clone(), groups.to_vec());
    let found = contract.and_then(|contract| lint(&contract, &Outline::of(&contract)));
    found.err().iter().flatten().cloned().collect()
}

/// Returns the rules that the table breaks.
pub(crate) fn rules_met() -> BTreeSet<String> {
    let findings = table().1.into_iter().flat_map(|case| case.findings);
    findings.map(|finding| finding.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn valid_files_have_no_findings() {
    assert_eq!(findings(&table().0), []);
}

#[test]
fn each_case_has_exactly_the_expected_findings_in_its_file() {
    let mut wrong = Vec::new();
    for case in table().1 {
        let found = findings(&case.files);
        let short = |one: &Finding| {
            format!("{} {} {} {}", one.rule, one.file, one.line, one.pointer).trim_end().to_owned()
        };
        let short: Vec<String> = found.iter().map(short).collect();
        if short != case.findings {
            wrong.push((case.what.clone(), short, case.findings));
        }
        assert!(found.iter().all(|one| !one.message.is_empty() && !one.help.is_empty()), "{}", case.what);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_finding_of_a_broken_reference_has_reason_and_help() {
    let messages = [
        (
            "a reference to a shared component lacks its file",
            "the target is in another file, connect.yaml; begin the reference with the relative path of that file",
        ),
        (
            "a group refers to another group",
            "groups/books.yaml must not refer to loans.yaml#/components/schemas/Loan",
        ),
        (
            "a shared component leads back to a group",
            "if several files need a component, define it in connect.yaml",
        ),
        ("a reference leads out of the directory", "is outside the directory of the contract"),
        ("a reference leads to another host", "is outside the directory of the contract"),
        ("a path leads to a file that is not there", "groups/loan.yaml, which is not a file of the contract"),
        ("the path of a group leads to itself", "#/paths/other refers to itself"),
        ("a path of a group is not listed", "`/the/path: {$ref: 'groups/loans.yaml#/paths/loans'}`"),
    ];
    let (_, cases) = table();
    for (what, part) in messages {
        let case = cases.iter().find(|case| case.what == what).unwrap();
        let found = findings(&case.files)[0].to_string();
        assert!(found.contains(part), "{what}: {found}");
    }
}

#[test]
fn unreferenced_group_files_are_ignored() {
    let contract = include_str!("base.yaml");
    let files = [file("base.yaml", contract.to_owned()), file("groups/books.yaml", "- [".to_owned())];
    assert_eq!(findings(&files), []);
}
