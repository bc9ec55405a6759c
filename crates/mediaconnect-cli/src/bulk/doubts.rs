//! Distinguishes failures of single rows from an outage or a wrong environment, by repeating a call that succeeded
//! before.

use std::time::Duration;

use mediaconnect::{Client, Error};
use tokio::time::sleep;

use super::locked::Locked;
use super::patience::{MANY_FINAL, Outcome, Patience, Verdict};
use super::run::Job;
use super::state::State;
use crate::failure::Failure;

/// The number of probes and the pause between them: five minutes in total.
const PROBES: u32 = 30;
const PROBE_PAUSE: Duration = Duration::from_secs(10);

/// Watches the outcomes of the rows.
pub(super) struct Doubts<'a, J: Job> {
    pub(super) client: &'a Client,
    pub(super) patience: Patience,
    pub(super) state: &'a Locked<State>,
    /// A request that succeeded, in this run or in an earlier one.
    pub(super) good: &'a Locked<Option<J::Question>>,
}

impl<J: Job> Doubts<'_, J> {
    /// Records an outcome. If it suggests an outage, this waits until upstream responds. Meanwhile no response is read,
    /// so no new call starts.
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

    /// Writes the final failures that are not confirmed yet, unless the known good request fails now.
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
            // Any response of Connect shows that the outage is over.
            None => self.probe(question).await.map(drop),
        }
    }

    /// Repeats a request until Connect responds with a success or a final failure.
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

/// Returns the failure of the run for an error that affects all rows.
fn stop(error: Error) -> Failure {
    let failure = Failure::from(error);
    let next = format!("{}; then run the same command with --resume", failure.next());
    failure.with_next(next)
}

/// Returns the failure of a run in which no row ever succeeded.
fn unproven(error: Error) -> Failure {
    let what = format!("{MANY_FINAL} rows in a row failed and none has succeeded, the last with: {error}");
    Failure::from(error).with_what(what).with_next(
        "check that the rows belong to this environment; none of them counts as failed, and --resume asks for them \
         again. If they may all be unknown, run the same command with --resume --keep-going",
    )
}

/// Returns the failure of a run whose known good request fails now.
fn unlike_before(error: Error) -> Failure {
    let what = format!("a row that succeeded before fails now: {error}");
    Failure::from(error).with_what(what).with_next(
        "check that this is the environment in which the run began; then run the same command with --resume",
    )
}
