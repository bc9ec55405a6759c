//! The commands `customer export` and `customer match`: one call for each row of a file. A run can be interrupted and
//! resumed.
//!
//! The output serves as the journal of progress: each output row begins with the line number of its input row. Each row
//! is appended whole, either to the output or to the list of failures. An interruption therefore leaves at most one
//! incomplete line, at the end. A resumed run truncates that line, reads which lines are done, and processes the rest.
//! The description of the input and the options is in a small file beside the output ([`journal`]).

mod args;
mod cell;
mod doubts;
mod dry_run;
mod export;
mod failed;
mod input;
mod journal;
mod lines;
mod locked;
mod opening;
mod patience;
mod people;
mod progress;
mod questions;
mod row;
mod run;
mod scan;
mod source;
mod state;
mod store;
mod summary;

pub(crate) use self::args::{ExportArgs, MatchArgs};
pub(crate) use self::cell::Cell;
pub(crate) use self::row::csv_line;

use crate::args::GlobalArgs;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs `customer export`.
pub(crate) async fn export(args: &ExportArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    let header = args.column.as_deref().map(|name| vec![name]);
    run::run::<export::Export>(&args.files, "export", header.as_deref(), global).await
}

/// Runs `customer match`.
pub(crate) async fn match_people(args: &MatchArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    run::run::<people::Match>(&args.files, "match", Some(&crate::search::FIELDS), global).await
}
