//! The fleet that the client joins: processes that share one client id's rate limit and token through Redis.

use std::sync::OnceLock;

use mediaconnect_fleet::Fleet;

use crate::failure::Failure;
use crate::global_args::ConnectionArgs;
use crate::network::without_password;

/// The variable with the URL of Redis, which may contain a password.
pub(crate) const VARIABLE: &str = "MEDIACONNECT_FLEET_URL";
/// The fleet that this process joined.
static JOINED: OnceLock<Fleet> = OnceLock::new();

/// Returns the fleet that the settings name. The fleet connects at the first call.
pub(crate) fn from_settings(
    args: &ConnectionArgs,
    variable: &impl Fn(&'static str) -> Option<String>,
) -> Result<Option<Fleet>, Failure> {
    without_password("--fleet", args.fleet.as_deref(), VARIABLE)?;
    let Some(url) = args.fleet.clone().or_else(|| variable(VARIABLE)) else { return Ok(None) };
    let fleet = Fleet::at(&url)
        .map_err(|error| Failure::usage(error.to_string(), format!("correct --fleet or {VARIABLE}")))?;
    Ok(Some(JOINED.get_or_init(|| fleet).clone()))
}

/// Leaves the fleet, if this process joined one. If a process ends without this, Redis reserves its share of the rate
/// limit for another minute.
pub(crate) async fn leave() {
    if let Some(fleet) = JOINED.get() {
        fleet.left().await;
    }
}
