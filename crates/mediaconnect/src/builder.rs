//! Builds a client from settings or environment variables.

mod network;
mod variables;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::Connection;
use secrecy::SecretString;
use url::Url;

use crate::added_header;
use crate::credentials::CredentialsProvider;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::fleet::{Fleet, FleetClient};
use crate::network::{Network, is_local};
use crate::options::CallOptions;
use crate::rate::{RateLimit, RateLimiter, WhenExhausted};
use crate::retry::RetryBudget;
use crate::shared::Shared;
use crate::telemetry;
use crate::token::{ClientCredentialsGrant, TokenCache, TokenEndpoint, TokenSource, UserToken};
use crate::transport::Transport;

/// The default time limit of one request to the token endpoint.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest time limit that can be set for one request to the token endpoint. It also applies to a request that
/// exchanges a refresh token or an extid code.
const MAX_TOKEN_TIMEOUT: Duration = Duration::from_secs(60);

/// Builds a [`Client`](crate::Client). Every setting except the credentials has a default.
#[derive(Clone, Default)]
pub struct ClientBuilder {
    name: Option<String>,
    environment: Environment,
    base_url: Option<String>,
    token_url: Option<String>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    /// The name of a missing environment variable: that of the client id or of the client secret.
    missing_variable: Option<String>,
    token_source: Option<Arc<dyn TokenSource>>,
    user_token: Option<UserToken>,
    options: CallOptions,
    rate: RateLimit,
    when_exhausted: WhenExhausted,
    token_timeout: Option<Duration>,
    max_waiting: Option<usize>,
    network: Network,
    /// The names and values of the headers that the service adds to each request to the API.
    headers: Vec<(String, SecretString)>,
    /// The names and values of the headers that the service adds to each request to the token endpoint.
    token_headers: Vec<(String, SecretString)>,
    transport: Option<Arc<dyn Transport>>,
    fleet: Option<Arc<dyn Fleet>>,
    #[cfg(feature = "cache")]
    cache_capacity: Option<u64>,
}

