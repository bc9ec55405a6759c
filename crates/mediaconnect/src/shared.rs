//! The state that the clones of a client share: connections, limiter, budget, tokens.

use std::sync::Arc;

use mediaconnect_api::Connection;
use reqwest::header::HeaderMap;

use crate::error::{Error, Result};
use crate::options::CallOptions;
use crate::rate::RateLimiter;
use crate::retry::RetryBudget;
#[cfg(feature = "cache")]
use crate::token::Owner;
use crate::token::{TokenCache, TokenEndpoint, UserToken};
use crate::transport::Transport;

pub(crate) struct Shared {
    /// The name of the client. It is a label of the metrics and a field of the spans.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) connection: Connection,
    /// The headers that the service adds to each request.
    pub(crate) headers: HeaderMap,
    /// The transport that replaces the network. It is set only in tests.
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) server_address: String,
    pub(crate) server_port: Option<u16>,
    pub(crate) options: CallOptions,
    pub(crate) limiter: Arc<RateLimiter>,
    pub(crate) budget: RetryBudget,
    pub(crate) tokens: Option<TokenCache>,
    pub(crate) token_endpoint: Option<TokenEndpoint>,
    /// True if the service set its own token source.
    pub(crate) has_token_source: bool,
    pub(crate) user_token: Option<UserToken>,
    #[cfg(feature = "cache")]
    pub(crate) cache: Arc<crate::cache::Cache>,
}

impl Shared {
    #[cfg(feature = "cache")]
    pub(crate) fn cache(&self) -> &Arc<crate::cache::Cache> {
        &self.cache
    }

    /// Returns the owner of the client's own access token. The owner is part of the key of a cached response.
    #[cfg(feature = "cache")]
    pub(crate) fn owner(&self) -> Owner {
        if self.has_token_source { Owner::UnknownClient } else { Owner::Client }
    }

    pub(crate) fn tokens(&self) -> Result<&TokenCache> {
        self.tokens.as_ref().ok_or_else(missing_credentials)
    }
}

pub(crate) fn missing_credentials() -> Error {
    Error::configuration(
        "client credentials are missing: set them with ClientBuilder::credentials, \
         or MEDIACONNECT_CLIENT_ID and MEDIACONNECT_CLIENT_SECRET",
    )
}
