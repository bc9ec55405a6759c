//! Where tokens come from.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;

use super::bearer::Token;
use super::validity::{LEAST, counted_on};
use crate::error::Result;

/// What [`TokenSource::fetch`] returns.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken>> + Send + 'a>>;

/// Fetches access tokens.
///
/// Implement it to bring tokens of your own, then hand it to [`ClientBuilder::token_source`] or
/// [`UserToken::from_source`]. Caching, early refresh, backoff and sharing among callers are not its business: what
/// it fetches is kept and shared until shortly before its end.
///
/// ```
/// use std::time::Duration;
/// use mediaconnect::{AccessToken, Client, Error, TokenFuture, TokenSource};
///
/// struct Vault;
///
/// impl TokenSource for Vault {
///     fn fetch(&self) -> TokenFuture<'_> {
///         Box::pin(async {
///             let secret = std::fs::read_to_string("/run/secrets/token").map_err(Error::token_unavailable)?;
///             Ok(AccessToken::new(secret.trim(), Some(Duration::from_secs(600))))
///         })
///     }
/// }
///
/// # fn example() -> mediaconnect::Result<()> {
/// let client = Client::builder().token_source(Vault).build()?;
/// # Ok(())
/// # }
/// ```
///
/// [`ClientBuilder::token_source`]: crate::ClientBuilder::token_source
/// [`UserToken::from_source`]: crate::UserToken::from_source
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches a new token.
    ///
    /// It is called in a tokio task of its own, one call at a time, and given up after 60 seconds. The future is
    /// dropped when the last client (or [`UserToken`](crate::UserToken)) that shares the token is. So a source that
    /// redeems what works only once should do that in a task of its own, as [`RefreshToken`](crate::RefreshToken) and
    /// [`ExtidCode`](crate::ExtidCode) do. A panic fails the fetch, nothing else.
    ///
    /// # Errors
    /// All callers that wait for the token get the error; the next fetch comes after a backoff. Make errors with
    /// [`Error::token_refused`](crate::Error::token_refused) and
    /// [`Error::token_unavailable`](crate::Error::token_unavailable).
    fn fetch(&self) -> TokenFuture<'_>;

    /// Returns what logs call the source: a fixed word, nothing that identifies anybody.
    fn name(&self) -> &'static str {
        "custom"
    }
}

/// An access token as a [`TokenSource`] fetched it. `Debug` hides it.
#[derive(Clone)]
pub struct AccessToken {
    pub(super) secret: SecretString,
    pub(super) lifetime: Option<Duration>,
}

impl AccessToken {
    /// A bearer token without the word `Bearer`, and how long it lives, counted from the call of
    /// [`fetch`](TokenSource::fetch).
    ///
    /// Without a lifetime, or with one below a second, five minutes are assumed: short, since upstream's default of
    /// 12 hours may be set otherwise for a client. Of a lifetime, at most seven days are used.
    pub fn new(secret: impl Into<SecretString>, lifetime: Option<Duration>) -> Self {
        Self { secret: secret.into(), lifetime }
    }

    /// Returns the token, for a source that stores what another source fetched.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns how long the token lives, counted from the call of [`fetch`](TokenSource::fetch), if that is known.
    pub fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    /// Returns whether it is still good so long after it was asked for.
    pub(super) fn is_good_at(&self, age: Duration) -> bool {
        counted_on(self.lifetime) > age + LEAST
    }

    /// The token for a caller who asked so long after it was asked for first.
    pub(super) fn aged(mut self, age: Duration) -> Self {
        if !age.is_zero() {
            self.lifetime = Some(counted_on(self.lifetime).saturating_sub(age).max(LEAST));
        }
        self
    }

    /// The token as it is sent, outside of any cache, and how long it lives.
    pub(crate) fn into_sendable(self) -> Result<(Token, Option<Duration>)> {
        Ok((Token::new(&self.secret, 0)?, self.lifetime))
    }
}

/// Hides the token.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}
