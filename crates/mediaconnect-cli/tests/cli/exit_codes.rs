//! Tests the exit code of each outcome, and the next step of each failure.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::{Run, command_at, finish, json, of_connect, run, upstream};

const INFO: &str = "customer info 563457";

async fn answered(arguments: &str, answer: ResponseTemplate) -> Run {
    let upstream = upstream(answer).await;
    finish(&mut command_at(&upstream, arguments))
}

/// Asserts that a failure prints its message and the next step to standard error. Standard output must be empty.
fn assert_failed(run: &Run, code: i32, what: &str) {
    assert_eq!(run.code, Some(code), "{run:?}");
    assert_eq!(run.out, "", "{run:?}");
    let lines: Vec<&str> = run.err.lines().collect();
    let [error, next] = lines[..] else { panic!("{run:?}") };
    assert!(error.starts_with("error: ") && error.contains(what), "{run:?}");
    assert!(next.starts_with("next: "), "{run:?}");
}

#[tokio::test]
async fn found_or_true_is_0() {
    let customer = || json(200, r#"{"customerNumber": 563457}"#);
    for arguments in [INFO, "customer exists 563457", "customer me", "token"] {
        let run = answered(arguments, customer()).await;
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{arguments}: {run:?}");
    }
}

#[tokio::test]
async fn only_no_is_1_and_a_failure_without_a_code_is_9() {
    let exists = answered("customer exists 1", of_connect(404, "{}")).await;
    assert_eq!((exists.code, exists.out.as_str(), exists.err.as_str()), (Some(1), "false\n", ""));
    assert_failed(&answered(INFO, json(400, "{}")).await, 9, "refused the request");
}

#[tokio::test]
async fn invalid_input_is_2() {
    let upstream = upstream(json(200, "{}")).await;
    for (arguments, what) in [
        ("customer info 0", "<CUSTOMER_NUMBER>"),
        ("customer exists kari", "<CUSTOMER_NUMBER>"),
        ("customer search --email kari", "--email"),
        ("customer search --phone 91234567", "--phone"),
        ("customer search --last-name A --street-address B", "--postal-code"),
        ("customer search --email a@example.com --last-name A", "--last-name"),
        ("customer info 1 --base-url http://example.com", "https"),
        ("customer info 1 --output yaml", "--output"),
        ("customer info", "<CUSTOMER_NUMBER>"),
        ("customer", "Usage"),
    ] {
        let run = finish(&mut command_at(&upstream, arguments));
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments}: {run:?}");
        assert!(run.err.contains(what), "{arguments}: {run:?}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    assert_failed(&run("token"), 2, "the client id is missing");
}

#[tokio::test]
async fn refused_authentication_or_permission_is_3() {
    assert_failed(&answered(INFO, json(401, "{}")).await, 3, "401");
    assert_failed(&answered(INFO, json(403, "{}")).await, 3, "403");
    assert_failed(&answered("customer me", json(401, "{}")).await, 3, "401");

    let no_tokens = MockServer::start().await;
    Mock::given(any()).respond_with(json(400, r#"{"error": "invalid_client"}"#)).mount(&no_tokens).await;
    for arguments in [INFO, "token"] {
        assert_failed(&finish(&mut command_at(&no_tokens, arguments)), 3, "refused");
    }
}

#[tokio::test]
async fn not_found_is_4() {
    assert_failed(&answered(INFO, of_connect(404, "{}")).await, 4, "not found");

    let search = answered("customer search --email a@example.com", of_connect(200, "{}")).await;
    assert_eq!((search.code, search.out.as_str()), (Some(4), ""));
    assert_eq!(search.err, "No customer was found.\n");
}

#[tokio::test]
async fn too_many_requests_is_5() {
    let run = answered(INFO, json(429, "{}").insert_header("Retry-After", "3600")).await;
    assert_failed(&run, 5, "too many requests");
    assert!(run.err.contains("wait 3600 seconds"), "{run:?}");
}

#[tokio::test]
async fn no_answer_is_6() {
    assert_failed(&answered(INFO, json(503, "{}")).await, 6, "503");

    let upstream = upstream(json(200, "{}")).await;
    // Nothing listens on port 1 (tcpmux). A port that is merely free is not safe, because another test could start to
    // listen on it.
    let nobody = finish(&mut command_at(&upstream, &format!("{INFO} --base-url http://127.0.0.1:1")));
    assert_failed(&nobody, 6, "no connection");

    let cut = answer_that_breaks_off();
    assert_failed(&finish(&mut command_at(&upstream, &format!("{INFO} --base-url {cut}"))), 6, "broke");
}

#[tokio::test]
async fn a_response_that_cannot_be_decoded_is_7() {
    for (body, what) in [
        ("<html><body>Maintenance</body></html>", "HTML"),
        ("<?xml version='1.0'?><customer/>", "XML"),
        ("", "empty"),
        (r#"{"customerNumber": 5634"#, "ends too early"),
        (r#"{"name": [[1]]}"#, "at name"),
    ] {
        assert_failed(&answered(INFO, json(200, body)).await, 7, what);
    }
}

#[tokio::test]
async fn a_response_that_may_not_come_from_connect_is_7_and_never_false_or_not_found() {
    for answer in [html(404), html(302), json(404, r#"{"message": "no Route matched"}"#), json(200, "{}")] {
        let upstream = upstream(answer).await;
        for arguments in [INFO, "customer exists 1", "customer search --email a@example.com", "customer me"] {
            assert_failed(&finish(&mut command_at(&upstream, arguments)), 7, "");
        }
    }
    let another = || json(200, r#"{"customerNumber": 999}"#);
    assert_failed(&answered(INFO, another()).await, 7, "customerNumber");
    assert_failed(&answered("customer exists 1", another()).await, 7, "customerNumber");
}

#[tokio::test]
async fn a_missing_token_endpoint_is_7() {
    for status in [302, 404, 410] {
        let nothing = MockServer::start().await;
        Mock::given(any()).respond_with(html(status)).mount(&nothing).await;
        for arguments in [INFO, "customer exists 1", "token"] {
            let run = finish(&mut command_at(&nothing, arguments));
            assert_failed(&run, 7, "no access token");
            assert!(run.err.contains("--token-url"), "{run:?}");
        }
    }
}

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html><body>Not Found</body></html>", "text/html")
}

/// Returns the URL of a server whose response is shorter than its `Content-Length`.
fn answer_that_breaks_off() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The server reads the whole request, because unread data would reset the connection before the client
            // reads the response.
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"customerNumber\"");
        }
    });
    url
}
