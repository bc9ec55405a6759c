//! Maintenance commands of the workspace: `cargo xtask <command>`, one module each.

mod check;
mod coverage;
mod deprecations;
mod diff;
mod lint;
mod regenerate;
mod snapshots;
mod sunset;
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
    Regenerate {
        /// Write nothing; fail if something is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run everything that CI checks besides the tests.
    Check(sunset::Calendar),
    /// Check a contract by all rules: each finding with its line, its pointer and what to do.
    #[command(after_help = lint::HELP)]
    Lint(lint::Arguments),
    /// Run the snapshot tests alone, and show what changed.
    Snapshots {
        /// Take the new snapshots. Read the diff before you commit it.
        #[arg(long)]
        accept: bool,
    },
    /// Print how far the contract covers upstream's endpoints, and check that it is true.
    Coverage(sunset::Calendar),
    /// Compare two contracts: what changed, whom it breaks, and what a Rust program sees of it.
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
}

fn main() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let outcome = match Arguments::parse().command {
        Command::Regenerate { check: false } => regenerate::write().map(done),
        Command::Regenerate { check: true } => regenerate::check().map(done),
        Command::Check(arguments) => check::run(arguments.today).map(done),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Snapshots { accept } => snapshots::run(accept).map(done),
        Command::Coverage(arguments) => coverage::run(arguments.today).map(done),
        Command::Diff(arguments) => diff::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
