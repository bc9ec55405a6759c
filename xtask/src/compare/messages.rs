//! Compares the requests and responses of an operation.

use std::collections::{BTreeSet, HashSet};

use mediaconnect_contract::outline::{Body, Field, Operation, Parameter, Response};

use super::change::{Direction, Part};
use super::renames::{self, Member};
use super::rules;
use super::text;
use super::values::changed;
use super::walk::{Site, Walk};

impl<'a> Walk<'a> {
    pub(super) fn parameters(&mut self, label: &str, old: &'a Operation, new: &'a Operation) {
        let renamed = renamed(old, new);
        let mut left: Vec<&Parameter> = new.parameters.iter().collect();
        for before in &old.parameters {
            let key = key(old, before);
            let after = renamed
                .iter()
                .find(|(one, _)| std::ptr::eq(*one, &raw const before.field))
                .map(|(_, after)| *after);
            let is_it = |one: &&Parameter| {
                after.map_or_else(
                    || self::key(new, one) == key,
                    |after| std::ptr::eq(&raw const one.field, after),
                )
            };
            if let Some(index) = left.iter().position(is_it) {
                if let Some(after) = after {
                    let names = (Some(before.field.wire_name.as_str()), Some(after.wire_name.as_str()));
                    let site = parameter_site(label, before);
                    self.report_at(&rules::PARAMETER_RENAMED, &site, &after.pointer, names);
                }
                self.parameter(label, before, left.remove(index));
            } else {
                let (site, gone) = (parameter_site(label, before), text::field(&before.field));
                self.report_at(&rules::PARAMETER_REMOVED, &site, &before.field.pointer, (Some(&gone), None));
            }
        }
        for after in left {
            let rule = if after.field.required {
                &rules::REQUIRED_PARAMETER_ADDED
            } else {
                &rules::OPTIONAL_PARAMETER_ADDED
            };
            let values = (None, Some(text::field(&after.field)));
            let site = parameter_site(label, after);
            self.report_at(rule, &site, &after.field.pointer, (values.0, values.1.as_deref()));
        }
    }

    fn parameter(&mut self, label: &str, old: &'a Parameter, new: &'a Parameter) {
        let site = parameter_site(label, old);
        let (before, after) = (&old.field, &new.field);
        let (required, optional) = (&rules::PARAMETER_NOW_REQUIRED, &rules::PARAMETER_NOW_OPTIONAL);
        self.presence(&site, before, after, required, optional);
        self.field_facts(&site, before, after, &rules::VALUE_DEPRECATED);
        for (key, before, after) in changed(&old.serialization, &new.serialization) {
            let shown = |value: Option<_>| value.map(|value| format!("{key}: {}", text::value(value)));
            let (before, after) = (shown(before), shown(after));
            let values = (before.as_deref(), after.as_deref());
            self.report_at(&rules::PARAMETER_WRITTEN_DIFFERENTLY, &site, &new.field.pointer, values);
        }
        self.schema(&site, &before.schema, &after.schema);
    }

    pub(super) fn request(&mut self, label: &str, old: &'a Operation, new: &'a Operation) {
        let site = Site::new(label, Some(Part::Body), Direction::Sent);
        let Some(after) = &new.request else {
            if let Some(before) = &old.request {
                let shown = text::schema(&before.schema);
                self.report_at(&rules::BODY_REMOVED, &site, &new.pointer, (Some(&shown), None));
            }
            return;
        };
        let was_required = old.request.as_ref().is_some_and(|before| before.required);
        let shown = old.request.as_ref().map(shown_body);
        if old.request.is_none() || was_required != after.required {
            let rule = if after.required { &rules::BODY_REQUIRED } else { &rules::BODY_OPTIONAL };
            self.report_at(rule, &site, &after.pointer, (shown.as_deref(), Some(&shown_body(after))));
        }
        if let Some(before) = &old.request {
            self.body(&site, before, after);
        }
    }

    fn body(&mut self, site: &Site, old: &'a Body, new: &'a Body) {
        let (before, after) = (media_types(old), media_types(new));
        // If the old or the new body allows `*/*`, it allows every media type. Then no media type is reported as added
        // or removed.
        let is_range = |types: &BTreeSet<String>| types.iter().any(|one| one == "*/*");
        if !is_range(&before) && !is_range(&after) {
            for media_type in before.difference(&after) {
                let rule = site.rule(&rules::SENT_MEDIA_TYPE_REMOVED, &rules::RECEIVED_MEDIA_TYPE_REMOVED);
                self.report_at(rule, site, &new.pointer, (Some(media_type), None));
            }
            for media_type in after.difference(&before) {
                let rule = site.rule(&rules::SENT_MEDIA_TYPE_ADDED, &rules::RECEIVED_MEDIA_TYPE_ADDED);
                self.report_at(rule, site, &new.pointer, (None, Some(media_type)));
            }
        }
        self.schema(site, &old.schema, &new.schema);
    }

