//! Where output goes: results to standard output, everything else to standard error.

use std::io::{self, ErrorKind, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::text::harmless_json;

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // For people. (Comments for rustdoc would be help texts, each a paragraph.)
    Table,
    // For programs, with upstream's field names.
    Json,
}

/// A result: its `Serialize` is what JSON shows of it.
pub(crate) trait Report: Serialize {
    /// The result for people, ending in a line break.
    fn text(&self, terminal: Terminal) -> String;
}

/// Writes a result to standard output.
pub(crate) fn print(report: &impl Report, format: Format) -> Result<(), Failure> {
    write(text(report, format, Terminal::of_stdout())?.as_bytes())
}

/// Returns a result as it is written.
pub(crate) fn text(report: &impl Report, format: Format, terminal: Terminal) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(report.text(terminal)),
        Format::Json => json(report),
    }
}

/// Writes to standard output. That nobody reads it to the end is no failure.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Failure,
            format!("the result cannot be written: {error}"),
            "check where the output goes, then run it again",
        )),
        _ => Ok(()),
    }
}

/// Says something beside the result. When standard error is closed, nobody wants to know.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn json(report: &impl Report) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(report).map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("the result cannot be written as JSON: {error}"),
            "run it again with --output table, and report this as a bug",
        )
    })?;
    Ok(harmless_json(&json) + "\n")
}
