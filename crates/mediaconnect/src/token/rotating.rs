//! Exchanges grants that work only once: a refresh token, an extid code.
//!
//! Only upstream's response contains the next grant, so the response must not be lost. Each exchange therefore runs in
//! a separate task, which continues even if no caller waits any more. The task ends after it has stored the next grant
//! and called the observer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::endpoint::{PROVIDER_TIMEOUT, TokenEndpoint};
use super::source::AccessToken;
use crate::error::{Error, Result};
use crate::runtime;

/// Upstream's own grant type, documented in its article "External Identity".
const EXTID_CODE: &str = "https://connectid.no/oauth2/grant_type/extid_code";
/// The extra time after the time limit of an exchange. If the exchange then still has no outcome, it is treated as
/// failed, because its runtime must have stopped.
const GRACE: Duration = Duration::from_secs(5);

/// The function that is called with each new refresh token.
pub(super) type Observer = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// A grant that works only once. Each exchange may replace it by the next grant. Clones share the state.
#[derive(Clone)]
pub(super) struct RotatingGrant {
    pub(super) endpoint: TokenEndpoint,
    pub(super) observer: Option<Observer>,
    /// The lock is never held across an `.await`, or while the observer runs.
    state: Arc<Mutex<State>>,
}

struct State {
    /// The next grant. `None` if an extid code was used and the response had no refresh token.
    grant: Option<Grant>,
    /// The running exchange, or a finished one whose outcome no caller has received yet.
    exchange: Option<Exchange>,
}

#[derive(Clone)]
pub(super) enum Grant {
    RefreshToken(SecretString),
    ExtidCode(SecretString),
}

#[derive(Clone)]
struct Exchange {
    began: Instant,
    over_at: Instant,
    /// The outcome of the exchange. The channel is closed without an outcome if the credentials provider panicked or
    /// the runtime was shut down.
    outcome: watch::Receiver<Option<Result<AccessToken>>>,
    task: AbortHandle,
}

impl RotatingGrant {
    pub(super) fn new(endpoint: TokenEndpoint, grant: Grant) -> Self {
        let state = State { grant: Some(grant), exchange: None };
        Self { endpoint: endpoint.patient(), observer: None, state: Arc::new(Mutex::new(state)) }
    }

    /// Exchanges the grant for an access token, or waits for the running exchange.
    ///
    /// Dropping the future is harmless, because the next fetch gets the token of the exchange.
    pub(super) async fn fetch(&self) -> Result<AccessToken> {
        let asked = Instant::now();
        let mut exchange = self.exchange(asked)?;
        let ended = exchange.outcome.wait_for(Option::is_some).await.map(|outcome| outcome.clone());
        let taken = |current: &mut Exchange| current.outcome.same_channel(&exchange.outcome);
        self.state().exchange.take_if(taken);
        let outcome = ended.ok().flatten().unwrap_or_else(|| {
            Err(Error::token_unavailable(
                "the exchange broke off: the credentials provider panicked, or the runtime of the fetch was shut down",
            ))
        });
        outcome.map(|token| token.aged(asked.saturating_duration_since(exchange.began)))
    }

    /// Returns the running exchange, or starts one.
    fn exchange(&self, now: Instant) -> Result<Exchange> {
        let mut state = self.state();
        if let Some(exchange) = state.exchange.as_ref().filter(|exchange| exchange.is_of_use(now)) {
            return Ok(exchange.clone());
        }
        let Some(grant) = state.grant.clone() else {
            return Err(Error::token_refused(
                "the extid code works for one token only, and upstream returned no refresh token: get a new code",
            ));
        };
        let (sender, outcome) = watch::channel(None);
        let task = self.clone().run(grant, sender);
        let task = runtime::handle()?.spawn(task).abort_handle();
        let over_at = now + PROVIDER_TIMEOUT + self.endpoint.timeout + GRACE;
        let exchange = Exchange { began: now, over_at, outcome, task };
        if let Some(lost) = state.exchange.replace(exchange.clone()) {
            lost.task.abort();
        }
        Ok(exchange)
    }

    /// Runs an exchange. No time limit is needed here, because the endpoint has its own.
    async fn run(self, grant: Grant, outcome: watch::Sender<Option<Result<AccessToken>>>) {
        let exchanged = self.redeem(&grant).await;
        outcome.send_replace(Some(exchanged));
    }

    async fn redeem(&self, grant: &Grant) -> Result<AccessToken> {
        let (grant_type, name, secret) = match grant {
            Grant::RefreshToken(token) => ("refresh_token", "refresh_token", token),
            Grant::ExtidCode(code) => (EXTID_CODE, "code", code),
        };
        // If the request fails, the grant is kept, because upstream may not have received the request.
        let granted = self.endpoint.grant(grant_type, &[(name, secret.expose_secret())]).await?;
        match granted.refresh_token {
            Some(renewed) if renewed.expose_secret() != secret.expose_secret() => self.renew(&renewed),
            None if matches!(grant, Grant::ExtidCode(_)) => self.state().grant = None,
            _ => {}
        }
        granted.access
    }

    fn renew(&self, renewed: &SecretString) {
        self.state().grant = Some(Grant::RefreshToken(renewed.clone()));
        let Some(observer) = &self.observer else { return };
        // The session continues with the new refresh token, even if the observer panics.
        if catch_unwind(AssertUnwindSafe(|| observer(renewed))).is_err() {
            tracing::warn!(
                "the observer of refresh tokens panicked and has possibly not stored the new token: fix the observer"
            );
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// Returns true if the exchange is running, or if its token is still usable.
    fn is_of_use(&self, now: Instant) -> bool {
        // The channel is read before the outcome. In the opposite order, an exchange that ends between the two reads
        // would look as if it had no outcome.
        let is_running = self.outcome.has_changed().is_ok();
        if let Some(outcome) = &*self.outcome.borrow() {
            let age = now.saturating_duration_since(self.began);
            return outcome.as_ref().is_ok_and(|token| token.is_good_at(age));
        }
        is_running && now < self.over_at
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn an_exchange_that_ends_is_of_use_at_every_moment() {
        const ROUNDS: usize = 50_000;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let task = runtime.spawn(async {}).abort_handle();
        let began = Instant::now();
        let over_at = began + Duration::from_secs(3_600);
        let (senders, exchanges): (Vec<_>, Vec<_>) = (0..ROUNDS)
            .map(|_| {
                let (sender, outcome) = watch::channel(None);
                (sender, Exchange { began, over_at, outcome, task: task.clone() })
            })
            .unzip();
        // One thread ends each exchange while the other thread calls `is_of_use` for the same exchange.
        let (round, mut lost) = (&AtomicUsize::new(0), 0);
        thread::scope(|scope| {
            scope.spawn(move || {
                for (number, sender) in senders.into_iter().enumerate() {
                    while round.load(Ordering::Acquire) < number {
                        std::hint::spin_loop();
                    }
                    sender.send_replace(Some(Ok(AccessToken::new("t", None))));
                }
            });
            for (number, exchange) in exchanges.iter().enumerate() {
                round.store(number, Ordering::Release);
                lost += (0..8).filter(|_| !exchange.is_of_use(began)).count();
            }
        });
        assert_eq!(lost, 0);
    }
}
