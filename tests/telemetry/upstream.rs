//! An upstream that sends a test's responses in order.

use mediaconnect::{Client, ClientCredentials};
use serde_json::{Value, json};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server and a client for it.
pub(crate) struct Upstream {
    pub(crate) server: MockServer,
    pub(crate) client: Client,
}

impl Upstream {
    /// Starts a server that sends the next of `answers` for each request to the API, and a customer after the last one.
    pub(crate) async fn answering(answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let server = MockServer::start().await;
        let token =
            ResponseTemplate::new(200).set_body_json(json!({ "access_token": "t", "expires_in": 3600 }));
        Mock::given(method("POST"))
            .and(path("/token"))
            .respond_with(token)
            .with_priority(1)
            .mount(&server)
            .await;
        for answer in answers {
            Mock::given(any()).respond_with(answer).up_to_n_times(1).mount(&server).await;
        }
        let found = ok(json!({ "customers": [] }));
        Mock::given(method("POST")).respond_with(found).with_priority(8).mount(&server).await;
        let customer = ok(json!({ "emails": ["kari@example.com"] }));
        Mock::given(any()).respond_with(customer).with_priority(9).mount(&server).await;
        let client = Client::builder()
            .base_url(server.uri())
            .token_url(format!("{}/token", server.uri()))
            .credentials(ClientCredentials::new("id", "secret"))
            .build()
            .expect("good URLs");
        Self { server, client }
    }

    /// Returns the values of a header in the requests to the API.
    pub(crate) async fn sent(&self, header: &str) -> Vec<Option<String>> {
        let requests = self.server.received_requests().await.unwrap_or_default();
        let of_the_api = requests.iter().filter(|request| request.url.path() != "/token");
        of_the_api.map(|request| Some(request.headers.get(header)?.to_str().ok()?.to_owned())).collect()
    }
}

/// Returns a success.
pub(crate) fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// Returns a response of Connect with this status, without a body.
pub(crate) fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("X-Mediaconnect-Api-Version", "1.2.3")
}
