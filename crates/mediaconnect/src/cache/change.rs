//! Calls that may change data, and the cached responses that they invalidate.

use mediaconnect_api::operation::Operation;

use super::key::Subjects;
use super::{Cache, is_read};

/// A call that may change data. When the call ends or is dropped, the affected responses are removed from the cache.
pub(crate) struct Change<'c> {
    cache: &'c Cache,
    subjects: Subjects,
    is_over: bool,
}

impl<'c> Change<'c> {
    /// Returns the change that an operation may make. Returns `None` for an operation that only reads.
    pub(crate) fn of<O: Operation>(cache: &'c Cache, operation: &O) -> Option<Self> {
        (!is_read(O::INFO)).then(|| Self::about(cache, Subjects::in_operation(operation)))
    }

    pub(crate) fn of_anything(cache: &'c Cache) -> Self {
        Self::about(cache, Subjects::default())
    }

    fn about(cache: &'c Cache, subjects: Subjects) -> Self {
        Self { cache, subjects, is_over: false }
    }

    /// Ends a call, and waits until no process of the fleet can use the affected responses. If the fleet's shared store
    /// is unavailable, this function does not wait for the store to recover. The store invalidates the responses once
    /// the store is available again.
    pub(crate) async fn end(change: Option<Self>) {
        if let Some(mut change) = change {
            change.is_over = true;
            if let Some(forgetting) = change.cache.changed(&change.subjects) {
                // A separate task removes the responses. It continues even if this call is dropped.
                let _ = forgetting.await;
            }
        }
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = self.cache.changed(&self.subjects);
        }
    }
}
