//! The result of `token`: when the access token expires.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::output::Report;
use crate::table::labelled;
use crate::terminal::Terminal;

#[derive(Serialize)]
pub(crate) struct TokenExpiry {
    #[serde(rename = "expiresInSeconds")]
    remaining_seconds: u64,
    /// The time of expiry in UTC, in RFC 3339 format.
    #[serde(rename = "expiresAt")]
    utc: String,
    /// The time of expiry in the local time zone, in RFC 3339 format.
    #[serde(rename = "expiresAtLocal")]
    local_time: String,
}

impl TokenExpiry {
    pub(crate) fn after(lifetime: Duration) -> Self {
        Self::new(lifetime, Timestamp::now(), TimeZone::system())
    }

    fn new(lifetime: Duration, now: Timestamp, zone: TimeZone) -> Self {
        let expiry = SignedDuration::try_from(lifetime)
            .and_then(|lifetime| now.checked_add(lifetime))
            .unwrap_or(Timestamp::MAX);
        Self {
            remaining_seconds: lifetime.as_secs(),
            utc: expiry.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            local_time: expiry.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        }
    }
}

/// Formats a duration in hours, minutes and seconds. Omits leading units that are zero.
pub(crate) fn format_seconds(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, seconds) => format!("{hours} h {minutes} min {seconds} s"),
    }
}

impl Report for TokenExpiry {
    fn text(&self, terminal: Terminal) -> String {
        let rows = vec![
            ("Expires in", vec![format_seconds(self.remaining_seconds)]),
            ("Local time", vec![self.local_time.clone()]),
            ("UTC", vec![self.utc.clone()]),
        ];
        labelled(rows, terminal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry(seconds: u64) -> TokenExpiry {
        let now = "2026-07-29T10:00:00.75Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        TokenExpiry::new(Duration::from_secs(seconds), now, zone)
    }

    #[test]
    fn the_expiry_is_told_in_both_times() {
        let table = expiry(43_199).text(Terminal { width: None, colors: false });
        let expected = "
 Expires in  11 h 59 min 59 s
 Local time  2026-07-29T23:59:59+02:00
 UTC         2026-07-29T21:59:59Z
";
        assert_eq!(table, expected[1..]);
        let json = serde_json::to_value(expiry(43_199)).unwrap();
        let expected = serde_json::json!({
            "expiresInSeconds": 43_199,
            "expiresAt": "2026-07-29T21:59:59Z",
            "expiresAtLocal": "2026-07-29T23:59:59+02:00",
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn short_and_endless_lifetimes_are_told_too() {
        assert_eq!(format_seconds(0), "0 s");
        assert_eq!(format_seconds(90), "1 min 30 s");
        assert_eq!(expiry(u64::MAX).utc, "9999-12-30T22:00:00Z");
    }
}
