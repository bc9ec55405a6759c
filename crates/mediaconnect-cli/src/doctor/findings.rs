//! Turns the diagnosis of the client into checks.

use mediaconnect::{AnswerHead, Diagnosis, Error, Header, Probe};

use super::report::Check;
use crate::cause;
use crate::exit::Exit;
use crate::failure::next;
use crate::token::in_words;

/// The largest clock skew without a warning, in seconds. A wrong clock distorts logs and affects the check of
/// certificates.
const MOST_SKEW: u64 = 30;
/// Below this number of remaining requests, the check warns.
const FEW_REQUESTS: u32 = 100;
/// Below this token lifetime, in seconds, the check warns.
const SHORT_LIFE: u64 = 60;

/// Returns a check for each step of a call.
pub(super) fn checks(diagnosis: &Diagnosis) -> Vec<Check> {
    let token = &diagnosis.token;
    let mut checks = vec![connection("connection to the token endpoint", "--token-url", token)];
    checks.push(credentials(token, diagnosis));
    match &diagnosis.lookup {
        Some(lookup) => {
            checks.push(connection("connection to the API", "--base-url", lookup));
            checks.push(customer(lookup));
            checks.push(rate(lookup.answer.as_ref()));
        }
        None => checks.extend(
            ["connection to the API", "lookup", "rate limit"]
                .map(|name| Check::skipped(name, "there is no token to try it with")),
        ),
    }
    checks.push(clock(diagnosis));
    checks
}

/// Checks name resolution, TCP and TLS.
fn connection(name: &'static str, option: &str, probe: &Probe) -> Check {
    let server = probe.server.as_deref().unwrap_or("the server");
    let Some(failure) = probe.error.as_ref().and_then(Error::connect_failure) else {
        let took = probe.took.as_millis();
        return match (&probe.error, &probe.answer) {
            (Some(error), None) => {
                Check::failed(name, Exit::of(error), format!("{server}: {error}"), next(error))
            }
            _ if server.starts_with("https") => Check::ok(
                name,
                format!("{server} answered in {took} ms; its name is known and its certificate is good"),
            ),
            _ => Check::ok(name, format!("{server} answered in {took} ms, without TLS")),
        };
    };
    let (what, remedy) = cause::of(failure, option);
    Check::failed(name, Exit::Unavailable, format!("{server}: {what}"), remedy)
}

fn credentials(token: &Probe, diagnosis: &Diagnosis) -> Check {
    const NAME: &str = "credentials";
    let lifetime = diagnosis.token_lifetime.map(|lifetime| lifetime.as_secs());
    match (&token.error, lifetime) {
        (Some(_), _) if token.answer.is_none() => Check::skipped(NAME, "the token endpoint did not answer"),
        (Some(error), _) if error.is_auth() => Check::failed(
            NAME,
            Exit::Denied,
            format!("refused{}", status(error)),
            "check id and secret, that they belong together and to this environment, and that no quotation mark or \
             space came along",
        ),
        (Some(error), _) if error.is_unreadable() || error.is_refused() => Check::failed(
            NAME,
            Exit::of(error),
            error.to_string(),
            "check --token-url: what answers there is no token endpoint, or a gateway in front of it",
        ),
        (Some(error), _) => Check::failed(NAME, Exit::of(error), error.to_string(), next(error)),
        (None, None) => Check::warning(
            NAME,
            "accepted; upstream does not say how long the token lives",
            "nothing: five minutes are assumed, and more tokens are fetched than need be",
        ),
        (None, Some(seconds)) if seconds < SHORT_LIFE => Check::warning(
            NAME,
            format!("accepted; the token lives {}", in_words(seconds)),
            "ask Mediaconnect for a longer lifetime; 12 hours is usual",
        ),
        (None, Some(seconds)) => Check::ok(NAME, format!("accepted; the token lives {}", in_words(seconds))),
    }
}

fn customer(lookup: &Probe) -> Check {
    const NAME: &str = "lookup";
    let Some(answer) = &lookup.answer else { return Check::skipped(NAME, "the API did not answer") };
    let found = match &lookup.error {
        None => Some("a customer has the number"),
        Some(error) if error.is_not_found() => Some("nobody has the number"),
        Some(_) => None,
    };
    if let Some(found) = found {
        return match &answer.api_version {
            Header::Value(version) => Check::ok(NAME, format!("works; {found}; API version {version}")),
            Header::Malformed => Check::warning(
                NAME,
                format!("works; {found}; X-Mediaconnect-Api-Version cannot be read"),
                "check --base-url if calls fail",
            ),
            _ => Check::failed(
                NAME,
                Exit::Unreadable,
                "nothing shows that the response is Connect's: it has no X-Mediaconnect-Api-Version",
                "check --base-url: a mock or a gateway may respond there, whose customers are nobody's",
            ),
        };
    }
    let Some(error) = &lookup.error else { return Check::skipped(NAME, "no response") };
    let remedy = if error.is_auth() {
        "check that --base-url and --token-url are of the same environment: the token is new".to_owned()
    } else {
        next(error)
    };
    Check::failed(NAME, Exit::of(error), error.to_string(), remedy)
}

fn status(error: &Error) -> String {
    error.status_code().map(|status| format!(" (status {status})")).unwrap_or_default()
}

fn rate(answer: Option<&AnswerHead>) -> Check {
    const NAME: &str = "rate limit";
    let Some(answer) = answer else { return Check::skipped(NAME, "the API did not answer") };
    let missing = "nothing: the client counts by itself; only others with the same client id stay unseen";
    match (&answer.rate_remaining, &answer.rate_reset) {
        (Header::Value(remaining), Header::Value(reset)) => {
            let found = format!("{remaining} requests left, renewed in {}", in_words(reset.as_secs()));
            if *remaining < FEW_REQUESTS {
                Check::warning(
                    NAME,
                    found,
                    "see what else uses this client id; each service takes a share (RateLimit::with_share)",
                )
            } else {
                Check::ok(NAME, found)
            }
        }
        (Header::Absent, Header::Absent) => {
            Check::warning(NAME, "the answer has no X-RateLimit headers", missing)
        }
        _ => Check::warning(NAME, "the X-RateLimit headers are incomplete or cannot be read", missing),
    }
}

fn clock(diagnosis: &Diagnosis) -> Check {
    const NAME: &str = "clock";
    let lookup = diagnosis.lookup.as_ref().and_then(|lookup| lookup.answer.as_ref());
    let answers = [lookup, diagnosis.token.answer.as_ref()];
    let Some(skew) = answers.into_iter().flatten().find_map(|answer| answer.clock_skew_seconds) else {
        return Check::skipped(NAME, "no answer with a date to compare it with");
    };
    if skew.unsigned_abs() <= MOST_SKEW {
        return Check::ok(NAME, format!("right to {MOST_SKEW} s"));
    }
    let direction = if skew > 0 { "ahead of" } else { "behind" };
    Check::warning(
        NAME,
        format!("{} {direction} upstream's", in_words(skew.unsigned_abs())),
        "have this machine's clock set by NTP: certificates are judged by it, and logs cannot be compared",
    )
}
