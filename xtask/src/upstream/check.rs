//! Compares what upstream publishes with the contract.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use mediaconnect_contract::outline::Operation;
use mediaconnect_contract::{Finding, Outline};
use xtask::compare::Direction;

use super::compare::Comparison;
use super::deviations::{self, Deviations};
use super::examples;
use super::input::Input;
use super::known::Known;
use super::record::Record;
use super::report::Outcome;
use super::{Workspace, catalogue, markdown, page, propose, read_yaml, record, table};
use crate::diff::{self, FailOn, ReportFormat};
use crate::{sunset, workspace};

pub(crate) const HELP: &str = "\
UPSTREAM is a page of upstream's documentation (text, HTML, or Markdown with a document in a fenced block), an OpenAPI \
document (3.0 or 3.1, YAML or JSON), or a directory of both. Operations are matched by method and path. This ignores the \
names of path parameters, and a base path such as /capi on either side. If the paths differ, an operation is matched by \
its title in openapi/coverage.yaml.

Each difference has the rule and class of `cargo xtask diff` (see `cargo xtask diff --rules`), as if the contract adopted \
it. Facts that only the contract has are ignored: operation ids, x- extensions, tags, names of components, descriptions.

DEVIATIONS
  openapi/deviations.yaml lists the intended differences, each with reason, evidence and review date. The report counts \
them and does not list them as differences. It lists an entry that covers no difference although its operation was \
compared, and an entry past its review date.

SCOPE
  whole  operations of the contract that the input lacks are reported as removed: `auto` chooses this for a directory, or \
a document with several operations
  part   operations that the input lacks are ignored: `auto` chooses this for a page, or a single operation

PROPOSE
  A patch of the contract with the differences that are safe to adopt: new optional fields, new enumeration values, and \
raised limits. Each edit is made in the file that has the schema. Without FILE, only the patch is printed, so that it can \
be piped. The edited contract is read and compared again. An edit with any other effect is left out, and the reason is \
printed. New fields get `x-sensitivity: personal` and an empty description, which the lint refuses until a person writes it.

PAGES
  A page is text (copied to a .txt file) or HTML (`Save page as`). Its endpoint is compared like a document. Its examples \
are checked against the contract, its navigation against openapi/coverage.yaml, and its facts against the record of \
`cargo xtask upstream save`. Parts that were not read or not compared are listed.

EXIT STATUS
  0  no difference is as bad as the class of --fail-on, or --fail-on is not given
  1  a difference has the class of --fail-on or a worse one. A removed operation of the contract is breaking, an operation \
that openapi/coverage.yaml does not have is compatible; findings in deviations and pages, and parts of pages that were not read or \
not compared, are documentation
  2  wrong arguments, or a file cannot be read; the message says what to do

EXAMPLES
  cargo xtask upstream check upstream.yaml                           compare with a document of all operations
  cargo xtask upstream check pages/ --scope part                     compare with some saved pages
  cargo xtask upstream check search-customer.md --format markdown    for an issue
  cargo xtask upstream check upstream.json --fail-on breaking        for a nightly job
  cargo xtask upstream check upstream.yaml --propose upstream.patch  then run: git apply upstream.patch
  cargo xtask upstream check upstream.yaml --propose | git apply --allow-empty  the same in one step";

#[derive(Args)]
pub(crate) struct Arguments {
    /// A saved page, an OpenAPI document, or a directory of them.
    upstream: PathBuf,
    /// The format of the report: a table for people, JSON for programs, or Markdown for an issue.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    format: ReportFormat,
    /// Exit with status 1 if there is a difference of this class or a worse one.
    #[arg(long, value_enum, value_name = "CLASS")]
    fail_on: Option<FailOn>,
    /// Treat UPSTREAM as complete or incomplete. Operations that a complete input lacks are reported as removed.
    #[arg(long, value_enum, default_value_t = InputScope::Auto)]
    scope: InputScope,
    /// Write a patch with the differences that are safe to adopt [without FILE: print the patch instead of the
    /// report].
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    propose: Option<PathBuf>,
    /// List the parameters and fields that upstream does not describe. Operations that the contract does not have are
    /// ignored.
    #[arg(long)]
    undescribed: bool,
    /// Report recorded operations that are missing in UPSTREAM, for example because a page was not saved. The record is
    /// in openapi/upstream.
    #[arg(long)]
    expect_recorded: bool,
    /// The day that counts as today for review dates and sunsets [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InputScope {
    /// Choose `whole` or `part` by the kind of the input and the number of its operations.
    Auto,
    /// UPSTREAM contains all of upstream's operations.
    Whole,
    /// UPSTREAM contains some of upstream's operations.
    Part,
}

