//! The cache of a client. It contains responses of reads, and the reads in progress that several callers share.
//!
//! An entry contains the body as it was received, so each caller decodes and checks it again. An entry becomes invalid
//! after the time to live that the caller sets, or when a call of this client may have changed the data (see
//! `forgotten`).
//!
//! In a fleet, processes can share a store (see `store`). Entries that can be shared are kept only in the store. While
//! the store cannot be used, each process keeps them in its own memory.

mod change;
mod entry;
mod flight;
mod forgotten;
mod key;
mod read;
mod store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use mediaconnect_api::operation::OperationInfo;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

pub(crate) use self::change::Change;
use self::entry::{Entry, Expiry, lifetime};
pub(crate) use self::entry::{Kept, Outcome};
use self::flight::Flight;
use self::forgotten::Forgotten;
pub(crate) use self::key::Key;
use self::key::Subjects;
use self::read::Read;
pub(crate) use self::read::{Fetch, StartFetch};
pub use self::store::{Forget, Lookup, ResponseKey, ResponseStore, StoreFuture};
use crate::call_info::CallInfo;
use crate::error::{Error, Kind, Result};
use crate::options::{CallContext, bounded};
use crate::runtime;
use crate::telemetry;

/// The default capacity of a client's cache, in bytes.
const CAPACITY: u64 = 32 * 1024 * 1024;
/// The approximate size of an entry without its key and body, in bytes.
const OVERHEAD: usize = 256;
/// The time reserved for returning an error. A read stops waiting when the caller with the latest deadline has only
/// this time left. That caller can then still get an error with the cause.
const HEAD_START: Duration = Duration::from_millis(2);

/// Returns true if an operation only reads.
pub(crate) const fn is_read(info: &OperationInfo) -> bool {
    info.safe_to_retry && matches!(info.method.as_bytes(), b"GET" | b"POST")
}

/// The cache of a client, which its clones share.
pub(crate) struct Cache {
    entries: moka::sync::Cache<Arc<Key>, Arc<Entry>>,
    /// Never locked across an `await`.
    state: Mutex<State>,
    /// The store that the processes of a fleet share, if any.
    store: Option<Arc<dyn ResponseStore>>,
}

#[derive(Default)]
struct State {
    forgotten: Forgotten,
    /// The reads in progress, each with a unique number.
    flights: HashMap<Arc<Key>, (u64, Weak<Flight>)>,
    next_flight: u64,
    /// True if the store could not be used at the last lookup.
    is_alone: bool,
}

/// The result of [`Cache::find`]: a response, or a read in progress to wait for.
enum Found {
    Kept(Outcome),
    UnderWay(Arc<Flight>),
}

impl Cache {
    pub(crate) fn new(capacity: Option<u64>, store: Option<Arc<dyn ResponseStore>>) -> Arc<Self> {
        let entries = moka::sync::Cache::builder()
            .max_capacity(capacity.unwrap_or(CAPACITY))
            .weigher(|key: &Arc<Key>, entry: &Arc<Entry>| weight(key, entry))
            .expire_after(Expiry)
            .build();
        Arc::new(Self { entries, state: Mutex::default(), store })
    }

    /// Returns the response to a read: from the cache, from a read in progress, or from `fetch`.
    pub(crate) async fn get(
        self: &Arc<Self>,
        operation: CallInfo<'_>,
        key: Key,
        ttl: Duration,
        context: CallContext,
        fetch: StartFetch,
    ) -> Outcome {
        let failed = |error: Error| error.in_operation(operation.id, 0);
        let deadline = context.options.deadline_from_now();
        let found = self.find(operation, &Arc::new(key), bounded(ttl), deadline, context, fetch);
        let flight = match found.map_err(failed)? {
            Found::Kept(outcome) => return outcome,
            Found::UnderWay(flight) => flight,
        };
        let mut outcome = flight.outcome();
        let waited = runtime::inside(async {
            match timeout_at(deadline, outcome.wait_for(Option::is_some)).await {
                Ok(Ok(outcome)) => Ok(outcome.clone()),
                // The read ended without an outcome: it panicked, or its runtime was shut down.
                Ok(Err(_)) => Ok(None),
                Err(_) => Err(Error::new(Kind::Timeout)),
            }
        });
        waited.await.map_err(failed)?.unwrap_or_else(|| Err(failed(Error::new(Kind::Interrupted))))
    }

