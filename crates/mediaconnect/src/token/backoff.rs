use std::time::Duration;

/// The longest pause.
pub(super) const MAX_DELAY: Duration = Duration::from_secs(30);

/// Returns the pause after `failures` consecutive failures.
///
/// After the first failure, the pause is between `shortest` and twice `shortest`. The range doubles with each further
/// failure, until it is 15 to 30 seconds. `random` is in `0.0..1.0`. Only half of the pause is random, so that the
/// pause is never near zero. More randomness is not needed, because all callers share one fetch and need not be spread
/// over time.
pub(super) fn delay(shortest: Duration, failures: u32, random: f64) -> Duration {
    let longest = shortest.saturating_mul(2u32.saturating_pow(failures.max(1))).min(MAX_DELAY);
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
