//! Simulates fleets. The clock, the network and upstream are simulated. The members run their real code, and
//! `lease_model` replaces the script `lease.lua` that Redis runs.

mod client;
mod clocks;
pub(crate) mod lease_model;
mod outage;
mod process;
mod rate;

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use self::client::Client;
use self::lease_model::LeaseModel;
use self::process::{Demand, Process, World};
use crate::member::Member;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
/// The length of a time step of the simulation, in milliseconds.
const TICK: u32 = 10;
const DOCUMENTED: (u32, u32) = (100, 2_000);

struct Fleet {
    start: Instant,
    now: Instant,
    limits: (u32, u32),
    model: LeaseModel,
    processes: Vec<Process>,
    redis_is_up: bool,
    syncs: u64,
    /// The times of the requests that upstream counted.
    arrivals: Vec<Instant>,
    latency: Duration,
    /// The time from a sync to its reply.
    reply_after: Duration,
    /// The amount of time by which Redis's clock was set back.
    set_back: Duration,
}

impl Fleet {
    fn new(limits: (u32, u32), demands: &[Demand]) -> Self {
        let start = Instant::now() + SECOND * 1_000;
        let mut fleet = Self {
            start,
            now: start,
            limits,
            model: LeaseModel::default(),
            processes: Vec::new(),
            redis_is_up: true,
            syncs: 0,
            arrivals: Vec::new(),
            latency: 40 * MS,
            reply_after: TICK * MS,
            set_back: Duration::ZERO,
        };
        for demand in demands {
            fleet.join(*demand);
        }
        fleet
    }

    fn join(&mut self, demand: Demand) {
        let number = self.processes.len();
        let client = Rc::new(Client::default());
        client.now.set(Some(self.now));
        self.processes.push(Process {
            member: Member::new(format!("{number}"), self.limits, 50, self.now),
            client,
            demand,
            under_way: None,
            wake_at: self.now,
            sent: 0,
            due: 0,
            asked: VecDeque::new(),
            longest_wait: Duration::ZERO,
            alive: true,
            suspended: Duration::ZERO,
        });
    }

    fn clock(&self, at: Instant) -> u64 {
        let set_back = u64::try_from(self.set_back.as_millis()).unwrap();
        1_800_000_000_000 + u64::try_from((at - self.start).as_millis()).unwrap() - set_back
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += TICK * MS;
            let (now, latency) = (self.now, self.latency);
            let clock = self.clock(now);
            let mut world = World {
                now,
                clock,
                latency,
                reply_after: self.reply_after,
                start: self.start,
                redis: self.redis_is_up.then_some(&mut self.model),
                syncs: 0,
                arrivals: &mut self.arrivals,
            };
            for process in self.processes.iter_mut().filter(|process| process.alive) {
                let before = world.arrivals.len();
                world.now = now - process.suspended;
                process.tick(&mut world);
                for arrival in &mut world.arrivals[before..] {
                    *arrival += process.suspended;
                }
            }
            self.syncs += world.syncs;
        }
    }

    /// Returns the maximum number of requests in any window of this length.
    fn fullest(&mut self, length: Duration) -> usize {
        self.arrivals.sort_unstable();
        let end = |at: Instant| self.arrivals.partition_point(|other| *other < at + length);
        self.arrivals.iter().enumerate().map(|(index, at)| end(*at) - index).max().unwrap_or(0)
    }

    fn sent_within(&self, from: Duration, to: Duration) -> usize {
        let (from, to) = (self.start + from, self.start + to);
        self.arrivals.iter().filter(|at| **at >= from && **at < to).count()
    }

    #[track_caller]
    fn keeps_the_limits(&mut self) {
        let (second, minute) = (self.fullest(SECOND), self.fullest(60 * SECOND));
        println!("at most {second} requests in any second, and {minute} in any minute");
        assert!(
            second <= self.limits.0 as usize && minute <= self.limits.1 as usize,
            "{second}/s, {minute}/min"
        );
    }

    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    fn syncs_of_a_call(&self) -> f64 {
        self.syncs as f64 / self.arrivals.len() as f64
    }
}
