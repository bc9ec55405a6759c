//! Compares what upstream publishes with the contract.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use mediaconnect_contract::outline::Operation;
use mediaconnect_contract::{Finding, Outline};

use super::compare::Comparison;
use super::deviations::{self, Deviations};
use super::examples::{self, Way};
use super::input::Input;
use super::known::Known;
use super::record::Record;
use super::report::Outcome;
use super::{Workspace, catalogue, markdown, page, propose, read_yaml, record, table};
use crate::diff::{self, FailOn, Format};
use crate::workspace;

/// The text below the options of `cargo xtask upstream check --help`.
pub(crate) const HELP: &str = "\
UPSTREAM is what upstream publishes: a page of its documentation (text, HTML, or Markdown with a document in a fenced \
block), an OpenAPI document (3.0 or 3.1, YAML or JSON), or a folder of any of them. Operations are matched by method and path; \
names of path parameters, and a base path such as /capi on either side, do not count. An operation whose path is \
another one is found by its title, if openapi/coverage.yaml knows it.

Each difference has the rule and class of `cargo xtask diff` (`cargo xtask diff --rules`): what it would mean to adopt \
it. What is ours alone is no difference: operation ids, x- extensions, tags, names of components, descriptions.

DEVIATIONS
  openapi/deviations.yaml lists where the contract differs from upstream's documents on purpose, each with reason, \
evidence and a review date. They are counted, not listed as differences. An entry that matches nothing although its \
operation was compared, and one past its review date, are reported.

SCOPE
  whole  an operation of ours that upstream does not name is gone: `auto` takes this for a folder, or a document with \
several operations
  part   the input says nothing of other operations: `auto` takes this for a page, or a single operation

PROPOSE
  A patch of the contract with what can be adopted safely, each edit in the file that has the schema: new optional \
fields, new values of enumerations, raised limits. Without FILE it is all that is printed, so that it can be piped. Each edit is applied, read again and \
compared; one that does anything else is left out, and the reason said. New fields get `x-sensitivity: personal` and \
an empty description, which the lint refuses until somebody writes it.

PAGES
  A page is read as text (copied into a .txt file) or as HTML (`Save page as`), and its endpoint compared like a document. \
Its examples are tried against the contract, its navigation against openapi/coverage.yaml, and all of it against what \
`cargo xtask upstream save` recorded. What is not understood is listed.

EXIT STATUS
  0  compared; with --fail-on, nothing of that class or worse
  1  something of the class of --fail-on or worse. An operation of ours that is gone is breaking, one that \
openapi/coverage.yaml does not know is compatible; deviations and pages to look at are documentation
  2  wrong arguments, or something could not be read; the message says what to do

EXAMPLES
  cargo xtask upstream check upstream.yaml                             what upstream has, and we have not
  cargo xtask upstream check pages/ --scope part                       some saved pages of the documentation
  cargo xtask upstream check search-customer.md --format markdown      for an issue
  cargo xtask upstream check upstream.json --fail-on breaking          for a job that looks every night
  cargo xtask upstream check upstream.yaml --propose upstream.patch       and then: git apply upstream.patch
  cargo xtask upstream check upstream.yaml --propose | git apply       the same at once";

/// The arguments of `cargo xtask upstream check`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A saved page, an OpenAPI document, or a directory of them.
    upstream: PathBuf,
    /// The format of the report: a table for people, JSON for programs, or Markdown for an issue.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Exit with status 1 if there is a difference of this class or a worse one.
    #[arg(long, value_enum, value_name = "CLASS")]
    fail_on: Option<FailOn>,
    /// Whether UPSTREAM contains all of upstream's operations.
    #[arg(long, value_enum, default_value_t = Scope::Auto)]
    scope: Scope,
    /// Write a patch with the differences that are safe to adopt [without FILE: print the patch instead of the
    /// report].
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    propose: Option<PathBuf>,
    /// List the parameters and fields without a description, in the operations that both sides have.
    #[arg(long)]
    undescribed: bool,
    /// The day for review dates and sunsets [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scope {
    /// Decide by the kind of input.
    Auto,
    /// All of upstream's operations.
    Whole,
    /// Some of upstream's operations.
    Part,
}

/// Prints the differences and writes the patch. Fails if `--fail-on` names their class.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let workspace = Workspace::read()?;
    let known = workspace.known();
    let deviations = Deviations::read(
        &read_yaml(&workspace.root, deviations::FILE)?,
        &workspace.contract,
        &known.outline,
    )?;
    let today = super::today(arguments.today);

    let input = Input::read(&arguments.upstream, &known)?;
    let comparison = Comparison::of(&known, &input)?;
    let pages = of_pages(&workspace, &known, &input)?;
    let record = Record::read(&workspace.root)?;
    let changed = input.documents.iter().flat_map(|document| record.changes(document)).collect();
    let is_whole = match arguments.scope {
        Scope::Auto => input.is_whole(),
        Scope::Whole => true,
        Scope::Part => false,
    };
    let outcome = Outcome::of(&comparison, &deviations, pages, changed, is_whole, today);

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

/// Returns the findings in the examples and the navigation of pages.
fn of_pages(workspace: &Workspace, known: &Known<'_>, input: &Input) -> Result<Vec<Finding>> {
    if input.pages.is_empty() {
        return Ok(Vec::new());
    }
    // This outline keeps the list wrappers, which the bare outline does not have.
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
        // Most pages have the same navigation on other lines.
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
        findings.extend(examples::mismatches(outline, &body.schema, example, Way::Sent));
    }
    for (status, example) in &endpoint.response_examples {
        let same = operation.responses.iter().find(|response| response.status == *status);
        if let Some(body) = same.and_then(|response| response.body.as_ref()) {
            findings.extend(examples::mismatches(outline, &body.schema, example, Way::Received));
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
