//! `sandbox`: serve one until stopped.

use std::collections::BTreeMap;

use mediaconnect_sandbox::Sandbox;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format, Report, say};
use crate::signals;
use crate::terminal::Terminal;

/// The environment variables that point a client at a sandbox. Its credentials are no secrets.
#[derive(Serialize)]
struct Variables(BTreeMap<&'static str, String>);

/// Serves a sandbox until Ctrl-C or SIGTERM, and tells how to point a client at it.
pub(crate) async fn serve(port: u16, format: Format) -> Result<Exit, Failure> {
    let stopped = signals::stopped()?;
    let sandbox = Sandbox::builder().port(port).start().await.map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("the sandbox cannot listen on 127.0.0.1:{port}: {error}"),
            "choose another port with --port, or leave it out for any free one",
        )
    })?;
    output::print(&Variables::of(&sandbox), format)?;
    say("The sandbox serves until Ctrl-C. Set the variables above where the client runs, and try:");
    say("  mediaconnect customer info 563457");
    stopped.await;
    Ok(Exit::Success)
}

impl Variables {
    fn of(sandbox: &Sandbox) -> Self {
        let variables = [
            ("MEDIACONNECT_BASE_URL", sandbox.base_url()),
            ("MEDIACONNECT_TOKEN_URL", sandbox.token_url()),
            ("MEDIACONNECT_CLIENT_ID", sandbox.client_id()),
            ("MEDIACONNECT_CLIENT_SECRET", sandbox.client_secret()),
            ("MEDIACONNECT_USER_TOKEN", sandbox.user_token()),
        ];
        Self(variables.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
    }
}

/// Lines to copy into a shell.
impl Report for Variables {
    fn text(&self, _: Terminal) -> String {
        let lines: Vec<String> =
            self.0.iter().map(|(name, value)| format!("export {name}={value}\n")).collect();
        lines.concat()
    }
}
