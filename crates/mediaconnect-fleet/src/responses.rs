//! The responses that the processes of a fleet share, sealed in Redis.
//!
//! Each entry depends on marks: random words in Redis, one for each customer that the request names, one for requests
//! that name no customer, and one for all. To forget responses, their marks are deleted. An entry is valid only if its
//! marks are the same as when its read began. So if Redis loses a mark, more is forgotten, never less.

mod names;
mod pending;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use mediaconnect::{FleetClient, Forget, Lookup, ResponseKey, ResponseStore, StoreFuture};
use redis::{Cmd, Script};
use tokio::time::{Instant, sleep, timeout};
use zeroize::Zeroizing;

use self::names::Keys;
use self::pending::Pending;
use crate::connection::{Failure, Redis};
use crate::response_cache::ResponseCache;
use crate::store::millis;

/// The longest lifetime of a response in Redis.
const MAX_LIFE: Duration = Duration::from_secs(60 * 60);
/// The longest time between the lookup of a read and its end.
const MAX_READ: Duration = Duration::from_secs(2 * 60);
/// The largest response, in bytes. A larger one is not kept.
const MAX_RESPONSE: usize = 128 * 1024;
/// The time for which Redis is not used after a failure.
const PAUSE: Duration = Duration::from_millis(500);
/// The interval between attempts to delete from Redis what must be forgotten.
const TELL_AGAIN: Duration = Duration::from_secs(1);
/// The time for which the names of keys are used before the provider is asked for the credentials again.
const FRESH: Duration = Duration::from_secs(60);

/// The store of a client's responses. It has a connection of its own, so large responses delay no sync.
pub(crate) struct SharedResponses(Arc<Inner>);

struct Inner {
    redis: Arc<Redis>,
    client: FleetClient,
    limits: ResponseCache,
    find: Script,
    keep: Script,
    keys: Mutex<Option<(Instant, Arc<Keys>)>>,
    pending: Mutex<Pending>,
    /// Redis is not used until this time.
    paused_until: Mutex<Option<Instant>>,
    /// True while a task tries to delete from Redis what must be forgotten.
    is_telling: AtomicBool,
}

impl SharedResponses {
    pub(crate) fn new(redis: Arc<Redis>, client: FleetClient, limits: ResponseCache) -> Self {
        Self(Arc::new(Inner {
            redis,
            client,
            limits,
            find: Script::new(include_str!("find.lua")),
            keep: Script::new(include_str!("keep.lua")),
            keys: Mutex::default(),
            pending: Mutex::default(),
            paused_until: Mutex::default(),
            is_telling: AtomicBool::new(false),
        }))
    }
}

impl ResponseStore for SharedResponses {
    fn find<'a>(&'a self, key: &'a ResponseKey, ttl: Duration) -> StoreFuture<'a, Option<Lookup>> {
        Box::pin(self.0.attempt(self.0.find(key, ttl)))
    }

    fn keep<'a>(
        &'a self,
        key: &'a ResponseKey,
        version: Vec<u8>,
        response: Vec<u8>,
        age: Duration,
        ttl: Duration,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.0.attempt(self.0.keep(key, &version, &response, age, ttl)).await;
        })
    }

    fn forget(&self, forget: Forget<'_>) -> StoreFuture<'static, ()> {
        lock(&self.0.pending).add(forget);
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let is_told = inner.attempt(inner.tell_pending()).await.is_some();
            if !is_told && !inner.is_telling.swap(true, Ordering::Relaxed) {
                tokio::spawn(tell_again(Arc::downgrade(&inner)));
            }
        })
    }
}

impl Inner {
    /// Uses Redis within the time limit, unless it failed just now.
    async fn attempt<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Option<T> {
        if lock(&self.paused_until).is_some_and(|until| Instant::now() < until) {
            return None;
        }
        match timeout(self.limits.max_wait, work).await.unwrap_or(Err(Failure("timeout"))) {
            Ok(outcome) => Some(outcome),
            Err(Failure(reason)) => {
                *lock(&self.paused_until) = Some(Instant::now() + PAUSE);
                self.redis.disconnect();
                #[cfg(feature = "metrics")]
                metrics::counter!("mediaconnect_fleet_cache_failures_total", "reason" => reason).increment(1);
                tracing::debug!(reason, "the fleet's Redis failed to find, keep or forget responses");
                None
            }
        }
    }

