//! Turns the client's diagnosis into checks.

use mediaconnect::{Diagnosis, Error, Header, Probe, ResponseHead};

use super::report::Check;
use crate::cause;
use crate::exit::Exit;
use crate::failure::next;
use crate::token::format_seconds;

/// The clock skew, in seconds, above which the check warns. A wrong clock distorts logs and the validation of
/// certificates.
const MAX_SKEW: u64 = 30;
/// The number of remaining requests below which the check warns.
const MIN_REMAINING: u32 = 100;
/// The lifetime of a token, in seconds, below which the check warns.
const MIN_LIFETIME: u64 = 60;

/// Returns one check for each step of a call.
pub(super) fn checks(diagnosis: &Diagnosis) -> Vec<Check> {
    let token = &diagnosis.token;
    let mut checks = vec![connection("connection to the token endpoint", "--token-url", token)];
    checks.push(credentials(token, diagnosis));
    match &diagnosis.lookup {
        Some(lookup) => {
            checks.push(connection("connection to the API", "--base-url", lookup));
            checks.push(customer(lookup));
            checks.push(rate(lookup.response.as_ref()));
        }
        None => checks.extend(
            ["connection to the API", "lookup", "rate limit"]
                .map(|name| Check::skipped(name, "this step needs a token")),
        ),
    }
    checks.push(clock(diagnosis));
    checks
}

/// Checks the name resolution, the TCP connection and TLS.
fn connection(name: &'static str, option: &str, probe: &Probe) -> Check {
    let server = probe.server.as_deref().unwrap_or("the server");
    let Some(failure) = probe.error.as_ref().and_then(Error::connect_failure) else {
        let took = probe.took.as_millis();
        return match (&probe.error, &probe.response) {
            (Some(error), None) => {
                Check::failed(name, Exit::of(error), format!("{server}: {error}"), next(error))
            }
            _ if server.starts_with("https") => Check::ok(
                name,
                format!("{server} responded in {took} ms; its name resolves and its certificate is valid"),
            ),
            _ => Check::ok(name, format!("{server} responded in {took} ms, without TLS")),
        };
    };
    let (what, help) = cause::of(failure, option);
    Check::failed(name, Exit::Unavailable, format!("{server}: {what}"), help)
}

fn credentials(token: &Probe, diagnosis: &Diagnosis) -> Check {
    const NAME: &str = "credentials";
    let lifetime = diagnosis.token_lifetime.map(|lifetime| lifetime.as_secs());
    match (&token.error, lifetime) {
        (Some(_), _) if token.response.is_none() => {
            Check::skipped(NAME, "the token endpoint did not respond")
        }
        (Some(error), _) if error.is_auth() => Check::failed(
            NAME,
            Exit::Denied,
            format!("refused{}", status(error)),
            "check that id and secret belong together and to this environment, and contain no extra space or \
             quotation mark",
        ),
        (Some(error), _) if error.is_decode() || error.is_refused() => Check::failed(
            NAME,
            Exit::of(error),
            error.to_string(),
            "check --token-url: the response may come from a gateway, or from a server that is not a token endpoint; \
             nginx responds with a page and status 400 if it requires another client certificate",
        ),
        (Some(error), _) => Check::failed(NAME, Exit::of(error), error.to_string(), next(error)),
        (None, None) => Check::warning(
            NAME,
            "accepted; upstream does not report the token's lifetime",
            "no action needed; the client assumes five minutes, and fetches tokens more often than necessary",
        ),
        (None, Some(seconds)) if seconds < MIN_LIFETIME => Check::warning(
            NAME,
            format!("accepted; the token is valid for {}", format_seconds(seconds)),
            "ask Mediaconnect for a longer lifetime; 12 hours is usual",
        ),
        (None, Some(seconds)) => {
            Check::ok(NAME, format!("accepted; the token is valid for {}", format_seconds(seconds)))
        }
    }
}

fn customer(lookup: &Probe) -> Check {
    const NAME: &str = "lookup";
    let Some(response) = &lookup.response else { return Check::skipped(NAME, "the API did not respond") };
    let found = match &lookup.error {
        None => Some("a customer has this number"),
        Some(error) if error.is_not_found() => Some("no customer has this number"),
        Some(_) => None,
    };
    if let Some(found) = found {
        return match &response.api_version {
            Header::Value(version) => Check::ok(NAME, format!("works; {found}; API version {version}")),
            Header::Malformed => Check::warning(
                NAME,
                format!("works; {found}; X-Mediaconnect-Api-Version is malformed"),
                "check --base-url if calls fail",
            ),
            _ => Check::failed(
                NAME,
                Exit::Decode,
                "the response may not come from Connect: it has no header X-Mediaconnect-Api-Version",
                "check --base-url: the server there may be a mock or a gateway",
            ),
        };
    }
    let Some(error) = &lookup.error else { return Check::skipped(NAME, "no response") };
    let help = if error.is_auth() {
        "check that --base-url and --token-url belong to the same environment: the API refused a token that \
         the token endpoint had just issued"
            .to_owned()
    } else {
        next(error)
    };
    Check::failed(NAME, Exit::of(error), error.to_string(), help)
}

fn status(error: &Error) -> String {
    error.status_code().map(|status| format!(" (status {status})")).unwrap_or_default()
}

fn rate(response: Option<&ResponseHead>) -> Check {
    const NAME: &str = "rate limit";
    let Some(response) = response else { return Check::skipped(NAME, "the API did not respond") };
    let missing = "no action needed; without these headers, the client counts its own requests, but does not see those \
                   that other processes send with the same client id";
    match (&response.rate_remaining, &response.rate_reset) {
        (Header::Value(remaining), Header::Value(reset)) => {
            let found =
                format!("{remaining} requests left; the limit resets in {}", format_seconds(reset.as_secs()));
            if *remaining < MIN_REMAINING {
                Check::warning(
                    NAME,
                    found,
                    "find out what else uses this client id, and give each service a share of the rate \
                     (RateLimit::with_share)",
                )
            } else {
                Check::ok(NAME, found)
            }
        }
        (Header::Absent, Header::Absent) => {
            Check::warning(NAME, "the response has no X-RateLimit headers", missing)
        }
        _ => Check::warning(NAME, "the X-RateLimit headers are incomplete or malformed", missing),
    }
}

fn clock(diagnosis: &Diagnosis) -> Check {
    const NAME: &str = "clock";
    let lookup = diagnosis.lookup.as_ref().and_then(|lookup| lookup.response.as_ref());
    let responses = [lookup, diagnosis.token.response.as_ref()];
    let Some(skew) = responses.into_iter().flatten().find_map(|response| response.clock_skew_seconds) else {
        return Check::skipped(NAME, "no response has a valid Date header, which this check needs");
    };
    if skew.unsigned_abs() <= MAX_SKEW {
        return Check::ok(NAME, format!("accurate to {MAX_SKEW} s"));
    }
    let direction = if skew > 0 { "ahead of" } else { "behind" };
    Check::warning(
        NAME,
        format!("{} {direction} upstream's clock", format_seconds(skew.unsigned_abs())),
        "synchronise this machine's clock with NTP: a wrong clock affects certificates and logs",
    )
}
