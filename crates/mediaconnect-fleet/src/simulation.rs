//! Fleets on a paused clock: members and the ledger are the real code, upstream and the network are simulated.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use mediaconnect::TurnsReport;
use tokio::time::Instant;

use crate::exchange::{Reply, Request};
use crate::ledger::Ledger;
use crate::member::{BROKEN, Member, Pool};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
/// The step of the simulated time.
const TICK: u32 = 10;

/// A client's turns, as `Turns` keeps them.
#[derive(Default)]
struct Client {
    left: Cell<u32>,
    until: Cell<Option<Instant>>,
    now: Cell<Option<Instant>>,
    waiting: Cell<usize>,
    waiting_in_bulk: Cell<usize>,
    sent: Cell<u64>,
    open: RefCell<VecDeque<Instant>>,
    gone: Cell<bool>,
    paused: Cell<Option<Instant>>,
}

impl Client {
    fn unused(&self) -> u32 {
        if self.until.get() > self.now.get() { self.left.get() } else { 0 }
    }
}

impl Pool for Rc<Client> {
    fn report(&self) -> Option<TurnsReport> {
        if self.gone.get() {
            return None;
        }
        let mut report = TurnsReport::default();
        report.unused = self.unused();
        report.waiting = self.waiting.get();
        report.waiting_in_bulk = self.waiting_in_bulk.get();
        report.sent = self.sent.get();
        report.open = u32::try_from(self.open.borrow().len()).unwrap();
        report.pause =
            self.paused.get().zip(self.now.get()).and_then(|(until, now)| until.checked_duration_since(now));
        Some(report)
    }

    fn lease(&self, turns: u32, until: Instant, _: u32) {
        self.left.set(self.unused() + turns);
        self.until.set(Some(until));
    }

    fn take_back(&self, keep: u32) -> u32 {
        let taken = self.unused().saturating_sub(keep);
        self.left.set(self.unused() - taken);
        taken
    }

    fn pause(&self, pause: Duration) {
        self.paused.set(self.now.get().map(|now| now + pause));
    }
}

/// The demand of a process.
#[derive(Clone, Copy, Debug)]
enum Demand {
    None,
    /// As much as it gets.
    All,
    /// As much as it gets, in bulk.
    Bulk,
    /// So many a minute.
    Rate(u64),
}

struct Process {
    member: Member,
    client: Rc<Client>,
    demand: Demand,
    /// Under way: the request, when Redis runs it, and when the reply comes.
    under_way: Option<(Request, Instant, Option<Reply>, Instant)>,
    wake_at: Instant,
    sent: u64,
    due: u64,
    /// The calls that wait, by the time at which they began, if the demand is a rate.
    asked: VecDeque<Instant>,
    longest_wait: Duration,
    alive: bool,
}

struct Fleet {
    start: Instant,
    now: Instant,
    limits: (u32, u32),
    ledger: Ledger,
    processes: Vec<Process>,
    redis_is_up: bool,
    /// Round trips to Redis.
    syncs: u64,
    /// The requests that upstream counted.
    arrivals: Vec<Instant>,
    latency: Duration,
}

