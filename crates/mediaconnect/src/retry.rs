//! When a failed attempt is repeated, and after how long.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::Error;

/// The longest wait before the first repetition; it doubles from one to the next.
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
/// The longest wait before any repetition.
const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// What is known of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It did not leave, or upstream refused to look at it: it may be sent again, whatever it does.
    NotApplied,
    /// It may have been applied, and another attempt may fare better.
    Unknown,
    /// Another attempt would end the same way.
    Final,
}

/// Returns what is known of a request, from the error it ended in.
pub(crate) fn fate(error: &Error) -> Fate {
    if error.is_connect() || error.is_rate_limited() {
        return Fate::NotApplied;
    }
    match error.status_code() {
        Some(502..=504) => Fate::Unknown,
        _ if error.is_gateway() => Fate::Unknown,
        // The head of a response came, and then the body broke off.
        _ if error.is_timeout() || error.is_interrupted() => Fate::Unknown,
        _ => Fate::Final,
    }
}

/// Full jitter: anything between nothing and a bound that doubles. `attempt` counts those that failed, from 1.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let bound = (FIRST_BACKOFF * 2_u32.pow(doublings)).min(MAX_BACKOFF);
    bound.mul_f64(fastrand::f64())
}

/// A bucket of tokens that repetitions take from and successes pay into, so that a client does not multiply the
/// load on an upstream that is down. Capacity and prices are those of the AWS SDKs.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    tokens: AtomicU32,
}

/// What a repetition took from the budget; a success gives it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price(u32);

const CAPACITY: u32 = 500;
/// Of a repetition that upstream asked for by throttling: upstream is up.
const AFTER_THROTTLING: Price = Price(5);
/// Of any other repetition.
const AFTER_FAILURE: Price = Price(14);
/// Of a repetition that somebody else paid.
const PAID: Price = Price(0);
/// What a success without repetition pays in.
const REFUND: Price = Price(1);

impl RetryBudget {
    /// A full bucket.
    pub(crate) fn new() -> Self {
        Self { tokens: AtomicU32::new(CAPACITY) }
    }

    /// Takes the price of repeating after an error; `None` when there is not enough left.
    ///
    /// A token fetch is one for all callers, and so is its repetition: the first of them pays.
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

    /// Pays for a success: what its last repetition took, or a little.
    pub(crate) fn refund(&self, price: Option<Price>) {
        let amount = price.unwrap_or(REFUND).0;
        let tokens = self.tokens.load(Ordering::Relaxed);
        // The bucket is full nearly always: then there is nothing to write.
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
        assert_eq!(fate(&error(Kind::Connect)), Fate::NotApplied);
        assert_eq!(fate(&Error::status(429)), Fate::NotApplied);
    }

    #[test]
    fn what_may_have_arrived_is_unknown() {
        for kind in [Kind::Timeout, Kind::Interrupted] {
            assert_eq!(fate(&error(kind)), Fate::Unknown);
        }
        for status in [502, 503, 504] {
            assert_eq!(fate(&Error::status(status)), Fate::Unknown);
        }
        for status in [301, 302, 404, 410] {
            assert_eq!(fate(&Error::response(status, false)), Fate::Unknown, "a gateway's {status}");
        }
    }

    #[test]
    fn what_was_answered_is_final() {
        for status in [302, 400, 401, 403, 404, 500, 501] {
            assert_eq!(fate(&Error::status(status)), Fate::Final, "{status}");
            assert_eq!(fate(&Error::response(status, true)), Fate::Final, "Connect's own {status}");
        }
        for kind in [Kind::ReportedFailure, Kind::Mismatch("customerNumber")] {
            assert_eq!(fate(&error(kind)), Fate::Final);
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
        assert_eq!(budget.take(&outage), Some(AFTER_FAILURE), "10 were left, and 4 paid in");
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
        assert_eq!(budget.take(&shared), Some(PAID), "another fetch is another's to pay");
    }

    #[test]
    fn the_budget_never_holds_more_than_its_capacity() {
        let budget = RetryBudget::new();
        (0..100).for_each(|_| budget.refund(Some(AFTER_FAILURE)));
        assert_eq!(budget.tokens.load(Ordering::Relaxed), CAPACITY);
    }
}
