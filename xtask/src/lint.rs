//! Checks a contract against all rules.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use mediaconnect_contract::lint::lint;
use mediaconnect_contract::rules::{self, Stops};
use mediaconnect_contract::{Contract, Finding, Findings, Outline};
use serde_json::{Value, json};

use crate::workspace;

pub(crate) const HELP: &str = "\
Each finding has the file and line, the JSON pointer of the node, the rule, and help. Rules that stop the build are \
checked before code is generated, so `cargo build --workspace` finds them too. The others only stop `cargo xtask check`.

EXIT STATUS
  0  no findings
  1  findings, or the file cannot be read
  2  wrong arguments

EXAMPLES
  cargo xtask lint                       openapi/connect.yaml
  cargo xtask lint other.yaml
  cargo xtask lint --format json         for programs
  cargo xtask lint --rules               every rule, what it stops, and what it requires";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The contract [default: openapi/connect.yaml].
    file: Option<String>,
    /// The format of the findings.
    #[arg(long, value_enum, default_value_t = FindingsFormat::Text)]
    format: FindingsFormat,
    /// Print all rules, and check nothing.
    #[arg(long, conflicts_with = "file")]
    rules: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FindingsFormat {
    Text,
    Json,
}

/// Prints the findings. Fails if there are any.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.rules {
        match arguments.format {
            FindingsFormat::Text => workspace::print(rules_table()),
            FindingsFormat::Json => workspace::print(format_args!("{:#}", rules_json())),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let contract = match &arguments.file {
        Some(file) => Contract::load(file.as_ref()),
        None => Ok(workspace::contract()?),
    };
    let found = contract.and_then(|contract| lint(&contract, &Outline::of(&contract)));
    match arguments.format {
        FindingsFormat::Json => workspace::print(format_args!("{:#}", found_json(found.as_ref().err()))),
        FindingsFormat::Text => match &found {
            Ok(()) => workspace::print(format_args!("{} rules found nothing", rules::ALL.len())),
            Err(findings) => workspace::print(findings),
        },
    }
    Ok(if found.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Fails if the contract has findings.
pub(crate) fn check() -> Result<()> {
    let contract = workspace::contract()?;
    match lint(&contract, &Outline::of(&contract)) {
        Ok(()) => Ok(()),
        Err(findings) => bail!("{findings}"),
    }
}

fn found_json(findings: Option<&Findings>) -> Value {
    let findings = findings.into_iter().flatten().map(|finding: &Finding| {
        json!({
            "file": finding.file,
            "line": finding.line,
            "pointer": finding.pointer,
            "rule": finding.rule,
            "message": finding.message,
            "help": finding.help,
        })
    });
    findings.collect()
}

fn rules_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["rule", "stops", "requirement"]);
    for rule in rules::ALL {
        table.add_row([rule.name, stops(rule.stops), rule.sentence]);
    }
    table
}

fn rules_json() -> Value {
    let rules = rules::ALL.iter();
    rules
        .map(|rule| json!({ "rule": rule.name, "stops": stops(rule.stops), "wants": rule.sentence }))
        .collect()
}

fn stops(stops: Stops) -> &'static str {
    match stops {
        Stops::Build => "build",
        Stops::Check => "check",
    }
}
