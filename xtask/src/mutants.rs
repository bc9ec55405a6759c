//! Runs mutation tests on the code behind the guarantees, with `cargo-mutants`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::workspace;

/// The code that decides which requests are sent, how often and with which token, and which responses are accepted.
const FILES: [&str; 11] = [
    "crates/mediaconnect/src/body.rs",
    "crates/mediaconnect/src/headers.rs",
    "crates/mediaconnect/src/headers/*.rs",
    "crates/mediaconnect/src/pipeline.rs",
    "crates/mediaconnect/src/proof.rs",
    "crates/mediaconnect/src/rate.rs",
    "crates/mediaconnect/src/rate/*.rs",
    "crates/mediaconnect/src/retry.rs",
    "crates/mediaconnect/src/token.rs",
    "crates/mediaconnect/src/token/*.rs",
    "crates/mediaconnect-api/src/wire/*.rs",
];

/// Test code, which no service runs.
const NOT: [&str; 2] = ["**/tests.rs", "**/testing.rs"];

pub(crate) const HELP: &str = "\
Changes the code in one place at a time, and runs the tests. If a mutant survives, no test checks that code. This needs \
cargo-mutants (`cargo install cargo-mutants --locked`) and hours, so CI does not run it. By default only the unit tests \
run, which takes about 20 seconds for each mutant on 2 cores. Run the surviving mutants again with --all-tests. The \
results are in mutants.out. docs/guarantees.md has the last score, and the accepted survivors.

EXIT STATUS
  0  the tests caught every mutant
  1  an error, which says what to do
  2  mutants survived
  3  a test ran out of time

EXAMPLES
  cargo xtask mutants --list                               list the mutants, and run nothing
  cargo xtask mutants --shard 0/8                          run every eighth mutant
  cargo xtask mutants --file crates/mediaconnect/src/retry.rs --all-tests";

#[derive(Args)]
pub(crate) struct Arguments {
    /// Run only mutants of these files [default: the code behind the guarantees].
    #[arg(long)]
    file: Vec<String>,
    /// Run only the K-th of N parts, counted from 0: `K/N`.
    #[arg(long)]
    shard: Option<String>,
    /// Run only mutants whose names match a regular expression.
    #[arg(long)]
    re: Vec<String>,
    /// Run the behaviour and fault tests as well as the unit tests.
    #[arg(long)]
    all_tests: bool,
    /// List the mutants and run nothing.
    #[arg(long)]
    list: bool,
}

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
        bail!("no mutants match --file, --shard and --re: change these options");
    }
    if arguments.list {
        workspace::print_lines(&String::from_utf8_lossy(&mutants));
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
        _ => bail!("cargo mutants failed: fix the error above"),
    }
}

fn cargo_mutants(arguments: &Arguments) -> Command {
    let mut command = Command::new("cargo");
    // By default, cargo-mutants tests only the default members of the workspace, so `--workspace` is needed.
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
