//! Compares the navigation of a page with `openapi/coverage.yaml`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use mediaconnect_contract::Finding;
use similar::TextDiff;

use super::navigation::Entry;
use crate::coverage::{Endpoint, FILE};

/// The group and title of a page that documents no endpoint.
pub(super) type PageTitle = (String, String);

/// The minimum similarity, from 0 to 1, of two titles that are likely the old and the new name of one endpoint.
const MIN_SIMILARITY: f32 = 0.6;

/// Returns a finding for each difference between a navigation and the list of endpoints.
///
/// A finding points to a line of the page, or to a line of the list if the endpoint is no longer in the navigation.
pub(super) fn differences(
    page: &str,
    entries: &[Entry],
    endpoints: &[Endpoint],
    pages: &BTreeSet<PageTitle>,
) -> Vec<Finding> {
    let lists = Lists::of(entries, endpoints, pages);
    let mut findings = PageFindings { page, all: Vec::new() };
    for name in &lists.collapsed {
        let message = format!("the group {name} is collapsed in the navigation, and is not compared");
        findings.add(1, "navigation-folded", message, "expand the group, and save the page again".to_owned());
    }
    let (mut new, gone) = (lists.added(), lists.removed());
    let mut moved: BTreeMap<(&str, &str), Vec<(&Endpoint, &Entry)>> = BTreeMap::new();
    let mut lost = Vec::new();
    for endpoint in gone {
        let same_title = |entry: &&Entry| entry.title == endpoint.title;
        if let Some(index) = new.iter().position(same_title) {
            let entry = new.remove(index);
            moved.entry((&endpoint.group, &entry.group)).or_default().push((endpoint, entry));
        } else if let Some(index) = most_similar(endpoint, &new) {
            findings.renamed(endpoint, new.remove(index));
        } else {
            lost.push(endpoint);
        }
    }
    for ((from, to), pairs) in moved {
        let is_whole_group = lists.groups.get(from) == Some(&pairs.len()) && !lists.groups.contains_key(to);
        findings.moved(from, to, &pairs, is_whole_group);
    }
    for entry in new {
        findings.added(entry);
    }
    for entry in entries {
        findings.method(entry, lists.endpoint(entry));
    }
    for endpoint in lost {
        findings.removed(endpoint);
    }
    findings.all
}

/// The entries of the navigation and the endpoints of the list, with indexes to find them by group and title.
struct Lists<'a> {
    entries: &'a [Entry],
    endpoints: &'a [Endpoint],
    pages: &'a BTreeSet<PageTitle>,
    /// The full names of the collapsed groups. The navigation hides the endpoints and subgroups of these groups.
    collapsed: BTreeSet<String>,
    /// The number of endpoints of each group of the list.
    groups: HashMap<&'a str, usize>,
    in_navigation: HashSet<(&'a str, &'a str)>,
    in_list: HashMap<(&'a str, &'a str), &'a Endpoint>,
}

impl<'a> Lists<'a> {
    fn of(entries: &'a [Entry], endpoints: &'a [Endpoint], pages: &'a BTreeSet<PageTitle>) -> Self {
        let mut groups: HashMap<&str, usize> = HashMap::new();
        let mut in_list = HashMap::new();
        for endpoint in endpoints {
            *groups.entry(&endpoint.group).or_default() += 1;
            in_list.entry((endpoint.group.as_str(), endpoint.title.as_str())).or_insert(endpoint);
        }
        let names = entries.iter().map(|entry| full_name(&entry.group, &entry.title));
        Self {
            entries,
            endpoints,
            pages,
            collapsed: names.filter(|name| groups.keys().any(|group| is_within(group, name))).collect(),
            groups,
            in_navigation: entries.iter().map(|one| (one.group.as_str(), one.title.as_str())).collect(),
            in_list,
        }
    }

    fn endpoint(&self, entry: &Entry) -> Option<&'a Endpoint> {
        self.in_list.get(&(entry.group.as_str(), entry.title.as_str())).copied()
    }

    /// Returns the entries that are missing in the list. Skips known pages and collapsed groups.
    fn added(&self) -> Vec<&'a Entry> {
        let is_page = |entry: &Entry| self.pages.contains(&(entry.group.clone(), entry.title.clone()));
        let is_collapsed = |entry: &Entry| self.collapsed.contains(&full_name(&entry.group, &entry.title));
        let new = self.entries.iter().filter(|entry| self.endpoint(entry).is_none());
        new.filter(|entry| !is_page(entry) && !is_collapsed(entry)).collect()
    }

    /// Returns the endpoints that are missing in the navigation. Skips endpoints of collapsed groups.
    fn removed(&self) -> Vec<&'a Endpoint> {
        let has = |one: &Endpoint| self.in_navigation.contains(&(one.group.as_str(), one.title.as_str()));
        let is_hidden = |one: &Endpoint| self.collapsed.iter().any(|name| is_within(&one.group, name));
        self.endpoints.iter().filter(|one| !is_hidden(one) && !has(one)).collect()
    }
}