impl Fleet {
    fn new(limits: (u32, u32), demands: &[Demand]) -> Self {
        let start = Instant::now() + SECOND * 1_000;
        let mut fleet = Self {
            start,
            now: start,
            limits,
            ledger: Ledger::default(),
            processes: Vec::new(),
            redis_is_up: true,
            syncs: 0,
            arrivals: Vec::new(),
            latency: 40 * MS,
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
        });
    }

    fn clock(&self, at: Instant) -> u64 {
        1_800_000_000_000 + u64::try_from((at - self.start).as_millis()).unwrap()
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += TICK * MS;
            let (now, latency) = (self.now, self.latency);
            let clock = self.clock(now);
            for process in self.processes.iter_mut().filter(|process| process.alive) {
                let client = &process.client;
                client.now.set(Some(now));
                while client.open.borrow().front().is_some_and(|at| *at + latency * 2 <= now) {
                    client.open.borrow_mut().pop_front();
                }
                if let Some((request, runs_at, reply, ends_at)) = &mut process.under_way {
                    if reply.is_none() && *runs_at <= now && self.redis_is_up {
                        self.syncs += 1;
                        *reply = Some(self.ledger.sync(request, clock));
                    }
                    if let Some(reply) = reply.take_if(|_| *ends_at <= now) {
                        process.member.replied(reply, client, now);
                        process.under_way = None;
                        process.wake_at = now;
                    } else if *runs_at + BROKEN <= now {
                        process.member.failed(now);
                        process.under_way = None;
                        process.wake_at = now;
                    }
                }
                let waited = client.waiting.get() + client.waiting_in_bulk.get();
                match process.demand {
                    Demand::None => {}
                    Demand::All => client.waiting.set(20),
                    Demand::Bulk => client.waiting_in_bulk.set(2),
                    Demand::Rate(per_minute) => {
                        let due =
                            per_minute * u64::try_from((now - self.start).as_millis()).unwrap() / 60_000;
                        client
                            .waiting
                            .set(client.waiting.get() + usize::try_from(due - process.due).unwrap());
                        process.asked.extend((process.due..due).map(|_| now));
                        process.due = due;
                    }
                }
                let is_paused = client.paused.get().is_some_and(|until| now < until);
                let mut used = false;
                while !is_paused
                    && client.unused() > 0
                    && client.waiting.get() + client.waiting_in_bulk.get() > 0
                {
                    client.left.set(client.left.get() - 1);
                    client.sent.set(client.sent.get() + 1);
                    client.open.borrow_mut().push_back(now);
                    self.arrivals.push(now + latency);
                    process.sent += 1;
                    used = true;
                    let queue =
                        if client.waiting.get() > 0 { &client.waiting } else { &client.waiting_in_bulk };
                    queue.set(queue.get() - 1);
                    if let Some(asked) = process.asked.pop_front() {
                        process.longest_wait = process.longest_wait.max(now - asked);
                    }
                    if matches!(process.demand, Demand::Bulk) {
                        queue.set(2);
                    }
                }
                if now >= process.wake_at || used || waited == 0 && client.waiting.get() > 0 {
                    let step = process.member.step(client, now).unwrap();
                    process.wake_at = step.wake_at;
                    if let Some(request) = step.send {
                        process.under_way = Some((request, now, None, now + TICK * MS));
                    }
                }
            }
        }
    }

    /// The fullest window of this length.
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
        println!("{second} in a second, {minute} in a minute");
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

const DOCUMENTED: (u32, u32) = (100, 2_000);

#[test]
fn eight_busy_processes_use_the_rate_evenly() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 8]);
    fleet.run(300 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(60 * SECOND, 300 * SECOND);
    let each: Vec<_> = fleet.processes.iter().map(|process| process.sent).collect();
    println!("{used} of 8000, {each:?}, {:.2} syncs a call", fleet.syncs_of_a_call());
    assert!(used >= 8_000 * 97 / 100, "{used}");
    // From the first second on: in the burst at the start, those come first that sync first.
    assert!(each.iter().max().unwrap() * 100 <= each.iter().min().unwrap() * 107, "{each:?}");
    assert!(fleet.syncs_of_a_call() < 0.6, "{}", fleet.syncs_of_a_call());
}

