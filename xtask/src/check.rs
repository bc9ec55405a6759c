//! Runs the checks of CI other than the tests.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::sunset::{self, Calendar};
use crate::{coverage, lint, modules, regenerate, upstream, versions, workspace};

pub(crate) const HELP: &str = "\
STEPS
  contract       openapi/connect.yaml and its groups pass all rules of `cargo xtask lint`
  client         the committed client matches the contract
  coverage       openapi/coverage.yaml and the contract agree
  deviations     openapi/deviations.yaml is valid
  versions       Cargo.toml and CHANGELOG.md agree with the breaking changes since the last release; every released \
contract can be read, and all crates have the workspace's version
  modules        no crate has a cycle of imports between its top-level modules, and imports follow ARCHITECTURE.md
  services       a service compiles neither the generator nor crates of features that are off by default
  formatting     rustfmt would change nothing
  clippy         there are no findings, with the common sets of features
  documentation  rustdoc has no warnings

A failed step does not stop the others. Each error says how to fix it. The tests have their own command: `cargo test \
--workspace`. Near and past sunsets are warnings, and never fail a step.

EXIT STATUS
  0  all steps passed
  1  a step failed
  2  wrong arguments

EXAMPLES
  cargo xtask check                    all steps; clippy and documentation take minutes if nothing is compiled yet
  cargo xtask check versions coverage  two fast steps";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The steps to run [default: all].
    #[arg(value_name = "STEP", value_parser = PossibleValuesParser::new(STEPS.map(|step| step.name)))]
    pub(crate) steps: Vec<String>,
    #[command(flatten)]
    pub(crate) calendar: Calendar,
}

struct Step {
    name: &'static str,
    /// Runs the step. Returns a note for the step's line of output, or an error that states the problem and its fix.
    run: fn() -> Result<String>,
}

const STEPS: [Step; 10] = [
    Step { name: "contract", run: || lint::check().map(silent) },
    Step { name: "client", run: || regenerate::check_copy().map(silent) },
    Step { name: "coverage", run: || coverage::check().map(silent) },
    Step { name: "deviations", run: || upstream::check::deviations().map(silent) },
    Step { name: "versions", run: versions::check },
    Step { name: "modules", run: || modules::check().map(silent) },
    Step { name: "services", run: || services().map(silent) },
    Step { name: "formatting", run: || formatting().map(silent) },
    Step { name: "clippy", run: || clippy().map(silent) },
    Step { name: "documentation", run: || documentation().map(silent) },
];

/// Runs the named steps, or all steps if none is named. A failed step does not stop the others.
pub(crate) fn run(names: &[String], calendar: &Calendar) -> Result<()> {
    let chosen = STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name));
    let mut failed = Vec::new();
    for Step { name, run } in chosen {
        match run() {
            Ok(note) if note.is_empty() => workspace::print(format_args!("ok      {name}")),
            Ok(note) => workspace::print(format_args!("ok      {name}: {note}")),
            Err(error) => {
                workspace::print(format_args!("FAILED  {name}\n{error:#}\n"));
                failed.push(*name);
            }
        }
    }
    // A sunset that is near or past is only a warning. An error would make the check fail although nobody changed the
    // code.
    if let Ok(contract) = workspace::contract() {
        workspace::print_lines(&sunset::warnings(&contract, calendar.today));
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "failed: {}; fix the errors above, then run `cargo xtask check {}`",
        failed.join(", "),
        failed.join(" ")
    )
}

fn silent((): ()) -> String {
    String::new()
}

fn formatting() -> Result<()> {
    workspace::run(workspace::cargo(&["fmt", "--all", "--check"]), "run `cargo fmt --all`")
}

/// The packages and features that clippy checks. For each feature, at least one entry turns it on and at least one
/// leaves it off. `.ci/features` checks all pairs of features, which takes longer.
const FEATURE_SETS: &[&str] = &[
    // The whole workspace includes the crate `tests`, which turns on the generator. The entries below this one do not
    // include `tests`, so they compile the committed copy of the generated code, as a service does.
    "--workspace --all-targets",
    "--package mediaconnect",
    "--package mediaconnect --no-default-features --features native-tls,schemars,metrics",
    "--package mediaconnect --features opentelemetry,cache,unverified",
    "--package mediaconnect-fleet --no-default-features --features native-tls",
    "--package mediaconnect-sandbox --package mediaconnect-contract --no-default-features",
];

fn clippy() -> Result<()> {
    for set in FEATURE_SETS {
        let set = set.split(' ');
        let arguments: Vec<_> =
            ["clippy", "--quiet"].into_iter().chain(set).chain(["--", "-D", "warnings"]).collect();
        let again = format!("fix the clippy findings above, then run `cargo {}`", arguments.join(" "));
        workspace::run(workspace::cargo(&arguments), &again)?;
    }
    Ok(())
}

fn documentation() -> Result<()> {
    let mut command = workspace::cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    workspace::run(
        command,
        "fix the rustdoc findings above, then run `RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps`",
    )
}

/// Fails if a default build of the crate `mediaconnect` compiles the generator, or a crate that only non-default
/// features need.
fn services() -> Result<()> {
    let output = workspace::cargo(&[
        "tree",
        "--package",
        "mediaconnect",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ])
    .output()
    .context("cargo cannot be started")?;
    let tree = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || !tree.starts_with("mediaconnect ") {
        bail!(
            "`cargo tree --package mediaconnect` failed: run it, and fix its error: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let refused = [
        "progenitor ",
        "progenitor-impl ",
        "typify",
        "openapiv3 ",
        "schemars v0.8",
        "mediaconnect-codegen ",
        "mediaconnect-contract ",
        "jsonschema ",
        "regress ",
    ]
    .map(str::to_owned);
    let optional = optional_crates(&workspace::read(&workspace::root(), "crates/mediaconnect/Cargo.toml")?)?;
    let refused: Vec<String> =
        refused.into_iter().chain(optional.iter().map(|name| format!("{name} "))).collect();
    let found: Vec<_> =
        tree.lines().filter(|line| refused.iter().any(|name| line.starts_with(name.as_str()))).collect();
    if found.is_empty() {
        return Ok(());
    }
    bail!(
        "a service that depends on mediaconnect would compile {}: make these dependencies optional; `cargo tree \
         --package mediaconnect --invert NAME` shows which crate depends on NAME",
        found.join(", ")
    )
}

/// Returns the crates that only features need that are off by default, from the text of a Cargo.toml.
fn optional_crates(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: toml::Table =
        manifest.parse().context("crates/mediaconnect/Cargo.toml is not valid TOML")?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let needs = |feature: &str| {
        let needs = features.and_then(|features| features.get(feature)?.as_array());
        needs.into_iter().flatten().filter_map(toml::Value::as_str)
    };
    let (mut on, mut left) = (BTreeSet::new(), vec!["default"]);
    while let Some(feature) = left.pop() {
        if on.insert(feature) {
            left.extend(needs(feature));
        }
    }
    let all = features.into_iter().flat_map(toml::Table::keys).flat_map(|feature| needs(feature));
    let off = all.filter(|need| !on.contains(need)).filter_map(|need| need.strip_prefix("dep:"));
    Ok(off.map(str::to_owned).collect())
}
