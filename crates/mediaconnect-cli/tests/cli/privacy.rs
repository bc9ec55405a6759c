//! Tests that secrets are never shown, and that customer data goes only to standard output.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::bulk::Directory;
use crate::support::{ACCESS_TOKEN, SECRET, USER_TOKEN, command_at, finish, json, of_connect, run, upstream};

const COMMANDS: [&str; 5] = [
    "customer info 77001234",
    "customer exists 77001234",
    "customer search --email kari.canary@example.com",
    "customer me",
    "token",
];

/// A customer with data that is easy to find in any output.
const CUSTOMER: &str = r#"{"customerNumber": 77001234, "name": {"lastName": "canary-name"},
    "customers": [{"customerNumber": 77001234, "lastName": "canary-name", "emails": "canary@example.com"}]}"#;

#[tokio::test]
async fn no_secret_is_shown_whatever_happens() {
    let refusal = format!(r#"{{"error": "x", "received": "{SECRET} {ACCESS_TOKEN}"}}"#);
    for answer in [json(200, CUSTOMER), json(401, &refusal), json(500, &refusal), json(200, "<html>")] {
        let upstream = upstream(answer).await;
        for command in COMMANDS {
            let run = finish(&mut command_at(&upstream, &format!("-vv {command}")));
            for secret in [SECRET, ACCESS_TOKEN, USER_TOKEN] {
                assert!(!format!("{}{}", run.out, run.err).contains(secret), "{command}: {run:?}");
            }
        }
    }
}

#[tokio::test]
async fn personal_data_does_not_go_to_standard_error() {
    let unreadable =
        r#"{"name": {"lastName": "canary-name"}, "canary-key": 1, "emails": [["canary@example.com"]]}"#;
    for answer in [json(200, CUSTOMER), json(200, unreadable), json(404, "canary"), json(500, "<p>canary")] {
        let upstream = upstream(answer).await;
        for command in COMMANDS {
            let run = finish(&mut command_at(&upstream, &format!("-vv {command}")));
            assert!(!run.err.contains("canary") && !run.err.contains("77001234"), "{command}: {run:?}");
        }
    }
}

#[tokio::test]
async fn upstreams_message_is_shown_only_with_v() {
    let said = r#"{"exceptionType": "BadRequest", "errorMessage": "no such customer: canary\u001b[2J"}"#;
    let upstream = upstream(json(400, said)).await;
    let quiet = finish(&mut command_at(&upstream, "customer info 1"));
    assert!(!quiet.err.contains("canary") && quiet.err.contains("-v"), "{quiet:?}");
    let verbose = finish(&mut command_at(&upstream, "-v customer info 1"));
    let expected = "upstream says: BadRequest: no such customer: canary\\u{1b}[2J\n";
    assert!(verbose.err.contains(expected), "{verbose:?}");
}

#[tokio::test]
async fn upstreams_message_never_goes_into_a_pipe() {
    let directory = Directory::new("upstream-says");
    directory.write("in", "1\n2\n");
    directory.write("people.csv", "email\na@example.com\n");
    let said = r#"{"exceptionType": "canary", "errorMessage": "canary", "error": "canary",
        "error_description": "canary", "description": "canary"}"#;
    let others = [
        "external-reference change 1 CRM --external-id A-1",
        "external-reference remove 1 CRM",
        "api GET /v1/client/access",
        "doctor",
        "customer export --force --input @in --output @out",
        "customer match --force --input @people.csv --output @found",
    ];
    for (status, answer) in [
        (200, json(200, said)),
        (302, json(302, said)),
        (404, json(404, said)),
        (200, of_connect(200, said)),
        (400, of_connect(400, said)),
        (401, of_connect(401, said)),
        (403, of_connect(403, said)),
        (404, of_connect(404, said)),
        (429, of_connect(429, said).insert_header("Retry-After", "600")),
        (500, of_connect(500, said)),
    ] {
        let upstream = upstream(answer).await;
        // Bulk runs are not tested with status 429, because they would wait for the 600 seconds of `Retry-After`.
        let others = if status == 429 { &others[..4] } else { &others };
        for command in COMMANDS.iter().filter(|command| **command != "token").chain(others) {
            let run = directory.run_at(&upstream, command);
            let context = format!("{status}, {command}: {run:?}");
            // Only two commands may succeed: `api` accepts any JSON, and `doctor` does not need an existing customer.
            assert!(
                run.code != Some(0) || ["api", "doctor"].iter().any(|name| command.starts_with(name)),
                "{context}"
            );
            assert!(!run.err.contains("canary"), "{context}");
        }
    }
    let refusing = wiremock::MockServer::start().await;
    let refusal = wiremock::Mock::given(wiremock::matchers::any()).respond_with(json(400, said));
    refusal.mount(&refusing).await;
    for command in COMMANDS.iter().filter(|command| **command != "customer me").chain(&others) {
        let run = directory.run_at(&refusing, command);
        assert!(run.code != Some(0) && !run.err.contains("canary"), "{command}: {run:?}");
    }
}

