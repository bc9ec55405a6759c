//! The error that a command reports: what happened, what to do next and, with `-v`, the causes.

use std::error::Error as _;
use std::fmt::Write;

use mediaconnect::operations::OPERATIONS;
use mediaconnect::{Error, Violation};
use serde_json::json;

use crate::cause;
use crate::exit::Exit;
use crate::search_field::option_of;
use crate::stderr;
use crate::text::escape_controls;

/// The text that is appended to a next step if `doctor` may find the cause.
const DIAGNOSIS: &str = "; mediaconnect doctor checks each step";

const INVALID: &str = "invalid input, nothing was sent";

#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    /// One line for each invalid part of the input.
    details: Vec<String>,
    next: String,
    /// Upstream's message, the number of attempts and the causes. Each line is shown at its level of detail and at all
    /// higher levels.
    background: Vec<(Detail, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// Shows the message and the next step, which never contain a customer's data.
    Plain,
    /// Also shows upstream's message, which may quote a customer's data from the request.
    Upstream,
    All,
}

impl Detail {
    /// Returns the level of detail for standard error. Upstream's message is always shown on a terminal. The content of
    /// a file or a pipe may be stored, so the message is written there only with `-v`.
    pub(crate) fn new(verbosity: u8, is_terminal: bool) -> Self {
        match (verbosity, is_terminal) {
            (0, false) => Self::Plain,
            (0, true) => Self::Upstream,
            _ => Self::All,
        }
    }
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { exit, what: what.into(), details: Vec::new(), next: next.into(), background: Vec::new() }
    }

    /// Creates the failure for an invalid command line or setup. Nothing was sent.
    pub(crate) fn usage(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what, next)
    }

    /// Creates the failure for values that break the contract's rules. Nothing was sent. `name` converts the contract's
    /// name of a field to the name that users know, such as an option.
    pub(crate) fn invalid(violations: &[Violation], name: impl Fn(&str) -> String) -> Self {
        let details = violations.iter().map(|violation| detail(violation, &name)).collect();
        Self { details, ..Self::usage(INVALID, "correct the values above, then run the command again") }
    }

    /// Creates the failure for a single invalid value. Nothing was sent.
    pub(crate) fn invalid_field(detail: &str) -> Self {
        Self { details: vec![detail.to_owned()], ..Self::invalid(&[], str::to_owned) }
    }

    pub(crate) fn with_what(self, what: impl Into<String>) -> Self {
        Self { what: what.into(), ..self }
    }

    pub(crate) fn with_next(self, next: impl Into<String>) -> Self {
        Self { next: next.into(), ..self }
    }

    /// Returns the message and its details on one line.
    pub(crate) fn what(&self) -> String {
        self.details.iter().fold(self.what.clone(), |what, detail| what + "; " + detail)
    }

    pub(crate) fn next(&self) -> &str {
        &self.next
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn print(&self, detail: Detail) {
        if !stderr::is_json() {
            stderr::log("error", &self.report(detail), &[]);
            return;
        }
        let background = self.background.iter().filter(|(shown_from, _)| detail >= *shown_from);
        let background: Vec<String> = background.map(|(_, line)| escape_controls(line)).collect();
        let more = [
            ("next", json!(self.next)),
            ("exitCode", json!(self.exit.code())),
            ("background", json!(background)),
        ];
        stderr::log("error", &self.what(), &more);
    }

    /// Returns the text for standard error, without the final line break.
    pub(crate) fn report(&self, detail: Detail) -> String {
        let mut report = format!("error: {}", self.what);
        for detail in &self.details {
            let _ = write!(report, "\n  {detail}");
        }
        for (_, line) in self.background.iter().filter(|(shown_from, _)| detail >= *shown_from) {
            let _ = write!(report, "\n  {}", escape_controls(line));
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
        let (what, next) = match error.connect_failure() {
            Some(failure) => {
                let option = if error.is_token_fetch() { "--token-url" } else { "--base-url" };
                let (cause, next) = cause::of(failure, option);
                (format!("{error}: {cause}"), next)
            }
            None => (error.to_string(), next(&error)),
        };
        let next = if has_diagnosis(&error) { next + DIAGNOSIS } else { next };
        Self { background: background(&error), ..Self::new(Exit::of(&error), what, next) }
    }
}

impl From<&[Violation]> for Failure {
    fn from(violations: &[Violation]) -> Self {
        Self::invalid(violations, |field| option_of(field).to_owned())
    }
}

impl From<Violation> for Failure {
    fn from(violation: Violation) -> Self {
        Self::from([violation].as_slice())
    }
}

/// Returns the text of a violation. `name` converts the field's name to the name that users know.
fn detail(violation: &Violation, name: impl Fn(&str) -> String) -> String {
    let text = violation.to_string();
    let field = violation.field();
    match text.strip_prefix(field).filter(|_| !field.is_empty()) {
        Some(rest) => format!("{}{rest}", name(field)),
        None => text,
    }
}

/// Returns true if `doctor` may find the cause of the error. `doctor` checks the setup and the connection, but not the
/// request that failed.
fn has_diagnosis(error: &Error) -> bool {
    let is_of_the_way = matches!(Exit::of(error), Exit::Denied | Exit::Unavailable | Exit::Decode);
    is_of_the_way && !error.is_forbidden() && !error.is_outcome_unknown()
}

pub(crate) fn next(error: &Error) -> String {
    let next = match Exit::of(error) {
        Exit::Usage => "correct the option or the environment variable: see mediaconnect --help",
        Exit::Denied if error.is_forbidden() => {
            "ask Mediaconnect for permission for this operation or product"
        }
        Exit::Denied => {
            "check the client id and secret (in user mode, the user's token), and that they belong to this environment"
        }
        Exit::NotFound => "check the number, and that it belongs to this environment",
        Exit::RateLimited => match error.retry_after() {
            Some(wait) => return format!("wait {} seconds, then run the command again", wait.as_secs()),
            None => "wait a minute, then run the command again",
        },
        Exit::Unavailable if error.is_connect() => {
            "check the network, the proxy, and the URLs: --base-url, --token-url"
        }
        Exit::Unavailable if error.is_outcome_unknown() => {
            "check whether the change was made, and run the command again only if it was not"
        }
        Exit::Unavailable if is_read(error) => "run the command again later; nothing was changed",
        Exit::Unavailable => "run the command again later",
        Exit::Decode => {
            "check --base-url and --token-url; if they are right, a gateway responded or upstream has changed"
        }
        Exit::Success | Exit::No | Exit::Failure | Exit::Partial | Exit::Interrupted => {
            "run the command again with -v to see upstream's message"
        }
    };
    next.to_owned()
}

/// Returns true if the operation only reads. Returns false for a request of `api`, because the contract does not
/// describe it: with `--safe-to-retry`, it may change something.
fn is_read(error: &Error) -> bool {
    OPERATIONS.iter().any(|info| Some(info.id) == error.operation() && info.safe_to_retry)
}

/// Returns upstream's message, the number of attempts and the chain of causes.
fn background(error: &Error) -> Vec<(Detail, String)> {
    let said = error.upstream_message().map(|message| {
        let said: Vec<&str> = [message.code(), message.text()].into_iter().flatten().collect();
        (Detail::Upstream, format!("upstream says: {}", said.join(": ")))
    });
    let attempts = format!("requests sent to the API: {}", error.attempts());
    let rest = std::iter::once(attempts).chain(causes(error)).map(|line| (Detail::All, line));
    said.into_iter().chain(rest).collect()
}

/// Returns the chain of causes. Unlike upstream's message, a cause never quotes customer data.
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
error: the base URL must be https, or http on loopback: secrets are sent there
next: correct the option or the environment variable: see mediaconnect --help";
        assert_eq!(Failure::from(error).report(Detail::Plain), expected);
    }

    #[test]
    fn each_violation_is_a_line_with_its_option() {
        let search = CustomerSearch::by_email("kari.canary").product_code("");
        let report = Failure::from(Error::from(search.validate().unwrap_err())).report(Detail::Plain);
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines.len(), 4, "{report}");
        assert!(report.contains("\n  --email: an e-mail address"), "{report}");
        assert!(report.contains("\n  --product-code: 1 to 12 characters"), "{report}");
        assert!(!report.contains("canary"), "{report}");
    }

    #[test]
    fn text_that_may_quote_a_customer_is_shown_only_on_a_terminal_or_with_v() {
        let mut failure = Failure::new(Exit::Failure, "what", "next");
        failure.background = vec![
            (Detail::Upstream, "upstream says: \u{1b}[2J".to_owned()),
            (Detail::All, "requests: 1".to_owned()),
        ];
        let report = |verbosity, is_terminal| failure.report(Detail::new(verbosity, is_terminal));
        let said = "\n  upstream says: \\u{1b}[2J";
        assert_eq!(report(0, false), "error: what\nnext: next");
        assert_eq!(report(0, true), format!("error: what{said}\nnext: next"));
        for is_terminal in [false, true] {
            assert_eq!(report(1, is_terminal), format!("error: what{said}\n  requests: 1\nnext: next"));
        }
    }
}
