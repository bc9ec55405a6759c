//! The retry policy: the failures that are retried, the pause before a retry, and the budget of retries.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::Error;

/// The longest pause before the first retry. It doubles with each further retry.
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
/// The longest pause before any retry.
const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// The class of a failed attempt, which decides whether it is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// The request was not sent, or upstream did not process it. Any operation may be retried.
    NotApplied,
    /// The request may have been applied, and a retry may succeed. Only operations that are safe to retry are retried.
    Unknown,
    /// A retry would fail in the same way.
    Final,
}

pub(crate) fn retry_class(error: &Error) -> RetryClass {
    if error.is_connect() || error.is_rate_limited() {
        return RetryClass::NotApplied;
    }
    match error.status_code() {
        Some(502..=504) => RetryClass::Unknown,
        _ if error.is_gateway() => RetryClass::Unknown,
        // `is_interrupted` is also true if the body of a response is incomplete.
        _ if error.is_timeout() || error.is_interrupted() => RetryClass::Unknown,
        _ => RetryClass::Final,
    }
}

/// Returns a random pause from zero to an upper bound (full jitter). The bound doubles with each failed attempt.
/// `attempt` is the number of failed attempts.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let bound = (FIRST_BACKOFF * 2_u32.pow(doublings)).min(MAX_BACKOFF);
    bound.mul_f64(fastrand::f64())
}

/// Limits retries, so that a client does not multiply the load on upstream during an outage.
///
/// It is a token bucket: retries take tokens, and successes return them. The numbers of tokens are those of the AWS
/// SDKs.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    tokens: AtomicU32,
}

/// The number of tokens that a retry took. They go back into the budget if the call succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price(u32);

impl Price {
    /// Returns `None` if the retry took no tokens, because another call had paid for it.
    pub(crate) fn unless_free(self) -> Option<Self> {
        (self != PAID).then_some(self)
    }
}

const CAPACITY: u32 = 500;
/// The price of a retry after a 429, in tokens. It is lower than after other errors, because a 429 shows that upstream
/// is up.
const AFTER_THROTTLING: Price = Price(5);
/// The price of a retry after any other error, in tokens.
const AFTER_FAILURE: Price = Price(14);
/// The price of a retry that another call has already paid for. Calls that share a failed fetch of an access token also
/// share the retry of this fetch.
const PAID: Price = Price(0);
/// The number of tokens that go back into the budget when a call succeeds without a retry.
const REFUND: Price = Price(1);

impl RetryBudget {
    /// Creates a full budget.
    pub(crate) fn new() -> Self {
        Self { tokens: AtomicU32::new(CAPACITY) }
    }

    /// Pays for a retry after an error. Returns the price, or `None` if the budget has too few tokens left.
    ///
    /// All callers share one fetch of an access token. If this fetch is retried after a failure, only one of the
    /// callers pays for the retry.
    pub(crate) fn take(&self, error: &Error) -> Option<Price> {
        let price = if error.is_rate_limited() { AFTER_THROTTLING } else { AFTER_FAILURE };
        let Some(is_paid) = error.next_fetch_paid() else { return self.pay(price) };
        if is_paid.swap(true, Ordering::Relaxed) {
            return Some(PAID);
        }
        let paid = self.pay(price);
        is_paid.store(paid.is_some(), Ordering::Relaxed);
        paid
    }

