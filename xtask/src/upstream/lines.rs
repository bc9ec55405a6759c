//! The visible lines of a saved page.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The line of the file, counted from 1.
    pub(super) number: usize,
    /// The indentation.
    pub(super) depth: usize,
    /// True if the line is an item of a list.
    pub(super) is_item: bool,
    pub(super) text: String,
}

const BULLETS: [char; 4] = ['•', '◦', '▪', '○'];

/// Returns the lines of a text that are not empty.
pub(super) fn of_text(text: &str) -> Vec<Line> {
    let lines = text.lines().enumerate().map(|(index, line)| {
        let line = line.replace('\u{a0}', " ");
        let rest = line.trim_start();
        let item = rest.strip_prefix(BULLETS);
        Line {
            number: index + 1,
            depth: line.len() - rest.len(),
            is_item: item.is_some(),
            text: item.unwrap_or(rest).trim().to_owned(),
        }
    });
    joined(lines.filter(|line| !line.text.is_empty()))
}

/// Joins a line that has only a sign, such as a coloured dot or `<=`, with the next line.
pub(super) fn joined(lines: impl Iterator<Item = Line>) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    for line in lines {
        match all.last_mut() {
            Some(before) if is_sign(&before.text) && !line.is_item => {
                before.text = format!("{} {}", before.text, line.text);
            }
            _ => all.push(line),
        }
    }
    all
}

fn is_sign(text: &str) -> bool {
    matches!(text, "<=" | ">=" | "<" | ">") || after_dot(text) == Some("")
}

/// Returns the text after the coloured dot that marks a status. Any symbol counts, because upstream may choose others.
pub(super) fn after_dot(text: &str) -> Option<&str> {
    // Symbols and emoji, without the private-use characters of icon fonts. U+FE0F selects the emoji form of a symbol.
    let is_symbol = |c: char| matches!(c, '●' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f300}'..='\u{1faff}');
    Some(text.strip_prefix(is_symbol)?.trim_start_matches('\u{fe0f}').trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_number_depth_and_bullet_and_a_sign_joins_the_next_line() {
        let lines = of_text("A\n\n  • B\u{a0}C\n<=\n30 characters\n🟢\n200\n");
        let seen: Vec<_> =
            lines.iter().map(|line| (line.number, line.depth, line.is_item, line.text.as_str())).collect();
        let expected = [
            (1, 0, false, "A"),
            (3, 2, true, "B C"),
            (4, 0, false, "<= 30 characters"),
            (6, 0, false, "🟢 200"),
        ];
        assert_eq!(seen, expected);
    }
}
