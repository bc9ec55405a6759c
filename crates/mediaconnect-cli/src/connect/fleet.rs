//! Joins and leaves the client's fleet. A fleet is a group of processes that share the rate limit and the token of one
//! client id through Redis.

use std::sync::OnceLock;

use mediaconnect_fleet::Fleet;

use crate::failure::Failure;
use crate::global_args::ConnectionArgs;
use crate::network::without_password;
use crate::variables::{Lookup, option_or_text};

/// The variable with the URL of Redis, which may contain a password.
pub(crate) const VARIABLE: &str = "MEDIACONNECT_FLEET_URL";
/// The fleet that this process has joined.
static JOINED: OnceLock<Fleet> = OnceLock::new();

/// Returns the fleet from the settings. The fleet connects to Redis at the first call.
pub(crate) fn from_settings(args: &ConnectionArgs, variable: Lookup) -> Result<Option<Fleet>, Failure> {
    without_password("--fleet", args.fleet.as_deref(), VARIABLE)?;
    let Some(url) = option_or_text(args.fleet.as_ref(), VARIABLE, variable)? else { return Ok(None) };
    let fleet = Fleet::at(&url)
        .map_err(|error| Failure::usage(error.to_string(), format!("correct --fleet or {VARIABLE}")))?;
    Ok(Some(JOINED.get_or_init(|| fleet).clone()))
}

/// Leaves the fleet if this process has joined one. A process that ends without leaving keeps its share of the rate
/// limit for another minute.
pub(crate) async fn leave() {
    if let Some(fleet) = JOINED.get() {
        fleet.left().await;
    }
}
