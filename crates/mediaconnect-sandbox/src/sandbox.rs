//! A running sandbox.

mod builder;
mod received;
mod user;

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

#[cfg(feature = "client")]
use mediaconnect::operations::Operation;
#[cfg(feature = "client")]
use mediaconnect::{Client, ClientBuilder, ClientCredentials, UserToken};

pub use self::builder::SandboxBuilder;
pub use self::user::User;
use crate::canned::Endpoint;
use crate::contract::BASE_PATH;
use crate::customer::Customer;
use crate::fault::Fault;
#[cfg(feature = "client")]
use crate::memory::InMemory;
use crate::server::Server;
use crate::state::State;
#[cfg(feature = "client")]
use crate::stub::Stub;
use crate::token::{TOKEN_PATH, USER_TOKEN};
use crate::upstream::Upstream;

/// A stand-in for upstream. It listens on the loopback interface until it is dropped, or runs [in
/// memory](SandboxBuilder::in_memory).
///
/// Sandboxes share no state, so any number of them can run in one process.
///
/// The sandbox uses the clock of the Tokio runtime that started it. If a test pauses this clock and advances it, tokens
/// expire and rate windows end as if the time had passed.
pub struct Sandbox {
    upstream: Arc<Upstream>,
    base_url: String,
    token_url: String,
    /// The server; `None` for a sandbox in memory. Dropping the server stops it.
    server: Option<Server>,
    allow_unused_faults: bool,
}

impl Sandbox {
    /// Starts a sandbox with the default settings on a free port.
    ///
    /// # Panics
    /// Panics if the machine has no free port, and in the same cases as [`SandboxBuilder::start`].
    pub async fn start() -> Self {
        Self::builder().start().await.expect("a port of the loopback interface is free")
    }

