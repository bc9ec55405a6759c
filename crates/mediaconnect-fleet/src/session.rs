//! Shares the tokens of a user's session among all processes. Upstream replaces a refresh token when it is used, and
//! only the response contains the next one. Therefore only one process may use a refresh token.
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

use mediaconnect::{AccessToken, Error, Result, TokenEndpoint, TokenFuture, TokenSource};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use self::record::{Id, Line, Record};
use self::store::{Keys, Stored};
use crate::connection::{BROKEN, Failure, Redis};
use crate::lock::Lock;

/// The lifetime of the lock. It is longer than an exchange usually takes, so that no other process uses the same
/// refresh token while a slow process still exchanges it.
const LOCK: Duration = Duration::from_secs(65);
/// The interval at which processes that wait for an exchange check whether the new token is in Redis.
const LOOK: Duration = Duration::from_millis(100);
/// The maximum time that processes wait for the new token of another process's exchange.
const WAIT: Duration = Duration::from_secs(45);
/// The time limit of the provider of the client credentials.
const PROVIDER: Duration = Duration::from_secs(30);
/// The time after a failed exchange until the next process tries.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// The lifetime of an access token if upstream does not state one. The client assumes the same lifetime.
const UNKNOWN: Duration = Duration::from_secs(5 * 60);
/// The interval and the number of attempts to store a record while Redis cannot be reached: ten minutes in all.
const SAVES: (Duration, u32) = (Duration::from_millis(200), 3_000);

/// Fetches a user's access tokens with a refresh token that all processes of a fleet share.
///
/// Create it with [`Fleet::refresh_token`](crate::Fleet::refresh_token). `Debug` hides the tokens and the session.
pub struct SharedRefreshToken(Session);

/// The function that is called with each new refresh token.
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
    /// The id of the last access token that this process had. The next fetch must return a different one.
    last: Option<Id>,
    /// The keys of the last fetch. They change with the client secret.
    keys: Option<Arc<Keys>>,
    unsaved: Option<Unsaved>,
}

/// A record that Redis has not confirmed.
struct Unsaved {
    record: Record,
    /// The id of the record that it replaces.
    replaces: Vec<u8>,
    lock: Lock,
}

impl SharedRefreshToken {
    pub(crate) fn new(
        redis: Arc<Redis>,
        endpoint: TokenEndpoint,
        session: SecretString,
        refresh_token: SecretString,
    ) -> Self {
        let known = Known { line: Line::new(refresh_token), last: None, keys: None, unsaved: None };
        Self(Session { redis, endpoint, name: session, observer: None, known: Arc::new(Mutex::new(known)) })
    }

    /// Sets a function that is called with each new refresh token, in the process that has exchanged the previous one.
    ///
    /// Let the function store the refresh token, so that the newest one is known to a process that starts later, and
    /// after Redis has lost its data. The function must not block, because all callers of the fetch wait for it. If it
    /// panics, a warning is logged, and the session continues with the new refresh token.
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
            // An exchange runs in a separate task, so that it ends even if no caller waits for it any more.
            let task = tokio::spawn(async move { session.fetch().await });
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
}

impl fmt::Debug for SharedRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRefreshToken").finish_non_exhaustive()
    }
}

/// Removes the tokens of a session from Redis.
pub(crate) async fn end(redis: &Arc<Redis>, endpoint: &TokenEndpoint, session: &SecretString) -> Result<()> {
    let keys = Keys::new(endpoint, session).await?;
    store::remove(redis, &keys).await.map_err(unreachable)
}

impl Session {
    /// Returns the access token in Redis. If it is not usable, exchanges the refresh token, or waits while another
    /// process exchanges it.
    async fn fetch(&self) -> Result<AccessToken> {
        let known = &mut *self.known.lock().await;
        let keys = self.keys(known).await?;
        self.save(known, &keys).await.map_err(unreachable)?;
        let lock = Lock::new(&self.redis, &keys.lock, LOCK, BROKEN);
        let until = Instant::now() + WAIT;
        while Instant::now() < until {
            if let Some(token) = self.usable(known, &keys).await?.1 {
                return Ok(token);
            }
            if lock.acquire().await.map_err(unreachable)? {
                // Another process may have replaced the record between the read and the lock.
                let (replaces, token) = self.usable(known, &keys).await?;
                let Some(token) = token else { return self.exchange(known, &keys, replaces, lock).await };
                lock.expire_in(Duration::ZERO).await;
                return Ok(token);
            }
            sleep(LOOK).await;
        }
        Err(Error::token_unavailable(
            "another process has been exchanging the session's refresh token for 45 seconds",
        ))
    }

