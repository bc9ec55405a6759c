//! Tests that an access token that expires soon is used if no other can be fetched.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_that_expires_soon_is_used_if_the_exchange_fails() {
    let Some(redis) = RedisServer::start() else { return };
    let sandbox = Sandbox::start().await;
    let members = members(2, &redis, &sandbox, &Renewed::default()).await;
    members[0].call().await.unwrap();
    let expire = "EVAL \"local expires = redis.call('TIME')[1] * 1000 + 60000 \
                  return redis.call('HSET', redis.call('KEYS', '*:session')[1], 'expires', \
                  string.format('%.0f', expires))\" 0";
    assert_eq!(redis.command(expire), ":0\r\n");
    sandbox.fault(Fault::on("token").status(503).always());
    members[1].call().await.unwrap();
    sandbox.expire_tokens();
    let error = members[1].call().await.unwrap_err();
    assert!(!error.is_auth(), "a refused token is not used again: {error}");
}
