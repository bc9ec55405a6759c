//! A difference between the contract and upstream at one location.

use mediaconnect_contract::Contract;
use xtask::compare::{Direction, NewLimit, Place, Rule, rules};

use super::locate::Spot;

#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    pub(super) rule: &'static Rule,
    pub(super) direction: Option<Direction>,
    pub(super) place: Place,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) limit: Option<NewLimit>,
    /// The nodes of the contract at the location.
    pub(super) spot: Spot,
    /// The file and line of upstream's document.
    pub(super) at: String,
    /// The position of upstream's document among the documents of the input.
    pub(super) side: usize,
    /// The pointer into upstream's document.
    pub(super) pointer: String,
    /// True if the difference is a missing member, and upstream's object has other members.
    pub(super) is_one_of_several: bool,
}

/// The rules that report a change of a node itself, such as the removal of a field or a response. All other rules
/// report a change of the node's value.
const NODE_RULES: [&Rule; 26] = [
    &rules::BODY_OPTIONAL,
    &rules::BODY_REMOVED,
    &rules::BODY_REQUIRED,
    &rules::DEPRECATED,
    &rules::DEPRECATION_WITHDRAWN,
    &rules::ERROR_STATUS_ADDED,
    &rules::ERROR_STATUS_REMOVED,
    &rules::FIELD_ADDED_RECEIVED,
    &rules::FIELD_REMOVED_RECEIVED,
    &rules::FIELD_REMOVED_SENT,
    &rules::FIELD_RENAMED_RECEIVED,
    &rules::FIELD_RENAMED_SENT,
    &rules::HEADER_ADDED,
    &rules::HEADER_REMOVED,
    &rules::NOW_OPTIONAL_RECEIVED,
    &rules::NOW_OPTIONAL_SENT,
    &rules::NOW_REQUIRED_RECEIVED,
    &rules::NOW_REQUIRED_SENT,
    &rules::PARAMETER_NOW_OPTIONAL,
    &rules::PARAMETER_NOW_REQUIRED,
    &rules::PARAMETER_REMOVED,
    &rules::PARAMETER_RENAMED,
    &rules::PARAMETER_WRITTEN_DIFFERENTLY,
    &rules::SUCCESS_STATUS_ADDED,
    &rules::SUCCESS_STATUS_REMOVED,
    &rules::VALUE_DEPRECATED,
];

impl Occurrence {
    /// Returns the location within the operation, as in reports: `200 /customers/[]/emails`.
    pub(super) fn part(&self) -> String {
        let part = self.place.part.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{part} {}", self.place.pointer).trim_end().to_owned()
    }

    /// Returns a key that identifies the same difference before and after an edit of the contract.
    pub(super) fn key(&self) -> (&'static str, String, Option<&String>) {
        (self.rule.name, self.place.to_string(), self.after.as_ref())
    }

    /// Returns the pointer of the contract's node that must change to resolve the difference.
    pub(super) fn contract_pointer(&self) -> &str {
        let is_value = !NODE_RULES.contains(&self.rule);
        self.spot.value.as_deref().filter(|_| is_value).unwrap_or(&self.spot.node)
    }

    /// Returns true if a member of an object was removed.
    pub(super) fn is_removed_member(&self) -> bool {
        is_removal_of_member(self.rule)
    }
}

/// Returns true if a rule reports a removed member of an object, and upstream's object still has other members.
/// `pointer` is the pointer of the removed member.
pub(super) fn is_one_of_several(document: &Contract, rule: &Rule, pointer: &str) -> bool {
    let list = pointer.rsplit_once('/').and_then(|(list, _)| document.document().pointer(list)?.as_object());
    is_removal_of_member(rule) && list.is_some_and(|members| !members.is_empty())
}

fn is_removal_of_member(rule: &Rule) -> bool {
    [&rules::FIELD_REMOVED_RECEIVED, &rules::FIELD_REMOVED_SENT].contains(&rule)
}
