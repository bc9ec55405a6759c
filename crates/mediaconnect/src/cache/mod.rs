//! Responses of reads that a service asked to keep, and reads under way that callers share.
//!
//! An entry is the body as it came, so it is decoded and checked anew for each caller. It holds for the time that the
//! caller sets, and until a call of this client may have changed what it says (`forgotten`).

mod flight;
mod forgotten;
mod key;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use mediaconnect_api::operation::{Operation, OperationInfo};
use tokio::time::{Instant, timeout_at};

use self::flight::{Fetch, Flight, Outcome};
use self::forgotten::Forgotten;
pub(crate) use self::key::Key;
use self::key::Subjects;
use crate::call_info::CallInfo;
use crate::error::{Error, Kind, Result};
use crate::options::{CallContext, bounded};
use crate::proof::Success;
use crate::runtime;
use crate::telemetry;

/// The default size of a cache in bytes.
const CAPACITY: u64 = 32 * 1024 * 1024;
/// The size of an entry beside its key and body, roughly.
const OVERHEAD: usize = 256;
/// A 404 is kept for this part of the time.
const NOT_FOUND: u32 = 10;

/// Returns true if an operation only reads.
pub(crate) const fn is_read(info: &OperationInfo) -> bool {
    info.safe_to_repeat && matches!(info.method.as_bytes(), b"GET" | b"POST")
}

/// A response that was believed.
#[derive(Clone)]
pub(crate) struct Kept {
    status: u16,
    /// None: a model is read from the body alone.
    headers: HeaderMap,
    body: Bytes,
    from_connect: bool,
}

impl Kept {
    pub(crate) fn of(success: &Success<'_>) -> Self {
        Self {
            status: success.status,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(success.body),
            from_connect: success.from_connect,
        }
    }

    pub(crate) fn success(&self) -> Success<'_> {
        Success {
            status: self.status,
            headers: &self.headers,
            body: &self.body,
            from_connect: self.from_connect,
        }
    }
}

/// An outcome that is kept: a success, or that there is no such thing.
#[derive(Clone)]
struct Entry {
    outcome: Outcome,
    /// The time at which the read began.
    began: Instant,
    /// The number of the last change before it began.
    change: u64,
    /// The longest time for which anybody wants it.
    ttl: Duration,
}

/// The cache of a client, which its clones share.
pub(crate) struct Cache {
    entries: moka::sync::Cache<Arc<Key>, Arc<Entry>>,
    /// Never held across an await.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    forgotten: Forgotten,
    /// By their numbers.
    flights: HashMap<Arc<Key>, (u64, Weak<Flight>)>,
    next_flight: u64,
}

/// The response that a caller gets, or waits for.
enum Found {
    Kept(Outcome),
    UnderWay(Arc<Flight>),
}

/// Removes entries from memory at the end of their time.
struct Expiry;

