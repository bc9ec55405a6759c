//! The version advice of `cargo xtask diff`.

use serde_json::{Value, json};

use crate::workspace::{Ran, Workspace, grown, lowered};

fn version(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str::<Value>(&ran.out).unwrap()["version"].take()
}

#[test]
fn the_report_ends_with_the_required_version() {
    let workspace = Workspace::released();
    workspace.write("openapi/connect.yaml", &lowered());
    let expected = "\n\nVERSION: the version must be at least 0.2.0 after release 0.1.0: a breaking change raises the \
                    minor number in 0.x. The workspace has 0.1.0, which is too low.\n  \
                    limit-tightened-in-request at /components/schemas/EmailAddress\n\
                    Rust API, according to the contract: the compiler finds none of the breaking changes (1): programs \
                    compile, but behave differently at run time.\n\
                    cargo-semver-checks: skipped: to check hand-written code too, run \
                    `cargo xtask diff --semver-checks`.\n";
    let ran = workspace.xtask(&["diff"]);
    assert!(ran.out.ends_with(expected), "{}", ran.out);
    let markdown = workspace.xtask(&["diff", "--format", "markdown"]);
    markdown.succeeded(&[
        "\n## Version\n\n- The version must be at least 0.2.0 after release 0.1.0",
        "\n  - `limit-tightened-in-request` at `/components/schemas/EmailAddress`\n- Rust API",
    ]);
}

#[test]
fn an_operation_that_is_only_inferred_raises_the_version() {
    let workspace = Workspace::released();
    let contract = workspace.read("openapi/connect.yaml");
    let inferred = contract.replacen("      x-evidence: documented\n", "      x-evidence: inferred\n", 1);
    workspace.write("openapi/connect.yaml", &inferred);
    let found = version(&workspace.xtask(&["diff", "--format", "json"]));
    assert_eq!(
        (&found["least"], &found["because"][0]["rule"]),
        (&json!("0.2.0"), &json!("rust-operation-unverified"))
    );
}

#[test]
fn json_has_the_advice() {
    let workspace = Workspace::released();
    workspace.write("openapi/connect.yaml", &lowered());
    workspace.set_version("0.2.0");
    let expected = json!({
        "now": "0.2.0",
        "lastRelease": "0.1.0",
        "change": "breaking",
        "least": "0.2.0",
        "satisfied": true,
        "because": [{
            "rule": "limit-tightened-in-request",
            "contractPointer": "/components/schemas/EmailAddress",
        }],
        "compileErrors": 0,
        "semverChecks": "not asked",
    });
    assert_eq!(version(&workspace.xtask(&["diff", "--format", "json"])), expected);
}

#[test]
fn release_and_version_are_those_of_the_compared_contracts() {
    let workspace = Workspace::released();
    workspace.write("openapi/connect.yaml", &lowered());
    workspace.write("openapi/released/0.2.0.yaml", &lowered());
    workspace.set_version("0.2.0");
    workspace.commit();
    workspace.write("openapi/connect.yaml", &grown());
    workspace.set_version("0.3.0");
    let advice = |arguments: &[&str]| {
        let found = version(&workspace.xtask(&[&["diff", "--format", "json"], arguments].concat()));
        ["lastRelease", "least", "now"].map(|key| found[key].as_str().unwrap_or("none").to_owned())
    };
    assert_eq!(advice(&[]), ["0.2.0", "0.2.1", "0.3.0"]);
    assert_eq!(advice(&["v0.1.0"]), ["0.1.0", "0.1.1", "0.3.0"]);
    assert_eq!(advice(&["v0.1.0", "HEAD"]), ["0.1.0", "0.2.0", "0.2.0"]);
    assert_eq!(advice(&["openapi/released/0.1.0.yaml"]), ["0.1.0", "0.1.1", "0.3.0"]);
    assert_eq!(advice(&["HEAD", "v0.1.0"]), ["0.2.0", "0.2.1", "0.1.0"]);
    assert_eq!(advice(&["v0.1.0~1"]), ["none", "none", "0.3.0"]);
}

#[test]
fn semver_checks_compares_with_the_last_release_and_affects_the_version() {
    let args = ["diff", "--semver-checks", "--format", "json"];
    let breaks = Workspace::released().with_semver_checks(100);
    let found = version(&breaks.xtask(&args));
    assert_eq!((&found["least"], &found["semverChecks"]), (&json!("0.2.0"), &json!("breaking")));
    let calls = breaks.calls();
    for package in ["mediaconnect ", "mediaconnect-api ", "mediaconnect-fleet "] {
        assert!(
            calls.contains(&format!("check-release --package {package}--baseline-rev v0.1.0")),
            "{calls}"
        );
    }
    let ran = breaks.xtask(&["diff", "--semver-checks"]);
    ran.succeeded(&[
        "Nothing changed.",
        "at least 0.2.0 after release 0.1.0",
        "finds breaking changes, which are listed above",
    ]);
    assert!(
        ran.err.contains("what cargo-semver-checks says"),
        "its words are no part of the report: {}",
        ran.err
    );

    let keeps = Workspace::released().with_semver_checks(0);
    let found = version(&keeps.xtask(&args));
    assert_eq!((&found["least"], &found["semverChecks"]), (&json!(null), &json!("compatible")));

    let fails = Workspace::released().with_semver_checks(101);
    fails.xtask(&args).refused(&[
        "could not compare mediaconnect with v0.1.0",
        "git fetch --unshallow --tags",
        "cargo install cargo-semver-checks",
    ]);
}

#[test]
fn the_output_states_that_semver_checks_is_not_installed() {
    let workspace = Workspace::released();
    let line = "cargo-semver-checks: not installed, so hand-written code is not checked: run `cargo install \
                cargo-semver-checks --locked`.";
    workspace.xtask(&["diff", "--semver-checks"]).succeeded(&[line]);
    assert_eq!(
        version(&workspace.xtask(&["diff", "--semver-checks", "--format", "json"]))["semverChecks"],
        "not installed"
    );
}

#[test]
fn semver_checks_needs_rust_code_to_compare() {
    let workspace = Workspace::released().with_semver_checks(0);
    workspace.write("old.yaml", &lowered());
    let ran = workspace.xtask(&["diff", "old.yaml", "--semver-checks"]);
    ran.refused(&["old.yaml contains only a contract: name a git revision as OLD"]);
    assert_eq!(workspace.xtask(&["diff", "HEAD", "v0.1.0", "--semver-checks"]).code, 2);
}
