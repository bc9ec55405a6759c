//! Writes the report as Markdown for an issue.

use std::fmt::Write;

use mediaconnect_contract::Finding;
use xtask::compare::Class;

use super::report::{Difference, Outcome};
use crate::diff::markdown::{code, item};

/// The maximum number of locations in upstream's documents that the report lists for one difference. If there are more,
/// the report states how many more.
const LINES: usize = 3;

/// Returns the report. It lists the differences by class, and has a section for each kind of finding.
pub(super) fn report(outcome: &Outcome<'_>, with_undescribed: bool) -> String {
    let (ours, theirs) = (outcome.comparison.contract.name(), &outcome.comparison.input.name);
    // Writing to a String cannot fail.
    let mut text = format!(
        "# Upstream's document and the contract\n\nFrom {} to {}, on {}.\n",
        code(ours),
        code(theirs),
        outcome.today
    );
    let _ = write!(text, "\n{} {}\n{}\n", outcome.head(), outcome.scope(), outcome.summary());
    for class in [Class::Breaking, Class::Compatible, Class::Documentation] {
        let of_class: Vec<_> =
            outcome.differences.iter().filter(|one| one.change.rule.class == class).collect();
        if !of_class.is_empty() {
            let _ = write!(text, "\n## Differences: {class}\n\n");
            for one in of_class {
                difference(&mut text, one);
            }
        }
    }
    section(
        &mut text,
        "Only in upstream's documents",
        outcome
            .missing
            .iter()
            .map(|one| format!("{} {}: {}, at {}", code(&one.name), one.title, one.known(), code(&one.at))),
    );
    section(
        &mut text,
        "Only in the contract",
        outcome.gone.iter().map(|one| format!("{} {}, at {}", code(&one.name), one.id, code(&one.at))),
    );
    section(
        &mut text,
        "Upstream will remove",
        outcome.sunsets.iter().map(|(name, sunset, at)| format!("{} {sunset}, at {}", code(name), code(at))),
    );
    section(
        &mut text,
        "Not described by upstream",
        with_undescribed.then(|| outcome.undescribed()).into_iter().flatten().map(|one| code(&one)),
    );
    section(&mut text, "Upstream changed", outcome.changed.iter().map(finding));
    section(&mut text, "Findings in pages", outcome.pages.iter().map(finding));
    section(&mut text, "Deviations to check", outcome.deviations.iter().map(finding));
    section(
        &mut text,
        "Covered by deviations",
        outcome.held.iter().map(|held| {
            format!(
                "{} ({}, review by {}): {}",
                code(&held.name),
                places(held.places),
                held.review,
                held.reason
            )
        }),
    );
    section(&mut text, "Remarks", outcome.notes.iter().map(finding));
    text.truncate(text.trim_end().len());
    text
}

fn difference(text: &mut String, one: &Difference) {
    item(text, &one.change);
    let mut upstream: Vec<String> = one.upstream.iter().take(LINES).map(|at| code(at)).collect();
    if one.upstream.len() > LINES {
        upstream.push(format!("and {} more", one.upstream.len() - LINES));
    }
    let _ = writeln!(
        text,
        "  - in the contract at {}; in upstream's documents at {}",
        code(&one.ours),
        upstream.join(", ")
    );
    if let Some(remark) = one.remark {
        let _ = writeln!(text, "  - {remark}");
    }
}

fn finding(finding: &Finding) -> String {
    let pointer =
        if finding.pointer.is_empty() { String::new() } else { format!(" {}", code(&finding.pointer)) };
    format!("{}:{}:{pointer} {}. Help: {}", finding.file, finding.line, finding.message, finding.help)
}

fn places(count: usize) -> String {
    if count == 1 { "1 place".to_owned() } else { format!("{count} places") }
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.map(|line| format!("- {line}")).collect();
    if !lines.is_empty() {
        let _ = write!(text, "\n## {title}\n\n{}\n", lines.join("\n"));
    }
}
