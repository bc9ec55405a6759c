//! The token cache: one token for any number of callers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::bearer::Token;
use super::source::TokenSource;
use super::state::State;
use crate::error::{Error, Kind, Result};
use crate::runtime;
use crate::telemetry;

/// The time limit of a fetch.
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);
/// The extra time after the time limit of a fetch. If the fetch then still has no outcome, it is treated as failed,
/// because its runtime must have stopped.
const GRACE: Duration = Duration::from_secs(5);

/// Caches the newest token of a source. Clones share the cache.
#[derive(Clone)]
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    source: Arc<dyn TokenSource>,
    client: Option<Arc<str>>,
    /// The lock is never held across an `.await`, or while code of the token source runs.
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    state: State,
    running: Option<Fetch>,
    /// The number of the newest fetch.
    started: u64,
}

/// A fetch. It runs in a separate task, so that a dropped caller does not cancel it for the other callers.
#[derive(Clone)]
struct Fetch {
    number: u64,
    grant: &'static str,
    client: Option<Arc<str>>,
    /// The outcome of the fetch. The channel is closed without an outcome if the source panicked or the runtime was
    /// shut down.
    outcome: watch::Receiver<Option<Result<Token>>>,
    task: AbortHandle,
    over_at: Instant,
}

enum Served {
    Token(Token),
    Waiting(Fetch),
}

impl TokenCache {
    /// Creates an empty cache. `client` is the name of the client, if it has one.
    pub(crate) fn new(source: Arc<dyn TokenSource>, client: Option<Arc<str>>) -> Self {
        Self(Arc::new(Shared { source, client, inner: Mutex::default() }))
    }

    /// Returns a usable token. If the cache has none, waits until a token has been fetched.
    ///
    /// If no token is fetched before the deadline, returns the error of the last failed fetch, or a timeout if no fetch
    /// failed. Dropping the future is harmless, because the fetch continues for the next caller.
    pub(crate) async fn token_by(&self, deadline: Instant) -> Result<Token> {
        let fetch = match self.serve(deadline)? {
            Served::Token(token) => return Ok(token),
            Served::Waiting(fetch) => fetch,
        };
        // The future of the wait is large, but few calls need it. It is boxed to keep the future of every call small.
        let fetched = Box::pin(timeout_at(deadline, self.fetched(fetch))).await;
        let too_late = || Error::new(Kind::Timeout).while_fetching_token();
        fetched.unwrap_or_else(|_| Err(self.last_error().unwrap_or_else(too_late)))
    }

    /// Returns true if a usable token is cached.
    pub(crate) fn has_token(&self) -> bool {
        self.0.lock().state.usable(Instant::now()).is_some()
    }

    async fn fetched(&self, mut fetch: Fetch) -> Result<Token> {
        let outcome = match timeout_at(fetch.over_at, fetch.outcome.wait_for(Option::is_some)).await {
            Ok(Ok(outcome)) => outcome.clone(),
            Ok(Err(_)) | Err(_) => None,
        };
        outcome.unwrap_or_else(|| Err(self.0.lock().lose(fetch.number, Instant::now())))
    }

    /// Returns the time for which upstream will still accept the token. Fetches a token if there is none.
    pub(crate) async fn time_left(&self, deadline: Instant) -> Result<Duration> {
        self.token_by(deadline).await?;
        Ok(self.0.lock().state.time_left(Instant::now()).unwrap_or_default())
    }

    /// Forgets the token with this number, which the API refused with 401. Returns true if a retry can get a different
    /// token; see [`State::forget`].
    pub(crate) fn forget(&self, refused: u64) -> bool {
        self.0.lock().state.forget(refused, Instant::now(), fastrand::f64())
    }

    fn last_error(&self) -> Option<Error> {
        self.0.lock().state.last_error().cloned()
    }

    /// Returns the token, or the fetch to wait for. Fails if no token can come before the deadline.
    fn serve(&self, deadline: Instant) -> Result<Served> {
        let now = Instant::now();
        let mut inner = self.0.lock();
        if let Some(token) = inner.state.usable(now) {
            if inner.state.is_refresh_due(now) && inner.running(now).is_none() {
                // Outside a runtime, the refresh cannot start. This error is ignored, because the current token is
                // still usable and the next caller tries again.
                let _ = self.start(&mut inner, now);
            }
            return Ok(Served::Token(token));
        }
        if let Some(error) = inner.state.hopeless(deadline, now) {
            return Err(error.clone());
        }
        if let Some(fetch) = inner.running(now) {
            return Ok(Served::Waiting(fetch.clone()));
        }
        match inner.state.standing_refusal(now) {
            Some(error) => Err(error.clone()),
            None => self.start(&mut inner, now).map(Served::Waiting),
        }
    }

