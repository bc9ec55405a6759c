//! Saves the facts of pages, so that later versions of the pages can be compared with these facts.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use jiff::civil::Date;

use super::catalogue::{PageTitle, full_name, is_within};
use super::input::Input;
use super::known::Known;
use super::record::{PAGES, RecordFile};
use super::{Workspace, record};
use crate::{sunset, workspace};

pub(crate) const HELP: &str = "\
Writes a file of facts for each page to openapi/upstream: method, path, servers, security, parameters, fields, limits and \
statuses, without upstream's sentences and examples. Later, `cargo xtask upstream check` reports what upstream changed \
since then, besides the differences to the contract. Pages of the navigation that document no endpoint are listed in \
openapi/upstream/pages.yaml. A new title in a group of endpoints is not listed: add it to openapi/coverage.yaml. Titles in \
a collapsed group stay listed. Parts of pages that were not understood are printed, and are missing in the record.

EXIT STATUS
  0  saved
  2  a page cannot be read, so nothing is saved, or a file cannot be replaced; the message says what to do

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
    let today = arguments.today.unwrap_or_else(sunset::today);
    for note in &input.notes {
        eprintln!("{note}");
    }
    let operations = input.documents.iter().map(|document| record::file_of_operation(document, today));
    let mut files = operations.collect::<Result<Vec<RecordFile>>>()?;
    if input.pages.iter().any(|page| !page.navigation.is_empty()) {
        let before = record::pages(&workspace.root)?;
        let pages = pages(&input, &known, &before);
        for (group, title) in before.iter().filter(|page| !pages.contains(page)) {
            let name = full_name(group, title);
            workspace::print(format_args!(
                "{name} is no longer in the navigation, so it is deleted from {PAGES}"
            ));
        }
        files.push(record::file_of_pages(&pages));
    } else if files.is_empty() {
        bail!("{} has nothing to save", input.name);
    }
    record::write(&workspace.root, &files)?;
    for file in &files {
        workspace::print(format_args!("{} is written", file.name));
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the pages without an endpoint, in page order. Collects them from the navigation of every page in the input.
/// `before` contains the pages that were saved before. If a group is collapsed, its pages are copied from `before`.
fn pages(input: &Input, known: &Known<'_>, before: &BTreeSet<PageTitle>) -> Vec<PageTitle> {
    let mut pages: Vec<PageTitle> = Vec::new();
    let mut seen = HashSet::new();
    let entries = || input.pages.iter().flat_map(|page| &page.navigation);
    for entry in entries() {
        let page = (entry.group.clone(), entry.title.clone());
        let is_endpoint = known.endpoints.iter().any(|one| one.group == page.0 && one.title == page.1);
        if is_endpoint || !seen.insert(page.clone()) {
            continue;
        }
        let name = full_name(&page.0, &page.1);
        if entries().any(|one| is_within(&one.group, &name)) {
            // Another page shows this group expanded.
            continue;
        }
        let hidden: Vec<&PageTitle> = before.iter().filter(|(group, _)| is_within(group, &name)).collect();
        if !hidden.is_empty() || known.endpoints.iter().any(|one| is_within(&one.group, &name)) {
            workspace::print(format_args!("the group {name} is collapsed, so its saved pages are kept"));
            pages.extend(hidden.into_iter().cloned());
        } else if known.endpoints.iter().any(|one| one.group == page.0) {
            workspace::print(format_args!(
                "{name} is probably an endpoint, so it is not saved as a page: add it to openapi/coverage.yaml"
            ));
        } else {
            if !before.contains(&page) {
                workspace::print(format_args!("{name} is saved as a page without an endpoint"));
            }
            pages.push(page);
        }
    }
    let mut written = HashSet::new();
    pages.retain(|page| written.insert(page.clone()));
    pages
}
