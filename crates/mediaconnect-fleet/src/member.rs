//! The state machine of a member: one client of one process. It has no I/O and no clock.
//!
//! A member reports its requests to Redis in syncs, and leases turns (permits to send one request) there. While Redis
//! is unreachable, the member limits itself to its share, a fixed part of the rate.
//!
//! ```text
//!              reply                    no reply for SILENT and TIMEOUT
//!   joining ───────────► leasing ─────────────────────────────────────► by share
//!      │                    ▲                                              │
//!      │                    │ a reply that asks for no shares              │ each sync states this
//!      │                    └──────────────────────────────────────────────┤
//!      └───────────────────────────────────────────────────────────────────┘
//!        no reply for COLD: a share of an assumed number of members
//! ```

mod report;
mod uses;

use std::collections::VecDeque;
use std::time::Duration;

use mediaconnect::TurnsReport;
use tokio::time::Instant;

use self::report::{is_starved, lacks_turns, settled};
use self::uses::Uses;
use crate::connection::BROKEN;
use crate::exchange::{Reply, Request, Synced, millis};
use crate::share::{LIFE, Share};

/// The time limit of a sync. Redis ignores a sync that is still on its way after this time.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(200);
/// The time without a sync after which a member may use its share of the rate. After the same time, Redis reserves the
/// share for the member. The script calls this time `silent`.
const SILENT: Duration = Duration::from_secs(1);
/// The interval between the syncs of an idle member.
const HEARTBEAT: Duration = Duration::from_millis(400);
/// The maximum time to wait for the first reply.
const COLD: Duration = Duration::from_millis(300);
/// The interval at which a member hands out turns of its share.
const TICK: Duration = Duration::from_millis(50);
/// The interval between attempts while Redis is unreachable.
const RETRY: Duration = Duration::from_millis(500);
/// The maximum age of a reply. An older reply counts as a failure, because its turns may have expired. The wait for a
/// reply ends at this age, so only a process that was stopped for a time, for example by SIGSTOP, gets an older reply.
const MAX_AGE: Duration = BROKEN;
/// The tolerance for comparing pauses. If the client's pause ends at most this long after the pause in Redis, both
/// count as the same pause.
const SAME_PAUSE: Duration = Duration::from_millis(100);

/// The interface to the client that uses the turns.
pub(crate) trait Pool {
    fn report(&self) -> Option<TurnsReport>;
    fn lease(&self, turns: u32, until: Instant, low: u32);
    fn take_back(&self, keep: u32) -> u32;
    fn pause(&self, pause: Duration);
}

pub(crate) struct Member {
    limits: (u32, u32),
    name: String,
    generation: String,
    seq: u64,
    acked: u64,
    /// A time on Redis's clock, and the local time at that moment.
    clock: Option<(u64, Instant)>,
    /// The time at which the sync in progress was sent.
    pending: Option<Instant>,
    last_sync: Option<Instant>,
    /// The time before which no sync is sent.
    retry_at: Instant,
    started: Instant,
    last_reply: Option<Instant>,
    /// The latest time at which Redis can have accepted a sync of this member: the time of the last reply, or
    /// [`TIMEOUT`] after a newer sync was sent. `None` before the first reply, because until then, Redis accepts a sync
    /// at any time.
    heard_by: Option<Instant>,
    uses: Uses,
    sent_at_sync: u64,
    /// The syncs of the last second, as pairs of a time and a count. The count is the number of requests that the
    /// member had sent at the previous sync.
    pace: VecDeque<(Instant, u64)>,
    known: Option<Synced>,
    share: Option<Share>,
    /// Redis counts at least this many turns as held by this member, even if the last sync was lost.
    reserved: u32,
    /// The number of remaining requests that upstream reported; `None` after a sync has sent this number.
    remaining: Option<u32>,
    /// The number of held turns that the last sync reported.
    asked: u32,
    /// The number of members to assume before the first reply.
    guess: u32,
    /// The member leases more turns when it has at most this many unused turns.
    low: u32,
    leaving: bool,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) send: Option<Request>,
    pub(crate) wake_at: Instant,
    /// True if calls wait because there is no unused turn.
    pub(crate) is_starved: bool,
}

