//! Tests fleets of real processes on a real Redis.

mod canaries;
mod child;
mod deployments;
mod outage;
mod processes;
#[cfg(feature = "cache")]
mod removals;
#[cfg(feature = "cache")]
mod responses;
#[cfg(feature = "cache")]
mod runtimes;
mod server;
mod sessions;
mod tokens;
