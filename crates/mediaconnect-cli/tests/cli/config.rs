//! Tests the profiles of the configuration file, and the connection options.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use mediaconnect_sandbox::Sandbox;

use crate::bulk::Directory;
use crate::support::{Run, command, command_at, customers, finish, json, upstream};
use crate::tls;

/// Writes a file with three profiles. Two are for a sandbox, with different sources of the secret. The third has a
/// host that does not exist.
fn configured(name: &str, sandbox: &Sandbox) -> Directory {
    let directory = Directory::new(name);
    // Some editors begin a file with a byte order mark.
    directory.write("secret", &format!("\u{feff}{}\n", sandbox.client_secret()));
    let secret = directory.file("secret").display().to_string();
    let system = format!(
        "base_url = {:?}\ntoken_url = {:?}\nclient_id = {:?}\n",
        sandbox.base_url(),
        sandbox.token_url(),
        sandbox.client_id()
    );
    directory.write(
        "mediaconnect.toml",
        &format!(
            "default_profile = \"norway\"\n\
             [profiles.norway]\n{system}client_secret_file = {secret:?}\n\
             [profiles.sweden]\n{system}client_secret_command = [\"cat\", {secret:?}]\ntimeout = 30\n\
             [profiles.nowhere]\nbase_url = \"http://127.0.0.1:1\"\ntoken_url = \"http://127.0.0.1:1\"\n\
             client_id = \"x\"\nclient_secret_file = {secret:?}\n"
        ),
    );
    std::fs::set_permissions(directory.file("secret"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    directory
}

fn with_file(directory: &Directory, line: &str) -> Command {
    let mut command = command(line);
    command.env("XDG_CONFIG_HOME", directory.file("."));
    command
}

#[tokio::test]
async fn a_profile_sets_the_urls_the_client_id_and_the_source_of_the_secret() {
    let sandbox = Sandbox::start().await;
    let directory = configured("profiles", &sandbox);
    for line in ["customer info 563457", "customer info 563457 --profile sweden", "--profile norway token"] {
        let run = finish(&mut with_file(&directory, line));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{line}: {run:?}");
    }
    let variable = finish(with_file(&directory, "token").env("MEDIACONNECT_PROFILE", "nowhere"));
    assert_eq!(variable.code, Some(6), "{variable:?}");
    let mut home = command("token");
    std::fs::create_dir_all(directory.file(".config")).unwrap();
    std::fs::copy(directory.file("mediaconnect.toml"), directory.file(".config/mediaconnect.toml")).unwrap();
    assert_eq!(finish(home.env("HOME", directory.file("."))).code, Some(0));
}

#[tokio::test]
async fn variables_override_the_default_profile_but_not_a_named_one() {
    let sandbox = Sandbox::start().await;
    let directory = configured("precedence", &sandbox);
    let left_over = |line: &str| {
        let mut command = with_file(&directory, line);
        command.env("MEDIACONNECT_BASE_URL", "http://127.0.0.1:1");
        finish(command.env("MEDIACONNECT_CLIENT_SECRET", "of-another-client"))
    };
    assert_eq!(left_over("token").code, Some(3));
    assert_eq!(left_over("--profile norway customer info 563457").code, Some(0));
    let option = format!(
        "--profile nowhere token --base-url {0} --token-url {1} --client-id {2}",
        sandbox.base_url(),
        sandbox.token_url(),
        sandbox.client_id()
    );
    // A profile's secret is sent only with the profile's client id.
    let run = left_over(&option);
    assert!(run.code == Some(2) && run.err.contains("the client secret is missing"), "{run:?}");
}

#[tokio::test]
async fn the_secret_of_a_profile_is_sent_to_no_other_system() {
    let sandbox = Sandbox::start().await;
    let directory = configured("other-system-of-profile", &sandbox);
    let other = "http://127.0.0.1:1";
    for (line, variables, source) in [
        ("token --environment test", [("HOME", "")], "--environment"),
        ("token --profile norway --base-url http://127.0.0.1:1", [("HOME", "")], "--base-url"),
        ("token --profile sweden --token-url http://127.0.0.1:1", [("HOME", "")], "--token-url"),
        ("token", [("MEDIACONNECT_ENVIRONMENT", "test")], "MEDIACONNECT_ENVIRONMENT"),
        ("token", [("MEDIACONNECT_BASE_URL", other)], "MEDIACONNECT_BASE_URL"),
        ("token", [("MEDIACONNECT_TOKEN_URL", other)], "MEDIACONNECT_TOKEN_URL"),
    ] {
        let run = finish(with_file(&directory, line).envs(variables));
        let name = if line.contains("sweden") { "sweden" } else { "norway" };
        let said =
            format!("the client secret comes from profile {name}, but {source} selects another system");
        assert!(run.code == Some(2) && run.err.contains(&said), "{line}: {run:?}");
    }
    assert!(sandbox.requests().is_empty());
    let same = format!("{}/", sandbox.base_url());
    let run = finish(with_file(&directory, "token").env("MEDIACONNECT_BASE_URL", same));
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[tokio::test]
async fn with_a_named_profile_the_variables_of_proxy_and_fleet_have_an_effect() {
    let directory = Directory::new("network-of-profile");
    let url = "https://api.example.com";
    directory.write("secret", "x");
    directory.write(
        "mediaconnect.toml",
        &format!(
            "[profiles.a]\nbase_url = {url:?}\ntoken_url = {url:?}\nclient_id = \"x\"\nclient_secret_file = {:?}\n\
             proxy = \"http://127.0.0.1:2\"\n",
            directory.file("secret").display().to_string()
        ),
    );
    let mut through_proxy = with_file(&directory, "token --profile a");
    let run = finish(through_proxy.env("MEDIACONNECT_PROXY", "http://user:canary@127.0.0.1:1"));
    assert!(run.code == Some(6) && run.err.contains("the proxy cannot be reached"), "{run:?}");
    let mut config = with_file(&directory, "config --profile a");
    let config = finish(config.env("MEDIACONNECT_PROXY", "http://127.0.0.1:1"));
    assert!(config.out.contains("MEDIACONNECT_PROXY"), "the variable overrides the profile: {config:?}");
    let mut in_fleet = with_file(&directory, "fleet status --profile a");
    let run = finish(in_fleet.env("MEDIACONNECT_FLEET_URL", "redis://user:canary@127.0.0.1:1"));
    assert!(run.code == Some(6) && run.err.contains("the fleet's Redis cannot be used"), "{run:?}");
    assert!(!run.err.contains("canary"), "{run:?}");
}

#[tokio::test]
async fn a_variable_that_is_not_utf_8_is_not_taken_as_unset() {
    let upstream = upstream(customers()).await;
    let not_text = OsStr::from_bytes(b"canary\xff");
    for name in [
        "ENVIRONMENT",
        "BASE_URL",
        "TOKEN_URL",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "PROXY",
        "FLEET_URL",
        "PROFILE",
    ] {
        let name = format!("MEDIACONNECT_{name}");
        let run = finish(command_at(&upstream, "customer info 1").env(&name, not_text));
        assert!(run.code == Some(2) && run.err.contains(&format!("{name} is not UTF-8")), "{run:?}");
        assert!(!run.err.contains("canary"), "{run:?}");
    }
    let path = finish(command_at(&upstream, "customer info 1").env("MEDIACONNECT_CA_FILE", not_text));
    assert!(path.code == Some(2) && path.err.contains("cannot be read"), "{path:?}");
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[test]
fn a_configuration_file_that_is_named_must_exist() {
    for line in ["token", "config"] {
        let run = finish(command(line).env("MEDIACONNECT_CONFIG", "/no/such/file.toml"));
        assert!(run.code == Some(2) && run.err.contains("/no/such/file.toml cannot be read"), "{run:?}");
        assert!(run.err.contains("MEDIACONNECT_CONFIG"), "{run:?}");
    }
}

#[tokio::test]
async fn the_urls_of_variables_go_before_the_environment_of_the_default_profile() {
    let upstream = upstream(customers()).await;
    let directory = Directory::new("environment");
    let profile = "default_profile = \"a\"\n[profiles.a]\nenvironment = \"production\"\n";
    directory.write("mediaconnect.toml", profile);
    let mut command = command_at(&upstream, "customer info 1");
    let run = finish(command.env("XDG_CONFIG_HOME", directory.file(".")));
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut config = command_at(&upstream, "config --output json");
    let sources = finish(config.env("XDG_CONFIG_HOME", directory.file("."))).json();
    assert_eq!(sources["settings"][0]["source"], "profile a");
    assert_eq!(sources["settings"][1]["source"], "MEDIACONNECT_BASE_URL");
}

#[tokio::test]
async fn config_says_where_each_setting_comes_from_and_no_value() {
    let sandbox = Sandbox::start().await;
    let directory = configured("sources", &sandbox);
    let run = finish(
        with_file(&directory, "config --profile sweden --base-url https://canary.example --output json")
            .env("MEDIACONNECT_USER_TOKEN", "canary-token"),
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let report = run.json();
    assert_eq!((&report["profile"], &report["profiles"][0]), (&"sweden".into(), &"norway".into()));
    let source = |setting: &str| {
        let settings = report["settings"].as_array().unwrap();
        let found = settings.iter().find(|one| one["setting"] == setting).unwrap();
        found["source"].as_str().unwrap().to_owned()
    };
    for (setting, expected) in [
        ("base URL", "--base-url"),
        ("token URL", "profile sweden"),
        ("client id", "profile sweden"),
        ("client secret", "profile sweden"),
        ("timeout", "profile sweden"),
        ("environment", "production, by default"),
        ("user token", "MEDIACONNECT_USER_TOKEN"),
    ] {
        assert_eq!(source(setting), expected, "{setting}");
    }
    for format in ["table", "json"] {
        let run = finish(&mut with_file(&directory, &format!("config --output {format}")));
        for value in [sandbox.client_secret(), sandbox.client_id(), sandbox.base_url()] {
            assert!(!format!("{run:?}").contains(value), "{run:?}");
        }
    }
    assert!(!format!("{run:?}").contains("canary"), "{run:?}");
    let doctor = finish(&mut with_file(&directory, "doctor --profile sweden --output json"));
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    assert!(doctor.out.contains("from profile sweden"), "{doctor:?}");
    let nothing = finish(&mut command("config"));
    assert!(nothing.code == Some(0) && nothing.out.contains("no configuration directory"), "{nothing:?}");
}

fn refused(text: &str, line: &str) -> Run {
    let directory = Directory::new(&format!("refused-{}", fastrand::u64(..)));
    directory.write("mediaconnect.toml", text);
    let run = finish(&mut with_file(&directory, line));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(!run.err.contains("canary") && run.err.contains("next: "), "{run:?}");
    run
}

#[test]
fn a_file_that_cannot_be_used_is_refused_without_quoting_it() {
    let system = "[profiles.a]\nclient_id = \"x\"\n";
    for (text, line, said) in [
        (format!("{system}client_secret = \"canary\"\n"), "token", "contains a secret"),
        (format!("{system}canary = 1\n"), "token", "line 3"),
        (format!("{system}environment = \"canary\"\n"), "token", "line 3"),
        (format!("{system}client_id = canary\n"), "token", "is invalid"),
        (system.to_owned(), "token --profile canary", "use an existing profile: a"),
        (
            format!("{system}client_secret_file = \"-\"\n"),
            "token --profile a",
            "client_secret_file must not be standard input",
        ),
        (format!("{system}timeout = 0\n"), "token --profile a", "the profile's timeout is 0"),
        (
            format!("{system}proxy = \"http://a:canary@b:1\"\n"),
            "token --profile a",
            "the profile's proxy contains a user",
        ),
        (
            format!("{system}client_secret_command = [\"false\"]\n"),
            "token --profile a",
            "failed: exit status: 1",
        ),
        (format!("{system}client_secret_command = [\"true\"]\n"), "token --profile a", "printed nothing"),
        (
            format!("{system}client_secret_command = [\"/no/such\"]\n"),
            "token --profile a",
            "cannot be started",
        ),
    ] {
        let run = refused(&text, line);
        assert!(run.err.contains(said), "{said}: {run:?}");
    }
    for mut named in [command("token --profile a"), command("token")] {
        let missing = finish(named.env("MEDIACONNECT_PROFILE", "a"));
        assert!(missing.code == Some(2) && missing.err.contains("the configuration file"), "{missing:?}");
    }
}

#[tokio::test]
async fn http_basic_sends_the_secret_in_the_header_only() {
    let upstream = upstream(customers()).await;
    assert_eq!(finish(&mut command_at(&upstream, "customer exists 1 --http-basic")).code, Some(0));
    let requests = upstream.received_requests().await.unwrap();
    let token = requests.iter().find(|request| request.url.path() == "/token").unwrap();
    assert!(token.headers["authorization"].to_str().unwrap().starts_with("Basic "));
    assert!(!String::from_utf8_lossy(&token.body).contains("client_secret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ca_file_is_trusted_besides_the_systems_certificates() {
    let (port, certificate) = tls::serve("localhost").await;
    let (_, other) = tls::serve("localhost").await;
    let both = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("both-{port}.pem"));
    let text = |path| std::fs::read_to_string(path).unwrap();
    std::fs::write(&both, text(&other) + &text(&certificate)).unwrap();
    let run = |file: &str| {
        let url = format!("https://localhost:{port}");
        let mut command =
            command(&format!("customer info 1 --base-url {url} --token-url {url} --ca-file {file}"));
        finish(command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_CLIENT_SECRET", "x"))
    };
    for file in [&certificate, &both] {
        let run = run(file.to_str().unwrap());
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    let untrusted = run(other.to_str().unwrap());
    assert!(untrusted.code == Some(6) && untrusted.err.contains("the server's certificate"), "{untrusted:?}");
    std::fs::write(&both, "canary").unwrap();
    for (file, said) in
        [(both.to_str().unwrap(), "contains no certificate"), ("/no/such/file", "cannot be read")]
    {
        let run = run(file);
        assert!(run.code == Some(2) && run.err.contains(said) && !run.err.contains("canary"), "{run:?}");
    }
}

#[tokio::test]
async fn a_call_ends_after_its_timeout() {
    let upstream = upstream(json(200, "{}").set_delay(Duration::from_secs(600))).await;
    let run = finish(&mut command_at(&upstream, "customer info 1 --timeout 1"));
    assert!(run.code == Some(6) && run.err.contains("no response in time"), "{run:?}");
    let run = finish(&mut command_at(&upstream, "customer info 1 --timeout 0"));
    assert_eq!(run.code, Some(2), "{run:?}");
}
