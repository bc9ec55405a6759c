//! Reports the changes between two contracts.

pub(crate) mod markdown;
mod source;
pub(crate) mod table;

use std::mem;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use clap::{Args, ValueEnum};
use mediaconnect_contract::sunset::{Sunset, sunsets};
use serde_json::json;
use xtask::compare::{Class, Report, diff, rules};

use crate::versions::advice::Advice;
use crate::versions::semver_checks::{self, Verdict};
use crate::{sunset, workspace};

pub(crate) const HELP: &str = "\
OLD and NEW are each one of:
  - a file;
  - a git revision (`HEAD~3`, `v0.1.0`, a commit), of which openapi/connect.yaml is read;
  - a file of a revision (`HEAD:openapi/connect.yaml`).
The groups of a contract are read at the same revision. If a file has the name of a revision, the file is used.

Without OLD, the contract of the last release is used: the highest version in openapi/released. Pre-releases only count \
if there is no other release. Before the first release, the contract at HEAD is used. Without NEW, openapi/connect.yaml \
in the working tree is used. OpenAPI 3.1 is converted to 3.0.

NEW must pass the rules of `cargo xtask lint` that stop the build. OLD need only be readable, because an older contract \
may break a newer rule.

CLASSES
  breaking       programs that send, read, or name a Rust item must be changed
  compatible     no program must be changed; some behave differently, as the report says
  documentation  only documentation changed

The class depends on the direction. A lower limit breaks senders, but no readers. A field that becomes optional or \
nullable breaks readers, but no senders. A new enum value breaks no program, because our enums are open. A change of \
the Rust API has its own rule (`rust-...`), besides the rule for the wire.

PROGRAM is the effect on a program that uses the old crate, when it is built with the new one: it still compiles, \
compiles with a warning, behaves differently at run time, or does not compile.

VERSION, at the end of the report, is the lowest allowed version after the last release before OLD. In 1.x, a breaking \
change raises the major number, a compatible one the minor, and one of documentation the patch. In 0.x, a breaking \
change raises the minor number, and any other the patch. A breaking change on the wire is breaking even if every program \
still compiles. With --semver-checks, cargo-semver-checks also checks hand-written code.
SUNSETS: below the changes, the report lists the sunsets (`x-sunset`) of NEW that are past or within 180 days.

EXIT STATUS
  0  no change is as bad as the class of --fail-on, or --fail-on is not given
  1  a change has the class of --fail-on or a worse one
  2  wrong arguments, or a contract cannot be read or compared; the message says what to do

EXAMPLES
  cargo xtask diff                                  the changes of the working tree since the last release
  cargo xtask diff main                             its changes against a branch
  cargo xtask diff v0.1.0 v0.2.0 --format markdown  release notes
  cargo xtask diff old.yaml new.yaml --format json
  cargo xtask diff --fail-on breaking               for CI
  cargo xtask diff --semver-checks                  also check the Rust API, by compiling both versions
  cargo xtask diff --rules                          every rule, its class and its reason";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The old contract: a file or a git revision [default: the last released one].
    old: Option<String>,
    /// The new contract: a file or a git revision [default: openapi/connect.yaml in the working tree].
    new: Option<String>,
    /// The format of the report: a table for people, JSON for programs, or Markdown for a pull request.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    format: ReportFormat,
    /// Exit with status 1 if there is a change of this class or a worse one.
    #[arg(long, value_enum, value_name = "CLASS")]
    fail_on: Option<FailOn>,
    /// Also run cargo-semver-checks, which compiles the crates at OLD and in the working tree. It takes minutes.
    #[arg(long, conflicts_with = "new")]
    semver_checks: bool,
    /// Print all rules with their class, affected programs and reason, and compare nothing.
    #[arg(long, conflicts_with_all = ["old", "new", "fail_on", "semver_checks"])]
    rules: bool,
    #[command(flatten)]
    calendar: sunset::Calendar,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ReportFormat {
    Table,
    Json,
    Markdown,
}

/// The mildest class that makes the command fail.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    Breaking,
    Compatible,
    Documentation,
}

