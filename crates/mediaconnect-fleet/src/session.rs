//! Shares the tokens of a user's session among all processes. Upstream replaces a refresh token when it is used, and
//! only the response contains the next one. Therefore each refresh token may only be used by one process.
//!
//! Redis has a record of each session: the newest access token and refresh token. A process that needs a token reads
//! the record. If the record's access token is no longer usable, the process locks the session, exchanges the refresh
//! token, and replaces the record.
//!
//! Without Redis, a process cannot know which refresh token is the newest, so it sends none.

mod record;
mod store;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use mediaconnect::{AccessToken, Error, TokenEndpoint, TokenFuture, TokenSource};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use self::record::{Id, Line, Record};
use self::store::{HAS_ENDED, Keys, Stored};
use crate::connection::{BROKEN, Failure, Redis};
use crate::lock::{AFTER_FAILURE, Lock, pause};
use crate::token::{Spare, lifetime_at};

type Result<T, E = Error> = std::result::Result<T, E>;

/// The lifetime of the lock. It is longer than an exchange usually takes, so that no other process uses a refresh token
/// that is being exchanged.
const LOCK: Duration = Duration::from_secs(65);
/// The interval at which a process tries to store a record while Redis cannot be reached.
const SAVE_INTERVAL: Duration = Duration::from_millis(200);
/// The time after which the process no longer tries to store a record.
const SAVE_LIMIT: Duration = Duration::from_secs(10 * 60);

/// Fetches a user's access tokens with a refresh token that all processes of a fleet share.
///
/// Create it with [`Fleet::refresh_token`](crate::Fleet::refresh_token). `Debug` hides the tokens and the session.
pub struct SharedRefreshToken(Session);

type Observer = Arc<dyn Fn(&SecretString) + Send + Sync>;

#[derive(Clone)]
struct Session {
    redis: Arc<Redis>,
    endpoint: TokenEndpoint,
    name: SecretString,
    observer: Option<Observer>,
    /// Locked during a fetch, so that this process runs one fetch at a time.
    known: Arc<Mutex<Known>>,
}

/// The state of a session, as this process knows it.
struct Known {
    line: Line,
    /// The id of the last access token that this process had. The next fetch does not return this token again.
    last: Option<Id>,
    /// The access token in Redis that expires soon, if the last read found one.
    spare: Option<Spare>,
    /// The id of the record in Redis when this process last read it. It is empty if there was none.
    stored: Vec<u8>,
    /// The keys that the last fetch used. They are derived from the client secret, which may be rotated.
    keys: Option<Arc<Keys>>,
    /// The keys of the previous client secret, after a rotation. They are dropped once the record is stored under its
    /// new name.
    old_keys: Option<Arc<Keys>>,
    /// The lock that this process tries to acquire. After a failed attempt, the next fetch reuses the lock: Redis may
    /// have granted it, and only the reply was lost.
    wanted: Option<Lock>,
    /// A record that Redis has not confirmed yet, and the lock under which this process exchanged the refresh token.
    unsaved: Option<(Record, Lock)>,
}

impl SharedRefreshToken {
    pub(crate) fn new(
        redis: Arc<Redis>,
        endpoint: TokenEndpoint,
        session: SecretString,
        refresh_token: SecretString,
    ) -> Self {
        let line = Line::new(refresh_token);
        let known = Known {
            line,
            last: None,
            spare: None,
            stored: Vec::new(),
            keys: None,
            old_keys: None,
            wanted: None,
            unsaved: None,
        };
        Self(Session { redis, endpoint, name: session, observer: None, known: Arc::new(Mutex::new(known)) })
    }

    /// Sets a function that is called with each new refresh token, in the process that has exchanged the previous one.
    ///
    /// Let the function store the refresh token: a process that starts later needs the newest one, above all if Redis
    /// has lost its data. The function must not block, because all callers of the fetch wait for it. If it panics, a
    /// warning is logged, and the session continues with the new refresh token.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&SecretString) + Send + Sync + 'static) -> Self {
        self.0.observer = Some(Arc::new(observer));
        self
    }
}

