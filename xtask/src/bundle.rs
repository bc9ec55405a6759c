//! Writes the contract as one file, for tools that read a single document.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::workspace::{self, CONTRACT};

pub(crate) const HELP: &str = "\
Writes openapi/connect.yaml and the groups that it refers to as one complete OpenAPI 3.0 document. Each operation has \
the defaults of `x-operation-defaults`. The same contract always gives the same bytes. Comments are dropped. Edit the \
contract, not the bundle, and do not commit the bundle.

EXIT STATUS
  0  written
  1  the contract cannot be read or joined, or the file cannot be written; the message says what to do

EXAMPLES
  cargo xtask bundle                         print the bundle
  cargo xtask bundle -o target/connect.yaml  for a tool that reads one file";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The file to write [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (contract, _) = workspace::comparable(workspace::contract()?)?;
    let text = format!("# Made from {CONTRACT} by `cargo xtask bundle`. Do not edit.\n{}", contract.bundle());
    let Some(file) = &arguments.output else {
        workspace::print(text.trim_end());
        return Ok(());
    };
    let name = file.display();
    fs::write(file, text)
        .with_context(|| format!("{name} cannot be written: name a file in a directory that exists"))?;
    println!("{name} is written");
    Ok(())
}
