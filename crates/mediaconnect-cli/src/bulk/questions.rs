//! Turns the rows of the input into requests.

use roaring::RoaringTreemap;

use super::failed::Reason;
use super::input::{Rows, lost};
use super::locked::Locked;
use super::run::{Job, Read};
use super::state::State;
use crate::failure::Failure;

/// Iterates over the requests of the rows that are not done yet, with their lines. Invalid and duplicate rows are
/// recorded on the way.
pub(super) struct Questions<'a, J: Job> {
    pub(super) rows: Rows,
    pub(super) job: J,
    /// The lines to send; `None` means all lines that are not done.
    pub(super) todo: Option<RoaringTreemap>,
    pub(super) state: &'a Locked<State>,
    /// A request that succeeded in an earlier run is stored here.
    pub(super) good: &'a Locked<Option<J::Question>>,
}

impl<J: Job> Iterator for Questions<'_, J> {
    type Item = (u64, J::Question);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.rows.next()? {
                Ok(row) => row,
                Err(error) => return self.end(lost(&error)),
            };
            // Rows that are done are parsed too, to detect duplicates of them.
            let read = self.job.read(&row, &self.rows.columns);
            let mut state = self.state.lock();
            let is_done = match &self.todo {
                Some(todo) => !todo.contains(row.line),
                None => state.store.is_done(row.line),
            };
            let settled = match read {
                Read::Question { question, .. } if is_done => {
                    if state.store.is_written(row.line) {
                        self.good.lock().get_or_insert(question);
                    }
                    Ok(())
                }
                _ if is_done => Ok(()),
                Read::Question { question, is_padded } => {
                    // Each row counts once, not in every pass.
                    state.summary.padded += u64::from(is_padded && self.todo.is_none());
                    return Some((row.line, question));
                }
                Read::Repeated => {
                    state.summary.repeated += 1;
                    state.progress.advance(1, 0);
                    Ok(())
                }
                Read::Invalid(why) => state.fail(row.line, Reason::InvalidInput, &why),
            };
            if let Err(error) = settled {
                let failure = state.unwritable(&error);
                drop(state);
                return self.end(failure);
            }
        }
    }
}

impl<J: Job> Questions<'_, J> {
    fn end<T>(&self, failure: Failure) -> Option<T> {
        self.state.lock().broken = Some(failure);
        None
    }
}
