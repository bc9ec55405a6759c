//! A running sandbox.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

#[cfg(feature = "client")]
use mediaconnect::operations::Operation;
#[cfg(feature = "client")]
use mediaconnect::{Client, ClientBuilder, ClientCredentials, UserToken};

use crate::builder::SandboxBuilder;
use crate::canned::Endpoint;
use crate::conversation::conversation;
use crate::customer::Customer;
use crate::expected::Expected;
use crate::fault::Fault;
#[cfg(feature = "client")]
use crate::memory::InMemory;
use crate::received::Received;
use crate::server::Server;
#[cfg(feature = "client")]
use crate::stub::Stub;
use crate::upstream::{BASE_PATH, TOKEN_PATH, USER_TOKEN, Upstream};

/// A stand-in for upstream: on the loopback interface until it is dropped, or [in memory](SandboxBuilder::in_memory).
///
/// Sandboxes share nothing: any number can run side by side in one process.
///
/// Time is the clock of the Tokio runtime that started the sandbox, so a test that pauses and advances its
/// clock moves token expiry and the rate limit's windows along with it.
pub struct Sandbox {
    upstream: Arc<Upstream>,
    base_url: String,
    token_url: String,
    /// Stops listening when it is dropped; `None` in memory.
    server: Option<Server>,
    allow_unused_faults: bool,
}

impl Sandbox {
    /// Starts a sandbox with the defaults, on a free port.
    ///
    /// # Panics
    /// When the machine has no free port, and as [`SandboxBuilder::start`] does.
    pub async fn start() -> Self {
        Self::builder().start().await.expect("some port of the loopback interface is free")
    }

    /// A sandbox to be set up.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) fn serving(upstream: Arc<Upstream>, server: Server, allow_unused_faults: bool) -> Self {
        let mut address = server.address();
        if address.ip().is_unspecified() {
            // It listens on all, and nobody can call that.
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let origin = format!("http://{address}");
        Self::at(&origin, upstream, Some(server), allow_unused_faults)
    }

    #[cfg(feature = "client")]
    pub(crate) fn in_memory(upstream: Arc<Upstream>, allow_unused_faults: bool) -> Self {
        Self::at("http://localhost", upstream, None, allow_unused_faults)
    }

    fn at(origin: &str, upstream: Arc<Upstream>, server: Option<Server>, allow_unused_faults: bool) -> Self {
        let (base_url, token_url) = (format!("{origin}{BASE_PATH}"), format!("{origin}{TOKEN_PATH}"));
        Self { upstream, base_url, token_url, server, allow_unused_faults }
    }

    /// A client that is set up for this sandbox, its user token included.
    ///
    /// # Panics
    /// When TLS cannot be set up, which the client does whether it needs it or not.
    #[cfg(feature = "client")]
    pub fn client(&self) -> Client {
        self.client_builder().build().expect("the sandbox has good URLs")
    }

    /// Returns what [`client`](Self::client) is built of, to change some of it.
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

    /// Where the API is: `http://127.0.0.1:PORT/capi`, to be followed by a path of the contract. In memory, nothing
    /// listens there.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where tokens are to be had: `http://127.0.0.1:PORT/login/oauth/token`, as on upstream's test system.
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// The client id that the token endpoint accepts.
    pub fn client_id(&self) -> &str {
        &self.upstream.tokens.client_id
    }

    /// The client secret that the token endpoint accepts.
    pub fn client_secret(&self) -> &str {
        &self.upstream.tokens.client_secret
    }

    /// An access token for user mode. It does not expire, and belongs to customer 563457 unless
    /// [`SandboxBuilder::user`] says otherwise.
    pub fn user_token(&self) -> &str {
        USER_TOKEN
    }

