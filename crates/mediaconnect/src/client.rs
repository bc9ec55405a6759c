//! The client that a service holds.

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
/// Build one in a process and clone it: clones share connections, the access token, the rate and the retry budget.
///
/// Its calls need a Tokio runtime with timers and I/O (`enable_all`); it can be built outside one. Polled outside any
/// runtime, they fail with [`is_configuration`](crate::Error::is_configuration). In a runtime without timers or I/O they panic.
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
    /// An operation of user mode does not compile here, and the compiler says how to call it:
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
    /// [`is_invalid_input`](crate::Error::is_invalid_input) when a value breaks a rule of the contract: then
    /// [`violations`](crate::Error::violations) has all of them, and nothing is sent. And what every call can meet.
    pub fn call<O: ClientOperation>(&self, operation: O) -> Call<O::Output> {
        Call::of(&self.0, operation, Caller::Client)
    }

    /// Calls operations on behalf of a user who logged in.
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
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request::new(Arc::clone(&self.0), method, path.into())
    }

    /// Makes a call of each item, as many at once as fill the rate; `call` makes the call.
    ///
    /// The items come from an iterator or a stream: see [`BulkSource`].
    ///
    /// ```no_run
    /// # use mediaconnect::{Client, CustomerSearch};
    /// # async fn example(client: Client, searches: Vec<CustomerSearch>) {
    /// let mut found = client.bulk(searches, |client, search| client.customers().search(search));
    /// while let Some((_, outcome)) = found.next().await {
    ///     println!("{} hits", outcome.map_or(0, |answer| answer.customers.len()));
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

    /// The limits of a call that sets none.
    pub(crate) fn options(&self) -> CallOptions {
        self.0.options
    }

    /// Returns the URL of the API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.connection.base_url.as_str()
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
    /// When the client has no credentials, or no token can be fetched within the client's deadline.
    pub async fn token_lifetime(&self) -> Result<Duration> {
        let deadline = self.0.options.deadline_from_now();
        runtime::inside(self.0.tokens()?.time_left(deadline)).await
    }

    /// The token endpoint with this client's credentials, to fetch the tokens of users with: see
    /// [`RefreshToken`](crate::RefreshToken) and [`ExtidCode`](crate::ExtidCode).
    ///
    /// # Errors
    /// When the client has no credentials.
    pub fn token_endpoint(&self) -> Result<TokenEndpoint> {
        self.0.token_endpoint.clone().ok_or_else(missing_credentials)
    }

    /// Tries the way to upstream and tells what was found on it: a new token is fetched, past the cache, and a customer
    /// looked up with it, once each, without repetition and within the client's rate and deadline.
    ///
    /// What is known of the customer is thrown away. A number that nobody has does as well: status 404 shows that
    /// everything works. `mediaconnect doctor` makes sentences of what comes back.
    ///
    /// This is for people and dashboards. What is found may grow, so decide nothing by it that a call's own
    /// [`Error`](crate::Error) can decide; and call it seldom, since every call of it fetches a token.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> Result<(), mediaconnect::Violation> {
    /// let diagnosis = client.diagnose("999999999".parse()?).await;
    /// if let Some(answer) = diagnosis.lookup.and_then(|lookup| lookup.answer) {
    ///     println!("{:?} requests left", answer.rate_remaining.value());
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
    /// When a URL is malformed or not https, TLS cannot be set up, or [`from_env`](Self::from_env) found no credentials
    /// and none were set since.
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
    /// As [`Client::call`]; [`is_auth`](crate::Error::is_auth) when the token has expired.
    pub fn call<O: UserOperation>(&self, operation: O) -> Call<O::Output> {
        Call::of(&self.client.0, operation, Caller::User(self.user.clone()))
    }

    /// Makes a request to any other endpoint of Connect with the user's token; see [`Client::request`].
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        self.client.request(method, path).as_user(&self.user)
    }
}

/// Hides credentials and tokens.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.0.connection.base_url.as_str()).finish_non_exhaustive()
    }
}
