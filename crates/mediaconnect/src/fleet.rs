//! Lets processes with the same client id share the rate, the token and the cached responses.

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::credentials::CredentialsProvider;
use crate::error::{Error, Result};
use crate::rate::{RateLimit, Turns};
use crate::token::TokenSource;

/// Shares the rate limit and the token of a client id among processes. It can also share the responses that they cache.
///
/// `mediaconnect_fleet::Fleet` implements it with Redis. Set it with
/// [`ClientBuilder::fleet`](crate::ClientBuilder::fleet).
///
/// An implementation must ensure that no call fails or waits because the fleet's store is slow or unavailable. Even
/// without the store, the implementation must fetch tokens and lease a share of the rate.
pub trait Fleet: Send + Sync + 'static {
    /// Spawns a task that leases turns to a client. A turn is the permission to send one request. The client sends no
    /// request without a turn.
    ///
    /// The client runs this method in the Tokio runtime of its first call. The method must return at once. If the task
    /// drops all clones of `turns`, the client's next call that has to wait for a turn runs the method again. All
    /// processes together must not lease more turns than the rate allows.
    fn lease_turns(&self, client: FleetClient, turns: Turns);

    /// Returns a token source that all processes share. This source must fetch its tokens from the client's own
    /// `source`.
    ///
    /// The client calls [`TokenSource::fetch`] only if it has no token, if its token expires soon, or if upstream has
    /// refused its token. A fetch must therefore not return the token that the client fetched last.
    fn share_token(&self, client: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource>;

    /// Returns the store for the responses of [cached](crate::Client::cached) clients, if the fleet has one.
    ///
    /// By default, there is no store, and each process stores responses in its own memory. A client with its own token
    /// source ([`ClientBuilder::token_source`](crate::ClientBuilder::token_source)) never shares its responses, because
    /// the fleet cannot know which processes have the same source.
    #[cfg(feature = "cache")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
    fn share_responses(&self, client: FleetClient) -> Option<Arc<dyn crate::ResponseStore>> {
        let _ = client;
        None
    }
}

/// Lets several clients share a fleet: `fleet(Arc::clone(&fleet))`.
impl<T: Fleet + ?Sized> Fleet for Arc<T> {
    fn lease_turns(&self, client: FleetClient, turns: Turns) {
        (**self).lease_turns(client, turns);
    }

    fn share_token(&self, client: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
        (**self).share_token(client, source)
    }

    #[cfg(feature = "cache")]
    fn share_responses(&self, client: FleetClient) -> Option<Arc<dyn crate::ResponseStore>> {
        (**self).share_responses(client)
    }
}

/// The data of a client that a [`Fleet`] needs. `Debug` hides the credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct FleetClient {
    /// The provider of the client's credentials. Processes with the same client id form a fleet.
    pub credentials: Arc<dyn CredentialsProvider>,
    /// The URL of the API.
    pub base_url: String,
    /// The URL of the token endpoint.
    pub token_url: String,
    /// The rate that upstream allows for the client id.
    pub rate: RateLimit,
}

impl FleetClient {
    pub(crate) fn new(
        base_url: &Url,
        token_url: &Url,
        credentials: Option<&Arc<dyn CredentialsProvider>>,
        rate: RateLimit,
    ) -> Result<Self> {
        let credentials = credentials.ok_or_else(|| {
            Error::configuration("a fleet needs the client's id: set ClientBuilder::credentials")
        })?;
        if rate.per_minute() != rate.of_all_per_minute() || rate.per_second() != rate.of_all_per_second() {
            return Err(Error::configuration(
                "a fleet needs the whole rate of the client id, not a share of it: remove RateLimit::with_share",
            ));
        }
        Ok(Self {
            credentials: Arc::clone(credentials),
            base_url: base_url.to_string(),
            token_url: token_url.to_string(),
            rate,
        })
    }
}

impl fmt::Debug for FleetClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FleetClient").field("rate", &self.rate).finish_non_exhaustive()
    }
}
