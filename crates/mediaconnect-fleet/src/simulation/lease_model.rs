//! A model of the script `lease.lua` in Rust, for simulations. A test on a real Redis checks that the script and the
//! model give the same replies.

use std::collections::BTreeMap;

use crate::exchange::{Reply, Request, Synced};

const MINUTE_BUCKET: u64 = 250;
const SECOND_BUCKET: u64 = 50;
const MINUTE: u64 = 60_050;
const SECOND: u64 = 1_050;
const SILENT: u64 = 1_000;
const DEAD: u64 = 65_000;
const INITIAL: u64 = 2_000;
const SET_BACK: u64 = 2_000;
const PERCENT: u64 = 97;
const CATCH_UP: u64 = 1_200;
const BATCH: u64 = 3;

/// The state that Redis stores for a client id.
#[derive(Clone, Default)]
pub(crate) struct LeaseModel {
    generation: Option<String>,
    last: u64,
    quarantine: u64,
    initial: u64,
    ghosts: u64,
    returned: u64,
    pause: u64,
    paced: u64,
    minute: BTreeMap<u64, u64>,
    second: BTreeMap<u64, u64>,
    last_minute: Option<u64>,
    last_second: Option<u64>,
    members: BTreeMap<String, Member>,
}

#[derive(Clone, Copy, Default)]
struct Member {
    heard: u64,
    expires: u64,
    held: u64,
    booked: u64,
    seq: u64,
    share: u64,
    by_share: bool,
    joined: u64,
    granted_at: u64,
    want: u64,
    want_in_bulk: u64,
}

impl LeaseModel {
    /// Evicts the requests of the last minute, or those of the last second.
    pub(crate) fn evict(&mut self, minute: bool) {
        if minute { self.minute.clear() } else { self.second.clear() }
    }

    fn distrust(&mut self, now: u64, members: u64) {
        self.quarantine = now + MINUTE + INITIAL;
        self.ghosts = self.ghosts.max(members);
        self.initial = 0;
    }

    fn book(&mut self, now: u64, age: u64, count: u64) {
        let at = now.saturating_sub(age);
        if age < MINUTE {
            *self.minute.entry(at / MINUTE_BUCKET).or_default() += count;
            self.last_minute = self.last_minute.max(Some(at / MINUTE_BUCKET));
        }
        if age < SECOND {
            *self.second.entry(at / SECOND_BUCKET).or_default() += count;
            self.last_second = self.last_second.max(Some(at / SECOND_BUCKET));
        }
    }

