//! Records what pages document, so that later versions of the pages can be compared with the record.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use jiff::civil::Date;

use super::catalogue::{PageTitle, full_name};
use super::input::Input;
use super::{Workspace, record};
use crate::sunset;

pub(crate) const HELP: &str = "\
Writes a file of facts for each page to openapi/upstream: method, path, servers, security, parameters, fields, limits and \
statuses, without upstream's sentences and examples. Later, `cargo xtask upstream check` reports what upstream changed \
since then, besides the differences to the contract. Pages of the navigation that document no endpoint are listed in \
openapi/upstream/pages.yaml. A new title in a group of endpoints is not listed: add it to openapi/coverage.yaml.

EXIT STATUS
  0  saved
  2  a page cannot be read, or a file cannot be written; the message says what to do

EXAMPLES
  cargo xtask upstream save pages/";

#[derive(Args)]
pub(crate) struct Arguments {
    /// A saved page, or a directory of pages.
    pages: PathBuf,
    /// The day on which the pages were saved [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let workspace = Workspace::read()?;
    let known = workspace.known();
    let input = Input::read(&arguments.pages, &known)?;
    for document in &input.documents {
        println!(
            "{} is written",
            record::write_operation(
                &workspace.root,
                document,
                arguments.today.unwrap_or_else(sunset::today)
            )?
        );
    }
    let Some(page) = input.pages.iter().find(|page| !page.navigation.is_empty()) else {
        if input.documents.is_empty() {
            bail!("{} has nothing to save", input.name);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let before = record::pages(&workspace.root)?;
    let mut others: Vec<PageTitle> = Vec::new();
    for entry in &page.navigation {
        if known.endpoints.iter().any(|one| one.group == entry.group && one.title == entry.title) {
            continue;
        }
        let name = full_name(&entry.group, &entry.title);
        if known.endpoints.iter().any(|one| one.group == entry.group) {
            println!(
                "{name} is probably an endpoint, so it is not saved as a page: add it to openapi/coverage.yaml"
            );
            continue;
        }
        let other = (entry.group.clone(), entry.title.clone());
        if !before.contains(&other) {
            println!("{name} is saved as a page without an endpoint");
        }
        others.push(other);
    }
    record::write_pages(&workspace.root, &others)?;
    Ok(ExitCode::SUCCESS)
}