    /// Finds a response or a read in progress, or starts a read.
    ///
    /// One lock is held during all steps. Otherwise, a caller could start a read that another caller has just started
    /// or ended.
    fn find(
        self: &Arc<Self>,
        operation: CallInfo<'_>,
        key: &Arc<Key>,
        ttl: Duration,
        deadline: Instant,
        mut context: CallContext,
        fetch: StartFetch,
    ) -> Result<Found> {
        // If `under_way` is the last reference to a flight (a read in progress), dropping it takes the lock. To avoid a
        // deadlock, it is declared before the lock, so that it is dropped after the lock is released.
        let under_way;
        let gives_up = deadline.checked_sub(HEAD_START).unwrap_or(deadline);
        let store = self.store.as_ref().filter(|_| !ttl.is_zero());
        let store = store.and_then(|store| Some((Arc::clone(store), key.shared()?)));
        let mut state = self.state();
        if store.is_none()
            && let Some(outcome) = self.kept(&state, key, ttl)
        {
            telemetry::cached(operation, "kept");
            return Ok(Found::Kept(outcome));
        }
        under_way = state.flights.get(key).and_then(|(_, flight)| flight.upgrade());
        if let Some(flight) = &under_way
            && flight.until >= deadline
            && flight.max_age.is_none_or(|age| age <= ttl)
            && state.forgotten.is_current(key.subjects(), flight.change)
        {
            flight.wait_for_caller(gives_up);
            telemetry::cached(operation, "joined");
            return Ok(Found::UnderWay(Arc::clone(flight)));
        }
        // Callers that join this read later can have later deadlines. The time limit of the read is therefore twice the
        // time limit of this call. The read waits for the rate, a token or the next retry only until the last of its
        // callers gives up.
        let time = bounded(context.options.deadline);
        context.options.deadline = time * 2;
        let last_caller = watch::Sender::new(gives_up);
        context.last_caller = Some(last_caller.subscribe());
        let client = operation.client.cloned();
        let read = Read { operation: CallInfo { client: None, ..operation }, client, store, context, fetch };
        state.next_flight += 1;
        let (number, change) = (state.next_flight, state.forgotten.number());
        let flight = Flight::start(self, key, (number, change), ttl, deadline + time, last_caller, read)?;
        state.flights.insert(Arc::clone(key), (number, Arc::downgrade(&flight)));
        Ok(Found::UnderWay(flight))
    }

    /// Records whether the shared store can be used. If it cannot, returns the response in the memory of this process.
    fn kept_alone(&self, key: &Arc<Key>, ttl: Duration, store_is_usable: bool) -> Option<Outcome> {
        let mut state = self.state();
        if store_is_usable && state.is_alone {
            state.forgotten.store_is_back();
        }
        state.is_alone = !store_is_usable;
        if store_is_usable { None } else { self.kept(&state, key, ttl) }
    }

    fn kept(&self, state: &State, key: &Arc<Key>, ttl: Duration) -> Option<Outcome> {
        let entry = self.entries.get(key)?;
        let is_current = state.forgotten.is_current(key.subjects(), entry.change)
            && (state.forgotten.is_of_this_outage(entry.change) || key.shared().is_none());
        if !is_current {
            self.entries.invalidate(key);
        }
        let is_young = entry.began.elapsed() < lifetime(&entry.outcome, ttl);
        (is_current && is_young).then(|| entry.outcome.clone())
    }

    pub(crate) fn forget(&self, key: &Key) {
        self.state().flights.remove(key);
        self.entries.invalidate(key);
        self.entries.run_pending_tasks();
        if let Some(shared) = key.shared() {
            let _ = self.forget_in_store(Forget::Response(&shared));
        }
    }

    pub(crate) fn forget_all(&self) {
        self.state().flights.clear();
        let _ = self.changed(&Subjects::default());
        self.entries.invalidate_all();
        self.entries.run_pending_tasks();
    }

    /// Removes the responses that a change affects. The returned task ends when the other processes have also removed
    /// them.
    fn changed(&self, subjects: &Subjects) -> Option<JoinHandle<()>> {
        self.state().forgotten.change(subjects);
        self.forget_in_store(match subjects.customers() {
            [] => Forget::All,
            customers => Forget::Customers(customers),
        })
    }

    fn forget_in_store(&self, forget: Forget<'_>) -> Option<JoinHandle<()>> {
        let forgetting = self.store.as_ref()?.forget(forget);
        // Outside a runtime, no task can be spawned here, so the future is dropped. The call of `forget` already
        // ensures that this process no longer finds the responses. The store may also delete them in a task of its own.
        Handle::try_current().ok().map(|runtime| runtime.spawn(forgetting))
    }

    /// Ends a read, and caches its outcome if that is allowed. The outcome is not cached if the response was forgotten
    /// during the read, or if another read has replaced this one.
    fn ended(&self, key: &Arc<Key>, number: u64, entry: Option<Entry>) {
        let mut state = self.state();
        if state.flights.get(key).is_some_and(|(current, _)| *current == number) {
            state.flights.remove(key);
            if let Some(entry) = entry.filter(|entry| !lifetime(&entry.outcome, entry.ttl).is_zero()) {
                self.entries.insert(Arc::clone(key), Arc::new(entry.without_message()));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic may have poisoned the lock. The state is valid even then, because each update of it is atomic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the approximate size of an entry in bytes.
fn weight(key: &Key, entry: &Entry) -> u32 {
    let body = entry.outcome.as_ref().map_or(0, |kept| kept.body.len());
    u32::try_from(key.size() + body + OVERHEAD).unwrap_or(u32::MAX)
}