impl TokenSource for SharedRefreshToken {
    fn fetch(&self) -> TokenFuture<'_> {
        let session = self.0.clone();
        Box::pin(async move {
            let runtime = Handle::try_current()
                .map_err(|_| Error::token_unavailable("there is no Tokio runtime on this thread"))?;
            // An exchange runs in a separate task, so that it completes even if no caller waits for it any more.
            let task = runtime.spawn(async move { session.fetch().await });
            task.await.unwrap_or_else(|_| {
                Err(Error::token_unavailable(
                    "the exchange broke off: a provider panicked, or the runtime was shut down",
                ))
            })
        })
    }

    fn name(&self) -> &'static str {
        "refresh_token"
    }

    fn client_name(&self) -> Option<&str> {
        self.0.endpoint.client_name()
    }
}

impl fmt::Debug for SharedRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRefreshToken").finish_non_exhaustive()
    }
}

/// Ends a session: removes its tokens from Redis, and prevents all processes from storing new tokens for the session.
pub(crate) async fn end(redis: &Arc<Redis>, endpoint: &TokenEndpoint, session: &SecretString) -> Result<()> {
    let keys = Keys::new(endpoint, session).await?;
    store::end(redis, &keys).await.map_err(unavailable)
}

impl Session {
    async fn fetch(&self) -> Result<AccessToken> {
        let known = &mut *self.known.lock().await;
        let keys = Arc::new(Keys::new(&self.endpoint, &self.name).await?);
        let wanted = known.wanted.take().filter(|lock| lock.is_for(&keys.lock));
        let lock = wanted.unwrap_or_else(|| Lock::new(&self.redis, &keys.lock, LOCK, BROKEN));
        known.wanted = Some(lock.clone());
        known.spare = None;
        let fetched = match self.token_or_acquire(known, &keys, &lock).await {
            Ok(Some(token)) => Ok(token),
            Ok(None) => self.exchange(known, &keys, lock).await,
            Err(failure) => Err(unavailable(failure)),
        };
        fetched.or_else(|error| {
            let (id, token) = Spare::instead_of(known.spare.take(), error)?;
            known.last = Some(id);
            Ok(token)
        })
    }

    /// Waits until the access token in Redis is usable, and returns it. Returns `None` if this process has acquired the
    /// lock, which means that it must exchange the refresh token itself.
    async fn token_or_acquire(
        &self,
        known: &mut Known,
        keys: &Arc<Keys>,
        lock: &Lock,
    ) -> Result<Option<AccessToken>, Failure> {
        if let Some(old) = known.keys.clone().filter(|old| old.record != keys.record) {
            // The client secret has changed, and with it the name of the record. Another process may have stored a
            // newer record under the old name, so the old name is read first. If this fails, the next fetch reads it.
            self.usable(known, &old).await?;
            known.old_keys = Some(old);
        }
        known.keys = Some(Arc::clone(keys));
        self.save(known, keys).await?;
        let began = Instant::now();
        loop {
            if let Some(token) = self.usable(known, keys).await? {
                return Ok(Some(token));
            }
            if lock.acquire().await? {
                // The next exchange creates a lock with another owner. Otherwise, Redis could run a command of this
                // exchange late, and release the lock of the next exchange.
                known.wanted = None;
                // Another process may have replaced the record after the read and before the lock, so the record is
                // read again.
                let token = self.usable(known, keys).await;
                if !matches!(token, Ok(None)) {
                    lock.expire_in(Duration::ZERO).await;
                }
                return token;
            }
            pause(began).await?;
        }
    }

    /// Reads the record. Returns its access token if this process can use it.
    async fn usable(&self, known: &mut Known, keys: &Keys) -> Result<Option<AccessToken>, Failure> {
        // If this read finds that the session has ended, this process must not use the token of an earlier read.
        known.spare = None;
        let Stored { id, record } = store::read(&self.redis, keys).await?;
        known.stored = id;
        // If the record does not contain this process's refresh token, it is from another login, or Redis has lost the
        // newest record. In both cases, this process continues with its own refresh token.
        let Some((record, left)) = record.filter(|(record, _)| record.line.continues(&known.line)) else {
            return Ok(None);
        };
        known.line = record.line;
        if known.last == Some(record.id) || record.access.expose_secret().is_empty() {
            return Ok(None);
        }
        if left * 4 < record.lifetime {
            known.spare = Some(Spare::new(record.id, record.access, left));
            return Ok(None);
        }
        known.last = Some(record.id);
        Ok(Some(AccessToken::new(record.access, Some(left))))
    }

