//! Warns of items that upstream will soon remove or has removed. These warnings never make a check fail.

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mediaconnect_contract::sunset::{Sunset, sunsets};
use mediaconnect_contract::{Contract, Outline};

/// The command line argument for the current day.
#[derive(Args)]
pub(crate) struct Calendar {
    /// The day for sunset warnings [default: today, in UTC].
    #[arg(long, value_name = "YYYY-MM-DD", default_value_t = today(), hide_default_value = true)]
    pub(crate) today: Date,
}

/// Returns the current day in UTC.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// Returns a warning for each sunset that is near or past.
pub(crate) fn warnings(contract: &Contract, today: Date) -> String {
    lines(&sunsets(contract, &Outline::of(contract), today))
}

/// Returns one line for each sunset. Each line starts with `warning`.
pub(crate) fn lines(sunsets: &[Sunset]) -> String {
    sunsets.iter().fold(String::new(), |text, sunset| format!("{text}warning {sunset}\n"))
}
