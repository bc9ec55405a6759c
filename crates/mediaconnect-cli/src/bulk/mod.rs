//! `customer export` and `customer match`: a call for each row of a file, which can be interrupted and resumed.
//!
//! The output is the journal: each row of it begins with the line number of its input row. A row is appended whole, in
//! one file or the other (output or failures), so whatever interrupts the run leaves at most one torn line, at the end.
//! Resuming cuts that off, reads which lines are done, and works on the rest. What the files cannot tell, the input that
//! they are of, stands in a small file beside the output ([`journal`]), which is deleted when nothing is left to do.

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

/// `customer export`.
pub(crate) async fn export(args: &ExportArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    let header = args.column.as_deref().map(|name| vec![name]);
    run::run::<export::Export>(&args.files, "export", header.as_deref(), global).await
}

/// `customer match`.
pub(crate) async fn match_people(args: &MatchArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    run::run::<people::Match>(&args.files, "match", Some(&crate::search::FIELDS), global).await
}
