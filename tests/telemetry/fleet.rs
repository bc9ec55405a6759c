//! The metrics of a fleet.

use mediaconnect_fleet::Fleet;
use mediaconnect_sandbox::Sandbox;

use self::redis::RedisServer;
use crate::metrics::recorded;

#[expect(dead_code, reason = "only the fleet's own tests use all of this module")]
#[path = "../../crates/mediaconnect-fleet/tests/redis/server.rs"]
mod redis;

#[test]
fn a_wait_for_a_leased_turn_is_recorded_when_it_is_over() {
    let Some(redis) = RedisServer::start() else { return };
    let recorder = recorded(async || {
        let sandbox = Sandbox::start().await;
        let fleet = Fleet::connect(&redis.url()).await.unwrap();
        let client = sandbox.client_builder().fleet(fleet).build().unwrap();
        client.customers().info("563457".parse().unwrap()).await.unwrap();
    });
    assert_eq!(
        recorder.count("mediaconnect_fleet_lease_wait_seconds{}"),
        1,
        "the first call has no turn yet"
    );
    assert!(recorder.count("mediaconnect_fleet_sync_seconds{}") >= 1);
    assert!(recorder.metrics("mediaconnect_fleet_failures_total").is_empty());
}
