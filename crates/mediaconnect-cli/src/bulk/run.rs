//! The main loop of a bulk run: reads rows, sends requests and writes rows, until the end or a failure.

use std::mem;
use std::time::Duration;

use mediaconnect::{Call, Client};
use tokio::time::{MissedTickBehavior, interval};

use super::args::BulkArgs;
use super::doubts::Doubts;
use super::dry_run;
use super::failed::Reason;
use super::input::{Columns, Form, Input, InputRow};
use super::lines::exists;
use super::locked::Locked;
use super::opening::{Opening, copy_of};
use super::patience::Patience;
use super::questions::Questions;
use super::row::Row;
use super::state::State;
use super::store::Store;
use crate::args::GlobalArgs;
use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format, print, say};
use crate::secret_file;
use crate::signals;
use crate::terminal::Terminal;

/// The interval at which rows are handed to the operating system.
const FLUSH: Duration = Duration::from_millis(250);
/// The number of flushes between two syncs to the disk: every five seconds.
const FLUSHES_A_SYNC: u32 = 20;

/// The maximum number of attempts for a row with temporary failures. Each retry comes after all other rows, so that
/// time has passed.
const PASSES: u32 = 3;

/// The work for each row.
pub(super) trait Job: Default + Send {
    /// The request for one row.
    type Question: Clone + Send + 'static;
    /// The response of upstream.
    type Answer: Send + 'static;
    /// The output row.
    type Row: Row;

    /// Parses an input row.
    fn read(&mut self, row: &InputRow, columns: &Columns) -> Read<Self::Question>;

    /// Sends a request.
    fn call(client: &Client, question: &Self::Question) -> Call<Self::Answer>;

    /// Converts a response to an output row.
    fn row(line: u64, question: Self::Question, answer: Self::Answer) -> Self::Row;
}

/// A parsed input row.
pub(super) enum Read<Q> {
    Question {
        question: Q,
        /// True if the row's postal code had lost its leading zero.
        is_padded: bool,
    },
    /// An earlier row has the same customer.
    Repeated,
    /// The row is invalid, for this reason. The reason does not quote the row.
    Invalid(String),
}

/// Processes a file until all rows are done or something stops the run.
pub(super) async fn run<J: Job>(
    args: &BulkArgs,
    command: &'static str,
    columns: Option<&[&str]>,
    global: &GlobalArgs,
) -> Result<Exit, Failure> {
    args.check()?;
    if global.jq.is_some() || args.summary == Format::Csv {
        return Err(Failure::usage(
            "the summary is a table or JSON",
            "give --summary json, and leave --jq out; --format is how rows are written",
        ));
    }
    if args.is_stdout() && args.failed().is_none() && global.quiet {
        return Err(Failure::usage(
            "with --output - and --quiet, nothing would tell which lines failed",
            "name a file with --failed, or leave --quiet out",
        ));
    }
    let is_named = command == "export";
    let columns = columns.map(|names| names.iter().map(ToString::to_string).collect());
    let form = Form { columns, is_named, delimiter: args.delimiter, is_raw: args.raw_csv };
    if args.dry_run {
        let mut stopped = signals::stopped()?;
        return dry_run::run::<J>(Opening { args, command, form, stopped: &mut stopped }).await;
    }
    // A resumed run already has its input.
    if !args.resume || !exists(&copy_of(args)) {
        secret_file::check_stdin(global.connection.client_secret_file.as_deref(), "--input", &args.input)?;
    }
    let connection = Connection::open_with_rate(&global.connection, Caller::Client, args.rate()?).await?;
    // Until here, a signal ends the process at once, even while it reads the secret.
    let mut stopped = signals::stopped()?;
    let opening = Opening { args, command, form, stopped: &mut stopped };
    let (store, input, rows) = Store::open::<J::Row>(opening).await?;
    if let Some(input) = input.as_ref().filter(|input| !input.unused.is_empty()) {
        let columns: Vec<String> = input.unused.iter().map(ToString::to_string).collect();
        say(&format!("Columns of the input that are not used: {}.", columns.join(", ")));
    }
    let state = Locked::new(State::new(store, rows, args.keep_going));

    let outcome = match &input {
        None => {
            say("All was done before: nothing is asked.");
            Ok(())
        }
        Some(input) => tokio::select! {
            () = stopped.wait() => Err(interrupted(args)),
            outcome = work::<J>(&connection.client, input, &state) => outcome,
        },
    };
    let State { store, mut summary, progress, failed, .. } = state.into_inner();
    progress.end();
    summary.ended = outcome.is_ok();
    summary.rows_in_output = store.rows();
    summary.failures = store.failures().clone();
    let is_complete = summary.ended && summary.failed_for_now == 0;
    let finished = store.finish(is_complete.then_some(rows));
    if args.is_stdout() {
        say(output::text(&summary, args.summary, Terminal::PIPE)?.trim_end());
    } else {
        print(&summary, args.summary)?;
    }
    outcome.and(finished)?;
    if summary.padded > 0 {
        say(&format!(
            "{} postal codes had lost their zero, and were padded to four digits, as in Norway.",
            summary.padded
        ));
    }
    if summary.failed_for_now > 0 && !args.is_stdout() {
        say(&format!(
            "{} rows failed for reasons that may pass: run the same command with --resume to try them again.",
            summary.failed_for_now
        ));
    }
    let has_failed = failed + summary.failed_for_now > 0;
    if let Some(list) = args.failed().filter(|_| has_failed) {
        say(&format!("The lines that failed are in {}.", list.display()));
    }
    Ok(if has_failed { Exit::Partial } else { Exit::Success })
}

