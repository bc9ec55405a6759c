//! The navigation of a page against `openapi/coverage.yaml`: endpoints that are new, renamed, moved or gone.

use std::collections::{BTreeMap, BTreeSet};

use mediaconnect_contract::Finding;
use similar::TextDiff;

use super::coverage::{Endpoint, FILE};
use super::navigation::Entry;

/// Group and title of a page that is no endpoint.
pub(super) type Page = (String, String);

/// How much two titles share if one is likely the other under a new name.
const LIKELY: f32 = 0.6;

/// Returns what differs between a navigation and the list, each with the line of the page, or of the list for what is gone.
pub(super) fn differences(
    page: &str,
    entries: &[Entry],
    endpoints: &[Endpoint],
    pages: &BTreeSet<Page>,
) -> Vec<Finding> {
    let has =
        |endpoint: &Endpoint, entry: &Entry| endpoint.group == entry.group && endpoint.title == entry.title;
    let folded: BTreeSet<String> = entries
        .iter()
        .map(|entry| full_name(&entry.group, &entry.title))
        .filter(|name| endpoints.iter().any(|endpoint| endpoint.group == *name))
        .collect();
    let is_page = |entry: &&Entry| pages.contains(&(entry.group.clone(), entry.title.clone()));
    let is_folded = |entry: &&Entry| folded.contains(&full_name(&entry.group, &entry.title));
    let new = entries.iter().filter(|entry| !is_page(entry) && !is_folded(entry));
    let mut new: Vec<&Entry> = new.filter(|entry| !endpoints.iter().any(|one| has(one, entry))).collect();
    let gone = endpoints.iter().filter(|one| !folded.contains(&one.group));
    let gone: Vec<&Endpoint> = gone.filter(|one| !entries.iter().any(|entry| has(one, entry))).collect();

    let mut findings = Vec::new();
    let mut report = |line: usize, rule, message: String, remedy: String| {
        findings.push(Finding {
            file: page.to_owned(),
            line,
            pointer: String::new(),
            rule,
            message,
            help: remedy,
        });
    };
    for name in &folded {
        let message = format!("the group {name} is folded in the navigation, and is not compared");
        report(1, "navigation-folded", message, "unfold it, and save the page again".to_owned());
    }
    let mut moved: BTreeMap<(&str, &str), Vec<(&Endpoint, &Entry)>> = BTreeMap::new();
    let mut lost = Vec::new();
    for endpoint in gone {
        let same_title = |entry: &&Entry| entry.title == endpoint.title;
        if let Some(index) = new.iter().position(same_title) {
            let entry = new.remove(index);
            moved.entry((&endpoint.group, &entry.group)).or_default().push((endpoint, entry));
        } else if let Some(index) = likely(endpoint, &new) {
            let entry = new.remove(index);
            let message = format!("{} of {} is likely {} now", endpoint.title, endpoint.group, entry.title);
            let remedy = format!(
                "open the page; if it is the same endpoint, correct the title at {FILE}:{}",
                endpoint.line
            );
            report(entry.line, "navigation-renamed", message, remedy);
        } else {
            lost.push(endpoint);
        }
    }
    for ((from, to), pairs) in moved {
        let is_all = endpoints.iter().filter(|one| one.group == from).count() == pairs.len();
        let (first, entry) = pairs[0];
        if is_all && !endpoints.iter().any(|one| one.group == to) {
            let message = format!("the group {from} is {to} now");
            report(
                entry.line,
                "navigation-moved",
                message,
                format!("correct its name above {FILE}:{}", first.line),
            );
            continue;
        }
        for (endpoint, entry) in pairs {
            let message = format!("{} moved from {from} to {to}", endpoint.title);
            report(
                entry.line,
                "navigation-moved",
                message,
                format!("move it there from {FILE}:{}", endpoint.line),
            );
        }
    }
    for entry in new {
        let method = entry.method.as_ref().map_or_else(String::new, |method| format!(" ({method})"));
        let message = format!("{}{method} is new", full_name(&entry.group, &entry.title));
        let remedy = format!(
            "open its page: add an endpoint to {FILE}, `state: named`; a page of words is recorded by `cargo xtask upstream save`"
        );
        report(entry.line, "navigation-new", message, remedy);
    }
    for entry in entries {
        let known =
            endpoints.iter().find(|one| has(one, entry)).and_then(|one| Some((one, one.method.as_ref()?)));
        if let (Some((endpoint, known)), Some(method)) = (known, &entry.method)
            && known != method
        {
            let message = format!("{} is a {method} in the navigation, and a {known} in {FILE}", entry.title);
            report(
                entry.line,
                "navigation-method",
                message,
                format!("open its page, and correct {FILE}:{}", endpoint.line),
            );
        }
    }
    findings.extend(lost.into_iter().map(|endpoint| Finding {
        file: FILE.to_owned(),
        line: endpoint.line,
        pointer: String::new(),
        rule: "navigation-gone",
        message: format!("{} is no longer in the navigation of {page}", full_name(&endpoint.group, &endpoint.title)),
        help: "see whether upstream announced its end; then delete it here, and its operation from the contract".to_owned(),
    }));
    findings
}

/// A title with its group.
pub(super) fn full_name(group: &str, title: &str) -> String {
    if group.is_empty() { title.to_owned() } else { format!("{group} / {title}") }
}

/// The new title of the same group that is most like the one that is gone, if it is like it at all.
fn likely(endpoint: &Endpoint, new: &[&Entry]) -> Option<usize> {
    let likeness = |entry: &Entry| {
        let diff = TextDiff::from_chars(endpoint.title.as_str(), entry.title.as_str());
        let mode = |title: &str| title.contains("client mode");
        if mode(&endpoint.title) == mode(&entry.title) { diff.ratio() } else { 0.0 }
    };
    let in_group = new.iter().enumerate().filter(|(_, entry)| entry.group == endpoint.group);
    let best = in_group
        .map(|(index, entry)| (index, likeness(entry)))
        .max_by(|one, other| one.1.total_cmp(&other.1));
    best.filter(|(_, likeness)| *likeness >= LIKELY).map(|(index, _)| index)
}
