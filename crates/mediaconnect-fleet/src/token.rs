//! Shares one token among all processes. One process fetches the token and stores it in Redis, encrypted. The others
//! read it there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mediaconnect::{AccessToken, Error, FleetClient, Result, TokenFuture, TokenSource};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::connection::Failure;
use crate::exchange::millis;
use crate::lock::{AFTER_FAILURE, Lock, pause};
use crate::seal::{Seal, tag};
use crate::store::{Store, key_of};

/// The time limit of a Redis command. If a command takes longer, this process fetches its own token.
const PATIENCE: Duration = Duration::from_millis(250);
/// The lifetime of the lock. If the process that fetches the token dies, another one takes over after this time.
const LOCK: Duration = Duration::from_secs(2);
/// The lifetime of a token if the response states none. It is the same as the default of the client.
const UNKNOWN: Duration = Duration::from_secs(5 * 60);
/// The maximum lifetime of a token. The fleet and the client treat a longer lifetime as seven days.
const MAX_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The length of a token's random id, in bytes.
const ID: usize = 16;

/// A token in Redis that expires soon. It is used if no other can be fetched. It is never the last token that this
/// process had, because upstream may have refused that one.
pub(crate) struct Spare {
    id: [u8; ID],
    secret: SecretString,
    expires_at: Instant,
}

impl Spare {
    pub(crate) fn new(id: [u8; ID], secret: SecretString, left: Duration) -> Self {
        Self { id, secret, expires_at: Instant::now() + left }
    }

    /// Returns the id and the token if the token is valid and the error is not about the credentials. Returns the error
    /// otherwise.
    pub(crate) fn instead_of(spare: Option<Self>, error: Error) -> Result<([u8; ID], AccessToken)> {
        let is_valid = |spare: &Self| spare.expires_at > Instant::now() && !error.is_auth();
        let Some(Self { id, secret, expires_at }) = spare.filter(is_valid) else { return Err(error) };
        tracing::debug!("no new token can be fetched: the one in Redis is used until it expires");
        Ok((id, AccessToken::new(secret, Some(expires_at - Instant::now()))))
    }
}

/// A token source that all processes of a client id share.
pub(crate) struct SharedToken {
    pub(crate) store: Arc<Store>,
    pub(crate) client: FleetClient,
    pub(crate) source: Arc<dyn TokenSource>,
    /// The id of the last token that this process had. The next fetch must return a different token.
    pub(crate) last: Mutex<Option<[u8; ID]>>,
}

struct Keys {
    tag: String,
    lock: String,
    seal: Seal,
}

impl TokenSource for SharedToken {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let Some(keys) = self.keys().await? else { return self.source.fetch().await };
            let mut spare = None;
            let fetched = match self.shared(&keys, &mut spare).await {
                Ok(outcome) => outcome,
                // If Redis is unreachable, each process fetches its own token.
                Err(Failure(reason)) => {
                    tracing::debug!(
                        reason,
                        "the fleet's token is not available: this process fetches its own"
                    );
                    self.source.fetch().await
                }
            };
            fetched.or_else(|error| {
                let (id, token) = Spare::instead_of(spare, error)?;
                self.set_last(id);
                Ok(token)
            })
        })
    }

    fn name(&self) -> &'static str {
        self.source.name()
    }
}

impl SharedToken {
    async fn keys(&self) -> Result<Option<Keys>> {
        let credentials = self.client.credentials.credentials().await?;
        let seal = Seal::for_tokens(credentials.secret(), credentials.id(), &self.client.token_url);
        let tag = tag(&self.client.base_url, credentials.id());
        Ok(seal.map(|seal| Keys { lock: key_of(&tag, "fetch"), tag, seal }))
    }

    /// Returns the token in Redis. If there is none, waits until another process has fetched one, or fetches one
    /// itself. Sets `spare` to a token in Redis that expires soon.
    async fn shared(
        &self,
        keys: &Keys,
        spare: &mut Option<Spare>,
    ) -> std::result::Result<Result<AccessToken>, Failure> {
        let (lock, began) = (Lock::new(self.store.redis(), &keys.lock, LOCK, PATIENCE), Instant::now());
        loop {
            if let Some(token) = self.read(keys, spare).await? {
                return Ok(Ok(token));
            }
            if lock.acquire().await? {
                // Another process may have stored a token after the read and before the lock, so the token is read
                // again.
                return Ok(match self.read(keys, spare).await? {
                    Some(token) => Ok(token),
                    None => self.fetch_for_all(keys, &lock).await,
                });
            }
            pause(began).await?;
        }
    }

    async fn fetch_for_all(&self, keys: &Keys, lock: &Lock) -> Result<AccessToken> {
        let began = Instant::now();
        let fetched = lock.hold(self.source.fetch()).await;
        let released = match &fetched {
            Ok(token) => {
                self.write(keys, token, began.elapsed()).await;
                Duration::ZERO
            }
            Err(_) => AFTER_FAILURE,
        };
        lock.expire_in(released).await;
        fetched
    }

    async fn read(
        &self,
        keys: &Keys,
        spare: &mut Option<Spare>,
    ) -> std::result::Result<Option<AccessToken>, Failure> {
        let Some((sealed, left)) = self.store.token(&keys.tag, PATIENCE).await? else { return Ok(None) };
        // A token that was encrypted with another client secret cannot be decrypted, so it counts as missing.
        let Some(plain) = keys.seal.open(&sealed, b"") else { return Ok(None) };
        let Some((id, rest)) = plain.split_first_chunk::<ID>() else { return Ok(None) };
        let Some((lifetime, secret)) = rest.split_first_chunk::<8>() else { return Ok(None) };
        let lifetime = Duration::from_millis(u64::from_be_bytes(*lifetime));
        let left = left.min(lifetime);
        let Ok(secret) = str::from_utf8(secret) else { return Ok(None) };
        if self.last() == Some(*id) {
            return Ok(None);
        }
        if left * 4 < lifetime {
            *spare = Some(Spare::new(*id, secret.into(), left));
            return Ok(None);
        }
        self.set_last(*id);
        Ok(Some(AccessToken::new(secret, Some(left))))
    }

    async fn write(&self, keys: &Keys, token: &AccessToken, age: Duration) {
        let mut id = [0; ID];
        fastrand::fill(&mut id);
        let lifetime = lifetime_at(token, age);
        if lifetime.is_zero() {
            return;
        }
        let secret = token.secret().expose_secret();
        let mut plain = Zeroizing::new(Vec::with_capacity(ID + 8 + secret.len()));
        plain.extend_from_slice(&id);
        plain.extend_from_slice(&millis(lifetime).to_be_bytes());
        plain.extend_from_slice(secret.as_bytes());
        if let Some(sealed) = keys.seal.seal(&plain, b"")
            && self.store.set_token(&keys.tag, sealed, lifetime, PATIENCE).await.is_ok()
        {
            self.set_last(id);
        }
    }

    fn last(&self) -> Option<[u8; ID]> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_last(&self, id: [u8; ID]) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }
}

/// Returns the remaining lifetime of a token. `age` is the time since its fetch began.
pub(crate) fn lifetime_at(token: &AccessToken, age: Duration) -> Duration {
    token.lifetime().unwrap_or(UNKNOWN).min(MAX_LIFETIME).saturating_sub(age)
}
