//! The kinds of Redis that a URL can name.

use std::fs::write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mediaconnect_fleet::Fleet;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::child::{Process, Work, client, enforcing};
use crate::server::{RedisServer, free_port};

const LIMIT: (u32, u32) = (40, 200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_serves_a_fleet_as_one_server_does() {
    let Some(redis) = RedisServer::start_cluster() else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let fleet = Fleet::connect(&redis.url().replace("redis://", "redis-cluster://")).await.unwrap();
    #[cfg(feature = "cache")]
    let fleet = fleet.with_response_cache(
        mediaconnect_fleet::ResponseCache::default().with_max_wait(Duration::from_secs(2)),
    );
    let client = client(&sandbox, LIMIT, &fleet);
    for _ in 0..10 {
        client.customers().info("563457".parse().unwrap()).await.unwrap();
    }
    let status = fleet.status();
    assert!(!status.by_share && status.members == 1 && status.syncs > 0, "{status:?}");
    assert_eq!(refused.load(Ordering::Relaxed), 0);
    assert!(!redis.command("KEYS *:token").starts_with("*0"), "the token is there");
    #[cfg(feature = "cache")]
    {
        let info = || mediaconnect::operations::GetCustomerInfo::new("563457".parse().unwrap());
        let cached = client.cached(Duration::from_secs(60));
        cached.call(info()).await.unwrap();
        let before = sandbox.requests().len();
        cached.call(info()).await.unwrap();
        assert_eq!(sandbox.requests().len(), before, "the response is kept");
        cached.forget(&info());
        cached.call(info()).await.unwrap();
        assert_eq!(sandbox.requests().len(), before + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_uses_tls_and_refuses_a_server_without_a_trusted_certificate() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let (certificate, key, port) = (path("certificate.pem"), path("key.pem"), free_port().to_string());
    write(&certificate, cert.pem()).unwrap();
    write(&key, signing_key.serialize_pem()).unwrap();
    let arguments = [
        ["--tls-port", &port],
        ["--tls-cert-file", &certificate],
        ["--tls-key-file", &key],
        ["--tls-ca-cert-file", &certificate],
        ["--tls-auth-clients", "no"],
    ];
    let Some(redis) = RedisServer::start_with(&arguments.concat()) else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let url = format!("rediss://127.0.0.1:{port}");
    let work = Work { callers: 1, pause: Some(0.1), seconds: 3.0, limit: LIMIT };

    let without_trust = Process::start(&url, &sandbox, &work).done().await;
    assert_eq!(without_trust.failed, 0);
    assert!(redis.command("KEYS *").starts_with("*0"), "nothing was sent to it");
    // rustls trusts the certificates in this file in place of the system's.
    let with_trust = Process::start_with(&url, &sandbox, &work, &[("SSL_CERT_FILE", &certificate)]);
    let with_trust = with_trust.done().await;
    assert!(with_trust.failed == 0 && with_trust.succeeded > 0, "{with_trust:?}");
    assert!(!redis.command("KEYS *:token").starts_with("*0"), "the token is there");
    assert_eq!(refused.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_follows_the_master_that_sentinel_names() {
    let Some(master) = RedisServer::start() else { return };
    let replica_of = format!("127.0.0.1 {}", master.port());
    let replica = RedisServer::start_with(&["--replicaof", &replica_of]).unwrap();
    let sentinel = RedisServer::start_sentinel(&master).unwrap();
    let until = async |what: &str, is_true: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !is_true() {
            assert!(began.elapsed() < Duration::from_secs(30), "{what}");
            sleep(Duration::from_millis(100)).await;
        }
    };
    until("the replica is in step", &|| {
        replica.command("INFO replication").contains("master_link_status:up")
    })
    .await;
    let replicas = || sentinel.command("SENTINEL replicas mymaster");
    until("Sentinel knows the replica", &|| replicas().contains(&replica.port().to_string())).await;

    let (sandbox, refused) = enforcing(LIMIT).await;
    let fleet =
        Fleet::connect(&format!("redis-sentinel://127.0.0.1:{}/mymaster", sentinel.port())).await.unwrap();
    let client = client(&sandbox, LIMIT, &fleet);
    let call = async || client.customers().info("563457".parse().unwrap()).await.unwrap();
    call().await;
    assert!(!master.command("KEYS *:members").starts_with("*0"), "the master serves the fleet");
    until("the failover begins", &|| sentinel.command("SENTINEL FAILOVER mymaster").starts_with("+OK")).await;
    let began = Instant::now();
    let is_back = || {
        let by_name = sentinel.command("SENTINEL get-master-addr-by-name mymaster");
        by_name.contains(&replica.port().to_string())
            && !fleet.status().by_share
            && fleet.status().failure.is_none()
    };
    while !is_back() || began.elapsed() < Duration::from_secs(4) {
        assert!(began.elapsed() < Duration::from_secs(100), "{:?}", fleet.status());
        call().await;
        sleep(Duration::from_millis(300)).await;
    }
    drop(master);
    let syncs = fleet.status().syncs;
    until("the new master serves the fleet", &|| fleet.status().syncs > syncs + 3).await;
    call().await;
    assert_eq!(refused.load(Ordering::Relaxed), 0);
}
