//! The messages between a member (one client of one process) and Redis.

use std::time::Duration;

/// The message with which a member begins a sync. It reports the requests that the member sent to upstream, and leases
/// turns (permits to send one request). Times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// The member's name: random hexadecimal digits, different for each client of each process.
    pub(crate) member: String,
    /// The generation of Redis's state, as the member knows it; empty at first. A new generation begins when Redis
    /// loses data.
    pub(crate) generation: String,
    /// The generation to use if Redis has no state, or has lost data.
    pub(crate) new_generation: String,
    /// The requests that the member sent, as pairs of an age and a count of requests.
    pub(crate) uses: Vec<(u64, u32)>,
    pub(crate) per_second: u32,
    pub(crate) per_minute: u32,
    /// The sequence number of this sync, counted from 1.
    pub(crate) seq: u64,
    /// The sequence number of the last sync that got a reply.
    pub(crate) acked: u64,
    /// The time of the last reply on Redis's clock; 0 at first.
    pub(crate) heard: u64,
    /// The time on Redis's clock after which Redis ignores the sync; 0 means that the sync is never too late.
    pub(crate) not_after: u64,
    /// True if the member limits itself to its share, a fixed part of the rate.
    pub(crate) fallback: bool,
    /// The turns that the member holds: unused turns, and turns of requests that upstream may not have counted yet.
    pub(crate) held: u32,
    /// The number of requests that the member sent before the requests in `uses`.
    pub(crate) base: u64,
    pub(crate) want: u32,
    pub(crate) want_in_bulk: u32,
    pub(crate) pause: u64,
    /// The number of requests left in the minute, according to upstream's headers.
    pub(crate) remaining: Option<u32>,
    /// The number of members that this member knows of, including itself; 0 at first.
    pub(crate) known: u32,
    pub(crate) leave: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// The sync arrived too late and changed nothing.
    Stale {
        now: u64,
    },
    Synced(Synced),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Synced {
    pub(crate) now: u64,
    pub(crate) generation: String,
    /// True if Redis has lost its data. All members then limit themselves to their shares of the rate, until Redis
    /// again knows all requests of the last minute.
    pub(crate) shares: bool,
    pub(crate) granted: u32,
    /// The number of turns to keep in reserve in case Redis fails.
    pub(crate) keep: u32,
    /// The time until the member's next sync, if calls still wait after this reply.
    pub(crate) retry: u64,
    pub(crate) members: u32,
    /// The number of equal shares into which the rate is divided; 0 means that the member has no share yet.
    pub(crate) share: u32,
    pub(crate) pause: u64,
    /// The number of turns that all members together hold.
    pub(crate) held: u32,
    /// The number of this member's requests that Redis has recorded.
    pub(crate) booked: u64,
    /// The requests of all members in the last minute, as pairs of an age in seconds and a count of requests.
    pub(crate) history: Vec<(u64, u32)>,
}

impl Request {
    /// Returns the arguments of the script. `clock` replaces Redis's clock in tests; 0 means no replacement.
    pub(crate) fn arguments(&self, clock: u64) -> Vec<String> {
        let mut arguments = vec![
            self.member.clone(),
            self.generation.clone(),
            self.new_generation.clone(),
            joined(&self.uses),
        ];
        let numbers = [
            self.per_second.into(),
            self.per_minute.into(),
            self.seq,
            self.acked,
            self.heard,
            self.not_after,
            self.fallback.into(),
            self.held.into(),
            self.base,
            self.want.into(),
            self.want_in_bulk.into(),
            self.pause,
        ];
        arguments.extend(numbers.map(|number: u64| number.to_string()));
        arguments.push(self.remaining.map_or("-1".to_owned(), |remaining| remaining.to_string()));
        arguments.extend([self.known.into(), u64::from(self.leave), clock].map(|number| number.to_string()));
        arguments
    }
}

fn joined(pairs: &[(u64, u32)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(age, count)| format!("{age}:{count}")).collect();
    pairs.join(" ")
}

/// Converts a duration to milliseconds, the unit of all times in Redis.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Parses the reply of the script. Returns `None` if it is malformed.
pub(crate) fn read(value: redis::Value) -> Option<Reply> {
    let redis::Value::Array(values) = value else { return None };
    let text = |index: usize| -> Option<String> { redis::from_redis_value(values.get(index)?.clone()).ok() };
    let number = |index| text(index)?.parse::<u64>().ok();
    let small = |index| number(index)?.try_into().ok();
    let now = number(1)?;
    if text(0)? != "ok" {
        return Some(Reply::Stale { now });
    }
    let pair = |text: &str| {
        let (age, count) = text.split_once(':')?;
        Some((age.parse().ok()?, count.parse().ok()?))
    };
    Some(Reply::Synced(Synced {
        now,
        generation: text(2)?,
        shares: number(3)? == 1,
        granted: small(4)?,
        keep: small(5)?,
        retry: number(6)?,
        members: small(7)?,
        share: small(8)?,
        pause: number(9)?,
        held: small(10)?,
        booked: number(11)?,
        history: text(12)?.split_whitespace().filter_map(pair).collect(),
    }))
}
