//! The state of a run: what is written, and what still has to be done.

use std::io;

use roaring::RoaringTreemap;

use super::failed::Reason;
use super::lines::unwritable;
use super::progress::Progress;
use super::row::Row;
use super::store::Store;
use super::summary::Summary;
use crate::failure::Failure;

/// What the reader of the input and the taker of the responses share.
pub(super) struct State {
    pub(super) store: Store,
    pub(super) summary: Summary,
    pub(super) progress: Progress,
    /// Final failures, of earlier runs too.
    pub(super) failed: u64,
    pub(super) is_last_pass: bool,
    /// Whether final failures are believed without a success that confirms them.
    pub(super) expects_final: bool,
    /// The lines to ask for again in the next pass.
    pub(super) again: RoaringTreemap,
    /// Final failures that nothing has confirmed yet: a wrong system would say the same of every line.
    pub(super) unconfirmed: Vec<(u64, Reason, String)>,
    /// Why there are no more rows, if it is not the end.
    pub(super) broken: Option<Failure>,
}

impl State {
    pub(super) fn new(store: Store, rows: u64, expects_final: bool) -> Self {
        let done = store.done();
        Self {
            failed: store.failed_before(),
            store,
            summary: Summary { rows, done_before: done, ..Summary::default() },
            progress: Progress::new(rows, done),
            is_last_pass: false,
            expects_final,
            again: RoaringTreemap::new(),
            unconfirmed: Vec::new(),
            broken: None,
        }
    }

    pub(super) fn tick(&mut self, sync: bool) -> Result<(), Failure> {
        let written = if sync { self.store.sync() } else { self.store.flush() };
        self.progress.tell();
        written.map_err(|error| self.unwritable(&error))
    }

    pub(super) fn succeed<R: Row>(&mut self, row: &R) -> io::Result<()> {
        self.confirm()?;
        self.summary.written += 1;
        if let Some(note) = row.note() {
            *self.summary.notes.entry(note).or_default() += 1;
        }
        self.progress.advance(1, 0);
        self.store.write(row)
    }

    pub(super) fn fail(&mut self, line: u64, reason: Reason, message: &str) -> io::Result<()> {
        if reason == Reason::InvalidInput || (reason.is_final() && self.expects_final) {
            self.fail_finally(line, reason, message)
        } else if reason.is_final() {
            self.unconfirmed.push((line, reason, message.to_owned()));
            Ok(())
        } else if self.is_last_pass {
            self.summary.failed_for_now += 1;
            self.write_failure(line, reason, message)
        } else {
            self.again.insert(line);
            Ok(())
        }
    }

    /// Writes the final failures that are believed from now on.
    pub(super) fn confirm(&mut self) -> io::Result<()> {
        let confirmed = std::mem::take(&mut self.unconfirmed);
        confirmed.iter().try_for_each(|(line, reason, message)| self.fail_finally(*line, *reason, message))
    }

    fn fail_finally(&mut self, line: u64, reason: Reason, message: &str) -> io::Result<()> {
        self.summary.failed += 1;
        self.failed += 1;
        self.write_failure(line, reason, message)
    }

    fn write_failure(&mut self, line: u64, reason: Reason, message: &str) -> io::Result<()> {
        self.progress.advance(1, 1);
        if !self.store.fail(line, reason, message)? {
            self.progress.note(&format!("line {line} failed: {}: {message}", reason.as_str()));
        }
        Ok(())
    }

    pub(super) fn unwritable(&self, error: &io::Error) -> Failure {
        unwritable(self.store.path(), error)
    }
}
