//! A read in progress that several callers wait for.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tracing::Instrument;

use super::Cache;
use super::entry::{Entry, Outcome};
use super::key::Key;
use super::read::Read;
use crate::error::Result;
use crate::runtime;

/// A read that runs in a separate task. If one caller is dropped, the read continues for the other callers. The read is
/// cancelled when its last caller is dropped.
pub(super) struct Flight {
    cache: Weak<Cache>,
    key: Arc<Key>,
    pub(super) number: u64,
    /// The number of the last change that was recorded before the read began.
    pub(super) change: u64,
    /// The read ends at this time at the latest.
    pub(super) until: Instant,
    /// The maximum age of a response from the shared store. `None` if the read does not use a shared store.
    pub(super) max_age: Option<Duration>,
    /// The time at which the last caller gives up.
    last_caller: watch::Sender<Instant>,
    outcome: watch::Receiver<Option<Outcome>>,
    task: AbortHandle,
}

impl Flight {
    pub(super) fn start(
        cache: &Arc<Cache>,
        key: &Arc<Key>,
        (number, change): (u64, u64),
        ttl: Duration,
        until: Instant,
        last_caller: watch::Sender<Instant>,
        read: Read,
    ) -> Result<Arc<Self>> {
        let runtime = runtime::handle()?;
        let (sender, outcome) = watch::channel(None);
        let (weak, began) = (Arc::downgrade(cache), Instant::now());
        let max_age = read.may_be_shared().then_some(ttl);
        let task = {
            let (cache, key) = (Weak::clone(&weak), Arc::clone(key));
            async move {
                let (outcome, is_shared) = read.outcome(&cache, &key, ttl).await;
                if let Some(cache) = cache.upgrade() {
                    let entry = Entry { outcome: outcome.clone(), began, change, ttl };
                    cache.ended(&key, number, (!is_shared).then_some(entry));
                }
                sender.send_replace(Some(outcome));
            }
        };
        // The read belongs to the trace of the caller that started it.
        let task = runtime.spawn(task.in_current_span()).abort_handle();
        Ok(Arc::new(Self {
            cache: weak,
            key: Arc::clone(key),
            number,
            change,
            until,
            max_age,
            last_caller,
            outcome,
            task,
        }))
    }

    /// Records the time at which a new caller gives up. The read stops waiting when the last of its callers gives up.
    pub(super) fn wait_for_caller(&self, gives_up: Instant) {
        self.last_caller.send_if_modified(|last| {
            *last = gives_up.max(*last);
            false
        });
    }

    pub(super) fn outcome(&self) -> watch::Receiver<Option<Outcome>> {
        self.outcome.clone()
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(cache) = self.cache.upgrade() {
            cache.ended(&self.key, self.number, None);
        }
    }
}
