//! Sources of access tokens.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::bearer::Token;
use super::validity::{MIN_LIFETIME, counted_on};
use crate::error::Result;

/// The future that [`TokenSource::fetch`] returns.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken>> + Send + 'a>>;

/// Fetches access tokens.
///
/// Implement it to get tokens from elsewhere, such as a vault, and pass it to [`ClientBuilder::token_source`] or
/// [`UserToken::from_source`]. An implementation needs no caching, early refresh or backoff, because the client does
/// all of this. The client shares each token among all callers until shortly before it expires.
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
    /// The client calls it in a separate Tokio task, one call at a time, and drops the future after 60 seconds. The
    /// future is also dropped with the last client (or [`UserToken`](crate::UserToken)) that shares the token. If a
    /// grant works only once, exchange it in a separate task that continues when the future is dropped, as
    /// [`RefreshToken`](crate::RefreshToken) and [`ExtidCode`](crate::ExtidCode) do. If the future panics, only this
    /// fetch fails.
    ///
    /// # Errors
    /// All callers that wait for the token get the error. The next fetch follows after a backoff. Create errors with
    /// [`Error::token_refused`](crate::Error::token_refused) and
    /// [`Error::token_unavailable`](crate::Error::token_unavailable).
    fn fetch(&self) -> TokenFuture<'_>;

    /// Returns the name of the source in logs: a fixed word that identifies no person.
    fn name(&self) -> &'static str {
        "custom"
    }

    /// Returns the value for the label `client` in the metric of token fetches.
    ///
    /// The value is used only if the source fetches tokens for a [`UserToken`](crate::UserToken). If the source fetches
    /// a client's own token, the label is the [name](crate::ClientBuilder::name) of the client.
    fn client_name(&self) -> Option<&str> {
        None
    }
}

/// Lets several clients share a source: `token_source(Arc::clone(&source))`. Each client fetches its own token.
impl<T: TokenSource + ?Sized> TokenSource for Arc<T> {
    fn fetch(&self) -> TokenFuture<'_> {
        (**self).fetch()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn client_name(&self) -> Option<&str> {
        (**self).client_name()
    }
}

/// An access token from a [`TokenSource`]. `Debug` hides it.
#[derive(Clone)]
pub struct AccessToken {
    pub(super) secret: SecretString,
    pub(super) lifetime: Option<Duration>,
}

impl AccessToken {
    /// Creates an access token. `secret` is a bearer token without the word `Bearer`. `lifetime` counts from the call
    /// of [`fetch`](TokenSource::fetch).
    ///
    /// If `lifetime` is `None` or below a second, five minutes are assumed. Upstream's default of 12 hours is not
    /// assumed, because upstream can override it for a client. A lifetime above seven days counts as seven days.
    pub fn new(secret: impl Into<SecretString>, lifetime: Option<Duration>) -> Self {
        Self { secret: secret.into(), lifetime }
    }

    /// Returns the token itself. A token source that wraps another source can store it.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns the lifetime of the token, counted from the call of [`fetch`](TokenSource::fetch), if it is known.
    pub fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    /// Returns true if the token is still usable when the time `age` has passed since the token was requested.
    pub(super) fn is_good_at(&self, age: Duration) -> bool {
        counted_on(self.lifetime) > age + MIN_LIFETIME
    }

    /// Shortens the token's lifetime by `age`, the time since the token was requested.
    pub(super) fn aged(mut self, age: Duration) -> Self {
        if !age.is_zero() {
            self.lifetime = Some(counted_on(self.lifetime).saturating_sub(age).max(MIN_LIFETIME));
        }
        self
    }

    /// Returns the token as a header value, and its lifetime. For use without a cache.
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
