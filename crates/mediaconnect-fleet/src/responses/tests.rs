use mediaconnect::{Client, ClientCredentials, CredentialsFuture, CredentialsProvider, TokenSource, Turns};

use super::*;

#[derive(Clone, Default)]
struct Remembering(Arc<Mutex<Option<FleetClient>>>);

impl mediaconnect::Fleet for Remembering {
    fn lease_turns(&self, _: FleetClient, _: Turns) {}

    fn share_token(&self, client: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
        *lock(&self.0) = Some(client);
        source
    }
}

struct Rotating(Arc<Mutex<&'static str>>);

impl CredentialsProvider for Rotating {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let secret = *lock(&self.0);
        Box::pin(async move { Ok(ClientCredentials::new("id", secret)) })
    }
}

/// A provider that never responds.
struct Hanging;

impl CredentialsProvider for Hanging {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// Returns a client and its response store. The store's Redis cannot be reached.
fn responses(provider: impl CredentialsProvider) -> (Client, SharedResponses) {
    let fleet = Remembering::default();
    let client = Client::builder().credentials(provider).fleet(fleet.clone()).build().unwrap();
    let redis = Redis::new("redis://127.0.0.1:1").unwrap();
    let fleet_client = lock(&fleet.0).take().unwrap();
    (client, SharedResponses::new(redis, fleet_client, ResponseCache::default(), Arc::default()))
}

#[test]
fn when_a_runtime_ends_another_one_sends_the_deletions() {
    let (_client, responses) = responses(ClientCredentials::new("id", "secret"));
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { responses.forget(Forget::All).await });
        assert!(responses.0.is_telling.load(Ordering::Relaxed), "a task retries the deletion");
        drop(runtime);
        assert!(!responses.0.is_telling.load(Ordering::Relaxed));
    }
}

#[test]
fn when_a_runtime_ends_another_one_asks_for_the_credentials() {
    let (_client, responses) = responses(Hanging);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { timeout(Duration::ZERO, responses.0.keys()).await.map(drop) }).unwrap_err();
    drop(runtime);
    assert!(lock(&responses.0.ask_at).unwrap() <= Instant::now() + AGAIN);
}

#[tokio::test(start_paused = true)]
async fn a_rotated_secret_forgets_everything() {
    let secret = Arc::new(Mutex::new("old"));
    let (_client, responses) = responses(Rotating(Arc::clone(&secret)));
    let inner = &responses.0;
    let old = inner.keys().await;
    assert!(old.is_same(&*inner.keys().await), "the keys are used again");
    *lock(&secret) = "new";
    sleep(FRESH / 2).await;
    assert!(old.is_same(&*inner.keys().await) && lock(&inner.pending).all().is_none());
    sleep(FRESH).await;
    assert!(old.is_same(&*inner.keys().await), "the old keys are used until the provider has responded");
    sleep(Duration::from_millis(1)).await;
    assert!(!old.is_same(&*inner.keys().await));
    let (_, forgotten) = lock(&inner.pending).all().unwrap();
    assert!(matches!(&forgotten[..], [pending::Forgotten::All]));
}
