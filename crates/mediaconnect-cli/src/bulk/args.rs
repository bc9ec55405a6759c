//! The options of the bulk commands.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use mediaconnect::RateLimit;

use super::row::RowFormat;
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
    /// The file to write, readable by its owner only; it must not exist
    // An id of its own: `output` is that of the global option.
    #[arg(id = "output-file", long = "output", value_name = "FILE")]
    pub(super) output: PathBuf,
    /// JSON Lines, with all that upstream says, or flat CSV; CSV by default if the output's name ends in .csv
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<RowFormat>,
    /// Where to write the lines that failed, with the reasons [default: the output's name with .failed.csv]
    #[arg(long, value_name = "FILE")]
    failed: Option<PathBuf>,
    /// Go on with what was interrupted, and try again what failed and may succeed now
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
    pub(super) fn format(&self) -> RowFormat {
        let is_csv = self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        self.format.unwrap_or(if is_csv { RowFormat::Csv } else { RowFormat::Jsonl })
    }

    pub(super) fn failed(&self) -> PathBuf {
        self.failed.clone().unwrap_or_else(|| with_suffix(&self.output, ".failed.csv"))
    }

    pub(super) fn rate(&self) -> Result<RateLimit, Failure> {
        Ok(self.rate_limit.with_share(self.rate_share)?)
    }
}

/// A path with something behind its name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
