//! Tests `--fleet`, `fleet status`, and how `doctor` checks the fleet.

use crate::support::{Run, SECRET, command_at, customers, finish, of_connect, upstream};

#[expect(dead_code, reason = "only the fleet's own tests use all of this module")]
#[path = "../../../mediaconnect-fleet/tests/redis/server.rs"]
mod server;
use server::RedisServer;

const NOWHERE: &str = "redis://user:canary-password@127.0.0.1:1";

fn assert_silent(run: &Run) {
    for secret in ["canary-password", SECRET] {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{run:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_joins_the_fleet_and_leaves_it_when_it_ends() {
    let Some(redis) = RedisServer::start() else { return };
    let upstream = upstream(customers()).await;
    for _ in 0..3 {
        let line = format!("customer info 563457 --fleet {}", redis.url());
        let run = finish(&mut command_at(&upstream, &line));
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    let tokens = upstream.received_requests().await.unwrap();
    let tokens = tokens.iter().filter(|request| request.url.path() == "/token").count();
    assert_eq!(tokens, 1, "they share the token");
    let line = format!("fleet status --output json --fleet {}", redis.url());
    let run = finish(&mut command_at(&upstream, &line));
    assert_eq!(run.code, Some(0), "{run:?}");
    let status = run.json();
    assert_eq!((&status["processes"], &status["turnsHeld"]), (&0.into(), &0.into()), "{run:?}");
    assert!(status["requestsInLastMinute"].as_u64().unwrap() >= 3, "{run:?}");
    assert!(status["tokenExpiresInSeconds"].as_u64().unwrap() > 40_000, "{run:?}");
    assert_eq!((&status["responsesKept"], &status["responseBytes"]), (&0.into(), &0.into()), "{run:?}");
    let table = finish(&mut command_at(&upstream, &format!("fleet status --fleet {}", redis.url())));
    assert!(table.out.contains("Processes") && table.out.contains(" h "), "{table:?}");
    assert_silent(&run);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_commands_work_and_the_status_and_doctor_say_what_is_wrong() {
    let upstream = upstream(of_connect(200, r#"{"customerNumber": 563457}"#)).await;
    let run = |line| {
        let run = finish(command_at(&upstream, line).env("MEDIACONNECT_FLEET_URL", NOWHERE));
        assert_silent(&run);
        run
    };
    let call = run("customer info 563457");
    assert_eq!(call.code, Some(0), "{call:?}");
    let status = run("fleet status");
    assert_eq!(status.code, Some(6), "{status:?}");
    assert!(status.err.contains("the fleet's Redis cannot be used: connection"), "{status:?}");
    let doctor = run("doctor --output json --customer 563457");
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    let checks = doctor.json()["checks"].as_array().unwrap().clone();
    let check = checks.iter().find(|check| check["check"] == "fleet").unwrap();
    assert_eq!(check["state"], "warning", "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_on_the_command_line_is_refused_and_a_malformed_url_is_not_quoted() {
    let upstream = upstream(customers()).await;
    let refused = finish(&mut command_at(&upstream, &format!("customer info 563457 --fleet {NOWHERE}")));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("set MEDIACONNECT_FLEET_URL"), "{refused:?}");
    assert_silent(&refused);
    let malformed =
        finish(command_at(&upstream, "fleet status").env("MEDIACONNECT_FLEET_URL", "http://canary-password"));
    assert_eq!(malformed.code, Some(2), "{malformed:?}");
    assert!(malformed.err.contains("redis://host:port"), "{malformed:?}");
    assert_silent(&malformed);
    let none = finish(&mut command_at(&upstream, "fleet status"));
    assert!(none.code == Some(2) && none.err.contains("no fleet is set"), "{none:?}");
}
