//! Tests that `doctor` reports the problem, and exits with the code of the first failed check.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, SystemTime};

use mediaconnect_sandbox::Sandbox;
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{
    ACCESS_TOKEN, Run, SECRET, USER_TOKEN, command, command_at, finish, json, of_connect, run, upstream,
};
use crate::tls;

const DOCTOR: &str = "doctor --output json";

/// Returns the state of a check, and all its text.
fn check<'a>(report: &'a Value, name: &str) -> (&'a str, String) {
    let checks = report["checks"].as_array().unwrap();
    let check =
        checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("{name}: {report}"));
    (check["state"].as_str().unwrap(), check.to_string())
}

fn assert_check(run: &Run, name: &str, state: &str, said: &str) {
    let report = run.json();
    let (found, text) = check(&report, name);
    assert_eq!(found, state, "{run:?}");
    assert!(text.contains(said), "{run:?}");
}

/// Runs `doctor` against an API that responds with `answer`. The token endpoint works.
async fn answered(answer: ResponseTemplate) -> Run {
    finish(&mut command_at(&upstream(answer).await, DOCTOR))
}

/// Returns upstream's response to a lookup of an unknown number.
fn nobody() -> ResponseTemplate {
    json(404, r#"{"exceptionType": "NotFound", "errorMessage": "canary"}"#)
        .insert_header("X-RateLimit-Remaining", "1999")
        .insert_header("X-RateLimit-Reset", "60")
        .insert_header("X-Mediaconnect-Api-Version", "1.2.3")
}

fn at(sandbox: &Sandbox, secret: &str) -> Command {
    let mut command = command(DOCTOR);
    command
        .env("MEDIACONNECT_BASE_URL", sandbox.base_url())
        .env("MEDIACONNECT_TOKEN_URL", sandbox.token_url())
        .env("MEDIACONNECT_CLIENT_ID", sandbox.client_id())
        .env("MEDIACONNECT_CLIENT_SECRET", secret);
    command
}

#[tokio::test]
async fn where_all_is_well_every_check_is_ok() {
    let sandbox = Sandbox::start().await;
    let run = finish(&mut at(&sandbox, sandbox.client_secret()));
    assert_eq!((run.code, run.err.as_str()), (Some(0), "Everything works.\n"), "{run:?}");
    for check in run.json()["checks"].as_array().unwrap() {
        assert_eq!(check["state"], "ok", "{check}");
    }
    assert_check(&run, "credentials", "ok", "12 h 0 min 0 s");
    assert_check(&run, "lookup", "ok", "no customer has this number; API version 1.2.3");
    assert_check(&run, "rate limit", "ok", "1999 requests left");
    let asked = sandbox.requests();
    assert_eq!(asked.len(), 2, "a token and one lookup: {asked:?}");
}

#[test]
fn the_sandbox_is_healthy_in_a_table_too() {
    let run = run("--sandbox doctor --customer 563457");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("a customer has this number") && !run.out.contains("Nordmann"), "{run:?}");
}

#[tokio::test]
async fn a_wrong_secret_is_denied_and_not_shown() {
    let sandbox = Sandbox::start().await;
    let run = finish(&mut at(&sandbox, SECRET));
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_check(&run, "connection to the token endpoint", "ok", "responded");
    assert_check(&run, "credentials", "failed", "refused (status 401)");
    assert_check(&run, "lookup", "skipped", "needs a token");
    // The clock is checked although the credentials failed, because the error response has a `Date` header.
    assert_check(&run, "clock", "ok", "accurate");
    assert!(!format!("{run:?}").contains(SECRET));
}

#[test]
fn what_is_missing_is_named_at_once_and_nothing_is_sent() {
    let run = finish(command(DOCTOR).env("MEDIACONNECT_ENVIRONMENT", "staging"));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_check(&run, "environment", "failed", "set it to production or test");
    assert_check(&run, "client id", "failed", "MEDIACONNECT_CLIENT_ID is not set");
    assert_check(&run, "client secret", "failed", "--client-secret-file");
    assert!(!run.out.contains("connection"), "{run:?}");
    assert!(!run.out.contains("staging"), "{run:?}");
}

