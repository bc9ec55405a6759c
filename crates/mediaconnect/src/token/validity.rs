//! The time during which a token is used.

use std::time::Duration;

use tokio::time::Instant;

/// A token is not used in this last part of its lifetime, because requests take time and clocks differ. A token with a
/// lifetime below a minute is used for the first half of its lifetime.
const MARGIN: Duration = Duration::from_secs(30);
/// The assumed lifetime if upstream reports none. It is short, because upstream can override its default (12 hours) for
/// a client.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// The shortest accepted lifetime. A shorter one is treated as unknown, because it would cause a fetch for each call.
pub(super) const MIN_LIFETIME: Duration = Duration::from_secs(1);
/// The longest assumed lifetime. A longer reported lifetime is shortened to seven days.
const MAX_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[derive(Clone, Copy)]
pub(super) struct Validity {
    /// The time at which a new token is fetched in the background.
    pub(super) refresh_at: Instant,
    /// The time from which the token is no longer sent.
    pub(super) usable_until: Instant,
    /// The time at which upstream stops accepting the token.
    pub(super) expires: Instant,
}

impl Validity {
    /// Computes the times of a token. `fetched` is the time of its request. `random` is in `0.0..1.0`.
    pub(super) fn new(fetched: Instant, lifetime: Option<Duration>, random: f64) -> Self {
        let lifetime = counted_on(lifetime);
        let usable = lifetime.saturating_sub(MARGIN).max(lifetime / 2);
        // The time of the refresh is random, so that clients that started together do not refresh together.
        let refresh = usable.mul_f64(0.75 + 0.15 * random);
        Self { refresh_at: fetched + refresh, usable_until: fetched + usable, expires: fetched + lifetime }
    }
}

/// Returns the lifetime that the client assumes. A missing or very short lifetime is replaced by the default. A
/// lifetime above seven days counts as seven days.
pub(super) fn counted_on(lifetime: Option<Duration>) -> Duration {
    lifetime.filter(|lifetime| *lifetime >= MIN_LIFETIME).unwrap_or(DEFAULT_LIFETIME).min(MAX_LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// Returns the times until the refresh, the last use, and the expiry.
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
        for (lifetime, meant) in [
            (None, DEFAULT_LIFETIME),
            (Some(Duration::ZERO), DEFAULT_LIFETIME),
            (Some(Duration::MAX), MAX_LIFETIME),
        ] {
            assert_eq!(times(lifetime, 0.5)[2], meant);
        }
    }
}
