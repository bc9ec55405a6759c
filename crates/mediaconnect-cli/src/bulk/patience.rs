//! What failures in a row mean: an outage shall neither end a night's work at once, nor make a failure of every row.

use mediaconnect::Error;

use super::failed::Reason;

/// Failures in a row that are no coincidence.
const MANY: u32 = 10;

/// Counts failures that say nothing of their own row.
#[derive(Default)]
pub(super) struct Patience {
    has_succeeded: bool,
    failures: u32,
}

/// What follows from an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// Ask something that succeeded before.
    Doubt,
    Stop,
}

impl Patience {
    /// Judges an outcome by its error, if it has one.
    pub(super) fn judge(&mut self, error: Option<&Error>) -> Verdict {
        let Some(error) = error.filter(|error| !Reason::of(error).is_final()) else {
            // A customer who is not found is an answer too. What was not sent says nothing.
            if !error.is_some_and(Error::is_invalid_input) {
                *self = Self { has_succeeded: true, failures: 0 };
            }
            return Verdict::GoOn;
        };
        self.failures += 1;
        if error.is_auth() || error.is_configuration() {
            Verdict::Stop
        } else if self.failures < MANY {
            Verdict::GoOn
        } else if self.has_succeeded {
            self.failures = 0;
            Verdict::Doubt
        } else {
            Verdict::Stop
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(patience: &mut Patience, failures: u32) -> Vec<Verdict> {
        (0..failures).map(|_| patience.judge(Some(&Error::token_unavailable("down")))).collect()
    }

    #[test]
    fn many_failures_in_a_row_raise_a_doubt_and_a_success_between_does_not() {
        let mut patience = Patience::default();
        patience.judge(None);
        for _ in 0..3 {
            let verdicts = verdicts(&mut patience, 10);
            assert_eq!((&verdicts[..9], verdicts[9]), (&[Verdict::GoOn; 9][..], Verdict::Doubt));
        }
        for _ in 0..100 {
            assert_eq!(patience.judge(None), Verdict::GoOn);
            assert_eq!(verdicts(&mut patience, 9), [Verdict::GoOn; 9]);
        }
    }

    #[test]
    fn if_nothing_ever_succeeded_there_is_no_doubt() {
        let verdicts = verdicts(&mut Patience::default(), 10);
        assert_eq!((verdicts[8], verdicts[9]), (Verdict::GoOn, Verdict::Stop));
    }

    #[test]
    fn refused_credentials_end_it_at_once_and_an_invalid_row_says_nothing() {
        let mut patience = Patience::default();
        let invalid = Error::from("0".parse::<mediaconnect::CustomerNumber>().unwrap_err());
        assert_eq!(patience.judge(Some(&invalid)), Verdict::GoOn);
        assert!(!patience.has_succeeded);
        assert_eq!(patience.judge(Some(&Error::token_refused("no"))), Verdict::Stop);
    }
}
