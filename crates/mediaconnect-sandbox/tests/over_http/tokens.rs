//! Tests how tokens are issued, checked and expired.

use std::time::Duration;

use mediaconnect_sandbox::Sandbox;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{OWN, ask_for_token, client, get, info, read, token};

#[tokio::test]
async fn a_token_is_issued_for_credentials_in_the_form_and_in_basic() {
    let sandbox = Sandbox::builder()
        .credentials("no.example.two words", "s:cret+1")
        .token_lifetime(Duration::from_secs(90))
        .start()
        .await
        .unwrap();

    let answer = ask_for_token(&sandbox, "s%3Acret%2B1", "client_credentials").await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let in_form: Value = answer.json().await.unwrap();
    assert_eq!(in_form["expires_in"], 90);

    let in_basic = client()
        .post(sandbox.token_url())
        .basic_auth("no.example.two+words", Some("s%3Acret%2B1"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    assert_eq!(read(in_basic).await.0, 200);
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test]
async fn wrong_credentials_and_other_grants_get_the_errors_of_the_rfc() {
    let sandbox = Sandbox::start().await;
    for (secret, grant, status, error) in [
        ("wrong", "client_credentials", 401, "invalid_client"),
        ("sandbox-secret", "password", 400, "unsupported_grant_type"),
    ] {
        let answer = ask_for_token(&sandbox, secret, grant).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], error);
    }
    assert_eq!(client().get(sandbox.token_url()).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn only_the_right_kind_of_token_is_accepted() {
    let sandbox = Sandbox::start().await;
    let client = token(&sandbox).await;
    let user = sandbox.user_token();
    for (path, token) in [(info(563_457), "unknown"), (info(563_457), user), (OWN.to_owned(), &client)] {
        let (status, error) = get(&sandbox, &path, token).await;
        assert_eq!((status, &error["error"]), (401, &json!("invalid_token")), "{path}");
    }
    let url = format!("{}{OWN}", sandbox.base_url());
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
}

#[tokio::test(start_paused = true)]
async fn a_token_expires_with_the_clock_of_the_test() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(60)).start().await.unwrap();
    let token = token(&sandbox).await;
    assert_eq!(get(&sandbox, &info(7), &token).await.0, 200);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(get(&sandbox, &info(7), &token).await.0, 401);
}

#[tokio::test]
async fn all_tokens_can_be_made_to_expire() {
    let sandbox = Sandbox::start().await;
    let before = token(&sandbox).await;
    sandbox.expire_tokens();
    assert_eq!(get(&sandbox, &info(7), &before).await.0, 401);
    let after = token(&sandbox).await;
    assert_eq!(get(&sandbox, &info(7), &after).await.0, 200);
}