    pub(super) fn responses(&mut self, label: &str, old: &'a Operation, new: &'a Operation) {
        for before in &old.responses {
            let after = new.responses.iter().find(|response| response.status == before.status);
            if let Some(after) = after {
                self.response(label, before, after);
            } else {
                let rule = if is_success(before) {
                    &rules::SUCCESS_STATUS_REMOVED
                } else {
                    &rules::ERROR_STATUS_REMOVED
                };
                let site = response_site(label, before);
                self.report_at(rule, &site, &before.pointer, (Some(&before.status), None));
            }
        }
        for after in &new.responses {
            if old.responses.iter().all(|response| response.status != after.status) {
                let rule =
                    if is_success(after) { &rules::SUCCESS_STATUS_ADDED } else { &rules::ERROR_STATUS_ADDED };
                let site = response_site(label, after);
                self.report_at(rule, &site, &after.pointer, (None, Some(&after.status)));
            }
        }
    }

    fn response(&mut self, label: &str, old: &'a Response, new: &'a Response) {
        let site = response_site(label, new);
        if old.description != new.description {
            let values = (old.description.as_deref(), new.description.as_deref());
            self.report_at(&rules::DESCRIPTION_CHANGED, &site, &new.pointer, values);
        }
        match (&old.body, &new.body) {
            (Some(before), Some(after)) => self.body(&site, before, after),
            (Some(before), None) => {
                let shown = text::schema(&before.schema);
                self.report_at(&rules::RESPONSE_BODY_REMOVED, &site, &new.pointer, (Some(&shown), None));
            }
            (None, Some(after)) => {
                let shown = text::schema(&after.schema);
                self.report_at(&rules::RESPONSE_BODY_ADDED, &site, &after.pointer, (None, Some(&shown)));
            }
            (None, None) => {}
        }
        self.headers(label, old, new);
    }

    /// Compares headers. Their names are case-insensitive.
    fn headers(&mut self, label: &str, old: &'a Response, new: &'a Response) {
        let site = |name: &str| {
            let part = Part::Header { status: new.status.clone(), name: name.to_owned() };
            Site::new(label, Some(part), Direction::Received)
        };
        let is_same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        for before in &old.headers {
            let site = site(&before.wire_name);
            let after = new.headers.iter().find(|header| is_same(&header.wire_name, &before.wire_name));
            if let Some(after) = after {
                let (required, optional) = (&rules::PARAMETER_NOW_REQUIRED, &rules::PARAMETER_NOW_OPTIONAL);
                self.presence(&site, before, after, required, optional);
                self.field_facts(&site, before, after, &rules::VALUE_DEPRECATED);
                self.schema(&site, &before.schema, &after.schema);
            } else {
                let values = (Some(before.wire_name.as_str()), None);
                self.report_at(&rules::HEADER_REMOVED, &site, &new.pointer, values);
            }
        }
        for after in &new.headers {
            if !old.headers.iter().any(|header| is_same(&header.wire_name, &after.wire_name)) {
                let values = (None, Some(after.wire_name.as_str()));
                self.report_at(&rules::HEADER_ADDED, &site(&after.wire_name), &after.pointer, values);
            }
        }
    }
}

/// Returns the media types of a body without their parameters, such as a charset.
fn media_types(body: &Body) -> BTreeSet<String> {
    let essence = |one: &String| one.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    body.media_types.iter().map(essence).collect()
}

/// Returns the key by which parameters of two contracts are compared: the location and the name. For a path parameter,
/// the key has the position in the path instead of the name.
fn key(operation: &Operation, parameter: &Parameter) -> (String, String) {
    let name = &parameter.field.wire_name;
    let position = operation.path.find(&format!("{{{name}}}"));
    let key = match position {
        Some(at) if parameter.location == "path" => operation.path[..at].matches('{').count().to_string(),
        _ if parameter.location == "header" => name.to_ascii_lowercase(),
        _ => name.clone(),
    };
    (parameter.location.clone(), key)
}

/// Returns the query and header parameters that were probably renamed, as pairs of the old and the new parameter. Path
/// parameters are not included, because they are compared by position.
pub(super) fn renamed<'a>(old: &'a Operation, new: &'a Operation) -> Vec<(&'a Field, &'a Field)> {
    let members = |one: &'a Operation, other: &'a Operation, location: &str| -> Vec<Member<'a>> {
        let others: HashSet<_> = other.parameters.iter().map(|parameter| key(other, parameter)).collect();
        let here = one.parameters.iter().filter(|parameter| parameter.location == location);
        here.map(|parameter| (&parameter.field, others.contains(&key(one, parameter)))).collect()
    };
    let here = |location| renames::likely(&members(old, new, location), &members(new, old, location));
    ["query", "header"].into_iter().flat_map(here).collect()
}

fn parameter_site(label: &str, parameter: &Parameter) -> Site {
    let part =
        Part::Parameter { location: parameter.location.clone(), name: parameter.field.wire_name.clone() };
    Site::new(label, Some(part), Direction::Sent)
}

fn response_site(label: &str, response: &Response) -> Site {
    Site::new(label, Some(Part::Response(response.status.clone())), Direction::Received)
}

fn shown_body(body: &Body) -> String {
    format!("{}, {}", text::schema(&body.schema), text::flag(body.required, "required", "optional"))
}

fn is_success(response: &Response) -> bool {
    response.status.starts_with('2')
}
