//! Facts that follow from a client's report.

use mediaconnect::TurnsReport;

/// Returns the number of sent requests that upstream has counted. The member no longer holds the turns of these
/// requests.
pub(super) fn settled(report: &TurnsReport) -> u64 {
    report.sent.saturating_sub(report.open.into())
}

/// Returns true if calls wait and there is no unused turn.
pub(super) fn is_starved(report: &TurnsReport) -> bool {
    report.waiting + report.waiting_in_bulk > 0 && report.unused == 0
}

/// Returns true if the client needs turns: it has no unused turn, and calls wait for one or have failed without one.
pub(super) fn lacks_turns(report: &TurnsReport) -> bool {
    is_starved(report) || report.unused == 0 && report.refused.max(report.refused_in_bulk) > 0
}
