//! Tests that a failure states its cause in one line and recommends `doctor`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use mediaconnect_sandbox::Sandbox;

use crate::bulk::Directory;
use crate::support::{self, Run, SECRET, command, command_at, finish, upstream};
use crate::tls::{self, ServerOptions};

/// Looks up a customer at a URL that does not respond.
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
    // The resolver rejects this name without a DNS query, because the 70 letters are more than the 63 that are allowed.
    let no_name = format!("https://{}.invalid", "a".repeat(70));
    assert_says(&looked_up(&no_name, &[]), 6, "the host name cannot be resolved");
    assert_says(&looked_up("https://127.0.0.1:1", &[]), 6, "nothing listens on the port");
    let proxy = ("HTTPS_PROXY", "http://user:canary@127.0.0.1:1");
    assert_says(&looked_up("https://api.example.com", &[proxy]), 6, "the proxy cannot be reached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_refused_says_why_in_one_line() {
    let expired = ServerOptions { is_expired: true, ..ServerOptions::default() };
    let asks = ServerOptions { asks_for_a_certificate: true, ..ServerOptions::default() };
    for (host, options, is_trusted, cause) in [
        ("localhost", ServerOptions::default(), false, "this machine does not trust the issuer"),
        ("localhost", expired, true, "the server's certificate has expired"),
        ("other.example", ServerOptions::default(), true, "the server's certificate is for another host"),
        ("localhost", asks, true, "the server requires a client certificate"),
    ] {
        let (port, certificate) = tls::serve_with(host, options).await;
        let path = if is_trusted { certificate.as_path() } else { Path::new("") };
        let variable = ("SSL_CERT_FILE", path.to_str().unwrap());
        let variables = if is_trusted { &[variable][..] } else { &[] };
        assert_says(&looked_up(&format!("https://localhost:{port}"), variables), 6, cause);
    }
}

#[test]
fn a_malformed_proxy_variable_is_named_and_not_quoted() {
    for name in ["HTTPS_PROXY", "ALL_PROXY"] {
        let run = looked_up("https://api.example.com", &[(name, "http://user:canary @proxy:1")]);
        assert_eq!(run.code, Some(2), "{run:?}");
        let said = format!(
            "the environment variable {name} is malformed: expected http://host:port or https://host:port; correct"
        );
        assert!(run.err.contains(&said) && !run.err.contains("canary"), "{run:?}");
        assert!(!run.err.contains("next: set it"), "it is set: {run:?}");
    }
    let mut command =
        command("doctor --base-url https://api.example.com --token-url https://api.example.com");
    command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_CLIENT_SECRET", SECRET);
    let run = finish(command.env("HTTPS_PROXY", "/canary"));
    let words: Vec<&str> = run.out.split_whitespace().collect();
    let told = words.join(" ");
    assert!(told.contains("proxy FAILED the environment variable HTTPS_PROXY is malformed"), "{run:?}");
    assert!(!told.contains("canary"), "{run:?}");
    assert_eq!(run.code, Some(2), "{run:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_certificate_is_shown_and_a_refused_one_says_so() {
    let asks = ServerOptions { asks_for_a_certificate: true, ..ServerOptions::default() };
    let (port, certificate) = tls::serve_with("localhost", asks).await;
    let (_, other) = tls::serve_with("other.example", ServerOptions::default()).await;
    let url = format!("https://localhost:{port}");
    let trusted = ("MEDIACONNECT_CA_FILE", certificate.to_str().unwrap());
    let shown = |certificate: &Path, key: Option<&Path>| {
        let mut variables = vec![trusted, ("MEDIACONNECT_CLIENT_CERTIFICATE", certificate.to_str().unwrap())];
        variables.extend(key.map(|key| ("MEDIACONNECT_CLIENT_KEY", key.to_str().unwrap())));
        looked_up(&url, &variables)
    };
    let key = |certificate: &Path| certificate.with_extension("key.pem");
    let run = shown(&certificate, Some(&key(&certificate)));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_says(&shown(&other, Some(&key(&other))), 6, "the server rejected the client certificate");
    for (key, said) in [
        (None, "the client certificate has no private key"),
        (Some(Path::new("/no/such/key")), "/no/such/key cannot be read"),
        (Some(key(&other).as_path()), "client certificate and its private key belong together"),
    ] {
        let run = shown(&certificate, key);
        assert!(run.code == Some(2) && run.err.contains(said), "{run:?}");
    }
    let run = looked_up(&url, &[trusted, ("MEDIACONNECT_CLIENT_KEY", key(&other).to_str().unwrap())]);
    assert!(run.code == Some(2) && run.err.contains("no client certificate"), "{run:?}");
}

#[test]
fn a_password_is_refused_on_the_command_line_and_not_quoted() {
    for (option, variable) in [("--proxy", "MEDIACONNECT_PROXY"), ("--fleet", "MEDIACONNECT_FLEET_URL")] {
        let line = format!(
            "customer info 1 --base-url https://api.example.com {option} http://user:canary@127.0.0.1:1"
        );
        let mut command = command(&line);
        let run =
            finish(command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_CLIENT_SECRET", SECRET));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains(&format!("the URL of {option} contains a user or a password")), "{run:?}");
        assert!(run.err.contains(variable) && !run.err.contains("canary"), "{run:?}");
    }
}

#[test]
fn the_proxy_of_an_option_goes_before_that_of_a_variable() {
    let options = "customer info 1 --base-url https://api.example.com --token-url https://api.example.com";
    let mut command = command(&format!("{options} --proxy http://127.0.0.1:1"));
    command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_CLIENT_SECRET", SECRET);
    assert_says(&finish(command.env("HTTPS_PROXY", "/malformed")), 6, "the proxy cannot be reached");
}

/// Starts a proxy that sends `status` as the response to each request. Returns its URL.
fn refusing_proxy(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        }
    });
    url
}