    /// Does the same as one run of the script.
    #[expect(clippy::too_many_lines, reason = "the function follows the Redis script line by line")]
    pub(crate) fn sync(&mut self, request: &Request, clock: u64) -> Reply {
        let clock_was_set_back = clock + SET_BACK < self.last;
        let now = if clock_was_set_back { clock } else { clock.max(self.last) };
        if request.not_after > 0 && now > request.not_after {
            return Reply::Stale { now };
        }
        let (id, known) = (&request.member, u64::from(request.known));
        let (per_second, per_minute) = (u64::from(request.per_second), u64::from(request.per_minute));
        let gap =
            Some(now.saturating_sub(self.last)).filter(|gap| self.last > 0 && *gap > SILENT).unwrap_or(0);
        // For a late sync, the script writes nothing, except that it removes expired members. This model changes more
        // before it detects a late sync. It therefore keeps a copy, and restores the copy if the sync is late.
        let before = self.clone();
        self.minute.retain(|index, _| (index + 1) * MINUTE_BUCKET + MINUTE > now);
        self.second.retain(|index, _| (index + 1) * SECOND_BUCKET + SECOND > now);
        let lacks = |last: Option<u64>, buckets: &BTreeMap<u64, u64>, bucket: u64, window: u64| {
            last.is_some_and(|last| (last + 1) * bucket + window > now && !buckets.contains_key(&last))
        };
        let is_evicted = lacks(self.last_minute, &self.minute, MINUTE_BUCKET, MINUTE)
            || lacks(self.last_second, &self.second, SECOND_BUCKET, SECOND);
        self.members.values_mut().for_each(|member| member.expires += gap);
        self.members.retain(|_, member| member.expires > now);
        let known_members = self.members.len() as u64;
        if clock_was_set_back {
            let (generation, ghosts) = (self.generation.take(), self.ghosts);
            *self = Self { generation, ghosts, ..Self::default() };
        }

        let me = self.members.get(id).copied();
        let is_forgotten = match me {
            Some(me) => me.seq < request.acked,
            None => request.acked > 0 && now.saturating_sub(request.heard) < DEAD,
        };
        let is_lost = |generation: &String| {
            clock_was_set_back || is_evicted || request.generation == *generation && is_forgotten
        };
        match self.generation.clone() {
            None => {
                self.generation = Some(request.new_generation.clone());
                self.returned = 0;
                if known > 0 {
                    self.distrust(now, known);
                } else {
                    self.initial = now + INITIAL;
                }
            }
            Some(generation) if is_lost(&generation) => {
                self.generation = Some(request.new_generation.clone());
                self.returned = 0;
                self.distrust(now, known.max(known_members));
            }
            Some(generation) if !request.generation.is_empty() && request.generation != generation => {
                if self.quarantine <= now {
                    self.returned = 0;
                }
                self.distrust(now, known);
            }
            Some(_) => {}
        }
        if self.quarantine <= now {
            self.ghosts = 0;
        }
        let mut me = me.unwrap_or_else(|| {
            self.returned += u64::from(known > 0);
            let (heard, joined, granted_at) = (now, now, now);
            Member { heard, joined, granted_at, booked: request.base, share: known, ..Member::default() }
        });
        if request.seq <= me.seq {
            *self = before;
            return Reply::Stale { now };
        }
        (me.seq, me.heard, me.expires) = (request.seq, now, now + DEAD);

        let mut position = request.base;
        for &(age, count) in &request.uses {
            let news = u64::from(count).min((position + u64::from(count)).saturating_sub(me.booked));
            if news > 0 {
                self.book(now, age, news);
            }
            position += u64::from(count);
        }
        me.booked = me.booked.max(position);
        me.held = request.held.into();
        self.members.insert(id.clone(), me);
        if request.leave {
            if me.held > 0 {
                self.book(now, 0, me.held);
            }
            self.members.remove(id);
        }

        let others: Vec<Member> =
            self.members.iter().filter(|(name, _)| *name != id).map(|(_, member)| *member).collect();
        let is_silent = |member: &Member| now - member.heard > SILENT;
        let sends_by_share = |member: &Member| member.by_share || is_silent(member);
        let held: u64 = self.members.values().map(|member| member.held).sum();
        let count = self.members.len() as u64;
        let reserve = |limit: u64| -> u64 {
            let shares = others.iter().filter(|member| sends_by_share(member) && member.share > 0);
            shares.map(|member| (limit * PERCENT).div_ceil(100 * member.share)).sum()
        };
        let (reserve_minute, reserve_second) = (reserve(per_minute), reserve(per_second));
        let by_share = request.fallback || others.iter().any(sends_by_share);
        let mut confirmed = others.iter().all(|member| member.heard >= me.joined);
        if self.ghosts > self.returned {
            confirmed = me.share > 0;
        }
        let mut used_minute: u64 = self.minute.values().sum();
        let mut used_second: u64 = self.second.values().sum();

        if let Some(remaining) = request.remaining
            && !by_share
            && self.quarantine <= now
        {
            let excess = per_minute.saturating_sub(u64::from(remaining) + used_minute + held);
            if excess > per_minute / 100 + 2 {
                self.book(now, 0, excess);
                used_minute += excess;
                used_second += excess;
            }
        }
        if request.pause > 0 {
            self.pause = self.pause.max(now + request.pause);
        }
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let left = |limit: u64, used: u64, reserve: u64| signed(limit) - signed(used + held + reserve);
        let mut available =
            left(per_minute, used_minute, reserve_minute).min(left(per_second, used_second, reserve_second));
        if now < self.initial {
            available = available.min(left((per_second / 10).max(1), used_minute, 0));
        }
        if request.fallback || now < self.quarantine || now < self.pause || request.leave {
            available = 0;
        }

        let whole = per_minute.saturating_sub(reserve_minute).max(1);
        let (half, sustained) = (whole.div_ceil(2), MINUTE * 900 / whole);
        let apart = |left: u64, used: u64| left * 1_000 / (whole + 1).saturating_sub(used).max(1);
        let (mut spacing, mut used) = (0, held);
        if used >= half {
            spacing = sustained.max(apart(MINUTE, used));
        }
        for (index, count) in self.minute.iter().rev() {
            used += count;
            if used >= half {
                let left = (index + 1) * MINUTE_BUCKET + MINUTE - now;
                spacing = spacing.max(sustained).max(apart(left, used));
            }
        }
        let paced = self.paced.max((now * 1_000).saturating_sub(CATCH_UP * 1_000));
        if let Some(turns) = (now * 1_000).saturating_sub(paced).checked_div(spacing) {
            self.paced = paced;
            available = available.min(signed(turns));
        }
        let available = u64::try_from(available).unwrap_or(0);

        let live = || others.iter().filter(|member| !is_silent(member));
        let (want, mut in_bulk) = (u64::from(request.want), u64::from(request.want_in_bulk));
        if live().map(|member| member.want).sum::<u64>() + want > 0 && !(now / 100).is_multiple_of(10) {
            in_bulk = 0;
        }
        let wanted = want + in_bulk;
        let demand = |member: &Member| member.want + if in_bulk > 0 { member.want_in_bulk } else { 0 };
        let mut demands: Vec<u64> = live().map(demand).filter(|demand| *demand > 0).collect();
        let has_waited_longer = |member: &&Member| member.granted_at < me.granted_at;
        let before_me: u64 = live().filter(has_waited_longer).map(|member| demand(member).min(BATCH)).sum();
        let total = wanted + demands.iter().sum::<u64>();
        let active = demands.len() as u64 + 1;
        let interval = if spacing > 0 { spacing } else { (SECOND * 1_000 / per_second).max(1) };
        let mut granted = wanted.min(available);
        if total > available && wanted > 0 {
            let since = (now - me.granted_at).min(60_000) * 1_250;
            demands.push(wanted);
            granted = granted.min(level(demands, since / interval)).min(available.saturating_sub(before_me));
        }
        if granted > 0 {
            me.granted_at = now;
            self.paced += if spacing > 0 { granted * spacing } else { 0 };
            me.held += granted;
        }
        me.want = want.saturating_sub(granted);
        me.want_in_bulk = u64::from(request.want_in_bulk).saturating_sub(granted.saturating_sub(want));
        let shares = now < self.quarantine;
        me.by_share = request.fallback || shares;
        let all = count.max(self.ghosts);
        if confirmed {
            me.share = all;
        } else if !me.by_share {
            me.share = 0;
        }
        if !request.leave {
            self.members.insert(id.clone(), me);
        }
        self.last = now;
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let mut history: Vec<(u64, u32)> = Vec::new();
        for (index, count) in self.minute.iter().rev() {
            let age = now.saturating_sub((index + 1) * MINUTE_BUCKET) / 1_000;
            match history.last_mut() {
                Some((last, sum)) if *last == age => *sum += small(*count),
                _ => history.push((age, small(*count))),
            }
        }
        Reply::Synced(Synced {
            now,
            generation: self.generation.clone().unwrap_or_default(),
            shares,
            granted: small(granted),
            keep: small((per_second / 3).min(per_minute / 50) / all),
            retry: (BATCH * active * interval / 1_000).clamp(30, 800),
            members: small(all),
            share: small(me.share),
            pause: self.pause.saturating_sub(now),
            held: small(held + granted),
            booked: me.booked,
            history,
        })
    }
}

/// Returns one limit for all demands. If no demand gets more than this limit, all of them together fit into the budget.
fn level(mut demands: Vec<u64>, mut budget: u64) -> u64 {
    demands.sort_unstable();
    let (mut level, mut open) = (0, demands.len() as u64);
    for demand in demands {
        level = budget / open;
        if demand > level {
            return level;
        }
        (budget, open, level) = (budget - demand, open - 1, demand);
    }
    level
}
