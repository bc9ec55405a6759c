//! Upstream's policy on changes: the changes that upstream calls compatible, and the time until upstream removes a
//! deprecated operation.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use mediaconnect_contract::outline::Operation;
use mediaconnect_contract::{Contract, Finding};
use serde_json::Value;
use xtask::compare::{Rule, rules};

/// The extensions that contain the lifecycle stage of an endpoint. Upstream's documentation tools write them.
const STATUS: [&str; 3] = ["x-apidog-status", "x-apifox-status", "x-status"];

/// Returns a remark if a rule reports changes that are compatible according to upstream's policy. Any release of
/// upstream may contain such changes.
pub(super) fn remark(rule: &Rule) -> Option<&'static str> {
    let compatible = [
        &rules::OPERATION_ADDED,
        &rules::OPTIONAL_PARAMETER_ADDED,
        &rules::PARAMETER_NOW_OPTIONAL,
        &rules::OPTIONAL_FIELD_ADDED_SENT,
        &rules::FIELD_ADDED_RECEIVED,
        &rules::NOW_OPTIONAL_SENT,
        &rules::NOW_OPTIONAL_RECEIVED,
        &rules::ENUM_VALUE_ADDED_SENT,
        &rules::ENUM_VALUE_ADDED_RECEIVED,
    ];
    let is_compatible = compatible.iter().any(|one| one.name == rule.name);
    let breaks = rule.class == xtask::compare::Class::Breaking;
    match (is_compatible, breaks) {
        (false, _) => None,
        (true, false) => Some(
            "Upstream calls this compatible: such a change may appear without a new version of the path.",
        ),
        (true, true) => Some(
            "Upstream calls this compatible, so such a change may appear without a new version of the path; \
             here it breaks readers of the value.",
        ),
    }
}

/// The planned removal of an operation.
#[derive(Clone, Debug)]
pub(super) struct Removal {
    /// The stage in the document, such as `deprecated`.
    pub(super) stage: String,
    /// The last day on which the operation may still work.
    pub(super) last: Date,
    /// The source of the date `last`.
    how: String,
    /// The maximum number of days at this stage. `None` if the document states the last day.
    days: Option<i32>,
}

impl Removal {
    /// Returns the day to compare with `ours`, the day in the contract. If both are equal, there is no difference.
    ///
    /// If upstream states a day, the result is this day. If upstream states only a stage, `last` is the latest possible
    /// day:
    /// - If the contract has a day, the result is `ours` or `last`, whichever is earlier.
    /// - If the contract has no day, the result is `last`. At the first stage, the result is `None`, because the
    ///   contract does not need a day yet.
    pub(super) fn compared(&self, ours: Option<&str>) -> Option<String> {
        let last = self.last.to_string();
        match (self.days, ours) {
            (Some(_), Some(ours)) => Some(last.min(ours.to_owned())),
            (Some(DEPRECATED), None) => None,
            (None, _) | (Some(_), None) => Some(last),
        }
    }
}

/// Returns true if an operation of upstream's document has a stage at which it is deprecated.
pub(super) fn is_deprecated(operation: &Value) -> bool {
    STATUS.iter().filter_map(|key| operation.get(*key)?.as_str()).any(|status| days(status).is_some())
}

impl fmt::Display for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: removed on {} at the latest ({})", self.stage, self.last, self.how)
    }
}

/// Returns the planned removal of an operation, if its document announces one. Also returns a finding if the announced
/// day is not a date.
pub(super) fn sunset(
    document: &Contract,
    operation: &Operation,
    today: Date,
) -> (Option<Removal>, Option<Finding>) {
    let node = document.document().pointer(&operation.pointer).unwrap_or(&Value::Null);
    let statuses = STATUS.iter().filter_map(|key| node.get(*key)?.as_str());
    let stages = statuses.filter_map(|status| Some((days(status)?, status.to_owned())));
    let flag = operation.deprecated.then(|| (DEPRECATED, "deprecated".to_owned()));
    let stage = stages.chain(flag).min_by_key(|(days, _)| *days);

    let written = node.get("x-sunset").map(|value| value.as_str().unwrap_or_default());
    let date = written.and_then(|text| text.get(..10)?.parse::<Date>().ok());
    let not_understood = (written.is_some() && date.is_none()).then(|| {
        let message = "x-sunset is not a date, and is ignored".to_owned();
        let pointer = format!("{}/x-sunset", operation.pointer);
        document.finding(&pointer, "not-understood", message, "write the date as YYYY-MM-DD")
    });
    let sunset = match (date, stage) {
        (Some(last), stage) => {
            let stage = stage.map_or_else(|| "sunset announced".to_owned(), |(_, name)| name);
            Some(Removal { stage, last, how: "x-sunset of the document".to_owned(), days: None })
        }
        (None, Some((days, stage))) => {
            let last = today.saturating_add(days.days());
            let how = format!(
                "{days} days after {today}, or earlier if upstream announced the removal before {today}"
            );
            Some(Removal { stage, last, how, days: Some(days) })
        }
        (None, None) => None,
    };
    (sunset, not_understood)
}

const DEPRECATED: i32 = 180;

/// Returns the maximum number of days for which an operation at this lifecycle stage still works.
fn days(status: &str) -> Option<i32> {
    let name: String = status.chars().filter(|c| c.is_alphabetic()).collect();
    match name.to_ascii_lowercase().as_str() {
        "deprecated" | "obsolete" => Some(DEPRECATED),
        "deprecatedwarning" => Some(30),
        "readyforsunset" => Some(10),
        "sunset" => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use mediaconnect_contract::Outline;

    use super::*;

    fn sunset_of(members: &str) -> (Option<String>, bool) {
        let yaml = format!("paths: {{/a: {{get: {{{members}}}}}}}");
        let document = Contract::parse("up.yaml", &yaml).unwrap();
        let operation = &Outline::of(&document).operations[0];
        let (sunset, note) = sunset(&document, operation, jiff::civil::date(2026, 11, 22));
        (sunset.map(|sunset| format!("{} {}", sunset.stage, sunset.last)), note.is_some())
    }

    #[test]
    fn the_stage_determines_the_last_day() {
        let cases = [
            ("deprecated: true", "deprecated 2027-05-21"),
            ("x-apidog-status: obsolete", "obsolete 2027-05-21"),
            ("x-status: Deprecated Warning", "Deprecated Warning 2026-12-22"),
            ("deprecated: true, x-apidog-status: ready_for_sunset", "ready_for_sunset 2026-12-02"),
            ("deprecated: true, x-sunset: 2027-02-01", "deprecated 2027-02-01"),
            ("x-sunset: '2027-02-01T00:00:00Z'", "sunset announced 2027-02-01"),
        ];
        for (members, expected) in cases {
            assert_eq!(sunset_of(members), (Some(expected.to_owned()), false), "{members}");
        }
        assert_eq!(sunset_of("x-apidog-status: released, deprecated: false"), (None, false));
    }

    #[test]
    fn an_invalid_sunset_is_reported() {
        assert_eq!(
            sunset_of("deprecated: true, x-sunset: soon"),
            (Some("deprecated 2027-05-21".to_owned()), true)
        );
    }
}
