//! The parts that upstream removes soon, or has removed: a warning, since a date alone must fail nothing.

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mediaconnect_contract::sunset::{Sunset, sunsets};
use mediaconnect_contract::{Contract, Outline};

/// The argument of the commands that look at the calendar.
#[derive(Args)]
pub(crate) struct Calendar {
    /// Warn of sunsets as if it were this day.
    #[arg(long, value_name = "YYYY-MM-DD", default_value_t = today(), hide_default_value = true)]
    pub(crate) today: Date,
}

/// The day in UTC: the same for everybody who runs the command at once.
fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// The sunsets that are near or past, a warning each; nothing if there are none.
pub(crate) fn warnings(contract: &Contract, today: Date) -> String {
    lines(&sunsets(contract, &Outline::of(contract), today))
}

/// A warning for each.
pub(crate) fn lines(sunsets: &[Sunset]) -> String {
    sunsets.iter().fold(String::new(), |text, sunset| format!("{text}warning {sunset}\n"))
}
