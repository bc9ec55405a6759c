//! Turns the rows of the input into requests.

use roaring::RoaringTreemap;

use super::failed::FailureReason;
use super::input::lost;
use super::input_rows::InputRows;
use super::locked::Locked;
use super::outage::KnownGood;
use super::run::{Job, ParsedRow};
use super::state::RunState;
use crate::failure::Failure;

/// Iterates over the rows that are not done yet, and returns the line number and the request of each row. Skips invalid
/// and duplicate rows, and records them.
pub(super) struct Requests<'a, J: Job> {
    pub(super) rows: InputRows,
    pub(super) job: J,
    /// The lines to send; `None` means all lines that are not done.
    pub(super) pending: Option<RoaringTreemap>,
    pub(super) state: &'a Locked<RunState>,
    /// Requests that succeeded. This iterator adds the requests of rows that an earlier run wrote.
    pub(super) known_good: &'a Locked<KnownGood<J::Request>>,
}

impl<J: Job> Iterator for Requests<'_, J> {
    type Item = (u64, J::Request);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.rows.next()? {
                Ok(row) => row,
                Err(error) => return self.end(lost(error)),
            };
            // Completed rows are also parsed, because a later row may be a duplicate of one of them.
            let parsed = self.job.parse(&row, &self.rows.columns);
            let mut state = self.state.lock();
            let is_done = match &self.pending {
                Some(pending) => !pending.contains(row.line),
                None => state.store.is_done(row.line),
            };
            let settled = match parsed {
                ParsedRow::Request { request, .. } if is_done => {
                    if state.store.is_written(row.line) {
                        self.known_good.lock().add(request);
                    }
                    Ok(())
                }
                _ if is_done => Ok(()),
                ParsedRow::Request { request, is_padded } => {
                    // Only the first pass counts padded postal codes, because a retry would count the same row again.
                    state.summary.padded += u64::from(is_padded && self.pending.is_none());
                    return Some((row.line, request));
                }
                ParsedRow::Duplicate => {
                    state.summary.repeated += 1;
                    state.progress.advance(1, 0);
                    Ok(())
                }
                ParsedRow::Invalid(why) => state.fail(row.line, FailureReason::InvalidInput, &why),
            };
            drop(state);
            if let Err(failure) = settled {
                return self.end(failure);
            }
        }
    }
}

impl<J: Job> Requests<'_, J> {
    fn end<T>(&self, failure: Failure) -> Option<T> {
        self.state.lock().input_failure = Some(failure);
        None
    }
}
