//! The state of a run: the counts of written and failed rows, and the lines to retry.

use roaring::RoaringTreemap;

use super::failed::FailureReason;
use super::output_row::OutputRow;
use super::progress::Progress;
use super::store::Store;
use super::summary::Summary;
use crate::failure::Failure;

/// The state that the input reader and the output writer share.
pub(super) struct RunState {
    pub(super) store: Store,
    pub(super) summary: Summary,
    pub(super) progress: Progress,
    /// The number of final failures, including those of earlier runs.
    pub(super) failed: u64,
    pub(super) is_last_pass: bool,
    /// True with `--keep-going`. If true, final failures are recorded immediately. If false, final failures stay in
    /// `unconfirmed` until a request succeeds or all rows have been sent. Invalid rows are always recorded immediately.
    pub(super) expects_final: bool,
    /// The lines to send again in the next pass.
    pub(super) retries: RoaringTreemap,
    /// Final failures that are not recorded yet, because their cause may be a wrong environment, in which every line
    /// fails. They are recorded after the next success, or when all rows have been sent.
    pub(super) unconfirmed: Vec<(u64, FailureReason, String)>,
    /// The failure that stopped the reading of the input.
    pub(super) input_failure: Option<Failure>,
}

impl RunState {
    pub(super) fn new(store: Store, rows: u64, expects_final: bool) -> Self {
        let done = store.done();
        Self {
            failed: store.failed_before(),
            store,
            summary: Summary { rows, done_before: done, ..Summary::default() },
            progress: Progress::new(rows, done),
            is_last_pass: false,
            expects_final,
            retries: RoaringTreemap::new(),
            unconfirmed: Vec::new(),
            input_failure: None,
        }
    }

    pub(super) fn tick(&mut self, sync: bool) -> Result<(), Failure> {
        let written = if sync { self.store.sync() } else { self.store.flush() };
        self.progress.show();
        written
    }

    pub(super) fn succeed<R: OutputRow>(&mut self, row: &R) -> Result<(), Failure> {
        self.confirm()?;
        self.summary.written += 1;
        if let Some(note) = row.note() {
            *self.summary.notes.entry(note).or_default() += 1;
        }
        self.progress.advance(1, 0);
        self.store.write(row)
    }

    pub(super) fn fail(&mut self, line: u64, reason: FailureReason, message: &str) -> Result<(), Failure> {
        if reason == FailureReason::InvalidInput || (reason.is_final() && self.expects_final) {
            self.fail_finally(line, reason, message)
        } else if reason.is_final() {
            self.unconfirmed.push((line, reason, message.to_owned()));
            Ok(())
        } else if self.is_last_pass {
            self.summary.failed_for_now += 1;
            self.write_failure(line, reason, message)
        } else {
            self.retries.insert(line);
            Ok(())
        }
    }

    pub(super) fn confirm(&mut self) -> Result<(), Failure> {
        let confirmed = std::mem::take(&mut self.unconfirmed);
        confirmed.iter().try_for_each(|(line, reason, message)| self.fail_finally(*line, *reason, message))
    }

    fn fail_finally(&mut self, line: u64, reason: FailureReason, message: &str) -> Result<(), Failure> {
        self.summary.failed += 1;
        self.failed += 1;
        self.write_failure(line, reason, message)
    }

    fn write_failure(&mut self, line: u64, reason: FailureReason, message: &str) -> Result<(), Failure> {
        self.progress.advance(1, 1);
        if !self.store.fail(line, reason, message)? {
            self.progress.note(&format!("line {line} failed: {}: {message}", reason.as_str()));
        }
        Ok(())
    }
}
