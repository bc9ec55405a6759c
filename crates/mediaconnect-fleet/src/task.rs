//! The task that leases turns (permits to send one request) for one client.

use std::sync::Arc;
use std::time::Duration;

use mediaconnect::{FleetClient, Turns, TurnsReport};
use tokio::time::{Instant, sleep, sleep_until};

use crate::connection::Failure;
use crate::exchange::{Reply, Request};
use crate::member::{Member, Pool};
use crate::seal::tag;
use crate::status::{Board, LeaseWait};
use crate::store::Store;

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
    let limits = (client.rate.per_second(), client.rate.per_minute());
    let mut member = Member::new(format!("{:016x}", fastrand::u64(..)), limits, guess, Instant::now());
    let Some(tag) = tag_of(&client, &turns).await else { return };
    let (mut pending, mut lease_wait) = (None, LeaseWait::default());
    loop {
        let now = Instant::now();
        let was_by_share = member.is_by_share();
        let Some(step) = member.step(&turns, now) else { break };
        if let Some(waited) = lease_wait.at(step.is_starved, now) {
            Board::waited_for_turns(waited);
        }
        if let Some(request) = step.send {
            pending = Some((now, Box::pin(sync(Arc::clone(&store), tag.clone(), request))));
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
    if let Some(request) = member.leave(turns.sent(), Instant::now()) {
        let _ = store.sync(&tag, &request, 0).await;
    }
}

async fn sync(store: Arc<Store>, tag: String, request: Request) -> Result<Reply, Failure> {
    store.sync(&tag, &request, 0).await
}

/// Waits for the client id, and returns its [`tag`]. Returns `None` if the client is dropped before the id is known.
async fn tag_of(client: &FleetClient, turns: &Turns) -> Option<String> {
    loop {
        if let Ok(credentials) = client.credentials.credentials().await {
            return Some(tag(&client.base_url, credentials.id()));
        }
        turns.report()?;
        sleep(ASK_AGAIN).await;
    }
}