    /// Spawns the task of a fetch. The task first waits for the end of the backoff.
    fn start(&self, inner: &mut Inner, now: Instant) -> Result<Fetch> {
        let runtime = runtime::handle()?;
        let begins = inner.state.next_fetch(now);
        let (sender, outcome) = watch::channel(None);
        inner.started += 1;
        let number = inner.started;
        let (source, client) = (self.0.source.clone(), self.0.client.clone());
        let task = fetch(Arc::downgrade(&self.0), (source, client.clone()), number, begins, sender);
        let task = runtime.spawn(task).abort_handle();
        let grant = self.0.source.name();
        let fetch = Fetch { number, grant, client, outcome, task, over_at: begins + FETCH_TIMEOUT + GRACE };
        inner.running = Some(fetch.clone());
        Ok(fetch)
    }
}

/// Runs a fetch. The task does not keep the cache alive.
async fn fetch(
    cache: Weak<Shared>,
    (source, client): (Arc<dyn TokenSource>, Option<Arc<str>>),
    number: u64,
    begins: Instant,
    outcome: watch::Sender<Option<Result<Token>>>,
) {
    // A timer takes up to a millisecond, even if its time has passed.
    if begins > Instant::now() {
        sleep_until(begins).await;
    }
    let grant = source.name();
    tracing::debug!(grant, "token fetch started");
    let began = Instant::now();
    let fetched =
        timeout(FETCH_TIMEOUT, source.fetch()).await.unwrap_or_else(|_| Err(Error::new(Kind::Timeout)));
    let (took, lifetime) = (began.elapsed(), fetched.as_ref().ok().and_then(|token| token.lifetime));
    let Some(cache) = cache.upgrade() else { return };
    let token = {
        let mut inner = cache.lock();
        inner.running.take_if(|fetch| fetch.number == number);
        inner.state.finish(fetched, began, Instant::now(), fastrand::f64())
    };
    report(grant, client.as_ref(), token.as_ref().map(|_| lifetime), took);
    outcome.send_replace(Some(token));
}

/// Reports the end of a fetch. The fields are an allow-list: they contain no text from a source or upstream.
fn report(
    grant: &'static str,
    client: Option<&Arc<str>>,
    fetched: Result<Option<Duration>, &Error>,
    took: Duration,
) {
    telemetry::token_fetch_ended(grant, client, fetched.err());
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match fetched {
        Ok(lifetime) => {
            let lifetime_s = lifetime.map(|lifetime| lifetime.as_secs());
            tracing::debug!(grant, lifetime_s, duration_ms, "token fetch succeeded");
        }
        Err(error) => {
            let (status, error_type) = (error.status_code(), error.type_name());
            tracing::debug!(grant, status, error.type = error_type, duration_ms, "token fetch failed");
        }
    }
}

impl Inner {
    /// Returns the running fetch, unless it ended without an outcome.
    fn running(&mut self, now: Instant) -> Option<&Fetch> {
        let fetch = self.running.as_ref()?;
        if fetch.outcome.has_changed().is_err() || now >= fetch.over_at {
            let number = fetch.number;
            self.lose(number, now);
        }
        self.running.as_ref()
    }

    /// Handles a fetch that ended without an outcome. Every caller that waits for the fetch calls this, but the failure
    /// is counted only once.
    fn lose(&mut self, number: u64, now: Instant) -> Error {
        let error = Error::token_unavailable(
            "the fetch broke off: the token source panicked, or the runtime of the fetch was shut down",
        );
        match self.running.take_if(|fetch| fetch.number == number) {
            Some(fetch) => {
                fetch.task.abort();
                telemetry::token_fetch_ended(fetch.grant, fetch.client.as_ref(), Some(&error));
                self.state.fail(error, now, fastrand::f64())
            }
            None => error.while_fetching_token(),
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A lock that a panic has poisoned is still used. The state is intact, because each change is a single step.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the running fetch when the cache is dropped. Tasks that the source spawned continue.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(fetch) = self.lock().running.take() {
            fetch.task.abort();
        }
    }
}

#[cfg(test)]
mod tests;