impl moka::Expiry<Arc<Key>, Arc<Entry>> for Expiry {
    fn expire_after_create(
        &self,
        _: &Arc<Key>,
        entry: &Arc<Entry>,
        _: std::time::Instant,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &Arc<Key>,
        entry: &Arc<Entry>,
        _: std::time::Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl Cache {
    pub(crate) fn new(capacity: Option<u64>) -> Arc<Self> {
        let weight = |key: &Arc<Key>, entry: &Arc<Entry>| {
            let body = entry.outcome.as_ref().map_or(0, |kept| kept.body.len());
            u32::try_from(key.size() + body + OVERHEAD).unwrap_or(u32::MAX)
        };
        let entries = moka::sync::Cache::builder()
            .max_capacity(capacity.unwrap_or(CAPACITY))
            .weigher(weight)
            .expire_after(Expiry)
            .build();
        Arc::new(Self { entries, state: Mutex::default() })
    }

    /// Returns the response to a read: one that is kept, one that is under way, or what `fetch` brings.
    pub(crate) async fn get(
        self: &Arc<Self>,
        operation: CallInfo<'_>,
        key: Key,
        ttl: Duration,
        terms: CallContext,
        fetch: impl FnOnce(CallContext) -> Fetch,
    ) -> Outcome {
        let deadline = terms.options.deadline_from_now();
        let flight = match self.find(operation, &Arc::new(key), bounded(ttl), deadline, terms, fetch)? {
            Found::Kept(outcome) => return outcome,
            Found::UnderWay(flight) => flight,
        };
        let mut outcome = flight.outcome();
        let waited = runtime::inside(async {
            match timeout_at(deadline, outcome.wait_for(Option::is_some)).await {
                Ok(Ok(outcome)) => Ok(outcome.clone()),
                // Its runtime was shut down, or it panicked.
                Ok(Err(_)) => Ok(None),
                Err(_) => Err(Error::new(Kind::Timeout)),
            }
        });
        let failed = |error: Error| error.in_operation(operation.id, 0);
        waited.await.map_err(failed)?.unwrap_or_else(|| Err(failed(Error::new(Kind::Interrupted))))
    }

    /// All in one piece, so that nobody asks for what somebody else has just got or begun to get.
    fn find(
        self: &Arc<Self>,
        operation: CallInfo<'_>,
        key: &Arc<Key>,
        ttl: Duration,
        deadline: Instant,
        mut terms: CallContext,
        fetch: impl FnOnce(CallContext) -> Fetch,
    ) -> Result<Found> {
        // Dropped after the lock: one that nobody waits for takes itself off the list.
        let under_way;
        let mut state = self.state();
        if let Some(outcome) = self.kept(&state, key, ttl) {
            telemetry::cached(operation, "kept");
            return Ok(Found::Kept(outcome));
        }
        under_way = state.flights.get(key).and_then(|(_, flight)| flight.upgrade());
        if let Some(flight) = &under_way
            && flight.until >= deadline
            && state.forgotten.is_current(key.subjects(), flight.change)
        {
            telemetry::cached(operation, "joined");
            return Ok(Found::UnderWay(Arc::clone(flight)));
        }
        telemetry::cached(operation, "fetched");
        // Those who join later have later deadlines.
        let time = bounded(terms.options.deadline);
        terms.options.deadline = time * 2;
        state.next_flight += 1;
        let (number, change) = (state.next_flight, state.forgotten.number());
        let flight = Flight::start(self, key, (number, change), ttl, deadline + time, fetch(terms))?;
        state.flights.insert(Arc::clone(key), (number, Arc::downgrade(&flight)));
        Ok(Found::UnderWay(flight))
    }

    fn kept(&self, state: &State, key: &Arc<Key>, ttl: Duration) -> Option<Outcome> {
        let entry = self.entries.get(key)?;
        let ttl = if entry.outcome.is_ok() { ttl } else { ttl / NOT_FOUND };
        let is_current = state.forgotten.is_current(key.subjects(), entry.change);
        if !is_current {
            self.entries.invalidate(key);
        }
        (is_current && entry.began.elapsed() < ttl).then(|| entry.outcome.clone())
    }

    /// Forgets one response.
    pub(crate) fn forget(&self, key: &Key) {
        self.state().flights.remove(key);
        self.entries.invalidate(key);
        self.entries.run_pending_tasks();
    }

    /// Forgets all responses.
    pub(crate) fn forget_all(&self) {
        let mut state = self.state();
        state.forgotten.change(&Subjects::default());
        state.flights.clear();
        drop(state);
        self.entries.invalidate_all();
        self.entries.run_pending_tasks();
    }

    /// Ends a read. Its outcome is kept if it may be, and if nobody has asked to forget it meanwhile.
    fn ended(&self, key: &Arc<Key>, number: u64, entry: Option<Entry>) {
        let mut state = self.state();
        if state.flights.get(key).is_some_and(|(current, _)| *current == number) {
            state.flights.remove(key);
            if let Some(entry) = entry.filter(is_kept) {
                self.entries.insert(Arc::clone(key), Arc::new(entry));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is complete in itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that may change something. It forgets what that may be when it ends, and when it is dropped.
pub(crate) struct Change<'c> {
    cache: &'c Cache,
    subjects: Subjects,
}

impl<'c> Change<'c> {
    /// Nothing for an operation that only reads.
    pub(crate) fn of<O: Operation>(cache: &'c Cache, operation: &O) -> Option<Self> {
        (!is_read(O::INFO)).then(|| Self { cache, subjects: Subjects::in_operation(operation) })
    }

    pub(crate) fn of_anything(cache: &'c Cache) -> Self {
        Self { cache, subjects: Subjects::default() }
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.cache.state().forgotten.change(&self.subjects);
    }
}

/// Returns whether an outcome may be kept: Connect's own word, a success or that there is no such thing.
fn is_kept(entry: &Entry) -> bool {
    let is_word = match &entry.outcome {
        Ok(kept) => kept.from_connect,
        Err(error) => error.is_not_found(),
    };
    is_word && !entry.ttl.is_zero()
}
