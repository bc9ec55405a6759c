//! From when to when a token is used.

use std::time::Duration;

use tokio::time::Instant;

/// How long before its end a token is no longer used: requests take time, and clocks differ.
const MARGIN: Duration = Duration::from_secs(30);
/// The lifetime of a token that does not tell one: short, since upstream's default (12 hours) may be overridden.
const UNKNOWN: Duration = Duration::from_secs(5 * 60);
/// What is less cannot be meant: it would be a fetch for each call.
pub(super) const LEAST: Duration = Duration::from_secs(1);
/// What is more is not made use of.
const MOST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// From when to when a token is used.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    /// From here on a new one is fetched in the background.
    pub(super) refresh_at: Instant,
    /// From here on it is not sent any more.
    pub(super) usable_until: Instant,
    /// When upstream stops taking it.
    pub(super) expires: Instant,
}

impl Validity {
    /// `fetched` is when it was asked for, `random` is in `0.0..1.0`.
    pub(super) fn new(fetched: Instant, lifetime: Option<Duration>, random: f64) -> Self {
        let lifetime = counted_on(lifetime);
        let usable = lifetime.saturating_sub(MARGIN).max(lifetime / 2);
        // At random, so that clients that were started together do not refresh together.
        let refresh = usable.mul_f64(0.75 + 0.15 * random);
        Self { refresh_at: fetched + refresh, usable_until: fetched + usable, expires: fetched + lifetime }
    }
}

/// Returns the lifetime to count on, whatever upstream says.
pub(super) fn counted_on(lifetime: Option<Duration>) -> Duration {
    lifetime.filter(|lifetime| *lifetime >= LEAST).unwrap_or(UNKNOWN).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// Returns how long until the refresh, the end of the use, and the end.
    fn times(lifetime: Option<Duration>, random: f64) -> [Duration; 3] {
        let now = Instant::now();
        let validity = Validity::new(now, lifetime, random);
        [validity.refresh_at, validity.usable_until, validity.expires].map(|at| at - now)
    }

    #[test]
    fn the_refresh_is_between_75_and_90_per_cent_of_the_use() {
        let usable = Duration::from_secs(12 * 3600 - 30);
        assert_eq!(times(Some(12 * HOUR), 0.0), [usable * 3 / 4, usable, 12 * HOUR]);
        assert_eq!(times(Some(12 * HOUR), 1.0), [usable * 9 / 10, usable, 12 * HOUR]);
    }

    #[test]
    fn of_a_short_lifetime_half_is_used() {
        assert_eq!(times(Some(Duration::from_secs(8)), 0.0), [3, 4, 8].map(Duration::from_secs));
    }

    #[test]
    fn nonsense_is_as_good_as_unknown_and_nothing_overflows() {
        for (lifetime, meant) in
            [(None, UNKNOWN), (Some(Duration::ZERO), UNKNOWN), (Some(Duration::MAX), MOST)]
        {
            assert_eq!(times(lifetime, 0.5)[2], meant);
        }
    }
}
