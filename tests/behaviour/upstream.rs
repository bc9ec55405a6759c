//! A server that sends the response that a test sets, behind a working token endpoint.

use mediaconnect::{Client, ClientCredentials};
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server with a test's responses, and a client for it.
pub(crate) struct Upstream {
    pub(crate) server: MockServer,
    pub(crate) client: Client,
}

impl Upstream {
    /// Starts a server that responds to every request to the API with `answer`.
    pub(crate) async fn answering(answer: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .and(path("/token"))
            .respond_with(
                ResponseTemplate::new(200)
                    .set_body_json(json!({ "access_token": "test-token", "expires_in": 3600 })),
            )
            .with_priority(1)
            .mount(&server)
            .await;
        Mock::given(wiremock::matchers::any()).respond_with(answer).with_priority(9).mount(&server).await;
        let client = Client::builder()
            .base_url(format!("{}/capi", server.uri()))
            .token_url(format!("{}/token", server.uri()))
            .credentials(ClientCredentials::new("no.example.test", "test-secret"))
            .build()
            .expect("good URLs");
        Self { server, client }
    }

    /// Starts a server that responds to every request with a JSON document.
    pub(crate) async fn answering_json(body: &str) -> Self {
        Self::answering(ResponseTemplate::new(200).set_body_raw(body.as_bytes().to_vec(), "application/json"))
            .await
    }

    /// Returns the number of requests that reached the API.
    pub(crate) async fn api_requests(&self) -> usize {
        let requests = self.server.received_requests().await.unwrap_or_default();
        requests.iter().filter(|request| request.url.path() != "/token").count()
    }
}
