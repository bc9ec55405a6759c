//! Maintenance commands of the workspace: `cargo xtask <command>`. Each has its own module.

mod bundle;
mod check;
mod coverage;
mod diff;
mod lint;
mod modules;
mod mutants;
mod regenerate;
mod release;
mod snapshots;
mod sunset;
mod upstream;
mod versions;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Maintenance commands of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the files that are generated from the contract: the committed client and the snapshots.
    #[command(after_help = regenerate::HELP)]
    Regenerate {
        /// Write nothing, and fail if a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run the checks of CI other than the tests.
    #[command(after_help = check::HELP)]
    Check(check::Arguments),
    /// Check a contract against all rules. Each finding has its line, its pointer and help.
    #[command(after_help = lint::HELP)]
    Lint(lint::Arguments),
    /// Write the contract as one file, for tools that read a single document.
    #[command(after_help = bundle::HELP)]
    Bundle(bundle::Arguments),
    /// Run only the snapshot tests, and show what changed.
    Snapshots {
        /// Accept the new snapshots. Read the diff before you commit it.
        #[arg(long)]
        accept: bool,
    },
    /// Print how many of upstream's endpoints the contract covers, and check the list of endpoints.
    #[command(after_help = coverage::HELP)]
    Coverage(sunset::Calendar),
    /// Compare two contracts: list the changes, the programs that break, and the effect on Rust programs.
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Check everything, then write the contract of a release. This is the hook of cargo-release.
    #[command(after_help = release::HELP)]
    Release(release::Arguments),
    /// Run mutation tests on the code behind the guarantees.
    #[command(after_help = mutants::HELP)]
    Mutants(mutants::Arguments),
    /// Compare the contract with the pages or documents that upstream publishes.
    #[command(subcommand)]
    Upstream(upstream::Command),
}

fn main() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let outcome = match Arguments::parse().command {
        Command::Regenerate { check: false } => regenerate::write().map(done),
        Command::Regenerate { check: true } => regenerate::check().map(done),
        Command::Check(arguments) => check::run(&arguments.steps, &arguments.calendar).map(done),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Bundle(arguments) => bundle::run(&arguments).map(done),
        Command::Snapshots { accept } => snapshots::run(accept).map(done),
        Command::Coverage(arguments) => coverage::run(arguments.today).map(done),
        Command::Diff(arguments) => Ok(diff::run(&arguments).unwrap_or_else(|error| incomparable(&error))),
        Command::Release(arguments) => release::run(&arguments).map(done),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::Upstream(command) => {
            Ok(upstream::run(&command).unwrap_or_else(|error| incomparable(&error)))
        }
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the error of a command that could not read or compare its input. Returns status 2, because status 1 means
/// that the command found differences.
fn incomparable(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::from(2)
}
