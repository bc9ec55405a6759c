//! A simulated process.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::client::Client;
use super::lease_model::LeaseModel;
use crate::connection::BROKEN;
use crate::exchange::{Reply, Request};
use crate::member::Member;

#[derive(Clone, Copy, Debug)]
pub(super) enum Demand {
    None,
    /// The process makes one call for each turn that it gets.
    All,
    /// The process makes one bulk call for each turn that it gets.
    Bulk,
    /// The process makes this number of calls per minute.
    Rate(u64),
}

pub(super) struct Process {
    pub(super) member: Member,
    pub(super) client: Rc<Client>,
    pub(super) demand: Demand,
    pub(super) under_way: Option<Sync>,
    pub(super) wake_at: Instant,
    pub(super) sent: u64,
    pub(super) due: u64,
    /// The start times of the waiting calls, if the demand is a rate.
    pub(super) asked: VecDeque<Instant>,
    pub(super) longest_wait: Duration,
    pub(super) alive: bool,
    /// The time for which the machine of this process was suspended. The clock of the process stood still meanwhile.
    pub(super) suspended: Duration,
}

pub(super) struct Sync {
    request: Request,
    runs_at: Instant,
    reply: Option<Reply>,
    replied_at: Instant,
}

/// The simulated environment of a process in one time step.
pub(super) struct World<'f> {
    pub(super) start: Instant,
    pub(super) now: Instant,
    /// The time on Redis's clock, in milliseconds.
    pub(super) clock: u64,
    pub(super) latency: Duration,
    /// The time from a sync to its reply.
    pub(super) reply_after: Duration,
    /// The state in Redis; `None` while Redis is unreachable.
    pub(super) redis: Option<&'f mut LeaseModel>,
    pub(super) syncs: u64,
    pub(super) arrivals: &'f mut Vec<Instant>,
}

impl Process {
    pub(super) fn tick(&mut self, world: &mut World<'_>) {
        self.client.now.set(Some(world.now));
        let mut open = self.client.open.borrow_mut();
        while open.front().is_some_and(|at| *at + world.latency * 2 <= world.now) {
            open.pop_front();
        }
        drop(open);
        self.go_on_with_sync(world);
        let waited = self.client.waiting.get() + self.client.waiting_in_bulk.get();
        self.want(world);
        let has_sent = self.send(world);
        let begins_to_wait = waited == 0 && self.client.waiting.get() > 0;
        if world.now >= self.wake_at || has_sent || begins_to_wait {
            let step = self.member.step(&self.client, world.now).unwrap();
            self.wake_at = step.wake_at;
            if let Some(request) = step.send {
                let (runs_at, replied_at) = (world.now, world.now + world.reply_after);
                self.under_way = Some(Sync { request, runs_at, reply: None, replied_at });
            }
        }
    }

    fn go_on_with_sync(&mut self, world: &mut World<'_>) {
        let Some(sync) = &mut self.under_way else { return };
        if sync.reply.is_none()
            && sync.runs_at <= world.now
            && let Some(redis) = &mut world.redis
        {
            world.syncs += 1;
            sync.reply = Some(redis.sync(&sync.request, world.clock));
        }
        if let Some(reply) = sync.reply.take_if(|_| sync.replied_at <= world.now) {
            self.member.replied(reply, &self.client, world.now);
        } else if sync.runs_at + BROKEN <= world.now {
            self.member.failed(world.now);
        } else {
            return;
        }
        self.under_way = None;
        self.wake_at = world.now;
    }

    /// Adds the new calls of this time step to the waiting calls.
    fn want(&mut self, world: &World<'_>) {
        match self.demand {
            Demand::None => {}
            Demand::All => self.client.waiting.set(20),
            Demand::Bulk => self.client.waiting_in_bulk.set(2),
            Demand::Rate(per_minute) => {
                let passed = u64::try_from((world.now - world.start).as_millis()).unwrap();
                let due = per_minute * passed / 60_000;
                let waiting = &self.client.waiting;
                waiting.set(waiting.get() + usize::try_from(due - self.due).unwrap());
                self.asked.extend((self.due..due).map(|_| world.now));
                self.due = due;
            }
        }
    }

    /// Sends a request for each unused turn. Returns true if it sent one.
    fn send(&mut self, world: &mut World<'_>) -> bool {
        let client = &self.client;
        let mut has_sent = false;
        let is_paused = client.paused.get().is_some_and(|until| world.now < until);
        while !is_paused && client.unused() > 0 && client.waiting.get() + client.waiting_in_bulk.get() > 0 {
            client.left.set(client.left.get() - 1);
            client.sent.set(client.sent.get() + 1);
            client.open.borrow_mut().push_back(world.now);
            world.arrivals.push(world.now + world.latency);
            self.sent += 1;
            has_sent = true;
            let queue = if client.waiting.get() > 0 { &client.waiting } else { &client.waiting_in_bulk };
            queue.set(queue.get() - 1);
            if let Some(asked) = self.asked.pop_front() {
                self.longest_wait = self.longest_wait.max(world.now - asked);
            }
            if matches!(self.demand, Demand::Bulk) {
                queue.set(2);
            }
        }
        has_sent
    }
}
