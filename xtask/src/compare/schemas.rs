//! Compares schemas and their fields at any depth.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use mediaconnect_contract::deprecation::Deprecation;
use mediaconnect_contract::outline::{Field, Kind, Schema};
use mediaconnect_contract::pointer::escape;
use serde_json::Value;

use super::change::{Direction, Rule};
use super::renames::Member;
use super::walk::{Site, Walk};
use super::{renames, rules, text};

/// The names of the old and new schemas that enclose the current schema. They prevent endless recursion.
type Trail = Vec<(String, String)>;

impl<'a> Walk<'a> {
    /// Compares two schemas and all nested schemas.
    pub(super) fn schema(&mut self, site: &Site, old: &'a Schema, new: &'a Schema) {
        self.schema_within(site, old, new, &mut Trail::new());
    }

    fn schema_within(&mut self, site: &Site, old: &'a Schema, new: &'a Schema, trail: &mut Trail) {
        let names = model_name(old).zip(model_name(new)).map(|(old, new)| (old.to_owned(), new.to_owned()));
        if names.as_ref().is_some_and(|names| trail.contains(names)) {
            return;
        }
        self.note_rename(old, new);
        let pushed = names.map(|names| trail.push(names)).is_some();
        if self.kinds(site, old, new, trail) {
            self.value(site, old, new);
        }
        self.forms(site, old, new, trail);
        if pushed {
            trail.pop();
        }
    }

    /// Records the old and the new name of a renamed component.
    fn note_rename(&mut self, old: &Schema, new: &Schema) {
        let names = model_name(old).or(old.name.as_deref()).zip(model_name(new).or(new.name.as_deref()));
        if let Some((before, after)) = names
            && before != after
            && !self.has_component(before).1
            && !self.has_component(after).0
        {
            self.renamed.entry(before.to_owned()).or_insert_with(|| after.to_owned());
        }
    }

    /// Compares the kinds of two values. Returns true if the kinds are equal, so that the rest can be compared.
    fn kinds(&mut self, site: &Site, old: &'a Schema, new: &'a Schema, trail: &mut Trail) -> bool {
        match (&old.kind, &new.kind) {
            (Kind::List { items: old_items, wrapper: before }, Kind::List { items, wrapper: after }) => {
                if before != after {
                    let values = (before.as_deref(), after.as_deref());
                    self.report_at(&rules::LIST_WRAPPER_CHANGED, site, &new.pointer, values);
                }
                self.schema_within(&site.under("[]"), old_items, items, trail);
                true
            }
            (Kind::Map { values: Some(old_values) }, Kind::Map { values: Some(values) }) => {
                self.schema_within(&site.under("*"), old_values, values, trail);
                true
            }
            (Kind::Object(_), Kind::Object(_)) => {
                let fields = self.fields_of(old, new);
                self.fields(site, fields, &new.pointer, trail);
                true
            }
            (before, after) if before == after => true,
            (before, after) => {
                let rule = match (site.direction, before, after) {
                    (Direction::Sent, Kind::Integer, Kind::Number) => &rules::TYPE_WIDENED_SENT,
                    (Direction::Received, Kind::Number, Kind::Integer) => &rules::TYPE_NARROWED_RECEIVED,
                    _ => site.rule(&rules::TYPE_CHANGED_SENT, &rules::TYPE_CHANGED_RECEIVED),
                };
                let values = (text::kind(before), text::kind(after));
                self.report_at(rule, site, &new.pointer, (Some(&values.0), Some(&values.1)));
                false
            }
        }
    }

    /// Compares each alternative (`oneOf`, `anyOf`) that has the same schema name in both contracts. `constraints`
    /// reports added and removed alternatives.
    fn forms(&mut self, site: &Site, old: &'a Schema, new: &'a Schema, trail: &mut Trail) {
        for before in &old.forms {
            if let Some(after) = new.forms.iter().find(|form| form.name == before.name) {
                let name = before.name.as_deref().unwrap_or_default();
                self.schema_within(&site.under(&format!("({name})")), before, after, trail);
            }
        }
    }