#[tokio::test]
async fn odd_settings_are_named_without_their_values() {
    let upstream = upstream(nobody()).await;
    for (value, said) in [("can\nary", "line break"), ("'canary'", "quotation mark"), (" canary", "space")] {
        let run = finish(command_at(&upstream, DOCTOR).env("MEDIACONNECT_CLIENT_SECRET", value));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_check(&run, "client secret", "warning", said);
        assert!(!run.out.contains("canary"), "{run:?}");
    }
    let not_text = OsStr::from_bytes(b"canary\xff");
    let run = finish(command_at(&upstream, DOCTOR).env("MEDIACONNECT_CLIENT_SECRET", not_text));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_check(&run, "client secret", "failed", "not UTF-8");

    let run = finish(command_at(&upstream, DOCTOR).env("MEDIACONNECT_BASE_URL", "http://canary.example"));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_check(&run, "client", "failed", "must be https");
    assert!(!run.out.contains("canary"), "{run:?}");

    let one_url = command_at(&upstream, DOCTOR)
        .env_remove("MEDIACONNECT_TOKEN_URL")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .output();
    let report: Value = serde_json::from_slice(&one_url.unwrap().stdout).unwrap();
    assert_eq!(check(&report, "URLs").0, "warning");
}

#[tokio::test]
async fn the_secret_file_is_checked_without_showing_the_secret() {
    let upstream = upstream(nobody()).await;
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("doctor-secret");
    let doctor = format!("{DOCTOR} --client-secret-file {}", file.display());
    for (content, state, said) in [
        ("canary\n", "ok", "from --client-secret-file"),
        ("\u{feff}canary\n", "ok", "from --client-secret-file"),
        ("canary\n\n", "warning", "has a blank line"),
        ("\"canary\"\n", "warning", "quotation mark"),
        ("canary \n", "warning", "begins or ends with a space"),
        ("\n", "failed", "is empty"),
    ] {
        std::fs::write(&file, content).unwrap();
        let run = finish(&mut command_at(&upstream, &doctor));
        assert_check(&run, "client secret", state, said);
        assert!(!run.out.contains("canary"), "{run:?}");
    }
    std::fs::remove_file(&file).unwrap();
    let run = finish(&mut command_at(&upstream, &doctor));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_check(&run, "client secret", "failed", "cannot be read");
}

