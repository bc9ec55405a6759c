//! Fleets of real processes on a real Redis.

mod canaries;
mod child;
mod outage;
mod processes;
mod server;
mod tokens;
