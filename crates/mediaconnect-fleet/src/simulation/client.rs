//! A simulated client.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use mediaconnect::TurnsReport;
use tokio::time::Instant;

use crate::member::Pool;

/// The turns of a simulated client, with the same rules as `mediaconnect::Turns`.
#[derive(Default)]
pub(super) struct Client {
    pub(super) left: Cell<u32>,
    pub(super) until: Cell<Option<Instant>>,
    pub(super) now: Cell<Option<Instant>>,
    pub(super) waiting: Cell<usize>,
    pub(super) waiting_in_bulk: Cell<usize>,
    pub(super) sent: Cell<u64>,
    pub(super) open: RefCell<VecDeque<Instant>>,
    pub(super) gone: Cell<bool>,
    pub(super) paused: Cell<Option<Instant>>,
}

impl Client {
    pub(super) fn unused(&self) -> u32 {
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
        self.paused.set(self.paused.get().max(self.now.get().map(|now| now + pause)));
    }
}
