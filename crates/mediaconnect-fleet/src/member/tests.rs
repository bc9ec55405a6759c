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
