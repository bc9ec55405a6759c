//! Simulates the rate while Redis is unreachable.

use std::time::Duration;

use super::lease_model::LeaseModel;
use super::{DOCUMENTED, Demand, Fleet, MS, SECOND};

/// The time for which a fleet runs before an outage. The fleet starts with a burst of requests. A minute after a burst,
/// its requests no longer count against the limit, so another, weaker burst follows. After several minutes, the bursts
/// no longer affect the test.
const WARM_UP: Duration = Duration::from_secs(240);

/// Simulates an outage of Redis. Afterwards, Redis has its old data or is empty.
fn outage(demands: &[Demand], comes_back_empty: bool, length: Duration) -> Fleet {
    let mut fleet = Fleet::new(DOCUMENTED, demands);
    fleet.run(WARM_UP);
    fleet.redis_is_up = false;
    fleet.run(length);
    if comes_back_empty {
        fleet.model = LeaseModel::default();
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
                    "{} processes; Redis down for {seconds} s; Redis empty afterwards: {comes_back_empty}; turns used in the first 30 s: {used} of 1000; turns used from 120 to 240 s after the outage: {after} of 4000",
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

/// Returns the longest time that a call of a calm process waits after Redis dies. `calm` is the number of calm
/// processes, which make `per_minute` calls a minute each. `busy` is the number of busy processes, which make as many
/// calls as they can.
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
    println!(
        "{calm} calm processes with {per_minute} calls a minute, {busy} busy ones: longest wait {longest:?}"
    );
    longest
}

#[test]
fn when_redis_dies_no_call_of_a_process_within_its_reserve_waits() {
    // Each calm process uses half of its share, or a quarter if busy processes use the rest of the rate.
    for (limits, per_minute, calm, busy) in [
        (DOCUMENTED, 60, 1, 7),
        (DOCUMENTED, 60, 4, 4),
        (DOCUMENTED, 120, 8, 0),
        (DOCUMENTED, 300, 3, 0),
        (DOCUMENTED, 900, 1, 0),
        ((100, 600), 45, 2, 1),
    ] {
        let wait = wait_without_redis(limits, per_minute, calm, busy);
        assert!(
            wait <= 50 * MS,
            "{limits:?}, {calm} calm processes with {per_minute} calls a minute, {busy} busy ones: longest wait {wait:?}"
        );
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
        // From now on, the syncs of these members do not reach Redis.
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
