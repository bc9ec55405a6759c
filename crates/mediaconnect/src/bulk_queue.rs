//! Counts the calls of a [`Bulk`](crate::Bulk) that wait for the rate. `Bulk` starts no new calls while too many wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

#[derive(Default)]
pub(crate) struct BulkQueue {
    length: AtomicUsize,
    reader: Mutex<Option<Waker>>,
}

impl BulkQueue {
    pub(crate) fn length(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }

    /// Sets the waker of the bulk's reader, which is woken when a call leaves the queue. Call this method before
    /// [`length`](Self::length). In the opposite order, a call could leave the queue after `length` and before this
    /// method, and the reader would not be woken.
    pub(crate) fn wake_when_shorter(&self, waker: &Waker) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *reader {
            Some(reader) => reader.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }
}

/// A slot in the queue. Dropping it frees the slot.
pub(crate) struct BulkSlot(Arc<BulkQueue>);

impl BulkSlot {
    pub(crate) fn new(queue: &Arc<BulkQueue>) -> Self {
        queue.length.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(queue))
    }
}

impl Drop for BulkSlot {
    fn drop(&mut self) {
        self.0.length.fetch_sub(1, Ordering::AcqRel);
        let reader = self.0.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}
