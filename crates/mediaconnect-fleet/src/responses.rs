//! The responses that the processes of a fleet share, encrypted in Redis.
//!
//! Each entry depends on marks: random values in Redis. There is one mark for each customer that a request names, one
//! for requests that name no customer, and one for all requests. To invalidate responses, a process deletes one of
//! their marks. To invalidate a single response, it deletes the entry.
//!
//! An entry is valid only while its marks are the ones that Redis had before the response was requested. An entry also
//! becomes invalid when its Redis server restarts, or when a replica takes over. If Redis loses data, responses may
//! therefore become invalid too early, but an old response never becomes valid again.
//!
//! Redis may run a command long after the process has given up on the command. A late command may therefore store an
//! outdated response. Such a response is invalid: it depends on the marks that its lookup read, and a change has
//! deleted one of these marks since. The time to live of a response begins at its lookup, on Redis's clock.

mod names;
mod pending;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mediaconnect::{FleetClient, Forget, Lookup, ResponseKey, ResponseStore, StoreFuture};
use redis::Cmd;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use zeroize::Zeroizing;

use self::names::Keys;
use self::pending::Pending;
use crate::connection::{BROKEN, Connection, Failure, Redis, run_again};
use crate::exchange::millis;
use crate::response_cache::ResponseCache;
use crate::script::Script;

/// The maximum lifetime of a response in Redis.
const MAX_LIFE: Duration = Duration::from_secs(60 * 60);
/// The maximum time from looking up a response in Redis until upstream's response is stored there.
const MAX_READ: Duration = Duration::from_secs(2 * 60);
/// The maximum size of a response, in bytes. A larger response is not stored.
const MAX_RESPONSE: usize = 128 * 1024;
/// The time after a failure during which no response is looked up or stored.
const PAUSE: Duration = Duration::from_millis(500);
/// The interval between attempts to send pending deletions to Redis, and between attempts to get the credentials.
const AGAIN: Duration = Duration::from_secs(1);
/// The time after which the provider is asked for the credentials again, because the names of keys depend on them.
const FRESH: Duration = Duration::from_secs(60);

/// The store of a client's responses. It has its own connection, so that large responses do not delay syncs.
pub(crate) struct SharedResponses(Arc<Inner>);

struct Inner {
    redis: Arc<Redis>,
    client: FleetClient,
    limits: ResponseCache,
    find: Script,
    keep: Script,
    keys: watch::Sender<Option<Arc<Keys>>>,
    ask_at: Mutex<Option<Instant>>,
    /// The runtime of a recent lookup. If a caller has no runtime, its deletions are sent on this runtime.
    runtime: Mutex<Option<Handle>>,
    pending: Mutex<Pending>,
    paused_until: Mutex<Option<Instant>>,
    /// True while a task tries to send the pending deletions to Redis.
    is_telling: AtomicBool,
    /// Each task that sends deletions has a receiver until the task has ended.
    tasks: Arc<watch::Sender<()>>,
}

impl SharedResponses {
    /// Creates the store, and connects to Redis in the background, so that the first operation does not have to.
    pub(crate) fn new(
        redis: Arc<Redis>,
        client: FleetClient,
        limits: ResponseCache,
        tasks: Arc<watch::Sender<()>>,
    ) -> Self {
        if let Ok(runtime) = Handle::try_current() {
            let redis = Arc::clone(&redis);
            runtime.spawn(async move { redis.warm_up().await });
        }
        Self(Arc::new(Inner {
            redis,
            client,
            limits,
            find: Script::new(include_str!("find.lua")),
            keep: Script::new(include_str!("keep.lua")),
            keys: watch::Sender::default(),
            ask_at: Mutex::default(),
            runtime: Mutex::default(),
            pending: Mutex::default(),
            paused_until: Mutex::default(),
            is_telling: AtomicBool::new(false),
            tasks,
        }))
    }
}

impl ResponseStore for SharedResponses {
    fn find<'a>(&'a self, key: &'a ResponseKey, ttl: Duration) -> StoreFuture<'a, Option<Lookup>> {
        let inner = &self.0;
        Box::pin(inner.unless_paused(async move |keys: Arc<Keys>| inner.find(&keys, key, ttl).await))
    }

    fn keep<'a>(
        &'a self,
        key: &'a ResponseKey,
        version: Vec<u8>,
        response: Vec<u8>,
        age: Duration,
        ttl: Duration,
    ) -> StoreFuture<'a, ()> {
        let inner = &self.0;
        Box::pin(async move {
            let keep = async |keys: Arc<Keys>| inner.keep(&keys, key, &version, &response, age, ttl).await;
            inner.unless_paused(keep).await;
        })
    }

    fn forget(&self, forget: Forget<'_>) -> StoreFuture<'static, ()> {
        lock(&self.0.pending).add(forget);
        let (inner, running) = (Arc::clone(&self.0), self.0.tasks.subscribe());
        let forgetting = async move {
            inner.forget().await;
            drop(running);
        };
        let runtime = lock(&self.0.runtime).clone();
        match runtime.filter(|_| Handle::try_current().is_err()) {
            Some(runtime) => {
                runtime.spawn(forgetting);
                Box::pin(async {})
            }
            None => Box::pin(forgetting),
        }
    }
}

