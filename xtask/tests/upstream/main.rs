//! Tests `cargo xtask upstream`.
//!
//! The pages in `pages` and `saved` have the structure and the facts of upstream's documentation, but not its wording.

mod deviations;
mod differences;
mod drafts;
mod incomplete_pages;
mod inputs;
mod nightly;
mod operations;
mod pages;
mod proposals;
mod record;
#[path = "../support/command.rs"]
mod support;
#[path = "../support/tree.rs"]
mod tree;
mod unusable_pages;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Ran, alone};

const CONTRACT: &str = include_str!("../../../crates/mediaconnect-contract/tests/contract.yaml");
const COVERAGE: &str = include_str!("coverage.yaml");
const DEVIATIONS: &str = include_str!("deviations.yaml");
const INFO: &str = include_str!("pages/list-customer-info-client-mode.md");
const HTML_INFO: &str = include_str!("saved/info.html");
const HTML_SEARCH: &str = include_str!("saved/search.html");
const SAVED_INFO: &str = include_str!("saved/info.txt");
const SAVED_SEARCH: &str = include_str!("saved/search.txt");
const SEARCH: &str = include_str!("pages/search-customer-client-mode.md");

/// The pages of the navigation that document no endpoint.
const PAGES: &str = "groups:\n  - name: ''\n    pages: [Reference]\n  - name: Guides\n    pages: [Start here]\n  - name: Guides / Events\n    \
                     pages: [Signals]\n  - name: Order Management / Order / Order Guide\n    pages: [First steps]\n";

/// A repository with its own contract. It is removed on drop.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("xtask-upstream-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        let repository = Self(path);
        repository.write("openapi/connect.yaml", CONTRACT);
        repository.write("openapi/coverage.yaml", COVERAGE);
        repository.write("openapi/deviations.yaml", DEVIATIONS);
        repository.write("openapi/upstream/pages.yaml", PAGES);
        assert!(repository.git(&["init", "--quiet"]));
        repository
    }

    /// Returns a repository with the contract in several files.
    fn in_several_files(name: &str) -> Self {
        let repository = Self::new(name);
        repository.write("openapi/connect.yaml", tree::CONNECT);
        repository.write("openapi/groups/customer.yaml", tree::CUSTOMER);
        let deviations =
            edited(DEVIATIONS, "/components/responses/Unauthorized", "/components/responses/401");
        repository.write("openapi/deviations.yaml", &deviations);
        repository
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn git(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        alone(command.args(arguments).current_dir(&self.0));
        command.status().unwrap().success()
    }

    fn check(&self, arguments: &[&str]) -> Ran {
        run_in(&self.0, &[arguments, &["--today", "2026-11-22"]].concat())
    }

    /// Runs `cargo xtask upstream` with the given arguments.
    fn upstream(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        alone(command.arg("upstream").args(arguments).current_dir(&self.0));
        Ran::of(&command.output().unwrap())
    }

    /// Writes a file and returns the report on it.
    fn report(&self, name: &str, text: &str) -> Value {
        self.write(name, text);
        self.check(&[name, "--format", "json"]).json()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    alone(command.args(["upstream", "check"]).args(arguments).current_dir(folder));
    Ran::of(&command.output().unwrap())
}

/// Returns the rule of each change in a report, with the first location of the change.
fn changes(report: &Value) -> Vec<String> {
    let changes = report["changes"].as_array().unwrap().iter();
    changes
        .map(|change| {
            let place = &change["places"][0];
            let parts = ["operation", "part", "pointer"].map(|key| place[key].as_str().unwrap_or_default());
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("{} {}", change["rule"].as_str().unwrap(), parts.join(" ")).trim_end().to_owned()
        })
        .collect()
}

/// Returns the text at `key` in each entry of `report[list]`.
fn all<'a>(report: &'a Value, list: &str, key: &str) -> Vec<&'a str> {
    report[list].as_array().unwrap().iter().map(|one| one[key].as_str().unwrap()).collect()
}

fn edited(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// Returns a text with YAML inserted before the first line that equals `before`, ignoring indentation. The YAML is
/// indented like this line.
fn inserted(text: &str, before: &str, yaml: &str) -> String {
    let line = text.lines().find(|line| line.trim_start() == before).unwrap_or_else(|| panic!("{before}"));
    let indentation = " ".repeat(line.len() - before.len());
    let new = yaml.lines().fold(String::new(), |text, line| text + &indentation + line + "\n");
    text.replacen(&format!("{line}\n"), &format!("{new}{line}\n"), 1)
}

/// Returns the number of the first line that ends with a text, counted from 1.
fn line_of(text: &str, end: &str) -> u64 {
    let index = text.lines().position(|line| line.ends_with(end)).unwrap_or_else(|| panic!("{end}"));
    u64::try_from(index).unwrap() + 1
}
