use std::cell::Cell;

use super::*;

struct Waiting;

impl Pool for Waiting {
    fn report(&self) -> Option<TurnsReport> {
        let mut report = TurnsReport::default();
        report.waiting = 1;
        Some(report)
    }

    fn lease(&self, _: u32, _: Instant, _: u32) {}

    fn take_back(&self, _: u32) -> u32 {
        0
    }

    fn pause(&self, _: Duration) {}
}

#[test]
fn a_member_that_ends_before_the_first_reply_leaves_too() {
    let now = Instant::now();
    let mut member = Member::new("m".to_owned(), (100, 2_000), 50, now);
    assert_eq!(member.leave(0, now), None, "Redis does not know it");
    assert!(member.step(&Waiting, now).unwrap().send.is_some());
    let last = member.leave(0, now).unwrap();
    assert!(last.leave && last.held == 0, "{last:?}");
}

#[test]
fn a_member_asks_for_a_turn_even_at_one_request_a_second() {
    let now = Instant::now();
    let mut member = Member::new("m".to_owned(), (1, 60), 50, now);
    assert_eq!(member.step(&Waiting, now).unwrap().send.unwrap().want, 1);
}

/// A client whose last call failed at once.
#[derive(Default)]
struct Refusing(Cell<u32>);

impl Pool for Refusing {
    fn report(&self) -> Option<TurnsReport> {
        let mut report = TurnsReport::default();
        (report.refused, report.unused) = (1, self.0.get());
        Some(report)
    }

    fn lease(&self, turns: u32, _: Instant, _: u32) {
        self.0.set(self.0.get() + turns);
    }

    fn take_back(&self, keep: u32) -> u32 {
        let kept = self.0.get().min(keep);
        self.0.replace(kept) - kept
    }

    fn pause(&self, _: Duration) {}
}

#[test]
fn a_member_leases_a_turn_for_a_call_that_failed_at_once_and_keeps_it() {
    for limits in [(100, 2_000), (2, 60)] {
        let (mut now, pool) = (Instant::now(), Refusing::default());
        let mut member = Member::new("m".to_owned(), limits, 50, now);
        let mut sync = |granted, wait| {
            let step = member.step(&pool, now).unwrap();
            assert!(!step.is_starved, "no call waits");
            let request = step.send.unwrap();
            member.replied(Reply::Synced(Synced { granted, retry: 100, ..Synced::default() }), &pool, now);
            assert_eq!(member.step(&pool, now).unwrap().send, None, "{request:?}");
            now += Duration::from_millis(wait);
            (request.want, request.held)
        };
        assert_eq!(sync(0, 100), (1, 0));
        assert_eq!(sync(1, 400), (1, 0));
        assert_eq!(sync(0, 400), (0, 1));
        assert_eq!(pool.0.get(), 1);
    }
}

/// A client that reports something once.
#[derive(Default)]
struct Once(Cell<TurnsReport>);

impl Pool for Once {
    fn report(&self) -> Option<TurnsReport> {
        let report = self.0.get();
        let mut later = report;
        later.remaining = None;
        self.0.set(later);
        Some(report)
    }

    fn lease(&self, _: u32, _: Instant, _: u32) {}

    fn take_back(&self, _: u32) -> u32 {
        let mut report = self.0.get();
        let taken = std::mem::take(&mut report.unused);
        self.0.set(report);
        taken
    }

    fn pause(&self, _: Duration) {}
}

fn reply(now: u64) -> Reply {
    Reply::Synced(Synced { now, ..Synced::default() })
}

#[test]
fn what_remains_is_reported_even_if_no_sync_was_due() {
    let (now, pool) = (Instant::now(), Once::default());
    let mut member = Member::new("m".to_owned(), (100, 2_000), 50, now);
    assert_eq!(member.step(&pool, now).unwrap().send.unwrap().remaining, None);
    let mut report = pool.0.get();
    report.remaining = Some(7);
    pool.0.set(report);
    assert_eq!(member.step(&pool, now).unwrap().send, None);
    member.replied(reply(1), &pool, now);
    assert_eq!(member.step(&pool, now + HEARTBEAT).unwrap().send.unwrap().remaining, Some(7));
}

#[test]
fn a_member_that_takes_over_reports_only_its_own_requests() {
    let (now, pool) = (Instant::now(), Once::default());
    let mut report = TurnsReport::default();
    (report.sent, report.open) = (5_000, 10);
    pool.0.set(report);
    let mut member = Member::new("m".to_owned(), (100, 2_000), 50, now);
    let first = member.step(&pool, now).unwrap().send.unwrap();
    assert_eq!((first.base, first.uses, first.held), (4_990, Vec::new(), 10));
}

#[test]
fn a_member_that_was_suspended_gives_its_turns_back() {
    let (now, pool) = (Instant::now(), Once::default());
    let mut member = Member::new("m".to_owned(), (100, 2_000), 50, now);
    assert!(member.step(&pool, now).unwrap().send.is_some());
    member.replied(reply(1_000_000), &pool, now);
    for (clock, unused) in [(1_001_000, 9), (1_100_000, 0)] {
        let mut report = pool.0.get();
        report.unused = 9;
        pool.0.set(report);
        member.replied(Reply::Stale { now: clock }, &pool, now);
        assert_eq!(pool.0.get().unused, unused);
    }
}