    /// Issues a refresh token of the user, as somebody gets one who logged in. It works once: redeeming it returns the next one.
    ///
    /// The access tokens that come of it are for user mode, live as long as those of the client, and end with
    /// [`expire_tokens`](Self::expire_tokens).
    ///
    /// ```
    /// use mediaconnect::{RefreshToken, UserToken};
    /// use mediaconnect_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().in_memory();
    /// let client = sandbox.client();
    /// let source = RefreshToken::new(client.token_endpoint()?, sandbox.refresh_token());
    /// let user = UserToken::from_source(source);
    /// client.customers().own_info(&user).await?;
    ///
    /// sandbox.expire_tokens(); // the client redeems the next refresh token
    /// client.customers().own_info(&user).await?;
    /// assert_eq!(sandbox.token_requests(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn refresh_token(&self) -> String {
        self.upstream.tokens.refresh_token()
    }

    /// Issues an extid code of the user, which works once and brings an access token and a refresh token.
    pub fn extid_code(&self) -> String {
        self.upstream.tokens.extid_code()
    }

    /// Names an endpoint that the contract does not have, by method and path behind the base URL, to give it a response. Other
    /// paths outside the contract stay a 404.
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
    pub fn on_path(&self, method: impl Into<String>, path: impl Into<String>) -> Endpoint<'_> {
        Endpoint { upstream: &self.upstream, method: method.into(), path: path.into() }
    }

    /// Returns what was received, oldest first, for a snapshot: methods, path templates, parameters and bodies. Values that the
    /// contract calls personal or secret, and all that it does not know, are `[redacted]`; so are headers and tokens left out.
    ///
    /// `insta::assert_json_snapshot!(sandbox.conversation())` keeps it in a file that may be committed.
    pub fn conversation(&self) -> serde_json::Value {
        let is_canned = |request: &Received| {
            let path = request.path.split('?').next().unwrap_or_default();
            let path = path.strip_prefix(BASE_PATH).unwrap_or_default();
            self.upstream.canned.has(&request.method, path)
        };
        conversation(&self.upstream.operations, &self.upstream.log.latest(), is_canned)
    }

    /// The numbers of all customers, in ascending order.
    pub fn customer_numbers(&self) -> Vec<i64> {
        self.upstream.customers.numbers()
    }

    /// The id that a customer has in another system, by the code of the reference; customer 563457 has one, `CRM`.
    ///
    /// Upstream does not document how references are read, so there is no request for it.
    pub fn external_reference(&self, customer_number: i64, code: &str) -> Option<String> {
        self.upstream.customers.external_reference(customer_number, code)
    }

    /// Makes every access token invalid that the token endpoint has issued so far.
    pub fn expire_tokens(&self) {
        self.upstream.tokens.expire_all();
    }

    /// Adds a customer, or replaces the one with its number.
    pub fn put_customer(&self, customer: Customer) {
        self.upstream.customers.put(customer);
    }

    /// Removes a customer; whether there was one with that number.
    pub fn remove_customer(&self, customer_number: i64) -> bool {
        self.upstream.customers.remove(customer_number)
    }

    /// One more thing that goes wrong, from now on.
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn fault(&self, fault: Fault) {
        if let Err(why) = fault.check(&self.upstream.operations) {
            panic!("the fault cannot happen: {why}");
        }
        self.upstream.faults.add(fault);
    }

    /// Says what an operation responds from now on, in place of what the sandbox would.
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
        Stub::of(&self.upstream)
    }

    /// Removes all stubs and faults, and forgets what was received. Customers and tokens stay.
    pub fn reset(&self) {
        #[cfg(feature = "client")]
        self.upstream.stubs.clear();
        self.upstream.canned.clear();
        self.upstream.faults.clear();
        self.upstream.log.clear();
    }

    /// The faults that never happened, in words.
    pub fn unused_faults(&self) -> Vec<String> {
        self.upstream.faults.unused()
    }

    /// Returns what was received, oldest first, token requests included: the last 10,000.
    pub fn requests(&self) -> Vec<Received> {
        self.upstream.log.requests()
    }

    /// Returns what was received of one operation, oldest first.
    pub fn received(&self, operation: &str) -> Vec<Received> {
        self.requests().into_iter().filter(|request| request.operation == Some(operation)).collect()
    }

    /// Returns how many requests the token endpoint has received, whatever it answered.
    pub fn token_requests(&self) -> usize {
        self.upstream.log.token_requests()
    }

    /// Asserts that a request was received.
    ///
    /// # Panics
    /// When it was not, or the contract has no such operation. The message has the nearest request of the operation, and where it differs: of what was
    /// received only the fields that the expectation names, and never the access token.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "an expectation is for one assertion")]
    pub fn assert_received(&self, expected: Expected) {
        self.check(&expected);
        if let Some(complaint) = expected.complaint(&self.requests()) {
            panic!("not received: {}; {complaint}", expected.described());
        }
    }

    /// Asserts that no such request was received.
    ///
    /// # Panics
    /// When one was, or the contract has no such operation.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "an expectation is for one assertion")]
    pub fn assert_not_received(&self, expected: Expected) {
        self.check(&expected);
        let received = self.requests().iter().position(|request| expected.matches(request));
        if let Some(at) = received {
            panic!("received as request {}: {}", at + 1, expected.described());
        }
    }

    #[track_caller]
    fn check(&self, expected: &Expected) {
        if let Err(why) = self.upstream.operations.check_id(expected.operation_id()) {
            panic!("{why}");
        }
    }

    /// Stops listening, when the requests that are under way are answered, ten seconds at most.
    ///
    /// Dropping a sandbox stops it at once. The port is free after both.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

/// Panics when a fault never happened: a test with such a fault does not test what it says.
impl Drop for Sandbox {
    fn drop(&mut self) {
        let unused = self.unused_faults();
        let is_fine = unused.is_empty() || self.allow_unused_faults || std::thread::panicking();
        assert!(
            is_fine,
            "these faults of the sandbox never happened: {}; remove them, or call allow_unused_faults",
            unused.join("; ")
        );
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
