//! The seam for processes that share a client id: its rate, its token, and the responses that they keep.

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::credentials::CredentialsProvider;
use crate::error::{Error, Result};
use crate::rate::{RateLimit, Turns};
use crate::token::TokenSource;

/// Shares the rate and the token of a client id among processes, and, if it is set up so, the responses that they keep.
///
/// `mediaconnect_fleet::Fleet` does it on Redis. Hand one to [`ClientBuilder::fleet`](crate::ClientBuilder::fleet).
///
/// An implementation promises that no call fails or waits because the fleet's store is slow or gone: it then leases
/// a share of the rate on its own, and fetches tokens itself.
pub trait Fleet: Send + Sync + 'static {
    /// Leases turns of the rate to a client, in a task that this method spawns.
    ///
    /// It is called in the Tokio runtime of the client's first call, and again by the next call after that task has
    /// dropped its last [`Turns`]. It must return at once. Turns may be leased only up to the rate of all processes
    /// together; the client sends no request without one.
    fn lease_turns(&self, client: FleetClient, turns: Turns);

    /// Returns a source of the client's token that all processes share, made of the client's own source.
    ///
    /// The client calls [`TokenSource::fetch`] when it has no token, before its token ends, and when upstream has
    /// refused its token. So the source must return another token than it returned last.
    fn share_token(&self, client: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource>;

    /// Returns the store for the responses of [cached](crate::Client::cached) clients, if the fleet has one.
    ///
    /// By default there is none: each process keeps responses in its own memory.
    #[cfg(feature = "cache")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
    fn share_responses(&self, client: FleetClient) -> Option<Arc<dyn crate::ResponseStore>> {
        let _ = client;
        None
    }
}

/// What a [`Fleet`] knows of a client. `Debug` hides the credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct FleetClient {
    /// The provider of the client's credentials: the id says which processes belong together.
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
                "a client of a fleet cannot take a share of the rate: set the whole rate of the client id, without with_share",
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
