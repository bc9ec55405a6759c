//! `cargo xtask release`, the hook of cargo-release.

use crate::workspace::{CONTRACT, RELEASED_CHANGELOG, Workspace, bundled, grown, lowered};

fn release(workspace: &Workspace, version: &str) -> crate::workspace::Ran {
    workspace.xtask(&["release", version])
}

/// Asserts that the release fails and changes no file, and that its error contains all `parts`.
#[track_caller]
fn refused(workspace: &Workspace, version: &str, parts: &[&str]) {
    for arguments in [&["release", version][..], &["release", version, "--dry-run"]] {
        let before = workspace.uncommitted();
        workspace.xtask(arguments).failed(parts);
        assert_eq!(workspace.uncommitted(), before);
    }
}

/// Returns a workspace in which 0.1.0 is released, and everything is ready for the release of `version`.
fn ready_for(version: &str, contract: &str) -> Workspace {
    let workspace = Workspace::released();
    workspace.set_version(version);
    workspace.write("openapi/connect.yaml", contract);
    workspace.xtask(&["regenerate"]).succeeded(&[]);
    workspace.commit();
    workspace
}

#[test]
fn the_first_release_writes_the_contract() {
    let workspace = Workspace::new();
    release(&workspace, "0.1.0").succeeded(&[
        "nothing is released yet, so no contract is compared",
        "ok      tests",
        "cargo-semver-checks: skipped, because nothing is released yet",
        "\nopenapi/connect.yaml is written as one file to openapi/released/0.1.0.yaml\n",
    ]);
    assert_eq!(workspace.read("openapi/released/0.1.0.yaml"), bundled(CONTRACT));
    assert_eq!(workspace.uncommitted(), "A  openapi/released/0.1.0.yaml\n", "cargo-release commits it");
    assert_eq!(workspace.git(&["tag"]), "", "cargo-release tags");
}

#[test]
fn a_contract_in_several_files_is_released_as_one_file() {
    let workspace = Workspace::in_several_files();
    release(&workspace, "0.1.0").succeeded(&[" is written as one file to openapi/released/0.1.0.yaml\n"]);
    let printed = workspace.xtask(&["bundle"]).out;
    assert_eq!(printed.split_once('\n').unwrap().1, workspace.read("openapi/released/0.1.0.yaml"));
    workspace.xtask(&["check", "contract"]).succeeded(&[]);
    workspace.xtask(&["lint", "openapi/released/0.1.0.yaml"]).succeeded(&["rules found nothing"]);
    workspace.xtask(&["diff"]).succeeded(&["Nothing changed."]);
}

#[test]
fn a_dry_run_checks_the_same_and_writes_nothing() {
    let workspace = Workspace::new();
    workspace
        .xtask(&["release", "0.1.0", "--dry-run"])
        .succeeded(&[" would be written as one file to openapi/released/0.1.0.yaml\n"]);
    assert_eq!(workspace.uncommitted(), "");
    assert!(!workspace.exists("openapi/released"));
    let dry = workspace.calls();
    let wet = Workspace::new();
    release(&wet, "0.1.0").succeeded(&[]);
    assert_eq!(dry, wet.calls());
    assert!(dry.contains("cargo test --quiet --workspace --locked INSTA_UPDATE=no\n"), "{dry}");
}

#[test]
fn cargo_release_requests_a_dry_run_by_a_variable() {
    let dry = Workspace::new().with("DRY_RUN", "true");
    release(&dry, "0.1.0").succeeded(&[" would be written as one file to openapi/released/0.1.0.yaml\n"]);
    let wet = Workspace::new().with("DRY_RUN", "false");
    release(&wet, "0.1.0").succeeded(&[" is written as one file to openapi/released/0.1.0.yaml\n"]);
}

#[test]
fn a_later_release_is_compared_with_the_last_one() {
    let workspace = ready_for("0.1.1", &grown());
    release(&workspace, "0.1.1").succeeded(&[
        "ok      versions: 0.1.1; the contract has no breaking change since 0.1.0",
        "skipped cargo-semver-checks: not installed",
    ]);
    assert_eq!(workspace.read("openapi/released/0.1.1.yaml"), bundled(&grown()));
    assert_eq!(workspace.read("openapi/released/0.1.0.yaml"), CONTRACT);
}

#[test]
fn a_released_version_is_refused() {
    let workspace = Workspace::released();
    refused(&workspace, "0.1.0", &["0.1.0 is already released: openapi/released/0.1.0.yaml exists"]);
}

#[test]
fn a_version_that_is_older_than_a_release_is_refused() {
    let workspace = Workspace::released();
    workspace.set_version("0.0.9");
    workspace.commit();
    refused(
        &workspace,
        "0.0.9",
        &["openapi/released/0.1.0.yaml is newer than the workspace (0.0.9)", "failed: versions"],
    );
}