impl Inner {
    /// Sends the pending deletions. They are sent even during a pause, because other processes use the old responses
    /// until Redis has deleted them.
    async fn forget(self: Arc<Self>) {
        if !self.tell_within(self.limits.max_wait).await
            && let Some(telling) = Telling::begin(&self)
        {
            let running = self.tasks.subscribe();
            tokio::spawn(async move {
                tell_again(telling).await;
                drop(running);
            });
        }
    }

    /// Runs `work` within the time limit that the service has set. Returns `None` at once during the pause after a
    /// failure of Redis.
    async fn unless_paused<T>(
        self: &Arc<Self>,
        work: impl AsyncFnOnce(Arc<Keys>) -> Result<T, Failure>,
    ) -> Option<T> {
        if lock(&self.paused_until).is_some_and(|until| Instant::now() < until) {
            return None;
        }
        self.within(self.limits.max_wait, work).await
    }

    /// Runs `work` within a time limit. Returns `None` if it fails.
    async fn within<T>(
        self: &Arc<Self>,
        limit: Duration,
        work: impl AsyncFnOnce(Arc<Keys>) -> Result<T, Failure>,
    ) -> Option<T> {
        *lock(&self.runtime) = Some(Handle::current());
        let until = Instant::now() + limit.min(MAX_READ);
        // Missing credentials are not a failure of Redis, so they start no pause.
        let Ok(keys) = timeout_at(until, self.keys()).await else {
            report("credentials");
            return None;
        };
        match timeout_at(until, work(keys)).await.unwrap_or(Err(Failure("timeout"))) {
            Ok(outcome) => Some(outcome),
            Err(Failure(reason)) => {
                *lock(&self.paused_until) = Some(Instant::now() + PAUSE);
                report(reason);
                None
            }
        }
    }

    async fn find(&self, keys: &Keys, key: &ResponseKey, ttl: Duration) -> Result<Lookup, Failure> {
        self.tell(keys).await?;
        let entry = keys.entry(key);
        let mut invocation = self.find.invocation();
        invocation.key(&entry);
        for mark in keys.marks(key.customers()) {
            invocation.key(mark);
        }
        invocation.arg(format!("{:016x}", fastrand::u64(..)));
        invocation.arg(millis(ttl.min(MAX_LIFE) + MAX_READ)).arg(millis(MAX_READ));
        let find = || self.redis.run_unlimited(&entry, async |connection| invocation.run(connection).await);
        let (version, now, sealed, left): (Vec<u8>, u64, Vec<u8>, i64) = run_again(find).await?;
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        let response = keys.seal.open(&sealed, &usage(&entry, &version)).and_then(|plain| {
            let (lifetime, response) = plain.split_first_chunk::<8>()?;
            let lifetime = Duration::from_millis(u64::from_be_bytes(*lifetime));
            Some((response.to_vec(), lifetime.saturating_sub(left)))
        });
        Ok(Lookup { version: [&now.to_be_bytes()[..], &version].concat(), response })
    }

    async fn keep(
        &self,
        keys: &Keys,
        key: &ResponseKey,
        version: &[u8],
        response: &[u8],
        age: Duration,
        ttl: Duration,
    ) -> Result<(), Failure> {
        let ttl = ttl.min(MAX_LIFE);
        let left = ttl.saturating_sub(age);
        let Some((looked_up, version)) = version.split_first_chunk::<8>() else { return Ok(()) };
        if response.len() > MAX_RESPONSE || left < Duration::from_millis(1) {
            return Ok(());
        }
        self.tell(keys).await?;
        let entry = keys.entry(key);
        // The entry contains the whole lifetime of the response, and Redis knows the remaining lifetime. A lookup
        // subtracts the two to get the age of the response, so it needs no clock.
        let mut plain = Zeroizing::new(Vec::with_capacity(8 + response.len()));
        plain.extend_from_slice(&millis(ttl).to_be_bytes());
        plain.extend_from_slice(response);
        let sealed = keys.seal.seal(&plain, &usage(&entry, version)).ok_or(Failure("other"))?;
        let mut invocation = self.keep.invocation();
        invocation.key(&entry).key(keys.ends()).key(keys.sizes());
        invocation.arg(version).arg(u64::from_be_bytes(*looked_up)).arg(sealed);
        invocation.arg(millis(ttl)).arg(millis(left)).arg(self.limits.max_bytes);
        let keep = async |connection: &mut Connection| invocation.run(connection).await;
        self.redis.run_unlimited(&entry, keep).await
    }

