//! Checks strings against the formats and patterns of the contract.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex_lite::Regex;

pub(super) fn is_date(value: &str) -> bool {
    let Some((year, month, day)) =
        number(value, 0, 4).zip(number(value, 5, 2)).zip(number(value, 8, 2)).map(flat)
    else {
        return false;
    };
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    };
    let is_written = value.len() == 10 && value.as_bytes()[4] == b'-' && value.as_bytes()[7] == b'-';
    is_written && year > 0 && (1..=12).contains(&month) && (1..=days).contains(&day)
}

pub(super) fn is_date_time(value: &str) -> bool {
    let (Some(date), Some(time)) = (value.get(..10), value.get(11..)) else { return false };
    let is_joined = matches!(value.as_bytes()[10], b'T' | b't');
    let clock = number(time, 0, 2).zip(number(time, 3, 2)).zip(number(time, 6, 2)).map(flat);
    let is_clock = clock.is_some_and(|(hour, minute, second)| hour < 24 && minute < 60 && second <= 60)
        && time.as_bytes()[2] == b':'
        && time.as_bytes()[5] == b':';
    let rest = time.get(8..).unwrap_or_default();
    let rest = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with(|first: char| first.is_ascii_digit()) => {
            fraction.trim_start_matches(|digit: char| digit.is_ascii_digit())
        }
        Some(_) => return false,
        None => rest,
    };
    is_joined && is_date(date) && is_clock && (matches!(rest, "Z" | "z") || is_offset(rest))
}

fn is_offset(text: &str) -> bool {
    let parts = number(text, 1, 2).zip(number(text, 4, 2));
    text.len() == 6
        && text.starts_with(['+', '-'])
        && text.as_bytes()[3] == b':'
        && parts.is_some_and(|(hours, minutes)| hours < 24 && minutes < 60)
}

/// Parses `count` ASCII digits, starting at byte `from`.
fn number(text: &str, from: usize, count: usize) -> Option<u32> {
    let digits = text.get(from..from + count)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn flat(((one, two), three): ((u32, u32), u32)) -> (u32, u32, u32) {
    (one, two, three)
}

pub(super) fn is_base64(value: &str) -> bool {
    STANDARD.decode(value).is_ok()
}

/// The compiled patterns. Each pattern of the contract is compiled when it is first used.
static PATTERNS: RwLock<BTreeMap<&'static str, Option<Regex>>> = RwLock::new(BTreeMap::new());

/// Returns true if the pattern matches a part of the string. Returns false if the pattern does not compile. The lint
/// of the contract reports such patterns.
pub(super) fn matches(pattern: &'static str, value: &str) -> bool {
    let is_match = |regex: &Option<Regex>| regex.as_ref().is_some_and(|regex| regex.is_match(value));
    if let Some(regex) = PATTERNS.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return is_match(regex);
    }
    let mut patterns = PATTERNS.write().unwrap_or_else(PoisonError::into_inner);
    is_match(patterns.entry(pattern).or_insert_with(|| Regex::new(pattern).ok()))
}
