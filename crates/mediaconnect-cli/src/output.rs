//! Writes results to standard output.

use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::select::select;
use crate::terminal::Terminal;
use crate::text::{escape_controls_in_csv, escape_controls_in_json};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    // `Table` is for people. These comments are not doc comments, because clap would print each doc comment as a
    // separate paragraph of the help.
    Table,
    // `Json` is for programs. It uses upstream's field names.
    Json,
    // `Csv` is for spreadsheets. Only searches support it.
    Csv,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct OutputStyle<'a> {
    pub(crate) format: OutputFormat,
    /// A jq filter for the JSON.
    pub(crate) filter: Option<&'a str>,
}

impl From<OutputFormat> for OutputStyle<'_> {
    fn from(format: OutputFormat) -> Self {
        Self { format, filter: None }
    }
}

/// A result. Its `Serialize` implementation defines the JSON.
pub(crate) trait Report: Serialize {
    /// Returns the result as text for people. The text ends with a line break.
    fn text(&self, terminal: Terminal) -> String;

    /// Returns the result as CSV, if it has rows.
    fn csv(&self) -> Option<Vec<u8>> {
        None
    }
}

pub(crate) fn print<'a>(report: &impl Report, style: impl Into<OutputStyle<'a>>) -> Result<(), Failure> {
    let OutputStyle { format, filter } = style.into();
    if let Some(filter) = filter {
        return write(select(filter, &plain_json(report)?)?.as_bytes());
    }
    match (format, report.csv()) {
        (OutputFormat::Csv, Some(csv)) if io::stdout().is_terminal() => write(&escape_controls_in_csv(&csv)),
        (OutputFormat::Csv, Some(csv)) => write(&csv),
        _ => write(text(report, format, Terminal::of_stdout())?.as_bytes()),
    }
}

pub(crate) fn text(
    report: &impl Report,
    format: OutputFormat,
    terminal: Terminal,
) -> Result<String, Failure> {
    match format {
        OutputFormat::Table => Ok(report.text(terminal)),
        OutputFormat::Json | OutputFormat::Csv => Ok(escape_controls_in_json(&plain_json(report)?) + "\n"),
    }
}

/// Writes to standard output. If the reader of a pipe closes it early, as `head` does, this is not an error.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Failure,
            format!("the result cannot be written: {error}"),
            "check the destination of standard output, then run the command again",
        )),
        _ => Ok(()),
    }
}

fn plain_json(report: &impl Report) -> Result<String, Failure> {
    serde_json::to_string_pretty(report).map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("the result cannot be written as JSON: {error}"),
            "run the command again with --output table, and report this as a bug",
        )
    })
}