/// The findings of one page.
struct PageFindings<'a> {
    page: &'a str,
    all: Vec<Finding>,
}

impl PageFindings<'_> {
    fn add(&mut self, line: usize, rule: &'static str, message: String, help: String) {
        let file = self.page.to_owned();
        self.all.push(Finding { file, line, pointer: String::new(), rule, message, help });
    }

    fn renamed(&mut self, endpoint: &Endpoint, entry: &Entry) {
        let message = format!(
            "the endpoint {} of the group {} is probably named {} now",
            endpoint.title, endpoint.group, entry.title
        );
        let help = format!(
            "open the page; if it is the same endpoint, correct the title at {FILE}:{}",
            endpoint.line
        );
        self.add(entry.line, "navigation-renamed", message, help);
    }

    fn moved(&mut self, from: &str, to: &str, pairs: &[(&Endpoint, &Entry)], is_whole_group: bool) {
        if is_whole_group {
            let (first, entry) = pairs[0];
            let message = format!("the group {from} is now named {to}");
            let help = format!("correct the name of the group that contains {FILE}:{}", first.line);
            return self.add(entry.line, "navigation-moved", message, help);
        }
        for (endpoint, entry) in pairs {
            let message = format!("{} moved from {from} to {to}", endpoint.title);
            let help = format!("move the endpoint at {FILE}:{} to that group", endpoint.line);
            self.add(entry.line, "navigation-moved", message, help);
        }
    }

    fn added(&mut self, entry: &Entry) {
        let method = entry.method.as_ref().map_or_else(String::new, |method| format!(" ({method})"));
        let message = format!("{}{method} is new", full_name(&entry.group, &entry.title));
        let help = format!(
            "open its page; if it documents an endpoint, add the endpoint to {FILE} with `state: named`; otherwise run \
             `cargo xtask upstream save`"
        );
        self.add(entry.line, "navigation-new", message, help);
    }

    fn method(&mut self, entry: &Entry, endpoint: Option<&Endpoint>) {
        let known = endpoint.and_then(|one| Some((one, one.method.as_ref()?)));
        if let (Some((endpoint, known)), Some(method)) = (known, &entry.method)
            && known != method
        {
            let message = format!("{} is a {method} in the navigation and a {known} in {FILE}", entry.title);
            let help = format!(
                "check the method on the endpoint's page, then correct it at {FILE}:{}",
                endpoint.line
            );
            self.add(entry.line, "navigation-method", message, help);
        }
    }

    fn removed(&mut self, endpoint: &Endpoint) {
        let name = full_name(&endpoint.group, &endpoint.title);
        self.all.push(Finding {
            file: FILE.to_owned(),
            line: endpoint.line,
            pointer: String::new(),
            rule: "navigation-gone",
            message: format!("{name} is no longer in the navigation of {}", self.page),
            help: "check whether upstream announced the removal; then delete the endpoint from \
                     openapi/coverage.yaml, and its operation from the contract"
                .to_owned(),
        });
    }
}

/// Returns a title with its group.
pub(super) fn full_name(group: &str, title: &str) -> String {
    if group.is_empty() { title.to_owned() } else { format!("{group} / {title}") }
}

/// Returns true if `group` is the group with the full name `name`, or is within that group.
pub(super) fn is_within(group: &str, name: &str) -> bool {
    group.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" / "))
}

/// Returns the index of the new entry that is probably the renamed endpoint. This is the entry of the same group with
/// the most similar title, if that title is similar enough.
fn most_similar(endpoint: &Endpoint, new: &[&Entry]) -> Option<usize> {
    let similarity = |entry: &Entry| {
        let diff = TextDiff::from_chars(endpoint.title.as_str(), entry.title.as_str());
        let mode = |title: &str| title.contains("client mode");
        if mode(&endpoint.title) == mode(&entry.title) { diff.ratio() } else { 0.0 }
    };
    let in_group = new.iter().enumerate().filter(|(_, entry)| entry.group == endpoint.group);
    let best = in_group
        .map(|(index, entry)| (index, similarity(entry)))
        .max_by(|one, other| one.1.total_cmp(&other.1));
    best.filter(|(_, similarity)| *similarity >= MIN_SIMILARITY).map(|(index, _)| index)
}
