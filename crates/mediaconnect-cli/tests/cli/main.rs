//! The command as a whole: the real binary against a sandbox, and against servers that misbehave.
#![cfg(unix)]

mod api;
mod bulk;
mod exit_codes;
mod killed;
mod output;
mod privacy;
mod sandbox;
mod support;
mod usage;
