//! A mock of upstream: the token endpoint works, and the API sends the responses that a test sets.

use mediaconnect::{Client, ClientBuilder, ClientCredentials, UserToken};
use serde_json::{Value, json};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The header that proves that a response comes from the Connect API.
const VERSION: &str = "X-Mediaconnect-Api-Version";

/// A server with a test's responses, and a client for it. The client's token is `test-token`.
pub struct Upstream {
    /// The server. Tests can mount more responses.
    pub server: MockServer,
    /// The client.
    pub client: Client,
}

impl Upstream {
    /// Starts a server that responds to every request to the API with `response`.
    pub async fn responding(response: ResponseTemplate) -> Self {
        let upstream = Self::start().await;
        Mock::given(any()).respond_with(response).with_priority(9).mount(&upstream.server).await;
        upstream
    }

    /// Starts a server that responds to every request with a JSON document.
    pub async fn responding_json(body: &str) -> Self {
        Self::responding(ResponseTemplate::new(200).set_body_raw(body, "application/json")).await
    }

    /// Starts a server that responds with a body, and with the header that proves its origin.
    pub async fn with_proof(status: u16, body: &str) -> Self {
        Self::responding(response(status, body).insert_header(VERSION, "1.0")).await
    }

    /// Starts a server that responds with a body, but without the header that proves its origin.
    pub async fn without_proof(status: u16, body: &str) -> Self {
        Self::responding(response(status, body)).await
    }

    /// Starts a server that sends `responses` to the API's requests, in order. After the last one, it responds to a
    /// POST with an empty list of customers, and to any other request with a customer.
    pub async fn responding_in_turn(responses: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let upstream = Self::start().await;
        for response in responses {
            Mock::given(any()).respond_with(response).up_to_n_times(1).mount(&upstream.server).await;
        }
        let found = ok(json!({ "customers": [] }));
        Mock::given(method("POST")).respond_with(found).with_priority(8).mount(&upstream.server).await;
        let customer = ok(json!({ "emails": ["kari@example.com"] }));
        Mock::given(any()).respond_with(customer).with_priority(9).mount(&upstream.server).await;
        upstream
    }

    async fn start() -> Self {
        let server = MockServer::start().await;
        let token = ok(json!({ "access_token": "test-token", "expires_in": 3600 }));
        let tokens = Mock::given(method("POST")).and(path("/token")).respond_with(token).with_priority(1);
        tokens.mount(&server).await;
        let client = Self::builder_of(&server).build().expect("good URLs");
        Self { server, client }
    }

    /// Returns a builder for another client of this server.
    #[must_use]
    pub fn client_builder(&self) -> ClientBuilder {
        Self::builder_of(&self.server)
    }

    fn builder_of(server: &MockServer) -> ClientBuilder {
        Client::builder()
            .base_url(format!("{}/capi", server.uri()))
            .token_url(format!("{}/token", server.uri()))
            .credentials(ClientCredentials::new("no.example.test", "test-secret"))
    }

    /// Returns a user's token, `user-token`.
    #[must_use]
    pub fn user() -> UserToken {
        UserToken::new("user-token")
    }

    /// Returns the requests to the API.
    pub async fn requests(&self) -> Vec<Request> {
        let requests = self.server.received_requests().await.expect("requests are recorded");
        requests.into_iter().filter(|request| request.url.path() != "/token").collect()
    }

    /// Returns the only request to the API: method, path and query, and the body.
    pub async fn request(&self) -> (String, String) {
        let requests = self.requests().await;
        let [request] = requests.as_slice() else { panic!("{} requests", requests.len()) };
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let line = format!("{} {}{query}", request.method, request.url.path());
        (line, String::from_utf8(request.body.clone()).expect("the body is UTF-8"))
    }

    /// Returns a header of the only request to the API.
    pub async fn header(&self, name: &str) -> Option<String> {
        let mut values = self.headers(name).await;
        assert_eq!(values.len(), 1, "one request");
        values.remove(0)
    }

    /// Returns the values of a header in the requests to the API.
    pub async fn headers(&self, name: &str) -> Vec<Option<String>> {
        let requests = self.requests().await;
        requests.iter().map(|request| Some(request.headers.get(name)?.to_str().ok()?.to_owned())).collect()
    }
}

/// Returns a success with a JSON body.
#[must_use]
pub fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// Returns a response of the Connect API with this status, without a body.
#[must_use]
pub fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header(VERSION, "1.2.3")
}

fn response(status: u16, body: &str) -> ResponseTemplate {
    let response = ResponseTemplate::new(status);
    if body.is_empty() { response } else { response.set_body_raw(body, "application/json") }
}