impl ClientBuilder {
    /// Sets the name of the client, such as `norway`. Metrics contain it as the label `client`, and spans as the field
    /// `mediaconnect.client`. Without a name, the label and the field are absent.
    ///
    /// A name has 1 to 32 characters: lower-case letters, digits, `-` and `_`. Otherwise [`build`](Self::build) fails.
    /// Give each client of a process a different name, but use few names: each adds a series to each metric.
    #[doc(alias = "tenant")]
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the environment. The default is production.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets the base URL, which must use https, or http on loopback. The default is the base URL of the
    /// [`environment`](Self::environment).
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the URL of the token endpoint, which must use https, or http on loopback. The default is the token endpoint
    /// of the [`environment`](Self::environment).
    #[must_use]
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Sets the credentials: [`ClientCredentials`](crate::ClientCredentials), or a [`CredentialsProvider`] whose secret
    /// can change while the client runs.
    ///
    /// Credentials are required, except for user mode and for a client with a [`token_source`](Self::token_source).
    #[must_use]
    pub fn credentials(mut self, credentials: impl CredentialsProvider) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Sets the source of the client's own token, instead of client credentials.
    ///
    /// If [`credentials`](Self::credentials) are set too, only
    /// [`Client::token_endpoint`](crate::Client::token_endpoint) and a [`fleet`](Self::fleet) use them. The fleet
    /// shares the rate of the client id. It shares neither the token from this source nor the responses to calls with
    /// that token.
    #[must_use]
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.token_source = Some(Arc::new(source));
        self
    }

    /// Stores the access token of a user. [`Client::user_token`](crate::Client::user_token) returns it. No call uses it
    /// unless the service passes it to [`Client::as_user`](crate::Client::as_user) or to a method of a group.
    #[must_use]
    pub fn user_token(mut self, token: UserToken) -> Self {
        self.user_token = Some(token);
        self
    }

    /// Sets the time limit of one request, including the body of its response. The default is 10 seconds.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// Sets the time limit of one request to the token endpoint, including the body of its response. The default is 10
    /// seconds. A limit above 60 seconds counts as 60 seconds.
    ///
    /// A refresh token and an extid code work only once, so even a late response to their exchange must not be lost.
    /// The time limit of this exchange is therefore at least 30 seconds. A call that waits for the token still ends at
    /// its own deadline.
    #[must_use]
    pub fn token_timeout(mut self, timeout: Duration) -> Self {
        self.token_timeout = Some(timeout);
        self
    }

    /// Sets the deadline of a call. It includes the wait for the rate limit and the token, all attempts, and the pauses
    /// between them.
    ///
    /// The default is 30 seconds. A call can set its own deadline with
    /// [`Call::with_deadline`](crate::Call::with_deadline).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = deadline;
        self
    }

    /// Sets the maximum number of requests of a call: the first attempt and its retries.
    ///
    /// The default is 3, and 0 counts as 1. A call can set its own number with
    /// [`Call::with_attempts`](crate::Call::with_attempts).
    #[doc(alias = "retry")]
    #[doc(alias = "retries")]
    #[doc(alias = "max_retries")]
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.options.attempts = attempts.max(1);
        self
    }

    /// Sets the rate limit. The default is the limit that upstream documents.
    ///
    /// Upstream counts requests by client id. If several processes have the same client id, each process sets its share
    /// of the rate: `RateLimit::default().with_share(0.5)?`. Clones of a client share one limiter.
    #[doc(alias = "throttle")]
    #[must_use]
    pub fn rate_limit(mut self, rate: RateLimit) -> Self {
        self.rate = rate;
        self
    }

    /// Sets the behaviour of calls when the rate limit is reached. By default, they wait.
    #[must_use]
    pub fn when_exhausted(mut self, when_exhausted: WhenExhausted) -> Self {
        self.when_exhausted = when_exhausted;
        self
    }

    /// Sets the maximum number of calls that wait for the rate limit at the same time. By default, there is no maximum.
    ///
    /// A call that would exceed the maximum fails at once with [`is_rate_limited`](Error::is_rate_limited). Without a
    /// maximum, a call fails at once only if the rate would admit it too late for its deadline. At upstream's rate and
    /// with the default deadline, this happens when about a thousand calls are waiting. Set a maximum to keep waits
    /// short, or to save memory if deadlines are long.
    ///
    /// Only a few calls of a [`Bulk`](crate::Bulk) wait at the same time. At upstream's rate, at most two calls wait.
    /// If a call would exceed the maximum, the `Bulk` restarts it later.
    ///
    /// With a maximum of 0, no call waits. Some calls then fail although the rate is not used up, because the client
    /// spreads its requests over the minute. If calls must never wait, use [`WhenExhausted::Fail`] instead. With that
    /// setting, the client does not spread its requests, and a call fails only if the rate is used up. In a fleet, a
    /// call can also fail because the process has not leased a turn yet.
    #[must_use]
    pub fn max_waiting(mut self, calls: usize) -> Self {
        self.max_waiting = Some(calls);
        self
    }

    /// Sets a transport that replaces the network, also for requests to the token endpoint. For tests only; see
    /// [`transport`](crate::transport).
    #[doc(alias = "mock")]
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Shares the rate limit and the token with other processes that have the same client id; see `mediaconnect_fleet`.
    ///
    /// [`rate_limit`](Self::rate_limit) must be the whole rate of the client id, not a share of it. Every process of
    /// the fleet must set the same rate. Credentials are required.
    #[must_use]
    pub fn fleet(mut self, fleet: impl Fleet) -> Self {
        self.fleet = Some(Arc::new(fleet));
        self
    }

    /// Sets the maximum number of bytes that [`Client::cached`](crate::Client::cached) stores in the memory of this
    /// process. The default is 32 MiB.
    #[cfg(feature = "cache")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
    #[must_use]
    pub fn cache_capacity(mut self, bytes: u64) -> Self {
        self.cache_capacity = Some(bytes);
        self
    }

    /// Builds the state that the clones of the client share.
    pub(crate) fn shared(self) -> Result<Shared> {
        if let Some(name) = &self.missing_variable
            && self.credentials.is_none()
            && self.token_source.is_none()
        {
            return Err(Error::configuration(format!(
                "the environment variable {name} is missing or empty: set it"
            )));
        }
        let name = self.name.as_deref().map(checked_name).transpose()?;
        let base_url = endpoint("base URL", self.base_url.as_deref().unwrap_or(self.environment.base_url()))?;
        let token_url =
            endpoint("token URL", self.token_url.as_deref().unwrap_or(self.environment.token_url()))?;
        let headers = added_header::all(&self.headers)?;
        let token_headers = added_header::all(&self.token_headers)?;
        let http = self.network.client(&base_url)?;
        let token_http = if is_local(&base_url) == is_local(&token_url) {
            http.clone()
        } else {
            self.network.client(&token_url)?
        };
        let fleet = match self.fleet {
            None => None,
            Some(fleet) => {
                Some((fleet, FleetClient::new(&base_url, &token_url, self.credentials.as_ref(), self.rate)?))
            }
        };
        let token_endpoint = self.credentials.map(|credentials| TokenEndpoint {
            http: token_http,
            transport: self.transport.clone(),
            url: token_url,
            headers: token_headers,
            credentials,
            timeout: self.token_timeout.unwrap_or(TOKEN_TIMEOUT).min(MAX_TOKEN_TIMEOUT),
            client: name.clone(),
        });
        let has_token_source = self.token_source.is_some();
        let credentials_grant = || Some(Arc::new(ClientCredentialsGrant(token_endpoint.clone()?)) as _);
        let own_source = self.token_source;
        let share = |source| match &fleet {
            Some((fleet, client)) => fleet.share_token(client.clone(), source),
            None => source,
        };
        let source = own_source.or_else(|| credentials_grant().map(share));
        let tokens = source.map(|source| TokenCache::new(source, name.clone()));
        let limiter = RateLimiter::new(&self.rate, self.when_exhausted)
            .with_max_waiting(self.max_waiting.unwrap_or(usize::MAX));
        #[cfg(feature = "cache")]
        let store = fleet.as_ref().and_then(|(fleet, client)| fleet.share_responses(client.clone()));
        let limiter = match fleet {
            None => Arc::new(limiter),
            Some((fleet, client)) => {
                limiter.with_leases(Arc::new(move |turns| fleet.lease_turns(client.clone(), turns)))
            }
        };
        telemetry::describe();
        Ok(Shared {
            name,
            server_address: base_url.host_str().unwrap_or_default().to_owned(),
            server_port: base_url.port_or_known_default(),
            connection: Connection { base_url: Arc::new(base_url), http },
            headers,
            transport: self.transport,
            options: self.options,
            limiter,
            budget: RetryBudget::new(),
            tokens,
            token_endpoint,
            has_token_source,
            user_token: self.user_token,
            #[cfg(feature = "cache")]
            cache: crate::cache::Cache::new(self.cache_capacity, store),
        })
    }
}

