//! The command as a whole: the real binary against a sandbox, and against servers that misbehave.
#![cfg(unix)]

mod api;
mod bulk;
mod doctor;
mod exit_codes;
mod external_reference;
mod killed;
mod man;
mod output;
mod privacy;
mod resume;
mod sandbox;
mod support;
mod tls;
mod usage;
