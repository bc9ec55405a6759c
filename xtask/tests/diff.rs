//! `cargo xtask diff` on files, on git revisions, and on contracts that cannot be compared.

#[path = "support/command.rs"]
mod support;
#[path = "support/tree.rs"]
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mediaconnect_contract::lint::{lint_for_build, lint_structure};
use mediaconnect_contract::openapi31::{is_31, to_30};
use mediaconnect_contract::{Contract, Outline};
use support::{Ran, alone};

const CONTRACT: &str = include_str!("../../crates/mediaconnect-contract/tests/contract.yaml");

/// A temporary directory that is removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("xtask-diff-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Returns a repository with the contract in its first commit.
    fn repository(name: &str) -> Self {
        let folder = Self::new(name);
        folder.git(&["init", "--quiet"]);
        folder.commit(CONTRACT, "first");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self, contract: &str, tag: &str) {
        self.write("openapi/connect.yaml", contract);
        self.commit_all(tag);
    }

    /// Commits the contract as several files, after an edit of the group file.
    fn commit_tree(&self, from: &str, to: &str, tag: &str) {
        self.write_tree(from, to);
        self.commit_all(tag);
    }

    fn write_tree(&self, from: &str, to: &str) {
        self.write("openapi/connect.yaml", tree::CONNECT);
        self.write("openapi/groups/customer.yaml", &tree::CUSTOMER.replace(from, to));
    }

    fn commit_all(&self, tag: &str) {
        self.git(&["add", "--all"]);
        let author =
            ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        self.git(&[&author[..], &["commit", "--quiet", "--message", tag]].concat());
        self.git(&["-c", "tag.gpgsign=false", "tag", tag]);
    }

    fn git(&self, arguments: &[&str]) {
        let status = git(&self.0).args(arguments).status().unwrap();
        assert!(status.success(), "git {arguments:?}");
    }

    fn diff(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("diff").args(arguments).current_dir(&self.0);
        alone(&mut command);
        Ran::of(&command.output().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder);
    alone(&mut command);
    command
}

/// Returns the contract with a lower limit, which is a breaking change.
fn lowered() -> String {
    CONTRACT.replace("maxLength: 255", "maxLength: 100")
}

/// Returns the contract with a new enum value, which is a compatible change.
fn grown() -> String {
    CONTRACT.replace("personal, fax]", "personal, fax, satellite]")
}

