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
    // Upstream sends a list with one user as an object. `api` prints the response unchanged, which means that it prints
    // an object.
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
    for arguments in [broken.as_str(), "api GET v1/x", "api GET /../x", "api GET /v1/x --json /no/such/file"]
    {
        let run = finish(&mut command_at(&upstream, arguments));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(!run.err.contains("canary") && !run.err.contains(SECRET), "{run:?}");
    }
    std::fs::remove_file(file).unwrap();
    assert!(upstream.received_requests().await.unwrap().is_empty());
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
