//! The commands `customer export` and `customer match`, which send one request for each row of a file. A run can be
//! interrupted and resumed.
//!
//! The output also records the progress, because each output row begins with the line number of its input row. If an
//! input row fails, its line number and the reason are appended to the list of failures instead. An interruption may
//! leave the last line of a file incomplete. A resumed run removes such a line, reads which lines are done, and
//! processes the rest.
//!
//! A small file beside the output describes the input and the options ([`journal`]).

mod args;
mod cell;
mod circuit_breaker;
mod columns;
mod dry_run;
mod export;
mod failed;
mod input;
mod input_rows;
mod journal;
mod line_file;
mod locked;
mod outage;
mod output_row;
mod people;
mod progress;
mod quotes;
mod requests;
mod run;
mod scan;
mod source;
mod startup;
mod state;
mod store;
mod stream;
mod summary;

pub(crate) use self::args::{ExportArgs, MatchArgs};
pub(crate) use self::cell::CsvCell;
pub(crate) use self::output_row::csv_line;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::search_field::FIELDS;

pub(crate) async fn export(args: &ExportArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    let header = args.column.as_deref().map(|name| vec![name]);
    run::run::<export::Export>(&args.files, "export", header.as_deref(), global).await
}

pub(crate) async fn match_people(args: &MatchArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    let columns = FIELDS.map(|field| field.name);
    run::run::<people::Match>(&args.files, "match", Some(&columns), global).await
}