#[test]
fn advice_on_a_proxy_names_the_setting_that_sets_it() {
    const DEAD: &str = "http://127.0.0.1:1";
    const OTHER: &str = "http://127.0.0.1:2";
    let directory = Directory::new("proxy-advice");
    directory.write("secret", SECRET);
    let profile = |name: &str, proxy: &str| {
        let (url, secret) = ("https://api.example.com", directory.file("secret"));
        format!(
            "[profiles.{name}]\nbase_url = {url:?}\ntoken_url = {url:?}\nclient_id = \"x\"\n\
             client_secret_file = {secret:?}\n{proxy}\n"
        )
    };
    let (asks, refuses) =
        (refusing_proxy("407 Proxy Authentication Required"), refusing_proxy("403 Forbidden"));
    for (line, variable, source, advice) in [
        (
            "--profile a --proxy",
            "MEDIACONNECT_PROXY",
            "option",
            [
                "check --proxy, or remove it",
                "remove --proxy, and set user and password in MEDIACONNECT_PROXY: http://user:password@host:port",
                "if the host is up, ask the administrator of the proxy that --proxy sets to allow connections to the host",
            ],
        ),
        (
            "--profile a",
            "MEDIACONNECT_PROXY",
            "variable",
            [
                "check MEDIACONNECT_PROXY, or unset it",
                "set user and password in MEDIACONNECT_PROXY: http://user:password@host:port",
                "if the host is up, ask the administrator of the proxy that MEDIACONNECT_PROXY sets to allow connections to the host",
            ],
        ),
        (
            "--profile a",
            "HTTPS_PROXY",
            "profile",
            [
                "check the proxy of profile a",
                "set user and password in MEDIACONNECT_PROXY, which overrides the profile: http://user:password@host:port",
                "if the host is up, ask the administrator of the proxy that profile a sets to allow connections to the host",
            ],
        ),
        (
            "--profile b",
            "HTTPS_PROXY",
            "system",
            [
                "check HTTPS_PROXY, or add the host to NO_PROXY",
                "set user and password in HTTPS_PROXY: http://user:password@host:port",
                "if the host is up, ask the administrator of the proxy that HTTPS_PROXY sets to allow connections to the host, or add \
                 the host to NO_PROXY",
            ],
        ),
        (
            "--profile b",
            "all_proxy",
            "system",
            [
                "check all_proxy, or add the host to NO_PROXY",
                "set user and password in all_proxy: http://user:password@host:port",
                "if the host is up, ask the administrator of the proxy that all_proxy sets to allow connections to the host, or add \
                 the host to NO_PROXY",
            ],
        ),
    ] {
        for (proxy, advice) in [DEAD, &asks, &refuses].into_iter().zip(advice) {
            // Each source that has a lower precedence sets another proxy.
            let of_profile = if source == "profile" { proxy } else { OTHER };
            let profiles = profile("a", &format!("proxy = {of_profile:?}")) + &profile("b", "");
            directory.write("mediaconnect.toml", &profiles);
            let line = if line.ends_with("--proxy") { format!("{line} {proxy}") } else { line.to_owned() };
            let of_variable = if ["variable", "system"].contains(&source) { proxy } else { OTHER };
            let run = |words: &str| {
                let mut command = command(&format!("{words} {line}"));
                command.env("MEDIACONNECT_CONFIG", directory.file("mediaconnect.toml"));
                finish(command.env(variable, of_variable))
            };
            let token = run("token");
            assert_eq!(token.code, Some(6), "{line}: {token:?}");
            let said = format!("\nnext: {advice}; mediaconnect doctor checks each step\n");
            assert!(token.err.ends_with(&said), "{said}: {token:?}");
            let doctor = run("doctor --output json");
            let checks = doctor.json();
            let checks = checks["checks"].as_array().unwrap();
            let says = |check: &serde_json::Value| check["next"] == advice;
            assert!(checks.iter().any(says), "{advice}: {doctor:?}");
        }
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
