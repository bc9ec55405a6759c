//! The option `--dry-run`: reports the number of requests that a run would send, and its duration.

use std::collections::BTreeMap;

use serde::Serialize;

use super::failed::FailureReason;
use super::input::{Input, lost};
use super::run::{Job, ParsedRow};
use super::startup::Startup;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Report, print};
use crate::stderr::say;
use crate::table::labelled;
use crate::terminal::Terminal;
use crate::token::format_seconds;

const MAX_NAMED: usize = 10;

/// The counts of a dry run, without personal data.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Forecast {
    rows: u64,
    /// The number of rows that would be sent.
    to_ask: u64,
    /// The number of rows that would be skipped because an earlier row has the same customer.
    repeated: u64,
    postal_codes_padded: u64,
    /// The number of invalid rows by reason.
    failures: BTreeMap<&'static str, u64>,
    bad_lines: Vec<BadLine>,
    requests_a_minute: u64,
    /// The expected duration of the run.
    seconds: u64,
}

#[derive(Serialize)]
struct BadLine {
    line: u64,
    message: String,
}

/// Prints the counts of the input. The exit code is 8 if a line is invalid.
pub(super) async fn run<J: Job>(mut startup: Startup<'_>) -> Result<Exit, Failure> {
    let rate = startup.args.rate()?;
    let (input, _copy) = startup.read_for_stdout().await?;
    let mut forecast = startup.stop.run_blocking(move || Forecast::of::<J>(&input)).await??;
    forecast.requests_a_minute = u64::from(rate.per_minute()).min(u64::from(rate.per_second()) * 60);
    forecast.seconds = (forecast.to_ask * 60).div_ceil(forecast.requests_a_minute.max(1));
    print(&forecast, startup.args.summary)?;
    say("Nothing was sent, and no output was written. To start the run, remove --dry-run.");
    Ok(if forecast.failures.is_empty() { Exit::Success } else { Exit::Partial })
}

impl Forecast {
    fn of<J: Job>(input: &Input) -> Result<Self, Failure> {
        let mut forecast = Self { rows: input.rows, ..Self::default() };
        let (mut job, mut rows) = (J::default(), input.rows()?);
        while let Some(row) = rows.next() {
            let row = row.map_err(lost)?;
            match job.parse(&row, &rows.columns) {
                ParsedRow::Request { is_padded, .. } => {
                    forecast.to_ask += 1;
                    forecast.postal_codes_padded += u64::from(is_padded);
                }
                ParsedRow::Duplicate => forecast.repeated += 1,
                ParsedRow::Invalid(message) => {
                    *forecast.failures.entry(FailureReason::InvalidInput.as_str()).or_default() += 1;
                    if forecast.bad_lines.len() < MAX_NAMED {
                        forecast.bad_lines.push(BadLine { line: row.line, message });
                    }
                }
            }
        }
        Ok(forecast)
    }
}

impl Report for Forecast {
    fn text(&self, terminal: Terminal) -> String {
        let bad: u64 = self.failures.values().sum();
        let named = |line: &BadLine| format!("line {}: {}", line.line, line.message);
        let mut lines: Vec<String> = self.bad_lines.iter().map(named).collect();
        if bad > MAX_NAMED as u64 {
            lines.push("…".to_owned());
        }
        let counts = [
            ("Rows", self.rows),
            ("To send", self.to_ask),
            ("Duplicates, skipped", self.repeated),
            ("Postal codes padded", self.postal_codes_padded),
            ("Invalid rows", bad),
        ];
        let counts =
            counts.into_iter().filter(|(label, count)| *count > 0 || ["Rows", "To send"].contains(label));
        let mut rows: Vec<_> = counts.map(|(label, count)| (label, vec![count.to_string()])).collect();
        let time =
            format!("{} at {} requests per minute", format_seconds(self.seconds), self.requests_a_minute);
        rows.extend([("Duration", vec![time]), ("First invalid rows", lines)]);
        labelled(rows, terminal)
    }
}
