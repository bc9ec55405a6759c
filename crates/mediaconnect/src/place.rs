//! The places of a stream's calls in the queue for the rate, so that it starts no more calls than the rate needs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

/// The calls of one stream that wait for the rate.
#[derive(Default)]
pub(crate) struct Queue {
    length: AtomicUsize,
    reader: Mutex<Option<Waker>>,
}

impl Queue {
    pub(crate) fn length(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }

    /// Wakes the reader of the stream when a call leaves the queue. To be called before the length is looked at.
    pub(crate) fn wake_when_shorter(&self, waker: &Waker) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *reader {
            Some(reader) => reader.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }
}

/// A place in the queue, held until it is dropped.
pub(crate) struct Place(Arc<Queue>);

impl Place {
    pub(crate) fn take(queue: &Arc<Queue>) -> Self {
        queue.length.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(queue))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.length.fetch_sub(1, Ordering::AcqRel);
        let reader = self.0.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}
