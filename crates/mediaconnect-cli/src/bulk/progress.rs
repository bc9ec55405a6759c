//! How far a run is, on standard error: a bar, or a line every few seconds where there is no terminal.

use std::time::Duration;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use crate::output::say;

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

pub(super) struct Progress {
    bar: ProgressBar,
    failed: u64,
    told: Instant,
}

impl Progress {
    /// Of so many rows, of which some were done before.
    pub(super) fn new(rows: u64, done: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::stderr_with_hz(4));
        let style = "{bar:30} {human_pos} of {human_len} rows, {msg}";
        bar.set_style(ProgressStyle::with_template(style).expect("a test makes one"));
        bar.set_position(done);
        bar.reset_eta();
        Self { bar, failed: 0, told: Instant::now() }
    }

    /// So many rows need no more work.
    pub(super) fn advance(&mut self, rows: u64, failed: u64) {
        self.bar.inc(rows);
        self.failed += failed;
    }

    /// Shows how far it is. To be called a few times a second.
    pub(super) fn tell(&mut self) {
        if !self.bar.is_hidden() {
            self.bar.set_message(self.state());
        } else if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            let (done, rows) = (HumanCount(self.bar.position()), self.bar.length().map(HumanCount));
            say(&format!("{done} of {} rows, {}", rows.unwrap_or(HumanCount(0)), self.state()));
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn state(&self) -> String {
        let (rate, failed) = (self.bar.per_sec(), HumanCount(self.failed));
        format!("{rate:.1} a second, {failed} failed, {:#} left", HumanDuration(self.bar.eta()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_has_rate_failures_and_remaining_time() {
        let mut progress = Progress::new(500_000, 1_000);
        progress.advance(10, 2);
        progress.tell();
        assert_eq!(progress.bar.position(), 1_010);
        let state = progress.state();
        assert!(state.contains(" a second, 2 failed, ") && state.ends_with(" left"), "{state}");
        progress.end();
    }
}
