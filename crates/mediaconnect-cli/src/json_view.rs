//! Formats any JSON document as text for people.

use heck::ToKebabCase;

use crate::output::Report;
use crate::secrets::{HIDDEN, RedactedJson};
use crate::table::{CellLines, labelled, listed};
use crate::terminal::Terminal;
use crate::text::escape_controls;

/// The minimum width of a table's column, in characters.
const MIN_COLUMN_WIDTH: usize = 12;
const MAX_COLUMNS: usize = 10;

/// A JSON document that preserves the order of fields and the digits of numbers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JsonView {
    Nothing,
    Text(String),
    List(Vec<JsonView>),
    Object(Vec<(String, JsonView)>),
}

impl JsonView {
    pub(crate) fn of(json: &RedactedJson) -> Self {
        match json {
            RedactedJson::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), Self::of(value))).collect())
            }
            RedactedJson::List(items) => Self::List(items.iter().map(Self::of).collect()),
            RedactedJson::Secret => Self::Text(HIDDEN.to_owned()),
            RedactedJson::Value(json) => match json.get() {
                "null" => Self::Nothing,
                text if text.starts_with('"') => Self::Text(serde_json::from_str(text).unwrap_or_default()),
                text => Self::Text(text.to_owned()),
            },
        }
    }

    /// Returns true if the document contains no data except the confirmation that the call succeeded: it is empty, or
    /// its only value is `true`.
    pub(crate) fn is_a_flag(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Object(members) => match members.as_slice() {
                [] => true,
                [(_, Self::Text(word))] => word == "true",
                _ => false,
            },
            _ => false,
        }
    }

    /// Returns labelled lines. Lists of objects become tables if they fit.
    pub(crate) fn text(&self, terminal: Terminal) -> String {
        let parts = match self {
            Self::Object(members) => {
                let (tables, rows): (Vec<_>, Vec<_>) =
                    members.iter().partition(|(_, value)| value.is_table(terminal));
                let rows: Vec<(String, CellLines)> =
                    rows.iter().map(|(name, value)| (label(name), value.lines())).collect();
                let rows: Vec<_> =
                    rows.iter().map(|(label, lines)| (label.as_str(), lines.clone())).collect();
                let is_empty = rows.iter().all(|(_, lines)| lines.is_empty());
                let block = (!is_empty).then(|| labelled(rows, terminal));
                let tables =
                    tables.iter().map(|(name, value)| format!(" {}\n{}", label(name), value.table(terminal)));
                block.into_iter().chain(tables).collect()
            }
            _ if self.is_table(terminal) => vec![self.table(terminal)],
            _ => self.lines().iter().map(|line| escape_controls(line) + "\n").collect(),
        };
        if parts.is_empty() { "nothing\n".to_owned() } else { parts.concat() }
    }

    /// Returns true if this document is a list of flat objects whose columns fit the terminal.
    fn is_table(&self, terminal: Terminal) -> bool {
        let Self::List(items) = self else { return false };
        let is_cell = |value: &Self| match value {
            Self::Nothing | Self::Text(_) => true,
            Self::List(items) => items.iter().all(|item| matches!(item, Self::Text(_))),
            Self::Object(_) => false,
        };
        let is_row = |item: &Self| matches!(item, Self::Object(members) if members.iter().all(|(_, value)| is_cell(value)));
        let columns = columns(items).len();
        let width = terminal.width.map_or(usize::MAX, usize::from);
        !items.is_empty()
            && items.iter().all(is_row)
            && columns <= MAX_COLUMNS
            && columns * MIN_COLUMN_WIDTH <= width
    }

    fn table(&self, terminal: Terminal) -> String {
        let Self::List(items) = self else { return String::new() };
        let columns = columns(items);
        let labels: Vec<String> = columns.iter().map(|name| label(name)).collect();
        let headings: Vec<&str> = labels.iter().map(String::as_str).collect();
        let rows: Vec<Vec<CellLines>> = items
            .iter()
            .map(|item| {
                columns.iter().map(|name| item.member(name).map_or_else(Vec::new, Self::lines)).collect()
            })
            .collect();
        listed(&headings, &rows, terminal)
    }

    fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Returns the lines of the value. Nested values are indented. Each object in a list begins with a dash.
    fn lines(&self) -> CellLines {
        match self {
            Self::Nothing => Vec::new(),
            Self::Text(text) => vec![text.clone()],
            Self::List(items) => items.iter().flat_map(Self::item_lines).collect(),
            Self::Object(members) => members
                .iter()
                .flat_map(|(name, value)| match (value, value.lines()) {
                    (Self::Text(text), _) => vec![format!("{}: {text}", label(name))],
                    (_, lines) if lines.is_empty() => lines,
                    (_, lines) => {
                        let indented = lines.into_iter().map(|line| format!("  {line}"));
                        std::iter::once(format!("{}:", label(name))).chain(indented).collect()
                    }
                })
                .collect(),
        }
    }

    fn item_lines(&self) -> CellLines {
        let lines = self.lines();
        if let Self::Text(_) = self {
            return lines;
        }
        let mark = |(index, line)| format!("{}{line}", if index == 0 { "- " } else { "  " });
        lines.into_iter().enumerate().map(mark).collect()
    }
}

