//! A running sandbox.

use std::fmt;
use std::sync::Arc;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request};

use crate::builder::SandboxBuilder;
use crate::received::Received;
use crate::upstream::{BASE_PATH, TOKEN_PATH, USER_TOKEN, Upstream};

/// A stand-in for upstream that listens on the loopback interface until it is dropped.
///
/// Sandboxes share nothing: any number can run side by side in one process.
///
/// Time is the clock of the Tokio runtime that started the sandbox, so a test that pauses and advances its
/// clock moves token expiry and the rate limit window along with it.
pub struct Sandbox {
    upstream: Arc<Upstream>,
    base_url: String,
    token_url: String,
    /// Stops listening when it is dropped.
    _server: MockServer,
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

    pub(crate) async fn serve(upstream: Upstream, listener: std::net::TcpListener) -> Self {
        let upstream = Arc::new(upstream);
        // wiremock would keep every request for ever; `Received` keeps a bounded number.
        let server = MockServer::builder().listener(listener).disable_request_recording().start().await;
        let answering = Arc::clone(&upstream);
        Mock::given(any())
            .respond_with(move |request: &Request| answering.respond(request))
            .mount(&server)
            .await;
        Self {
            upstream,
            base_url: format!("{}{BASE_PATH}", server.uri()),
            token_url: format!("{}{TOKEN_PATH}", server.uri()),
            _server: server,
        }
    }

    /// Where the API is: `http://127.0.0.1:PORT/capi`, to be followed by a path of the contract.
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

    /// An access token for user mode. It belongs to customer 563457 and does not expire.
    pub fn user_token(&self) -> &str {
        USER_TOKEN
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

    /// What was received, oldest first, token requests included: the last 10,000.
    pub fn requests(&self) -> Vec<Received> {
        self.upstream.log.requests()
    }

    /// How many requests the token endpoint has received, whatever it answered.
    pub fn token_requests(&self) -> usize {
        self.upstream.log.token_requests()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
