//! Tests the form in which client credentials are sent, and that all callers share one token until it expires.

use std::time::Duration;

use mediaconnect::{Client, ClientAuthentication, ClientCredentials};
use mediaconnect_sandbox::Sandbox;
use mediaconnect_tests::{builder_for, client_of, number};
use serde_json::json;
use wiremock::matchers::{body_string, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

const ID: &str = "no.example:test id";
const SECRET: &str = "s&cret=:/+æ";

async fn token_sent_by(authentication: ClientAuthentication, expected: Mock) -> bool {
    let server = MockServer::start().await;
    expected.mount(&server).await;
    let client = Client::builder()
        .base_url(server.uri())
        .token_url(server.uri())
        .credentials(ClientCredentials::new(ID, SECRET).with_authentication(authentication))
        .build()
        .unwrap();
    client.token_lifetime().await.is_ok()
}

fn a_token() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "access_token": "t", "expires_in": "3600" }))
}

#[tokio::test]
async fn a_form_post_carries_id_and_secret_in_the_body() {
    let expected = Mock::given(method("POST"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(header("accept", "application/json"))
        .and(body_string(
            "grant_type=client_credentials&client_id=no.example%3Atest+id\
             &client_secret=s%26cret%3D%3A%2F%2B%C3%A6",
        ))
        .respond_with(a_token());
    assert!(token_sent_by(ClientAuthentication::FormBody, expected).await);
}

#[tokio::test]
async fn basic_encodes_id_and_secret_as_forms_are_before_it_joins_them() {
    // The base64 form of no.example%3Atest+id:s%26cret%3D%3A%2F%2B%C3%A6 (RFC 6749, section 2.3.1).
    let expected = Mock::given(method("POST"))
        .and(header(
            "authorization",
            "Basic bm8uZXhhbXBsZSUzQXRlc3QraWQ6cyUyNmNyZXQlM0QlM0ElMkYlMkIlQzMlQTY=",
        ))
        .and(body_string("grant_type=client_credentials"))
        .respond_with(a_token());
    assert!(token_sent_by(ClientAuthentication::Basic, expected).await);
}

#[tokio::test]
async fn one_token_serves_all_clones_and_all_callers() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let callers = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.customers().info(number(563_457)).await.map(drop) })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(sandbox.token_requests(), 1);
    assert_eq!(sandbox.requests().len(), 51);
}

#[tokio::test]
async fn a_token_that_the_api_refuses_is_replaced_once() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    client.customers().info(number(563_457)).await.unwrap();
    sandbox.expire_tokens();
    client.customers().info(number(563_457)).await.unwrap();
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test]
async fn a_token_is_not_used_to_its_very_end() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(3600)).start().await.unwrap();
    let client = client_of(&sandbox);
    let lifetime = client.token_lifetime().await.unwrap();
    assert!(lifetime <= Duration::from_secs(3600) && lifetime > Duration::from_secs(3590), "{lifetime:?}");
}

#[tokio::test]
async fn a_wrong_secret_is_an_authentication_error_that_does_not_tell_it() {
    let sandbox = Sandbox::start().await;
    let client = builder_for(&sandbox)
        .credentials(ClientCredentials::new(sandbox.client_id(), "canary-secret"))
        .build()
        .unwrap();
    let error = client.customers().info(number(563_457)).await.unwrap_err();
    assert!(error.is_auth(), "{error}");
    assert_eq!(error.upstream_message().unwrap().code(), Some("invalid_client"));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn a_client_without_credentials_says_what_to_set() {
    let error = Client::builder().build().unwrap().customers().info(number(1)).await.unwrap_err();
    assert!(error.is_configuration());
    assert!(error.to_string().contains("MEDIACONNECT_CLIENT_ID"), "{error}");
}
