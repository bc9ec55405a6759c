//! Tests the binary against a sandbox and against misbehaving servers.
#![cfg(unix)]

mod api;
mod bulk;
mod causes;
mod changed_input;
mod config;
mod doctor;
mod escapes;
mod exit_codes;
mod external_reference;
mod fleet;
mod for_programs;
mod forgiving;
mod killed;
mod man;
mod operations;
mod output;
mod own_files;
mod own_run;
mod pages;
mod privacy;
mod proof;
mod restart;
mod resume;
mod sandbox;
mod spreadsheet;
mod stopped_early;
mod support;
mod tls;
mod usage;