    /// Sends the pending deletions to Redis within a time limit. Returns true if none is left.
    async fn tell_within(self: &Arc<Self>, limit: Duration) -> bool {
        self.within(limit, async |keys| self.tell(&keys).await).await.is_some()
    }

    /// Sends the pending deletions to Redis, without a time limit.
    async fn tell(&self, keys: &Keys) -> Result<(), Failure> {
        let Some((last, forgotten)) = lock(&self.pending).all() else { return Ok(()) };
        let mut command = Cmd::new();
        command.arg("UNLINK").arg(keys.of_forgotten(&forgotten));
        // All keys of a client id are on the same node of a cluster.
        let ends = keys.ends();
        let tell =
            || self.redis.run_unlimited(&ends, async |connection| command.query_async(connection).await);
        let () = run_again(tell).await?;
        lock(&self.pending).confirm(last);
        Ok(())
    }

    /// Returns the names of keys. Waits until the provider has returned the credentials for the first time.
    ///
    /// The names depend on the secret, which may be rotated. The provider is therefore asked again after [`FRESH`].
    /// Until it responds, the old names are used.
    async fn keys(self: &Arc<Self>) -> Arc<Keys> {
        let now = Instant::now();
        let is_due = {
            let mut ask_at = lock(&self.ask_at);
            let is_due = ask_at.is_none_or(|at| at <= now);
            if is_due {
                *ask_at = Some(now + FRESH);
            }
            is_due
        };
        if is_due {
            // The provider is asked in a separate task, because it may take longer than the time limit of a lookup.
            let asking = Asking { inner: Arc::clone(self), has_keys: false };
            tokio::spawn(asking.ask());
        }
        let mut keys = self.keys.subscribe();
        match keys.wait_for(Option::is_some).await.map(|keys| keys.clone()) {
            Ok(Some(keys)) => keys,
            _ => std::future::pending().await,
        }
    }
}

/// The task that asks the provider for the credentials. If it ends without them, for instance because its runtime ends,
/// another one asks again after [`AGAIN`].
struct Asking {
    inner: Arc<Inner>,
    has_keys: bool,
}

impl Asking {
    async fn ask(mut self) {
        let client = &self.inner.client;
        let credentials = timeout(FRESH, client.credentials.credentials()).await.ok().and_then(Result::ok);
        let keys = credentials.and_then(|credentials| Keys::new(&credentials, &client.base_url));
        let Some(keys) = keys.map(Arc::new) else { return };
        self.has_keys = true;
        let before = self.inner.keys.send_replace(Some(Arc::clone(&keys)));
        if before.is_some_and(|before| !before.is_same(&keys)) {
            // Processes with different secrets use different names for the mark of the same customer. Therefore they
            // cannot invalidate each other's responses for that customer. The mark for all requests has the same name
            // in all processes, so the deletion of this mark invalidates all responses.
            lock(&self.inner.pending).add(Forget::All);
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if !self.has_keys {
            *lock(&self.inner.ask_at) = Some(Instant::now() + AGAIN);
        }
    }
}

/// The right to retry the pending deletions. Only one task at a time has this right. The right becomes free when this
/// value is dropped, which also happens if the task's runtime shuts down.
struct Telling(Arc<Inner>);

impl Telling {
    fn begin(inner: &Arc<Inner>) -> Option<Self> {
        (!inner.is_telling.swap(true, Ordering::Relaxed)).then(|| Self(Arc::clone(inner)))
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.0.is_telling.store(false, Ordering::Relaxed);
    }
}

/// Retries the pending deletions until Redis has run them. The first retry is at once, because Redis may work and only
/// be too slow for `max_wait`. After the client is dropped, this ends after [`MAX_LIFE`], because all responses have
/// then expired.
async fn tell_again(mut telling: Telling) {
    let mut dropped_at = None;
    loop {
        // No call waits for this attempt, so it may take longer than `max_wait`.
        if telling.0.tell_within(BROKEN).await {
            let inner = Arc::clone(&telling.0);
            drop(telling);
            // A deletion that failed during this attempt could not start a task.
            if lock(&inner.pending).all().is_none() {
                return;
            }
            let Some(again) = Telling::begin(&inner) else { return };
            telling = again;
            continue;
        }
        // After the client is dropped, only this task uses its state.
        let is_dropped = Arc::strong_count(&telling.0) == 1;
        if is_dropped && dropped_at.get_or_insert_with(Instant::now).elapsed() > MAX_LIFE {
            return;
        }
        sleep(AGAIN).await;
    }
}

fn report(reason: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("mediaconnect_fleet_cache_failures_total", "reason" => reason).increment(1);
    tracing::debug!(reason, "the fleet's Redis failed to find, store or delete responses");
}

/// Returns the associated data for the encryption of a response: the name of its entry in Redis, and its version.
/// Decryption with another name or version fails.
fn usage(entry: &str, version: &[u8]) -> Vec<u8> {
    [entry.as_bytes(), b"|", version].concat()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
