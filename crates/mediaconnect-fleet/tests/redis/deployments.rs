//! Tests each kind of Redis deployment that a URL can name.

use std::fs::write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mediaconnect::UserToken;
use mediaconnect_fleet::Fleet;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::child::{Process, Work, client, enforcing};
use crate::server::{RedisServer, free_port};

const LIMIT: (u32, u32) = (40, 200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_serves_a_fleet_as_one_server_does() {
    let Some(nodes) = RedisServer::start_cluster(1) else { return };
    let redis = &nodes[0];
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
async fn a_node_that_hangs_does_not_disturb_a_fleet_whose_keys_are_on_another_node() {
    let Some(nodes) = RedisServer::start_cluster(3) else { return };
    let (sandbox, _) = enforcing(LIMIT).await;
    let hosts: Vec<_> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port())).collect();
    let url = format!("redis-cluster://{}", hosts.join(","));
    let fleet = Fleet::connect(&url).await.unwrap();
    let client = client(&sandbox, LIMIT, &fleet);
    client.customers().info("563457".parse().unwrap()).await.unwrap();
    let look = |fleet: &Fleet| {
        let (fleet, base_url, id) =
            (fleet.clone(), client.base_url().to_owned(), sandbox.client_id().to_owned());
        async move { fleet.look(&base_url, &id).await }
    };
    look(&fleet).await.unwrap();
    let has_rate = |node: &&RedisServer| !node.command("KEYS *:rate").starts_with("*0");
    let has_keys = nodes.iter().find(has_rate).unwrap();
    let hangs = nodes.iter().find(|node| !has_rate(node)).unwrap();
    // Sessions are spread over the nodes. This loop searches for a session on the node that will hang.
    let endpoint = client.token_endpoint().unwrap();
    let mut session = 0;
    while hangs.command("KEYS *:session").starts_with("*0") {
        session += 1;
        fleet.end_session(&endpoint, session.to_string()).await.unwrap();
    }
    // The node with the keys loses the scripts, as after a restart.
    assert_eq!(has_keys.command("SCRIPT FLUSH"), "+OK\r\n");
    hangs.freeze(true);

    let connections = || {
        let statistics = has_keys.command("INFO stats");
        let (_, count) = statistics.split_once("total_connections_received:").unwrap();
        count.lines().next().unwrap().parse::<u32>().unwrap()
    };
    let (syncs, before) = (fleet.status().syncs, connections());
    // Starts commands until one of them is dropped before its reply arrives.
    while tokio::select! { biased; _ = look(&fleet) => true, () = async {} => false } {}
    let (again, of_session) = (fleet.clone(), session.to_string());
    let ends = tokio::spawn(async move { again.end_session(&endpoint, of_session).await.is_err() });
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3) {
        let status = fleet.status();
        // On a busy machine, a sync may be slow.
        let is_fine = status.failure.is_none_or(|failure| failure == "slow");
        assert!(!status.by_share && is_fine, "{:?}: {status:?}", began.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    client.customers().info("563457".parse().unwrap()).await.unwrap();
    assert!(fleet.status().syncs > syncs + 3, "{:?}", fleet.status());
    assert!(ends.await.unwrap(), "the session is on the node that hangs");
    assert_eq!(connections(), before + 1, "only this test has connected since");

    let starts_now = Fleet::connect(&url).await.unwrap();
    let began = Instant::now();
    let overview = loop {
        match look(&starts_now).await {
            Ok(overview) => break overview,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(10), "{error}"),
        }
    };
    assert_eq!(overview.members, 1, "a new connection does without the node too");
    hangs.freeze(false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_uses_tls_and_refuses_a_server_without_a_trusted_certificate() {
    let tls = Tls::new();
    let port = free_port();
    let Some(redis) = RedisServer::start_with(&tls.arguments(port)) else { return };
    let (sandbox, refused) = enforcing(LIMIT).await;
    let url = format!("rediss://127.0.0.1:{port}");
    let work = Work { callers: 1, pause: Some(0.1), seconds: 3.0, limit: LIMIT };

    let without_trust = Process::start(&url, &sandbox, &work).done().await;
    assert_eq!(without_trust.failed, 0);
    assert!(redis.command("KEYS *").starts_with("*0"), "nothing was sent to it");
    let with_trust = Process::start_with(&url, &sandbox, &work, &[tls.trust()]).done().await;
    assert!(with_trust.failed == 0 && with_trust.succeeded > 0, "{with_trust:?}");
    assert!(!redis.command("KEYS *:token").starts_with("*0"), "the token is there");
    assert_eq!(refused.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinel_and_its_master_are_reached_over_tls_and_only_the_master_gets_the_password() {
    let tls = Tls::new();
    let (master_port, sentinel_port) = (free_port(), free_port());
    let Some(master) = RedisServer::start_with(&tls.arguments(master_port)) else { return };
    // Only the user `fleet` may use keys. Sentinel does not have this user, so it would refuse a connection that sends
    // the user's password.
    assert_eq!(master.command("ACL SETUSER fleet on >canary ~* +@all"), "+OK\r\n");
    assert_eq!(master.command("ACL SETUSER default resetkeys"), "+OK\r\n");
    let sentinel = RedisServer::start_sentinel(master_port, &tls.configuration(sentinel_port)).unwrap();
    let began = Instant::now();
    while !sentinel.command("SENTINEL masters").contains("role-reported-time") {
        assert!(began.elapsed() < Duration::from_secs(10), "Sentinel watches the master");
        sleep(Duration::from_millis(100)).await;
    }
    let (sandbox, _) = enforcing(LIMIT).await;
    let url = format!("rediss-sentinel://fleet:canary@127.0.0.1:{sentinel_port}/mymaster");
    let work = Work { callers: 1, pause: Some(0.1), seconds: 3.0, limit: LIMIT };

    let without_trust = Process::start(&url, &sandbox, &work).done().await;
    assert_eq!(without_trust.failed, 0);
    assert!(master.command("KEYS *").starts_with("*0"), "nothing was sent to it");
    let with_trust = Process::start_with(&url, &sandbox, &work, &[tls.trust()]).done().await;
    assert!(with_trust.failed == 0 && with_trust.succeeded > 0, "{with_trust:?}");
    assert!(!master.command("KEYS *:token").starts_with("*0"), "the token is there");
}

/// A certificate for loopback, and its key.
struct Tls(TempDir);

impl Tls {
    fn new() -> Self {
        let tls = Self(TempDir::new().unwrap());
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
        write(tls.path("certificate.pem"), cert.pem()).unwrap();
        write(tls.path("key.pem"), signing_key.serialize_pem()).unwrap();
        tls
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Returns the environment variable that makes a process trust the certificate. If it is set, rustls does not use
    /// the system's roots.
    fn trust(&self) -> (&'static str, String) {
        ("SSL_CERT_FILE", self.path("certificate.pem"))
    }

    /// Returns the settings of a server that also listens with TLS.
    fn settings(&self, port: u16) -> [(&'static str, String); 6] {
        [
            ("tls-port", port.to_string()),
            ("tls-cert-file", self.path("certificate.pem")),
            ("tls-key-file", self.path("key.pem")),
            ("tls-ca-cert-file", self.path("certificate.pem")),
            ("tls-auth-clients", "no".to_owned()),
            // Without this setting, Sentinel would connect to its master without TLS.
            ("tls-replication", "yes".to_owned()),
        ]
    }

    fn arguments(&self, port: u16) -> Vec<String> {
        self.settings(port).into_iter().flat_map(|(name, value)| [format!("--{name}"), value]).collect()
    }

    fn configuration(&self, port: u16) -> String {
        self.settings(port).map(|(name, value)| format!("{name} {value}\n")).concat()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_follows_the_master_that_sentinel_names() {
    let Some(master) = RedisServer::start() else { return };
    let replica_of = format!("127.0.0.1 {}", master.port());
    let replica = RedisServer::start_with(&["--replicaof", &replica_of]).unwrap();
    let sentinel = RedisServer::start_sentinel(master.port(), "").unwrap();
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sentinel_that_hangs_does_not_prevent_a_connection() {
    let Some(master) = RedisServer::start() else { return };
    let [hangs, other] = [(); 2].map(|()| RedisServer::start_sentinel(master.port(), "").unwrap());
    hangs.freeze(true);
    for [first, second] in [[&hangs, &other], [&other, &hangs]] {
        let url = format!("redis-sentinel://127.0.0.1:{},127.0.0.1:{}/mymaster", first.port(), second.port());
        let (sandbox, _) = enforcing(LIMIT).await;
        let fleet = Fleet::connect(&url).await.unwrap();
        let client = client(&sandbox, LIMIT, &fleet);
        client.customers().info("563457".parse().unwrap()).await.unwrap();
        let began = Instant::now();
        while fleet.status().syncs == 0 || fleet.status().failure.is_some() {
            assert!(began.elapsed() < Duration::from_secs(10), "{:?}", fleet.status());
            sleep(Duration::from_millis(100)).await;
        }
    }
    hangs.freeze(false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_sentinel_names_may_be_as_slow_as_a_single_server() {
    let Some(master) = RedisServer::start() else { return };
    let sentinel = RedisServer::start_sentinel(master.port(), "").unwrap();
    let fleet =
        Fleet::connect(&format!("redis-sentinel://127.0.0.1:{}/mymaster", sentinel.port())).await.unwrap();
    fleet.look("https://api.example.com/", "id").await.unwrap();
    master.freeze(true);
    let looking = tokio::spawn(async move { fleet.look("https://api.example.com/", "id").await });
    sleep(Duration::from_millis(600)).await;
    master.freeze(false);
    looking.await.unwrap().unwrap();
}

/// The ACL rules that the guide lists for the Redis user of a fleet.
const PERMISSIONS: &str = "~mediaconnect:* -@all +@read +@write +eval +evalsha +time +info";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_with_the_permissions_of_the_guide_can_use_everything() {
    assert!(include_str!("../../guide/many-processes.md").contains(PERMISSIONS));
    let Some(redis) = RedisServer::start() else { return };
    assert_eq!(redis.command(&format!("ACL SETUSER fleet on >canary {PERMISSIONS}")), "+OK\r\n");
    let (sandbox, _) = enforcing(LIMIT).await;
    let fleet = Fleet::connect(&redis.url().replace("redis://", "redis://fleet:canary@")).await.unwrap();
    #[cfg(feature = "cache")]
    let fleet = fleet.with_response_cache(
        mediaconnect_fleet::ResponseCache::default().with_max_wait(Duration::from_secs(2)),
    );
    let client = client(&sandbox, LIMIT, &fleet);
    #[cfg(feature = "cache")]
    {
        let info = mediaconnect::operations::GetCustomerInfo::new("563457".parse().unwrap());
        client.cached(Duration::from_secs(60)).call(info).await.unwrap();
        assert!(!redis.command("KEYS *:response:*").starts_with("*0"), "the response is there");
    }
    client.customers().info("563457".parse().unwrap()).await.unwrap();
    let status = fleet.status();
    assert!(status.syncs > 0 && !status.by_share && status.failure.is_none(), "{status:?}");
    assert!(!redis.command("KEYS *:token").starts_with("*0"), "the token is there");
    fleet.look(client.base_url(), sandbox.client_id()).await.unwrap();
    let endpoint = client.token_endpoint().unwrap();
    let source = fleet.refresh_token(endpoint.clone(), "session", sandbox.refresh_token());
    client.customers().own_info(&UserToken::from_source(source)).await.unwrap();
    assert!(!redis.command("KEYS *:session").starts_with("*0"), "the session is there");
    fleet.end_session(&endpoint, "session").await.unwrap();

    assert_eq!(redis.command("ACL SETUSER fleet -time"), "+OK\r\n");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(fleet.status().failure, Some("permission"));
}