/// Hides credentials and tokens.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("environment", &self.environment).finish_non_exhaustive()
    }
}

/// Checks the name of a client. It must be valid as the label of a metric.
fn checked_name(name: &str) -> Result<Arc<str>> {
    let is_good = (1..=32).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    is_good.then(|| name.into()).ok_or_else(|| {
        Error::configuration(
            "the name of the client is malformed: expected 1 to 32 lower-case letters, digits, hyphens or underscores",
        )
    })
}

/// Parses the URL of an endpoint, and checks that secrets may be sent there.
fn endpoint(what: &str, text: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|error| {
        Error::configuration(format!("the {what} is malformed: {error}; expected https://host/path"))
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_local(&url) => {}
        _ => {
            return Err(Error::configuration(format!(
                "the {what} must be https, or http on loopback: secrets are sent there"
            )));
        }
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(Error::configuration(format!(
            "the {what} must not contain a user, a password, a query or a fragment"
        )));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_label_is_refused_and_not_quoted() {
        for bad in ["", "Norway", "canary@example.com", "a b", &"a".repeat(33)] {
            let error = ClientBuilder::default().name(bad).build().unwrap_err();
            assert!(error.is_configuration() && !error.to_string().contains("canary"), "{error}");
        }
        assert!(ClientBuilder::default().name("no-test_1").build().is_ok());
    }

    #[test]
    fn secrets_go_to_https_or_the_own_machine_only() {
        let build = |url: &str| ClientBuilder::default().base_url(url).build();
        for good in ["https://example.com/capi", "http://localhost:1", "http://127.0.0.9", "http://[::1]:8/x"]
        {
            assert!(build(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com",
            "ftp://localhost",
            "example.com",
            "http://localhost.example.com",
            "https://user:canary@example.com",
            "https://example.com/?q=1",
            "https://example.com/#a",
        ] {
            let error = build(bad).unwrap_err();
            assert!(error.is_configuration() && !error.to_string().contains("canary"), "{bad}: {error}");
        }
    }
}
