//! The state of a token cache: its token, and when the next fetch may begin.
//!
//! It has no I/O, lock, clock or randomness: `now` and `random` (in `0.0..1.0`) are arguments.

use std::time::Duration;

use tokio::time::Instant;

use super::backoff::delay;
use super::bearer::Token;
use super::source::AccessToken;
use super::validity::Validity;
use crate::error::{Error, Result};

/// The shortest pause after a failed fetch.
const AFTER_FAILURE: Duration = Duration::from_millis(200);
/// If the API has refused two tokens in a row, the second one is not replaced before this age.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);
/// If a refused token is at least this old, earlier `refusals` no longer count.
const PROVEN: Duration = Duration::from_secs(60);
/// The longest pause that a token endpoint can request with `Retry-After`.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

/// The token of a cache, and when the next fetch may begin.
#[derive(Default)]
pub(super) struct State {
    current: Option<Current>,
    /// The number of tokens fetched so far. It is also the number of the newest token.
    fetched: u64,
    /// The number of consecutive failed fetches.
    failures: u32,
    /// The earliest time of the next fetch.
    not_before: Option<Instant>,
    last_error: Option<Error>,
    /// The number of consecutive tokens that the API refused soon after their fetch.
    refusals: u32,
    /// A refused token is replaced only if it has reached this age, so that a blocked client fetches few tokens.
    forbearance: Duration,
}

struct Current {
    token: Token,
    fetched: Instant,
    validity: Validity,
}

impl State {
    pub(super) fn usable(&self, now: Instant) -> Option<Token> {
        let current = self.current.as_ref().filter(|current| now < current.validity.usable_until)?;
        Some(current.token.clone())
    }

    /// Returns true if a new token should be fetched although the current one is still usable.
    pub(super) fn is_refresh_due(&self, now: Instant) -> bool {
        self.current.as_ref().is_some_and(|current| now >= current.validity.refresh_at)
            && self.not_before.is_none_or(|not_before| now >= not_before)
    }

    /// Returns the time at which a fetch that is requested now may begin.
    pub(super) fn next_fetch(&self, now: Instant) -> Instant {
        self.not_before.map_or(now, |not_before| not_before.max(now))
    }

    /// Returns the last error if no token can come before the deadline, because the next fetch begins after the
    /// deadline.
    pub(super) fn hopeless(&self, deadline: Instant, now: Instant) -> Option<&Error> {
        self.last_error.as_ref().filter(|_| self.next_fetch(now) >= deadline)
    }

    /// Returns the error of the last fetch if the credentials were refused and the next fetch may not begin yet.
    /// Callers fail with this error at once, because a wait would not help.
    pub(super) fn standing_refusal(&self, now: Instant) -> Option<&Error> {
        let is_too_early = self.not_before.is_some_and(|not_before| now < not_before);
        self.last_error.as_ref().filter(|error| is_too_early && error.is_auth())
    }

    /// Returns the error of the last fetch, until a fetch succeeds.
    pub(super) fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    pub(super) fn time_left(&self, now: Instant) -> Option<Duration> {
        self.current.as_ref().map(|current| current.validity.expires.saturating_duration_since(now))
    }

    /// Stores the outcome of a fetch that began at `began`.
    pub(super) fn finish(
        &mut self,
        fetched: Result<AccessToken>,
        began: Instant,
        now: Instant,
        random: f64,
    ) -> Result<Token> {
        let number = self.fetched + 1;
        match fetched.and_then(|access| Ok((Token::new(&access.secret, number)?, access.lifetime))) {
            Ok((token, lifetime)) => {
                let validity = Validity::new(began, lifetime, random);
                self.current = Some(Current { token: token.clone(), fetched: now, validity });
                self.fetched = number;
                self.failures = 0;
                self.not_before = None;
                self.last_error = None;
                Ok(token)
            }
            Err(error) => Err(self.fail(error, now, random)),
        }
    }

    /// Counts a failed fetch, and returns the error for the callers.
    pub(super) fn fail(&mut self, error: Error, now: Instant, random: f64) -> Error {
        let error = error.while_fetching_token();
        self.failures = self.failures.saturating_add(1);
        let asked_for = error.retry_after().unwrap_or_default().min(MAX_RETRY_AFTER);
        self.not_before = Some(now + delay(AFTER_FAILURE, self.failures, random).max(asked_for));
        self.last_error = Some(error.clone());
        error
    }

