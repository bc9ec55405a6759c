//! What an outage does to a run.

use std::time::Duration;

use mediaconnect::Error;

use super::failed::Reason;

/// How long to go on while nothing succeeds: an outage shall neither end a night's work at once, nor make every row of
/// it a failure.
#[derive(Default)]
pub(super) struct Patience {
    has_succeeded: bool,
    /// Failures in a row that say nothing of their own row.
    failures: u32,
}

/// What follows from an outcome.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// Go on after a pause.
    Wait(Duration),
    Stop,
}

impl Patience {
    /// So many failures in a row are no coincidence.
    const OUTAGE: u32 = 10;
    /// Between the failures of an outage.
    const PAUSE: Duration = Duration::from_secs(10);
    /// How many of them, before the outage is one that people must end: five minutes.
    const PAUSES: u32 = 30;

    /// Judges an outcome by its error, if it has one.
    pub(super) fn judge(&mut self, error: Option<&Error>) -> Verdict {
        let Some(error) = error.filter(|error| !Reason::of(error).is_final()) else {
            // A customer who is not found is an answer too. What was not sent says nothing.
            if error.is_some_and(Error::is_invalid_input) {
                return Verdict::GoOn;
            }
            *self = Self { has_succeeded: true, failures: 0 };
            return Verdict::GoOn;
        };
        self.failures += 1;
        let most = if self.has_succeeded { Self::OUTAGE + Self::PAUSES } else { Self::OUTAGE };
        if error.is_auth() || error.is_configuration() || self.failures >= most {
            Verdict::Stop
        } else if self.failures >= Self::OUTAGE {
            Verdict::Wait(Self::PAUSE)
        } else {
            Verdict::GoOn
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outage() -> Error {
        Error::token_unavailable("down")
    }

    fn verdicts(patience: &mut Patience, failures: u32) -> Vec<Verdict> {
        (0..failures).map(|_| patience.judge(Some(&outage()))).collect()
    }

    #[test]
    fn an_outage_is_waited_out_for_five_minutes() {
        let mut patience = Patience::default();
        patience.judge(None);
        let verdicts = verdicts(&mut patience, 40);
        assert!(verdicts[..9].iter().all(|verdict| *verdict == Verdict::GoOn));
        assert!(verdicts[9..39].iter().all(|verdict| *verdict == Verdict::Wait(Duration::from_secs(10))));
        assert_eq!(verdicts[39], Verdict::Stop);
    }

    #[test]
    fn a_success_begins_the_count_anew() {
        let mut patience = Patience::default();
        for _ in 0..100 {
            assert_eq!(patience.judge(None), Verdict::GoOn);
            assert_eq!(verdicts(&mut patience, 9), [const { Verdict::GoOn }; 9]);
        }
    }

    #[test]
    fn who_never_succeeds_does_not_wait() {
        let verdicts = verdicts(&mut Patience::default(), 10);
        assert_eq!((&verdicts[8], &verdicts[9]), (&Verdict::GoOn, &Verdict::Stop));
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
