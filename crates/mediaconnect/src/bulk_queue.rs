//! Limits how many calls of a [`Bulk`](crate::Bulk) wait for the rate at the same time, so that other calls of the
//! client wait behind only a few of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of a bulk's calls. Each attempt of a call holds a slot while it waits for the rate. The bulk starts no new
/// calls while no slot is free.
pub(crate) struct BulkQueue {
    /// A fair semaphore: a slot that becomes free goes to an attempt that waits for one, before the bulk starts a new
    /// call.
    slots: Arc<Semaphore>,
    reader: Mutex<Option<Waker>>,
    /// True for the queue of a `Bulk`. Its calls give way to the other calls of a fleet.
    is_bulk: bool,
}

impl BulkQueue {
    pub(crate) fn new(slots: usize) -> Arc<Self> {
        Arc::new(Self::with_slots(slots, true))
    }

    /// Creates a queue for the calls of one overview, which is not bulk work.
    pub(crate) fn of_overview(slots: usize) -> Arc<Self> {
        Arc::new(Self::with_slots(slots, false))
    }

    fn with_slots(slots: usize, is_bulk: bool) -> Self {
        Self { slots: Arc::new(Semaphore::new(slots)), reader: Mutex::default(), is_bulk }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.slots.available_permits() > 0
    }

    /// Sets the waker of the bulk's reader, which is woken when a slot becomes free. Call this method before
    /// [`has_room`](Self::has_room). In the opposite order, a slot could become free after `has_room` and before this
    /// method, and the reader would not be woken.
    pub(crate) fn wake_when_free(&self, waker: &Waker) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *reader {
            Some(reader) => reader.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }
}

/// The slot of a call. The call takes the slot before waiting for the rate, and frees the slot when the rate admits the
/// call. Dropping the `BulkSlot` also frees the slot.
pub(crate) struct BulkSlot {
    queue: Arc<BulkQueue>,
    taken: Option<OwnedSemaphorePermit>,
}

impl BulkSlot {
    /// Creates a `BulkSlot`, without taking a slot of the queue.
    pub(crate) fn new(queue: &Arc<BulkQueue>) -> Self {
        Self { queue: Arc::clone(queue), taken: None }
    }

    pub(crate) fn queue(&self) -> &Arc<BulkQueue> {
        &self.queue
    }

    /// Returns true if the call belongs to a `Bulk`.
    pub(crate) fn is_bulk(&self) -> bool {
        self.queue.is_bulk
    }

    /// Takes the slot if one is free now.
    pub(crate) fn try_take(mut self) -> Self {
        self.taken = Arc::clone(&self.queue.slots).try_acquire_owned().ok();
        self
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    /// Waits until a slot is free, and takes it. Calls get slots in the order in which they began to wait.
    pub(crate) async fn take(&mut self) {
        self.taken = Arc::clone(&self.queue.slots).acquire_owned().await.ok();
    }

    pub(crate) fn free(&mut self) {
        if self.taken.take().is_some() {
            self.wake_reader();
        }
    }

    fn wake_reader(&self) {
        let reader = self.queue.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

impl Drop for BulkSlot {
    fn drop(&mut self) {
        self.taken = None;
        // The reader is woken even if `taken` was `None`. The semaphore may have assigned a slot to the call while the
        // call waited. Dropping the call frees that slot.
        self.wake_reader();
    }
}
