//! `cargo xtask release`.

use std::fs;

use crate::workspace::{CHANGELOG, CONTRACT, RELEASED_CHANGELOG, Workspace, bundled, grown, lowered};

const DATE: &str = "2026-02-28";

fn release(workspace: &Workspace, more: &[&str]) -> crate::workspace::Ran {
    workspace.xtask(&[&["release", "--date", DATE], more].concat())
}

/// Asserts that the release fails with all parts in its error, and changes nothing.
#[track_caller]
fn refused(workspace: &Workspace, parts: &[&str]) {
    for arguments in [&[][..], &["--dry-run"]] {
        let before = (workspace.uncommitted(), workspace.read("CHANGELOG.md"));
        release(workspace, arguments).failed(parts);
        assert_eq!((workspace.uncommitted(), workspace.read("CHANGELOG.md")), before);
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
fn the_first_release_writes_the_contract_and_dates_the_changelog() {
    let workspace = Workspace::new();
    release(&workspace, &[]).succeeded(&[
        "release 0.1.0 of 2026-02-28",
        "nothing is released yet, so no contract is compared",
        "ok      tests",
        "cargo-semver-checks: skipped, because nothing is released yet",
        "\nwritten: openapi/released/0.1.0.yaml, the bundle of openapi/connect.yaml\n",
        "\nwritten: CHANGELOG.md, with a section [0.1.0] - 2026-02-28\n",
        "  git add openapi/released/0.1.0.yaml CHANGELOG.md\n",
        "  git commit --message 'Release 0.1.0'\n",
        "  git tag --annotate v0.1.0 --message 'Release 0.1.0'\n",
        "  git push --follow-tags\n",
    ]);
    assert_eq!(workspace.read("openapi/released/0.1.0.yaml"), bundled(CONTRACT));
    let dated = CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n## [0.1.0] - 2026-02-28\n");
    assert_eq!(workspace.read("CHANGELOG.md"), dated);
    assert_eq!(workspace.uncommitted(), " M CHANGELOG.md\n?? openapi/released/0.1.0.yaml\n");
    assert_eq!(workspace.git(&["tag"]), "", "tagging and publishing are left to people");
    workspace
        .xtask(&["check", "versions"])
        .succeeded(&["0.1.0; the contract has no breaking change since 0.1.0"]);
}

#[test]
fn a_contract_in_several_files_is_released_as_one_file() {
    let workspace = Workspace::in_several_files();
    release(&workspace, &[]).succeeded(&["\nwritten: openapi/released/0.1.0.yaml, the bundle of"]);
    let printed = workspace.xtask(&["bundle"]).out;
    assert_eq!(printed.split_once('\n').unwrap().1, workspace.read("openapi/released/0.1.0.yaml"));
    workspace.xtask(&["check", "contract"]).succeeded(&[]);
    workspace.xtask(&["lint", "openapi/released/0.1.0.yaml"]).succeeded(&["rules found nothing"]);
    workspace.xtask(&["diff"]).succeeded(&["Nothing changed."]);
}

#[test]
fn a_dry_run_checks_the_same_and_writes_nothing() {
    let workspace = Workspace::new();
    let ran = release(&workspace, &["--dry-run"]);
    ran.succeeded(&[
        "would be written: openapi/released/0.1.0.yaml",
        "would be written: CHANGELOG.md",
        "git tag",
    ]);
    assert_eq!(workspace.uncommitted(), "");
    assert!(!workspace.exists("openapi/released"));
    let dry = workspace.calls();
    let wet = Workspace::new();
    release(&wet, &[]).succeeded(&[]);
    assert_eq!(dry, wet.calls());
    assert!(dry.contains("cargo test --quiet --workspace --locked INSTA_UPDATE=no\n"), "{dry}");
}

#[test]
fn a_later_release_is_compared_with_the_last_one() {
    let workspace = ready_for("0.1.1", &grown());
    release(&workspace, &[]).succeeded(&[
        "ok      versions: 0.1.1; the contract has no breaking change since 0.1.0",
        "skipped cargo-semver-checks: not installed",
    ]);
    assert_eq!(workspace.read("openapi/released/0.1.1.yaml"), bundled(&grown()));
    assert_eq!(workspace.read("openapi/released/0.1.0.yaml"), CONTRACT);
    let expected = RELEASED_CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n## [0.1.1] - 2026-02-28\n");
    assert_eq!(workspace.read("CHANGELOG.md"), expected);
}

#[test]
fn uncommitted_changes_are_refused() {
    let workspace = Workspace::new();
    workspace.write("stray.txt", "");
    refused(
        &workspace,
        &["cannot be released, and nothing is written", "commit or stash them\n?? stray.txt"],
    );
}

#[test]
fn a_directory_without_git_is_refused() {
    let workspace = Workspace::new();
    fs::rename(workspace.root().join(".git"), workspace.root().join("../git")).unwrap();
    release(&workspace, &[]).failed(&["run this in the git repository"]);
    assert!(!workspace.exists("openapi/released"));
}

#[test]
fn a_version_with_a_release_file_or_tag_is_refused() {
    let workspace = Workspace::released();
    refused(
        &workspace,
        &[
            "0.1.0 is already released: openapi/released/0.1.0.yaml exists. Set `version`",
            "`cargo update --workspace`",
        ],
    );
    let workspace = Workspace::new();
    workspace.git(&["-c", "tag.gpgsign=false", "tag", "v0.1.0"]);
    refused(&workspace, &["0.1.0 is already released: git has the tag v0.1.0"]);
}

#[test]
fn a_version_that_is_older_than_a_release_is_refused() {
    let workspace = Workspace::released();
    workspace.set_version("0.0.9");
    workspace.commit();
    refused(&workspace, &["0.0.9 is lower than 0.1.0, which is already released"]);
}

#[test]
fn a_version_that_is_too_low_is_refused_before_any_check_runs() {
    let workspace = ready_for("0.1.1", &lowered());
    let calls = workspace.calls();
    refused(
        &workspace,
        &[
            "0.1.1 cannot be released, and nothing is written",
            "the version must be at least 0.2.0 after 0.1.0",
            "\n  limit-tightened-in-request at /components/schemas/EmailAddress",
        ],
    );
    assert_eq!(workspace.calls(), calls);
}

#[test]
fn a_breaking_change_without_a_changelog_entry_is_refused() {
    let workspace = ready_for("0.2.0", &lowered());
    refused(&workspace, &["FAILED  versions", "no entry under `### Breaking`"]);
}

#[test]
fn a_changelog_without_entries_is_refused() {
    let workspace = Workspace::new();
    workspace.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n");
    workspace.commit();
    refused(&workspace, &["CHANGELOG.md has no entry for 0.1.0: describe the changes"]);
}

#[test]
fn all_problems_are_reported_together() {
    let workspace = Workspace::released();
    workspace.write("CHANGELOG.md", &RELEASED_CHANGELOG.replace("- client: more.\n", ""));
    refused(&workspace, &["uncommitted", "0.1.0 is already released"]);
    workspace.set_version("0.1.1");
    refused(&workspace, &["uncommitted", "CHANGELOG.md has no entry for 0.1.1"]);
}

#[test]
fn a_released_contract_that_cannot_be_read_is_refused() {
    let workspace = ready_for("0.1.1", &grown());
    workspace.write("openapi/released/0.1.0.yaml", "openapi: 3.1.0\n");
    workspace.commit();
    refused(&workspace, &["openapi/released/0.1.0.yaml cannot be compared"]);
}

#[test]
fn a_failed_check_or_test_stops_the_release() {
    let stale = Workspace::new();
    stale.write("openapi/connect.yaml", &grown());
    stale.commit();
    refused(&stale, &["FAILED  client", "run `cargo xtask regenerate`"]);
    let untidy = Workspace::new().with("FAKE_CARGO_FAILS", "clippy");
    refused(&untidy, &["FAILED  clippy"]);
    assert!(!untidy.calls().contains("cargo test"), "the tests take long: checks come first");
    let broken = Workspace::new().with("FAKE_CARGO_FAILS", "test");
    refused(&broken, &["the tests failed", "then run `cargo test --workspace --locked`"]);
}

#[test]
fn checks_that_change_a_file_stop_the_release() {
    let workspace = Workspace::new().with("FAKE_CARGO_TEST_WRITES", "crates/mediaconnect-api/src/lib.rs");
    release(&workspace, &[]).failed(&["the checks changed files", "M crates/mediaconnect-api/src/lib.rs"]);
    assert!(!workspace.exists("openapi/released"));
}

#[test]
fn a_broken_rust_api_needs_a_breaking_version() {
    let low = ready_for("0.1.1", &grown()).with_semver_checks(100);
    refused(
        &low,
        &[
            "the version must be at least 0.2.0 after 0.1.0",
            "which are listed above",
            "what cargo-semver-checks says",
        ],
    );
    let high = ready_for("0.2.0", &grown()).with_semver_checks(100);
    refused(
        &high,
        &["CHANGELOG.md: no entry under `### Breaking` describes the findings of cargo-semver-checks"],
    );
    let told = "### Breaking\n- client: a method is gone.\n\n### Added\n- client: more.";
    high.write("CHANGELOG.md", &RELEASED_CHANGELOG.replace("### Added\n- client: more.", told));
    high.commit();
    release(&high, &[]).succeeded(&["ok      cargo-semver-checks: finds breaking changes"]);
    let kept = ready_for("0.1.1", &grown()).with_semver_checks(0);
    release(&kept, &[]).succeeded(&["ok      cargo-semver-checks: finds no breaking change"]);
    assert!(kept.calls().contains("--baseline-rev v0.1.0"), "{}", kept.calls());
}

#[test]
fn help_lists_the_conditions_and_the_manual_steps() {
    let help = Workspace::new().xtask(&["release", "--help"]);
    help.succeeded(&["--dry-run", "--date", "printed, but not run", "EXIT STATUS", "EXAMPLES"]);
    assert_eq!(Workspace::new().xtask(&["release", "--date", "tomorrow"]).code, 2);
}
