//! The task that leases turns (permits to send one request) for one client.

use std::sync::Arc;
use std::time::Duration;

use mediaconnect::{FleetClient, Turns, TurnsReport};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::member::{Member, Pool};
use crate::seal::tag;
use crate::status::{Board, LeaseWait};
use crate::store::{PROVIDER, Store};

/// The interval between attempts to get the credentials from the provider.
const ASK_AGAIN: Duration = Duration::from_secs(1);

impl Pool for Turns {
    fn report(&self) -> Option<TurnsReport> {
        Self::report(self)
    }

    fn lease(&self, turns: u32, until: Instant, low: u32) {
        Self::lease(self, turns, until, low);
    }

    fn take_back(&self, keep: u32) -> u32 {
        Self::take_back(self, keep)
    }

    fn pause(&self, pause: Duration) {
        Self::pause(self, pause);
    }
}

/// Leases turns until the client is dropped, then leaves the fleet.
pub(crate) async fn lease(store: Arc<Store>, client: FleetClient, turns: Turns, guess: u32, board: Board) {
    let Some(tag) = tag_of(&client, &turns).await else { return };
    let limits = (client.rate.per_second(), client.rate.per_minute());
    let mut member = Member::new(format!("{:016x}", fastrand::u64(..)), limits, guess, Instant::now());
    let (mut pending, mut lease_wait) = (None, LeaseWait::default());
    loop {
        let now = Instant::now();
        let was_by_share = member.is_by_share();
        let Some(step) = member.step(&turns, now) else { break };
        if let Some(waited) = lease_wait.at(step.is_starved, now) {
            Board::waited_for_turns(waited);
        }
        if let Some(request) = step.send {
            let (store, tag) = (Arc::clone(&store), tag.clone());
            pending = Some((now, Box::pin(async move { store.sync(&tag, &request, 0).await })));
        }
        if member.is_by_share() != was_by_share {
            board.by_share(member.is_by_share());
        }
        let reply = async {
            match &mut pending {
                Some((_, pending)) => pending.await,
                None => std::future::pending().await,
            }
        };
        let reply = tokio::select! {
            reply = reply => reply,
            () = turns.changed() => continue,
            () = sleep_until(step.wake_at) => continue,
        };
        let took = pending.take().map(|(sent, _)| sent.elapsed()).unwrap_or_default();
        let now = Instant::now();
        let was_by_share = member.is_by_share();
        match reply {
            Ok(reply) => {
                board.replied(&reply, took);
                member.replied(reply, &turns, now);
            }
            Err(failure) => {
                board.failed(failure);
                member.failed(now);
            }
        }
        if member.is_by_share() != was_by_share {
            board.by_share(member.is_by_share());
        }
        board.members(member.members());
    }
    board.ended();
    if let Some(request) = member.leave(turns.sent(), Instant::now()) {
        let _ = store.sync(&tag, &request, 0).await;
    }
}

/// Waits for the client id, and returns its [`tag`]. Returns `None` if the client is dropped before the id is known.
async fn tag_of(client: &FleetClient, turns: &Turns) -> Option<String> {
    let known = async {
        loop {
            if let Ok(Ok(credentials)) = timeout(PROVIDER, client.credentials.credentials()).await {
                return tag(&client.base_url, credentials.id());
            }
            sleep(ASK_AGAIN).await;
        }
    };
    let dropped = async {
        while turns.report().is_some() {
            turns.changed().await;
        }
    };
    tokio::select! {
        tag = known => Some(tag),
        () = dropped => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use mediaconnect::{
        AccessToken, Client, ClientCredentials, CredentialsFuture, CredentialsProvider, TokenFuture,
        TokenSource,
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Remembering(Arc<Mutex<Option<(FleetClient, Turns)>>>);

    impl mediaconnect::Fleet for Remembering {
        fn lease_turns(&self, client: FleetClient, turns: Turns) {
            *self.0.lock().unwrap() = Some((client, turns));
        }

        fn share_token(&self, _: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
            source
        }
    }

    struct Fixed;

    impl TokenSource for Fixed {
        fn fetch(&self) -> TokenFuture<'_> {
            Box::pin(async { Ok(AccessToken::new("token", None)) })
        }
    }

    /// A provider that never responds to its first request.
    #[derive(Default)]
    struct HangsOnce(AtomicBool);

    impl CredentialsProvider for HangsOnce {
        fn credentials(&self) -> CredentialsFuture<'_> {
            let hangs = !self.0.swap(true, Ordering::Relaxed);
            Box::pin(async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                Ok(ClientCredentials::new("id", "secret"))
            })
        }
    }

    /// Returns a client whose provider hangs once, and the arguments of its lease task.
    async fn hanging() -> (Client, FleetClient, Turns) {
        let fleet = Remembering::default();
        let builder = Client::builder().credentials(HangsOnce::default()).token_source(Fixed);
        let client = builder.fleet(fleet.clone()).max_waiting(0).build().unwrap();
        client.customers().info("563457".parse().unwrap()).await.unwrap_err();
        let (fleet_client, turns) = fleet.0.lock().unwrap().take().unwrap();
        (client, fleet_client, turns)
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_that_hangs_is_asked_again() {
        let (_client, fleet_client, turns) = hanging().await;
        let tag = timeout(Duration::from_secs(32), tag_of(&fleet_client, &turns)).await;
        assert!(tag.expect("the provider has a time limit").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_hanging_provider_does_not_outlive_the_client() {
        let (client, fleet_client, turns) = hanging().await;
        drop(client);
        let tag = timeout(Duration::from_millis(1), tag_of(&fleet_client, &turns)).await;
        assert_eq!(tag.expect("the client is gone"), None);
    }
}
