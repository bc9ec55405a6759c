use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mediaconnect_api::operation::{ClientOperation, UserOperation};
use mediaconnect_api::wire::CustomerNumber;

use crate::builder::ClientBuilder;
use crate::bulk::{Bulk, BulkSource};
use crate::call::Call;
use crate::diagnosis::{Diagnosis, diagnose};
use crate::error::Result;
use crate::options::CallOptions;
use crate::pipeline::Caller;
use crate::request::{Method, Request};
use crate::runtime;
use crate::shared::{Shared, missing_credentials};
use crate::token::{TokenEndpoint, UserToken};

/// A client of the Connect API.
///
/// Build one client in a process and clone it. Clones share connections, the access token, the rate and the retry
/// budget.
///
/// A client can be built outside a Tokio runtime, but its calls need one with timers and I/O (`enable_all`). Outside a
/// runtime, calls fail with [`is_configuration`](crate::Error::is_configuration). In a runtime without timers or I/O
/// they panic.
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
pub struct Client(Arc<Shared>);

impl Client {
    /// Returns a builder with the default settings.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Builds a client from environment variables; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// Returns an error if a variable is missing or malformed. The message names the variable.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Calls an operation of the contract with the client's own token.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::operations::GetCustomerInfo;
    ///
    /// let customer = client.call(GetCustomerInfo::new("563457".parse()?)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An operation that needs a user's token does not compile here; the compiler explains how to call it:
    ///
    /// ```compile_fail,E0277
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::operations::GetOwnCustomerInfo;
    ///
    /// client.call(GetOwnCustomerInfo::new()).await?; // needs the token of a user
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns [`is_invalid_input`](crate::Error::is_invalid_input) if a value breaks a rule of the contract. Then
    /// nothing is sent, and [`violations`](crate::Error::violations) lists all broken rules. Also returns the errors
    /// that every call can return.
    pub fn call<O: ClientOperation>(&self, operation: O) -> Call<O::Output> {
        Call::of(&self.0, operation, Caller::Client)
    }