#[test]
fn two_files_are_compared() {
    let folder = Folder::new("files");
    folder.write("old.yaml", CONTRACT);
    folder.write("new.yaml", &lowered());
    let ran = folder.diff(&["old.yaml", "new.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("old.yaml -> new.yaml"), "{}", ran.out);
    for part in [
        "limit-tightened-in-request",
        "Values that were accepted before are refused",
        "1 breaking, 1 compatible, 0",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn revisions_are_compared() {
    let folder = Folder::repository("revisions");
    folder.commit(&lowered(), "second");
    folder.commit(&grown(), "third");
    assert_eq!(folder.diff(&["first", "second", "--format", "json"]).json()["breaking"], 1);
    assert_eq!(folder.diff(&["first", "HEAD", "--format", "json"]).json()["breaking"], 0);
    let ran = folder.diff(&["HEAD~1:openapi/connect.yaml", "HEAD", "--format", "json"]).json();
    assert_eq!(ran["old"], "openapi/connect.yaml at HEAD~1");
    assert_eq!(ran["new"], "openapi/connect.yaml at HEAD");
}

#[test]
fn all_files_of_a_contract_are_read_at_each_revision() {
    let folder = Folder::repository("several");
    folder.commit_tree("", "", "split");
    folder.commit_tree("personal, fax]", "personal, fax, satellite]", "grown");
    let nothing = folder.diff(&["first", "split"]);
    assert_eq!((nothing.code, nothing.out.lines().nth(1)), (0, Some("Nothing changed.")), "{}", nothing.err);
    for [old, new] in [["split", "grown"], ["first", "grown"], ["split:openapi/connect.yaml", "HEAD"]] {
        let json = folder.diff(&[old, new, "--format", "json"]).json();
        assert_eq!((&json["breaking"], &json["compatible"]), (&0.into(), &2.into()), "{old} {new}");
    }
    folder.write_tree("maxLength: 12\n", "maxLength: 9\n");
    let json = folder.diff(&["split", "--format", "json"]).json();
    assert_eq!(json["breaking"], 1);
    folder.write("openapi/released/0.1.0.yaml", CONTRACT);
    assert_eq!(folder.diff(&["--format", "json"]).json()["breaking"], 1);
    assert_eq!(
        folder.diff(&["openapi/released/0.1.0.yaml", "openapi/connect.yaml", "--format", "json"]).json()["breaking"],
        1
    );
}

#[test]
fn a_finding_of_a_revision_names_the_file_of_the_revision() {
    let folder = Folder::repository("finding");
    folder.commit_tree("'#/components/schemas/AttachedUser'", "'#/components/schemas/User'", "broken");
    let ran = folder.diff(&["first", "broken"]);
    assert!(ran.code == 2 && ran.err.contains("openapi/groups/customer.yaml at broken:"), "{}", ran.err);
    assert!(ran.err.contains("[reference] #/components/schemas/User does not exist"), "{}", ran.err);
}

#[test]
fn without_releases_the_working_tree_is_compared_with_head() {
    let folder = Folder::repository("head");
    let ran = folder.diff(&[]);
    assert_eq!((ran.code, ran.out.lines().nth(1)), (0, Some("Nothing changed.")));
    assert!(ran.out.contains("VERSION: nothing is released yet"), "{}", ran.out);
    folder.write("openapi/connect.yaml", &grown());
    let ran = folder.diff(&[]);
    assert!(ran.err.contains("openapi/released contains no released contract yet"), "{}", ran.err);
    assert!(ran.out.contains("openapi/connect.yaml at HEAD -> openapi/connect.yaml in the working tree"));
    assert!(ran.out.contains("enum-value-added-in-response"), "{}", ran.out);
}

#[test]
fn by_default_the_highest_release_is_the_old_contract() {
    let folder = Folder::repository("released");
    folder.write("openapi/released/0.9.0.yaml", &lowered());
    folder.write("openapi/released/0.10.0.yaml", &grown());
    folder.write("openapi/released/README.md", "no contract");
    let ran = folder.diff(&["--format", "json"]);
    assert_eq!((ran.json()["old"].as_str(), ran.err.as_str()), (Some("openapi/released/0.10.0.yaml"), ""));
}

#[test]
fn the_workspace_may_be_a_subdirectory_of_the_repository() {
    let folder = Folder::repository("below");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    alone(command.args(["diff", "first"]).current_dir(folder.0.join("openapi")));
    assert_eq!(Ran::of(&command.output().unwrap()).code, 0);
}

fn alone_code(folder: &Folder, new: &str, fail_on: &str) -> i32 {
    folder.diff(&["old.yaml", new, "--fail-on", fail_on]).code
}

#[test]
fn the_exit_status_follows_the_class() {
    let folder = Folder::new("status");
    folder.write("old.yaml", CONTRACT);
    folder.write("breaking.yaml", &lowered());
    folder.write("compatible.yaml", &grown());
    folder.write("documentation.yaml", &CONTRACT.replace("fax: A fax number.", "fax: A telefax."));
    folder.write("same.yaml", &format!("# A comment.\n{CONTRACT}"));
    let codes = |fail_on| {
        ["breaking.yaml", "compatible.yaml", "documentation.yaml", "same.yaml"]
            .map(|new| alone_code(&folder, new, fail_on))
    };
    assert_eq!(codes("breaking"), [1, 0, 0, 0]);
    assert_eq!(codes("compatible"), [1, 1, 0, 0]);
    assert_eq!(codes("documentation"), [1, 1, 1, 0]);
    assert_eq!(folder.diff(&["old.yaml", "breaking.yaml"]).code, 0);
    assert_eq!(folder.diff(&["--fail-on", "nonsense"]).code, 2);
}

#[test]
fn json_has_all_that_the_table_has() {
    let folder = Folder::new("json");
    folder.write("old.yaml", CONTRACT);
    folder.write("new.yaml", &lowered());
    let json = folder.diff(&["old.yaml", "new.yaml", "--format", "json"]).json();
    assert_eq!((&json["old"], &json["new"]), (&"old.yaml".into(), &"new.yaml".into()));
    assert_eq!(
        (&json["breaking"], &json["compatible"], &json["documentation"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert_eq!(json["program"], "behaves differently at run time");
    let expected = serde_json::json!({
        "rule": "limit-tightened-in-request",
        "class": "breaking",
        "direction": "sent",
        "affects": ["senders"],
        "program": "behaves differently at run time",
        "contractPointer": "/components/schemas/EmailAddress",
        "places": [
            { "operation": "searchCustomers", "part": "body", "pointer": "/email" },
            { "operation": "changeOwnCustomerInfo", "part": "body", "pointer": "/emails/[]" },
        ],
        "before": "characters <= 255",
        "after": "characters <= 100",
        "why": "Values that were accepted before are refused, and the new client does not send them.",
    });
    assert_eq!(json["changes"][0], expected);
}

#[test]
fn markdown_has_a_section_a_class_and_all_places() {
    let folder = Folder::new("markdown");
    folder.write("old.yaml", CONTRACT);
    folder.write("new.yaml", &lowered());
    let ran = folder.diff(&["old.yaml", "new.yaml", "--format", "markdown"]);
    let expected = "## Breaking\n\n- **limit-tightened-in-request** (sent): `characters <= 255` → `characters <= 100`\n  \
                    - `searchCustomers body /email`\n  - `changeOwnCustomerInfo body /emails/[]`\n";
    assert!(ran.out.contains(expected) && ran.out.contains("## Compatible"), "{}", ran.out);
    assert!(!ran.out.contains("## Documentation"), "{}", ran.out);
}

#[test]
fn rules_are_printed_in_each_format() {
    let folder = Folder::new("rules");
    for format in ["table", "markdown"] {
        let ran = folder.diff(&["--rules", "--format", format]);
        assert!(ran.code == 0 && ran.out.contains("rust-type-renamed"), "{format}: {}", ran.err);
    }
    let rules = folder.diff(&["--rules", "--format", "json"]).json();
    assert!(rules.as_array().unwrap().len() > 80);
}

#[test]
fn errors_say_what_to_do() {
    let folder = Folder::repository("errors");
    folder.write(
        "broken.yaml",
        &CONTRACT.replace("'#/components/schemas/CustomerInfo'", "'#/components/schemas/No'"),
    );
    folder.write("newer.yaml", &CONTRACT.replace("openapi: 3.0.3", "openapi: 3.2.0"));
    folder.write("no.yaml", "a: [1\n");
    fs::write(folder.0.join("bytes.yaml"), [0xff, 0xfe]).unwrap();
    folder.git(&["rm", "--quiet", "--cached", "openapi/connect.yaml"]);
    let cases: [(&[&str], &[&str]); 10] = [
        (&["nowhere"], &["neither a file nor a git revision", "git log --oneline"]),
        (&["--", "--upload-pack=x"], &["neither a file nor a git revision"]),
        (&["missing.yaml"], &["missing.yaml is not a file", "check the path"]),
        (&["bytes.yaml"], &["bytes.yaml cannot be read", "text file"]),
        (&["HEAD:no/such.yaml"], &["HEAD has no no/such.yaml", "later revision"]),
        (&["HEAD", "first"], &["same contract", "omit NEW"]),
        (&["no.yaml", "./no.yaml"], &["same contract"]),
        (&["broken.yaml"], &["broken.yaml cannot be compared", "[reference]", "help"]),
        (&["newer.yaml"], &["[openapi-version]", "help"]),
        (&["no.yaml"], &["no.yaml:", "[yaml]", "help"]),
    ];
    for (arguments, parts) in cases {
        let ran = folder.diff(arguments);
        assert!(ran.code == 2 && ran.out.is_empty(), "{arguments:?}: {} {}", ran.out, ran.err);
        for part in parts {
            assert!(ran.err.contains(part), "{arguments:?}, {part}: {}", ran.err);
        }
    }
}

/// Applies `docs/examples/diff.patch` to the contract, and compares the result with a release.
///
/// `UPDATE_EXAMPLES=1 cargo test -p xtask --test diff` writes the report again.
#[test]
fn the_example_in_the_documentation_is_what_the_command_prints() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let folder = Folder::repository("example");
    folder.write("openapi/released/0.1.0.yaml", CONTRACT);
    folder.write("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n");
    let patch = examples.join("diff.patch");
    let applied = git(&folder.0).arg("apply").arg(&patch).status().unwrap();
    let help = "run `UPDATE_EXAMPLES=1 cargo test -p xtask --test diff`, and read `git diff docs/examples`";
    assert!(applied.success(), "docs/examples/diff.patch no longer applies to the sample contract");
    let ran = folder.diff(&["--format", "markdown"]);
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        fs::write(examples.join("diff.md"), &ran.out).unwrap();
    }
    let expected = fs::read_to_string(examples.join("diff.md")).unwrap();
    assert_eq!(ran.out, expected, "the example is stale: {help}");
}

#[test]
fn help_explains_arguments_classes_and_exit_status() {
    let help = Folder::new("help").diff(&["--help"]);
    for part in
        ["openapi/released", "git revision", "CLASSES", "EXIT STATUS", "--fail-on", "EXAMPLES", "markdown"]
    {
        assert!(help.out.contains(part), "{part}: {}", help.out);
    }
}

/// Returns the name and the contract of each case in the table of the lint's tests. A new case in that table is
/// therefore also tested here.
fn cases_of_the_lint() -> Vec<(String, String)> {
    let base = include_str!("../../crates/mediaconnect-contract/tests/lint/base.yaml");
    let table = include_str!("../../crates/mediaconnect-contract/tests/lint/cases.yaml");
    let table = Contract::parse("cases.yaml", table).unwrap();
    let text = |node: &serde_json::Value| node.as_str().unwrap().to_owned();
    let rows = table.document()["cases"].as_array().unwrap().iter();
    rows.map(|row| {
        let edits = row["edits"].as_array().unwrap().iter();
        let edited = edits.fold(base.to_owned(), |contract, edit| {
            contract.replacen(&text(&edit["from"]), &text(&edit["to"]), 1)
        });
        (text(&row["what"]), edited)
    })
    .collect()
}

#[test]
fn a_new_contract_that_cannot_be_built_is_refused() {
    let folder = Folder::new("lint");
    folder.write("base.yaml", include_str!("../../crates/mediaconnect-contract/tests/lint/base.yaml"));
    let (mut refused, mut compared) = (0, 0);
    for (what, text) in cases_of_the_lint() {
        // Like the command, the test converts OpenAPI 3.1 to 3.0.
        let parsed = Contract::parse("case.yaml", &text)
            .map(|contract| if is_31(&contract) { to_30(&contract).contract } else { contract });
        let stops = parsed
            .as_ref()
            .map_or(true, |contract| lint_for_build(contract, &Outline::of(contract)).is_err());
        let is_readable = parsed.is_ok_and(|contract| lint_structure(&contract).is_ok());
        folder.write("case.yaml", &text);
        let new = folder.diff(&["base.yaml", "case.yaml"]);
        assert_eq!(new.code, if stops { 2 } else { 0 }, "{what}: {}", new.err);
        assert!(!stops || new.err.contains("case.yaml:") && new.out.is_empty(), "{what}: {}", new.err);
        // An old contract may break a rule of the lint, because the rule may be newer than the contract. It only has to
        // be readable.
        let old = folder.diff(&["case.yaml", "base.yaml"]);
        assert_eq!(old.code, if is_readable { 0 } else { 2 }, "{what}: {}", old.err);
        refused += usize::from(stops);
        compared += usize::from(stops && is_readable);
    }
    assert!(refused >= 60 && compared >= 40, "{refused} {compared}");
}
