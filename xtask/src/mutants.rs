//! Mutation tests of the code that the guarantees rest on, by `cargo-mutants`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::workspace;

/// The code that decides what is sent, how often, with which token, and what is believed.
const FILES: [&str; 9] = [
    "crates/mediaconnect/src/body.rs",
    "crates/mediaconnect/src/pipeline.rs",
    "crates/mediaconnect/src/proof.rs",
    "crates/mediaconnect/src/rate.rs",
    "crates/mediaconnect/src/rate/*.rs",
    "crates/mediaconnect/src/retry.rs",
    "crates/mediaconnect/src/token.rs",
    "crates/mediaconnect/src/token/*.rs",
    "crates/mediaconnect-api/src/wire/*.rs",
];

/// Tests and their tools change nothing that a service runs.
const NOT: [&str; 3] = ["**/tests.rs", "**/testing.rs", "**/simulation.rs"];

/// What `cargo xtask mutants --help` says after the options.
pub(crate) const HELP: &str = "\
Breaks the code in one place at a time, and runs the tests: a mutant that survives is a guarantee that no test holds. It \
needs cargo-mutants (`cargo install cargo-mutants --locked`) and hours, so CI does not run it. By default only the unit \
tests run, which takes some 20 seconds a mutant on 2 cores; run the survivors again with --all-tests. The results are in \
mutants.out; docs/guarantees.md has the last score, and the survivors that are accepted.

EXIT STATUS
  0  each mutant was caught
  1  an error, which says what to do
  2  mutants survived
  3  a test ran out of time

EXAMPLES
  cargo xtask mutants --list                               the mutants, without running them
  cargo xtask mutants --shard 0/8                          every eighth of them
  cargo xtask mutants --file crates/mediaconnect/src/retry.rs --all-tests";

/// What `cargo xtask mutants` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only mutants of these files; by default all that the guarantees rest on.
    #[arg(long)]
    file: Vec<String>,
    /// Only the K-th part of N, from 0: `K/N`.
    #[arg(long)]
    shard: Option<String>,
    /// Only mutants whose names match a regular expression.
    #[arg(long)]
    re: Vec<String>,
    /// Run the behaviour and fault tests as well as the unit tests.
    #[arg(long)]
    all_tests: bool,
    /// List the mutants and run nothing.
    #[arg(long)]
    list: bool,
}

/// Runs `cargo mutants`.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mutants = cargo_mutants(arguments).arg("--list").output();
    let mutants = match mutants {
        Ok(output) if output.status.success() => output.stdout,
        Ok(output) if output.status.code() == Some(101) => {
            bail!("cargo-mutants is not installed: `cargo install cargo-mutants --locked`")
        }
        Ok(output) => bail!("cargo mutants failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => return Err(error).context("cargo cannot be run"),
    };
    if mutants.is_empty() {
        bail!("no mutants: --file, --shard and --re leave nothing to break");
    }
    if arguments.list {
        print!("{}", String::from_utf8_lossy(&mutants));
        return Ok(ExitCode::SUCCESS);
    }
    let mut command = cargo_mutants(arguments);
    command.args(["--baseline", "skip", "--timeout", "300"]);
    if arguments.all_tests {
        command.args(["--test-package", "mediaconnect,mediaconnect-api,mediaconnect-tests"]);
        command.args(["--", "--lib", "--test", "behaviour", "--test", "faults"]);
    } else {
        command.args(["--", "--lib"]);
    }
    match command.status().context("cargo cannot be run")?.code() {
        Some(0) => Ok(ExitCode::SUCCESS),
        Some(2) => Ok(ExitCode::from(2)),
        Some(3) => Ok(ExitCode::from(3)),
        _ => bail!("cargo mutants failed: what it printed says why"),
    }
}

/// `cargo mutants` for the mutants that the arguments choose.
fn cargo_mutants(arguments: &Arguments) -> Command {
    let mut command = Command::new("cargo");
    // Without --workspace, cargo-mutants looks at the default members only.
    command.current_dir(workspace::root()).args(["mutants", "--workspace"]);
    let files: Vec<&str> = arguments.file.iter().map(String::as_str).collect();
    for file in if files.is_empty() { &FILES[..] } else { &files } {
        command.args(["--file", file]);
    }
    for file in NOT {
        command.args(["--exclude", file]);
    }
    for pattern in &arguments.re {
        command.args(["--re", pattern]);
    }
    if let Some(shard) = &arguments.shard {
        command.args(["--shard", shard]);
    }
    command
}
