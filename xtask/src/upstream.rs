//! Compares upstream's pages and documents with the contract.

mod align;
mod bare;
mod catalogue;
pub(crate) mod check;
mod collapsed;
mod compare;
mod deviations;
mod document;
pub(crate) mod draft;
mod draft_schemas;
mod edit;
mod endpoints;
mod enums;
mod examples;
mod fenced;
mod fields;
mod html;
mod input;
mod known;
mod lifecycle;
mod lines;
mod locate;
mod markdown;
mod navigation;
mod nesting;
mod new_property;
mod occurrence;
mod page;
mod propose;
mod record;
mod report;
mod routes;
mod sample;
pub(crate) mod save;
mod table;
mod types;
mod undescribed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use mediaconnect_contract::Contract;
use mediaconnect_contract::lint::lint_structure;

use crate::workspace;
use known::Known;

/// The commands of `cargo xtask upstream`.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Compare the contract with a page, a document, or a directory of pages and documents.
    #[command(after_help = check::HELP)]
    Check(check::Arguments),
    /// Print a patch that adds the operation of a page to the contract.
    #[command(after_help = draft::HELP)]
    Draft(draft::Arguments),
    /// Save the facts of pages, so that later versions of the pages can be compared with these facts.
    #[command(after_help = save::HELP)]
    Save(save::Arguments),
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check(arguments) => check::run(arguments),
        Command::Draft(arguments) => draft::run(arguments),
        Command::Save(arguments) => save::run(arguments),
    }
}

/// The workspace: its directory, its contract, and `openapi/coverage.yaml`, which lists upstream's endpoints.
struct Workspace {
    root: PathBuf,
    contract: Contract,
    coverage: Contract,
}

impl Workspace {
    fn read() -> Result<Self> {
        let root = workspace::root();
        let contract = workspace::contract_of(&root)?;
        if let Err(findings) = lint_structure(&contract) {
            bail!("{} cannot be compared; fix these errors:\n{findings}", contract.name());
        }
        let coverage = read_yaml(&root, crate::coverage::FILE)?;
        Ok(Self { root, contract, coverage })
    }

    fn known(&self) -> Known<'_> {
        Known::new(&self.contract, &self.coverage)
    }
}

fn read_yaml(root: &Path, name: &str) -> Result<Contract> {
    let text = fs::read_to_string(root.join(name)).with_context(|| {
        format!("{name} cannot be read: run this command in the repository of the contract")
    })?;
    Ok(Contract::parse(name, &text)?)
}
