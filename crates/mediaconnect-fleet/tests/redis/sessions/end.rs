//! Tests the end of a session.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_leaves_no_token_in_redis() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let member = &members(1, &redis, &sandbox, &renewed).await[0];
    member.call().await.unwrap();
    assert!(redis.command("KEYS *session").starts_with("*1"));
    let endpoint = member.client.token_endpoint().unwrap();
    member.fleet.end_session(&endpoint, "canary-session").await.unwrap();
    assert_eq!(redis.command("KEYS *").lines().count(), 3, "there is one key");
    let record = redis.command("KEYS *session").lines().nth(2).unwrap().to_owned();
    assert_eq!(redis.command(&format!("HGETALL {record}")), "*2\r\n$2\r\nid\r\n$5\r\nended\r\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_end_of_a_session_no_process_stores_its_tokens_again() {
    let Some(redis) = RedisServer::start() else { return };
    let (sandbox, renewed) = (Sandbox::start().await, Renewed::default());
    let members = members(2, &redis, &sandbox, &renewed).await;
    all_call(&members).await;
    sandbox.expire_tokens();
    sandbox.fault(Fault::on("token").delay(Duration::from_secs(1)));
    let first = Arc::clone(&members[0]);
    let during = tokio::spawn(async move { first.call().await });
    while sandbox.token_requests() == 1 {
        sleep(Duration::from_millis(10)).await;
    }
    let endpoint = members[0].client.token_endpoint().unwrap();
    members[1].fleet.end_session(&endpoint, "canary-session").await.unwrap();
    let errors = [during.await.unwrap().unwrap_err(), members[1].call().await.unwrap_err()];
    assert!(errors.iter().all(|error| error.needs_login() && error.is_token_fetch()), "{errors:?}");
    let late = Member::new(&redis, sandbox.client(), &sandbox.refresh_token(), &renewed).await;
    assert!(late.call().await.unwrap_err().is_auth());
    assert_eq!(renewed.lock().unwrap().len(), 1, "the observer gets no token of a session that has ended");
    assert_eq!(sandbox.token_requests(), 2);
    let record = redis.command("KEYS *session").lines().nth(2).unwrap().to_owned();
    assert_eq!(redis.command(&format!("HKEYS {record}")), "*1\r\n$2\r\nid\r\n");
    assert!(redis.command("KEYS *exchange").starts_with("*0"), "the lock was released");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_can_be_ended_after_redis_closed_an_idle_connection() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::start().await;
    // The client never makes a call, so nothing else uses the connection.
    let endpoint = sandbox.client().token_endpoint().unwrap();
    let fleet = Fleet::connect(&redis.url()).await.unwrap();
    fleet.end_session(&endpoint, "first").await.unwrap();
    assert_eq!(redis.command("CLIENT KILL TYPE normal"), ":1\r\n");
    fleet.end_session(&endpoint, "second").await.unwrap();
}
