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

/// The maximum number of known good requests.
const MAX_KNOWN_GOOD: usize = 3;

/// Requests that succeeded before. Several requests of an earlier run are kept, because some of the customers may have
/// been removed since then.
pub(super) struct KnownGood<R>(Vec<R>);

impl<R> Default for KnownGood<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R> KnownGood<R> {
    /// Adds the request of a row that an earlier run wrote.
    pub(super) fn add(&mut self, request: R) {
        if self.0.len() < MAX_KNOWN_GOOD {
            self.0.push(request);
        }
    }
}

pub(super) struct OutageMonitor<'a, J: Job> {
    pub(super) client: &'a Client,
    pub(super) breaker: CircuitBreaker,
    pub(super) state: &'a Locked<RunState>,
    /// Requests that succeeded, in this run or in an earlier one.
    pub(super) known_good: &'a Locked<KnownGood<J::Request>>,
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
            *self.known_good.lock() = KnownGood(vec![request.clone()]);
            self.breaker.record(RowOutcome::Success);
            return Ok(());
        };
        let has_known_good = !self.known_good.lock().0.is_empty();
        // A request that succeeded in an earlier run also shows that the Connect API has responded. This matters if the
        // first rows of a resumed run fail.
        self.breaker.has_responded |= has_known_good;
        match self.breaker.record(RowOutcome::of(Some(error))) {
            Decision::Continue => Ok(()),
            Decision::Stop => Err(error.clone().into()),
            Decision::WaitForUpstream => self.wait_for_upstream(request).await,
            Decision::ConfirmFailures if !has_known_good => Err(unproven(error.clone())),
            Decision::ConfirmFailures => self.confirm().await,
        }
    }

    /// Repeats the known good requests until one succeeds, then writes the unconfirmed final failures to the list of
    /// failures. If no known good request succeeds, returns an error and writes no failures. If no request is known to
    /// be good, writes the failures at once.
    pub(super) async fn confirm(&self) -> Result<(), Failure> {
        if self.state.lock().unconfirmed.is_empty() {
            return Ok(());
        }
        self.probe_known_good().await?;
        self.state.lock().confirm()
    }

    async fn wait_for_upstream(&self, request: &J::Request) -> Result<(), Failure> {
        let known_good = self.known_good.lock().0.first().cloned();
        if known_good.is_some() && !self.state.lock().expects_final {
            return self.probe_known_good().await;
        }
        // If no request is known to be good, the request of this row is repeated. A success or a final failure ends the
        // repetition, because both show that the Connect API responds.
        self.probe(known_good.as_ref().unwrap_or(request)).await.map(drop)
    }

    /// Probes the known good requests one after another until one succeeds. Returns an error if none of them succeeds.
    /// Does nothing if there are no known good requests.
    async fn probe_known_good(&self) -> Result<(), Failure> {
        let requests = self.known_good.lock().0.clone();
        let mut failure = None;
        for request in &requests {
            match self.probe(request).await? {
                Ok(()) => return Ok(()),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(()), |error| Err(unlike_before(error)))
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
    let what = format!("a row fails now, although it succeeded before: {error}");
    Failure::from(error).with_what(what).with_next(
        "check that the command uses the environment in which the run began. If the customers of the first rows were \
         removed since, add --keep-going",
    )
}
