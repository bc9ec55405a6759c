//! Escapes characters with which a text from upstream could control the terminal.

use std::fmt::Write;

/// Replaces control characters in a text by escapes such as `\u{1b}`.
pub(crate) fn escape_controls(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if steers_terminal(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Replaces control characters in rows of CSV by escapes, except tabs and line breaks, which separate cells and rows.
pub(crate) fn escape_controls_in_csv(csv: &[u8]) -> Vec<u8> {
    let csv = String::from_utf8_lossy(csv);
    let parts = csv.split_inclusive(['\t', '\n']).map(|part| match part.strip_suffix(['\t', '\n']) {
        Some(text) => escape_controls(text) + &part[text.len()..],
        None => escape_controls(part),
    });
    parts.collect::<String>().into_bytes()
}

/// Replaces control characters in JSON by JSON escapes. The values stay the same.
pub(crate) fn escape_controls_in_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if steers_terminal(character) && character != '\n' {
            // In JSON, these characters can occur only in strings, where an escape is valid. One escape is enough for
            // each, because all of them are in the basic multilingual plane.
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Returns true for control characters, which begin escape sequences, and for characters that reorder text or break a
/// line.
fn steers_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        for (text, shown) in [
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("two\r\nlines\t\u{7f}", "two\\u{d}\\u{a}lines\\u{9}\\u{7f}"),
            ("\u{202e}moc.elpmaxe", "\\u{202e}moc.elpmaxe"),
        ] {
            assert_eq!(escape_controls(text), shown);
        }
    }

    #[test]
    fn names_stay_as_they_are() {
        for name in ["Máret Åsgård", "Svart \"Sort\" <Oslo> AS", "\\", "名前", "👩\u{200d}🔬", ""] {
            assert_eq!(escape_controls(name), name);
        }
    }

    #[test]
    fn csv_keeps_its_cells_and_rows() {
        let csv = "a\tb\n\u{feff}Åse\t\u{1b}[2J\r\n\u{9b}";
        let shown = escape_controls_in_csv(csv.as_bytes());
        assert_eq!(shown, "a\tb\n\u{feff}Åse\t\\u{1b}[2J\\u{d}\n\\u{9b}".as_bytes());
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "a": "\u{1b}[2J\u{9b}\u{7f}\n\u{202e}\\", "b": ["Åse"] });
        let json = escape_controls_in_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(json.chars().all(|character| character == '\n' || !steers_terminal(character)), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
    }
}
