//! The main loop of a bulk run: reads input rows, sends requests and writes output rows. It ends at the end of the
//! input or at a failure.

use std::mem;
use std::time::Duration;

use mediaconnect::{Call, Client};
use tokio::time::{MissedTickBehavior, interval};

use super::args::BulkArgs;
use super::circuit_breaker::CircuitBreaker;
use super::columns::Columns;
use super::dry_run;
use super::failed::FailureReason;
use super::input::{Input, InputFormat};
use super::input_rows::InputRow;
use super::line_file::exists;
use super::locked::Locked;
use super::outage::{KnownGood, OutageMonitor};
use super::output_row::OutputRow;
use super::requests::Requests;
use super::startup::{Startup, copy_of};
use super::state::RunState;
use super::store::Store;
use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::output::{self, OutputFormat, print};
use crate::secret_file;
use crate::signals;
use crate::stderr::say;
use crate::terminal::Terminal;

/// The interval at which buffered output rows are written.
const FLUSH: Duration = Duration::from_millis(250);
/// The number of flushes from one sync of the output to the next. With a flush every [`FLUSH`], there is a sync every
/// five seconds.
const FLUSHES_A_SYNC: u32 = 20;

/// The maximum number of attempts for a row with temporary failures. A row is retried only after all other rows have
/// been sent, so upstream has time to recover.
const MAX_PASSES: u32 = 3;

/// A bulk command: parses rows, sends requests, and converts responses to output rows.
pub(super) trait Job: Default + Send + 'static {
    type Request: Clone + Send + 'static;
    type Response: Send + 'static;
    type Row: OutputRow;

    fn parse(&mut self, row: &InputRow, columns: &Columns) -> ParsedRow<Self::Request>;

    fn call(client: &Client, request: &Self::Request) -> Call<Self::Response>;

    fn row(line: u64, request: Self::Request, response: Self::Response) -> Self::Row;
}

pub(super) enum ParsedRow<R> {
    Request {
        request: R,
        /// True if the row's postal code was padded, because its leading zero was missing.
        is_padded: bool,
    },
    /// The row repeats the customer of an earlier row.
    Duplicate,
    /// The row is invalid. The text is the reason, and does not quote the row.
    Invalid(String),
}

pub(super) async fn run<J: Job>(
    args: &BulkArgs,
    command: &'static str,
    columns: Option<&[&str]>,
    global: &GlobalArgs,
) -> Result<Exit, Failure> {
    args.check()?;
    if global.jq.is_some() || args.summary == OutputFormat::Csv {
        return Err(Failure::usage(
            "the summary can only be a table or JSON",
            "use --summary table or json, and remove --jq; to set the format of the rows, use --format",
        ));
    }
    if args.is_stdout() && args.failed().is_none() && global.quiet {
        return Err(Failure::usage(
            "if the output is standard output, --quiet would hide the failed lines",
            "name a file with --failed, or remove --quiet",
        ));
    }
    let is_named = command == "export";
    let columns = columns.map(|names| names.iter().map(ToString::to_string).collect());
    let format = InputFormat { columns, is_named, delimiter: args.delimiter, is_raw: args.raw_csv };
    if args.dry_run {
        let mut stop = signals::stop_signal()?;
        let counted = dry_run::run::<J>(Startup { args, command, format, stop: &mut stop }).await;
        return counted.map_err(|failure| args.with_restart(failure));
    }
    // A resumed run with a saved copy of its input usually reads the copy, not standard input. In this case, the client
    // secret may come from standard input.
    if !args.resume || !exists(&copy_of(args)) {
        secret_file::check_stdin(global.connection.client_secret_file.as_deref(), "--input", &args.input)?;
    }
    let connection = Connection::open_with_rate(&global.connection, Caller::Client, args.rate()?).await?;
    // Up to this line, a signal ends the process at once, even while the secret is read. After this line, the first
    // signal only asks the run to stop.
    let mut stop = signals::stop_signal()?;
    let startup = Startup { args, command, format, stop: &mut stop };
    let opened = Store::open::<J::Row>(startup, &connection.system()).await;
    let (store, input, rows) = opened.map_err(|failure| args.with_restart(failure))?;
    if let Some(input) = input.as_ref().filter(|input| !input.unused.is_empty()) {
        let columns: Vec<String> = input.unused.iter().map(ToString::to_string).collect();
        say(&format!("Unused columns of the input: {}.", columns.join(", ")));
    }
    let state = Locked::new(RunState::new(store, rows, args.keep_going));

    let outcome = match &input {
        None => {
            say("The run is already complete. Nothing was sent.");
            Ok(())
        }
        Some(input) => tokio::select! {
            () = stop.wait() => Err(interrupted(args)),
            outcome = process::<J>(&connection.client, input, &state) => outcome,
        },
    };
    let RunState { mut store, mut summary, progress, failed, .. } = state.into_inner();
    progress.end();
    summary.ended = outcome.is_ok();
    let is_complete = summary.ended && summary.failed_for_now == 0;
    // If there is no input, the earlier run was complete already, and its files stay unchanged.
    let finished = store.finish(input.filter(|_| is_complete).map(|_| rows));
    store.count(&mut summary);
    let shown = if args.is_stdout() {
        output::text(&summary, args.summary, Terminal::PIPE).map(|text| say(text.trim_end()))
    } else {
        print(&summary, args.summary)
    };
    outcome.and(finished).map_err(|failure| args.with_restart(failure))?;
    shown?;
    if summary.padded > 0 {
        say(&format!(
            "Postal codes padded to four digits, as in Norway, because their leading zero was lost: {}.",
            summary.padded
        ));
    }
    if summary.failed_for_now > 0 && !args.is_stdout() {
        say(&format!(
            "Rows that failed, but may succeed later: {}. To retry them, run the same command {}.",
            summary.failed_for_now,
            args.with_resume()
        ));
    }
    let has_failed = failed + summary.failed_for_now > 0;
    if let Some(list) = args.failed().filter(|_| has_failed) {
        say(&format!("The failed lines are in {}.", list.display()));
    }
    Ok(match (summary.failed_for_now, failed) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::Partial,
        // The run is not complete. `Partial` would end a loop that repeats the command until the run is complete.
        _ => Exit::Unavailable,
    })
}

