//! Maintenance commands of the workspace: `cargo xtask <command>`, one module each.

mod advice;
mod bundle;
mod changelog;
mod check;
mod coverage;
mod diff;
mod lint;
mod mutants;
mod patches;
mod regenerate;
mod release;
mod released;
mod semver_checks;
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
    /// Write everything that is made from the contract: the committed client and the snapshots.
    #[command(after_help = regenerate::HELP)]
    Regenerate {
        /// Write nothing; fail if something is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run everything that CI checks besides the tests.
    #[command(after_help = check::HELP)]
    Check(check::Arguments),
    /// Check a contract by all rules: each finding with its line, its pointer and what to do.
    #[command(after_help = lint::HELP)]
    Lint(lint::Arguments),
    /// Write the contract as one file, for tools that read a single document.
    #[command(after_help = bundle::HELP)]
    Bundle(bundle::Arguments),
    /// Run the snapshot tests alone, and show what changed.
    Snapshots {
        /// Take the new snapshots. Read the diff before you commit it.
        #[arg(long)]
        accept: bool,
    },
    /// Print how far the contract covers upstream's endpoints, and check that it is true.
    #[command(after_help = coverage::HELP)]
    Coverage(sunset::Calendar),
    /// Compare two contracts: what changed, whom it breaks, and what a Rust program sees of it.
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Check everything, and file the contract and the changelog of a release.
    #[command(after_help = release::HELP)]
    Release(release::Arguments),
    /// Break the code that the guarantees rest on, one place at a time, and see whether a test notices.
    #[command(after_help = mutants::HELP)]
    Mutants(mutants::Arguments),
    /// Compile the generated client for a service that asks for a newer patch of progenitor-client.
    Patches,
    /// Compare what upstream publishes with the contract: pages of its documentation, or documents.
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
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Release(arguments) => release::run(&arguments).map(done),
        Command::Patches => patches::check().map(done),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::Upstream(command) => Ok(upstream::run(&command)),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
