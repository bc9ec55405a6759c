//! A server that responds to every request as a test says, and records the requests.

use mediaconnect::{Client, ClientCredentials, UserToken};
use serde_json::json;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The header that proves that a response comes from Connect.
const VERSION: &str = "X-Mediaconnect-Api-Version";

pub(crate) struct Upstream {
    server: MockServer,
    pub(crate) client: Client,
}

impl Upstream {
    /// Responds with a body, and with the header that proves its origin.
    pub(crate) async fn with_proof(status: u16, body: &str) -> Self {
        Self::start(response(status, body).insert_header(VERSION, "1.0")).await
    }

    /// Responds with a body that any server could have sent.
    pub(crate) async fn without_proof(status: u16, body: &str) -> Self {
        Self::start(response(status, body)).await
    }

    async fn start(response: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        let token =
            ResponseTemplate::new(200).set_body_json(json!({ "access_token": "t", "expires_in": 3600 }));
        let tokens = Mock::given(method("POST")).and(path("/token")).respond_with(token).with_priority(1);
        tokens.mount(&server).await;
        Mock::given(any()).respond_with(response).with_priority(9).mount(&server).await;
        let client = Client::builder()
            .base_url(format!("{}/capi", server.uri()))
            .token_url(format!("{}/token", server.uri()))
            .credentials(ClientCredentials::new("no.example.test", "test-secret"))
            .build()
            .unwrap();
        Self { server, client }
    }

    pub(crate) fn user() -> UserToken {
        UserToken::new("user-token")
    }

    /// Returns the requests to the API.
    pub(crate) async fn requests(&self) -> Vec<Request> {
        let requests = self.server.received_requests().await.unwrap();
        requests.into_iter().filter(|request| request.url.path() != "/token").collect()
    }

    /// Returns the only request to the API: method, path and query, and the body.
    pub(crate) async fn request(&self) -> (String, String) {
        let requests = self.requests().await;
        let [request] = requests.as_slice() else { panic!("{} requests", requests.len()) };
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let line = format!("{} {}{query}", request.method, request.url.path());
        (line, String::from_utf8(request.body.clone()).unwrap())
    }

    /// Returns a header of the only request.
    pub(crate) async fn header(&self, name: &str) -> Option<String> {
        let requests = self.requests().await;
        requests[0].headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }
}

fn response(status: u16, body: &str) -> ResponseTemplate {
    let response = ResponseTemplate::new(status);
    if body.is_empty() { response } else { response.set_body_raw(body, "application/json") }
}