    /// Returns a client that calls operations on behalf of a user who logged in.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// use mediaconnect::operations::GetOwnCustomerInfo;
    ///
    /// let customer = client.as_user(&user).call(GetOwnCustomerInfo::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_user(&self, user: &UserToken) -> UserClient {
        UserClient { client: self.clone(), user: user.clone() }
    }

    /// Creates a request to an endpoint of Connect for which this crate has no method. `path`, such as
    /// `/v1/client/events`, is appended to the base URL.
    ///
    /// The request uses the client's token, rate, deadline and limits. Logs and errors contain none of its data.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::Method;
    ///
    /// // An invented endpoint, which only reads although its method is POST.
    /// let question = serde_json::json!({ "kind": "login", "since": "2026-11-01" });
    /// let events: serde_json::Value =
    ///     client.request(Method::Post, "/v1/client/events").json(&question).safe_to_retry().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request::new(Arc::clone(&self.0), method, path.into())
    }

    /// Makes one call for each item, and as many calls at the same time as the rate allows. `call` creates the call of
    /// an item.
    ///
    /// The items come from an iterator or a stream: see [`BulkSource`].
    ///
    /// ```no_run
    /// # use mediaconnect::{Client, CustomerSearch};
    /// # async fn example(client: Client, searches: Vec<CustomerSearch>) {
    /// let mut found = client.bulk(searches, |client, search| client.customers().search(search));
    /// while let Some((_, outcome)) = found.next().await {
    ///     println!("{} hits", outcome.map_or(0, |response| response.customers.len()));
    /// }
    /// # }
    /// ```
    pub fn bulk<'a, Kind, S, T, F>(&self, items: S, call: F) -> Bulk<'a, S::Item, T>
    where
        S: BulkSource<'a, Kind, Item: Send + 'static>,
        T: Send + 'static,
        F: Fn(&Self, &S::Item) -> Call<T> + Send + Sync + 'static,
    {
        let client = self.clone();
        Bulk::new(self.0.limiter.sustained(), items.into_items(), move |item| call(&client, item))
    }

    #[cfg(feature = "cache")]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// Returns the limits of a call that sets none of its own.
    pub(crate) fn options(&self) -> CallOptions {
        self.0.options
    }

    /// Returns the URL of the API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.connection.base_url.as_str()
    }

    /// Returns the user's token that was set with [`ClientBuilder::user_token`], if any.
    #[must_use]
    pub fn user_token(&self) -> Option<&UserToken> {
        self.0.user_token.as_ref()
    }

    /// Returns how long upstream will accept the client's access token. If no usable token is cached, the method
    /// fetches one.
    ///
    /// The lifetime is at most seven days. If upstream does not report a lifetime, five minutes are assumed.
    ///
    /// # Errors
    /// Returns an error if the client has no credentials, or if no token can be fetched before the client's deadline.
    pub async fn token_lifetime(&self) -> Result<Duration> {
        let deadline = self.0.options.deadline_from_now();
        runtime::inside(self.0.tokens()?.time_left(deadline)).await
    }

    /// Returns the token endpoint with this client's credentials, for fetching the tokens of users. See
    /// [`RefreshToken`](crate::RefreshToken) and [`ExtidCode`](crate::ExtidCode).
    ///
    /// # Errors
    /// Returns an error if the client has no credentials.
    pub fn token_endpoint(&self) -> Result<TokenEndpoint> {
        self.0.token_endpoint.clone().ok_or_else(missing_credentials)
    }

    /// Tests the connection to upstream, and reports each step.
    ///
    /// The method fetches a new token and looks up a customer with it. It uses a cached token only if the service set
    /// its own token source. It does not retry, and keeps to the client's rate and deadline. The customer's data is
    /// discarded. The number need not belong to a customer, because status 404 also shows that the connection works.
    /// `mediaconnect doctor` prints the report.
    ///
    /// The report is for people and dashboards, and later versions may add fields to it. Programs should use the
    /// [`Error`](crate::Error) of a call instead. Call this method rarely, because it fetches a token each time.
    #[doc(alias = "health")]
    #[doc(alias = "ping")]
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> Result<(), mediaconnect::Violation> {
    /// let diagnosis = client.diagnose("999999999".parse()?).await;
    /// if let Some(response) = diagnosis.lookup.and_then(|lookup| lookup.response) {
    ///     println!("{:?} requests left", response.rate_remaining.value());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn diagnose(&self, number: CustomerNumber) -> Diagnosis {
        diagnose(&self.0, number).await
    }
}

impl ClientBuilder {
    /// Builds the client.
    ///
    /// # Errors
    /// Returns an error if a URL is malformed or not https, or if TLS cannot be set up. Also returns an error if
    /// [`from_env`](Self::from_env) found no credentials and none were set afterwards.
    pub fn build(self) -> Result<Client> {
        Ok(Client(Arc::new(self.shared()?)))
    }
}

/// A client that calls on behalf of a user; get it from [`Client::as_user`].
#[derive(Clone, Debug)]
pub struct UserClient {
    pub(crate) client: Client,
    pub(crate) user: UserToken,
}

impl UserClient {
    /// Calls an operation of the contract with the user's token.
    ///
    /// # Errors
    /// Returns the same errors as [`Client::call`]. If the token has expired, [`is_auth`](crate::Error::is_auth)
    /// returns true for the error.
    pub fn call<O: UserOperation>(&self, operation: O) -> Call<O::Output> {
        Call::of(&self.client.0, operation, Caller::User(self.user.clone()))
    }

    /// Creates a request to any other endpoint of Connect with the user's token; see [`Client::request`].
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        self.client.request(method, path).as_user(&self.user)
    }
}

/// Hides credentials and tokens.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.connection.base_url.as_str())
            .finish_non_exhaustive()
    }
}
