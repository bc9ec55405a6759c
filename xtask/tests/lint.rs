//! `cargo xtask lint`, and sunset warnings in other commands.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

const CONTRACT: &str = include_str!("../../crates/mediaconnect-contract/tests/contract.yaml");

/// A contract in a temporary file that is removed on drop.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("xtask-lint-{}-{name}.yaml", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn xtask(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn nothing_is_found_in_the_sample_contract() {
    let file = File::new("sample", CONTRACT);
    let (code, printed) = xtask(&["lint", file.name()]);
    assert!(code == Some(0) && printed.ends_with(" rules found nothing\n"), "{printed}");
    assert_eq!(xtask(&["lint", file.name(), "--format", "json"]), (Some(0), "[]\n".to_owned()));
}

#[test]
fn a_finding_has_file_line_pointer_rule_and_help() {
    let file = File::new("found", &CONTRACT.replace("countryCode: 'NO'", "countryCode: NO"));
    let line = 1 + CONTRACT.lines().position(|line| line.trim() == "countryCode: 'NO'").unwrap();
    let (code, printed) = xtask(&["lint", file.name()]);
    let expected = format!(
        "{}:{line}: [yaml-ambiguous] NO without quotes is a boolean in YAML 1.1\n  \
         at /components/examples/CustomerSearchRequest/value/countryCode\n  \
         help: if it is a string, quote it: 'NO'\n",
        file.name()
    );
    assert!(code == Some(1) && printed.starts_with(&expected), "{printed}");

    let (code, printed) = xtask(&["lint", file.name(), "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((code, &json[0]["line"], &json[0]["rule"]), (Some(1), &line.into(), &"yaml-ambiguous".into()));
    assert_eq!(json.as_array().unwrap().len(), 2, "one for each example: {printed}");
}

#[test]
fn a_missing_file_is_reported() {
    let (code, printed) = xtask(&["lint", "nowhere.yaml"]);
    assert!(code == Some(1) && printed.contains("nowhere.yaml:1: [readable]"), "{printed}");
}

#[test]
fn rules_and_help_are_printed() {
    let (code, printed) = xtask(&["lint", "--rules", "--format", "json"]);
    let rules: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert!(code == Some(0) && rules.as_array().unwrap().iter().any(|rule| rule["rule"] == "operation-id"));
    let (_, help) = xtask(&["lint", "--help"]);
    assert!(help.contains("EXIT STATUS") && help.contains("--format"), "{help}");
}

fn retiring() -> File {
    let from = "      operationId: searchCustomers\n";
    let to = format!("{from}      deprecated: true\n      x-sunset: '2027-06-30'\n");
    File::new("retiring", &CONTRACT.replacen(from, &to, 1))
}

#[test]
fn a_near_sunset_is_a_warning_and_never_an_error() {
    let (old, new) = (File::new("in-use", CONTRACT), retiring());
    let on = |day: &str| {
        let (code, printed) = xtask(&["diff", old.name(), new.name(), "--today", day]);
        assert_eq!(code, Some(0), "{printed}");
        printed.split_once("[sunset] ").map(|(_, warning)| warning.to_owned())
    };
    assert_eq!(on("2026-12-31"), None);
    let first = "operation searchCustomers: the last day before the removal is 2027-06-30, in 180 days\n";
    assert_eq!(on("2027-01-01").as_deref(), Some(first));
    assert!(on("2027-06-30").unwrap().contains("the last day before the removal is today, 2027-06-30"));
    let past = on("2027-07-01").unwrap();
    assert!(
        past.contains("has removed it; its last day was 2027-06-30") && past.contains("help: remove it"),
        "{past}"
    );
}

#[test]
fn each_command_that_uses_the_date_accepts_one() {
    for command in ["check", "coverage", "diff"] {
        assert!(xtask(&[command, "--help"]).1.contains("--today <YYYY-MM-DD>"), "{command}");
        let (code, printed) = xtask(&[command, "--today", "tomorrow"]);
        assert!(code == Some(2) && printed.contains("--today"), "{command}: {printed}");
    }
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    for arguments in [["lint", "--rules"], ["diff", "--rules"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}
