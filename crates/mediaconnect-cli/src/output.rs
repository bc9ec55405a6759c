//! Writes results to standard output and everything else to standard error.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::select::select;
use crate::terminal::Terminal;
use crate::text::escape_controls_in_json;

/// The format of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    // For people. (clap would print a doc comment here as a separate paragraph of the help.)
    Table,
    // For programs. It uses upstream's field names.
    Json,
    // For spreadsheets. Only searches support it.
    Csv,
}

/// The format and the filter of a result.
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

/// A result. Its `Serialize` implementation defines its JSON.
pub(crate) trait Report: Serialize {
    /// Returns the result for people. The text ends with a line break.
    fn text(&self, terminal: Terminal) -> String;

    /// Returns the result as CSV, if it has rows.
    fn csv(&self) -> Option<Vec<u8>> {
        None
    }
}

/// Writes a result to standard output.
pub(crate) fn print<'a>(report: &impl Report, style: impl Into<OutputStyle<'a>>) -> Result<(), Failure> {
    let OutputStyle { format, filter } = style.into();
    if let Some(filter) = filter {
        return write(select(filter, &plain_json(report)?)?.as_bytes());
    }
    match (format, report.csv()) {
        (OutputFormat::Csv, Some(csv)) => write(&csv),
        _ => write(text(report, format, Terminal::of_stdout())?.as_bytes()),
    }
}

/// Returns a result in a format.
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

/// Writes to standard output. It is not an error if the reader closes the pipe early.
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

/// Writes a note to standard error, unless `--quiet` is given.
pub(crate) fn say(text: &str) {
    if !is_quiet() {
        log("info", text, &[]);
    }
}

/// Writes to standard error, as text or as one line of JSON with additional members. Errors are ignored: if standard
/// error is closed, nobody reads it.
pub(crate) fn log(level: &str, text: &str, more: &[(&str, Value)]) {
    let mut stderr = io::stderr();
    if !IS_JSON.load(Ordering::Relaxed) {
        let _ = writeln!(stderr, "{text}");
        return;
    }
    let mut line =
        json!({ "timestamp": jiff::Timestamp::now().to_string(), "level": level, "message": text });
    for (name, value) in more {
        line[*name] = value.clone();
    }
    let _ = writeln!(stderr, "{line}");
}

/// Sets the form of standard error for the whole process.
pub(crate) fn set_up(is_quiet: bool, is_json: bool) {
    IS_QUIET.store(is_quiet, Ordering::Relaxed);
    IS_JSON.store(is_json, Ordering::Relaxed);
}

/// Returns true if standard error gets errors only.
pub(crate) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Returns true if standard error gets lines of JSON.
pub(crate) fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

static IS_QUIET: AtomicBool = AtomicBool::new(false);
static IS_JSON: AtomicBool = AtomicBool::new(false);

fn plain_json(report: &impl Report) -> Result<String, Failure> {
    serde_json::to_string_pretty(report).map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("the result cannot be written as JSON: {error}"),
            "run it again with --output table, and report this as a bug",
        )
    })
}
