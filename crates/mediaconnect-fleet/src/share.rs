//! The share of a member: the part of the rate that it may use while Redis is unreachable.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::exchange::Synced;

/// The lifetime of a leased turn (a permit to send one request).
///
/// If Redis fails, calls use the turns in reserve until the member may use its share. A turn must therefore live for
/// about 1.6 seconds: at most 0.4 until the next sync, 0.2 until the sync times out, and 1 until the member may use its
/// share.
pub(crate) const LIFE: Duration = Duration::from_millis(1_700);
/// The windows of upstream's rate limit, with the same margin as in the client's rate limiter.
const SECOND: Duration = Duration::from_millis(1_050);
const MINUTE: Duration = Duration::from_millis(60_050);
/// The time after the start of a share during which upstream may still count requests whose turns were leased before
/// the start. This time is the lifetime of a turn plus the duration of a request.
const LATE: Duration = LIFE.saturating_add(Duration::from_millis(1_500));
/// The percentage of the rate that all shares use. The rest is for processes that start while Redis is unreachable.
const PERCENT: u64 = 97;

/// A share of the rate. The requests that all members sent before the share began are subtracted from the rate. The
/// rest is divided into `parts` equal shares.
pub(crate) struct Share {
    limits: (u32, u32),
    parts: u32,
    /// The requests of all members from before the start of this share, as pairs of a time and a count. The time is the
    /// latest time at which upstream may have counted these requests.
    before: Vec<(Instant, u32)>,
    /// The requests of this member since the share began.
    own: VecDeque<(Instant, u32)>,
}

impl Share {
    /// Creates a share that starts now. `known` is the last complete reply of Redis. The ages in that reply count
    /// back from `heard`. Since `heard`, the other members may have leased more turns.
    pub(crate) fn new(limits: (u32, u32), known: Option<&Synced>, heard: Instant, now: Instant) -> Self {
        let mut before = Vec::new();
        if let Some(known) = known {
            for &(age, count) in &known.history {
                let age = Duration::from_secs(age);
                before.push((heard.checked_sub(age).unwrap_or(heard), count));
            }
            let used: u32 = known.history.iter().map(|(_, count)| count).sum();
            // The maximum number of turns per second that the other members may have leased since the last reply.
            let rate = if used + known.held >= limits.1 / 2 { limits.1 / 54 } else { limits.0 };
            let seconds = u32::try_from((now - heard).as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            let since = known.held.saturating_add(rate.saturating_mul(seconds)).saturating_add(10);
            before.push((now + LATE, since.min(limits.1.saturating_sub(used))));
        }
        Self { limits, parts: 0, before, own: VecDeque::new() }
    }

    /// Sets the number of parts; 0 means that this member has no share.
    pub(crate) fn of(self, parts: u32) -> Self {
        Self { parts, ..self }
    }

    pub(crate) fn used(&mut self, count: u32, now: Instant) {
        self.own.push_back((now, count));
        while self.own.front().is_some_and(|(at, _)| *at + MINUTE <= now) {
            self.own.pop_front();
        }
    }

    /// Returns the number of turns to hand out now. `unused` is the number of turns that were handed out but not used.
    /// `open` is the number of requests that upstream may not have counted yet.
    ///
    /// `reserved` is the number of turns that Redis counts as held by this member. The member may use these turns even
    /// if earlier requests of the fleet have used up the limit per second. Even then, the member uses no more turns per
    /// second than that limit divided by `parts`.
    pub(crate) fn turns(&mut self, unused: u32, open: u32, reserved: u32, now: Instant) -> u32 {
        self.before.retain(|(at, _)| *at + MINUTE > now);
        if self.parts == 0 {
            return 0;
        }
        let held = u64::from(unused) + u64::from(open);
        let left = |limit: u32, window: Duration| {
            let within =
                |(at, count): &(Instant, u32)| if *at + window > now { u64::from(*count) } else { 0 };
            let before: u64 = self.before.iter().map(within).sum();
            let own: u64 = self.own.iter().map(within).sum();
            let part = (u64::from(limit) * PERCENT / 100).saturating_sub(before) / u64::from(self.parts);
            part.saturating_sub(own + held)
        };
        // The turns of a minute are spread evenly, so that they are not all used in its first seconds.
        let even = u64::from(self.limits.1) * 2 / 60 / u64::from(self.parts) + 1;
        let recent = self.own.iter().filter(|(at, _)| *at + SECOND > now).map(|(_, count)| u64::from(*count));
        let own_of_second = recent.sum::<u64>();
        let spread = even.saturating_sub(own_of_second + held);
        let part_of_second = u64::from(self.limits.0) * PERCENT / 100 / u64::from(self.parts);
        let reserved = u64::from(reserved).min(part_of_second).saturating_sub(own_of_second + held);
        let turns = left(self.limits.0, SECOND).max(reserved).min(left(self.limits.1, MINUTE)).min(spread);
        u32::try_from(turns).unwrap_or(0)
    }
}
