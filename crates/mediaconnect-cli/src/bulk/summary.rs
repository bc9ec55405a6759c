//! The summary of a run.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::output::Report;
use crate::table::labelled;
use crate::terminal::Terminal;

/// The result of a run, without personal data.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) rows: u64,
    /// The number of rows that earlier runs completed.
    pub(super) done_before: u64,
    pub(super) written: u64,
    /// The number of rows skipped because an earlier row names the same customer.
    pub(super) repeated: u64,
    /// The number of rows whose postal code lacked its leading zero and was padded.
    #[serde(rename = "postalCodesPadded")]
    pub(super) padded: u64,
    /// The number of failures that a retry cannot fix.
    pub(super) failed: u64,
    /// The number of failures that `--resume` retries.
    pub(super) failed_for_now: u64,
    /// The number of rows in the output, including those of earlier runs.
    pub(super) rows_in_output: u64,
    /// The number of failed lines for each reason, including the failures of earlier runs.
    pub(super) failures: BTreeMap<&'static str, u64>,
    /// True if the run reached the end of the input.
    pub(super) ended: bool,
    /// The number of rows for each label that [`OutputRow::note`](super::output_row::OutputRow::note) returns.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) notes: BTreeMap<&'static str, u64>,
}

impl Report for Summary {
    fn text(&self, terminal: Terminal) -> String {
        let counts = [
            ("Done before", self.done_before),
            ("Written", self.written),
            ("Duplicates, skipped", self.repeated),
            ("Postal codes padded", self.padded),
            ("Failed", self.failed),
            ("Failed, to retry", self.failed_for_now),
        ];
        let notes = self.notes.iter().map(|(note, count)| (*note, *count));
        let counted =
            counts.into_iter().chain(notes).filter(|(label, count)| *count > 0 || *label == "Written");
        let rows = std::iter::once(("Rows", self.rows)).chain(counted);
        let rows = rows.chain([("Rows in the output", self.rows_in_output)]);
        let mut rows: Vec<_> = rows.map(|(label, count)| (label, vec![count.to_string()])).collect();
        let reasons = self.failures.iter().map(|(reason, count)| format!("{count} {reason}"));
        rows.push(("Failed lines by reason", reasons.collect()));
        labelled(rows, terminal)
    }
}
