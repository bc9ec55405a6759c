//! Tests `api`, which sends and prints JSON for any endpoint.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{ACCESS_TOKEN, SECRET, command_at, finish, json, of_connect, run, upstream};

#[test]
fn an_endpoint_of_the_sandbox_answers_as_upstream_wrote_it() {
    let run = run("--sandbox api GET /v1/client/customer/info/563457");
    assert_eq!(run.code, Some(0), "{run:?}");
    // Upstream sends a list with one user as an object. `api` does not change the form of a response, so it prints an
    // object.
    assert_eq!(run.json()["attachedUsers"]["uniqueId"], "abc123ee63461dd");
}

#[tokio::test]
async fn a_body_comes_from_standard_input_and_goes_as_it_is() {
    let upstream = upstream(json(201, r#"{"access": true}"#)).await;
    let mut command = command_at(&upstream, "api POST /v1/client/access --json -");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(br#"{"product": "CO27409"}"#).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap(),
        json!({ "access": true })
    );
    let requests = upstream.received_requests().await.unwrap();
    let request = requests.iter().find(|request| request.url.path() == "/v1/client/access").unwrap();
    assert_eq!(request.body_json::<serde_json::Value>().unwrap(), json!({ "product": "CO27409" }));
    assert_eq!(request.headers["authorization"], format!("Bearer {ACCESS_TOKEN}"));
}

#[tokio::test]
async fn numbers_keep_their_digits_both_ways() {
    let numbers = r#"{"z":295.00,"amount":12345678901234567890.12,"id":123456789012345678901234,"a":1E400}"#;
    let upstream = upstream(json(200, numbers)).await;
    let mut command = command_at(&upstream, "api POST /v1/client/access --json -");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // PowerShell writes a byte order mark.
    child.stdin.take().unwrap().write_all(format!("\u{feff}{numbers}\r\n").as_bytes()).unwrap();
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(output.split_whitespace().collect::<String>(), numbers);
    let requests = upstream.received_requests().await.unwrap();
    let request = requests.iter().find(|request| request.url.path() == "/v1/client/access").unwrap();
    assert_eq!(str::from_utf8(&request.body).unwrap(), numbers);
}

#[tokio::test]
async fn what_is_secret_is_printed_only_if_it_is_asked_for() {
    let upstream =
        upstream(json(200, r#"{"invoices": [{"invoiceHotelUrl": "https://canary.example.com"}]}"#)).await;
    for options in ["", "--jq .invoices[0].invoiceHotelUrl", "--output table"] {
        let line = format!("api GET /v1/client/customer/invoice/payment/563457/AVIS {options}");
        let run = finish(&mut command_at(&upstream, &line));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            run.out.contains("(secret; --show-secrets shows it)") && !run.out.contains("canary"),
            "{run:?}"
        );
        let shown = finish(&mut command_at(&upstream, &format!("{line} --show-secrets")));
        assert!(shown.out.contains("canary"), "{shown:?}");
    }
}

#[tokio::test]
async fn a_response_that_is_nested_without_end_is_refused() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let upstream = upstream(json(200, &nested)).await;
    let run = finish(&mut command_at(&upstream, "api GET /v1/x"));
    assert!(run.code == Some(7) && run.err.contains("nested more than 256 levels deep"), "{run:?}");
}

#[tokio::test]
async fn a_response_of_connect_without_a_body_is_null() {
    let upstream = upstream(of_connect(204, "")).await;
    let run = finish(&mut command_at(&upstream, "api DELETE /v1/client/x"));
    assert_eq!((run.code, run.out.as_str()), (Some(0), "null\n"));
}

#[tokio::test]
async fn a_response_without_a_body_that_may_not_be_connects_is_7() {
    let upstream = upstream(ResponseTemplate::new(204)).await;
    let run = finish(&mut command_at(&upstream, "api DELETE /v1/client/x"));
    assert_eq!((run.code, run.out.as_str()), (Some(7), ""), "{run:?}");
}

#[tokio::test]
async fn what_is_not_json_or_leaves_the_base_url_is_not_sent() {
    let upstream = upstream(json(200, "{}")).await;
    let file = std::env::temp_dir().join(format!("mediaconnect-api-{}.json", std::process::id()));
    std::fs::write(&file, "{\"canary\": }").unwrap();
    let broken = format!("api POST /v1/x --json {}", file.display());
    let utf_16 = file.with_extension("utf16");
    std::fs::write(&utf_16, b"\xff\xfe{\0}\0").unwrap();
    let other = format!("api POST /v1/x --json {}", utf_16.display());
    for (arguments, said) in [
        (broken.as_str(), "line 1, column 12"),
        (&other, "is not UTF-8"),
        ("api GET v1/x", "begin with a slash"),
        ("api GET /../x", "must not contain the segment"),
        ("api GET /v1/x --json /no/such/file", "cannot be read"),
    ] {
        let run = finish(&mut command_at(&upstream, arguments));
        assert!(run.code == Some(2) && run.err.contains(said), "{run:?}");
        assert!(!run.err.contains("canary") && !run.err.contains(SECRET), "{run:?}");
    }
    std::fs::remove_file(file).unwrap();
    std::fs::remove_file(utf_16).unwrap();
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_change_that_is_safe_to_retry_may_have_been_made() {
    let upstream = upstream(json(503, "{}")).await;
    let run = finish(&mut command_at(&upstream, "api DELETE /v1/client/x --safe-to-retry"));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(run.err.contains("run the command again later"), "{run:?}");
    assert!(!run.err.contains("nothing was changed"), "{run:?}");
    let read = finish(&mut command_at(&upstream, "customer info 563457"));
    assert!(read.err.contains("nothing was changed"), "{read:?}");
}

#[test]
fn a_proxy_of_the_environment_gets_nothing_that_goes_to_the_own_machine() {
    // Nothing listens on this port, so a request through the proxy fails.
    let mut command = crate::support::command("--sandbox token");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    let run = finish(&mut command);
    assert_eq!(run.code, Some(0), "{run:?}");
}
