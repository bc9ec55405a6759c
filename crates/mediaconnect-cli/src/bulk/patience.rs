//! A circuit breaker: decides what consecutive failures mean. A short outage must not end a long run, and neither an
//! outage nor a wrong environment may turn into a failure of every row.

use mediaconnect::Error;

use super::failed::Reason;

/// The number of consecutive temporary failures that indicates an outage.
const MANY: u32 = 10;
/// The number of consecutive final failures without a success that indicates a wrong environment.
pub(super) const MANY_FINAL: u32 = 100;

/// Counts consecutive failures.
#[derive(Default)]
pub(super) struct Patience {
    /// True if any number of final failures is expected.
    expects_final: bool,
    /// True once Connect has responded to a row with a success or a final failure.
    has_responded: bool,
    failures: u32,
    final_failures: u32,
}

/// The outcome of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    /// The row is invalid and was not sent.
    Invalid,
    /// Connect itself reported a failure that a retry would repeat.
    Final,
    /// The failure may be temporary.
    Failure,
    /// The failure affects all rows.
    Hopeless,
}

/// The decision after an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// Wait until upstream responds.
    DoubtUpstream,
    /// Repeat a request that succeeded before, to find out if the final failures can be trusted.
    DoubtFailures,
    Stop,
}

impl Outcome {
    pub(super) fn of(error: Option<&Error>) -> Self {
        match error {
            None => Self::Success,
            Some(error) if error.is_invalid_input() => Self::Invalid,
            Some(error) if Reason::of(error).is_final() => Self::Final,
            Some(error) if error.is_auth() || error.is_configuration() => Self::Hopeless,
            Some(_) => Self::Failure,
        }
    }
}

impl Patience {
    pub(super) fn new(expects_final: bool) -> Self {
        Self { expects_final, ..Self::default() }
    }

    /// Records the outcome of a row and decides what to do.
    pub(super) fn judge(&mut self, outcome: Outcome) -> Verdict {
        match outcome {
            Outcome::Invalid => return Verdict::GoOn,
            Outcome::Hopeless => return Verdict::Stop,
            Outcome::Success => (self.has_responded, self.failures, self.final_failures) = (true, 0, 0),
            Outcome::Final => {
                (self.has_responded, self.failures) = (true, 0);
                self.final_failures += 1;
            }
            Outcome::Failure => self.failures += 1,
        }
        if self.failures >= MANY {
            self.failures = 0;
            if self.has_responded { Verdict::DoubtUpstream } else { Verdict::Stop }
        } else if self.final_failures >= MANY_FINAL && !self.expects_final {
            self.final_failures = 0;
            Verdict::DoubtFailures
        } else {
            Verdict::GoOn
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(patience: &mut Patience, outcome: Outcome, times: usize) -> Vec<Verdict> {
        (0..times).map(|_| patience.judge(outcome)).collect()
    }

    /// Asserts that `times` outcomes have no consequence, and that the next one leads to `verdict`.
    fn assert_follows(patience: &mut Patience, outcome: Outcome, times: usize, verdict: Verdict) {
        let verdicts = verdicts(patience, outcome, times + 1);
        assert_eq!((&verdicts[..times], verdicts[times]), (&vec![Verdict::GoOn; times][..], verdict));
    }

    #[test]
    fn many_failures_in_a_row_raise_a_doubt_and_a_success_between_does_not() {
        let mut patience = Patience::default();
        patience.judge(Outcome::Success);
        for _ in 0..3 {
            assert_follows(&mut patience, Outcome::Failure, 9, Verdict::DoubtUpstream);
        }
        for _ in 0..100 {
            for outcome in [Outcome::Success, Outcome::Final] {
                assert_eq!(patience.judge(outcome), Verdict::GoOn);
                assert_eq!(verdicts(&mut patience, Outcome::Failure, 9), [Verdict::GoOn; 9]);
            }
        }
    }

    #[test]
    fn if_nothing_ever_succeeded_there_is_no_doubt() {
        assert_follows(&mut Patience::default(), Outcome::Failure, 9, Verdict::Stop);
    }

    #[test]
    fn many_final_failures_without_a_success_raise_a_doubt_too() {
        let mut patience = Patience::default();
        for _ in 0..3 {
            assert_follows(&mut patience, Outcome::Final, 99, Verdict::DoubtFailures);
        }
        for _ in 0..3 {
            assert_eq!(patience.judge(Outcome::Success), Verdict::GoOn);
            assert_eq!(verdicts(&mut patience, Outcome::Final, 99), [Verdict::GoOn; 99]);
        }
        // Invalid rows and temporary failures in between change nothing.
        patience.judge(Outcome::Success);
        for outcome in [Outcome::Invalid, Outcome::Failure] {
            assert_eq!(patience.judge(outcome), Verdict::GoOn);
            assert_eq!(verdicts(&mut patience, Outcome::Final, 49), [Verdict::GoOn; 49]);
        }
        assert_follows(&mut patience, Outcome::Final, 1, Verdict::DoubtFailures);
        let expecting = &mut Patience::new(true);
        assert_eq!(verdicts(expecting, Outcome::Final, 1_000), [Verdict::GoOn; 1_000]);
    }

    #[test]
    fn refused_credentials_end_it_at_once_and_an_invalid_row_says_nothing() {
        let mut patience = Patience::default();
        let invalid = Error::from("0".parse::<mediaconnect::CustomerNumber>().unwrap_err());
        assert_eq!(Outcome::of(Some(&invalid)), Outcome::Invalid);
        assert_eq!(patience.judge(Outcome::Invalid), Verdict::GoOn);
        assert!(!patience.has_responded);
        assert_eq!(Outcome::of(Some(&Error::token_refused("no"))), Outcome::Hopeless);
        assert_eq!(patience.judge(Outcome::Hopeless), Verdict::Stop);
    }
}
