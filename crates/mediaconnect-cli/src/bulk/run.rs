//! A run: rows in, calls, rows out, until the end or until something stops it.

use std::cell::RefCell;
use std::time::Duration;
use std::{io, mem};

use mediaconnect::{Call, Client, Error};
use roaring::RoaringTreemap;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::args::BulkArgs;
use super::failed::Reason;
use super::input::{Columns, Form, Input, InputRow, Rows, lost};
use super::lines::unwritable;
use super::patience::{Patience, Verdict};
use super::progress::Progress;
use super::row::Row;
use super::store::{Opening, Store};
use super::summary::Summary;
use crate::args::GlobalArgs;
use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{print, say};
use crate::secret_file;
use crate::signals;

/// How often what was written is handed to the operating system.
const FLUSH: Duration = Duration::from_millis(250);
/// Every so many flushes, it goes to the disk: every five seconds.
const FLUSHES_A_SYNC: u32 = 20;

/// How often a row is asked for whose failure may pass: again when all others are done, so that much time has passed.
const PASSES: u32 = 3;
/// During an outage, how often something is asked that succeeded before, and the pauses between: five minutes.
const PROBES: u32 = 30;
const PROBE_PAUSE: Duration = Duration::from_secs(10);

/// What is done with each row.
pub(super) trait Job: Default {
    /// What is asked of upstream.
    type Question: Clone + Send + 'static;
    /// What upstream says.
    type Answer: Send + 'static;
    /// What is written of it.
    type Row: Row;

    /// Makes a question of a row.
    fn read(&mut self, row: &InputRow, columns: &Columns) -> Read<Self::Question>;

    /// Asks it.
    fn call(client: &Client, question: &Self::Question) -> Call<Self::Answer>;

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
    command: &'static str,
    columns: Option<&[&str]>,
    global: &GlobalArgs,
) -> Result<Exit, Failure> {
    // A resumed run has its input already.
    if !args.resume {
        secret_file::check_stdin(global.connection.client_secret_file.as_deref(), "--input", &args.input)?;
    }
    let connection = Connection::open_with_rate(&global.connection, Caller::Client, args.rate()?).await?;
    let mut stopped = signals::stopped()?;
    let columns = columns.map(|names| names.iter().map(ToString::to_string).collect());
    let form = Form { columns, is_raw: args.raw_csv };
    let opening = Opening { args, command, form, stopped: &mut stopped };
    let (store, input) = Store::open::<J::Row>(opening).await?;
    if !input.unused.is_empty() {
        let columns: Vec<String> = input.unused.iter().map(ToString::to_string).collect();
        say(&format!("Columns of the input that are not used: {}.", columns.join(", ")));
    }
    let summary = Summary { rows: input.rows, done_before: store.done(), ..Summary::default() };
    let progress = Progress::new(input.rows, store.done());
    let state = RefCell::new(State {
        failed: store.failed_before,
        store,
        summary,
        progress,
        is_last_pass: false,
        again: RoaringTreemap::new(),
        broken: None,
    });

    let outcome = tokio::select! {
        () = stopped.wait() => Err(interrupted()),
        outcome = work::<J>(&connection.client, &input, &state) => outcome,
    };
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
    is_last_pass: bool,
    /// The lines to ask for again in the next pass.
    again: RoaringTreemap,
    /// Why there are no more rows, if it is not the end.
    broken: Option<Failure>,
}

/// Asks for all rows, then for those that failed and may succeed now.
async fn work<J: Job>(client: &Client, input: &Input, state: &RefCell<State>) -> Result<(), Failure> {
    let mut doubts = Doubts::<J> { client, patience: Patience::default(), good: None };
    let mut todo = None;
    for pass in 1..=PASSES {
        state.borrow_mut().is_last_pass = pass == PASSES;
        let questions = Questions { rows: input.rows()?, job: J::default(), todo, state };
        ask_all(client, questions, state, &mut doubts).await?;
        let again = mem::take(&mut state.borrow_mut().again);
        if again.is_empty() {
            break;
        }
        todo = Some(again);
    }
    Ok(())
}

/// Asks all the questions and writes the answers.
async fn ask_all<J: Job>(
    client: &Client,
    questions: Questions<'_, J>,
    state: &RefCell<State>,
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
                state.borrow_mut().tick(flushes % FLUSHES_A_SYNC == 0)?;
                continue;
            }
            answer = answers.next() => answer,
        };
        let Some(((line, question), outcome)) = answer else {
            return state.borrow_mut().broken.take().map_or(Ok(()), Err);
        };
        doubts.weigh(&question, &outcome, state).await?;
        let mut state = state.borrow_mut();
        let settled = match outcome {
            Ok(answer) => state.succeed(&J::row(line, question, answer)),
            Err(error) => state.fail(line, Reason::of(&error), &error.to_string()),
        };
        settled.map_err(|error| state.unwritable(&error))?;
    }
}

/// Whether failures are those of rows, or an outage.
struct Doubts<'a, J: Job> {
    client: &'a Client,
    patience: Patience,
    /// A question that was answered.
    good: Option<J::Question>,
}

impl<J: Job> Doubts<'_, J> {
    /// Weighs an outcome. In an outage it waits for the end: what is not read stops new calls.
    async fn weigh<T>(
        &mut self,
        question: &J::Question,
        outcome: &mediaconnect::Result<T>,
        state: &RefCell<State>,
    ) -> Result<(), Failure> {
        let verdict = self.patience.judge(outcome.as_ref().err());
        match (outcome, verdict) {
            (Ok(_), _) if self.good.is_none() => self.good = Some(question.clone()),
            (Err(error), Verdict::Stop) => return Err(stop(error.clone())),
            (Err(error), Verdict::Doubt) => self.end_of_outage(question, error.clone(), state).await?,
            _ => {}
        }
        Ok(())
    }

    async fn end_of_outage(
        &self,
        question: &J::Question,
        mut error: Error,
        state: &RefCell<State>,
    ) -> Result<(), Failure> {
        state.borrow_mut().tick(true)?;
        for _ in 0..PROBES {
            match J::call(self.client, self.good.as_ref().unwrap_or(question)).await {
                Ok(_) => return Ok(()),
                Err(failed) if Reason::of(&failed).is_final() => return Ok(()),
                Err(failed) => error = failed,
            }
            let pause = PROBE_PAUSE.as_secs();
            state
                .borrow()
                .progress
                .note(&format!("Nothing succeeds ({error}): waiting for {pause} seconds."));
            sleep(PROBE_PAUSE).await;
        }
        Err(stop(error))
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
        } else if self.is_last_pass {
            self.summary.failed_for_now += 1;
        } else {
            self.again.insert(line);
            return Ok(());
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
    /// The lines to ask for; without, all that are not done.
    todo: Option<RoaringTreemap>,
    state: &'a RefCell<State>,
}

impl<J: Job> Iterator for Questions<'_, J> {
    type Item = (u64, J::Question);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.rows.next()? {
                Ok(row) => row,
                Err(error) => return self.end(lost(&error)),
            };
            // Also of rows that are done: they may be repeated.
            let read = self.job.read(&row, &self.rows.columns);
            let mut state = self.state.borrow_mut();
            let is_done = match &self.todo {
                Some(todo) => !todo.contains(row.line),
                None => state.store.is_done(row.line),
            };
            let settled = match read {
                _ if is_done => Ok(()),
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
