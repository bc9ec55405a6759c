//! Reads the parameters and fields of a page. The page lists nested fields without their depth.

use mediaconnect_contract::Finding;
use serde_json::Value;

use super::lines::Line;
use super::types::{self, PageType};

/// A parameter or field of a page, before its nesting is known.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) kind: PageType,
    pub(super) required: bool,
    pub(super) deprecated: bool,
    pub(super) words: Vec<String>,
    pub(super) limits: Vec<Limit>,
    /// The text under "Allowed values:". A page that is saved as text has no separators between the values.
    pub(super) allowed: Vec<String>,
    pub(super) default: Option<String>,
    pub(super) pattern: Option<String>,
}

/// A limit with its OpenAPI keyword.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) keyword: &'static str,
    pub(super) value: Value,
    pub(super) is_exclusive: bool,
}

impl Flat {
    /// Returns a field with a type and a line, and with nothing else.
    pub(super) fn bare(kind: PageType, line: usize) -> Self {
        Self {
            name: String::new(),
            line,
            kind,
            required: false,
            deprecated: false,
            words: Vec::new(),
            limits: Vec::new(),
            allowed: Vec::new(),
            default: None,
            pattern: None,
        }
    }
}

/// Reads all fields of a section.
pub(super) fn read(page: &str, lines: &[Line], notes: &mut Vec<Finding>) -> Vec<Flat> {
    let heads: Vec<Head> = (0..lines.len()).filter_map(|index| head(page, lines, index, notes)).collect();
    let ends = heads.iter().skip(1).map(|head| head.name).chain([lines.len()]);
    let flats = heads.iter().zip(ends).map(|(head, end)| {
        let name = &lines[head.name];
        let mut flat = Flat {
            name: name.text.clone(),
            required: head.required,
            deprecated: head.deprecated,
            ..Flat::bare(head.kind.clone(), name.number)
        };
        said(page, &mut flat, &lines[head.end..end], notes);
        flat
    });
    flats.collect()
}

/// Adds a note if the lines outside the known sections contain a field.
pub(super) fn unplaced(page: &str, lines: &[Line], notes: &mut Vec<Finding>) {
    let head = (0..lines.len()).find_map(|index| head(page, lines, index, &mut Vec::new()));
    if let Some(Head { name, .. }) = head {
        let Line { text, number, .. } = &lines[name];
        let message =
            format!("{text} is not below a known heading, so it and the fields after it are not compared");
        notes.push(note(page, *number, message));
    }
}

struct Head {
    /// The position of the line that has the name.
    name: usize,
    /// The position of the first line after the name, the type, and `required` or `optional`.
    end: usize,
    kind: PageType,
    required: bool,
    deprecated: bool,
}

const MAX_TYPE_LINES: usize = 4;

/// Returns the head of a field if it ends at line `end`. The head consists of the field's name, its type, and the word
/// `required` or `optional`.
fn head(page: &str, lines: &[Line], end: usize, notes: &mut Vec<Finding>) -> Option<Head> {
    let text = lines[end].text.as_str();
    let (before, required) = match (text.strip_suffix("required"), text.strip_suffix("optional")) {
        (Some(before), _) => (before, true),
        (_, Some(before)) => (before, false),
        _ => return None,
    };
    // A sentence may also end with `required` or `optional`. This word ends the head of a field only if it follows a
    // type or is alone on its line.
    let is_alone = before.is_empty();
    if !is_alone && types::read(before).is_none() {
        return None;
    }
    let mut deprecated = false;
    let mut kind_text = before.to_owned();
    for start in (end.saturating_sub(MAX_TYPE_LINES)..end).rev() {
        let text = lines[start].text.as_str();
        if text.eq_ignore_ascii_case("deprecated") {
            deprecated = true;
            continue;
        }
        if let Some(kind) = types::read(&kind_text) {
            return Some(Head { name: start, end: end + 1, kind, required, deprecated });
        }
        kind_text = format!("{text} {kind_text}");
    }
    if is_alone && end >= 2 {
        let (name, kind) = (&lines[end - 2].text, &lines[end - 1]);
        let message = format!("the type of {name} is not understood: {}", kind.text);
        notes.push(note(page, kind.number, message));
        return Some(Head { name: end - 2, end: end + 1, kind: PageType::any(), required, deprecated });
    }
    None
}

/// Reads the lines below the head of a field.
fn said(page: &str, flat: &mut Flat, lines: &[Line], notes: &mut Vec<Finding>) {
    let mut part = Part::Words;
    for line in lines {
        let text = line.text.as_str();
        let labelled = text.split_once(':').and_then(|(label, rest)| Some((label_of(label)?, rest.trim())));
        let rest = match labelled {
            Some((new, rest)) => {
                part = new;
                rest
            }
            None if text.starts_with(['<', '>']) => {
                part = Part::Words;
                match limits(text, &flat.kind) {
                    Some(limits) => flat.limits.extend(limits),
                    None => notes.push(note(
                        page,
                        line.number,
                        format!("this limit of {} is not understood: {text}", flat.name),
                    )),
                }
                continue;
            }
            None => text,
        };
        match part {
            _ if rest.is_empty() => {}
            Part::Words if rest.eq_ignore_ascii_case("deprecated") => flat.deprecated = true,
            Part::Words => flat.words.push(rest.to_owned()),
            Part::Allowed => flat.allowed.push(rest.to_owned()),
            Part::Default => flat.default = Some(rest.to_owned()),
            Part::Pattern => flat.pattern = Some(rest.to_owned()),
            Part::Example => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Words,
    Allowed,
    Default,
    Pattern,
    Example,
}

fn label_of(label: &str) -> Option<Part> {
    Some(match label {
        "Allowed values" | "Allowed value" => Part::Allowed,
        "Default" | "Default value" => Part::Default,
        "Pattern" | "Match pattern" => Part::Pattern,
        "Example" | "Examples" | "Example value" => Part::Example,
        _ => return None,
    })
}

/// Returns the limits of a line, such as `<= 30 characters`. A line may have several.
fn limits(text: &str, kind: &PageType) -> Option<Vec<Limit>> {
    let mut limits = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_upper = rest.starts_with('<');
        let after = rest[1..].trim_start_matches('=');
        let is_exclusive = after.len() == rest.len() - 1;
        let end = after.find(['<', '>']).unwrap_or(after.len());
        let (number, unit) = after[..end].trim().split_once(' ').unwrap_or((after[..end].trim(), ""));
        let value: Value = serde_json::from_str(number).ok().filter(Value::is_number)?;
        let keyword = match (unit.trim(), is_upper) {
            ("characters" | "character", true) => "maxLength",
            ("characters" | "character", false) => "minLength",
            ("items" | "item", true) => "maxItems",
            ("items" | "item", false) => "minItems",
            ("", true) if kind.innermost().is_number() => "maximum",
            ("", false) if kind.innermost().is_number() => "minimum",
            _ => return None,
        };
        limits.push(Limit { keyword, value, is_exclusive });
        rest = after[end..].trim_start();
    }
    Some(limits)
}

/// Returns a finding for a part of a page that was not understood.
pub(super) fn note(page: &str, line: usize, message: String) -> Finding {
    Finding {
        file: page.to_owned(),
        line,
        pointer: String::new(),
        rule: "not-understood",
        message,
        help: "read the page, and compare this part by hand".to_owned(),
    }
}
