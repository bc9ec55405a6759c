//! Tests that client credentials can be rotated while the client runs.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use mediaconnect::models::ExternalReferenceChangeRequest;
use mediaconnect::secrecy::SecretString;
use mediaconnect::{
    AccessToken, Client, ClientCredentials, CredentialsFuture, CredentialsProvider, CustomerSearch, Error,
    ExtidCode, RefreshToken, TokenFuture, TokenSource, UserToken,
};
use mediaconnect_tests::number;
use serde_json::json;
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A vault whose secret can be replaced. Without a secret, it returns an error.
#[derive(Clone, Default)]
struct Vault {
    secret: Arc<Mutex<Option<SecretString>>>,
    asked: Arc<AtomicUsize>,
}

impl Vault {
    fn put(&self, secret: &str) {
        *self.secret.lock().unwrap() = Some(secret.into());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl CredentialsProvider for Vault {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let secret = self.secret.lock().unwrap().clone();
            Ok(ClientCredentials::new("id", secret.ok_or_else(|| Error::token_unavailable("it is sealed"))?))
        })
    }
}

/// Starts an API, and a token endpoint that accepts one secret.
async fn upstream(secret: &str) -> MockServer {
    let server = MockServer::start().await;
    accept(&server, secret).await;
    server
}

async fn accept(server: &MockServer, secret: &str) {
    server.reset().await;
    let token = json!({ "access_token": "t", "expires_in": 3600 });
    Mock::given(path("/token"))
        .and(body_string_contains(format!("client_id=id&client_secret={secret}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(server)
        .await;
    Mock::given(path("/token")).respond_with(ResponseTemplate::new(401)).with_priority(9).mount(server).await;
    let customer = json!({ "customerNumber": 1 });
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(customer))
        .mount(server)
        .await;
}

fn client(server: &MockServer, provider: &Vault) -> Client {
    Client::builder()
        .base_url(server.uri())
        .token_url(format!("{}/token", server.uri()))
        .credentials(provider.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn after_a_refusal_the_next_fetch_asks_the_provider_again() {
    let (server, vault) = (upstream("new").await, Vault::default());
    vault.put("old");
    let client = client(&server, &vault);
    assert!(client.customers().info(number(1)).await.unwrap_err().is_auth());
    vault.put("new");
    // Until the backoff ends, calls fail with the same refusal. In this test, the backoff ends after at most 0.4
    // seconds.
    tokio::time::sleep(std::time::Duration::from_millis(450)).await;
    client.customers().info(number(1)).await.unwrap();
    assert_eq!(vault.asked(), 2);
    client.customers().info(number(1)).await.unwrap();
    assert_eq!(vault.asked(), 2, "the token is still cached");
}

#[tokio::test]
async fn each_fetch_has_the_secret_that_is_valid_then() {
    let (server, vault) = (upstream("first").await, Vault::default());
    vault.put("first");
    let client = client(&server, &vault);
    assert!(client.diagnose(number(1)).await.token.error.is_none());
    vault.put("second");
    accept(&server, "second").await;
    assert!(client.diagnose(number(1)).await.token.error.is_none());
    let endpoint = || client.token_endpoint().unwrap();
    for user in [
        UserToken::from_source(RefreshToken::new(endpoint(), "r")),
        UserToken::from_source(ExtidCode::new(endpoint(), "c")),
    ] {
        client.customers().own_info(&user).await.unwrap();
    }
    assert_eq!(vault.asked(), 4);
}

#[tokio::test]
async fn what_the_provider_fails_with_is_an_error_of_the_token_fetch() {
    let (server, vault) = (upstream("secret").await, Vault::default());
    let client = client(&server, &vault);
    let error = client.customers().info(number(1)).await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_unavailable(), "{error}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "it is sealed");
    let user = UserToken::from_source(RefreshToken::new(client.token_endpoint().unwrap(), "r"));
    assert!(client.customers().own_info(&user).await.unwrap_err().is_token_fetch());
    assert!(client.diagnose(number(1)).await.token.error.unwrap().is_token_fetch());
    assert!(server.received_requests().await.unwrap().is_empty());
}

struct Silent;

impl CredentialsProvider for Silent {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_answer_fails_the_fetch_in_time() {
    let client = Client::builder().credentials(Silent).deadline(std::time::Duration::from_secs(100));
    let client = client.build().unwrap();
    let error = client.customers().info(number(1)).await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_unavailable(), "{error}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("30 seconds"), "{cause}");
}

#[tokio::test]
async fn nothing_that_holds_a_provider_prints_it() {
    let vault = Vault::default();
    vault.put("canary");
    let client = client(&upstream("canary").await, &vault);
    let printed = format!("{client:?} {:?}", client.token_endpoint().unwrap());
    assert!(!printed.contains("canary"), "{printed}");
}

/// A token source that looks up a customer in the Connect API. The lookup fails, because no customer has this number.
struct Lookup(Client);

impl TokenSource for Lookup {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let missing = self.0.customers().info(number(999_999_999)).await;
            missing.map(|_| AccessToken::new("never", None))
        })
    }
}

#[tokio::test]
async fn a_token_source_that_finds_nothing_does_not_make_a_customer_missing() {
    let sandbox = mediaconnect_sandbox::Sandbox::start().await;
    let source = Lookup(sandbox.client());
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .token_source(source)
        .build()
        .unwrap();
    let error = client.customers().exists(number(563_457)).with_attempts(1).await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_unavailable(), "{error:?}");
    assert!(!error.is_not_found() && !error.is_from_connect(), "{error:?}");
}

/// A token source that makes a call with invalid input.
struct Misspelled(Client);

impl TokenSource for Misspelled {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let refused = self.0.customers().search(&CustomerSearch::by_email("no address")).await;
            refused.map(|_| AccessToken::new("never", None))
        })
    }
}

#[tokio::test]
async fn invalid_input_of_a_token_source_is_not_that_of_the_call() {
    let sandbox = mediaconnect_sandbox::Sandbox::start().await;
    let client = sandbox.client();
    let user = UserToken::from_source(Misspelled(client.clone()));
    let error = client.customers().own_info(&user).await.unwrap_err();
    assert!(error.is_token_fetch() && error.is_unavailable(), "{error:?}");
    assert!(!error.is_invalid_input() && !error.is_final() && error.violations().is_empty(), "{error:?}");
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("email"), "{source}");
}

/// A token source that changes data in Connect, and does not learn whether the change was made.
struct Changing(Client);

impl TokenSource for Changing {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let change = ExternalReferenceChangeRequest::default().with_external_id("A-1".parse().unwrap());
            let changed =
                self.0.external_references().change(number(1), "CRM".parse().unwrap(), change).await;
            assert!(changed.as_ref().is_err_and(Error::is_outcome_unknown), "{changed:?}");
            changed.map(|()| AccessToken::new("never", None))
        })
    }
}

#[tokio::test]
async fn what_a_token_source_leaves_unknown_is_not_the_outcome_of_the_call() {
    let lost = mediaconnect_sandbox::Fault::on("changeExternalReference").reset().always();
    let sandbox = mediaconnect_sandbox::Sandbox::builder().fault(lost).in_memory();
    let client = sandbox.client();
    let user = UserToken::from_source(Changing(client.clone()));
    let error = client.customers().own_info(&user).with_attempts(1).await.unwrap_err();
    assert!(error.is_token_fetch() && !error.is_outcome_unknown(), "{error:?}");
}
