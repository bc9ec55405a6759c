//! A failure says its cause in one line, and where to look closer.

use std::path::Path;

use mediaconnect_sandbox::Sandbox;

use crate::support::{self, Run, SECRET, command, command_at, finish, upstream};
use crate::tls::{self, Odd};

/// A lookup at a URL where there is no answer.
fn looked_up(url: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = command(&format!("customer info 1 --base-url {url} --token-url {url}"));
    command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_CLIENT_SECRET", SECRET);
    finish(command.envs(variables.iter().copied()))
}

fn assert_says(run: &Run, code: i32, cause: &str) {
    let lines: Vec<&str> = run.err.lines().collect();
    let [error, next] = lines[..] else { panic!("{run:?}") };
    assert_eq!(run.code, Some(code), "{run:?}");
    assert!(error.contains(cause), "{cause}: {run:?}");
    assert!(next.ends_with("; mediaconnect doctor checks each step"), "{run:?}");
    assert!(!run.err.contains(SECRET) && !run.err.contains("canary"), "{run:?}");
}

#[test]
fn no_connection_says_why_in_one_line() {
    // No resolver takes a label of 70 letters, so no question leaves the machine.
    let no_name = format!("https://{}.invalid", "a".repeat(70));
    assert_says(&looked_up(&no_name, &[]), 6, "the name of the host cannot be resolved");
    assert_says(&looked_up("https://127.0.0.1:1", &[]), 6, "nobody listens at the port");
    let proxy = ("HTTPS_PROXY", "http://user:canary@127.0.0.1:1");
    assert_says(&looked_up("https://api.example.com", &[proxy]), 6, "the proxy cannot be reached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_refused_says_why_in_one_line() {
    let expired = Odd { is_expired: true, ..Odd::default() };
    let asks = Odd { asks_for_a_certificate: true, ..Odd::default() };
    for (host, odd, is_trusted, cause) in [
        ("localhost", Odd::default(), false, "an authority that this machine does not trust"),
        ("localhost", expired, true, "the certificate has expired"),
        ("other.example", Odd::default(), true, "the certificate is for another host"),
        ("localhost", asks, true, "the server requires a client certificate"),
    ] {
        let (port, certificate) = tls::serve_odd(host, odd).await;
        let path = if is_trusted { certificate.as_path() } else { Path::new("") };
        let variable = ("SSL_CERT_FILE", path.to_str().unwrap());
        let variables = if is_trusted { &[variable][..] } else { &[] };
        assert_says(&looked_up(&format!("https://localhost:{port}"), variables), 6, cause);
    }
}

#[tokio::test]
async fn refused_credentials_and_foreign_answers_name_doctor_too() {
    let sandbox = Sandbox::start().await;
    let mut wrong = command("customer info 1");
    wrong
        .env("MEDIACONNECT_BASE_URL", sandbox.base_url())
        .env("MEDIACONNECT_TOKEN_URL", sandbox.token_url())
        .env("MEDIACONNECT_CLIENT_ID", sandbox.client_id())
        .env("MEDIACONNECT_CLIENT_SECRET", "wrong");
    assert_says(&finish(&mut wrong), 3, "refused");
    let page = upstream(support::json(404, "<html>canary")).await;
    assert_says(&finish(&mut command_at(&page, "customer info 1")), 7, "gateway");
}

#[tokio::test]
async fn a_line_break_behind_an_id_or_a_secret_in_a_variable_is_no_part_of_it() {
    let sandbox = Sandbox::start().await;
    for end in ["\n", "\r\n"] {
        let mut command = command("token");
        command
            .env("MEDIACONNECT_BASE_URL", sandbox.base_url())
            .env("MEDIACONNECT_TOKEN_URL", sandbox.token_url())
            .env("MEDIACONNECT_CLIENT_ID", format!("{}{end}", sandbox.client_id()))
            .env("MEDIACONNECT_CLIENT_SECRET", format!("{}{end}", sandbox.client_secret()));
        let run = finish(&mut command);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}