#[test]
fn one_busy_process_gets_what_seven_idle_ones_leave() {
    let mut demands = [Demand::None; 8];
    demands[3] = Demand::All;
    let mut fleet = Fleet::new(DOCUMENTED, &demands);
    fleet.run(300 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(60 * SECOND, 300 * SECOND);
    println!("{used} of 8000, {:.2} syncs a call", fleet.syncs_of_a_call());
    assert!(used >= 8_000 * 95 / 100, "{used}");
}

#[test]
fn a_process_with_little_to_do_is_not_starved_by_busy_ones() {
    let mut demands = [Demand::All; 8];
    demands[0] = Demand::Rate(60);
    let mut fleet = Fleet::new(DOCUMENTED, &demands);
    fleet.run(300 * SECOND);
    fleet.keeps_the_limits();
    assert!(fleet.processes[0].sent >= 290, "{}", fleet.processes[0].sent);
}

#[test]
fn bulk_work_yields_to_other_calls_in_the_whole_fleet() {
    let mut fleet =
        Fleet::new(DOCUMENTED, &[Demand::Bulk, Demand::Bulk, Demand::Rate(1_000), Demand::Rate(200)]);
    fleet.run(300 * SECOND);
    fleet.keeps_the_limits();
    let sent: Vec<_> = fleet.processes.iter().map(|process| process.sent).collect();
    println!("{sent:?}, {:.2} syncs a call", fleet.syncs_of_a_call());
    assert!(fleet.syncs_of_a_call() < 0.75);
    assert!(sent[2] >= 4_950 && sent[3] >= 985, "{sent:?}");
    assert!(sent[0] + sent[1] >= 800 * 5 * 90 / 100, "{sent:?}");
    assert!(sent[0].min(sent[1]) * 3 >= sent[0].max(sent[1]), "{sent:?}");
}

#[test]
fn a_thousand_members_stay_within_the_limits_and_nobody_is_left_out() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 1_000]);
    fleet.run(62 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(SECOND, 61 * SECOND);
    let least = fleet.processes.iter().map(|process| process.sent).min().unwrap();
    println!("{used} of 2000, at least {least} each, {:.2} syncs a call", fleet.syncs_of_a_call());
    // Each of a thousand gets two turns a minute. One that waits syncs each 0.8 s, so a turn that is free waits for a while,
    // and a turn counts from its lease: 89 % is what comes of it, where eight members use 97 % of the first minute.
    assert!(used >= 2_000 * 88 / 100 && least >= 1, "{used}, {least}");
}

/// The burst at the start comes back each minute, as its turns are free again, and weaker each time. After so long, nothing is
/// left of it.
const WARM_UP: Duration = Duration::from_secs(240);

/// Redis dies for a time, and comes back as it was or empty.
fn outage(demands: &[Demand], comes_back_empty: bool, length: Duration) -> Fleet {
    let mut fleet = Fleet::new(DOCUMENTED, demands);
    fleet.run(WARM_UP);
    fleet.redis_is_up = false;
    fleet.run(length);
    if comes_back_empty {
        fleet.ledger = Ledger::default();
    }
    fleet.redis_is_up = true;
    fleet.run(240 * SECOND);
    fleet
}

#[test]
fn while_redis_is_gone_members_send_by_their_shares_and_never_more_than_the_limit() {
    let mixed = [Demand::All, Demand::None, Demand::None, Demand::Rate(100), Demand::All, Demand::Bulk];
    for demands in [&[Demand::All; 8][..], &mixed] {
        for comes_back_empty in [false, true] {
            for seconds in [1, 2, 3, 30, 200] {
                let mut fleet = outage(demands, comes_back_empty, seconds * SECOND);
                let from = WARM_UP;
                let used = fleet.sent_within(from, from + 30 * SECOND);
                let after =
                    fleet.sent_within(from + (seconds + 120) * SECOND, from + (seconds + 240) * SECOND);
                println!(
                    "{} of them, empty: {comes_back_empty}, {seconds} s: {used} of 1000, later {after} of 4000",
                    demands.len()
                );
                fleet.keeps_the_limits();
                if demands.len() == 8 && seconds == 30 {
                    assert!(used >= 800, "{used}");
                }
                assert!(after >= 4_000 * 97 / 100, "{after}");
                assert!(fleet.processes.iter().all(|process| !process.member.is_by_share()));
            }
        }
    }
}

