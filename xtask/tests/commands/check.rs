//! `cargo xtask check`. Most tests run a single step, because a run of all steps takes minutes.

use crate::workspace::{CHANGELOG, CONTRACT, RELEASED_CHANGELOG, Workspace, grown, lowered};

const BREAKING: &str = "### Breaking\n- contract: shorter addresses.\n";

fn told() -> String {
    RELEASED_CHANGELOG.replace("### Added\n- client", &format!("{BREAKING}\n### Added\n- client"))
}

#[test]
fn all_steps_run_and_each_has_its_line() {
    let ran = Workspace::new().xtask(&["check"]);
    ran.succeeded(&[]);
    let steps: Vec<&str> = ran
        .out
        .lines()
        .map(|line| line.split([' ', ':']).filter(|word| !word.is_empty()).nth(1).unwrap())
        .collect();
    for step in [
        "contract",
        "client",
        "coverage",
        "deviations",
        "versions",
        "modules",
        "services",
        "formatting",
        "clippy",
        "documentation",
    ] {
        assert!(steps.contains(&step), "{step}: {}", ran.out);
    }
}

#[test]
fn named_steps_run_alone() {
    let workspace = Workspace::new();
    let ran = workspace.xtask(&["check", "coverage", "formatting"]);
    ran.succeeded(&["ok      coverage\nok      formatting\n"]);
    assert_eq!(ran.out.lines().count(), 2);
    assert_eq!(workspace.calls().lines().count(), 1, "{}", workspace.calls());
    assert_eq!(workspace.xtask(&["check", "nonsense"]).code, 2);
}

#[test]
fn a_missing_table_of_modules_is_an_error() {
    let workspace = Workspace::new();
    workspace.write("ARCHITECTURE.md", "# Architecture\n");
    workspace.xtask(&["check", "modules"]).failed(&["ARCHITECTURE.md has no table of modules"]);
}

#[test]
fn a_step_that_fails_names_the_command_that_repairs_it_and_stops_no_other() {
    let workspace =
        Workspace::new().with("FAKE_CARGO_FAILS", "fmt clippy doc").with("FAKE_CARGO_TREE", "typify v0.8.0");
    workspace.write("openapi/connect.yaml", &grown());
    workspace.xtask(&["check"]).failed(&[
        "FAILED  client\n",
        "run `cargo xtask regenerate`",
        "ok      coverage",
        "FAILED  services\n",
        "would compile typify v0.8.0: make these dependencies optional",
        "FAILED  formatting\nrun `cargo fmt --all`",
        "FAILED  clippy\n",
        "then run `cargo clippy --quiet --workspace",
        "FAILED  documentation\n",
        "then run `RUSTDOCFLAGS='-D warnings' cargo doc",
        "then run `cargo xtask check client services formatting clippy documentation`",
    ]);
    let workspace = workspace.with("FAKE_CARGO_FAILS", "tree metadata");
    workspace.xtask(&["check", "services"]).failed(&["`cargo tree --package mediaconnect` failed"]);
    workspace.xtask(&["check", "versions"]).failed(&["`cargo metadata` failed"]);
}

#[test]
fn each_crate_of_a_feature_that_is_off_by_default_is_refused_in_a_service() {
    let workspace = Workspace::new();
    let manifest = workspace.read("crates/mediaconnect/Cargo.toml");
    let features = "[features]\ndefault = [\"tls\"]\ntls = [\"rustls\"]\nrustls = [\"dep:rustls\"]\n\
                    cache = [\"dep:moka\"]\nall = [\"cache\", \"dep:schemars\", \"dep:rustls\"]\n";
    let optional = ["moka", "rustls", "schemars"]
        .map(|name| format!("{name} = {{ version = \"1\", optional = true }}\n"));
    let manifest = format!("{manifest}\n{features}\n[dependencies]\n{}", optional.concat());
    workspace.write("crates/mediaconnect/Cargo.toml", &manifest);
    let workspace = workspace.with("FAKE_CARGO_TREE", "rustls v0.23.0\nmoka-like v1.0.0");
    workspace.xtask(&["check", "services"]).succeeded(&["ok      services"]);
    let workspace = workspace.with("FAKE_CARGO_TREE", "rustls v0.23.0\nmoka v0.12.10\nschemars v1.2.3");
    workspace.xtask(&["check", "services"]).failed(&["would compile moka v0.12.10, schemars v1.2.3: make"]);
}

#[test]
fn before_the_first_release_the_output_states_that_nothing_is_compared() {
    let workspace = Workspace::new();
    workspace.write("openapi/connect.yaml", &lowered());
    let line = "ok      versions: nothing is released yet, so no contract is compared";
    workspace.xtask(&["check", "versions"]).succeeded(&[line]);
}