/// Sends all rows, then retries those with temporary failures.
async fn work<J: Job>(client: &Client, input: &Input, state: &Locked<State>) -> Result<(), Failure> {
    let good = Locked::new(None);
    let patience = Patience::new(state.lock().expects_final);
    let mut doubts = Doubts::<J> { client, patience, state, good: &good };
    let mut todo = None;
    for pass in 1..=PASSES {
        state.lock().is_last_pass = pass == PASSES;
        let questions = Questions { rows: input.rows()?, job: J::default(), todo, state, good: &good };
        ask_all(client, questions, state, &mut doubts).await?;
        let again = mem::take(&mut state.lock().again);
        if again.is_empty() {
            break;
        }
        todo = Some(again);
    }
    doubts.confirm().await
}

/// Sends all requests and writes the responses.
async fn ask_all<J: Job>(
    client: &Client,
    questions: Questions<'_, J>,
    state: &Locked<State>,
    doubts: &mut Doubts<'_, J>,
) -> Result<(), Failure> {
    let mut answers = client.bulk(questions, |client, (_, question)| J::call(client, question));
    let mut ticks = interval(FLUSH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut flushes = 0;
    loop {
        let answer = tokio::select! {
            biased;
            _ = ticks.tick() => {
                flushes += 1;
                state.lock().tick(flushes % FLUSHES_A_SYNC == 0)?;
                continue;
            }
            answer = answers.next() => answer,
        };
        let Some(((line, question), outcome)) = answer else {
            return state.lock().broken.take().map_or(Ok(()), Err);
        };
        doubts.weigh(&question, &outcome).await?;
        let mut state = state.lock();
        let settled = match outcome {
            Ok(answer) => state.succeed(&J::row(line, question, answer)),
            Err(error) => state.fail(line, Reason::of(&error), &error.to_string()),
        };
        settled.map_err(|error| state.unwritable(&error))?;
    }
}

fn interrupted(args: &BulkArgs) -> Failure {
    let next = if args.is_stdout() {
        "run it again; only a run that writes to a file can be resumed"
    } else {
        "run the same command with --resume to go on"
    };
    Failure::new(Exit::Interrupted, "interrupted; what was written stays", next)
}