impl Member {
    pub(crate) fn new(name: String, limits: (u32, u32), guess: u32, now: Instant) -> Self {
        Self {
            limits,
            name,
            generation: String::new(),
            seq: 0,
            acked: 0,
            clock: None,
            pending: None,
            last_sync: None,
            retry_at: now,
            started: now,
            last_reply: None,
            heard_by: None,
            uses: Uses::default(),
            sent_at_sync: 0,
            pace: VecDeque::new(),
            known: None,
            share: None,
            reserved: 0,
            remaining: None,
            asked: 0,
            guess,
            low: 0,
            leaving: false,
        }
    }

    pub(crate) fn is_by_share(&self) -> bool {
        self.share.is_some()
    }

    pub(crate) fn members(&self) -> u32 {
        self.known.as_ref().map_or(0, |known| known.members)
    }

    /// Reads the client's report. If the member limits itself to its share, hands out turns of the share. Returns the
    /// next step, or `None` if the client was dropped.
    pub(crate) fn step(&mut self, pool: &impl Pool, now: Instant) -> Option<Step> {
        let report = pool.report()?;
        if self.last_sync.is_none() {
            // The client may have moved to this runtime from another one. The member in that runtime was responsible
            // for the client's settled requests, so this member does not report them.
            self.sent_at_sync = settled(&report);
            self.uses = Uses::after(self.sent_at_sync);
        }
        self.note(&report, now);
        self.enter_share(now);
        if let Some(share) = &mut self.share {
            let turns = share.turns(report.unused, report.open, self.reserved, now);
            if turns > 0 || report.unused > 0 {
                pool.lease(turns, now + LIFE, 0);
            }
        }
        let send = self.is_due(&report, now).then(|| self.request(pool, &report, now));
        Some(Step { send, wake_at: self.wake_at(&report, now), is_starved: is_starved(&report) })
    }

    /// Builds the last sync, with which the member gives its turns back and leaves the fleet. Returns `None` if the
    /// member has never sent a sync. `sent` is the number of all requests that the client has sent.
    pub(crate) fn leave(&mut self, sent: u64, now: Instant) -> Option<Request> {
        self.last_sync?;
        self.leaving = true;
        let mut report = TurnsReport::default();
        report.sent = sent;
        self.note(&report, now);
        Some(self.ask(report, 0, now))
    }

    pub(crate) fn replied(&mut self, reply: Reply, pool: &impl Pool, now: Instant) {
        let sent = self.pending.take().unwrap_or(now);
        if now > sent + MAX_AGE {
            return self.failed(now);
        }
        let synced = match reply {
            Reply::Stale { now: clock } => {
                if self.was_suspended(clock, now) {
                    let _ = pool.take_back(0);
                }
                // Redis ignored the late sync, so `heard_by` is again the time of the last reply.
                self.clock = Some((clock, now));
                self.heard_by = self.last_reply;
                self.retry_at = now + TICK;
                return;
            }
            Reply::Synced(synced) => synced,
        };
        self.clock = Some((synced.now, now));
        (self.acked, self.last_reply, self.heard_by) = (self.seq, Some(now), Some(now));
        self.reserved = self.asked + synced.granted;
        self.uses.forget(synced.booked);
        self.generation.clone_from(&synced.generation);
        if synced.pause > 0 {
            pool.pause(Duration::from_millis(synced.pause));
        }
        if synced.shares {
            // Redis has lost its data, so the history and the held turns in this reply are incomplete. The member keeps
            // those of the last complete reply.
            let share =
                self.share.take().unwrap_or_else(|| Share::new(self.limits, self.known.as_ref(), sent, now));
            self.share = Some(share.of(synced.share));
            let before = self.known.take().unwrap_or_default();
            self.known = Some(Synced { history: before.history, held: before.held, ..synced });
            self.retry_at = now + HEARTBEAT;
            return;
        }
        if self.share.take().is_some() {
            // Redis did not lease the turns of the share. The member now gets its turns from Redis again, so it drops
            // the unused turns of the share.
            let _ = pool.take_back(0);
            self.retry_at = now;
        } else {
            self.low = (synced.granted / 2).max(synced.keep / 2);
            pool.lease(synced.granted, sent + LIFE, self.low);
            let report = pool.report().unwrap_or_default();
            self.remaining = report.remaining.or(self.remaining);
            let waits =
                report.waiting + report.waiting_in_bulk > report.unused as usize || lacks_turns(&report);
            self.retry_at = if waits { now + Duration::from_millis(synced.retry) } else { now };
        }
        self.known = Some(synced);
    }