#[test]
fn a_breaking_change_needs_a_version_and_a_changelog_entry() {
    let workspace = Workspace::released();
    workspace
        .xtask(&["check", "versions"])
        .succeeded(&["ok      versions: 0.1.0; the contract has no breaking change since 0.1.0"]);
    workspace.write("openapi/connect.yaml", &lowered());
    let version = "Cargo.toml: the version must be at least 0.2.0 after release 0.1.0: a breaking change raises the \
                   minor number in 0.x. The workspace has 0.1.0, which is too low. Set `version` under \
                   [workspace.package]";
    let changelog = "CHANGELOG.md: no entry under `### Breaking` in [Unreleased] starts with `- contract:`";
    let change = "since 0.1.0 (`cargo xtask diff` lists them):\n  limit-tightened-in-request at \
                  /components/schemas/EmailAddress";
    workspace.xtask(&["check", "versions"]).failed(&[change, version, changelog]);

    workspace.set_version("0.2.0");
    let ran = workspace.xtask(&["check", "versions"]);
    ran.failed(&[change, changelog]);
    assert!(!ran.out.contains("Cargo.toml"), "{}", ran.out);

    workspace.write("CHANGELOG.md", &told());
    let line = "ok      versions: 0.2.0; the version and the changelog agree with the breaking changes since 0.1.0 (1)";
    workspace.xtask(&["check", "versions"]).succeeded(&[line]);

    workspace.set_version("0.1.1");
    let ran = workspace.xtask(&["check", "versions"]);
    ran.failed(&[change, "The workspace has 0.1.1, which is too low"]);
    assert!(!ran.out.contains("CHANGELOG.md"), "{}", ran.out);
}

#[test]
fn a_compatible_change_needs_no_new_version_before_the_release() {
    let workspace = Workspace::released();
    workspace.write("openapi/connect.yaml", &grown());
    workspace.xtask(&["check", "versions"]).succeeded(&["has no breaking change since 0.1.0"]);
}

#[test]
fn a_pre_release_is_compared_with_the_release_before_it() {
    let workspace = Workspace::released();
    workspace.write("openapi/released/0.2.0-rc.1.yaml", &lowered());
    workspace.write(
        "CHANGELOG.md",
        &told().replace("## [Unreleased]", "## [Unreleased]\n\n## [0.2.0-rc.1] - 2026-02-01"),
    );
    workspace.write("openapi/connect.yaml", &lowered());
    workspace.set_version("0.2.0-rc.1");
    workspace.xtask(&["check", "versions"]).succeeded(&["agree with the breaking changes since 0.1.0"]);
}

#[test]
fn a_release_file_must_be_readable_have_a_version_as_name_and_not_be_newer() {
    let workspace = Workspace::released();
    workspace.write("openapi/released/README.md", "not a contract");
    workspace.xtask(&["check", "versions"]).succeeded(&[]);
    workspace.write("openapi/released/latest.yaml", CONTRACT);
    workspace.write("openapi/released/0.3.0.yaml", CONTRACT);
    workspace.write("openapi/released/0.0.9.yaml", &CONTRACT.replace("openapi: 3.0.3", "openapi: 2.0.0"));
    workspace.xtask(&["check", "versions"]).failed(&[
        "openapi/released/latest.yaml: the file name is not a version",
        "openapi/released/0.3.0.yaml is newer than the workspace (0.1.0)",
        "[openapi-version]",
        "restore it with `git checkout v0.0.9 -- openapi/released/0.0.9.yaml`",
        "CHANGELOG.md: no section `## [0.0.9] - YYYY-MM-DD`",
    ]);
}

#[test]
fn a_crate_with_a_version_of_its_own_is_found() {
    let workspace = Workspace::new();
    let manifest = "[package]\nname = \"mediaconnect-api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    workspace.write("crates/mediaconnect-api/Cargo.toml", manifest);
    workspace.xtask(&["check", "versions"]).failed(&[
        "crates/mediaconnect-api/Cargo.toml: the crate has its own version",
        "`version.workspace = true`",
    ]);
}

#[test]
fn an_invalid_workspace_version_is_an_error_with_help() {
    let workspace = Workspace::new();
    workspace.set_version("one");
    workspace.xtask(&["check", "versions"]).failed(&["\"one\" is not a semantic version", "0.1.0"]);
    workspace.write("Cargo.toml", "[workspace]\nmembers = []\n");
    workspace.xtask(&["check", "versions"]).failed(&["add one under [workspace.package]"]);
    assert_eq!(workspace.read("CHANGELOG.md"), CHANGELOG);
}

#[test]
fn help_lists_the_steps() {
    let help = Workspace::new().xtask(&["check", "--help"]);
    help.succeeded(&[
        "STEPS",
        "client",
        "coverage",
        "deviations",
        "versions",
        "modules",
        "services",
        "EXIT STATUS",
        "EXAMPLES",
    ]);
}
