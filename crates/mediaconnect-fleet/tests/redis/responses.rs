//! Tests responses that processes share.

use std::time::Duration;

use mediaconnect::models::ExternalReferenceChangeRequest;
use mediaconnect::operations::{ChangeExternalReference, GetCustomerInfo, GetOwnCustomerInfo, ListProducts};
use mediaconnect::{Client, Method, UserToken};
use mediaconnect_fleet::{Fleet, ResponseCache};
use mediaconnect_sandbox::{Customer, Fault, Sandbox};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::child::client;
use crate::server::RedisServer;

pub const LIMIT: (u32, u32) = (1_000, 10_000);
pub const TTL: Duration = Duration::from_secs(60);
pub const KARI: u64 = 563_457;
const NOBODY: u64 = 999_999_999;

pub fn info(customer: u64) -> GetCustomerInfo {
    GetCustomerInfo::new(customer.try_into().unwrap())
}

pub fn change(customer: u64) -> ChangeExternalReference {
    let mut change = ExternalReferenceChangeRequest::default();
    change.external_id = Some("1".parse().unwrap());
    ChangeExternalReference::new(customer.try_into().unwrap(), "CRM".parse().unwrap(), change)
}

/// Returns a client with its own connection and cache, like that of a separate process. Its time limit for Redis is
/// long enough for a busy machine.
pub async fn process(redis: &str, sandbox: &Sandbox) -> Client {
    process_with(redis, sandbox, ResponseCache::default().with_max_wait(Duration::from_secs(2))).await
}

pub async fn process_with(redis: &str, sandbox: &Sandbox, cache: ResponseCache) -> Client {
    let client = client(sandbox, LIMIT, &Fleet::connect(redis).await.unwrap().with_response_cache(cache));
    client.token_lifetime().await.unwrap();
    client
}

