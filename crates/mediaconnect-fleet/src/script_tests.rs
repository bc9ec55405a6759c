//! Tests the scripts on a real Redis. The lease script and its model in Rust must give the same replies, and only the
//! owner of a lock may extend or release the lock.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::sleep;

use crate::exchange::Request;
use crate::lock::Lock;
use crate::simulation::lease_model::LeaseModel;
use crate::store::{Store, key_of};

#[expect(dead_code, reason = "only the Redis tests use all of this module")]
#[path = "../tests/redis/server.rs"]
pub(crate) mod server;
use server::RedisServer;

/// Returns a random sync request of a random member. Most of the requests are valid.
fn request(random: &mut Rng, seqs: &mut [(u64, u64)], clock: u64) -> Request {
    let number = random.usize(..seqs.len());
    let (seq, sent) = &mut seqs[number];
    *seq += u64::from(random.u8(..20) > 0);
    let uses: Vec<_> = (0..random.usize(..3)).map(|_| (random.u64(..62_000), random.u32(1..40))).collect();
    let base = *sent;
    if random.u8(..4) > 0 {
        *sent += uses.iter().map(|(_, count)| u64::from(*count)).sum::<u64>();
    }
    let often = |random: &mut Rng, value: u32| if random.bool() { random.u32(..value) } else { 0 };
    Request {
        member: format!("m{number}"),
        generation: ["", "g0", "g0", "g0", "g1"][random.usize(..5)].to_owned(),
        new_generation: "g0".to_owned(),
        uses,
        per_second: 100,
        per_minute: 2_000,
        seq: *seq,
        acked: if random.u8(..30) > 0 { seq.saturating_sub(1) } else { *seq + 5 },
        heard: clock - random.u64(..70_000),
        not_after: if random.u8(..5) > 0 { clock + 200 } else { clock - 1 },
        fallback: random.u8(..6) == 0,
        held: often(random, 20),
        base,
        want: often(random, 50),
        want_in_bulk: often(random, 50),
        pause: if random.u8(..20) == 0 { random.u64(..3_000) } else { 0 },
        remaining: (random.u8(..8) == 0).then(|| random.u32(..2_000)),
        known: if random.u8(..4) > 0 { random.u32(..9) } else { 0 },
        leave: random.u8(..40) == 0,
    }
}

/// Evicts the requests of the last minute, or those of the last second.
fn evict(server: &RedisServer, model: &mut LeaseModel, tag: &str, minute: bool) {
    let key = key_of(tag, if minute { "minute" } else { "second" });
    assert!(server.command(&format!("DEL {key}")).starts_with(':'));
    model.evict(minute);
}

#[tokio::test]
async fn the_script_and_its_model_agree() {
    let Some(server) = RedisServer::start() else { return };
    let store = Store::new(&server.url()).unwrap();
    for seed in 0..40 {
        let (mut random, mut model, mut clock) =
            (Rng::with_seed(seed), LeaseModel::default(), 1_800_000_000_000);
        let mut seqs = vec![(0, 0); random.usize(1..9)];
        for step in 0..150 {
            clock += [1, 20, 100, 400, 2_000, 20_000][random.usize(..if seed % 2 == 0 { 4 } else { 6 })];
            if seed % 4 == 0 && random.u8(..40) == 0 {
                clock -= [1_000, 2_001, 600_000][random.usize(..3)];
            }
            if seed % 4 == 2 && random.u8(..40) == 0 {
                evict(&server, &mut model, &format!("test{seed}"), random.bool());
            }
            let request = request(&mut random, &mut seqs, clock);
            let expected = model.sync(&request, clock);
            let replied = store.sync(&format!("test{seed}"), &request, clock).await.unwrap();
            assert_eq!(replied, expected, "seed {seed}, step {step}: {request:?}");
        }
    }
}

#[tokio::test]
async fn a_process_that_lost_the_lock_does_not_shorten_that_of_its_successor() {
    let Some(server) = RedisServer::start() else { return };
    let store = Store::new(&server.url()).unwrap();
    let (long, now, limit) = (Duration::from_secs(60), Duration::from_millis(1), Duration::from_secs(5));
    let lock = |lifetime| Lock::new(store.redis(), "test", lifetime, limit);
    let (slow, successor, third) = (lock(now), lock(long), lock(long));
    assert!(slow.acquire().await.unwrap());
    while !successor.acquire().await.unwrap() {
        sleep(now).await;
    }
    slow.expire_in(Duration::ZERO).await;
    assert!(!third.acquire().await.unwrap());
    successor.expire_in(Duration::ZERO).await;
    assert!(third.acquire().await.unwrap());
}

#[tokio::test]
async fn a_lock_whose_reply_was_lost_is_acquired_again_by_its_owner() {
    let Some(server) = RedisServer::start() else { return };
    let store = Store::new(&server.url()).unwrap();
    let lock = || Lock::new(store.redis(), "test", Duration::from_secs(60), Duration::from_secs(5));
    let (owner, other) = (lock(), lock());
    for _ in 0..2 {
        assert!(owner.acquire().await.unwrap());
    }
    assert!(!other.acquire().await.unwrap());
}
