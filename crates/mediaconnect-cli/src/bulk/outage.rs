//! Distinguishes failures of single rows from an outage or a wrong environment, by repeating a request that succeeded
//! before.

use std::time::Duration;

use mediaconnect::{Client, Error};
use tokio::time::sleep;

use super::circuit_breaker::{CircuitBreaker, Decision, MAX_FINAL_FAILURES, RowOutcome};
use super::locked::Locked;
use super::run::Job;
use super::state::RunState;
use crate::failure::Failure;

/// The maximum number of times that a failed probe is repeated. There is a pause of [`PROBE_PAUSE`] before each
/// repetition, so the pauses of one outage take at most five minutes.
const PROBES: u32 = 30;
const PROBE_PAUSE: Duration = Duration::from_secs(10);

pub(super) struct OutageMonitor<'a, J: Job> {
    pub(super) client: &'a Client,
    pub(super) breaker: CircuitBreaker,
    pub(super) state: &'a Locked<RunState>,
    /// A request that succeeded, in this run or in an earlier one.
    pub(super) known_good: &'a Locked<Option<J::Request>>,
}

impl<J: Job> OutageMonitor<'_, J> {
    /// Records the outcome of a row. If the recent outcomes suggest an outage, waits until upstream responds. While it
    /// waits, the run reads no responses and sends no other rows.
    pub(super) async fn record<T>(
        &mut self,
        request: &J::Request,
        outcome: &mediaconnect::Result<T>,
    ) -> Result<(), Failure> {
        let Err(error) = outcome else {
            *self.known_good.lock() = Some(request.clone());
            self.breaker.record(RowOutcome::Success);
            return Ok(());
        };
        match self.breaker.record(RowOutcome::of(Some(error))) {
            Decision::Continue => Ok(()),
            Decision::Stop => Err(error.clone().into()),
            Decision::WaitForUpstream => self.wait_for_upstream(request).await,
            Decision::ConfirmFailures if self.known_good().is_none() => Err(unproven(error.clone())),
            Decision::ConfirmFailures => self.confirm().await,
        }
    }

    /// Writes the unconfirmed final failures to the list of failures. Before that, repeats a request that succeeded
    /// earlier, if there is one. If the repeated request fails, returns an error and does not write them.
    pub(super) async fn confirm(&self) -> Result<(), Failure> {
        if self.state.lock().unconfirmed.is_empty() {
            return Ok(());
        }
        if let Some(known_good) = self.known_good() {
            self.probe(&known_good).await?.map_err(unlike_before)?;
        }
        self.state.lock().confirm()
    }

    async fn wait_for_upstream(&self, request: &J::Request) -> Result<(), Failure> {
        match self.known_good() {
            Some(known_good) => self.probe(&known_good).await?.map_err(unlike_before),
            // No row has succeeded yet, so the request of this row is repeated. A final failure also ends the wait,
            // because it shows that the Connect API responds.
            None => self.probe(request).await.map(drop),
        }
    }

    /// Repeats a request until the Connect API responds with a success or a final failure.
    async fn probe(&self, request: &J::Request) -> Result<mediaconnect::Result<()>, Failure> {
        self.state.lock().tick(true)?;
        let mut probes = 0;
        loop {
            let error = match J::call(self.client, request).await {
                Ok(_) => return Ok(Ok(())),
                Err(error) if RowOutcome::of(Some(&error)) == RowOutcome::Final => return Ok(Err(error)),
                Err(error) => error,
            };
            probes += 1;
            if probes > PROBES {
                return Err(error.into());
            }
            let pause = PROBE_PAUSE.as_secs();
            let note = format!("No request succeeds ({error}). Waiting for {pause} seconds.");
            self.state.lock().progress.note(&note);
            sleep(PROBE_PAUSE).await;
        }
    }

    fn known_good(&self) -> Option<J::Request> {
        self.known_good.lock().clone()
    }
}

/// Returns the failure of a run in which no row has succeeded.
fn unproven(error: Error) -> Failure {
    let what = format!(
        "{MAX_FINAL_FAILURES} consecutive rows failed, and no row has succeeded; the last error: {error}"
    );
    Failure::from(error).with_what(what).with_next(
        "check that the rows belong to this environment; the run has recorded none of them as failed. If Connect may \
         not know any of these rows, add --keep-going",
    )
}

/// Returns the failure of a run in which a repeated request fails, although it succeeded before.
fn unlike_before(error: Error) -> Failure {
    let what = format!("a row that succeeded before now fails: {error}");
    Failure::from(error)
        .with_what(what)
        .with_next("check that the command uses the environment in which the run began")
}
