//! Checks that the same contract always gives the same generated code, outline and reports, byte for byte.
//!
//! Each run is a process of its own, so the hash seeds of the standard library differ too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mediaconnect_codegen::generate;
use mediaconnect_contract::{Contract, Outline};
use xtask::compare::diff;

const CONTRACT: &str = include_str!("../../crates/mediaconnect-contract/tests/contract.yaml");

/// The environment variable that marks the child process of this test program.
const CHILD: &str = "DETERMINISM_CHILD";

/// The directory and the environment variables of each run. The output must not depend on them.
const SURROUNDINGS: [(&str, &[(&str, &str)]); 4] = [
    ("a", &[("LANG", "C"), ("LC_ALL", "C"), ("TZ", "UTC"), ("HOME", "/nonexistent")]),
    (
        "b/deeper",
        &[("LANG", "nb_NO.UTF-8"), ("LC_ALL", "nb_NO.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/")],
    ),
    (
        "c d/Å",
        &[
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("TZ", "America/Los_Angeles"),
            ("COLUMNS", "40"),
        ],
    ),
    ("e", &[]),
];

/// A temporary directory that is removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("xtask-determinism-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn edited() -> String {
    CONTRACT
        .replace("maxLength: 255", "maxLength: 100")
        .replace("personal, fax]", "personal, fax, satellite]")
        .replace(
            "      operationId: searchCustomers\n",
            "      operationId: searchCustomers\n      deprecated: true\n      x-sunset: '2027-06-30'\n",
        )
        .replace("postalCode: '0179'", "postalCode: 0179")
}

/// Runs a program twice in each environment, in a directory with copies of the two contracts. Panics if two outputs
/// differ. Otherwise returns the output.
fn what_all_print(name: &str, run: impl Fn(&Path) -> Command) -> String {
    let top = Folder::new(name);
    let mut printed = Vec::new();
    for (folder, settings) in SURROUNDINGS {
        let folder = top.0.join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("old.yaml"), CONTRACT).unwrap();
        fs::write(folder.join("new.yaml"), edited()).unwrap();
        for _ in 0..2 {
            let mut command = run(&folder);
            command.current_dir(&folder).envs(settings.iter().copied()).env_remove("RUST_BACKTRACE");
            let output = command.output().unwrap();
            assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            // The text after `test result:` contains the run time, which differs between runs, so it is cut off.
            printed.push(text.split("\ntest result: ").next().unwrap().to_owned());
        }
    }
    for other in &printed[1..] {
        assert!(*other == printed[0], "{name}: two runs differ");
    }
    printed.swap_remove(0)
}

#[test]
fn generated_code_and_outline_do_not_depend_on_the_environment() {
    let printed = what_all_print("code", |_| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child", "--ignored", "--nocapture", "--quiet"]).env(CHILD, "1");
        command
    });
    // Checks that the child printed the code, the outline and the comparison.
    for part in ["pub struct Client", "operation searchCustomers = POST", "limit-tightened-in-request"] {
        assert!(printed.contains(part), "{part}");
    }
}

/// Prints the code, the outlines and the comparison of the contracts in the current directory. The test above runs this
/// function in a child process.
#[test]
#[ignore = "the test above runs this function in a child process"]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    // The path is absolute, as in a build script.
    let load = |name: &str| Contract::load(&std::env::current_dir().unwrap().join(name)).unwrap();
    let (old, new) = (load("old.yaml"), load("new.yaml"));
    for contract in [&old, &new] {
        println!("{}\n{}", generate(contract).unwrap(), Outline::of(contract));
    }
    println!("{:#}", diff(&Outline::of(&old), &Outline::of(&new)).to_json());
}

#[test]
fn reports_do_not_depend_on_the_environment() {
    let reports: [(&str, &[&str], &str); 8] = [
        ("table", &["diff", "old.yaml", "new.yaml", "--today", "2027-01-02"], "sunset-announced"),
        (
            "json",
            &["diff", "old.yaml", "new.yaml", "--today", "2027-01-02", "--format", "json"],
            "\"daysLeft\": 179",
        ),
        (
            "markdown",
            &["diff", "old.yaml", "new.yaml", "--today", "2027-01-02", "--format", "markdown"],
            "## Sunsets",
        ),
        ("rules", &["diff", "--rules"], "rust-type-renamed"),
        ("lint", &["lint", "new.yaml"], "[yaml-ambiguous]"),
        ("lint-rules", &["lint", "--rules"], "yaml-ambiguous"),
        ("bundle", &["bundle"], "X-RateLimit-Reset:"),
        ("coverage", &["coverage", "--today", "2027-01-02"], "Customer"),
    ];
    for (name, arguments, part) in reports {
        let printed = what_all_print(name, |_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
            command.args(arguments);
            command
        });
        assert!(printed.contains(part), "{part}: {printed}");
    }
}
