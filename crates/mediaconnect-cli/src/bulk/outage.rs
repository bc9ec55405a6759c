//! Distinguishes failures of single rows from an outage or a wrong environment, by repeating a request that succeeded
//! before.

use std::time::Duration;

use mediaconnect::{Client, Error};
use tokio::time::{Instant, sleep};

use super::circuit_breaker::{CircuitBreaker, Decision, MAX_FINAL_FAILURES, RowOutcome};
use super::locked::Locked;
use super::run::Job;
use super::state::RunState;
use crate::failure::Failure;

/// The time after which a run no longer waits for the end of an outage. A request that was sent before still counts.
const MAX_OUTAGE: Duration = Duration::from_secs(300);
const PROBE_PAUSE: Duration = Duration::from_secs(10);

/// The maximum number of known good requests.
const MAX_KNOWN_GOOD: usize = 3;

/// Requests that succeeded before. Several requests of an earlier run are kept, because some of the customers may have
/// been removed or merged since then.
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
        let known_good = self.known_good.lock().0.clone();
        self.probe(known_good, false).await?;
        self.state.lock().confirm()
    }

    async fn wait_for_upstream(&self, request: &J::Request) -> Result<(), Failure> {
        let known_good = self.known_good.lock().0.clone();
        // If no request is known to be good, the request of this row is repeated. A final failure also shows that the
        // Connect API responds.
        if known_good.is_empty() {
            return self.probe(vec![request.clone()], true).await;
        }
        let accepts_final = self.state.lock().expects_final;
        self.probe(known_good, accepts_final).await
    }

    /// Sends the requests in turn until one succeeds. With `accepts_final`, a final failure also ends the wait. Without
    /// it, a request with a final failure is not repeated, and this method fails if all requests have final failures.
    /// Does nothing if there are no requests.
    ///
    /// There is no pause between two requests of a round, because the first one may fail although the Connect API
    /// responds. For example, its customer may have been merged with another customer since.
    async fn probe(&self, mut requests: Vec<J::Request>, accepts_final: bool) -> Result<(), Failure> {
        self.state.lock().tick(true)?;
        let (began, mut final_error) = (Instant::now(), None);
        loop {
            let mut temporary = Vec::new();
            for request in requests {
                let Err(error) = J::call(self.client, &request).await else { return Ok(()) };
                match RowOutcome::of(Some(&error)) {
                    RowOutcome::Final if accepts_final => return Ok(()),
                    RowOutcome::Final => final_error = Some(error),
                    RowOutcome::Fatal => return Err(error.into()),
                    _ => temporary.push((request, error)),
                }
            }
            let Some((_, error)) = temporary.last() else {
                return final_error.map_or(Ok(()), |error| Err(unlike_before(error)));
            };
            if began.elapsed() >= MAX_OUTAGE {
                return Err(error.clone().into());
            }
            let pause = PROBE_PAUSE.as_secs();
            let note = format!("No request succeeds ({error}). Waiting for {pause} seconds.");
            self.state.lock().progress.note(&note);
            sleep(PROBE_PAUSE).await;
            requests = temporary.into_iter().map(|(request, _)| request).collect();
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