impl Report for RedactedJson {
    fn text(&self, terminal: Terminal) -> String {
        JsonView::of(self).text(terminal)
    }
}

/// Returns the field names of the objects in a list, in the order in which they first appear.
fn columns(items: &[JsonView]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for item in items {
        if let JsonView::Object(members) = item {
            for (name, _) in members {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
    }
    names
}

/// Converts a field's name to words: `customerNumber` becomes `Customer number`.
fn label(name: &str) -> String {
    let words = escape_controls(name).to_kebab_case().replace('-', " ");
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    const FILE: Terminal = Terminal { width: None, colors: false };

    fn shown(json: &str, terminal: Terminal) -> String {
        let json = RawValue::from_string(json.to_owned()).unwrap();
        JsonView::of(&RedactedJson::of(&json, true)).text(terminal)
    }

    const ORDERS: &str = r#"{
        "orderNumber": 12345678901234567890, "price": 12.50, "isPaid": true, "note": null, "tags": ["a", "b"],
        "payer": {"firstName": "Kari", "phoneNumbers": ["+471", "+472"]},
        "lines": [{"productCode": "A", "price": 1.10}, {"productCode": "B", "days": ["Mon", "Tue"]}]
    }"#;

    #[test]
    fn fields_keep_their_order_and_numbers_their_digits() {
        let expected = "
 Order number  12345678901234567890
 Price         12.50
 Is paid       true
 Tags          a
               b
 Payer         First name: Kari
               Phone numbers:
                 +471
                 +472
 Lines
─────────────────────────────
 Product code   Price   Days
═════════════════════════════
 A              1.10
─────────────────────────────
 B                      Mon
                        Tue
─────────────────────────────
";
        assert_eq!(shown(ORDERS, FILE), expected[1..]);
    }

    #[test]
    fn a_list_that_does_not_fit_or_is_nested_is_lines() {
        let narrow = shown(ORDERS, Terminal { width: Some(30), colors: false });
        assert!(narrow.lines().all(|line| line.chars().count() <= 30), "{narrow}");
        assert!(narrow.contains("- Product\n") && narrow.contains("  Price: 1.10"), "{narrow}");
        let nested = shown(r#"[{"a": {"b": 1, "c": 2}}, {"a": [{"b": 3}]}]"#, FILE);
        assert_eq!(nested, "- A:\n    B: 1\n    C: 2\n- A:\n    - B: 3\n");
    }

    #[test]
    fn anything_can_be_shown() {
        for (json, expected) in [
            ("12.50", "12.50\n"),
            (r#""text""#, "text\n"),
            (r#"["a", 1]"#, "a\n1\n"),
            ("null", "nothing\n"),
            ("{}", "nothing\n"),
            ("[]", "nothing\n"),
            (r#"{"orders": []}"#, "nothing\n"),
        ] {
            assert_eq!(shown(json, FILE), expected, "{json}");
        }
    }

    #[test]
    fn what_upstream_wrote_cannot_steer_the_terminal() {
        for json in [
            r#""\u001b[2J""#,
            r#"["\u001b[2J"]"#,
            r#"{"a\u001b[2J": "\u001b[2J", "b": {"c\u001b": "\u001b"}, "l": [{"k\u001b": "\u001b"}]}"#,
        ] {
            assert!(!shown(json, FILE).contains('\u{1b}'), "{json}");
        }
    }
}