    pub(crate) fn failed(&mut self, now: Instant) {
        self.pending = None;
        self.retry_at = now + RETRY;
    }

    /// Returns true if Redis's clock is ahead of the time that this process expects, by more than the lifetime of a
    /// turn. The local clock stands still while a machine is suspended, so by that clock the turns have not expired.
    fn was_suspended(&self, clock: u64, now: Instant) -> bool {
        self.clock.is_some_and(|(before, at)| clock > before + millis(now - at) + millis(LIFE))
    }

    fn note(&mut self, report: &TurnsReport, now: Instant) {
        self.remaining = report.remaining.or(self.remaining);
        let news = self.uses.note(settled(report), now);
        if let Some(share) = self.share.as_mut().filter(|_| news > 0) {
            share.used(news, now);
        }
    }

    fn enter_share(&mut self, now: Instant) {
        if self.share.is_some() {
            return;
        }
        let begins = self.share_begins();
        if now >= begins {
            let heard = self.last_reply.unwrap_or(self.started);
            let share = Share::new(self.limits, self.known.as_ref(), heard, now);
            let parts = self.known.as_ref().map_or(self.guess, |known| known.share);
            self.share = Some(share.of(parts));
        }
    }

    /// Returns the time at which the member begins to use its share. Each successful sync sets a later time.
    fn share_begins(&self) -> Instant {
        match self.heard_by {
            Some(heard) => heard + SILENT,
            None => self.started + COLD,
        }
    }

    fn is_due(&self, report: &TurnsReport, now: Instant) -> bool {
        if self.pending.is_some() || now < self.retry_at {
            return false;
        }
        // The last sync got no reply. The member's share begins when Redis has received no sync for the time `SILENT`.
        // Another sync would postpone the share, so the member sends no sync until its share begins.
        let is_lost = self.share.is_none() && self.heard_by > self.last_reply;
        if is_lost && self.last_reply.is_some() {
            return false;
        }
        let wants = lacks_turns(report) || report.unused <= self.low && report.sent > self.sent_at_sync;
        let refused = self.known.is_some() && self.unreported_pause(report, now) > 0;
        self.last_sync.is_none_or(|last| now >= last + HEARTBEAT) || wants || refused || self.share.is_some()
    }

    /// Returns the remaining time of the pause after a 429, in milliseconds. Returns 0 if there is no pause, or if
    /// Redis already knows the pause. Redis counts the reported time from the arrival of the sync. A second report of
    /// the same pause would therefore extend the pause by the latency of the sync.
    fn unreported_pause(&self, report: &TurnsReport, now: Instant) -> u64 {
        let Some(pause) = report.pause else { return 0 };
        let known = self.known.as_ref().zip(self.last_reply);
        let ends = known.map(|(known, at)| at + Duration::from_millis(known.pause));
        if ends.is_some_and(|ends| now + pause <= ends + SAME_PAUSE) { 0 } else { millis(pause) }
    }

    fn wake_at(&self, report: &TurnsReport, now: Instant) -> Instant {
        let beat = self.last_sync.map_or(now, |last| last + HEARTBEAT).max(self.retry_at);
        let mut wake_at = if self.pending.is_some() { now + HEARTBEAT } else { beat };
        if self.share.is_some() {
            wake_at = now + TICK;
        } else {
            let begins = self.share_begins();
            if begins > now {
                wake_at = wake_at.min(begins);
            }
            if lacks_turns(report) && self.pending.is_none() && self.retry_at > now {
                wake_at = wake_at.min(self.retry_at);
            }
        }
        wake_at.max(now + Duration::from_millis(1))
    }