#[test]
fn a_usage_error_does_not_quote_a_value_that_looks_like_an_option() {
    for line in [
        "token --timeout=-4712345678",
        "token --timeout -4712345678",
        "token -4712345678",
        "customer exists -4712345678",
        "--kari@example.com",
        "--kari@example.com token",
        "token --kari@example.com",
        "token --timeot@kari=3",
        "token --4712345678",
        "token --Kari",
        "token --k\u{e5}ri",
        "-- --kari",
        "help --kari",
        "customer help --kari",
        "customer info -- 1 --kari@example.com",
        "customer info --kari@example.com",
        "completions -- -kari",
        "--output=-kari token",
        "--environment=-kari token",
        "customer change-own-info --unverified=-kari@example.com",
        "customer search --street-number=-4712345678",
        "customer export --input x --output y --rate-share=-kari",
        "customer export --input x --output y --delimiter=--kari",
        "sandbox --port 4712345678",
        "sandbox --port=-4712345678",
        "sandbox --host=-kari",
        "sandbox --quirks=-kari",
    ] {
        let run = run(line);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{line}: {run:?}");
        let said = run.err.to_lowercase();
        for canary in ["kari", "ri'", "-4", "47", "@"] {
            assert!(!said.contains(canary), "{line}: {canary}: {run:?}");
        }
    }
}

#[test]
fn a_usage_error_names_a_mistyped_option_and_a_missing_value() {
    for (line, expected) in [
        ("token --timeot 3", ["'--timeot'", "'--timeout'"]),
        ("customer info --timeot", ["'--timeot'", "'--timeout'"]),
        ("token -k", ["'-k'", ""]),
        ("customer search --name.frist-name x", ["'\u{2026}'", ""]),
        ("customer search --email", ["a value is required for '--email <EMAIL>'", ""]),
        ("sandbox --port x", ["'--port <PORT>'", "from 0 to 65535"]),
    ] {
        let run = run(line);
        assert_eq!(run.code, Some(2), "{line}: {run:?}");
        assert!(expected.iter().all(|text| run.err.contains(text)), "{line}: {run:?}");
    }
}

#[tokio::test]
async fn a_secret_file_replaces_the_variable() {
    let upstream = upstream(json(200, "{}")).await;
    let file = secret_file("replaces-the-variable", 0o600);
    let arguments = format!("token --client-secret-file {}", file.display());
    let run = finish(&mut command_at(&upstream, &arguments));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");

    let requests = upstream.received_requests().await.unwrap();
    let form = String::from_utf8_lossy(&requests[0].body);
    assert!(
        form.contains("client_secret=from-a-file&") || form.ends_with("client_secret=from-a-file"),
        "{form}"
    );
}

#[tokio::test]
async fn a_secret_file_that_others_can_read_is_pointed_out() {
    let upstream = upstream(json(200, "{}")).await;
    let file = secret_file("others-can-read", 0o644);
    let arguments = format!("token --client-secret-file {}", file.display());
    let run = finish(&mut command_at(&upstream, &arguments));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.err.starts_with("warning: other users can read the file"), "{run:?}");
    assert!(!run.err.contains("from-a-file"), "{run:?}");
}

#[tokio::test]
async fn a_secret_can_come_from_standard_input() {
    let upstream = upstream(json(200, "{}")).await;
    let file = fs::File::open(secret_file("standard-input", 0o600)).unwrap();
    let run = finish(command_at(&upstream, "token --client-secret-file -").stdin(file));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");
    let requests = upstream.received_requests().await.unwrap();
    assert!(String::from_utf8_lossy(&requests[0].body).contains("from-a-file"));
}

fn secret_file(name: &str, mode: u32) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, "from-a-file\n").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    file
}
