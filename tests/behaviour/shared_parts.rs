//! Tests that several clients can share a service's own trait implementations through an `Arc`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mediaconnect::transport::{Bytes, Transport, TransportFuture, http};
use mediaconnect::{
    AccessToken, Client, ClientBuilder, ClientCredentials, CredentialsFuture, CredentialsProvider, Fleet,
    FleetClient, ResponseStore, TokenFuture, TokenSource, Turns,
};
use mediaconnect_tests::number;

/// Implements all traits, and counts the calls of each method.
#[derive(Default)]
struct Parts {
    fetched: AtomicUsize,
    provided: AtomicUsize,
    sent: AtomicUsize,
    leased: AtomicUsize,
    tokens_shared: AtomicUsize,
    responses_shared: AtomicUsize,
}

impl Parts {
    fn count(of: &AtomicUsize) {
        of.fetch_add(1, Ordering::SeqCst);
    }
}

impl TokenSource for Parts {
    fn fetch(&self) -> TokenFuture<'_> {
        Self::count(&self.fetched);
        Box::pin(async { Ok(AccessToken::new("token", None)) })
    }

    fn name(&self) -> &'static str {
        "vault"
    }

    fn client_name(&self) -> Option<&str> {
        Some("norway")
    }
}

impl CredentialsProvider for Parts {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Self::count(&self.provided);
        Box::pin(async { Ok(ClientCredentials::new("no.example.test", "secret")) })
    }
}

impl Transport for Parts {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        Self::count(&self.sent);
        let body = if request.uri().path().ends_with("/token") {
            r#"{"access_token": "token"}"#
        } else {
            r#"{"customerNumber": 1}"#
        };
        Box::pin(async move { Ok(http::Response::new(Bytes::from(body))) })
    }
}

impl Fleet for Parts {
    fn lease_turns(&self, _: FleetClient, _: Turns) {
        Self::count(&self.leased);
    }

    fn share_token(&self, _: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
        Self::count(&self.tokens_shared);
        source
    }

    fn share_responses(&self, _: FleetClient) -> Option<Arc<dyn ResponseStore>> {
        Self::count(&self.responses_shared);
        None
    }
}

/// Builds two clients with these settings, and looks up a customer with each. Returns the number of customers found.
async fn found_by_two_clients(settings: impl Fn(ClientBuilder) -> ClientBuilder) -> usize {
    let mut found = 0;
    for _ in 0..2 {
        let client = settings(Client::builder()).deadline(Duration::from_secs(5)).build().unwrap();
        found += usize::from(client.customers().info(number(1)).await.is_ok());
    }
    found
}

#[tokio::test(start_paused = true)]
async fn two_clients_share_a_token_source_and_a_transport() {
    let parts = Arc::new(Parts::default());
    let (source, transport): (Arc<dyn TokenSource>, Arc<dyn Transport>) = (parts.clone(), parts.clone());
    assert_eq!((source.name(), TokenSource::client_name(&source)), ("vault", Some("norway")));
    let settings =
        |builder: ClientBuilder| builder.token_source(Arc::clone(&source)).transport(Arc::clone(&transport));
    assert_eq!(found_by_two_clients(settings).await, 2);
    assert_eq!((parts.fetched.load(Ordering::SeqCst), parts.sent.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn two_clients_share_a_credentials_provider() {
    let parts = Arc::new(Parts::default());
    let provider: Arc<dyn CredentialsProvider> = parts.clone();
    let settings =
        |builder: ClientBuilder| builder.credentials(Arc::clone(&provider)).transport(Arc::clone(&parts));
    assert_eq!(found_by_two_clients(settings).await, 2);
    assert_eq!(parts.provided.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn two_clients_share_a_fleet() {
    let parts = Arc::new(Parts::default());
    let fleet: Arc<dyn Fleet> = parts.clone();
    let settings = |builder: ClientBuilder| {
        builder.credentials(Arc::clone(&parts)).transport(Arc::clone(&parts)).fleet(Arc::clone(&fleet))
    };
    // This fleet leases no turn, so no customer can be looked up.
    assert_eq!(found_by_two_clients(settings).await, 0);
    for calls in [&parts.leased, &parts.tokens_shared, &parts.responses_shared] {
        assert!(calls.load(Ordering::SeqCst) >= 2);
    }
}
