use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use secrecy::SecretString;
use tokio::time::Instant;

use super::bearer::Token;
use super::cache::TokenCache;
use super::source::TokenSource;
use crate::error::Result;

/// The access token of a user who logged in: a fixed one, or one that is renewed automatically.
///
/// It is cheap to clone, and clones share the token. Keep one `UserToken` per session, because it caches the fetched
/// token.
#[derive(Clone)]
pub struct UserToken(Kind);

#[derive(Clone)]
enum Kind {
    Fixed(SecretString),
    /// A cache of fetched tokens, and the unique number of its source.
    #[cfg_attr(not(feature = "cache"), allow(dead_code, reason = "only the cache distinguishes sources"))]
    Renewed(TokenCache, u64),
}

/// The unique number of the next source.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl UserToken {
    /// Creates a fixed token: a bearer token without the word `Bearer`. After it has expired, calls fail with
    /// [`is_auth`](crate::Error::is_auth).
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self(Kind::Fixed(token.into()))
    }

    /// Creates a token that is fetched for the first call and renewed before it expires.
    ///
    /// The source is a [`RefreshToken`](crate::RefreshToken), an [`ExtidCode`](crate::ExtidCode), or a type of your
    /// own.
    pub fn from_source(source: impl TokenSource) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let client = source.client_name().map(Arc::from);
        Self(Kind::Renewed(TokenCache::new(Arc::new(source), client), number))
    }

    pub(crate) async fn token_by(&self, deadline: Instant) -> Result<Token> {
        match &self.0 {
            Kind::Fixed(secret) => Token::new(secret, 0),
            Kind::Renewed(tokens, _) => tokens.token_by(deadline).await,
        }
    }

    /// Returns true if a usable token is cached.
    pub(crate) fn has_token(&self) -> bool {
        match &self.0 {
            Kind::Fixed(_) => true,
            Kind::Renewed(tokens, _) => tokens.has_token(),
        }
    }

    /// Forgets the token with this number after the API refused it. Returns true if a retry can get a different token.
    pub(crate) fn forget(&self, refused: u64) -> bool {
        match &self.0 {
            Kind::Fixed(_) => false,
            Kind::Renewed(tokens, _) => tokens.forget(refused),
        }
    }

    /// Returns the owner under which responses to calls with this token are cached.
    #[cfg(feature = "cache")]
    pub(crate) fn owner(&self) -> super::owner::Owner {
        match &self.0 {
            Kind::Fixed(secret) => super::owner::Owner::Token(secret.clone()),
            Kind::Renewed(_, number) => super::owner::Owner::Source(*number),
        }
    }
}

/// Hides the token.
impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserToken(..)")
    }
}
