//! Tests of tokens through calls of a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::{Client, ClientCredentials};

/// A source of the tokens `t1`, `t2`, …
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl TokenSource for Counted {
    fn fetch(&self) -> TokenFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move { Ok(AccessToken::new(format!("t{number}"), None)) })
    }
}

impl Counted {
    fn fetches(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// An API that accepts only one token.
async fn api(taken: &str) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(header("authorization", format!("Bearer {taken}").as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"emails": ["kari@example.com"]}"#))
        .mount(&server)
        .await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(401)).with_priority(9).mount(&server).await;
    server
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

fn client(server: &MockServer, source: &Counted) -> Client {
    Client::builder().base_url(server.uri()).token_source(source.clone()).build().unwrap()
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_replayed() {
    let (server, source) = (api("t2").await, Counted::default());
    let client = client(&server, &source);
    assert!(client.customers().info("1".parse().unwrap()).await.is_ok());
    assert_eq!((source.fetches(), requests(&server).await), (2, 2));
}

#[tokio::test]
async fn when_every_token_is_refused_a_call_costs_no_more_fetches() {
    let (server, source) = (api("none").await, Counted::default());
    let client = client(&server, &source);
    for sent in [2, 3, 4] {
        let error = client.customers().info("1".parse().unwrap()).await.unwrap_err();
        assert!(error.is_auth() && !error.is_token_fetch(), "{error}");
        assert_eq!((source.fetches(), requests(&server).await), (2, sent));
    }
}

#[tokio::test]
async fn a_user_token_with_a_source_is_renewed_and_a_fixed_one_is_not() {
    let (server, source) = (api("t2").await, Counted::default());
    let client = client(&server, &Counted::default());
    let renewed = UserToken::from_source(source.clone());
    assert!(client.customers().own_info(&renewed).await.is_ok());
    assert!(client.customers().own_info(&renewed.clone()).await.is_ok());
    assert_eq!((source.fetches(), requests(&server).await), (2, 3));
    assert!(client.customers().own_info(&UserToken::new("t1")).await.unwrap_err().is_auth());
    assert_eq!(requests(&server).await, 4);
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_there_does_not_mean_that_a_customer_is_not() {
    let server = MockServer::start().await;
    let client = Client::builder()
        .base_url(server.uri())
        .token_url(format!("{}/token", server.uri()))
        .credentials(ClientCredentials::new("id", "secret"))
        .build()
        .unwrap();
    let error = client.customers().exists("1".parse().unwrap()).await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_refused() && error.attempts() == 0, "{error}");
}

#[tokio::test]
async fn a_source_takes_the_place_of_the_credentials_for_the_clients_own_token_only() {
    let (server, source) = (api("t1").await, Counted::default());
    let without = client(&server, &source);
    assert!(without.token_endpoint().unwrap_err().is_configuration());
    Mock::given(path("/token"))
        .and(body_string_contains("client_id=id"))
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"access_token": "t1"}"#))
        .mount(&server)
        .await;
    let with = Client::builder()
        .base_url(server.uri())
        .token_url(format!("{}/token", server.uri()))
        .credentials(ClientCredentials::new("id", "secret"))
        .token_source(source.clone())
        .build()
        .unwrap();
    let user = UserToken::from_source(RefreshToken::new(with.token_endpoint().unwrap(), "r"));
    assert!(with.customers().own_info(&user).await.is_ok());
    assert_eq!(source.fetches(), 0);
    assert!(with.customers().info("1".parse().unwrap()).await.is_ok());
    assert_eq!(source.fetches(), 1);
}
