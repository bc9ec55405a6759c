//! Compares servers and security.

use std::collections::{BTreeMap, BTreeSet};

use mediaconnect_contract::outline::{Operation, Outline, Scheme, Server};

use super::change::{Part, Place, Rule};
use super::rules;
use super::values::changed;
use super::walk::{Values, Walk, place};

type Alternative = BTreeMap<String, Vec<String>>;

impl Walk<'_> {
    pub(super) fn servers(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut left: Vec<&Server> = new.servers.iter().collect();
        for before in &old.servers {
            if let Some(after) = take_same(&mut left, before) {
                self.server(before, after);
            } else {
                let values = (Some(before.url.as_str()), None);
                self.report(&rules::SERVER_REMOVED, Place::default(), &before.pointer, values);
            }
        }
        for after in left {
            let values = (None, Some(after.url.as_str()));
            self.report(&rules::SERVER_ADDED, Place::default(), &after.pointer, values);
        }
    }

    fn server(&mut self, old: &Server, new: &Server) {
        let facts: [(&'static Rule, Values<'_>); 4] = [
            (&rules::SERVER_URL_CHANGED, (Some(&old.url), Some(&new.url))),
            (&rules::TOKEN_URL_CHANGED, (old.token_url.as_deref(), new.token_url.as_deref())),
            (&rules::EVIDENCE_CHANGED, (old.evidence.as_deref(), new.evidence.as_deref())),
            (&rules::DESCRIPTION_CHANGED, (old.description.as_deref(), new.description.as_deref())),
        ];
        let part = new.environment.clone().map(Part::Server);
        for (rule, values) in facts.into_iter().filter(|(_, values)| values.0 != values.1) {
            let place = Place { part: part.clone(), ..Place::default() };
            self.report(rule, place, &new.pointer, values);
        }
    }

    /// Compares the definitions of the security schemes. [`Self::security`] compares which schemes the operations
    /// require.
    pub(super) fn security_schemes(&mut self) {
        let (old, new) = (self.old, self.new);
        let names = scheme_names(old, new);
        for before in &old.schemes {
            let name = names.get(&before.name).unwrap_or(&before.name);
            // A removed scheme is reported at the operations that required the scheme.
            if let Some(after) = new.schemes.iter().find(|scheme| scheme.name == *name) {
                self.scheme(before, after);
            }
        }
    }

    fn scheme(&mut self, old: &Scheme, new: &Scheme) {
        let here = || Place { part: Some(Part::Scheme(new.name.clone())), ..Place::default() };
        for (key, before, after) in changed(&old.facts, &new.facts) {
            let shown = |value: Option<&String>| value.map(|value| format!("{key}: {value}"));
            let (before, after) = (shown(before), shown(after));
            let values = (before.as_deref(), after.as_deref());
            self.report(&rules::SCHEME_CHANGED, here(), &new.pointer, values);
        }
        if old.description != new.description {
            let values = (old.description.as_deref(), new.description.as_deref());
            self.report(&rules::DESCRIPTION_CHANGED, here(), &new.pointer, values);
        }
        for scope in old.scopes.iter().filter(|scope| !new.scopes.contains(scope)) {
            self.report(&rules::SCOPE_WITHDRAWN, here(), &new.pointer, (Some(scope), None));
        }
        for scope in new.scopes.iter().filter(|scope| !old.scopes.contains(scope)) {
            self.report(&rules::SCOPE_OFFERED, here(), &new.pointer, (None, Some(scope)));
        }
    }

    /// Compares the security requirements of an operation.
    pub(super) fn security(&mut self, label: &str, old: &Operation, new: &Operation) {
        let names = scheme_names(self.old, self.new);
        let mut before: Vec<Alternative> = old.alternatives.iter().map(|one| renamed(one, &names)).collect();
        let mut after = new.alternatives.clone();
        let (was_open, is_open) = (is_open(&before), is_open(&after));
        let here = || place(label, Some(Part::Security));
        if was_open != is_open {
            let rule = if is_open { &rules::SECURITY_LIFTED } else { &rules::SECURITY_REQUIRED };
            let values = (shown(&before), shown(&after));
            self.report(rule, here(), &new.pointer, (Some(&values.0), Some(&values.1)));
            return;
        }
        before.retain(|one| !one.is_empty());
        after.retain(|one| !one.is_empty());
        for one in &before {
            match after.iter().position(|other| other.keys().eq(one.keys())) {
                Some(index) => self.scopes(label, &new.pointer, one, &after.remove(index)),
                // Nothing is reported if the operation needs no credentials. Nothing is reported either if the
                // credentials of the removed alternative are enough for an alternative of the new contract. In both
                // cases, all callers keep access.
                None if is_open || new.alternatives.iter().any(|other| is_enough(one, other)) => {}
                None => {
                    let values = (Some(text_of(one)), None::<&str>);
                    let rule = &rules::SECURITY_ALTERNATIVE_REMOVED;
                    self.report(rule, here(), &new.pointer, (values.0.as_deref(), values.1));
                }
            }
        }
        for one in &after {
            let rule = &rules::SECURITY_ALTERNATIVE_ADDED;
            self.report(rule, here(), &new.pointer, (None, Some(&text_of(one))));
        }
    }

    fn scopes(&mut self, label: &str, pointer: &str, old: &Alternative, new: &Alternative) {
        for (scheme, before, after) in changed(old, new) {
            let set = |scopes: Option<&Vec<String>>| -> BTreeSet<String> {
                scopes.into_iter().flatten().cloned().collect()
            };
            let (before, after) = (set(before), set(after));
            for scope in before.difference(&after) {
                let value = format!("{scheme}: {scope}");
                let rule = &rules::SCOPE_NO_LONGER_REQUIRED;
                self.report(rule, place(label, Some(Part::Security)), pointer, (Some(&value), None));
            }
            for scope in after.difference(&before) {
                let value = format!("{scheme}: {scope}");
                let rule = &rules::SCOPE_REQUIRED;
                self.report(rule, place(label, Some(Part::Security)), pointer, (None, Some(&value)));
            }
        }
    }
}