/// Tests that the secret is read only once. A second read would find standard input empty, print a warning again, or
/// run the profile's program again.
#[tokio::test]
async fn the_secret_is_read_once() {
    let upstream = upstream(nobody()).await;
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("doctor-secret-once");
    std::fs::write(&file, "canary\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let piped = format!("{DOCTOR} --client-secret-file -");
    let run = finish(command_at(&upstream, &piped).stdin(std::fs::File::open(&file).unwrap()));
    assert!(run.code == Some(0) && !run.out.contains("is empty"), "{run:?}");
    let named = format!("{DOCTOR} --client-secret-file {}", file.display());
    let run = finish(&mut command_at(&upstream, &named));
    assert_eq!(run.err.matches("warning: other users can read the file").count(), 1, "{run:?}");
}

#[tokio::test]
async fn a_response_that_may_not_come_from_connect_is_a_failure() {
    for answer in [json(200, r#"{"customerNumber": 999999999}"#), json(200, "{}")] {
        let run = answered(answer).await;
        assert_eq!(run.code, Some(7), "{run:?}");
        assert_check(&run, "lookup", "failed", "--base-url");
    }
}

#[tokio::test]
async fn a_report_in_a_pipe_fits_80_columns() {
    let upstream = upstream(json(503, "{}")).await;
    let doctor = format!("doctor --base-url {0} --token-url {0}/token", upstream.uri());
    for mut command in [
        command_at(&upstream, &doctor),
        command_at(
            &upstream,
            "doctor --environment test --base-url https://127.0.0.1:1 --token-url https://127.0.0.1:1",
        ),
    ] {
        let run = finish(&mut command);
        assert!(run.out.lines().count() > 10, "{run:?}");
        for line in run.out.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[tokio::test]
async fn each_setting_says_where_it_comes_from() {
    let upstream = upstream(nobody()).await;
    let url = upstream.uri();
    let run = finish(&mut command_at(&upstream, &format!("{DOCTOR} --base-url {url} --client-id x")));
    assert_check(&run, "base URL", "ok", "from --base-url");
    assert_check(&run, "token URL", "ok", "from MEDIACONNECT_TOKEN_URL");
    assert_check(&run, "client id", "ok", "from --client-id");
    assert_check(&run, "client secret", "ok", "from MEDIACONNECT_CLIENT_SECRET");
    assert_check(&run, "environment", "ok", "production, by default");
    assert_check(&run, "user token", "ok", "from MEDIACONNECT_USER_TOKEN");
    let run = finish(&mut command_at(
        &upstream,
        &format!("{DOCTOR} --environment test --base-url {url} --token-url {url}/token"),
    ));
    assert_check(&run, "environment", "ok", "test, from --environment");
}

#[test]
fn no_connection_is_unavailable_and_says_why() {
    // The resolver rejects this name without a DNS query, because the 70 letters are more than the 63 that are allowed.
    let no_name = format!("https://{}.invalid", "a".repeat(70));
    for (url, said) in [
        ("https://127.0.0.1:1", "nothing listens on the port"),
        (no_name.as_str(), "the host name cannot be resolved"),
    ] {
        let run = finish(
            command(&format!("{DOCTOR} --base-url {url} --token-url {url}"))
                .env("MEDIACONNECT_CLIENT_ID", "x")
                .env("MEDIACONNECT_CLIENT_SECRET", SECRET),
        );
        assert_eq!(run.code, Some(6), "{run:?}");
        assert_check(&run, "connection to the token endpoint", "failed", said);
        assert_check(&run, "clock", "skipped", "");
    }
}

#[tokio::test]
async fn an_unreachable_api_is_reported_although_the_token_endpoint_responds() {
    let upstream = upstream(nobody()).await;
    let run = finish(&mut command_at(&upstream, &format!("{DOCTOR} --base-url http://127.0.0.1:1")));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert_check(&run, "credentials", "ok", "accepted");
    assert_check(&run, "connection to the API", "failed", "nothing listens");
    assert_check(&run, "lookup", "skipped", "did not respond");
}

#[test]
fn a_proxy_is_named_without_its_password_and_blamed() {
    let run = finish(
        command(&format!(
            "{DOCTOR} -v --base-url https://api.example.com --token-url https://api.example.com"
        ))
        .env("MEDIACONNECT_CLIENT_ID", "x")
        .env("MEDIACONNECT_CLIENT_SECRET", SECRET)
        .env("HTTPS_PROXY", "http://user:canary@127.0.0.1:1"),
    );
    assert_eq!(run.code, Some(6), "{run:?}");
    assert_check(&run, "proxy", "ok", "HTTPS_PROXY");
    assert_check(&run, "connection to the token endpoint", "failed", "the proxy cannot be reached");
    assert!(run.err.contains("caused by: "), "{run:?}");
    assert!(!format!("{run:?}").contains("canary"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_judged_in_plain_words() {
    let doctor = |port: u16| {
        let url = format!("https://localhost:{port}");
        let mut command = command(&format!("{DOCTOR} --base-url {url} --token-url {url}"));
        command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_CLIENT_SECRET", SECRET);
        command
    };
    let (port, certificate) = tls::serve("localhost").await;
    let run = finish(&mut doctor(port));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert_check(
        &run,
        "connection to the token endpoint",
        "failed",
        "this machine does not trust the issuer",
    );

    let run = finish(doctor(port).env("SSL_CERT_FILE", &certificate));
    assert_check(&run, "connection to the API", "ok", "its certificate is valid");

    let (port, certificate) = tls::serve("other.example").await;
    let run = finish(doctor(port).env("SSL_CERT_FILE", &certificate));
    assert_check(&run, "connection to the token endpoint", "failed", "for another host");
}

#[tokio::test]
async fn tls_on_a_port_without_tls_is_reported() {
    let upstream = upstream(nobody()).await;
    let url = upstream.uri().replace("http://", "https://");
    let run = finish(&mut command_at(&upstream, &format!("{DOCTOR} --base-url {url} --token-url {url}")));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert_check(&run, "connection to the token endpoint", "failed", "the port may use another protocol");
}

#[tokio::test]
async fn a_page_instead_of_json_is_unreadable() {
    let page = || ResponseTemplate::new(200).set_body_raw("<html>canary</html>", "text/html");
    let run = answered(page()).await;
    assert_eq!(run.code, Some(7), "{run:?}");
    assert_check(&run, "lookup", "failed", "the body is an HTML page");

    let portal = MockServer::start().await;
    Mock::given(any()).respond_with(page()).mount(&portal).await;
    let run = finish(&mut command_at(&portal, DOCTOR));
    assert_eq!(run.code, Some(7), "{run:?}");
    assert_check(&run, "credentials", "failed", "not a token endpoint");
    assert!(!run.out.contains("canary"), "{run:?}");
}

#[tokio::test]
async fn each_failure_of_the_lookup_has_its_exit_code() {
    for (answer, code, said) in [
        (json(401, "{}"), 3, "same environment"),
        (json(403, "{}"), 3, "ask Mediaconnect for permission"),
        (json(429, "{}").insert_header("Retry-After", "17"), 5, "wait 17 seconds"),
        (json(503, "{}"), 6, "status 503"),
        (json(400, "{}"), 9, "refused the request"),
    ] {
        let run = answered(answer).await;
        assert_eq!(run.code, Some(code), "{run:?}");
        assert_check(&run, "lookup", "failed", said);
    }
}

#[tokio::test]
async fn a_404_of_somebody_else_is_a_failure() {
    let run = answered(ResponseTemplate::new(404).set_body_raw("<html>", "text/html")).await;
    assert_eq!(run.code, Some(7), "{run:?}");
    assert_check(&run, "lookup", "failed", "check --base-url");
}

#[tokio::test]
async fn rate_headers_that_are_missing_odd_or_low_are_told() {
    for (answer, state, said) in [
        (nobody(), "ok", "1999 requests left; the limit resets in 1 min 0 s"),
        (of_connect(404, "{}"), "warning", "no X-RateLimit headers"),
        (nobody().insert_header("X-RateLimit-Reset", "soon"), "warning", "malformed"),
        (nobody().insert_header("X-RateLimit-Remaining", "12"), "warning", "12 requests left"),
    ] {
        let run = answered(answer).await;
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_check(&run, "rate limit", state, said);
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_with_its_direction() {
    let hour = Duration::from_secs(3600);
    let now = SystemTime::now();
    for (date, said) in [(now - hour, "ahead of upstream"), (now + hour, "behind upstream")] {
        let date = jiff::Timestamp::try_from(date).unwrap().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let run = answered(nobody().insert_header("Date", date.as_str())).await;
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_check(&run, "clock", "warning", said);
    }
}

#[tokio::test]
async fn a_token_that_does_not_live_long_is_told() {
    for (lifetime, said) in [("\"x\"", "does not report the token's lifetime"), ("20", "valid for 20 s")] {
        let upstream = MockServer::start().await;
        let token = format!(r#"{{"access_token": "{ACCESS_TOKEN}", "expires_in": {lifetime}}}"#);
        Mock::given(any()).respond_with(json(200, &token)).mount(&upstream).await;
        let run = finish(&mut command_at(&upstream, DOCTOR));
        assert_check(&run, "credentials", "warning", said);
    }
}

#[tokio::test]
async fn neither_secrets_nor_anything_of_a_customer_are_shown() {
    let customer = r#"{"customerNumber": 77001234, "name": {"lastName": "canary-name"}, "error": "canary"}"#;
    for answer in [json(200, customer), json(400, customer), json(200, "<html>canary"), nobody()] {
        let upstream = upstream(answer.insert_header("X-Mediaconnect-Api-Version", "canary")).await;
        for format in ["table", "json"] {
            let doctor = format!("-vv doctor --customer 77001234 --output {format}");
            let run = finish(&mut command_at(&upstream, &doctor));
            let shown = format!("{}{}", run.out, run.err);
            for secret in ["77001234", "canary-name", SECRET, ACCESS_TOKEN, USER_TOKEN, "canary"] {
                assert!(!shown.contains(secret), "{secret}: {run:?}");
            }
        }
    }
}

#[test]
fn an_invalid_number_is_a_usage_error() {
    let run = run("--sandbox doctor --customer kari");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(!run.err.contains("kari"), "{run:?}");
}
