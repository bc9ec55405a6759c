//! Requests to endpoints that the contract does not have.

use mediaconnect::{Method, UserToken};
use mediaconnect_sandbox::Sandbox;
use mediaconnect_tests::client_of;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::upstream::Upstream;

#[tokio::test]
async fn it_shares_the_clients_token_and_asks_for_json() {
    let upstream = Upstream::answering_json(r#"{"access": true}"#).await;
    let question = json!({ "product": "CO27409" });
    let request = upstream.client.request(Method::Post, "/v1/client/access?x=1").json(&question);
    assert_eq!(request.send::<Value>().await.unwrap(), json!({ "access": true }));

    let requests = upstream.server.received_requests().await.unwrap();
    let request = requests.last().unwrap();
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/capi/v1/client/access"));
    assert_eq!(request.url.query(), Some("x=1"));
    assert_eq!(request.headers["authorization"], "Bearer test-token");
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.body_json::<Value>().unwrap(), question);
}

#[tokio::test]
async fn it_can_be_made_in_user_mode() {
    let sandbox = Sandbox::start().await;
    let user = UserToken::new(sandbox.user_token());
    let request =
        client_of(&sandbox).request(Method::Get, "/v1/customer/info").as_user(&user).send::<Value>().await;
    assert_eq!(request.unwrap()["customerNumber"], 563_457);
    assert_eq!(sandbox.token_requests(), 0);
}

#[tokio::test]
async fn it_is_repeated_only_if_the_caller_says_it_is_safe() {
    let upstream = Upstream::answering(ResponseTemplate::new(503)).await;
    let once = upstream.client.request(Method::Post, "/v1/x").send::<Value>().await.unwrap_err();
    assert!(once.is_unavailable() && once.is_outcome_unknown());
    assert_eq!((once.attempts(), upstream.api_requests().await), (1, 1));

    let request = upstream.client.request(Method::Post, "/v1/x").safe_to_repeat();
    let thrice = request.send::<Value>().await.unwrap_err();
    assert!(thrice.is_unavailable() && !thrice.is_outcome_unknown());
    assert_eq!((thrice.attempts(), upstream.api_requests().await), (3, 4));
}

#[tokio::test]
async fn an_empty_answer_is_null_and_a_list_is_a_list() {
    let empty = Upstream::answering(ResponseTemplate::new(204)).await;
    empty.client.request(Method::Delete, "/v1/x").send::<()>().await.unwrap();
    assert_eq!(empty.client.request(Method::Delete, "/v1/x").send::<Value>().await.unwrap(), Value::Null);
    let list = Upstream::answering_json("[1, 2]").await;
    assert_eq!(list.client.request(Method::Get, "/v1/x").send::<Vec<u8>>().await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_path_that_leaves_the_base_url_is_not_sent() {
    let upstream = Upstream::answering_json("{}").await;
    for path in ["/../secret", "https://example.com/", "v1/x"] {
        let error = upstream.client.request(Method::Get, path).send::<Value>().await.unwrap_err();
        assert!(error.is_configuration() && error.operation() == Some("request"), "{error}");
    }
    assert!(upstream.server.received_requests().await.unwrap().is_empty());
}
