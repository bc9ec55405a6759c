//! Setting a client up, by hand or from the environment.

mod network;
mod variables;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::Connection;
use url::Url;

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

/// How long one request to the token endpoint may take, unless the service says otherwise.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest time for such a request: a grant that works once is redeemed in a bounded time.
const MAX_TOKEN_TIMEOUT: Duration = Duration::from_secs(60);

/// Sets a [`Client`](crate::Client) up. Everything has a default but the credentials.
#[derive(Clone, Default)]
pub struct ClientBuilder {
    name: Option<String>,
    environment: Environment,
    base_url: Option<String>,
    token_url: Option<String>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    /// The variable that would have completed the credentials.
    missing_variable: Option<String>,
    token_source: Option<Arc<dyn TokenSource>>,
    user_token: Option<UserToken>,
    options: CallOptions,
    rate: RateLimit,
    when_exhausted: WhenExhausted,
    token_timeout: Option<Duration>,
    max_waiting: Option<usize>,
    network: Network,
    transport: Option<Arc<dyn Transport>>,
    fleet: Option<Arc<dyn Fleet>>,
    #[cfg(feature = "cache")]
    cache_capacity: Option<u64>,
}

impl ClientBuilder {
    /// Sets the name of the client, such as `norway`: the label `client` of its metrics and the field `mediaconnect.client`
    /// of its spans. Without a name there is neither.
    ///
    /// It has 1 to 32 small letters, digits, `-` and `_`; else [`build`](Self::build) fails. Give each client of a process
    /// a name of its own, and no more names than there are systems: each is a series of each metric.
    #[doc(alias = "tenant")]
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets which of upstream's systems to talk to; the default is production.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Another base URL than the environment's: https, or http on the own machine.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Another token endpoint than the environment's: https, or http on the own machine.
    #[must_use]
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Sets what the client authenticates with: [`ClientCredentials`](crate::ClientCredentials), or a [`CredentialsProvider`] whose secret can change
    /// while the client runs. Needed for everything but user mode, or a [`token_source`](Self::token_source).
    #[must_use]
    pub fn credentials(mut self, credentials: impl CredentialsProvider) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Where the client's own token comes from, in place of client credentials.
    ///
    /// If [`credentials`](Self::credentials) are set too, only [`Client::token_endpoint`](crate::Client::token_endpoint) uses them.
    #[must_use]
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.token_source = Some(Arc::new(source));
        self
    }

    /// The access token of a user, to be found again with [`Client::user_token`](crate::Client::user_token).
    #[must_use]
    pub fn user_token(mut self, token: UserToken) -> Self {
        self.user_token = Some(token);
        self
    }

    /// Sets how long one request may take, its response's body included; the default is 10 seconds.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// Sets how long one request to the token endpoint may take, its response's body included; the default is 10 seconds, and
    /// more than 60 count as 60.
    ///
    /// A refresh token and an extid code work once, so redeeming one has 30 seconds at least: a response that comes late
    /// must not be lost. The call that waits for the token keeps to its own deadline.
    #[must_use]
    pub fn token_timeout(mut self, timeout: Duration) -> Self {
        self.token_timeout = Some(timeout);
        self
    }

    /// Sets how long a call may take with everything in it: waiting for the rate and a token, all attempts, and the pauses
    /// between them. The default is 30 seconds; a call can set its own.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = deadline;
        self
    }

    /// Sets how many requests a call sends at most; the default is 3, and 0 counts as 1. A call can set its own.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.options.attempts = attempts.max(1);
        self
    }

    /// The rate to keep to; the default is upstream's documented one. Services that share a client id each take a
    /// share: `RateLimit::default().with_share(0.5)?`.
    #[must_use]
    pub fn rate_limit(mut self, rate: RateLimit) -> Self {
        self.rate = rate;
        self
    }

    /// Sets what calls do when the rate is used up; the default is to wait.
    #[must_use]
    pub fn when_exhausted(mut self, when_exhausted: WhenExhausted) -> Self {
        self.when_exhausted = when_exhausted;
        self
    }

    /// Sets how many calls may wait for the rate at once; by default any number.
    ///
    /// A call beyond it fails at once with [`is_rate_limited`](Error::is_rate_limited). Without it, a call fails at
    /// once only if those that wait before it leave no time to send it before its deadline: so about a thousand calls
    /// wait at upstream's rate and the default deadline. Set it to keep waits short, or memory small where deadlines
    /// are long. A [`Bulk`](crate::Bulk) uses two places, and starts calls again that found the queue full. With 0 no
    /// call waits; [`WhenExhausted::Fail`] does that better, since it makes no call wait to spread the rate.
    #[must_use]
    pub fn max_waiting(mut self, calls: usize) -> Self {
        self.max_waiting = Some(calls);
        self
    }

    /// Sets what carries requests in place of the network, those to the token endpoint too; for tests only. See
    /// [`transport`](crate::transport).
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Shares the rate and the token with the other processes of the client id; see `mediaconnect_fleet`.
    ///
    /// It takes the place of shares of the rate: [`rate_limit`](Self::rate_limit) is that of the client id, and each
    /// process of the fleet must set the same. Credentials are needed.
    #[must_use]
    pub fn fleet(mut self, fleet: impl Fleet) -> Self {
        self.fleet = Some(Arc::new(fleet));
        self
    }

    /// Sets how many bytes [`Client::cached`](crate::Client::cached) keeps at most in the memory of this process; the
    /// default is 32 MiB.
    #[cfg(feature = "cache")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
    #[must_use]
    pub fn cache_capacity(mut self, bytes: u64) -> Self {
        self.cache_capacity = Some(bytes);
        self
    }

    /// Builds the state that the clones of the client share.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub(crate) fn shared(self) -> Result<Shared> {
        if let Some(name) = &self.missing_variable
            && self.credentials.is_none()
            && self.token_source.is_none()
        {
            return Err(Error::configuration(format!(
                "the environment variable {name} is missing: set it, it may not be empty"
            )));
        }
        let name = self.name.as_deref().map(checked_name).transpose()?;
        let base_url = endpoint("base URL", self.base_url.as_deref().unwrap_or(self.environment.base_url()))?;
        let token_url =
            endpoint("token URL", self.token_url.as_deref().unwrap_or(self.environment.token_url()))?;
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
            credentials,
            timeout: self.token_timeout.unwrap_or(TOKEN_TIMEOUT).min(MAX_TOKEN_TIMEOUT),
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

/// The name of a client, if it can be a label.
fn checked_name(name: &str) -> Result<Arc<str>> {
    let is_good = (1..=32).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    is_good.then(|| name.into()).ok_or_else(|| {
        Error::configuration(
            "the name of the client is malformed: expected 1 to 32 small letters, digits, hyphens or underscores",
        )
    })
}

/// A URL that secrets may be sent to.
fn endpoint(what: &str, text: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|error| {
        Error::configuration(format!("the {what} is malformed: {error}; expected https://host/path"))
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_local(&url) => {}
        _ => {
            return Err(Error::configuration(format!(
                "the {what} must be https, or http on the own machine: secrets are sent there"
            )));
        }
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(Error::configuration(format!(
            "the {what} must have neither user, password, query nor fragment"
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
