//! What upstream's own document says, and our contract does not; and the other way round.

mod bare;
mod compare;
mod coverage;
mod deviations;
mod edit;
mod input;
mod lifecycle;
mod locate;
mod markdown;
mod page;
mod propose;
mod report;
mod routes;
mod table;
mod undescribed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use mediaconnect_contract::Contract;
use mediaconnect_contract::lint::lint_structure;

use crate::diff::{self, FailOn, Format};
use crate::workspace;
use compare::Comparison;
use deviations::Deviations;
use input::Input;
use report::Drift;

/// What `cargo xtask drift --help` says after the options.
pub(crate) const HELP: &str = "\
UPSTREAM is what upstream publishes: an OpenAPI document (3.0 or 3.1, YAML or JSON), a page of its documentation in \
Markdown with such documents in fenced blocks, or a folder of any of them. Operations are matched by method and path; \
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
  A patch of openapi/connect.yaml with what can be adopted safely: new optional fields, new values of enumerations, \
raised limits. Without FILE it is all that is printed, so that it can be piped. Each edit is applied, read again and \
compared; one that does anything else is left out, and the reason said. New fields get `x-sensitivity: personal` and \
an empty description, which the lint refuses until somebody writes it.

EXIT STATUS
  0  compared; with --fail-on, nothing of that class or worse
  1  something of the class of --fail-on or worse, or an error, which says what to do. An operation of ours that is \
gone is breaking, one that openapi/coverage.yaml does not know is compatible, a deviation to look at is documentation
  2  wrong arguments

EXAMPLES
  cargo xtask drift upstream.yaml                             what upstream has, and we have not
  cargo xtask drift pages/ --scope part                       some saved pages of the documentation
  cargo xtask drift search-customer.md --format markdown      for an issue
  cargo xtask drift upstream.json --fail-on breaking          for a job that looks every night
  cargo xtask drift upstream.yaml --propose drift.patch       and then: git apply drift.patch
  cargo xtask drift upstream.yaml --propose | git apply       the same at once";

/// The arguments of `cargo xtask drift`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Upstream's document: an OpenAPI file, a page in Markdown, or a folder of them.
    upstream: PathBuf,
    /// How the report is written: a table for people, JSON for programs, Markdown for an issue.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Exit with status 1 if there is a difference of this class, or of a worse one.
    #[arg(long, value_enum, value_name = "CLASS")]
    fail_on: Option<FailOn>,
    /// Whether UPSTREAM is all that upstream has.
    #[arg(long, value_enum, default_value_t = Scope::Auto)]
    scope: Scope,
    /// Write a patch with what can be adopted safely [without FILE: to standard output, in place of the report].
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    propose: Option<PathBuf>,
    /// List what upstream's document does not describe, in the operations that both have.
    #[arg(long)]
    undescribed: bool,
    /// The day that review dates and sunsets are counted from [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scope {
    /// By what the input is.
    Auto,
    /// Everything.
    Whole,
    /// Some operations.
    Part,
}

/// Prints what drifted apart; writes the patch; fails on what `--fail-on` names.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root();
    let contract = contract(&root)?;
    let coverage = read(&root, coverage::FILE)?;
    let deviations = Deviations::read(&read(&root, deviations::FILE)?, &contract)?;
    let today =
        arguments.today.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());

    let input = Input::read(&arguments.upstream)?;
    let comparison = Comparison::of(&contract, &input, &coverage)?;
    let is_whole = match arguments.scope {
        Scope::Auto => input.is_whole(),
        Scope::Whole => true,
        Scope::Part => false,
    };
    let drift = Drift::of(&comparison, &deviations, is_whole, today);

    match arguments.propose.as_deref() {
        Some(file) if file == Path::new("-") => propose::print(&drift),
        file => {
            workspace::print(text(&drift, arguments));
            file.map_or(Ok(()), |file| propose::write(file, &drift))?;
        }
    }
    let failed = diff::fails(&drift.judged(), arguments.fail_on) || drift.fails_on_remarks(arguments.fail_on);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Fails if `openapi/deviations.yaml` is not what it should be.
pub(crate) fn check() -> Result<()> {
    let deviations = workspace::read_yaml(deviations::FILE)?;
    Deviations::read(&deviations, &workspace::contract()?).map(|_| ())
}

fn text(drift: &Drift<'_>, arguments: &Arguments) -> String {
    diff::in_format(
        arguments.format,
        || table::report(drift, arguments.undescribed),
        || format!("{:#}", drift.to_json(arguments.undescribed)),
        || markdown::report(drift, arguments.undescribed),
    )
}

fn contract(root: &Path) -> Result<Contract> {
    let contract = read(root, CONTRACT)?;
    if let Err(findings) = lint_structure(&contract) {
        bail!("{CONTRACT} is no contract that can be compared:\n{findings}");
    }
    Ok(contract)
}

const CONTRACT: &str = "openapi/connect.yaml";

fn read(root: &Path, name: &str) -> Result<Contract> {
    let text = fs::read_to_string(root.join(name)).with_context(|| {
        format!("{name} cannot be read: run this in the repository of the contract, which has it")
    })?;
    Ok(Contract::parse(name, &text)?)
}