/// Finds the server that corresponds to `before`, removes it from the list, and returns it. A server with the same
/// environment is preferred to a server with the same URL.
fn take_same<'a>(left: &mut Vec<&'a Server>, before: &Server) -> Option<&'a Server> {
    let by_name =
        left.iter().position(|one| one.environment.is_some() && one.environment == before.environment);
    let index = by_name.or_else(|| left.iter().position(|one| one.url == before.url))?;
    Some(left.remove(index))
}

/// Maps the old names of schemes to their new names, if only the name changed. Such a change is not reported, because
/// the names of schemes are not sent.
fn scheme_names(old: &Outline, new: &Outline) -> BTreeMap<String, String> {
    let has = |outline: &Outline, name: &str| outline.schemes.iter().any(|scheme| scheme.name == name);
    let gone = old.schemes.iter().filter(|scheme| !has(new, &scheme.name));
    gone.filter_map(|before| {
        let same = |after: &&Scheme| after.facts == before.facts && !has(old, &after.name);
        new.schemes.iter().find(same).map(|after| (before.name.clone(), after.name.clone()))
    })
    .collect()
}

fn renamed(alternative: &Alternative, names: &BTreeMap<String, String>) -> Alternative {
    alternative
        .iter()
        .map(|(scheme, scopes)| (names.get(scheme).unwrap_or(scheme).clone(), scopes.clone()))
        .collect()
}

/// Returns true if an operation needs no credentials: it has no alternatives, or an alternative without schemes.
fn is_open(alternatives: &[Alternative]) -> bool {
    alternatives.is_empty() || alternatives.iter().any(BTreeMap::is_empty)
}

/// Returns true if all credentials that satisfy `one` also satisfy `other`.
fn is_enough(one: &Alternative, other: &Alternative) -> bool {
    other.iter().all(|(scheme, scopes)| {
        one.get(scheme).is_some_and(|granted| scopes.iter().all(|scope| granted.contains(scope)))
    })
}

fn shown(alternatives: &[Alternative]) -> String {
    if alternatives.is_empty() {
        return "anybody".to_owned();
    }
    let text = |one: &Alternative| if one.is_empty() { "anybody".to_owned() } else { text_of(one) };
    alternatives.iter().map(text).collect::<Vec<_>>().join(" or ")
}

fn text_of(alternative: &Alternative) -> String {
    let schemes: Vec<String> =
        alternative.iter().map(|(scheme, scopes)| format!("{scheme} [{}]", scopes.join(", "))).collect();
    schemes.join(" and ")
}
