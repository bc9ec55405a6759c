//! Detects an outage or a wrong environment from consecutive failures.
//!
//! A run must survive a short outage. It must not record an outage or a wrong environment as a failure of every row.

use mediaconnect::Error;

use super::failed::FailureReason;

/// After this number of consecutive temporary failures, the circuit breaker assumes an outage.
const MAX_FAILURES: u32 = 10;
/// After this number of final failures without a success, the run checks whether it uses the wrong environment. Invalid
/// rows and temporary failures are not counted.
pub(super) const MAX_FINAL_FAILURES: u32 = 100;

#[derive(Default)]
pub(super) struct CircuitBreaker {
    /// True if the run continues after any number of final failures (`--keep-going`).
    expects_final: bool,
    /// True once the Connect API has responded to a row: with a success or a final failure in this run, or with a
    /// success in the earlier run that this run resumes.
    pub(super) has_responded: bool,
    failures: u32,
    final_failures: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowOutcome {
    Success,
    /// The row is invalid and was not sent.
    Invalid,
    /// The Connect API itself reported the failure, not a gateway. A retry would fail in the same way.
    Final,
    Temporary,
    /// Every row would fail, for example because the credentials are refused.
    Fatal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Continue,
    WaitForUpstream,
    /// The run must repeat a request that succeeded before. If the repeated request fails, the rows are not the cause
    /// of the failures.
    ConfirmFailures,
    Stop,
}

impl RowOutcome {
    pub(super) fn of(error: Option<&Error>) -> Self {
        match error {
            None => Self::Success,
            Some(error) if error.is_invalid_input() => Self::Invalid,
            Some(error) if FailureReason::of(error).is_final() => Self::Final,
            Some(error) if error.is_auth() || error.is_configuration() => Self::Fatal,
            Some(_) => Self::Temporary,
        }
    }
}

impl CircuitBreaker {
    pub(super) fn new(expects_final: bool) -> Self {
        Self { expects_final, ..Self::default() }
    }

    pub(super) fn record(&mut self, outcome: RowOutcome) -> Decision {
        match outcome {
            RowOutcome::Invalid => return Decision::Continue,
            RowOutcome::Fatal => return Decision::Stop,
            RowOutcome::Success => (self.has_responded, self.failures, self.final_failures) = (true, 0, 0),
            RowOutcome::Final => {
                (self.has_responded, self.failures) = (true, 0);
                self.final_failures += 1;
            }
            RowOutcome::Temporary => self.failures += 1,
        }
        if self.failures >= MAX_FAILURES {
            self.failures = 0;
            if self.has_responded { Decision::WaitForUpstream } else { Decision::Stop }
        } else if self.final_failures >= MAX_FINAL_FAILURES && !self.expects_final {
            self.final_failures = 0;
            Decision::ConfirmFailures
        } else {
            Decision::Continue
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(breaker: &mut CircuitBreaker, outcome: RowOutcome, times: usize) -> Vec<Decision> {
        (0..times).map(|_| breaker.record(outcome)).collect()
    }

    /// Asserts that the run continues after each of `times` outcomes, and that one more outcome leads to `decision`.
    fn assert_follows(breaker: &mut CircuitBreaker, outcome: RowOutcome, times: usize, decision: Decision) {
        let decisions = decisions(breaker, outcome, times + 1);
        assert_eq!((&decisions[..times], decisions[times]), (&vec![Decision::Continue; times][..], decision));
    }

    #[test]
    fn many_temporary_failures_in_a_row_indicate_an_outage_unless_a_success_comes_between() {
        let mut breaker = CircuitBreaker::default();
        breaker.record(RowOutcome::Success);
        for _ in 0..3 {
            assert_follows(&mut breaker, RowOutcome::Temporary, 9, Decision::WaitForUpstream);
        }
        for _ in 0..100 {
            for outcome in [RowOutcome::Success, RowOutcome::Final] {
                assert_eq!(breaker.record(outcome), Decision::Continue);
                assert_eq!(decisions(&mut breaker, RowOutcome::Temporary, 9), [Decision::Continue; 9]);
            }
        }
    }

    #[test]
    fn temporary_failures_before_any_response_stop_the_run() {
        assert_follows(&mut CircuitBreaker::default(), RowOutcome::Temporary, 9, Decision::Stop);
    }

    #[test]
    fn many_final_failures_without_a_success_need_confirmation() {
        let mut breaker = CircuitBreaker::default();
        for _ in 0..3 {
            assert_follows(&mut breaker, RowOutcome::Final, 99, Decision::ConfirmFailures);
        }
        for _ in 0..3 {
            assert_eq!(breaker.record(RowOutcome::Success), Decision::Continue);
            assert_eq!(decisions(&mut breaker, RowOutcome::Final, 99), [Decision::Continue; 99]);
        }
        // Invalid rows and temporary failures do not reset the count of final failures.
        breaker.record(RowOutcome::Success);
        for outcome in [RowOutcome::Invalid, RowOutcome::Temporary] {
            assert_eq!(breaker.record(outcome), Decision::Continue);
            assert_eq!(decisions(&mut breaker, RowOutcome::Final, 49), [Decision::Continue; 49]);
        }
        assert_follows(&mut breaker, RowOutcome::Final, 1, Decision::ConfirmFailures);
        let expecting = &mut CircuitBreaker::new(true);
        assert_eq!(decisions(expecting, RowOutcome::Final, 1_000), [Decision::Continue; 1_000]);
    }

    #[test]
    fn refused_credentials_end_a_run_at_once_and_invalid_rows_do_not_count() {
        let mut breaker = CircuitBreaker::default();
        let invalid = Error::from("0".parse::<mediaconnect::CustomerNumber>().unwrap_err());
        assert_eq!(RowOutcome::of(Some(&invalid)), RowOutcome::Invalid);
        assert_eq!(breaker.record(RowOutcome::Invalid), Decision::Continue);
        assert!(!breaker.has_responded);
        assert_eq!(RowOutcome::of(Some(&Error::token_refused("no"))), RowOutcome::Fatal);
        assert_eq!(breaker.record(RowOutcome::Fatal), Decision::Stop);
    }
}
