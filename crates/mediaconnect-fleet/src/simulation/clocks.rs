//! Simulates clocks that stand still or are set back.

use std::time::Duration;

use super::{DOCUMENTED, Demand, Fleet, MS, SECOND};
use crate::member::Member;

#[test]
fn when_the_clock_of_redis_is_set_back_members_send_by_their_shares_for_a_minute() {
    for set_back in [3 * SECOND, 600 * SECOND, 86_400 * SECOND] {
        let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 4]);
        fleet.run(240 * SECOND);
        fleet.set_back = set_back;
        fleet.run(240 * SECOND);
        fleet.keeps_the_limits();
        let soon = fleet.sent_within(250 * SECOND, 300 * SECOND);
        let after = fleet.sent_within(360 * SECOND, 480 * SECOND);
        println!(
            "clock set back by {set_back:?}; turns used from 10 to 60 s afterwards: {soon} of 1666; turns used from 120 to 240 s afterwards: {after} of 4000"
        );
        assert!(soon >= 1_000 && after >= 4_000 * 97 / 100, "{set_back:?}: {soon}, {after}");
        assert!(fleet.processes.iter().all(|process| !process.member.is_by_share()));
    }
}

#[test]
fn when_the_clock_of_redis_is_set_back_by_a_second_the_rate_is_used_as_before() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 4]);
    fleet.run(240 * SECOND);
    fleet.set_back = SECOND;
    fleet.run(60 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(240 * SECOND, 300 * SECOND);
    assert!(used >= 2_000 * 94 / 100, "{used}");
}

#[test]
fn when_redis_evicts_the_requests_of_the_last_minute_members_stay_within_the_limit() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 4]);
    fleet.run(240 * SECOND);
    fleet.model.evict(true);
    fleet.run(240 * SECOND);
    fleet.keeps_the_limits();
    let after = fleet.sent_within(360 * SECOND, 480 * SECOND);
    assert!(after >= 4_000 * 97 / 100, "{after}");
}

#[test]
fn a_process_that_was_suspended_or_stopped_does_not_disturb_the_others() {
    for is_suspended in [true, false] {
        for has_reply_under_way in [true, false] {
            let mut fleet = Fleet::new(DOCUMENTED, &[Demand::All; 4]);
            fleet.run(70 * SECOND);
            while fleet.processes[0].under_way.is_some() != has_reply_under_way {
                fleet.run(10 * MS);
            }
            fleet.processes[0].alive = false;
            fleet.run(100 * SECOND);
            fleet.processes[0].alive = true;
            fleet.processes[0].suspended = if is_suspended { 100 * SECOND } else { Duration::ZERO };
            for _ in 0..100 {
                fleet.run(SECOND / 10);
                let others = &fleet.processes[1..];
                assert!(
                    others.iter().all(|process| !process.member.is_by_share()),
                    "suspended: {is_suspended}, reply under way: {has_reply_under_way}"
                );
            }
            fleet.run(60 * SECOND);
            fleet.keeps_the_limits();
            assert_eq!(fleet.processes[1].member.members(), 4);
        }
    }
}

#[test]
fn a_client_that_continues_in_another_runtime_reports_no_request_twice() {
    let mut fleet = Fleet::new(DOCUMENTED, &[Demand::Rate(400); 2]);
    fleet.run(240 * SECOND);
    fleet.processes[0].under_way = None;
    fleet.processes[0].member = Member::new("another".to_owned(), DOCUMENTED, 50, fleet.now);
    fleet.run(60 * SECOND);
    fleet.keeps_the_limits();
    let used = fleet.sent_within(240 * SECOND, 300 * SECOND);
    assert!(used >= 780, "{used} of 800 calls");
}

#[test]
fn a_pause_lasts_as_long_as_upstream_asks_for_even_if_redis_is_far_away() {
    for members in [1, 4] {
        let mut fleet = Fleet::new(DOCUMENTED, &vec![Demand::All; members]);
        fleet.reply_after = 80 * MS;
        fleet.run(70 * SECOND);
        fleet.processes[0].client.paused.set(Some(fleet.now + 10 * SECOND));
        fleet.run(20 * SECOND);
        fleet.keeps_the_limits();
        // The others stop as soon as they hear of the pause.
        assert_eq!(fleet.sent_within(71 * SECOND, 80 * SECOND), 0, "{members} members");
        assert!(fleet.sent_within(80 * SECOND, 80 * SECOND + SECOND / 2) > 0, "{members} members");
    }
}
