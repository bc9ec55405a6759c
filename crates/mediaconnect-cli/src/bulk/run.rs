//! A run: rows in, calls, rows out, until the end or until something stops it.

use std::cell::RefCell;
use std::io;
use std::pin::pin;
use std::time::Duration;

use mediaconnect::{Call, Client, Error};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::args::BulkArgs;
use super::failed::Reason;
use super::input::{Columns, InputRow, Rows};
use super::patience::{Patience, Verdict};
use super::progress::Progress;
use super::row::Row;
use super::store::{Store, unwritable};
use super::summary::Summary;
use crate::args::GlobalArgs;
use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{print, say};
use crate::signals;

/// How often what was written is handed to the operating system.
const FLUSH: Duration = Duration::from_millis(250);
/// Every so many flushes, it goes to the disk: every five seconds.
const FLUSHES_A_SYNC: u32 = 20;

/// What is done with each row.
pub(super) trait Job: Default {
    /// What is asked of upstream.
    type Question: Send + 'static;
    /// What upstream says.
    type Answer: Send + 'static;
    /// What is written of it.
    type Row: Row;

    /// Makes a question of a row.
    fn read(&mut self, row: &InputRow, columns: &Columns) -> Read<Self::Question>;

    /// Asks it.
    fn call<'c>(client: &'c Client, question: &Self::Question) -> Call<'c, Self::Answer>;

    /// Makes a row of the answer.
    fn row(line: u64, question: Self::Question, answer: Self::Answer) -> Self::Row;
}

/// What a row of the input is.
pub(super) enum Read<Q> {
    Question(Q),
    /// The same as an earlier one.
    Repeated,
    /// Nothing that can be asked, and why; without quoting it.
    Invalid(String),
}

/// Works on a file until all is done, or until it is stopped.
pub(super) async fn run<J: Job>(
    args: &BulkArgs,
    command: &str,
    wanted: Option<&[&str]>,
    global: &GlobalArgs,
) -> Result<Exit, Failure> {
    let connection = Connection::open_with_rate(&global.connection, Caller::Client, args.rate()?).await?;
    let stopped = signals::stopped()?;
    let (store, input) = Store::open::<J::Row>(args, command, wanted)?;
    if !input.unused.is_empty() {
        let columns: Vec<String> = input.unused.iter().map(ToString::to_string).collect();
        say(&format!("Columns of the input that are not used: {}.", columns.join(", ")));
    }
    let summary = Summary { rows: input.rows, done_before: store.done(), ..Summary::default() };
    let progress = Progress::new(input.rows, store.done());
    let state = RefCell::new(State { failed: store.failed_before, store, summary, progress, broken: None });
    let questions = Questions { rows: input.rows()?, job: J::default(), state: &state };

    let outcome = work::<J>(&connection.client, questions, &state, stopped).await;
    let State { store, mut summary, progress, failed, .. } = state.into_inner();
    progress.end();
    summary.ended = outcome.is_ok();
    let is_complete = summary.ended && summary.failed_for_now == 0;
    let finished = store.finish(is_complete).map_err(|error| unwritable(&args.output, &error));
    print(&summary, args.summary)?;
    outcome.and(finished)?;
    if summary.failed_for_now > 0 {
        say(&format!(
            "{} rows failed for reasons that may pass: run the same command with --resume to try them again.",
            summary.failed_for_now
        ));
    }
    let has_failed = failed + summary.failed_for_now > 0;
    if has_failed {
        say(&format!("The lines that failed are in {}.", args.failed().display()));
    }
    Ok(if has_failed { Exit::Partial } else { Exit::Success })
}

/// What the reader of the input and the taker of the answers share.
struct State {
    store: Store,
    summary: Summary,
    progress: Progress,
    /// Final failures, of earlier runs too.
    failed: u64,
    /// Why there are no more rows, if it is not the end.
    broken: Option<Failure>,
}

