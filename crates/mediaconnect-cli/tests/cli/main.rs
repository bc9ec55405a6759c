//! The command as a whole: the real binary against a sandbox, and against servers that misbehave.
#![cfg(unix)]

mod api;
mod exit_codes;
mod external_reference;
mod output;
mod privacy;
mod sandbox;
mod support;
mod usage;