/// Prints the changes. Fails if a change has the class of `--fail-on` or a worse one.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.rules {
        workspace::print(in_format(arguments.format, table::rules, rules_json, markdown::rules));
        return Ok(ExitCode::SUCCESS);
    }
    let root = workspace::root();
    let (old, new) = source::pair(&root, arguments.old.as_deref(), arguments.new.as_deref())?;
    // Reading takes most of the time, so each contract is read in its own thread.
    let (before, after) = thread::scope(|scope| {
        let before = scope.spawn(|| workspace::comparable(old.contract()?));
        let after = new.contract().and_then(workspace::buildable);
        (before.join().unwrap_or_else(|panic| resume_unwind(panic)), after)
    });
    let ((old_contract, before), (contract, after)) = (before?, after?);
    let report = diff(&before, &after);
    let sunsets = sunsets(&contract, &after, arguments.calendar.today);
    let verdict = if arguments.semver_checks {
        semver_checks::run(&root, &old.baseline()?)?
    } else {
        Verdict::NotAsked
    };
    let advice = Advice::new(&report, new.workspace_version(&root), old.last_release(&root)?, verdict);
    let text = in_format(
        arguments.format,
        || with_warnings(&table::report(&report, &advice, &old.name, &new.name), &sunsets),
        || report_json(&report, &advice, &old.name, &new.name, &sunsets),
        || markdown::report(&report, &advice, &old.name, &new.name) + &markdown::sunsets(&sunsets),
    );
    workspace::print(text);
    let code = if fails(&report, arguments.fail_on) { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    // The process exits here without freeing memory. Freeing a large contract would take a tenth of the run time.
    mem::forget((old_contract, contract, before, after, report));
    Ok(code)
}

/// Returns true if a change has this class or a worse one.
pub(crate) fn fails(report: &Report, fail_on: Option<FailOn>) -> bool {
    let class = match fail_on {
        None => return false,
        Some(FailOn::Breaking) => Class::Breaking,
        Some(FailOn::Compatible) => Class::Compatible,
        Some(FailOn::Documentation) => Class::Documentation,
    };
    report.worst().is_some_and(|worst| worst <= class)
}

pub(crate) fn in_format(
    format: ReportFormat,
    table: impl FnOnce() -> String,
    json: impl FnOnce() -> String,
    markdown: impl FnOnce() -> String,
) -> String {
    match format {
        ReportFormat::Table => table(),
        ReportFormat::Json => json(),
        ReportFormat::Markdown => markdown(),
    }
}

/// Returns the report, followed by the operations whose sunset is near.
fn with_warnings(report: &str, sunsets: &[Sunset]) -> String {
    format!("{report}\n\n{}", sunset::lines(sunsets)).trim_end().to_owned()
}

fn report_json(report: &Report, advice: &Advice<'_>, old: &str, new: &str, sunsets: &[Sunset]) -> String {
    let sunsets = sunsets.iter().map(|sunset| {
        json!({ "what": sunset.what, "pointer": sunset.pointer, "day": sunset.day.to_string(), "daysLeft": sunset.days_left })
    });
    let mut json = json!({ "old": old, "new": new, "sunsets": sunsets.collect::<Vec<_>>() });
    if let (Some(head), serde_json::Value::Object(rest)) = (json.as_object_mut(), report.to_json()) {
        head.extend(rest);
        head.insert("version".to_owned(), advice.to_json());
    }
    format!("{json:#}")
}

fn rules_json() -> String {
    let rules = rules::ALL.iter().map(|rule| {
        json!({
            "rule": rule.name,
            "class": rule.class.to_string(),
            "affects": rule.affects.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "program": rule.effect.to_string(),
            "why": rule.sentence,
        })
    });
    format!("{:#}", rules.collect::<serde_json::Value>())
}

/// Returns a value for a report, on one line and with at most 80 characters.
pub(crate) fn short(value: Option<&String>) -> String {
    const MOST: usize = 80;
    let Some(value) = value else { return "-".to_owned() };
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST - 1).chain(['…']).collect() }
}

/// Returns a summary: the number of changes of each class, and the worst effect on a program.
fn summary(report: &Report) -> String {
    let count = |class| report.count(class);
    format!(
        "{} breaking, {} compatible, {} documentation. Effect on a program that uses the old crate: {}.",
        count(Class::Breaking),
        count(Class::Compatible),
        count(Class::Documentation),
        report.effect(),
    )
}

fn affected(change: &xtask::compare::Rule) -> String {
    let names: Vec<String> = change.affects.iter().map(ToString::to_string).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