    /// Forgets the token with this number, which the API refused. Returns true if a retry can get another token.
    ///
    /// If the cache already has a newer token, the newer token is kept. If the API refuses several new tokens in a row,
    /// the last of them stays in the cache until it reaches a minimum age. The minimum age grows to 30 seconds, so that
    /// a blocked client fetches few tokens. Operations for which the API accepts this last token can still use it.
    pub(super) fn forget(&mut self, refused: u64, now: Instant, random: f64) -> bool {
        let Some(current) = self.current.as_ref().filter(|current| current.token.number() == refused) else {
            return true;
        };
        let age = now.saturating_duration_since(current.fetched);
        if age >= PROVEN {
            self.refusals = 0;
        } else if age < self.forbearance {
            return false;
        }
        self.refusals = self.refusals.saturating_add(1);
        self.forbearance = delay(AFTER_REFUSAL, self.refusals, random);
        self.current = None;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const MS: Duration = Duration::from_millis(1);

    fn fetched(state: &mut State, now: Instant) -> Token {
        state.finish(Ok(AccessToken::new("t", Some(HOUR))), now, now, 0.0).unwrap()
    }

    #[test]
    fn a_failure_does_not_take_the_token_away() {
        let (mut state, now) = (State::default(), Instant::now());
        let token = fetched(&mut state, now);
        state.fail(Error::status(503), now, 0.0);
        assert_eq!(state.usable(now).unwrap().number, token.number);
        assert!(state.last_error().unwrap().is_token_fetch());
        fetched(&mut state, now);
        assert!(state.last_error().is_none());
        state.fail(Error::status(503), now, 0.0);
        assert_eq!(state.next_fetch(now), now + AFTER_FAILURE, "the backoff begins anew");
    }

    #[test]
    fn a_refresh_waits_for_the_backoff() {
        let (mut state, now) = (State::default(), Instant::now());
        fetched(&mut state, now);
        let late = now + HOUR.mul_f64(0.8);
        assert!(!state.is_refresh_due(now) && state.is_refresh_due(late));
        state.fail(Error::status(503), late, 0.0);
        assert!(!state.is_refresh_due(late + 199 * MS) && state.is_refresh_due(late + 200 * MS));
    }

    #[test]
    fn retry_after_makes_the_backoff_longer_within_reason() {
        let now = Instant::now();
        for (asked_for, waits) in [(60 * 1000, 60), (u64::MAX, 600)] {
            let mut state = State::default();
            let asked_for = Some(Duration::from_millis(asked_for));
            state.fail(Error::status(429).with_retry_after(asked_for), now, 0.0);
            assert_eq!(state.next_fetch(now), now + Duration::from_secs(waits));
        }
    }

    #[test]
    fn only_the_refused_token_is_forgotten() {
        let (mut state, now) = (State::default(), Instant::now());
        let old = fetched(&mut state, now);
        let new = fetched(&mut state, now);
        assert!(state.forget(old.number(), now, 0.0), "there is a newer one");
        assert!(state.usable(now).is_some());
        assert!(state.forget(new.number(), now, 0.0));
        assert!(state.usable(now).is_none());
        assert!(state.forget(new.number(), now, 0.0), "the next fetch returns a newer token");
    }

    #[test]
    fn a_refused_fresh_token_is_kept_for_longer_each_time() {
        let (mut state, mut now) = (State::default(), Instant::now());
        let token = fetched(&mut state, now);
        assert!(
            state.forget(token.number(), now, 0.0),
            "the first refused token is forgotten at once, even if it was just fetched"
        );
        for seconds in [1, 2, 4, 8, 15, 15] {
            let token = fetched(&mut state, now);
            let almost = Duration::from_secs(seconds).saturating_sub(MS);
            now += almost;
            assert!(!state.forget(token.number(), now, 0.0) && state.usable(now).is_some(), "{seconds}");
            now += MS;
            assert!(state.forget(token.number(), now, 0.0) && state.usable(now).is_none(), "{seconds}");
        }
    }

    #[test]
    fn a_token_that_was_good_for_a_minute_resets_the_count_of_refusals() {
        let (mut state, mut now) = (State::default(), Instant::now());
        for _ in 0..9 {
            let token = fetched(&mut state, now);
            now += PROVEN;
            assert!(state.forget(token.number(), now, 0.0));
            let token = fetched(&mut state, now);
            now += Duration::from_secs(2);
            assert!(
                state.forget(token.number(), now, 0.0),
                "the count of refusals was reset, so a refused token is kept for only one second"
            );
        }
    }
}
