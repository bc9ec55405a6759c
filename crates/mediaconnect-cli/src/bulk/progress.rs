//! The progress of a run on standard error: a bar on a terminal, otherwise a line every few seconds.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{FormattedDuration, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use crate::stderr::{self, say};

/// The time between two progress lines if standard error is not a terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

pub(super) struct Progress {
    bar: ProgressBar,
    failed: u64,
    last_line: Instant,
}

impl Progress {
    /// Creates the progress of a run with `rows` rows. Earlier runs completed `done` of them.
    pub(super) fn new(rows: u64, done: u64) -> Self {
        Self::with_target(rows, done, target())
    }

    fn with_target(rows: u64, done: u64, target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(Some(rows), target);
        // `wide_bar` fills the part of the line that the other items leave free.
        let style = "{wide_bar} {human_pos} of {human_len}, {msg}";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is valid"));
        bar.set_position(done);
        bar.reset_eta();
        bar.set_message("starting");
        Self { bar, failed: 0, last_line: Instant::now() }
    }

    /// Counts `rows` more rows as done, of which `failed` rows failed.
    pub(super) fn advance(&mut self, rows: u64, failed: u64) {
        self.bar.inc(rows);
        self.failed += failed;
    }

    /// Shows the progress. The run calls this a few times per second.
    pub(super) fn show(&mut self) {
        if !self.bar.is_hidden() {
            self.bar.set_message(self.state());
        } else if self.last_line.elapsed() >= LINE_INTERVAL {
            self.last_line = Instant::now();
            let (done, rows) = (HumanCount(self.bar.position()), self.bar.length().map(HumanCount));
            say(&format!("{done} of {} rows, {}", rows.unwrap_or(HumanCount(0)), self.state()));
        }
    }

    pub(super) fn note(&self, text: &str) {
        self.bar.suspend(|| say(text));
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn state(&self) -> String {
        state(self.bar.per_sec(), self.failed, self.bar.eta())
    }
}

/// Returns the target of the bar. With JSON output or `--quiet`, there is no bar.
fn target() -> ProgressDrawTarget {
    if stderr::is_json() || stderr::is_quiet() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(4)
    }
}

fn state(rate: f64, failed: u64, left: Duration) -> String {
    let mut state = format!("{rate:.1}/s, {} failed", HumanCount(failed));
    // If the rate is close to zero, the remaining time is unknown.
    if rate >= 0.05 {
        let _ = write!(state, ", {} left", FormattedDuration(left));
    }
    state
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn the_bar_fits_into_one_line_of_the_terminal() {
        for (width, rows) in [(80, 12_000_000), (200, 12_000_000), (60, 20)] {
            let terminal = InMemoryTerm::new(4, width);
            let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
            let mut progress = Progress::with_target(rows, 0, target);
            progress.advance(rows - 1, rows - 1);
            // The longest message that a run can show.
            progress.bar.set_message(state(100.0, rows, Duration::from_secs(99 * 3600)));
            progress.bar.force_draw();
            let shown = terminal.contents();
            assert!(shown.ends_with("4d 03:00:00 left") && shown.lines().count() == 1, "{width}: {shown}");
        }
    }

    #[test]
    fn the_state_has_rate_failures_and_remaining_time() {
        let left = Duration::from_secs(4 * 3600 + 5 * 60);
        assert_eq!(state(33.31, 1_200, left), "33.3/s, 1,200 failed, 04:05:00 left");
        assert_eq!(state(0.0, 0, Duration::ZERO), "0.0/s, 0 failed");
    }

    #[test]
    fn rows_of_earlier_runs_count_as_done() {
        let mut progress = Progress::new(500_000, 1_000);
        progress.advance(10, 2);
        progress.show();
        assert_eq!((progress.bar.position(), progress.failed), (1_010, 2));
        progress.end();
    }
}
