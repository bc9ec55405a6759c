//! The report of `doctor`: a list of checks, each with its finding and the next step.

use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Report;
use crate::table::listed;
use crate::terminal::Terminal;

/// All checks, in the order of the steps of a call.
#[derive(Default, Serialize)]
pub(super) struct DoctorReport {
    checks: Vec<Check>,
}

#[derive(Serialize)]
pub(super) struct Check {
    #[serde(rename = "check")]
    name: &'static str,
    state: CheckStatus,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip)]
    exit: Exit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CheckStatus {
    Ok,
    /// API calls work, but something is unusual.
    Warning,
    Failed,
    /// The check was skipped because an earlier check failed.
    Skipped,
}

impl CheckStatus {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "FAILED",
            Self::Skipped => "skipped",
        }
    }
}

impl Check {
    pub(super) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: CheckStatus::Ok, found: found.into(), next: None, exit: Exit::Success }
    }

    pub(super) fn warning(name: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { state: CheckStatus::Warning, next: Some(next.into()), ..Self::ok(name, found) }
    }

    pub(super) fn failed(
        name: &'static str,
        exit: Exit,
        found: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { state: CheckStatus::Failed, exit, ..Self::warning(name, found, next) }
    }

    /// Converts a failure to a failed check with the same message, next step and exit code.
    pub(super) fn of(name: &'static str, failure: &Failure) -> Self {
        Self::failed(name, failure.exit(), failure.what(), failure.next())
    }

    pub(super) fn skipped(name: &'static str, found: impl Into<String>) -> Self {
        Self { state: CheckStatus::Skipped, ..Self::ok(name, found) }
    }
}

impl DoctorReport {
    pub(super) fn add(&mut self, checks: impl IntoIterator<Item = Check>) {
        self.checks.extend(checks);
    }

    pub(super) fn exit(&self) -> Exit {
        self.with(CheckStatus::Failed).next().map_or(Exit::Success, |check| check.exit)
    }

    pub(super) fn summary(&self) -> String {
        let failed: Vec<&str> = self.with(CheckStatus::Failed).map(|check| check.name).collect();
        let warnings = self.with(CheckStatus::Warning).count();
        match (failed.first(), warnings) {
            (Some(_), _) => format!("Calls would fail: see {}.", failed.join(", ")),
            (None, 0) => "Everything works.".to_owned(),
            (None, 1) => "Calls work; there is a warning.".to_owned(),
            (None, warnings) => format!("Calls work; there are {warnings} warnings."),
        }
    }

    fn with(&self, state: CheckStatus) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(move |check| check.state == state)
    }
}

impl Report for DoctorReport {
    fn text(&self, terminal: Terminal) -> String {
        // If the output is piped, the report is wrapped at 80 columns, because people still read it.
        let terminal = Terminal { width: Some(terminal.width.unwrap_or(80)), ..terminal };
        let rows = self.checks.iter().map(|check| {
            let next = check.next.iter().map(|next| format!("next: {next}"));
            let found = std::iter::once(check.found.clone()).chain(next).collect();
            vec![vec![check.name.to_owned()], vec![check.state.word().to_owned()], found]
        });
        listed(&["Check", "State", "Found"], &rows.collect::<Vec<_>>(), terminal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_sets_the_exit_code_and_warnings_do_not() {
        let mut report = DoctorReport::default();
        report.add([Check::ok("a", ""), Check::warning("b", "", ""), Check::skipped("c", "")]);
        assert_eq!(report.exit(), Exit::Success);
        assert_eq!(report.summary(), "Calls work; there is a warning.");
        report.add([Check::failed("d", Exit::Denied, "", ""), Check::failed("e", Exit::Unavailable, "", "")]);
        assert_eq!(report.exit(), Exit::Denied);
        assert_eq!(report.summary(), "Calls would fail: see d, e.");
    }

    #[test]
    fn the_next_step_stands_below_the_finding() {
        let mut report = DoctorReport::default();
        report.add([Check::failed("clock", Exit::Failure, "it is late", "wind it up")]);
        let table = report.text(Terminal { width: None, colors: false });
        assert!(table.contains("it is late\n") && table.contains("next: wind it up"), "{table}");
    }
}
