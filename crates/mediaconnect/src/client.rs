//! The client that a service holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::Carrier;
use url::Url;

use crate::builder::ClientBuilder;
use crate::customers::Customers;
use crate::error::{Error, Result};
use crate::options::CallOptions;
use crate::rate::RateLimiter;
use crate::request::{Method, Request};
use crate::retry::RetryBudget;
use crate::token::{TokenCache, TokenEndpoint, UserToken};

/// A client of the Connect API.
///
/// Build one in a process and clone it: clones share connections, the access token, the rate and the retry budget.
///
/// ```no_run
/// # async fn example() -> mediaconnect::Result<()> {
/// let client = mediaconnect::Client::from_env()?;
/// let customer = client.customers().info("563457".parse()?).await?;
/// println!("{} addresses", customer.emails.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) base_url: Url,
    pub(crate) http: reqwest::Client,
    pub(crate) carrier: Option<Carrier>,
    pub(crate) server_address: String,
    pub(crate) server_port: Option<u16>,
    pub(crate) options: CallOptions,
    pub(crate) limiter: RateLimiter,
    pub(crate) budget: RetryBudget,
    pub(crate) tokens: Option<TokenCache>,
    pub(crate) token_endpoint: Option<TokenEndpoint>,
    pub(crate) user_token: Option<UserToken>,
}

impl Client {
    /// Starts to set a client up.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client that is set up by environment variables; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// When a variable is missing or malformed; the message names it.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// The operations on customers.
    #[must_use]
    pub fn customers(&self) -> Customers<'_> {
        Customers::new(self)
    }

    /// A request to any other endpoint of Connect: `path` is what comes behind the base URL, such as
    /// `/v1/client/access`.
    ///
    /// It shares the client's token, rate, deadline, limits and privacy.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::Method;
    ///
    /// let question = serde_json::json!({ "product": "CO27409", "credential": "kari@example.com" });
    /// let answer: serde_json::Value =
    ///     client.request(Method::Post, "/v1/client/access").json(&question).safe_to_repeat().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request<'_> {
        Request::new(self, method, path.into())
    }

    /// The user's token of the set-up, if there is one.
    #[must_use]
    pub fn user_token(&self) -> Option<&UserToken> {
        self.0.user_token.as_ref()
    }

    /// Fetches an access token unless a good one is cached, and tells how long upstream will take it:
    /// seven days at most, five minutes if upstream does not say.
    ///
    /// # Errors
    /// When the client has no credentials, or no token can be fetched.
    pub async fn token_lifetime(&self) -> Result<Duration> {
        self.0.tokens()?.time_left().await
    }

    /// The token endpoint with this client's credentials, to fetch the tokens of users with: see
    /// [`RefreshToken`](crate::RefreshToken) and [`ExtidCode`](crate::ExtidCode).
    ///
    /// # Errors
    /// When the client has no credentials.
    pub fn token_endpoint(&self) -> Result<TokenEndpoint> {
        self.0.token_endpoint.clone().ok_or_else(missing_credentials)
    }
}

impl Inner {
    pub(crate) fn tokens(&self) -> Result<&TokenCache> {
        self.tokens.as_ref().ok_or_else(missing_credentials)
    }
}

fn missing_credentials() -> Error {
    Error::configuration(
        "client credentials are missing: set them with ClientBuilder::credentials, \
         or MEDIACONNECT_CLIENT_ID and MEDIACONNECT_CLIENT_SECRET",
    )
}

/// Hides credentials and tokens.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.0.base_url.as_str()).finish_non_exhaustive()
    }
}