/// Asks all the questions and writes the answers.
async fn work<J: Job>(
    client: &Client,
    questions: Questions<'_, J>,
    state: &RefCell<State>,
    stopped: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let mut answers = client.bulk(questions, |client, (_, question)| J::call(client, question));
    let mut stopped = pin!(stopped);
    let mut ticks = interval(FLUSH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut patience, mut flushes) = (Patience::default(), 0);
    loop {
        let answer = tokio::select! {
            biased;
            () = &mut stopped => return Err(interrupted()),
            _ = ticks.tick() => {
                flushes += 1;
                state.borrow_mut().tick(flushes % FLUSHES_A_SYNC == 0)?;
                continue;
            }
            answer = answers.next() => answer,
        };
        let Some(((line, question), outcome)) = answer else {
            return state.borrow_mut().broken.take().map_or(Ok(()), Err);
        };
        let verdict = patience.judge(outcome.as_ref().err());
        let settled = match outcome {
            Ok(answer) => state.borrow_mut().succeed(&J::row(line, question, answer)),
            Err(error) if verdict == Verdict::Stop => return Err(stop(error)),
            Err(error) => state.borrow_mut().fail(line, Reason::of(&error), &error.to_string()),
        };
        settled.map_err(|error| state.borrow().unwritable(&error))?;
        if let Verdict::Wait(pause) = verdict {
            // What is not read stops new calls.
            tokio::select! {
                () = &mut stopped => return Err(interrupted()),
                () = sleep(pause) => {}
            }
        }
    }
}

impl State {
    fn tick(&mut self, sync: bool) -> Result<(), Failure> {
        let written = if sync { self.store.sync() } else { self.store.flush() };
        self.progress.tell();
        written.map_err(|error| self.unwritable(&error))
    }

    fn succeed<R: Row>(&mut self, row: &R) -> io::Result<()> {
        self.summary.written += 1;
        if let Some(note) = row.note() {
            *self.summary.notes.entry(note).or_default() += 1;
        }
        self.progress.advance(1, 0);
        self.store.write(row)
    }

    fn fail(&mut self, line: u64, reason: Reason, message: &str) -> io::Result<()> {
        if reason.is_final() {
            self.summary.failed += 1;
            self.failed += 1;
        } else {
            self.summary.failed_for_now += 1;
        }
        self.progress.advance(1, 1);
        self.store.fail(line, reason, message)
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        unwritable(self.store.path(), error)
    }
}

/// The questions of the rows that are not done yet, with their lines. Rows that are no questions are settled on the way.
struct Questions<'a, J> {
    rows: Rows,
    job: J,
    state: &'a RefCell<State>,
}

impl<J: Job> Iterator for Questions<'_, J> {
    type Item = (u64, J::Question);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.rows.next()? {
                Ok(row) => row,
                Err(error) => {
                    return self.end(Failure::new(
                        Exit::Failure,
                        format!("the input cannot be read any more: {error}"),
                        "run the same command with --resume",
                    ));
                }
            };
            // Also of rows that are done: they may be repeated.
            let read = self.job.read(&row, &self.rows.columns);
            let mut state = self.state.borrow_mut();
            let settled = match read {
                _ if state.store.is_done(row.line) => Ok(()),
                Read::Question(question) => return Some((row.line, question)),
                Read::Repeated => {
                    state.summary.repeated += 1;
                    state.progress.advance(1, 0);
                    Ok(())
                }
                Read::Invalid(why) => state.fail(row.line, Reason::InvalidInput, &why),
            };
            if let Err(error) = settled {
                let failure = state.unwritable(&error);
                drop(state);
                return self.end(failure);
            }
        }
    }
}

impl<J> Questions<'_, J> {
    fn end<T>(&self, failure: Failure) -> Option<T> {
        self.state.borrow_mut().broken = Some(failure);
        None
    }
}

/// A failure that concerns all rows.
fn stop(error: Error) -> Failure {
    let failure = Failure::from(error);
    let next = format!("{}; then run the same command with --resume", failure.next());
    failure.with_next(next)
}

fn interrupted() -> Failure {
    Failure::new(
        Exit::Interrupted,
        "interrupted; what was written stays",
        "run the same command with --resume to go on",
    )
}