    fn fields(&mut self, site: &Site, fields: [&'a [Field]; 2], owner: &str, trail: &mut Trail) {
        let by_name = fields.map(|side| -> HashMap<&str, &'a Field> {
            side.iter().map(|field| (field.wire_name.as_str(), field)).collect()
        });
        let members = |side: usize, other: usize| -> Vec<Member<'a>> {
            let has = |field: &Field| by_name[other].contains_key(field.wire_name.as_str());
            fields[side].iter().map(|field| (field, has(field))).collect()
        };
        let renamed = renames::likely(&members(0, 1), &members(1, 0));
        for old in fields[0] {
            let mut site = site.under(&escape(&old.wire_name));
            let after =
                renamed.iter().find(|(before, _)| std::ptr::eq(*before, old)).map(|(_, after)| *after);
            if let Some(new) = after {
                let rule = site.rule(&rules::FIELD_RENAMED_SENT, &rules::FIELD_RENAMED_RECEIVED);
                let names = (Some(old.wire_name.as_str()), Some(new.wire_name.as_str()));
                self.report_at(rule, &site, &new.pointer, names);
            }
            if let Some(new) = after.or_else(|| by_name[1].get(old.wire_name.as_str()).copied()) {
                site.is_optional = !old.required && !new.required;
                self.presence(&site, old, new, &rules::NOW_REQUIRED_SENT, &rules::NOW_OPTIONAL_SENT);
                self.field_facts(&site, old, new, &rules::DEPRECATED);
                self.schema_within(&site, &old.schema, &new.schema, trail);
            } else {
                let rule = site.rule(&rules::FIELD_REMOVED_SENT, &rules::FIELD_REMOVED_RECEIVED);
                // The new contract no longer has the field, so its pointer is built from the pointer of the model.
                let pointer = format!("{owner}/properties/{}", escape(&old.wire_name));
                self.report_at(rule, &site, &pointer, (Some(&text::field(old)), None));
            }
        }
        let is_known = |new: &Field| {
            by_name[0].contains_key(new.wire_name.as_str())
                || renamed.iter().any(|(_, after)| std::ptr::eq(*after, new))
        };
        for new in fields[1].iter().filter(|new| !is_known(new)) {
            let site = site.under(&escape(&new.wire_name));
            let sent = if new.required {
                &rules::REQUIRED_FIELD_ADDED_SENT
            } else {
                &rules::OPTIONAL_FIELD_ADDED_SENT
            };
            let rule = site.rule(sent, &rules::FIELD_ADDED_RECEIVED);
            self.report_at(rule, &site, &new.pointer, (None, Some(&text::field(new))));
        }
    }

    /// Reports that an optional field or parameter became required, or that a required one became optional. In
    /// requests, the rule `required` reports the first change, and the rule `optional` reports the second one.
    pub(super) fn presence(
        &mut self,
        site: &Site,
        old: &Field,
        new: &Field,
        required: &'static Rule,
        optional: &'static Rule,
    ) {
        if old.required == new.required {
            return;
        }
        let rule = if new.required {
            site.rule(required, &rules::NOW_REQUIRED_RECEIVED)
        } else {
            site.rule(optional, &rules::NOW_OPTIONAL_RECEIVED)
        };
        let word = |field: &Field| text::flag(field.required, "required", "optional");
        self.report_at(rule, site, &new.pointer, (Some(word(old)), Some(word(new))));
    }

    /// Compares the deprecation, description, sensitivity and evidence of a field. Does not compare the schema.
    pub(super) fn field_facts(&mut self, site: &Site, old: &Field, new: &Field, deprecated: &'static Rule) {
        if old.deprecated != new.deprecated {
            let rule = if new.deprecated { deprecated } else { &rules::DEPRECATION_WITHDRAWN };
            let word = |field: &Field| text::flag(field.deprecated, "deprecated", "in use");
            self.report_at(rule, site, &new.pointer, (Some(word(old)), Some(word(new))));
        }
        let (before, after) = (&old.deprecation, &new.deprecation);
        if let Some(rule) = sunset_rule(before, after) {
            self.report_at(rule, site, &new.pointer, (before.sunset.as_deref(), after.sunset.as_deref()));
        }
        if before.note != after.note {
            let values = (before.note.as_deref(), after.note.as_deref());
            self.report_at(&rules::DESCRIPTION_CHANGED, site, &new.pointer, values);
        }
        // A field may repeat the description, sensitivity or evidence of its named schema. A change of the schema is
        // then reported only at the schema, and not at each field.
        let own = |field: &'_ Field| {
            let schema = &field.schema;
            Said {
                description: field.description.clone().filter(|own| Some(own) != schema.description.as_ref()),
                sensitivity: field.sensitivity.clone().filter(|own| Some(own) != schema.sensitivity.as_ref()),
                evidence: field.evidence.clone().filter(|own| Some(own) != schema.evidence.as_ref()),
            }
        };
        self.said(site, &new.pointer, &own(old), &own(new));
    }

    /// Compares two values of the same kind: format, limits and all other properties.
    fn value(&mut self, site: &Site, old: &Schema, new: &Schema) {
        self.nullable(site, old, new);
        self.format(site, old, new);
        self.limits(site, old, new);
        self.values(site, old, new);
        self.aliases(site, old, new);
        self.default(site, old, new);
        self.constraints(site, old, new);
        let said = |schema: &Schema| Said {
            description: schema.description.clone(),
            sensitivity: schema.sensitivity.clone(),
            evidence: schema.evidence.clone(),
        };
        self.said(site, &new.pointer, &said(old), &said(new));
        self.extensions(site, &new.pointer, &old.extensions, &new.extensions);
    }

    fn said(&mut self, site: &Site, pointer: &str, old: &Said, new: &Said) {
        let (before, after) = (old.sensitivity.as_deref(), new.sensitivity.as_deref());
        if before != after {
            let rule = match sensitivity(after).cmp(&sensitivity(before)) {
                Ordering::Greater if after == Some("secret") => &rules::NOW_SECRET,
                Ordering::Greater => &rules::MORE_SENSITIVE,
                Ordering::Less if before == Some("secret") => &rules::NO_LONGER_SECRET,
                Ordering::Less => &rules::LESS_SENSITIVE,
                Ordering::Equal => &rules::EXTENSION_CHANGED,
            };
            self.report_at(rule, site, pointer, (before, after));
        }
        for (rule, before, after) in [
            (&rules::DESCRIPTION_CHANGED, &old.description, &new.description),
            (&rules::EVIDENCE_CHANGED, &old.evidence, &new.evidence),
        ] {
            if before != after {
                self.report_at(rule, site, pointer, (before.as_deref(), after.as_deref()));
            }
        }
    }

    /// Compares the extensions that have no field in the outline, except `x-aliases` and `x-send-empty`. `aliases`
    /// compares `x-aliases`. `x-send-empty` changes the type of a field, and `public_api` compares that type.
    pub(super) fn extensions(
        &mut self,
        site: &Site,
        pointer: &str,
        old: &BTreeMap<String, Value>,
        new: &BTreeMap<String, Value>,
    ) {
        for (key, before, after) in super::values::changed(old, new) {
            let is_marked = |value: Option<&Value>| value == Some(&Value::Bool(true));
            let rule = match key {
                "x-aliases" | "x-send-empty" => continue,
                "x-enum-descriptions" => &rules::DESCRIPTION_CHANGED,
                "x-error-mark" if is_marked(before) != is_marked(after) => &rules::ERROR_MARK_CHANGED,
                "x-success" => &rules::SUCCESS_RULE_CHANGED,
                _ => &rules::EXTENSION_CHANGED,
            };
            let shown = |value: Option<&Value>| value.map(|value| format!("{key}: {}", text::value(value)));
            let (before, after) = (shown(before), shown(after));
            self.report_at(rule, site, pointer, (before.as_deref(), after.as_deref()));
        }
    }
}

