//! A read under way, which all who want the same wait for.

use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::key::Key;
use super::{Cache, Entry, Kept, NOT_FOUND};
use crate::error::Result;
use crate::runtime;

/// The outcome of a read: all who wait get the same.
pub(super) type Outcome = Result<Kept>;
/// A call that brings one.
pub(crate) type Fetch = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// A read in a task of its own, so that no caller takes it from the others. It ends when nobody waits any more.
pub(super) struct Flight {
    cache: Weak<Cache>,
    key: Arc<Key>,
    pub(super) number: u64,
    /// The last change before it began.
    pub(super) change: u64,
    /// The latest time at which it ends.
    pub(super) until: Instant,
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
        fetch: Fetch,
    ) -> Result<Arc<Self>> {
        let runtime = runtime::handle()?;
        let (sender, outcome) = watch::channel(None);
        let (weak, began) = (Arc::downgrade(cache), Instant::now());
        let task = {
            let (cache, key) = (Weak::clone(&weak), Arc::clone(key));
            async move {
                let outcome = fetch.await;
                if let Some(cache) = cache.upgrade() {
                    let ttl = if outcome.is_ok() { ttl } else { ttl / NOT_FOUND };
                    cache.ended(&key, number, Some(Entry { outcome: outcome.clone(), began, change, ttl }));
                }
                sender.send_replace(Some(outcome));
            }
        };
        let task = runtime.spawn(task).abort_handle();
        Ok(Arc::new(Self { cache: weak, key: Arc::clone(key), number, change, until, outcome, task }))
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
