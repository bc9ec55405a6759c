//! Runs the command, and starts an upstream with a chosen response.

use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Secrets that the command must never print.
pub const SECRET: &str = "canary-client-secret";
pub const ACCESS_TOKEN: &str = "canary-access-token";
pub const USER_TOKEN: &str = "canary-user-token";

#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Returns the command with an empty environment. Spaces separate its arguments.
pub fn command(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mediaconnect"));
    command.args(arguments.split_whitespace()).env_clear().stdin(Stdio::null());
    command
}

/// Returns the command with environment variables for `upstream`.
pub fn command_at(upstream: &MockServer, arguments: &str) -> Command {
    let mut command = command(arguments);
    command
        .env("MEDIACONNECT_BASE_URL", upstream.uri())
        .env("MEDIACONNECT_TOKEN_URL", format!("{}/token", upstream.uri()))
        .env("MEDIACONNECT_CLIENT_ID", "no.example.test")
        .env("MEDIACONNECT_CLIENT_SECRET", SECRET)
        .env("MEDIACONNECT_USER_TOKEN", USER_TOKEN);
    command
}

/// Returns a command that runs a shell script. The script is the text `before`, followed by the given command.
pub fn in_shell(before: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before} \"$@\""), "sh"]).arg(command.get_program()).args(command.get_args());
    let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.env_clear().envs(variables).stdin(Stdio::null());
    shell
}

impl From<Output> for Run {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code(), out: text(stdout), err: text(stderr) }
    }
}

pub fn finish(command: &mut Command) -> Run {
    command.output().unwrap().into()
}

pub fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

pub fn run(arguments: &str) -> Run {
    finish(&mut command(arguments))
}

/// Starts an upstream that issues tokens and sends `answer` to every other request.
pub async fn upstream(answer: impl Respond + 'static) -> MockServer {
    // When the caller drops the wiremock server, the drop blocks the thread. Without this yield, tokio would hang
    // there.
    tokio::task::yield_now().await;
    let server = MockServer::start().await;
    set_response(&server, answer).await;
    server
}

/// Makes an upstream issue tokens and send `answer` to every other request. Removes all earlier responses.
pub async fn set_response(server: &MockServer, answer: impl Respond + 'static) {
    server.reset().await;
    let token =
        serde_json::json!({ "access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 43_199 });
    let tokens = Mock::given(path("/token")).respond_with(ResponseTemplate::new(200).set_body_json(token));
    tokens.with_priority(1).mount(server).await;
    Mock::given(any()).respond_with(answer).mount(server).await;
}

pub fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

/// Responds to each lookup with a customer of the requested number.
pub fn customers() -> impl Respond {
    |request: &Request| {
        let number = request.url.path().rsplit('/').next().unwrap_or_default();
        json(200, &format!(r#"{{"customerNumber": {number}}}"#))
    }
}

/// Returns a response with the header that identifies the Connect API.
pub fn of_connect(status: u16, body: &str) -> ResponseTemplate {
    json(status, body).insert_header("X-Mediaconnect-Api-Version", "1.0")
}