/// Sends all rows, then retries those with temporary failures.
async fn process<J: Job>(client: &Client, input: &Input, state: &Locked<RunState>) -> Result<(), Failure> {
    let known_good = Locked::new(KnownGood::default());
    let breaker = CircuitBreaker::new(state.lock().expects_final);
    let mut monitor = OutageMonitor::<J> { client, breaker, state, known_good: &known_good };
    let mut pending = None;
    for pass in 1..=MAX_PASSES {
        state.lock().is_last_pass = pass == MAX_PASSES;
        let requests =
            Requests { rows: input.rows()?, job: J::default(), pending, state, known_good: &known_good };
        send_all(client, requests, state, &mut monitor).await?;
        let retries = mem::take(&mut state.lock().retries);
        if retries.is_empty() {
            break;
        }
        pending = Some(retries);
    }
    monitor.confirm().await
}

async fn send_all<J: Job>(
    client: &Client,
    requests: Requests<'_, J>,
    state: &Locked<RunState>,
    monitor: &mut OutageMonitor<'_, J>,
) -> Result<(), Failure> {
    let mut responses = client.bulk(requests, |client, (_, request)| J::call(client, request));
    let mut ticks = interval(FLUSH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut flushes = 0;
    loop {
        let response = tokio::select! {
            biased;
            _ = ticks.tick() => {
                flushes += 1;
                state.lock().tick(flushes % FLUSHES_A_SYNC == 0)?;
                continue;
            }
            response = responses.next() => response,
        };
        let Some(((line, request), outcome)) = response else {
            return state.lock().input_failure.take().map_or(Ok(()), Err);
        };
        monitor.record(&request, &outcome).await?;
        let mut state = state.lock();
        let settled = match outcome {
            Ok(response) => state.succeed(&J::row(line, request, response)),
            Err(error) => state.fail(line, FailureReason::of(&error), &error.to_string()),
        };
        settled?;
    }
}

fn interrupted(args: &BulkArgs) -> Failure {
    let next = if args.is_stdout() {
        "run the command again from the beginning; a run can be resumed only if it writes to a file"
            .to_owned()
    } else {
        format!("to continue, run the same command {}", args.with_resume())
    };
    Failure::new(Exit::Interrupted, "interrupted; the rows written so far are kept", next)
}
