//! Writes the report as tables for people.

use mediaconnect_contract::Finding;

use super::report::Outcome;
use crate::diff::short;
use crate::diff::table::{new_table, places, reasons};

/// Returns the report. It lists one difference per row, and has a section for each kind of finding.
pub(super) fn report(outcome: &Outcome<'_>, with_undescribed: bool) -> String {
    let mut parts = vec![format!(
        "{} -> {}\n{}\n{}",
        outcome.comparison.contract.name(),
        outcome.comparison.input.name,
        outcome.head(),
        outcome.scope()
    )];
    parts.push(if outcome.differences.is_empty() {
        "No difference.".to_owned()
    } else {
        differences(outcome)
    });
    section(
        &mut parts,
        "Only in upstream's documents:",
        outcome.missing.iter().map(|one| format!("{}  {}  {}  {}", one.name, one.title, one.known(), one.at)),
    );
    section(
        &mut parts,
        "Only in the contract:",
        outcome.gone.iter().map(|one| format!("{}  {}  {}", one.name, one.id, one.at)),
    );
    section(
        &mut parts,
        "Upstream will remove:",
        outcome.sunsets.iter().map(|(name, sunset, at)| format!("{name}  {sunset}  {at}")),
    );
    section(
        &mut parts,
        "Not described by upstream:",
        with_undescribed.then(|| outcome.undescribed()).into_iter().flatten(),
    );
    section(&mut parts, "Upstream changed:", outcome.changed.iter().map(Finding::to_string));
    section(&mut parts, "Findings in pages:", outcome.pages.iter().map(Finding::to_string));
    section(&mut parts, "Deviations to check:", outcome.deviations.iter().map(Finding::to_string));
    section(&mut parts, "Remarks:", outcome.notes.iter().map(Finding::to_string));
    parts.push(outcome.summary());
    parts.join("\n\n")
}

fn differences(outcome: &Outcome<'_>) -> String {
    let mut table =
        new_table(["class", "rule", "where", "contract", "upstream", "contract at", "upstream at"]);
    for one in &outcome.differences {
        let change = &one.change;
        table.add_row([
            change.rule.class.to_string(),
            change.rule.name.to_owned(),
            places(change),
            short(change.before.as_ref()),
            short(change.after.as_ref()),
            one.ours.clone(),
            one.upstream.join("\n"),
        ]);
    }
    let mut text = format!("{table}\n\n{}", reasons(&outcome.report()));
    for remark in outcome.remarks() {
        text.push_str(&remark);
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

fn section(parts: &mut Vec<String>, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.map(|line| format!("  {}", line.replace('\n', "\n  "))).collect();
    if !lines.is_empty() {
        parts.push(format!("{title}\n{}", lines.join("\n")));
    }
}