    fn pay(&self, price: Price) -> Option<Price> {
        let update = |tokens: u32| tokens.checked_sub(price.0);
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update).ok().map(|_| price)
    }

    /// Returns tokens to the bucket after a call succeeded: those that the call's last retry took, or [`REFUND`] if it
    /// had no retry.
    pub(crate) fn refund(&self, price: Option<Price>) {
        let amount = price.unwrap_or(REFUND).0;
        let tokens = self.tokens.load(Ordering::Relaxed);
        // The bucket is nearly always full. If it is full, the write is skipped, because nothing would change.
        if tokens < CAPACITY {
            let update = |tokens: u32| Some((tokens + amount).min(CAPACITY));
            let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn error(kind: Kind) -> Error {
        Error::new(kind)
    }

    #[test]
    fn what_was_never_sent_or_throttled_may_be_sent_again() {
        assert_eq!(retry_class(&error(Kind::Connect)), RetryClass::NotApplied);
        assert_eq!(retry_class(&Error::status(429)), RetryClass::NotApplied);
    }

    #[test]
    fn what_may_have_arrived_is_unknown() {
        for kind in [Kind::Timeout, Kind::Interrupted] {
            assert_eq!(retry_class(&error(kind)), RetryClass::Unknown);
        }
        for status in [502, 503, 504] {
            assert_eq!(retry_class(&Error::status(status)), RetryClass::Unknown);
        }
        for status in [301, 302, 404, 408, 410, 425] {
            assert_eq!(
                retry_class(&Error::response(status, false)),
                RetryClass::Unknown,
                "a gateway's {status}"
            );
        }
    }

    #[test]
    fn what_was_answered_is_final() {
        for status in [302, 400, 401, 403, 404, 500, 501] {
            assert_eq!(retry_class(&Error::status(status)), RetryClass::Final, "{status}");
            assert_eq!(
                retry_class(&Error::response(status, true)),
                RetryClass::Final,
                "Connect's own {status}"
            );
        }
        for kind in [Kind::ReportedFailure, Kind::Mismatch("customerNumber")] {
            assert_eq!(retry_class(&error(kind)), RetryClass::Final);
        }
    }

    #[test]
    fn backoff_is_spread_over_everything_up_to_its_bound() {
        for (attempt, bound) in [(1, 200), (2, 400), (3, 800), (6, 5000), (40, 5000)] {
            let waits: Vec<_> = (0..500).map(|_| backoff(attempt).as_millis()).collect();
            assert!(waits.iter().all(|wait| *wait <= bound), "{attempt}");
            assert!(
                waits.iter().any(|wait| *wait < bound / 4) && waits.iter().any(|wait| *wait > bound / 4 * 3)
            );
        }
    }

    #[test]
    fn an_outage_empties_the_budget_and_successes_fill_it() {
        let budget = RetryBudget::new();
        let outage = error(Kind::Connect);
        let taken = std::iter::from_fn(|| budget.take(&outage)).count();
        assert_eq!(taken, 35, "500 / 14");
        for _ in 0..4 {
            budget.refund(None);
        }
        assert_eq!(
            budget.take(&outage),
            Some(AFTER_FAILURE),
            "10 tokens remained after 35 retries, and four successes returned 4 more"
        );
        budget.refund(Some(AFTER_FAILURE));
        assert!(budget.take(&Error::status(429)).is_some());
    }

    #[test]
    fn the_repetition_of_a_shared_token_fetch_is_paid_once() {
        let budget = RetryBudget::new();
        let fetch = || Error::status(503).while_fetching_token();
        let shared = fetch();
        assert_eq!(budget.take(&shared.clone()), Some(AFTER_FAILURE));
        for _ in 0..100 {
            assert_eq!(budget.take(&shared.clone()), Some(PAID));
        }
        assert_eq!(budget.tokens.load(Ordering::Relaxed), CAPACITY - AFTER_FAILURE.0);
        while budget.take(&fetch()).is_some() {}
        assert_eq!(
            budget.take(&shared),
            Some(PAID),
            "another caller has already paid for this retry, so it needs no tokens"
        );
    }

    #[test]
    fn the_budget_never_holds_more_than_its_capacity() {
        let budget = RetryBudget::new();
        (0..100).for_each(|_| budget.refund(Some(AFTER_FAILURE)));
        assert_eq!(budget.tokens.load(Ordering::Relaxed), CAPACITY);
    }
}
