//! The leak test for a fleet that keeps responses and users' sessions in Redis. Neither the logs nor Redis may contain
//! a canary.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use mediaconnect::ClientAuthentication::FormBody;
use mediaconnect::operations::{GetCustomerInfo, GetOwnCustomerInfo};
use mediaconnect::{RateLimit, UserToken};
use mediaconnect_fleet::{Fleet, ResponseCache};

use self::redis::RedisServer;
use crate::canaries::{CUSTOMER, found_in, text};
use crate::capture::{has_heard, listen};
use crate::documents::Documents;
use crate::server::{Fault, Server, answer};
use crate::{WORKS, assert_silence, operations};

#[expect(dead_code, reason = "only the fleet's own tests use all of this module")]
#[path = "../../crates/mediaconnect-fleet/tests/redis/server.rs"]
mod redis;

const TTL: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_fleet_keeps_is_silent_too() {
    let Some(redis) = RedisServer::start() else { return };
    listen();
    let mut monitor = redis.monitor();
    let customer = Documents::new().poisoned("CustomerInfo").to_string();
    let headers = [("content-type", "application/json"), ("x-mediaconnect-api-version", "1")];
    let server = Server::start(vec![Fault::Bytes(answer("200 OK", &headers, &customer))]).await;
    let fleet = Fleet::connect(&redis.url()).await.expect("a good URL");
    let fleet = fleet.with_response_cache(ResponseCache::default().with_max_wait(Duration::from_secs(2)));
    operations::print(&fleet);
    let (url, token_url) = (server.url(0, &Fault::Works), server.url(WORKS, &Fault::Works));
    let builder = operations::builder(&url, &token_url, FormBody)
        .rate_limit(RateLimit::default())
        .attempt_timeout(Duration::from_secs(5))
        .token_timeout(Duration::from_secs(5))
        .deadline(Duration::from_secs(10))
        .fleet(fleet.clone());
    let client = builder.build().expect("good URLs");
    let user = UserToken::new(text("user-token"));
    let session = || {
        let endpoint = client.token_endpoint().expect("the client has credentials");
        let source = fleet.refresh_token(endpoint, text("session"), text("refresh-token"));
        let source = source.with_observer(operations::print);
        operations::print(&source);
        UserToken::from_source(source)
    };
    let own_info = async || client.as_user(&session()).call(GetOwnCustomerInfo::new()).await;
    let info = || GetCustomerInfo::new(CUSTOMER.try_into().expect("positive"));
    for _ in 0..2 {
        operations::observe(client.cached(TTL).call(info()).await);
        operations::observe(client.as_user(&user).cached(TTL).call(GetOwnCustomerInfo::new()).await);
        operations::observe(own_info().await);
    }
    let requests = || server.received().matches("/customer/info/").count();
    let before = requests();
    let kept = client.cached(TTL).call(info()).await;
    assert!(kept.is_ok() && requests() == before, "the response comes from Redis");
    client.cached(TTL).forget(&info());
    operations::observe(client.cached(TTL).call(info()).await);
    // The test makes Redis refuse writes, and later stops it. Both faults make the client report errors, which must not
    // contain a canary either.
    assert!(redis.command("CONFIG SET maxmemory 1").starts_with("+OK"));
    operations::observe(client.cached(TTL).call(info()).await);
    operations::observe(own_info().await);
    let memory = redis.memory();
    drop(redis);
    operations::observe(client.cached(TTL).call(info()).await);
    operations::observe(own_info().await);
    operations::print(&fleet.status());

    monitor.set_read_timeout(Some(Duration::from_millis(500))).expect("the timeout is not zero");
    let mut commands = Vec::new();
    match monitor.read_to_end(&mut commands) {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    for (what, bytes) in [("commands", commands), ("memory", memory)] {
        let words = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!([":response:", ":token", ":session"].iter().all(|key| words.contains(key)), "{what}");
        assert_eq!(found_in(&words), [""; 0], "{what}");
    }
    assert!(has_heard("event", "failed to find, store or delete"), "failures of Redis are reported");
    assert_silence();
}
