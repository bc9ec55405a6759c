//! The wait after the n-th failure in a row.

use std::time::Duration;

/// No wait is longer.
pub(super) const LONGEST: Duration = Duration::from_secs(30);

/// `shortest` to twice that after the first failure, doubled with each further one, up to 15 to 30 seconds.
///
/// `random` is in `0.0..1.0`; half of each wait is certain, since the fetch after it is one for all callers: a wait
/// of nothing would help nobody.
pub(super) fn delay(shortest: Duration, failures: u32, random: f64) -> Duration {
    let longest = shortest.saturating_mul(2u32.saturating_pow(failures.max(1))).min(LONGEST);
    longest.mul_f64(f64::midpoint(1.0, random))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORTEST: Duration = Duration::from_millis(200);

    #[test]
    fn it_doubles_from_the_shortest_to_the_cap() {
        for (failures, least) in [(1, 200), (2, 400), (3, 800), (7, 12_800), (8, 15_000), (u32::MAX, 15_000)]
        {
            let least = Duration::from_millis(least);
            assert_eq!(delay(SHORTEST, failures, 0.0), least, "{failures}");
            assert_eq!(delay(SHORTEST, failures, 1.0), least * 2, "{failures}");
        }
    }
}
