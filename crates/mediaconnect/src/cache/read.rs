//! The steps of a read: the shared store, the memory of this process, and then the request.

use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::Cache;
use super::entry::{Outcome, from_bytes, lifetime, to_bytes};
use super::key::Key;
use super::store::{Lookup, ResponseKey, ResponseStore};
use crate::call_info::CallInfo;
use crate::options::CallContext;
use crate::telemetry;

pub(crate) type Fetch = Pin<Box<dyn Future<Output = Outcome> + Send>>;
pub(crate) type StartFetch = Box<dyn FnOnce(CallContext) -> Fetch + Send>;

pub(super) struct Read {
    pub(super) operation: CallInfo<'static>,
    pub(super) client: Option<Arc<str>>,
    /// The shared store and the key in it, if processes share the response.
    pub(super) store: Option<(Arc<dyn ResponseStore>, ResponseKey)>,
    pub(super) context: CallContext,
    pub(super) fetch: StartFetch,
}

impl Read {
    pub(super) fn may_be_shared(&self) -> bool {
        self.store.is_some()
    }

    /// Returns the outcome of the read, and a flag. If the flag is true, this process must not store the outcome in its
    /// own memory.
    pub(super) async fn outcome(self, cache: &Weak<Cache>, key: &Arc<Key>, ttl: Duration) -> (Outcome, bool) {
        let Self { operation, client, store, context, fetch } = self;
        let report = |source| {
            telemetry::cached(CallInfo { client: client.as_ref(), ..operation }, source);
        };
        let Some((store, shared_key)) = store else {
            report("fetched");
            return (fetch(context).await, false);
        };
        let lookup = store.find(&shared_key, ttl).await;
        let kept = cache.upgrade().and_then(|cache| cache.kept_alone(key, ttl, lookup.is_some()));
        let Some(Lookup { version, response }) = lookup else {
            if let Some(outcome) = kept {
                report("kept");
                return (outcome, true);
            }
            report("fetched");
            return (fetch(context).await, false);
        };
        let found = response.and_then(|(bytes, age)| Some((from_bytes(&bytes)?, age)));
        if let Some((outcome, age)) = found
            && age < lifetime(&outcome, ttl)
        {
            report("shared");
            return (outcome.map_err(|error| error.in_operation(operation.id, 0)), true);
        }
        report("fetched");
        let began = Instant::now();
        let outcome = fetch(context).await;
        let ttl = lifetime(&outcome, ttl);
        if !ttl.is_zero() {
            store.keep(&shared_key, version, to_bytes(&outcome), began.elapsed(), ttl).await;
        }
        (outcome, true)
    }
}