#[test]
fn a_version_that_is_too_low_is_refused_before_any_check_runs() {
    let workspace = ready_for("0.1.1", &lowered());
    let calls = workspace.calls();
    refused(
        &workspace,
        "0.1.1",
        &[
            "the version must be at least 0.2.0 after release 0.1.0",
            "\n  limit-tightened-in-request at /components/schemas/EmailAddress",
        ],
    );
    assert_eq!(workspace.calls(), calls);
}

#[test]
fn a_breaking_change_without_a_changelog_entry_is_refused() {
    let workspace = ready_for("0.2.0", &lowered());
    refused(&workspace, "0.2.0", &["FAILED  versions", "no entry under `### Breaking`"]);
}

#[test]
fn a_released_contract_that_cannot_be_read_is_refused() {
    let workspace = ready_for("0.1.1", &grown());
    workspace.write("openapi/released/0.1.0.yaml", "openapi: 3.1.0\n");
    workspace.commit();
    refused(&workspace, "0.1.1", &["openapi/released/0.1.0.yaml cannot be compared"]);
}

#[test]
fn a_failed_check_or_test_stops_the_release() {
    let stale = Workspace::new();
    stale.write("openapi/connect.yaml", &grown());
    stale.commit();
    refused(&stale, "0.1.0", &["FAILED  client", "run `cargo xtask regenerate`"]);
    let untidy = Workspace::new().with("FAKE_CARGO_FAILS", "clippy");
    refused(&untidy, "0.1.0", &["FAILED  clippy"]);
    assert!(!untidy.calls().contains("cargo test"), "the tests take long: checks come first");
    let broken = Workspace::new().with("FAKE_CARGO_FAILS", "test");
    refused(&broken, "0.1.0", &["the tests failed", "then run `cargo test --workspace --locked`"]);
}

#[test]
fn checks_that_change_a_file_stop_the_release() {
    let workspace = Workspace::new().with("FAKE_CARGO_TEST_WRITES", "crates/mediaconnect-api/src/lib.rs");
    release(&workspace, "0.1.0")
        .failed(&["the checks changed files", "M crates/mediaconnect-api/src/lib.rs"]);
    assert!(!workspace.exists("openapi/released"));
}

#[test]
fn a_file_that_cannot_be_added_to_git_is_removed() {
    let workspace = Workspace::new();
    workspace.write(".git/index.lock", "");
    release(&workspace, "0.1.0")
        .failed(&["openapi/released/0.1.0.yaml cannot be written and added to git", "index.lock"]);
    assert!(!workspace.exists("openapi/released/0.1.0.yaml"));
}

#[test]
fn a_broken_rust_api_needs_a_breaking_version() {
    let low = ready_for("0.1.1", &grown()).with_semver_checks(100);
    refused(
        &low,
        "0.1.1",
        &[
            "the version must be at least 0.2.0 after release 0.1.0",
            "which are listed above",
            "what cargo-semver-checks says",
        ],
    );
    let high = ready_for("0.2.0", &grown()).with_semver_checks(100);
    refused(
        &high,
        "0.2.0",
        &["CHANGELOG.md: no entry under `### Breaking` describes the findings of cargo-semver-checks"],
    );
    let told = "### Breaking\n- client: a method is gone.\n\n### Added\n- client: more.";
    let unreleased = RELEASED_CHANGELOG.replace("### Added\n- client: more.", told);
    // cargo-release moves the entries to a dated section before it calls the hook, except in a dry run. Both forms must
    // be accepted.
    let dated = unreleased.replace("[Unreleased]\n", "[Unreleased]\n\n## [0.2.0] - 2026-02-28\n");
    for changelog in [unreleased, dated] {
        high.write("CHANGELOG.md", &changelog);
        high.commit();
        high.xtask(&["release", "0.2.0", "--dry-run"])
            .succeeded(&["ok      cargo-semver-checks: finds breaking changes"]);
    }
    let kept = ready_for("0.1.1", &grown()).with_semver_checks(0);
    release(&kept, "0.1.1").succeeded(&["ok      cargo-semver-checks: finds no breaking change"]);
    assert!(kept.calls().contains("--baseline-rev v0.1.0"), "{}", kept.calls());
}

#[test]
fn help_lists_the_conditions_and_refers_to_cargo_release() {
    let help = Workspace::new().xtask(&["release", "--help"]);
    help.succeeded(&["--dry-run", "cargo release --execute", "EXIT STATUS", "EXAMPLES"]);
    assert_eq!(Workspace::new().xtask(&["release", "next"]).code, 2);
    assert_eq!(Workspace::new().xtask(&["release"]).code, 2);
}
