//! The requests that upstream counts but Redis has not recorded yet.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::exchange::millis;

/// The age at which upstream no longer counts a request.
const FORGOTTEN: Duration = Duration::from_secs(62);

#[derive(Default)]
pub(super) struct Uses {
    /// The requests, as pairs of a time and a count.
    unrecorded: VecDeque<(Instant, u32)>,
    /// The number of requests before those in `unrecorded`.
    base: u64,
    /// The number of all requests.
    all: u64,
}

impl Uses {
    /// Creates an empty list. `earlier` is the number of previous requests, which the list never contains.
    pub(super) fn after(earlier: u64) -> Self {
        Self { unrecorded: VecDeque::new(), base: earlier, all: earlier }
    }

    /// Records the requests since the last call. `all` is the number of all requests. Returns the number of new ones.
    pub(super) fn note(&mut self, all: u64, now: Instant) -> u32 {
        let news = u32::try_from(all.saturating_sub(self.all)).unwrap_or(u32::MAX);
        if news > 0 {
            self.all = all;
            self.unrecorded.push_back((now, news));
        }
        while self.unrecorded.front().is_some_and(|(at, _)| *at + FORGOTTEN <= now) {
            self.base += self.unrecorded.pop_front().map_or(0, |(_, count)| u64::from(count));
        }
        news
    }

    /// Removes the requests that Redis has recorded.
    pub(super) fn forget(&mut self, booked: u64) {
        while let Some((_, count)) = self.unrecorded.front_mut() {
            let known = booked.saturating_sub(self.base);
            if known < u64::from(*count) {
                *count -= u32::try_from(known).unwrap_or(0);
                self.base += known;
                return;
            }
            self.base += u64::from(*count);
            self.unrecorded.pop_front();
        }
    }

    /// Returns the number of requests before those in the list.
    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// Returns the requests, as pairs of an age in milliseconds and a count.
    pub(super) fn by_age(&self, now: Instant) -> Vec<(u64, u32)> {
        self.unrecorded.iter().map(|(at, count)| (millis(now - *at), *count)).collect()
    }
}