/// The longest wait of calls that ask for `per_minute` each beside busy processes, from the moment at which Redis dies.
fn wait_without_redis(limits: (u32, u32), per_minute: u64, calm: usize, busy: usize) -> Duration {
    let mut demands = vec![Demand::Rate(per_minute); calm];
    demands.resize(calm + busy, Demand::All);
    let mut longest = Duration::ZERO;
    for offset in 0..4 {
        let mut fleet = Fleet::new(limits, &demands);
        fleet.run(WARM_UP + 170 * MS * offset);
        fleet.processes.iter_mut().for_each(|process| process.longest_wait = Duration::ZERO);
        fleet.redis_is_up = false;
        fleet.run(60 * SECOND);
        fleet.keeps_the_limits();
        let waits = fleet.processes[..calm].iter().map(|process| process.longest_wait);
        longest = longest.max(waits.max().unwrap());
    }
    println!("{per_minute} a minute, {calm} calm and {busy} busy: {longest:?}");
    longest
}

#[test]
fn when_redis_dies_no_call_of_a_process_within_its_reserve_waits() {
    // Half of its share where the fleet does not use the whole rate, a quarter where it does.
    for (limits, per_minute, calm, busy) in [
        (DOCUMENTED, 60, 1, 7),
        (DOCUMENTED, 60, 4, 4),
        (DOCUMENTED, 120, 8, 0),
        (DOCUMENTED, 300, 3, 0),
        (DOCUMENTED, 900, 1, 0),
        ((100, 600), 45, 2, 1),
    ] {
        let wait = wait_without_redis(limits, per_minute, calm, busy);
        assert!(wait <= 50 * MS, "{limits:?}, {per_minute} a minute, {calm} calm and {busy} busy: {wait:?}");
    }
}

#[test]
fn an_idle_fleet_that_wakes_up_without_redis_stays_within_the_limit() {
    for demand in [Demand::All, Demand::Bulk] {
        let mut demands = [Demand::None; 8];
        demands[0] = demand;
        let mut fleet = Fleet::new(DOCUMENTED, &demands);
        fleet.run(30 * SECOND);
        fleet.redis_is_up = false;
        fleet.processes.iter_mut().for_each(|process| process.demand = Demand::All);
        fleet.run(120 * SECOND);
        fleet.keeps_the_limits();
    }
}

#[test]
fn a_member_that_is_cut_off_and_the_others_stay_within_the_limit() {
    for silent in [1, 4] {
        let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 6]);
        fleet.run(70 * SECOND);
        // Cut off: its syncs go nowhere, which a member that never learns of replies shows.
        let mut gone: Vec<_> = fleet.processes.drain(..silent).collect();
        for process in &mut gone {
            process.under_way = None;
        }
        let mut island = Fleet { processes: gone, redis_is_up: false, ..Fleet::new(DOCUMENTED, &[]) };
        (island.start, island.now) = (fleet.start, fleet.now);
        fleet.run(50 * SECOND);
        island.run(50 * SECOND);
        fleet.arrivals.append(&mut island.arrivals);
        fleet.keeps_the_limits();
    }
}

#[test]
fn a_process_that_dies_holds_its_lease_for_a_bounded_time() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 4]);
    fleet.run(70 * SECOND);
    fleet.processes[0].alive = false;
    fleet.run(200 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(140 * SECOND, 260 * SECOND);
    println!("{used} of 4000");
    // Four that live use 97 %. The window after the death still has the time in it when the dead one's share was reserved.
    assert!(used >= 4_000 * 96 / 100, "{used}");
    assert_eq!(fleet.processes[1].member.members(), 3);
}

#[test]
fn a_process_that_ends_gives_its_turns_back_at_once() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 4]);
    fleet.run(70 * SECOND);
    let now = fleet.now;
    let clock = fleet.clock(now);
    let sent = fleet.processes[0].sent;
    let request = fleet.processes[0].member.leave(sent, now).unwrap();
    fleet.processes[0].alive = false;
    fleet.ledger.sync(&request, clock);
    fleet.run(66 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(75 * SECOND, 135 * SECOND);
    println!("{used} of 2000");
    // A single minute, right after the first one with its burst.
    assert!(used >= 2_000 * 95 / 100, "{used}");
    assert_eq!(fleet.processes[1].member.members(), 3);
}
