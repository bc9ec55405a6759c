//! The log for `-v`.

use std::io;

use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::time::uptime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::stderr;

/// Writes the client's events to standard error: debug events with `-v`, all events with `-vv`.
///
/// Other crates' events are not written. The client's events contain neither personal data nor secrets.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let client_only = filter_fn(|event| is_of_client(event.target()));
    // By default, the logger reports its own write errors to standard error, and panics if standard error is closed.
    // Therefore these reports are turned off.
    let subscriber = fmt().with_max_level(level).with_writer(io::stderr).log_internal_errors(false);
    // `try_init` fails only if a subscriber is already set, and no other code sets one.
    let _ = if stderr::is_json() {
        subscriber.json().finish().with(client_only).try_init()
    } else {
        subscriber.with_timer(uptime()).finish().with(client_only).try_init()
    };
}

fn is_of_client(target: &str) -> bool {
    target == "mediaconnect" || target.starts_with("mediaconnect::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_events_of_the_client_are_logged() {
        assert!(is_of_client("mediaconnect") && is_of_client("mediaconnect::call"));
        for other in ["mediaconnect_sandbox", "reqwest::connect", "hyper_util::client", ""] {
            assert!(!is_of_client(other), "{other}");
        }
    }
}
