//! Writes the report as Markdown, for a pull request or release notes.

use std::fmt::Write;

use mediaconnect_contract::sunset::Sunset;
use xtask::compare::{Change, Class, Report, rules};

use crate::versions::advice::Advice;

use super::{affected, short, summary};

/// Returns the report: a summary, the changes by class, and the required version.
pub(super) fn report(report: &Report, advice: &Advice<'_>, old: &str, new: &str) -> String {
    let mut text = format!("# Changes of the contract\n\nFrom {} to {}.\n", code(old), code(new));
    if report.is_empty() {
        text.push_str("\nNothing changed.\n");
    } else {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}\n", summary(report));
    }
    for class in [Class::Breaking, Class::Compatible, Class::Documentation] {
        let changes: Vec<_> = report.changes.iter().filter(|change| change.rule.class == class).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {}\n\n", capital(&class.to_string()));
        for change in changes {
            item(&mut text, change);
        }
    }
    version(&mut text, advice);
    text.truncate(text.trim_end().len());
    text
}

fn version(text: &mut String, advice: &Advice<'_>) {
    let _ = writeln!(text, "\n## Version\n\n- {}", capital(&advice.sentence()));
    for line in advice.demand_lines(code) {
        let _ = writeln!(text, "  - {line}");
    }
    let _ = writeln!(text, "- Rust API, according to the contract: {}", advice.rust_api());
    let _ = writeln!(text, "- cargo-semver-checks: {}", advice.verdict());
}

/// Returns a section with the operations whose sunset is near, or an empty string if there are none.
pub(super) fn sunsets(sunsets: &[Sunset]) -> String {
    let items = sunsets.iter().map(|sunset| {
        let state = if sunset.is_past() { "past" } else { "near" };
        format!("\n- **{}** ({state}): {} in {}", sunset.day, sunset.what, code(&sunset.pointer))
    });
    let items: String = items.collect();
    if items.is_empty() { items } else { format!("\n\n## Sunsets\n{items}") }
}

pub(super) fn rules() -> String {
    let mut text = "| rule | class | affects | program | why |\n|---|---|---|---|---|".to_owned();
    for rule in rules::ALL {
        let (who, effect) = (affected(rule), rule.effect);
        let _ = write!(text, "\n| `{}` | {} | {who} | {effect} | {} |", rule.name, rule.class, rule.sentence);
    }
    text
}

/// Writes a change with its locations and its reason.
pub(crate) fn item(text: &mut String, change: &Change) {
    let rule = change.rule;
    let direction = change.direction.map(|direction| format!(" ({direction})")).unwrap_or_default();
    let (before, after) = (shown(change.before.as_ref()), shown(change.after.as_ref()));
    let _ = writeln!(text, "- **{}**{direction}: {before} → {after}", rule.name);
    let places: Vec<String> =
        change.places.iter().map(ToString::to_string).filter(|place| !place.is_empty()).collect();
    for place in &places {
        let _ = writeln!(text, "  - {}", code(place));
    }
    let _ = writeln!(text, "  - in the contract: {}", code(&change.contract_pointer));
    let _ = writeln!(text, "  - affects {}; program: {}. {}", affected(rule), rule.effect, rule.sentence);
}

fn shown(value: Option<&String>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| code(&short(Some(value))))
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text[..1].make_ascii_uppercase();
    text
}

/// Returns a code span. Text that contains a backtick is enclosed in double backticks.
pub(crate) fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
