//! Compares the constraints of single values: null, format, limits, enumerations, defaults and rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use mediaconnect_contract::outline::{COMBINATIONS, Kind, Schema};
use serde_json::Value;

use super::change::{Direction, NewLimit, Rule};
use super::walk::{Site, Walk};
use super::{rules, text};

impl Walk<'_> {
    pub(super) fn nullable(&mut self, site: &Site, old: &Schema, new: &Schema) {
        if old.nullable == new.nullable {
            return;
        }
        let rule = if new.nullable {
            let received =
                if site.is_optional { &rules::OPTIONAL_NULLABLE_RECEIVED } else { &rules::NULLABLE_RECEIVED };
            site.rule(&rules::NULLABLE_SENT, received)
        } else {
            site.rule(&rules::NOT_NULLABLE_SENT, &rules::NOT_NULLABLE_RECEIVED)
        };
        let word = |schema: &Schema| text::flag(schema.nullable, "or null", "never null");
        self.report_at(rule, site, &new.pointer, (Some(word(old)), Some(word(new))));
    }

    pub(super) fn format(&mut self, site: &Site, old: &Schema, new: &Schema) {
        let rule = match (&old.format, &new.format) {
            (before, after) if before == after => return,
            (Some(before), Some(after)) if is_wider(after, before) => {
                site.rule(&rules::FORMAT_WIDENED_SENT, &rules::FORMAT_CHANGED_RECEIVED)
            }
            (Some(before), Some(after)) if is_wider(before, after) => {
                site.rule(&rules::FORMAT_NARROWED_SENT, &rules::FORMAT_NARROWER_RECEIVED)
            }
            (None, Some(_)) => site.rule(&rules::FORMAT_NARROWED_SENT, &rules::FORMAT_ADDED_RECEIVED),
            (Some(_), None) => site.rule(&rules::FORMAT_LIFTED_SENT, &rules::FORMAT_CHANGED_RECEIVED),
            _ => site.rule(&rules::FORMAT_NARROWED_SENT, &rules::FORMAT_CHANGED_RECEIVED),
        };
        self.report_at(rule, site, &new.pointer, (old.format.as_deref(), new.format.as_deref()));
    }

    pub(super) fn limits(&mut self, site: &Site, old: &Schema, new: &Schema) {
        let (before, after) = (&old.limits, &new.limits);
        // Export tools write a minimum of 0, which limits nothing.
        let least = |limit: Option<u64>| limit.filter(|limit| *limit > 0);
        self.lower(site, &new.pointer, "minLength", least(before.min_length), least(after.min_length));
        self.upper(site, &new.pointer, "maxLength", before.max_length, after.max_length);
        self.lower(site, &new.pointer, "minimum", before.minimum, after.minimum);
        self.upper(site, &new.pointer, "maximum", before.maximum, after.maximum);
        self.lower(site, &new.pointer, "minItems", least(before.min_items), least(after.min_items));
        self.upper(site, &new.pointer, "maxItems", before.max_items, after.max_items);
        if before.pattern != after.pattern {
            let sent = if after.pattern.is_some() {
                &rules::PATTERN_NARROWED_SENT
            } else {
                &rules::PATTERN_LIFTED_SENT
            };
            let rule = site.rule(sent, &rules::PATTERN_CHANGED_RECEIVED);
            let values = (before.pattern.as_deref(), after.pattern.as_deref());
            self.report_at(rule, site, &new.pointer, values);
        }
    }

    fn lower<T: Display + PartialOrd + Copy>(
        &mut self,
        site: &Site,
        pointer: &str,
        keyword: &'static str,
        before: Option<T>,
        after: Option<T>,
    ) {
        // `None` means that there is no lower limit. Rust orders `None` before any `Some`, so `after > before` is also
        // true if a limit was added.
        self.limit(site, pointer, keyword, (before, after), after > before);
    }

    fn upper<T: Display + PartialOrd + Copy>(
        &mut self,
        site: &Site,
        pointer: &str,
        keyword: &'static str,
        before: Option<T>,
        after: Option<T>,
    ) {
        let tighter = match (before, after) {
            (Some(before), Some(after)) => after < before,
            (before, _) => before.is_none(),
        };
        self.limit(site, pointer, keyword, (before, after), tighter);
    }

    fn limit<T: Display + PartialOrd + Copy>(
        &mut self,
        site: &Site,
        pointer: &str,
        keyword: &'static str,
        (before, after): (Option<T>, Option<T>),
        tighter: bool,
    ) {
        if before == after {
            return;
        }
        let rule = if tighter {
            site.rule(&rules::LIMIT_TIGHTENED_SENT, &rules::LIMIT_TIGHTENED_RECEIVED)
        } else {
            site.rule(&rules::LIMIT_LOOSENED_SENT, &rules::LIMIT_LOOSENED_RECEIVED)
        };
        let shown = |limit: Option<T>| limit.map(|limit| format!("{} {limit}", text::limit(keyword)));
        let values = (shown(before), shown(after));
        let change = self.report_at(rule, site, pointer, (values.0.as_deref(), values.1.as_deref()));
        change.limit = after.map(|limit| NewLimit { keyword, value: limit.to_string() });
    }

    pub(super) fn values(&mut self, site: &Site, old: &Schema, new: &Schema) {
        let (was_closed, is_closed) = (is_closed(old), is_closed(new));
        if was_closed != is_closed {
            let sent = if is_closed { &rules::ENUM_CLOSED_SENT } else { &rules::ENUM_OPENED_SENT };
            let rule = site.rule(sent, &rules::ENUM_OPENNESS_RECEIVED);
            let values = (openness(old), openness(new));
            self.report_at(rule, site, &new.pointer, (Some(&values.0), Some(&values.1)));
        }
        // If one of the lists is empty, the whole list was added or removed. The code above has already reported this.
        if old.values.is_empty() || new.values.is_empty() {
            return;
        }
        for value in old.values.iter().filter(|value| !new.values.contains(value)) {
            let rule = site.rule(&rules::ENUM_VALUE_REMOVED_SENT, &rules::ENUM_VALUE_REMOVED_RECEIVED);
            self.report_at(rule, site, &new.pointer, (Some(value), None));
        }
        for value in new.values.iter().filter(|value| !old.values.contains(value)) {
            let rule = site.rule(&rules::ENUM_VALUE_ADDED_SENT, &rules::ENUM_VALUE_ADDED_RECEIVED);
            self.report_at(rule, site, &new.pointer, (None, Some(value)));
        }
    }

    /// Reports removed and added spellings of enum values. A spelling that moves to another value is reported twice: as
    /// removed and as added.
    pub(super) fn aliases(&mut self, site: &Site, old: &Schema, new: &Schema) {
        let (before, after) = (aliases(old), aliases(new));
        for alias in before.difference(&after) {
            self.report_at(&rules::ALIAS_REMOVED, site, &new.pointer, (Some(alias), None));
        }
        for alias in after.difference(&before) {
            self.report_at(&rules::ALIAS_ADDED, site, &new.pointer, (None, Some(alias)));
        }
    }

    pub(super) fn default(&mut self, site: &Site, old: &Schema, new: &Schema) {
        if old.default == new.default {
            return;
        }
        let sent =
            if old.default.is_none() { &rules::DEFAULT_ADDED_SENT } else { &rules::DEFAULT_CHANGED_SENT };
        let rule = site.rule(sent, &rules::DEFAULT_CHANGED_RECEIVED);
        let (before, after) = (old.default.as_ref().map(text::value), new.default.as_ref().map(text::value));
        self.report_at(rule, site, &new.pointer, (before.as_deref(), after.as_deref()));
    }

    pub(super) fn constraints(&mut self, site: &Site, old: &Schema, new: &Schema) {
        let (old, new_constraints) = (limiting(&old.constraints), limiting(&new.constraints));
        for (key, before, after) in changed(&old, &new_constraints) {
            // `kinds` compares the values of a map.
            if key == "additionalProperties" && matches!(new.kind, Kind::Map { .. }) {
                continue;
            }
            if let (Some(Value::Array(before)), Some(Value::Array(after))) = (before, after)
                && matches!(key, "anyOf" | "oneOf")
            {
                self.alternatives(site, &new.pointer, key, before, after);
                continue;
            }
            if COMBINATIONS.contains(&key) {
                let items =
                    |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
                self.combinations(site, &new.pointer, key, (&items(before), &items(after)));
                continue;
            }
            let shown = |value: Option<&Value>| value.map(|value| format!("{key}: {}", text::value(value)));
            let rule = constraint_rule(site, key, after.is_some());
            let (before, after) = (shown(before), shown(after));
            self.report_at(rule, site, &new.pointer, (before.as_deref(), after.as_deref()));
        }
    }

    /// Reports added and removed lists of `x-exclusive` or `x-together`. Each list forbids some values, so an added
    /// list narrows the schema.
    fn combinations(&mut self, site: &Site, pointer: &str, key: &str, (old, new): (&[Value], &[Value])) {
        for before in old.iter().filter(|one| !new.contains(one)) {
            let shown = format!("{key}: {before}");
            self.report_at(constraint_rule(site, key, false), site, pointer, (Some(&shown), None));
        }
        for after in new.iter().filter(|one| !old.contains(one)) {
            let shown = format!("{key}: {after}");
            self.report_at(constraint_rule(site, key, true), site, pointer, (None, Some(&shown)));
        }
    }

    /// Reports added and removed alternatives. An added alternative permits more values, and a removed one permits
    /// fewer.
    fn alternatives(&mut self, site: &Site, pointer: &str, key: &str, old: &[Value], new: &[Value]) {
        for before in old.iter().filter(|one| !new.contains(one)) {
            let shown = format!("{key}: {before}");
            let rule = constraint_rule(site, key, true);
            self.report_at(rule, site, pointer, (Some(&shown), None));
        }
        for after in new.iter().filter(|one| !old.contains(one)) {
            let shown = format!("{key}: {after}");
            let rule = constraint_rule(site, key, false);
            self.report_at(rule, site, pointer, (None, Some(&shown)));
        }
    }
}

