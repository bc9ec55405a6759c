//! The summary of a run: how many rows ended in which way.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::output::Report;
use crate::table::labelled;
use crate::terminal::Terminal;

/// The result of a run, on standard output. It has no personal data.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Rows of the input.
    pub(super) rows: u64,
    /// Rows that an earlier run had done.
    pub(super) done_before: u64,
    /// Rows of the output that this run wrote.
    pub(super) written: u64,
    /// Rows that were left out, since their customer was in an earlier one.
    pub(super) repeated: u64,
    /// Rows whose postal code had lost its zero.
    #[serde(rename = "postalCodesPadded")]
    pub(super) padded: u64,
    /// Failures that would come again.
    pub(super) failed: u64,
    /// Failures that `--resume` tries again.
    pub(super) failed_for_now: u64,
    /// Rows that are in the output now, those of earlier runs too.
    pub(super) rows_in_output: u64,
    /// Lines that are in the list of failures now, those of earlier runs too, by reason.
    pub(super) failures: BTreeMap<&'static str, u64>,
    /// Whether the run came to the end of the input.
    pub(super) ended: bool,
    /// What was found, by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) notes: BTreeMap<&'static str, u64>,
}

impl Report for Summary {
    fn text(&self, terminal: Terminal) -> String {
        let counts = [
            ("Done before", self.done_before),
            ("Written", self.written),
            ("Repeated, left out", self.repeated),
            ("Postal codes padded", self.padded),
            ("Failed", self.failed),
            ("Failed for now", self.failed_for_now),
        ];
        let notes = self.notes.iter().map(|(note, count)| (*note, *count));
        let counted =
            counts.into_iter().chain(notes).filter(|(label, count)| *count > 0 || *label == "Written");
        let rows = std::iter::once(("Rows", self.rows)).chain(counted);
        let rows = rows.chain([("In the output now", self.rows_in_output)]);
        let mut rows: Vec<_> = rows.map(|(label, count)| (label, vec![count.to_string()])).collect();
        let reasons = self.failures.iter().map(|(reason, count)| format!("{count} {reason}"));
        rows.push(("Failed lines by reason", reasons.collect()));
        labelled(rows, terminal)
    }
}