/// Runs `$work`. Returns the number of requests for `$operation` that the sandbox received meanwhile.
macro_rules! requests {
    ($sandbox:expr, $operation:expr, $work:expr) => {{
        let before = $sandbox.received($operation).len();
        $work;
        $sandbox.received($operation).len() - before
    }};
}
pub(crate) use requests;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_uses_what_another_one_has_read() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    let first = one.cached(TTL).call(info(KARI)).await.unwrap();
    sandbox.put_customer(Customer::invented(KARI.try_into().unwrap()).name("Other", "Name"));
    for client in [&other, &one] {
        assert_eq!(client.cached(TTL).call(info(KARI)).await.unwrap(), first);
    }
    assert_eq!(sandbox.received("getCustomerInfo").len(), 1);
    // With a time to live of zero, no stored response is looked up.
    assert_ne!(other.cached(Duration::ZERO).call(info(KARI)).await.unwrap(), first);
    // A process without the cache of the fleet stores responses in its own memory.
    let alone = client(&sandbox, LIMIT, &Fleet::connect(&redis.url()).await.unwrap());
    assert_ne!(alone.cached(TTL).call(info(KARI)).await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_of_one_customer_are_one_request_and_one_lookup() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let client = process(&redis.url(), &sandbox).await;
    // The response is delayed, so that all thousand callers wait for it. A busy machine needs a second to start them.
    sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(3)));
    let mut callers = JoinSet::new();
    for _ in 0..1_000 {
        let cached = client.cached(TTL);
        callers.spawn(async move { cached.call(info(KARI)).await.is_ok() });
    }
    assert!(callers.join_all().await.iter().all(|is_ok| *is_ok));
    assert_eq!(sandbox.received("getCustomerInfo").len(), 1);
    let statistics = redis.command("INFO commandstats");
    assert!(statistics.contains("cmdstat_getrange:calls=1,"), "{statistics}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_is_shared_until_its_time_is_over() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    let ttl = Duration::from_secs(4);
    let ask = async |client: &Client, ttl| client.cached(ttl).call(info(KARI)).await.unwrap();
    ask(&one, ttl).await;
    sleep(ttl / 2).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", ask(&other, ttl).await), 0, "half of the time is left");
    assert_eq!(
        requests!(sandbox, "getCustomerInfo", ask(&other, ttl / 4).await),
        1,
        "this caller wants it newer"
    );
    assert_eq!(requests!(sandbox, "getCustomerInfo", ask(&one, ttl).await), 0, "the newer one is shared");
    sleep(ttl).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", ask(&one, ttl).await), 1, "the time is over");

    let ask = async |client: &Client| client.cached(TTL / 4).call(info(NOBODY)).await.unwrap_err();
    assert!(ask(&one).await.is_not_found());
    let again = requests!(sandbox, "getCustomerInfo", {
        let error = ask(&other).await;
        assert!(error.is_not_found() && error.operation() == Some("getCustomerInfo"), "{error}");
    });
    assert_eq!(again, 0, "a 404 is shared");
    sleep(TTL / 40).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", ask(&other).await), 1, "for a tenth of the time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_may_not_come_from_connect_is_not_shared() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    let body = format!(r#"{{"customerNumber":{KARI}}}"#);
    sandbox.fault(Fault::on("getCustomerInfo").status(200).body("application/json", body).times(1));
    assert!(one.cached(TTL).call(info(KARI)).await.unwrap().emails.is_empty());
    sandbox.fault(Fault::on("getCustomerInfo").status(404).html().times(3));
    assert!(one.cached(TTL).call(info(KARI)).await.unwrap_err().is_gateway());
    assert!(!other.cached(TTL).call(info(KARI)).await.unwrap().emails.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_shared_between_users_or_with_the_client() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    let ask = async |client: &Client, user: &str| {
        client.as_user(&UserToken::new(user)).cached(TTL).call(GetOwnCustomerInfo::new()).await
    };
    let user = sandbox.user_token();
    ask(&one, user).await.unwrap();
    ask(&other, user).await.unwrap();
    assert_eq!(
        sandbox.received("getOwnCustomerInfo").len(),
        1,
        "a token of the same text is the same user's"
    );
    assert!(ask(&other, "another").await.unwrap_err().is_auth());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_by_one_process_forgets_for_all() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().with_invented_customers().start().await.unwrap();
    let second = sandbox.customer_numbers().into_iter().map(i64::unsigned_abs).find(|number| *number != KARI);
    let second = second.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    let asked = async || {
        let cached = other.cached(TTL);
        let kari = requests!(sandbox, "getCustomerInfo", cached.call(info(KARI)).await.unwrap());
        let second = requests!(sandbox, "getCustomerInfo", cached.call(info(second)).await.unwrap());
        (kari, second, requests!(sandbox, "listProducts", cached.call(ListProducts::new()).await.unwrap()))
    };
    assert_eq!(asked().await, (1, 1, 1));
    assert_eq!(asked().await, (0, 0, 0));
    one.call(change(KARI)).await.unwrap();
    assert_eq!(asked().await, (1, 0, 1), "a change of one customer");
    sandbox.fault(Fault::on("changeExternalReference").delay(Duration::from_secs(1)));
    let dropped = one.call(change(second)).into_future();
    assert!(timeout(Duration::from_millis(500), dropped).await.is_err());
    sleep(Duration::from_millis(500)).await;
    assert_eq!(asked().await, (0, 1, 1), "a change that was dropped");
    let _ = one.request(Method::Post, "/v1/unknown").send::<()>().await;
    assert_eq!(asked().await, (1, 1, 1), "a change that names no customer");
    let _ = one.request(Method::Get, "/v1/unknown").send::<()>().await;
    assert_eq!(asked().await, (0, 0, 0), "a read");

    // The service itself removes responses with `forget` and `forget_all`. This process stops using them at once, and
    // the other process a moment later.
    one.cached(TTL).forget(&info(KARI));
    assert_eq!(requests!(sandbox, "getCustomerInfo", one.cached(TTL).call(info(KARI)).await.unwrap()), 1);
    one.cached(TTL).forget(&info(KARI));
    sleep(Duration::from_millis(500)).await;
    assert_eq!(asked().await, (1, 0, 0), "one response");
    one.cached(TTL).forget_all();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(asked().await, (1, 1, 1), "all of them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_began_before_another_process_made_a_change_is_not_kept() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    for forgets_by_hand in [false, true] {
        sandbox.fault(Fault::on("getCustomerInfo").delay(Duration::from_secs(2)).times(1));
        let early = tokio::spawn(one.cached(TTL).call(info(KARI)).into_future());
        sleep(Duration::from_millis(700)).await;
        if forgets_by_hand {
            other.cached(TTL).forget(&info(KARI));
        } else {
            other.call(change(KARI)).await.unwrap();
        }
        early.await.unwrap().unwrap();
        let again = requests!(sandbox, "getCustomerInfo", {
            other.cached(TTL).call(info(KARI)).await.unwrap();
            one.cached(TTL).call(info(KARI)).await.unwrap();
        });
        assert_eq!(again, 1, "by hand: {forgets_by_hand}");
        other.cached(TTL).forget_all();
        sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_forgotten_while_redis_was_gone_is_forgotten_when_it_is_back() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let cache = ResponseCache::default().with_max_wait(Duration::from_millis(300));
    let one = process_with(&redis.url(), &sandbox, cache).await;
    let other = process_with(&redis.url(), &sandbox, cache).await;
    let read = async |client: &Client| client.cached(TTL).call(info(KARI)).await.unwrap();
    read(&other).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&one).await), 0);
    // Redis refuses all deletions. If it only delayed them, a late command could delete the response, and this test
    // would not show that the process tries again.
    assert_eq!(redis.command("ACL SETUSER default -unlink"), "+OK\r\n");
    one.call(change(KARI)).await.unwrap();
    assert_eq!(
        requests!(sandbox, "getCustomerInfo", read(&one).await),
        1,
        "this process knows of its change"
    );
    assert_eq!(redis.command("ACL SETUSER default +unlink"), "+OK\r\n");
    // The process retries the deletion in the background, even if the service makes no further call.
    sleep(Duration::from_secs(3)).await;
    assert_eq!(requests!(sandbox, "getCustomerInfo", read(&other).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_or_waits_longer_than_the_limit_when_redis_fails() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let limit = Duration::from_millis(50);
    for failure in ["kill", "freeze", "full", "never there"] {
        let Some(mut redis) = RedisServer::start() else { return };
        let url = if failure == "never there" { "redis://127.0.0.1:1".to_owned() } else { redis.url() };
        let client = process_with(&url, &sandbox, ResponseCache::default().with_max_wait(limit)).await;
        let cached = client.cached(TTL);
        cached.call(info(KARI)).await.unwrap();
        // In its first two seconds, a new Redis leases few turns (permits to send one request). After this sleep, the
        // process has turns in reserve, so no call waits for a turn.
        sleep(Duration::from_secs(3)).await;
        match failure {
            "kill" => redis.kill(),
            "freeze" => redis.freeze(true),
            "full" => assert_eq!(redis.command("CONFIG SET maxmemory 1"), "+OK\r\n"),
            _ => {}
        }
        let (mut longest, mut failed) = (Duration::ZERO, 0);
        let asked = requests!(sandbox, "getCustomerInfo", {
            for _ in 0..20 {
                let began = Instant::now();
                failed += usize::from(cached.call(info(KARI)).await.is_err());
                longest = longest.max(began.elapsed());
                sleep(Duration::from_millis(100)).await;
            }
        });
        println!("{failure}: {asked} requests, the longest call took {longest:?}");
        assert_eq!(failed, 0, "{failure}");
        // While Redis fails, the process stores responses in its own memory.
        assert!(asked <= 2, "{failure}: {asked}");
        // A call can reach the time limit twice: when it looks up the response, and when it stores the response. The
        // 200 ms allow for a busy machine.
        assert!(longest < limit * 2 + Duration::from_millis(200), "{failure}: {longest:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_are_shared_again_when_redis_is_back_empty() {
    let Some(mut redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, other) = (process(&redis.url(), &sandbox).await, process(&redis.url(), &sandbox).await);
    one.cached(TTL).call(info(KARI)).await.unwrap();
    redis.kill();
    one.cached(TTL).call(info(KARI)).await.unwrap();
    redis.start_again();
    sleep(Duration::from_secs(1)).await;
    one.cached(TTL).call(info(KARI)).await.unwrap();
    let asked = requests!(sandbox, "getCustomerInfo", other.cached(TTL).call(info(KARI)).await.unwrap());
    assert_eq!(asked, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_stays_within_the_size_limit_and_every_key_expires() {
    let Some(redis) = RedisServer::start() else { return };
    let customers = (1..=200).map(Customer::invented);
    let sandbox = Sandbox::builder().customers(customers).start().await.unwrap();
    let cache = ResponseCache::default().with_max_wait(Duration::from_secs(2)).with_max_bytes(40_000);
    let client = process_with(&redis.url(), &sandbox, cache).await;
    let cached = client.cached(TTL);
    for customer in 1..=200 {
        cached.call(info(customer)).await.unwrap();
    }
    let count = |pattern: &str| {
        let script = format!("EVAL \"return #redis.call('KEYS', '{pattern}')\" 0");
        redis.command(&script).trim_matches([':', '\r', '\n']).parse::<usize>().unwrap()
    };
    let kept = count("*:response:*");
    assert!((10..=130).contains(&kept), "{kept}");
    let fleet = Fleet::at(&redis.url()).unwrap();
    let overview = fleet.look(client.base_url(), sandbox.client_id()).await.unwrap();
    assert_eq!(overview.responses, u64::try_from(kept).unwrap());
    assert!((kept as u64 * 300..=40_000).contains(&overview.response_bytes), "{overview:?}");
    let again = requests!(sandbox, "getCustomerInfo", {
        for customer in 200 - u64::try_from(kept).unwrap() / 2..=200 {
            cached.call(info(customer)).await.unwrap();
        }
    });
    assert_eq!(again, 0, "the newest are kept");
    let without_end = redis.command(
        "EVAL \"local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do \
         if redis.call('PTTL', k) < 0 then n = n + 1 end end return n\" 0",
    );
    assert_eq!(without_end, ":0\r\n");
}
