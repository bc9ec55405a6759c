use super::scalar::Scalar;
use super::text::text_type;
use crate::validate::{Format, Limits, Violation};

const DATE: Limits = Limits { min_length: 0, max_length: None, format: Some(Format::Date) };
const DATE_TIME: Limits = Limits { min_length: 0, max_length: None, format: Some(Format::DateTime) };

text_type! {
    /// A calendar date as `YYYY-MM-DD`, without a time zone.
    ///
    /// A received string is kept unchanged, even if it is not a date. [`is_valid`](Self::is_valid) checks it. A crate
    /// for dates can parse [`as_str`](Self::as_str): `date.as_str().parse::<jiff::civil::Date>()`.
    Date,
    field: "date",
    limits: DATE,
    received: Scalar::into_text,
    schema: "A calendar date, YYYY-MM-DD."
}

impl Date {
    /// Creates a date of the Gregorian calendar, in the years 1 to 9999.
    ///
    /// # Errors
    /// Returns a violation of the field `date` if the date does not exist.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Violation> {
        format!("{year:04}-{month:02}-{day:02}").try_into()
    }

    /// Returns year, month and day, or `None` if the received string is not a date.
    pub fn year_month_day(&self) -> Option<(u16, u8, u8)> {
        day_of(&self.0)
    }
}

text_type! {
    /// A timestamp by RFC 3339: `2026-11-28T18:00:00Z`, or with an offset such as `+01:00`.
    ///
    /// A received string is kept unchanged, even if it is not a timestamp. [`is_valid`](Self::is_valid) checks it. A
    /// crate for dates can parse [`as_str`](Self::as_str): `time.as_str().parse::<jiff::Timestamp>()`.
    DateTime,
    field: "dateTime",
    limits: DATE_TIME,
    received: Scalar::into_text,
    schema: "A timestamp by RFC 3339."
}

/// Returns year, month and day of `YYYY-MM-DD`, if the date exists.
fn day_of(text: &str) -> Option<(u16, u8, u8)> {
    if !Format::Date.fits(text) {
        return None;
    }
    Some((text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_round_trips_through_year_month_and_day() {
        let date = Date::new(2024, 2, 29).unwrap();
        assert_eq!(date.as_str(), "2024-02-29");
        assert_eq!(date.year_month_day(), Some((2024, 2, 29)));
        assert_eq!(format!("{date:?}"), "Date(..)");
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        for (year, month, day) in
            [(2023, 2, 29), (1900, 2, 29), (2026, 13, 1), (2026, 4, 31), (0, 1, 1), (2026, 0, 1)]
        {
            assert!(Date::new(year, month, day).is_err(), "{year}-{month}-{day}");
        }
        for text in ["2026-1-1", "20260101", "2026-01-01T00:00:00Z", "+026-01-01", "2026/01/01", "2026-01-0é"]
        {
            assert!(Date::try_from(text).is_err(), "{text}");
        }
        assert!(Date::new(2000, 2, 29).is_ok());
    }

    #[test]
    fn a_received_string_is_kept_unchanged() {
        let date: Date = serde_json::from_str(r#""28.11.2026""#).unwrap();
        assert_eq!((date.as_str(), date.is_valid(), date.year_month_day()), ("28.11.2026", false, None));
    }

    #[test]
    fn a_timestamp_follows_rfc_3339() {
        for text in [
            "2026-11-28T18:00:00Z",
            "2026-11-28t18:00:00.123z",
            "2026-11-28T23:59:60+01:00",
            "2026-11-28T00:00:00-12:30",
        ] {
            assert!(DateTime::try_from(text).is_ok(), "{text}");
        }
        for text in [
            "2026-11-28",
            "2026-11-28T18:00Z",
            "2026-11-28T18:00:00",
            "2026-11-28T24:00:00Z",
            "2026-11-31T18:00:00Z",
            "2026-11-28 18:00:00Z",
            "2026-11-28T18:00:00.Z",
            "2026-11-28T18:00:00+0100",
            "2026-11-28T18:00:00+24:00",
        ] {
            assert!(DateTime::try_from(text).is_err(), "{text}");
        }
    }
}
