//! The options of the bulk commands.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use mediaconnect::RateLimit;

use super::output_row::{Layout, RowFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::OutputFormat;
use crate::values::rate_limit;

/// The options of `customer export`.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// Read the input as CSV with a header, with the customer numbers in this column. Without this option, each line of
    /// the input is one customer number
    #[arg(long, value_name = "NAME")]
    pub(super) column: Option<String>,
    #[command(flatten)]
    pub(super) files: BulkArgs,
}

/// The options of `customer match`.
#[derive(Args)]
pub(crate) struct MatchArgs {
    #[command(flatten)]
    pub(super) files: BulkArgs,
}

/// The options that `customer export` and `customer match` share.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each `bool` is an independent option")]
pub(crate) struct BulkArgs {
    /// The input file, or - for standard input. A copy of standard input is kept beside the output until the run is
    /// complete. With --output - or --dry-run, the copy is in the temporary directory until the command ends
    #[arg(long, value_name = "FILE")]
    pub(super) input: PathBuf,
    /// The output file; it must not exist yet, and is created so that only its owner can read it. With -, the rows go
    /// to standard output and the summary goes to standard error
    // This argument cannot have the id `output`, because the global option `--output` already uses that id.
    #[arg(id = "output-file", long = "output", value_name = "FILE")]
    pub(super) output: PathBuf,
    /// The format of the output: JSON Lines with all fields, or flat CSV [default: csv if the name of the output ends
    /// in .csv, else jsonl]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<RowFormat>,
    /// The character between CSV cells, or the word tab [default: for the input, the delimiter found in its first line;
    /// for the output, a comma]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(super) delimiter: Option<u8>,
    /// Begin a CSV output with a byte order mark; without one, some spreadsheets read the file in the wrong encoding
    #[arg(long)]
    pub(super) bom: bool,
    /// Read the input, and report the number of valid rows and the expected duration. Nothing is sent, and no output is
    /// written. A copy of standard input is in the temporary directory until the command ends
    #[arg(long, conflicts_with_all = ["force"])]
    pub(super) dry_run: bool,
    /// The file for failed lines and their reasons [default: the name of the output followed by .failed.csv; if
    /// --output is -, standard error]
    #[arg(long, value_name = "FILE")]
    failed: Option<PathBuf>,
    /// Start a run, or continue an interrupted one and retry rows that may succeed now. Does nothing if the run is
    /// complete, so the same command line can be repeated
    #[arg(long, conflicts_with = "force")]
    pub(super) resume: bool,
    /// Delete an existing output, its list of failures, and the files that an interrupted run left beside them
    #[arg(long)]
    pub(super) force: bool,
    /// Read and write CSV cells unchanged; without this option, an apostrophe is written before text that a spreadsheet
    /// would run as a formula
    #[arg(long)]
    pub(super) raw_csv: bool,
    /// Continue even after 100 final failures without a success in between. Use it if the input may contain that many
    /// unknown numbers
    #[arg(long)]
    pub(super) keep_going: bool,
    /// The part of the rate limit to use, from 0 to 1; leave the rest to services that run at the same time
    #[arg(long, value_name = "PART", default_value = "1", value_parser = str::parse::<f64>)]
    rate_share: f64,
    /// The rate limit that upstream agreed to for this client, as requests per second and per minute
    #[arg(long, value_name = "SECOND/MINUTE", default_value = "100/2000", value_parser = rate_limit)]
    rate_limit: RateLimit,
    /// The format of the summary on standard output
    // This argument has the same id as the global option `--output` and replaces that option, because `--output` names
    // the output file in this command.
    #[arg(id = "output", long = "summary", value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Table)]
    pub(super) summary: OutputFormat,
}

impl BulkArgs {
    pub(super) fn layout(&self) -> Layout {
        let delimiter = self.delimiter.unwrap_or(b',');
        let is_terminal = self.is_stdout() && io::stdout().is_terminal();
        Layout { format: self.format(), delimiter, has_mark: self.bom, is_raw: self.raw_csv, is_terminal }
    }

    pub(super) fn format(&self) -> RowFormat {
        let is_csv = self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        self.format.unwrap_or(if is_csv { RowFormat::Csv } else { RowFormat::Jsonl })
    }

    /// Returns the path of the list of failures; `None` if failures go to standard error.
    pub(super) fn failed(&self) -> Option<PathBuf> {
        let beside = || (!self.is_stdout()).then(|| with_suffix(&self.output, ".failed.csv"));
        self.failed.clone().or_else(beside)
    }

    /// Returns the value of `--failed`, unless it is the default path.
    pub(super) fn other_failed(&self) -> Option<PathBuf> {
        self.failed.clone().filter(|path| *path != with_suffix(&self.output, ".failed.csv"))
    }

    pub(super) fn is_stdout(&self) -> bool {
        self.output.as_os_str() == "-"
    }

    /// Returns how to change the command line to continue this run. clap does not accept both options.
    pub(super) fn with_resume(&self) -> &'static str {
        if self.force { "with --resume instead of --force" } else { "with --resume" }
    }

    /// Adds advice to a failure: how to run the command again once the cause is fixed.
    pub(super) fn with_restart(&self, failure: Failure) -> Failure {
        // The message of a usage error or of an interruption already states what to do next.
        if [Exit::Usage, Exit::Interrupted].contains(&failure.exit()) {
            return failure;
        }
        let can_resume = !self.is_stdout() && !self.dry_run;
        let how = if can_resume { self.with_resume() } else { "again" };
        let next = format!("{}; then run the same command {how}", failure.next());
        failure.with_next(next)
    }

    /// Rejects file names that are probably mistakes, such as the name of a format.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let output = self.output.to_str();
        if let Some(format) = output.filter(|name| ["json", "jsonl", "csv", "table"].contains(name)) {
            return Err(Failure::usage(
                format!("--output is the name of the file to write, but {format} is a format"),
                format!(
                    "name a file, or - for standard output; use --format for the rows and --summary for the summary. \
                     To write a file of this name, use ./{format}"
                ),
            ));
        }
        if self.failed.as_deref().is_some_and(|path| path.as_os_str() == "-") {
            return Err(Failure::usage(
                "--failed requires the name of a file, and does not accept -",
                "name a file; to write failed lines to standard error, remove --failed and use --output -",
            ));
        }
        if self.bom && self.format() == RowFormat::Jsonl {
            return Err(Failure::usage(
                "--bom requires --format csv, because JSON Lines begin without a byte order mark",
                "remove --bom, or add --format csv",
            ));
        }
        let again = if self.resume { "--resume" } else { "--force" };
        if self.is_stdout() && (self.resume || self.force) {
            return Err(Failure::usage(
                format!("--output - and {again} cannot be used together: {again} requires an output file"),
                "name a file with --output, or remove --resume and --force",
            ));
        }
        Ok(())
    }

    pub(super) fn rate(&self) -> Result<RateLimit, Failure> {
        Ok(self.rate_limit.with_share(self.rate_share)?)
    }
}

/// Parses a delimiter: one of the allowed characters, or the word `tab`.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte @ (b',' | b';' | b'\t' | b'|' | b':')] => Ok(*byte),
        _ => Err("expected a comma, a semicolon, a vertical bar, a colon, or the word tab".to_owned()),
    }
}

/// Appends a suffix to a path: `out.csv` becomes `out.csv.resume`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