    /// Creates a builder with the default settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    fn serving(upstream: Arc<Upstream>, server: Server, allow_unused_faults: bool) -> Self {
        let mut address = server.address();
        // With the address 0.0.0.0 or ::, the server listens on all addresses. A client needs one specific address, so
        // the URLs contain the loopback address of the same family. On Windows, :: does not include the addresses of
        // IPv4.
        if address.ip().is_unspecified() {
            let loopback =
                if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
            address.set_ip(loopback);
        }
        let origin = format!("http://{address}");
        Self::at(&origin, upstream, Some(server), allow_unused_faults)
    }

    #[cfg(feature = "client")]
    fn in_memory(upstream: Arc<Upstream>, allow_unused_faults: bool) -> Self {
        Self::at("http://localhost", upstream, None, allow_unused_faults)
    }

    fn at(origin: &str, upstream: Arc<Upstream>, server: Option<Server>, allow_unused_faults: bool) -> Self {
        let (base_url, token_url) = (format!("{origin}{BASE_PATH}"), format!("{origin}{TOKEN_PATH}"));
        Self { upstream, base_url, token_url, server, allow_unused_faults }
    }

    /// Creates a client for this sandbox. The client has the sandbox's user token.
    ///
    /// # Panics
    /// Panics if TLS cannot be set up. The client sets up TLS even though the sandbox does not use it.
    #[cfg(feature = "client")]
    pub fn client(&self) -> Client {
        self.client_builder().build().expect("the URLs of the sandbox are valid")
    }

    /// Returns a builder for a client of this sandbox, so that a test can change the client's settings.
    #[cfg(feature = "client")]
    pub fn client_builder(&self) -> ClientBuilder {
        let builder = Client::builder()
            .base_url(&self.base_url)
            .token_url(&self.token_url)
            .credentials(ClientCredentials::new(self.client_id(), self.client_secret()))
            .user_token(UserToken::new(self.user_token()));
        match self.server {
            Some(_) => builder,
            None => builder.transport(InMemory(Arc::downgrade(&self.upstream))),
        }
    }

    /// Returns the base URL of the API, `http://127.0.0.1:PORT/capi`. Append a path of the contract to it. For a
    /// sandbox in memory, nothing listens at this URL.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the URL of the token endpoint, `http://127.0.0.1:PORT/login/oauth/token`. Upstream's test system has the
    /// same path.
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// Returns the client id that the token endpoint accepts.
    pub fn client_id(&self) -> &str {
        &self.upstream.state.tokens.client_id
    }

    /// Returns the client secret that the token endpoint accepts.
    pub fn client_secret(&self) -> &str {
        &self.upstream.state.tokens.client_secret
    }

    /// Returns an access token for user mode. The token belongs to the default user and does not expire. The default
    /// user is customer 563457 unless [`SandboxBuilder::user`] sets another customer. For the token of any other
    /// customer, use [`Sandbox::user`](Self::user).
    pub fn user_token(&self) -> &str {
        USER_TOKEN
    }

    /// Selects an endpoint outside the contract, so that a test can set its response. `path` is the path after the base
    /// URL. Requests for all other paths outside the contract still get status 404.
    ///
    /// ```
    /// use mediaconnect::Method;
    /// use mediaconnect_sandbox::Sandbox;
    /// use serde_json::{Value, json};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().in_memory();
    /// sandbox.on_path("GET", "/v1/client/events").respond(200, json!([{ "kind": "login" }]));
    ///
    /// let request = sandbox.client().request(Method::Get, "/v1/client/events").query(&[("page", 1)]);
    /// assert_eq!(request.send::<Value>().await?[0]["kind"], "login");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Panics if no request can have this method and path: the method must be in upper case, and the path must begin
    /// with a slash, be percent-encoded, and have neither a query nor the path of the base URL.
    #[track_caller]
    pub fn on_path(&self, method: impl Into<String>, path: impl Into<String>) -> Endpoint<'_> {
        let State { operations, canned: endpoints, .. } = &self.upstream.state;
        Endpoint::new(operations, endpoints, method.into(), path.into())
    }

    /// Returns the numbers of all customers, in ascending order.
    pub fn customer_numbers(&self) -> Vec<i64> {
        self.upstream.state.customers.numbers()
    }

    /// Returns the id that a customer has in another system. `code` is the reference code of that system. Customer
    /// 563457 has an id for the code `CRM`.
    ///
    /// Upstream documents no operation that returns references, so tests use this method.
    pub fn external_reference(&self, customer_number: i64, code: &str) -> Option<String> {
        self.upstream.state.customers.external_reference(customer_number, code)
    }

    /// Invalidates all access tokens that the token endpoint has issued so far.
    pub fn expire_tokens(&self) {
        self.upstream.state.tokens.expire_all();
    }

    /// Adds a customer, or replaces the customer with the same number.
    pub fn put_customer(&self, customer: Customer) {
        self.upstream.state.customers.put(customer);
    }

    /// Removes a customer. Returns false if there is no customer with that number.
    pub fn remove_customer(&self, customer_number: i64) -> bool {
        self.upstream.state.customers.remove(customer_number)
    }

    /// Adds a fault, which can affect requests that arrive from now on.
    ///
    /// # Panics
    /// Panics if the contract does not have the operation of the fault.
    #[track_caller]
    pub fn fault(&self, fault: Fault) {
        if let Err(why) = fault.check(&self.upstream.state.operations) {
            panic!("the fault cannot happen: {why}");
        }
        self.upstream.state.faults.add(fault);
    }

    /// Sets the response of an operation from now on. It replaces the sandbox's own response.
    ///
    /// ```
    /// use mediaconnect::operations::GetCustomerInfo;
    /// use mediaconnect_sandbox::Sandbox;
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().in_memory();
    /// sandbox.on::<GetCustomerInfo>().times(1).reject(400, json!({ "exceptionType": "ValidationException" }));
    /// sandbox.on::<GetCustomerInfo>().respond(json!({ "customerNumber": 7, "emails": ["kari@example.com"] }));
    ///
    /// let client = sandbox.client();
    /// assert!(client.customers().info("7".parse()?).await.unwrap_err().is_refused());
    /// assert_eq!(client.customers().info("7".parse()?).await?.emails[0].as_str(), "kari@example.com");
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "client")]
    pub fn on<O: Operation>(&self) -> Stub<'_, O> {
        Stub::of(&self.upstream.state.operations, &self.upstream.state.stubs)
    }

    /// Returns a description of each stub whose [expectation](Stub::expect) is not met so far, and of each stub that
    /// had no response for a request.
    #[cfg(feature = "client")]
    pub fn unmet_stubs(&self) -> Vec<String> {
        self.upstream.state.stubs.unmet()
    }

    /// Panics if a stub has failed, unless the thread already panics.
    #[cfg(feature = "client")]
    #[track_caller]
    fn check_stubs(&self) {
        let unmet = self.unmet_stubs();
        let is_fine = unmet.is_empty() || std::thread::panicking();
        assert!(is_fine, "the stubs of the sandbox have failed: {}", unmet.join("; "));
    }

    /// Removes all stubs, faults and received requests. Customers and tokens are not removed, and the windows of the
    /// rate limit go on.
    ///
    /// # Panics
    /// Panics if the expectation of a stub is not met (`Stub::expect`).
    #[track_caller]
    pub fn reset(&self) {
        #[cfg(feature = "client")]
        self.check_stubs();
        #[cfg(feature = "client")]
        self.upstream.state.stubs.clear();
        self.upstream.state.canned.clear();
        self.upstream.state.faults.clear();
        self.upstream.state.log.clear();
    }

    /// Returns a description of each fault that never happened.
    pub fn unused_faults(&self) -> Vec<String> {
        self.upstream.state.faults.unused()
    }

    /// Stops the sandbox as soon as all requests in progress have their responses, and after ten seconds at the latest.
    ///
    /// Dropping a sandbox stops it at once. In both cases, the port is free afterwards.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

/// Panics if a fault never happened, or if the expectation of a stub is not met. Without this panic, a test could pass
/// although its fault was never tested.
impl Drop for Sandbox {
    fn drop(&mut self) {
        #[cfg(feature = "client")]
        self.check_stubs();
        let unused = self.unused_faults();
        let is_fine = unused.is_empty() || self.allow_unused_faults || std::thread::panicking();
        assert!(
            is_fine,
            "some faults were set for the sandbox but never happened: {}; remove these faults, or call allow_unused_faults",
            unused.join("; ")
        );
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
