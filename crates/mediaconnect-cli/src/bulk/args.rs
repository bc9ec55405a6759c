//! The options of the bulk commands.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use mediaconnect::RateLimit;

use super::row::{Layout, RowFormat};
use crate::args::rate_limit;
use crate::failure::Failure;
use crate::output::Format;

/// The options of `customer export`.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// The input is a CSV file with a header, and the numbers are in this column; without it, a number stands on a line
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

/// What both have.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct BulkArgs {
    /// The file to work on; - is standard input, of which a copy is kept beside the output until all is done
    #[arg(long, value_name = "FILE")]
    pub(super) input: PathBuf,
    /// The file to write, readable by its owner only; it must not exist. - is standard output; the summary then goes to
    /// standard error
    // An id of its own: `output` is that of the global option.
    #[arg(id = "output-file", long = "output", value_name = "FILE")]
    pub(super) output: PathBuf,
    /// JSON Lines, with all that upstream says, or flat CSV; CSV by default if the output's name ends in .csv
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<RowFormat>,
    /// The character between cells of CSV, in the input and the output, or tab [default: as the input's first line
    /// has it, and a comma in the output]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(super) delimiter: Option<u8>,
    /// Begin a CSV output with a byte order mark: some spreadsheets take the letters of other files for those of another encoding
    #[arg(long)]
    pub(super) bom: bool,
    /// Read the input, say how many rows can be asked for and how long that takes, and ask and write nothing
    #[arg(long, conflicts_with_all = ["force"])]
    pub(super) dry_run: bool,
    /// The file for the lines that failed, with the reasons [default: the output's name with .failed.csv; with --output -,
    /// standard error]
    #[arg(long, value_name = "FILE")]
    failed: Option<PathBuf>,
    /// Begin, or go on with what was interrupted and try again what failed and may succeed now. When all is done, nothing is
    /// asked: so one command line can be started again and again
    #[arg(long, conflicts_with = "force")]
    pub(super) resume: bool,
    /// Delete an output that exists, the list of what failed, and what an interrupted run left beside them
    #[arg(long)]
    pub(super) force: bool,
    /// Write and read the text of CSV cells as it is; else an apostrophe goes before what a spreadsheet would run as a formula
    #[arg(long)]
    pub(super) raw_csv: bool,
    /// Do not stop when 100 rows in a row fail for good and none ever succeeded: the file may hold that many unknown numbers
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Which part of the client's rate to use: leave some to services that run meanwhile
    #[arg(long, value_name = "PART", default_value = "1", value_parser = str::parse::<f64>)]
    rate_share: f64,
    /// The rate that upstream agreed to for this client, a second and a minute
    #[arg(long, value_name = "SECOND/MINUTE", default_value = "100/2000", value_parser = rate_limit)]
    rate_limit: RateLimit,
    /// How to write the summary to standard output
    // The id keeps the global `--output` out, whose name the file has here.
    #[arg(id = "output", long = "summary", value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(super) summary: Format,
}

impl BulkArgs {
    pub(super) fn layout(&self) -> Layout {
        let delimiter = self.delimiter.unwrap_or(b',');
        Layout { format: self.format(), delimiter, has_mark: self.bom, is_raw: self.raw_csv }
    }

    pub(super) fn format(&self) -> RowFormat {
        let is_csv = self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        self.format.unwrap_or(if is_csv { RowFormat::Csv } else { RowFormat::Jsonl })
    }

    /// The list of failures; `None` where they are told on standard error.
    pub(super) fn failed(&self) -> Option<PathBuf> {
        let beside = || (!self.is_stdout()).then(|| with_suffix(&self.output, ".failed.csv"));
        self.failed.clone().or_else(beside)
    }

    /// Returns true if the rows go to standard output.
    pub(super) fn is_stdout(&self) -> bool {
        self.output.as_os_str() == "-"
    }

    /// Refuses names of files that were not meant as such.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let output = self.output.to_str();
        if let Some(format) = output.filter(|name| ["json", "jsonl", "csv", "table"].contains(name)) {
            return Err(Failure::usage(
                format!("--output names the file to write here, and {format} is a format"),
                format!(
                    "name a file, or - for standard output; --format is how rows are written, --summary how the summary is. \
                     A file of this name is ./{format}"
                ),
            ));
        }
        if self.failed.as_deref().is_some_and(|path| path.as_os_str() == "-") {
            return Err(Failure::usage(
                "--failed needs the name of a file; - is not supported",
                "name a file; with --output -, leave --failed out: what failed is told on standard error",
            ));
        }
        let again = if self.resume { "--resume" } else { "--force" };
        if self.is_stdout() && (self.resume || self.force) {
            return Err(Failure::usage(
                format!("--output - and {again} do not go together: standard output cannot be resumed"),
                "name a file with --output, or leave the other option out",
            ));
        }
        Ok(())
    }

    pub(super) fn rate(&self) -> Result<RateLimit, Failure> {
        Ok(self.rate_limit.with_share(self.rate_share)?)
    }
}

/// Parses the character between cells: one byte that no cell needs.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte @ (b',' | b';' | b'\t' | b'|' | b':')] => Ok(*byte),
        _ => Err("one of , ; | : is expected, or tab".to_owned()),
    }
}

/// A path with something behind its name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