fn constraint_rule(site: &Site, key: &str, narrowed: bool) -> &'static Rule {
    match (site.direction, narrowed) {
        (Direction::Sent, true) => &rules::RULE_NARROWED_SENT,
        (Direction::Sent, false) => &rules::RULE_LIFTED_SENT,
        (Direction::Received, _) if matches!(key, "oneOf" | "not" | "discriminator") => {
            &rules::FORMS_CHANGED_RECEIVED
        }
        (Direction::Received, _) => &rules::RULE_CHANGED_RECEIVED,
    }
}

/// Returns true if the first format contains every value of the second one.
fn is_wider(one: &str, other: &str) -> bool {
    matches!((one, other), ("int64", "int32") | ("double", "float"))
}

/// Returns the constraints that limit values, in a canonical form. Removes null from an enum, because `nullable` has
/// the same meaning. Removes an enum of strings, because `values` compares it.
fn limiting(constraints: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut constraints = canonical(constraints);
    if let Some(Value::Array(values)) = constraints.get_mut("enum") {
        values.retain(|value| !value.is_null());
        if values.iter().all(Value::is_string) {
            constraints.remove("enum");
        }
    }
    constraints.retain(|key, value| key != "minProperties" || value.as_u64() != Some(0));
    constraints
}

/// Returns constraints or extensions in a canonical form. Sorts the field names in `required`, in `has` of `x-success`,
/// and in each list of `x-exclusive` and `x-together`.
pub(super) fn canonical(constraints: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for key in ["required", "has"] {
                    if let Some(Value::Array(names)) = members.get_mut(key) {
                        names.sort_by_key(Value::to_string);
                    }
                }
                members.values_mut().for_each(sort);
            }
            Value::Array(items) => items.iter_mut().for_each(sort),
            _ => {}
        }
    }
    let mut constraints = constraints.clone();
    for key in COMBINATIONS {
        let groups = constraints.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten();
        groups.filter_map(Value::as_array_mut).for_each(|names| names.sort_by_key(Value::to_string));
    }
    constraints.values_mut().for_each(sort);
    constraints
}

/// Returns the other spellings of enum values, each with its value.
fn aliases(schema: &Schema) -> BTreeSet<String> {
    let all = schema.aliases().into_iter();
    all.flat_map(|(value, others)| others.into_iter().map(move |other| format!("{other} for {value}")))
        .collect()
}

fn is_closed(schema: &Schema) -> bool {
    !schema.open && !schema.values.is_empty()
}

fn openness(schema: &Schema) -> String {
    match (schema.values.is_empty(), schema.open) {
        (true, _) => "any value".to_owned(),
        (false, true) => format!("{} or others", schema.values.join(" | ")),
        (false, false) => schema.values.join(" | "),
    }
}

/// Returns the keys with different values, each with the old and the new value.
pub(super) fn changed<'a, V: PartialEq>(
    old: &'a BTreeMap<String, V>,
    new: &'a BTreeMap<String, V>,
) -> Vec<(&'a str, Option<&'a V>, Option<&'a V>)> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let values = keys.into_iter().map(|key| (key.as_str(), old.get(key), new.get(key)));
    values.filter(|(_, before, after)| before != after).collect()
}