    /// Returns the keys of the session. If the client secret has changed, first reads the record that other processes
    /// stored with the old secret.
    async fn keys(&self, known: &mut Known) -> Result<Arc<Keys>> {
        let keys = timeout(PROVIDER, Keys::new(&self.endpoint, &self.name)).await.unwrap_or_else(|_| {
            Err(Error::token_unavailable(
                "the provider of the client credentials took longer than 30 seconds",
            ))
        })?;
        let keys = Arc::new(keys);
        if let Some(old) = known.keys.replace(Arc::clone(&keys)).filter(|old| old.record != keys.record) {
            self.usable(known, &old).await?;
        }
        Ok(keys)
    }

    /// Reads the record. Returns its id, and its access token if this process can use it.
    async fn usable(&self, known: &mut Known, keys: &Keys) -> Result<(Vec<u8>, Option<AccessToken>)> {
        let Stored { id, record } = store::read(&self.redis, keys).await.map_err(unreachable)?;
        // If the record does not contain this process's refresh token, it is from another login, or Redis has lost the
        // newest record. In both cases, this process continues with its own refresh token.
        let Some((record, left)) = record.filter(|(record, _)| record.line.continues(&known.line)) else {
            return Ok((id, None));
        };
        known.line = record.line;
        let is_spent = known.last == Some(record.id) || left * 4 < record.lifetime;
        if is_spent || record.access.expose_secret().is_empty() {
            return Ok((id, None));
        }
        known.last = Some(record.id);
        Ok((id, Some(AccessToken::new(record.access, Some(left)))))
    }

    /// Exchanges the newest refresh token, and replaces the record.
    async fn exchange(
        &self,
        known: &mut Known,
        keys: &Arc<Keys>,
        replaces: Vec<u8>,
        lock: Lock,
    ) -> Result<AccessToken> {
        let began = Instant::now();
        let granted = match lock.hold(self.endpoint.refresh(&known.line.newest)).await {
            Ok(granted) => granted,
            Err(error) => {
                lock.expire_in(AFTER_FAILURE).await;
                // If this process has lost the lock, another process may have used the refresh token. In that case, the
                // access token that the other process got is returned instead of the error.
                return self.usable(known, keys).await.ok().and_then(|(_, token)| token).ok_or(error);
            }
        };
        let is_new = |next: &SecretString| next.expose_secret() != known.line.newest.expose_secret();
        let renewed = granted.refresh_token.filter(is_new);
        if let Some(renewed) = &renewed {
            known.line = known.line.replaced_by(renewed.clone());
        }
        let (access, lifetime) = match &granted.access {
            Ok(token) => (token.secret().clone(), token.lifetime().unwrap_or(UNKNOWN)),
            Err(_) => (SecretString::default(), Duration::ZERO),
        };
        let record = Record::new(access, lifetime.saturating_sub(began.elapsed()), known.line.clone());
        known.last = Some(record.id);
        known.unsaved = Some(Unsaved { record, replaces, lock });
        if self.save(known, keys).await.is_err() {
            tracing::warn!("the new refresh token of a session is not in Redis yet");
            tokio::spawn(self.clone().keep_saving());
        }
        // Another process may have replaced the record in the meantime. In that case, the refresh token of that process
        // is the newest one, and that process calls its own observer.
        let is_newest = |renewed: &SecretString| renewed.expose_secret() == known.line.newest.expose_secret();
        if let Some(renewed) = renewed.filter(is_newest) {
            self.observe(&renewed);
        }
        granted.access
    }

    /// Stores the record that Redis has not confirmed, if there is one, and releases its lock.
    async fn save(&self, known: &mut Known, keys: &Keys) -> std::result::Result<(), Failure> {
        while let Some(unsaved) = &mut known.unsaved {
            let is_saved = store::write(&self.redis, keys, &unsaved.replaces, &unsaved.record).await? || {
                let Stored { id, record } = store::read(&self.redis, keys).await?;
                unsaved.replaces = id;
                let line = record.map(|(record, _)| record.line);
                let line = line.filter(|line| line.continues(&known.line) || line.forks_from(&known.line));
                line.is_some_and(|line| {
                    known.line = line;
                    true
                })
            };
            if is_saved {
                unsaved.lock.expire_in(Duration::ZERO).await;
                known.unsaved = None;
            }
        }
        Ok(())
    }

    /// Stores the record as soon as Redis can be reached again.
    async fn keep_saving(self) {
        let (interval, attempts) = SAVES;
        for _ in 0..attempts {
            sleep(interval).await;
            let known = &mut *self.known.lock().await;
            let Some(keys) = known.keys.clone() else { return };
            if self.save(known, &keys).await.is_ok() {
                return;
            }
        }
    }

    fn observe(&self, renewed: &SecretString) {
        let Some(observer) = &self.observer else { return };
        if catch_unwind(AssertUnwindSafe(|| observer(renewed))).is_err() {
            tracing::warn!(
                "the observer of refresh tokens panicked: the newest refresh token may not be stored"
            );
        }
    }
}

fn unreachable(Failure(reason): Failure) -> Error {
    Error::token_unavailable(format!("the session's tokens in Redis cannot be reached: {reason}"))
}