    fn request(&mut self, pool: &impl Pool, report: &TurnsReport, now: Instant) -> Request {
        let mut report = *report;
        let keep = self.known.as_ref().map_or(0, |known| known.keep);
        let recent = self.ahead(report.sent, now);
        let waiting = small(report.waiting);
        let in_bulk = small(report.waiting_in_bulk);
        let most = (self.limits.0 / 4).max(1);
        let (refused, refused_in_bulk) = (report.refused.min(most), report.refused_in_bulk.min(most));
        if self.share.is_none() && waiting + in_bulk == 0 {
            report.unused -= pool.take_back(keep.max(recent).max(refused + refused_in_bulk));
        }
        if lacks_turns(&report) {
            // If calls failed immediately because there was no turn, the member leases and keeps turns for the retries
            // of these calls.
            report.waiting += refused as usize;
            report.waiting_in_bulk += refused_in_bulk as usize;
        }
        self.sent_at_sync = report.sent;
        self.ask(report, recent.saturating_sub(report.unused) + keep.saturating_sub(report.unused), now)
    }

    /// Returns the number of turns to lease in advance. It is the greater of two numbers: the turns used since the last
    /// sync, and the turns used in 0.3 seconds at the recent pace.
    fn ahead(&mut self, sent: u64, now: Instant) -> u32 {
        while self.pace.front().is_some_and(|(at, _)| *at + Duration::from_secs(1) <= now) {
            self.pace.pop_front();
        }
        self.pace.push_back((now, self.sent_at_sync));
        let before = self.pace.front().map_or(sent, |(_, sent)| *sent);
        let ahead = (sent - self.sent_at_sync).max((sent - before) * 3 / 10);
        u32::try_from(ahead).unwrap_or(u32::MAX)
    }

    /// Builds the request of a sync. `ahead` is the number of extra turns to lease, so that later calls need not wait.
    fn ask(&mut self, report: TurnsReport, ahead: u32, now: Instant) -> Request {
        let (per_second, per_minute) = self.limits;
        let (mut want, mut want_in_bulk) = (small(report.waiting), small(report.waiting_in_bulk));
        let is_bulk = want == 0 && want_in_bulk > 0;
        *(if is_bulk { &mut want_in_bulk } else { &mut want }) += ahead.min(per_second / 4);
        // A member asks for at most half of the limit per second. This maximum is at least one turn.
        let most = (per_second / 2).max(1);
        self.seq += 1;
        self.pending = Some(now);
        self.last_sync = Some(now);
        let heard_by = now + TIMEOUT;
        let not_after = self.clock.map_or(0, |(clock, at)| clock + millis(heard_by - at));
        if not_after > 0 {
            self.heard_by = Some(heard_by);
        }
        let mut held = report.unused + report.open;
        if self.share.is_some() && !self.leaving {
            held = held.max(self.reserved);
        }
        (self.asked, self.reserved) = (held, self.reserved.min(held));
        Request {
            member: self.name.clone(),
            generation: self.generation.clone(),
            new_generation: format!("{:016x}", fastrand::u64(..)),
            uses: self.uses.by_age(now),
            per_second,
            per_minute,
            seq: self.seq,
            acked: self.acked,
            heard: self.known.as_ref().map_or(0, |known| known.now),
            not_after,
            fallback: self.share.is_some(),
            held,
            base: self.uses.base(),
            want: want.min(most),
            want_in_bulk: want_in_bulk.min(most),
            pause: self.unreported_pause(&report, now),
            remaining: self.remaining.take(),
            known: self.known.as_ref().map_or(0, |known| known.share),
            leave: self.leaving,
        }
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX / 4)
}

#[cfg(test)]
mod tests;