    async fn exchange(&self, known: &mut Known, keys: &Keys, lock: Lock) -> Result<AccessToken> {
        let began = Instant::now();
        let granted = match lock.hold(self.endpoint.refresh(&known.line.newest)).await {
            Ok(granted) => granted,
            Err(error) => {
                lock.expire_in(AFTER_FAILURE).await;
                // If this process has lost the lock, another process may have exchanged the refresh token. In that
                // case, the access token from that exchange is returned instead of the error.
                return self.usable(known, keys).await.ok().flatten().ok_or(error);
            }
        };
        let is_new = |next: &SecretString| next.expose_secret() != known.line.newest.expose_secret();
        let renewed = granted.refresh_token.filter(is_new);
        if let Some(renewed) = &renewed {
            known.line = known.line.replaced_by(renewed.clone());
        }
        let (access, lifetime) = match &granted.access {
            Ok(token) => (token.secret().clone(), lifetime_at(token, began.elapsed())),
            Err(_) => (SecretString::default(), Duration::ZERO),
        };
        let record = Record::new(access, lifetime, known.line.clone());
        known.last = Some(record.id);
        known.unsaved = Some((record, lock));
        match self.save(known, keys).await {
            Ok(()) => {}
            Err(failure) if failure == HAS_ENDED => return Err(unavailable(failure)),
            Err(_) => {
                tracing::warn!("the new refresh token of a session is not in Redis yet");
                tokio::spawn(self.clone().keep_saving());
            }
        }
        // If another process has replaced the record in the meantime, the refresh token of that process is the newest
        // one. That process reports it to its own observer, so this process reports nothing.
        let is_newest = |renewed: &SecretString| renewed.expose_secret() == known.line.newest.expose_secret();
        if let Some(renewed) = renewed.filter(is_newest) {
            self.observe(&renewed);
        }
        granted.access
    }

    /// Stores the record that Redis has not confirmed, if there is one, and releases its lock. Drops the record if the
    /// session has ended.
    async fn save(&self, known: &mut Known, keys: &Keys) -> Result<(), Failure> {
        let saved = self.try_save(known, keys).await;
        if saved == Err(HAS_ENDED)
            && let Some((_, lock)) = known.unsaved.take()
        {
            lock.expire_in(Duration::ZERO).await;
        }
        saved
    }

    async fn try_save(&self, known: &mut Known, keys: &Keys) -> Result<(), Failure> {
        while let Some((record, lock)) = &known.unsaved {
            if !store::write(&self.redis, keys, &known.stored, record).await? {
                // Redis has another record. This process continues with the refresh tokens of that record in two cases:
                // - The record contains this process's newest refresh token.
                // - Another process has exchanged the same refresh token as this process.
                // In all other cases, this process replaces the record.
                let Stored { id, record } = store::read(&self.redis, keys).await?;
                known.stored = id;
                let line = record.map(|(record, _)| record.line);
                match line.filter(|line| line.continues(&known.line) || line.forks_from(&known.line)) {
                    Some(line) => known.line = line,
                    None => continue,
                }
            }
            lock.expire_in(Duration::ZERO).await;
            known.unsaved = None;
            if let Some(old) = known.old_keys.take() {
                store::remove_soon(&self.redis, &old).await;
            }
        }
        Ok(())
    }

    async fn keep_saving(self) {
        let until = Instant::now() + SAVE_LIMIT;
        while Instant::now() < until {
            sleep(SAVE_INTERVAL).await;
            let known = &mut *self.known.lock().await;
            let Some(keys) = known.keys.clone() else { return };
            if matches!(self.save(known, &keys).await, Ok(()) | Err(HAS_ENDED)) {
                return;
            }
        }
    }

    fn observe(&self, renewed: &SecretString) {
        let Some(observer) = &self.observer else { return };
        if catch_unwind(AssertUnwindSafe(|| observer(renewed))).is_err() {
            tracing::warn!(
                "the observer of refresh tokens panicked and has possibly not stored the new token: fix the observer"
            );
        }
    }
}

/// Returns the error of a fetch. `locked` means that another process has been exchanging the refresh token for too
/// long.
fn unavailable(failure: Failure) -> Error {
    if failure == HAS_ENDED {
        return Error::token_refused(
            "the session has ended (Fleet::end_session): let the user log in, and use another session id for the new login",
        );
    }
    let Failure(reason) = failure;
    Error::token_unavailable(format!("the session's tokens in Redis are not available: {reason}"))
}