    async fn find(&self, key: &ResponseKey, ttl: Duration) -> Result<Lookup, Failure> {
        let keys = self.keys().await?;
        self.tell(&keys).await?;
        let entry = keys.entry(key);
        let mut invocation = self.find.prepare_invoke();
        invocation.key(&entry);
        for mark in keys.marks(key.customers()) {
            invocation.key(mark);
        }
        invocation.arg(format!("{:016x}", fastrand::u64(..)));
        invocation.arg(millis(ttl.min(MAX_LIFE) + MAX_READ)).arg(millis(MAX_READ));
        let (version, sealed, left): (Vec<u8>, Vec<u8>, i64) =
            self.redis.run_unlimited(async |connection| invocation.invoke_async(connection).await).await?;
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        let response = keys.seal.open(&sealed, &usage(&entry, &version)).and_then(|plain| {
            let (lifetime, response) = plain.split_first_chunk::<8>()?;
            let lifetime = Duration::from_millis(u64::from_be_bytes(*lifetime));
            Some((response.to_vec(), lifetime.saturating_sub(left)))
        });
        Ok(Lookup { version, response })
    }

    async fn keep(
        &self,
        key: &ResponseKey,
        version: &[u8],
        response: &[u8],
        age: Duration,
        ttl: Duration,
    ) -> Result<(), Failure> {
        let ttl = ttl.min(MAX_LIFE);
        let left = ttl.saturating_sub(age);
        if response.len() > MAX_RESPONSE || left < Duration::from_millis(1) {
            return Ok(());
        }
        let keys = self.keys().await?;
        self.tell(&keys).await?;
        let entry = keys.entry(key);
        // The entry contains its lifetime. So a lookup can compute its age from the remaining time, without a clock.
        let mut plain = Zeroizing::new(Vec::with_capacity(8 + response.len()));
        plain.extend_from_slice(&millis(ttl).to_be_bytes());
        plain.extend_from_slice(response);
        let sealed = keys.seal.seal(&plain, &usage(&entry, version)).ok_or(Failure("other"))?;
        let mut invocation = self.keep.prepare_invoke();
        invocation.key(&entry).key(keys.ends()).key(keys.sizes());
        for mark in keys.marks(key.customers()) {
            invocation.key(mark);
        }
        invocation.arg(version).arg(sealed).arg(millis(left)).arg(self.limits.max_bytes);
        self.redis.run_unlimited(async |connection| invocation.invoke_async(connection).await).await
    }

    async fn tell_pending(&self) -> Result<(), Failure> {
        let keys = self.keys().await?;
        self.tell(&keys).await
    }

    /// Deletes from Redis what this process wants forgotten and Redis has not confirmed yet.
    async fn tell(&self, keys: &Keys) -> Result<(), Failure> {
        let Some((last, forgotten)) = lock(&self.pending).all() else { return Ok(()) };
        let mut command = Cmd::new();
        command.arg("UNLINK").arg(keys.of_forgotten(&forgotten));
        let () = self.redis.run_unlimited(async |connection| command.query_async(connection).await).await?;
        lock(&self.pending).confirm(last);
        Ok(())
    }

    /// Returns the names of keys. They depend on the secret, which may be rotated. So the provider is asked for it
    /// again after [`FRESH`].
    async fn keys(&self) -> Result<Arc<Keys>, Failure> {
        if let Some((at, keys)) = &*lock(&self.keys)
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(keys));
        }
        let credentials = self.client.credentials.credentials().await.map_err(|_| Failure("credentials"))?;
        let keys = Arc::new(Keys::new(&credentials, &self.client.base_url).ok_or(Failure("other"))?);
        *lock(&self.keys) = Some((Instant::now(), Arc::clone(&keys)));
        Ok(keys)
    }
}

/// Tries to delete from Redis what must be forgotten, until that succeeds or the client is dropped.
async fn tell_again(inner: Weak<Inner>) {
    loop {
        sleep(TELL_AGAIN).await;
        let Some(inner) = inner.upgrade() else { return };
        // The flag is cleared before the attempt, because entries added during it may need another attempt.
        inner.is_telling.store(false, Ordering::Relaxed);
        let is_told = inner.attempt(inner.tell_pending()).await.is_some();
        if is_told || inner.is_telling.swap(true, Ordering::Relaxed) {
            return;
        }
    }
}

/// Returns the associated data of a sealed response: it opens for its key and version only.
fn usage(entry: &str, version: &[u8]) -> Vec<u8> {
    [entry.as_bytes(), b"|", version].concat()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
