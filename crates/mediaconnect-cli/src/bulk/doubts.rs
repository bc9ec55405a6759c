//! Tells failures of rows from an outage or a wrong system, by asking for something that succeeded before.

use std::time::Duration;

use mediaconnect::{Client, Error};
use tokio::time::sleep;

use super::locked::Locked;
use super::patience::{MANY_FINAL, Outcome, Patience, Verdict};
use super::run::Job;
use super::state::State;
use crate::failure::Failure;

/// The number of probes, and the pause between them: five minutes in all.
const PROBES: u32 = 30;
const PROBE_PAUSE: Duration = Duration::from_secs(10);

/// Weighs what becomes of the rows.
pub(super) struct Doubts<'a, J: Job> {
    pub(super) client: &'a Client,
    pub(super) patience: Patience,
    pub(super) state: &'a Locked<State>,
    /// A question that succeeded, in this run or in an earlier one.
    pub(super) good: &'a Locked<Option<J::Question>>,
}

impl<J: Job> Doubts<'_, J> {
    /// Weighs an outcome. While there is a doubt it waits: what is not read stops new calls.
    pub(super) async fn weigh<T>(
        &mut self,
        question: &J::Question,
        outcome: &mediaconnect::Result<T>,
    ) -> Result<(), Failure> {
        let Err(error) = outcome else {
            *self.good.lock() = Some(question.clone());
            self.patience.judge(Outcome::Success);
            return Ok(());
        };
        match self.patience.judge(Outcome::of(Some(error))) {
            Verdict::GoOn => Ok(()),
            Verdict::Stop => Err(stop(error.clone())),
            Verdict::DoubtUpstream => self.end_of_outage(question).await,
            Verdict::DoubtFailures if self.good().is_none() => Err(unproven(error.clone())),
            Verdict::DoubtFailures => self.confirm().await,
        }
    }

    /// Writes the final failures that nothing has confirmed yet, unless what succeeded before fails now.
    pub(super) async fn confirm(&self) -> Result<(), Failure> {
        if self.state.lock().unconfirmed.is_empty() {
            return Ok(());
        }
        if let Some(good) = self.good() {
            self.probe(&good).await?.map_err(unlike_before)?;
        }
        let mut state = self.state.lock();
        state.confirm().map_err(|error| state.unwritable(&error))
    }

    /// Waits until upstream responds.
    async fn end_of_outage(&self, question: &J::Question) -> Result<(), Failure> {
        match self.good() {
            Some(good) => self.probe(&good).await?.map_err(unlike_before),
            // Any word of Connect is a response.
            None => self.probe(question).await.map(drop),
        }
    }

    /// Asks a question until Connect responds to it: with a success, or with a final failure.
    async fn probe(&self, question: &J::Question) -> Result<mediaconnect::Result<()>, Failure> {
        self.state.lock().tick(true)?;
        let mut probes = 0;
        loop {
            let error = match J::call(self.client, question).await {
                Ok(_) => return Ok(Ok(())),
                Err(error) if Outcome::of(Some(&error)) == Outcome::Final => return Ok(Err(error)),
                Err(error) => error,
            };
            probes += 1;
            if probes > PROBES {
                return Err(stop(error));
            }
            let pause = PROBE_PAUSE.as_secs();
            let note = format!("Nothing succeeds ({error}): waiting for {pause} seconds.");
            self.state.lock().progress.note(&note);
            sleep(PROBE_PAUSE).await;
        }
    }

    fn good(&self) -> Option<J::Question> {
        self.good.lock().clone()
    }
}

/// A failure that concerns all rows.
fn stop(error: Error) -> Failure {
    let failure = Failure::from(error);
    let next = format!("{}; then run the same command with --resume", failure.next());
    failure.with_next(next)
}

/// Nothing shows that the final failures are those of the rows.
fn unproven(error: Error) -> Failure {
    let what = format!("{MANY_FINAL} rows in a row failed and none has succeeded, the last with: {error}");
    Failure::from(error).with_what(what).with_next(
        "check that the rows belong to this environment; none of them counts as failed, and --resume asks for them \
         again. If they may all be unknown, run the same command with --resume --keep-going",
    )
}

/// The failure of a row that succeeded before.
fn unlike_before(error: Error) -> Failure {
    let what = format!("a row that succeeded before fails now: {error}");
    Failure::from(error).with_what(what).with_next(
        "check that this is the environment in which the run began; then run the same command with --resume",
    )
}
