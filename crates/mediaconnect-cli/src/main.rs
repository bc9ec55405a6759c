//! The `mediaconnect` command: calls the Connect API from a terminal.
//!
//! Results go to standard output, and all other text goes to standard error. [`exit::Exit`] lists the exit codes.

mod access;
mod api;
mod args;
mod bulk;
mod cause;
mod commands;
mod config;
mod connect;
mod customer;
mod doctor;
mod exit;
mod failure;
mod fleet;
mod global_args;
mod help;
mod json_file;
mod json_view;
mod logging;
mod man;
mod network;
mod operation;
mod output;
mod overview;
mod proxy_source;
mod sandbox;
mod search;
mod search_field;
mod search_result;
mod secret_file;
mod secrets;
mod select;
mod signals;
mod spaced_numbers;
mod stderr;
mod suggested;
mod table;
mod terminal;
mod text;
mod token;
mod values;
mod variables;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use failure::Detail;
use global_args::LogFormat;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = args::parse();
    let verbosity = cli.global.verbosity;
    let is_json = cli.global.log_format == LogFormat::Json;
    stderr::set_up(cli.global.quiet, is_json);
    logging::start(verbosity);
    let outcome = commands::run(cli).await;
    connect::fleet::leave().await;
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let detail = Detail::new(verbosity, io::stderr().is_terminal());
            failure.print(detail);
            failure.exit().into()
        }
    }
}
