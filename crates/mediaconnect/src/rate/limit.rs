//! The rate limit, and the behaviour of calls when it is reached.

use std::hash::{Hash, Hasher};

use crate::error::{Error, Result};

/// The highest limit that can be set. It bounds the memory of the limiter: 32 bytes for each request of the last
/// minute, or 96 bytes while calls wait.
const MAX_PER_MINUTE: u32 = 10_000_000;

/// The rate limit of a client id, and this client's share of it.
///
/// The default is upstream's documented limit, 100 requests a second and 2,000 a minute, all for this client. Upstream
/// counts requests by client id, so services with the same client id must divide the rate:
///
/// ```
/// # fn main() -> mediaconnect::Result<()> {
/// let half = mediaconnect::RateLimit::default().with_share(0.5)?;
/// assert_eq!((half.per_second(), half.per_minute()), (50, 1_000));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    per_second: u32,
    per_minute: u32,
    share: f64,
}

impl RateLimit {
    /// Creates a limit other than the documented one. Upstream must have agreed to it for this client id.
    ///
    /// # Errors
    /// Returns an error if a limit is 0 or above 10,000,000.
    pub fn new(per_second: u32, per_minute: u32) -> Result<Self> {
        let valid = 1..=MAX_PER_MINUTE;
        if !valid.contains(&per_second) || !valid.contains(&per_minute) {
            return Err(Error::configuration(format!(
                "a rate limit of {per_second} a second and {per_minute} a minute is out of bounds: \
                 each must be from 1 to {MAX_PER_MINUTE}"
            )));
        }
        Ok(Self { per_second, per_minute, share: 1.0 })
    }

    /// Sets this client's share of the rate, above 0 and up to 1. It replaces an earlier share.
    ///
    /// The shares of all processes with the same client id must not add up to more than 1. A service with several
    /// replicas divides its share among them.
    ///
    /// # Errors
    /// Returns an error unless the share is above 0 and at most 1. Also returns an error if the share allows less than
    /// one request a second or a minute.
    pub fn with_share(self, share: f64) -> Result<Self> {
        let limit = Self { share, ..self };
        let is_fraction = share > 0.0 && share <= 1.0;
        if !is_fraction || limit.per_second() == 0 || limit.per_minute() == 0 {
            return Err(Error::configuration(format!(
                "a share of {share} of the rate is out of bounds: it must be above 0, up to 1, \
                 and leave at least one request a second"
            )));
        }
        Ok(limit)
    }

    /// Returns the number of requests that this client may send in a second: its share, rounded down.
    pub fn per_second(&self) -> u32 {
        part(self.per_second, self.share)
    }

    /// Returns the number of requests that this client may send in a minute: its share, rounded down.
    pub fn per_minute(&self) -> u32 {
        part(self.per_minute, self.share)
    }

    /// Returns the number of requests that all clients with this client id together may send in a second.
    pub(crate) fn of_all_per_second(&self) -> u32 {
        self.per_second
    }

    /// Returns the number of requests that all clients with this client id together may send in a minute.
    pub(crate) fn of_all_per_minute(&self) -> u32 {
        self.per_minute
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_second: 100, per_minute: 2_000, share: 1.0 }
    }
}

// `Eq` is sound, because the share is never NaN.
impl Eq for RateLimit {}

impl Hash for RateLimit {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.per_second, self.per_minute, self.share.to_bits()).hash(state);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is from 0 to 1, so the product is no greater than the limit"
)]
fn part(limit: u32, share: f64) -> u32 {
    // Compensates for floating-point errors: 100 * 0.29 is slightly less than 29.
    (f64::from(limit) * share + 1e-6).floor() as u32
}

/// The behaviour of a call when the rate is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenExhausted {
    /// The call waits in a queue, at most until its deadline.
    #[default]
    Wait,
    /// The call sends nothing and fails at once. Its error contains the time to wait before a retry.
    ///
    /// In a fleet, the call also fails if this process has leased no turn in advance. The fleet then leases a turn, and
    /// keeps it for a retry within two seconds.
    Fail,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_down() {
        for (share, per_second, per_minute) in
            [(1.0, 100, 2_000), (0.29, 29, 580), (1.0 / 3.0, 33, 666), (0.01, 1, 20)]
        {
            let limit = RateLimit::default().with_share(share).unwrap();
            assert_eq!((limit.per_second(), limit.per_minute()), (per_second, per_minute), "{share}");
        }
    }

    #[test]
    fn what_leaves_nothing_or_is_no_fraction_is_refused() {
        for share in [0.0, -0.5, 1.01, 0.009, f64::NAN, f64::INFINITY] {
            assert!(RateLimit::default().with_share(share).unwrap_err().is_configuration(), "{share}");
        }
        for (per_second, per_minute) in [(0, 1), (1, 0), (1, u32::MAX)] {
            assert!(RateLimit::new(per_second, per_minute).unwrap_err().is_configuration());
        }
    }
}
