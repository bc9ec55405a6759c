//! How a failure is told: what happened, what to do next, and with `-v` why.

use std::error::Error as _;
use std::fmt::Write;

use mediaconnect::{Error, Violation};

use crate::exit::Exit;
use crate::search::option_of;
use crate::text::harmless;

/// Why the command could not do what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    /// One for each part of the input that is wrong.
    details: Vec<String>,
    next: String,
    /// Only with `-v`: this may quote what was sent.
    background: Vec<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { exit, what: what.into(), details: Vec::new(), next: next.into(), background: Vec::new() }
    }

    /// The command line or the set-up does not make sense; nothing was sent.
    pub(crate) fn usage(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what, next)
    }

    /// The same failure, with something else to do next.
    pub(crate) fn with_next(self, next: impl Into<String>) -> Self {
        Self { next: next.into(), ..self }
    }

    /// What happened, in one line.
    pub(crate) fn what(&self) -> String {
        self.details.iter().fold(self.what.clone(), |what, detail| what + "; " + detail)
    }

    /// What to do.
    pub(crate) fn next(&self) -> &str {
        &self.next
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The lines for standard error, without the last line break.
    pub(crate) fn report(&self, verbosity: u8) -> String {
        let mut report = format!("error: {}", self.what);
        for detail in &self.details {
            let _ = write!(report, "\n  {detail}");
        }
        if verbosity > 0 {
            for line in &self.background {
                let _ = write!(report, "\n  {}", harmless(line));
            }
        }
        let _ = write!(report, "\nnext: {}", self.next);
        report
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_invalid_input() {
            return Self::from(error.violations());
        }
        Self {
            background: background(&error),
            ..Self::new(Exit::of(&error), error.to_string(), next(&error))
        }
    }
}

impl From<&[Violation]> for Failure {
    fn from(violations: &[Violation]) -> Self {
        let details = violations.iter().map(detail).collect();
        let next = "change what is named above, then run it again";
        Self { details, ..Self::usage("invalid input, nothing was sent", next) }
    }
}

impl From<Violation> for Failure {
    fn from(violation: Violation) -> Self {
        Self::from([violation].as_slice())
    }
}

/// A violation with the name of the option instead of the field's.
fn detail(violation: &Violation) -> String {
    let text = violation.to_string();
    let field = violation.field();
    match text.strip_prefix(field).filter(|_| !field.is_empty()) {
        Some(rest) => format!("{}{rest}", option_of(field)),
        None => text,
    }
}

/// What to do about a call that failed.
pub(crate) fn next(error: &Error) -> String {
    let next = match Exit::of(error) {
        Exit::Usage => "set it by an option or an environment variable: see mediaconnect --help",
        Exit::Denied if error.is_forbidden() => "ask Mediaconnect for the right to this operation or product",
        Exit::Denied => {
            "check the client's id and secret (for `customer me` the user's token), and that they belong to this \
             environment"
        }
        Exit::NotFound => "check the number, and that it belongs to this environment",
        Exit::RateLimited => match error.retry_after() {
            Some(wait) => return format!("wait {} seconds, then run it again", wait.as_secs()),
            None => "wait a minute, then run it again",
        },
        Exit::Unavailable if error.is_connect() => {
            "check the network, the proxy, and the URLs: --base-url, --token-url"
        }
        Exit::Unavailable if error.is_outcome_unknown() => "look whether it was made before you run it again",
        Exit::Unavailable => "run it again later; nothing was changed",
        Exit::Unreadable => {
            "check --base-url and --token-url; if they are right, a gateway answered or upstream has changed"
        }
        Exit::Success | Exit::Failure | Exit::Partial | Exit::Interrupted => {
            "run it again with -v, which shows what upstream says"
        }
    };
    next.to_owned()
}

/// What is behind a failure: how often it was tried, what upstream says, and each error's cause.
fn background(error: &Error) -> Vec<String> {
    let mut lines = vec![format!("requests sent to the API: {}", error.attempts())];
    if let Some(message) = error.upstream_message() {
        let said: Vec<&str> = [message.code(), message.text()].into_iter().flatten().collect();
        lines.push(format!("upstream says: {}", said.join(": ")));
    }
    lines.extend(causes(error));
    lines
}

/// Each error's cause. Other than what upstream says, they quote nothing.
pub(crate) fn causes(error: &Error) -> impl Iterator<Item = String> {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.map(|cause| format!("caused by: {cause}"))
}

#[cfg(test)]
mod tests {
    use mediaconnect::{Client, CustomerSearch};

    use super::*;

    #[test]
    fn a_failure_says_what_happened_and_what_to_do_next() {
        let error = Client::builder().base_url("http://example.com").build().unwrap_err();
        let expected = "\
error: the base URL must be https, or http on the own machine: secrets are sent there
next: set it by an option or an environment variable: see mediaconnect --help";
        assert_eq!(Failure::from(error).report(0), expected);
    }

    #[test]
    fn each_violation_is_a_line_with_its_option() {
        let search = CustomerSearch::by_email("kari.canary").product_code("");
        let report = Failure::from(Error::from(search.validate().unwrap_err())).report(0);
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines.len(), 4, "{report}");
        assert!(report.contains("\n  --email: an e-mail address"), "{report}");
        assert!(report.contains("\n  --product-code: 1 to 12 characters"), "{report}");
        assert!(!report.contains("canary"), "{report}");
    }

    #[test]
    fn the_background_is_shown_on_demand_and_made_harmless() {
        let mut failure = Failure::new(Exit::Failure, "what", "next");
        failure.background = vec!["upstream says: \u{1b}[2J".to_owned()];
        assert_eq!(failure.report(0), "error: what\nnext: next");
        assert_eq!(failure.report(1), "error: what\n  upstream says: \\u{1b}[2J\nnext: next");
    }
}