/// Returns the rule for a changed sunset. Dates as YYYY-MM-DD sort as strings.
pub(super) fn sunset_rule(old: &Deprecation, new: &Deprecation) -> Option<&'static Rule> {
    match (&old.sunset, &new.sunset) {
        (None, None) => None,
        (None, Some(_)) => Some(&rules::SUNSET_ANNOUNCED),
        (Some(_), None) => Some(&rules::SUNSET_WITHDRAWN),
        (Some(before), Some(after)) => match after.cmp(before) {
            Ordering::Less => Some(&rules::SUNSET_BROUGHT_FORWARD),
            Ordering::Equal => None,
            Ordering::Greater => Some(&rules::SUNSET_POSTPONED),
        },
    }
}

/// The description, sensitivity and evidence of a value.
struct Said {
    description: Option<String>,
    sensitivity: Option<String>,
    evidence: Option<String>,
}

/// Returns the level of sensitivity. An unclassified value has the lowest level.
fn sensitivity(class: Option<&str>) -> u8 {
    match class {
        None | Some("none") => 0,
        Some("personal") => 1,
        Some(_) => 2,
    }
}

/// Returns the model of an object. Follows an `allOf` that adds only a description.
fn model_name(schema: &Schema) -> Option<&str> {
    match &schema.kind {
        Kind::Object(name) => name.as_deref(),
        _ => None,
    }
}