/// Prints the differences and writes the patch. Fails if a difference has the class of `--fail-on` or a worse one.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let workspace = Workspace::read()?;
    let known = workspace.known();
    let deviations = Deviations::read(
        &read_yaml(&workspace.root, deviations::FILE)?,
        &workspace.contract,
        &known.outline,
    )?;
    let today = arguments.today.unwrap_or_else(sunset::today);

    let input = Input::read(&arguments.upstream, &known)?;
    let comparison = Comparison::of(&known, &input, today)?;
    let mut pages = of_pages(&workspace, &known, &input)?;
    let record = Record::read(&workspace.root)?;
    if arguments.expect_recorded {
        pages.extend(record.missing(&comparison.sides));
    }
    let changed = comparison.sides.iter().flat_map(|side| record.changes(side)).collect();
    let is_whole = match arguments.scope {
        InputScope::Auto => input.is_whole(),
        InputScope::Whole => true,
        InputScope::Part => false,
    };
    let outcome = Outcome::of(&comparison, &deviations, pages, changed, is_whole);

    match arguments.propose.as_deref() {
        Some(file) if file == Path::new("-") => propose::print(&outcome),
        file => {
            workspace::print(text(&outcome, arguments));
            file.map_or(Ok(()), |file| propose::write(file, &outcome))?;
        }
    }
    let failed =
        diff::fails(&outcome.judged(), arguments.fail_on) || outcome.fails_on_remarks(arguments.fail_on);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Compares the examples of saved pages with the contract, and their navigation with `openapi/coverage.yaml`. Returns
/// the findings.
fn of_pages(workspace: &Workspace, known: &Known<'_>, input: &Input) -> Result<Vec<Finding>> {
    if input.pages.is_empty() {
        return Ok(Vec::new());
    }
    // Examples are checked against the full outline, because the bare outline has no list wrappers.
    let outline = Outline::of(&workspace.contract);
    let others = record::pages(&workspace.root)?;
    let operations: HashMap<&str, &Operation> =
        outline.operations.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut findings: Vec<Finding> = Vec::new();
    let (mut navigations, mut seen) = (HashSet::new(), HashSet::new());
    for page in &input.pages {
        let endpoint = page.endpoint.as_ref();
        let ours = endpoint.and_then(|endpoint| known.operation(endpoint));
        let operation = ours.and_then(|ours| operations.get(ours.id.as_str()).copied());
        if let (Some(endpoint), Some(operation)) = (endpoint, operation) {
            findings.extend(examples(&outline, operation, endpoint));
        }
        if page.navigation.is_empty() {
            continue;
        }
        // Most pages have the same navigation. It is compared only once, even if its line numbers differ between pages.
        let titles: Vec<_> =
            page.navigation.iter().map(|one| (&one.group, &one.title, &one.method)).collect();
        if navigations.insert(titles) {
            let differences = catalogue::differences(&page.name, &page.navigation, &known.endpoints, &others);
            findings
                .extend(differences.into_iter().filter(|one| seen.insert((one.rule, one.message.clone()))));
        }
    }
    Ok(findings)
}

fn examples(outline: &Outline, operation: &Operation, endpoint: &page::PageEndpoint) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let (Some(body), Some(example)) = (&operation.request, &endpoint.request_example) {
        findings.extend(examples::mismatches(outline, &body.schema, example, Direction::Sent));
    }
    for (status, example) in &endpoint.response_examples {
        let same = operation.responses.iter().find(|response| response.status == *status);
        if let Some(body) = same.and_then(|response| response.body.as_ref()) {
            findings.extend(examples::mismatches(outline, &body.schema, example, Direction::Received));
        }
    }
    findings
}

/// Fails if `openapi/deviations.yaml` is invalid.
pub(crate) fn deviations() -> Result<()> {
    let deviations = workspace::read_yaml(deviations::FILE)?;
    let contract = workspace::contract()?;
    Deviations::read(&deviations, &contract, &Outline::of(&contract)).map(|_| ())
}

fn text(outcome: &Outcome<'_>, arguments: &Arguments) -> String {
    diff::in_format(
        arguments.format,
        || table::report(outcome, arguments.undescribed),
        || format!("{:#}", outcome.to_json(arguments.undescribed)),
        || markdown::report(outcome, arguments.undescribed),
    )
}
