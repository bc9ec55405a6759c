//! The `fleet` command: shows the processes that share the rate limit and the token of one client id through Redis.

use mediaconnect::Client;
use mediaconnect_fleet::Overview;
use serde::Serialize;

use crate::config;
use crate::connect::fleet::{VARIABLE, from_settings};
use crate::connect::{Caller, Connection, client_id};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::{ConnectionArgs, GlobalArgs};
use crate::output::{Report, print};
use crate::table::labelled;
use crate::terminal::Terminal;
use crate::token::format_seconds;

/// Shows the fleet without joining it.
pub(crate) async fn status(global: &GlobalArgs) -> Result<Exit, Failure> {
    let args = &global.connection;
    let connection = Connection::open(args, Caller::Client).await?;
    let overview = self::overview(args, &connection.client)
        .await?
        .ok_or_else(|| Failure::usage("no fleet is set", format!("set {VARIABLE}, or use --fleet")))?;
    print(&FleetStatus::from(overview), global.style())?;
    Ok(Exit::Success)
}

/// Returns the state of the client's fleet, as Redis reports it; `None` if no fleet is configured. Does not read the
/// client secret.
pub(crate) async fn overview(args: &ConnectionArgs, client: &Client) -> Result<Option<Overview>, Failure> {
    if args.sandbox {
        return Ok(None);
    }
    let args = &*config::with_profile(args)?;
    let variable = |name: &str| config::variable(args, name);
    let Some(fleet) = from_settings(args, &variable)? else { return Ok(None) };
    let id = client_id(args, &variable)?;
    let overview = fleet.look(client.base_url(), &id).await.map_err(|reason| {
        Failure::new(
            Exit::Unavailable,
            format!("the fleet's Redis cannot be used: {reason}"),
            format!("check {VARIABLE} or --fleet, and that Redis is running; without Redis, calls use only a share of \
                     the rate"),
        )
    })?;
    Ok(Some(overview))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FleetStatus {
    processes: u32,
    processes_by_share: u32,
    requests_in_last_minute: u32,
    turns_held: u32,
    paused_seconds: Option<u64>,
    token_expires_in_seconds: Option<u64>,
    responses_kept: u64,
    response_bytes: u64,
}

impl From<Overview> for FleetStatus {
    fn from(overview: Overview) -> Self {
        Self {
            processes: overview.members,
            processes_by_share: overview.by_share,
            requests_in_last_minute: overview.used_in_minute,
            turns_held: overview.held,
            paused_seconds: overview.pause.map(|pause| pause.as_secs()),
            token_expires_in_seconds: overview.token_expires_in.map(|left| left.as_secs()),
            responses_kept: overview.responses,
            response_bytes: overview.response_bytes,
        }
    }
}

impl Report for FleetStatus {
    fn text(&self, terminal: Terminal) -> String {
        let time = |seconds: Option<u64>| seconds.map_or_else(|| "-".to_owned(), format_seconds);
        let rows = vec![
            ("Processes", vec![self.processes.to_string()]),
            ("Sending by share", vec![self.processes_by_share.to_string()]),
            ("Requests in the last minute", vec![self.requests_in_last_minute.to_string()]),
            ("Requests reserved", vec![self.turns_held.to_string()]),
            ("Paused by upstream for", vec![time(self.paused_seconds)]),
            ("Token expires in", vec![time(self.token_expires_in_seconds)]),
            ("Responses kept", vec![self.responses_kept.to_string()]),
            ("Bytes of responses", vec![self.response_bytes.to_string()]),
        ];
        labelled(rows, terminal)
    }
}
