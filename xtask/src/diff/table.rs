//! Writes the report as a table for people.

use comfy_table::{ContentArrangement, Table, presets};
use xtask::compare::{Change, Report, rules};

use crate::versions::advice::Advice;

use super::{affected, short, summary};

/// The maximum number of locations that are listed for a change. Further locations are only counted.
const PLACES: usize = 3;

/// Returns the changes, one per row, followed by the reasons of their rules and the required version.
pub(super) fn report(report: &Report, advice: &Advice<'_>, old: &str, new: &str) -> String {
    let head = format!("{old} -> {new}");
    if report.is_empty() {
        return format!("{head}\nNothing changed.\n\n{}", version(advice));
    }
    let mut table =
        new_table(["class", "rule", "where", "direction", "before", "after", "affects", "program"]);
    for change in &report.changes {
        table.add_row([
            change.rule.class.to_string(),
            change.rule.name.to_owned(),
            places(change),
            change.direction.map_or_else(|| "-".to_owned(), |direction| direction.to_string()),
            short(change.before.as_ref()),
            short(change.after.as_ref()),
            affected(change.rule),
            change.rule.effect.to_string(),
        ]);
    }
    format!("{head}\n\n{table}\n\n{}\n{}\n\n{}", reasons(report), summary(report), version(advice))
}

fn version(advice: &Advice<'_>) -> String {
    format!(
        "VERSION: {}{}\nRust API, according to the contract: {}\ncargo-semver-checks: {}",
        advice.sentence(),
        advice.demand_list(),
        advice.rust_api(),
        advice.verdict(),
    )
}

pub(super) fn rules() -> String {
    let mut table = new_table(["rule", "class", "affects", "program", "why"]);
    for rule in rules::ALL {
        table.add_row([
            rule.name.to_owned(),
            rule.class.to_string(),
            affected(rule),
            rule.effect.to_string(),
            rule.sentence.to_owned(),
        ]);
    }
    table.to_string()
}

/// Returns an empty table in the style of all reports.
pub(crate) fn new_table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

/// Returns the locations of a change. If it has none, returns its pointer into the contract.
pub(crate) fn places(change: &Change) -> String {
    let named: Vec<String> =
        change.places.iter().map(ToString::to_string).filter(|place| !place.is_empty()).collect();
    if named.is_empty() {
        return change.contract_pointer.clone();
    }
    let mut lines: Vec<String> = named.iter().take(PLACES).cloned().collect();
    if named.len() > PLACES {
        lines.push(format!("and {} more through {}", named.len() - PLACES, change.contract_pointer));
    }
    lines.join("\n")
}

/// Returns the reason of each rule in the report.
pub(crate) fn reasons(report: &Report) -> String {
    let met = rules::ALL.iter().filter(|rule| report.changes.iter().any(|change| change.rule == **rule));
    met.fold(String::new(), |text, rule| text + rule.name + ": " + rule.sentence + "\n")
}
