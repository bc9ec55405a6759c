//! Tests that Redis contains no readable data about customers, tokens or secrets.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use mediaconnect::CustomerSearch;
use mediaconnect_fleet::Fleet;
use mediaconnect_sandbox::{Customer, Sandbox};

use crate::child::client;
use crate::server::RedisServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_commands_nor_memory_of_redis_hold_a_token_a_secret_or_a_customer() {
    let Some(redis) = RedisServer::start() else { return };
    let customer = Customer::invented(918_273_645).name("Canaryfirst", "Canarylast");
    let sandbox =
        Sandbox::builder().customer(customer).credentials("canaryid", "canarysecret").start().await.unwrap();
    let mut monitor = redis.monitor();
    let fleet = Fleet::connect(&redis.url()).await.unwrap();
    #[cfg(feature = "cache")]
    let fleet = fleet.with_response_cache(
        mediaconnect_fleet::ResponseCache::default().with_max_wait(Duration::from_secs(2)),
    );
    let client = client(&sandbox, (100, 2_000), &fleet);
    for _ in 0..5 {
        client.customers().info("918273645".parse().unwrap()).await.unwrap();
        let _ = client.customers().search(&CustomerSearch::by_email("canary@example.com")).await;
    }
    sandbox.expire_tokens();
    client.customers().info("918273645".parse().unwrap()).await.unwrap();
    #[cfg(feature = "cache")]
    use_the_cache(&client, &sandbox).await;
    drop(client);
    tokio::time::sleep(Duration::from_millis(500)).await;

    monitor.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let mut commands = Vec::new();
    match monitor.read_to_end(&mut commands) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
        other => panic!("{other:?}"),
    }
    let memory = redis.memory();
    let is_in = |text: &str, bytes: &[u8]| {
        bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
    };
    assert!(is_in("evalsha", &commands) && is_in(":token", &commands), "the monitor heard the fleet");
    assert!(is_in(":token", &memory), "the token is there");
    if cfg!(feature = "cache") {
        for place in [":response:", ":mark:"] {
            assert!(is_in(place, &commands) && is_in(place, &memory), "{place} is there");
        }
        assert!(is_in("unlink", &commands), "something was forgotten");
    }
    let authorizations = sandbox
        .requests()
        .into_iter()
        .filter_map(|received| Some(received.header("authorization")?.strip_prefix("Bearer ")?.to_owned()));
    let mut canaries: Vec<_> = authorizations.collect();
    assert!(canaries.len() > 5);
    canaries.extend(["canary", "918273645"].map(str::to_owned));
    for canary in canaries {
        assert!(!is_in(&canary, &commands) && !is_in(&canary, &memory), "{canary}");
    }
}

/// Makes cached reads, sends changes of a customer, and invalidates responses. Redis then stores responses and their
/// marks. All values in the requests are canaries: the test searches Redis for them afterwards.
#[cfg(feature = "cache")]
async fn use_the_cache(client: &mediaconnect::Client, sandbox: &Sandbox) {
    use mediaconnect::UserToken;
    use mediaconnect::operations::{
        GetCustomerInfo, GetOwnCustomerInfo, RemoveExternalReference, SearchCustomers,
    };

    let number: mediaconnect::CustomerNumber = "918273645".parse().unwrap();
    let cached = client.cached(Duration::from_secs(60));
    let user = client.as_user(&UserToken::new(sandbox.user_token())).cached(Duration::from_secs(60));
    for _ in 0..2 {
        cached.call(GetCustomerInfo::new(number)).await.unwrap();
        let mut search = mediaconnect::models::CustomerSearchRequest::default();
        search.last_name = Some("canarylast".to_owned());
        let _ = cached.call(SearchCustomers::new(search)).await;
        user.call(GetOwnCustomerInfo::new()).await.unwrap();
        let _ = client.call(RemoveExternalReference::new(number, "CANARY".parse().unwrap())).await;
        cached.forget(&GetCustomerInfo::new(number));
    }
    let before = sandbox.requests().len();
    for _ in 0..2 {
        cached.call(GetCustomerInfo::new(number)).await.unwrap();
    }
    assert_eq!(sandbox.requests().len(), before + 1, "the cache is used");
}
