//! Reads the examples of a page.

use mediaconnect_contract::{Contract, Finding};

use super::super::fields::note;
use super::super::lines::Line;
use super::{PageEndpoint, is_status};

impl PageEndpoint {
    /// Reads the examples of the request and of the responses.
    pub(super) fn examples(&mut self, page: &str, lines: &[Line], notes: &mut Vec<Finding>) {
        let response =
            lines.iter().position(|line| line.text.contains("Response Example")).unwrap_or(lines.len());
        let mut status = None;
        let mut index = 0;
        while index < lines.len() {
            let text = lines[index].text.as_str();
            if index > response
                && let Some(found) = status_of_example(text)
            {
                status = Some(found);
            }
            // In a shell command, the body follows the option `--data` and a quotation mark.
            let open = text.find(['{', '[']).filter(|at| {
                *at == 0 || index < response && text.contains("--data") && text[..*at].ends_with('\'')
            });
            if let Some(at) = open {
                let (example, end) = example(page, &lines[index..], at);
                match (example, &status) {
                    (None, _) => {
                        let message = "this example is not JSON, and is not compared".to_owned();
                        notes.push(note(page, lines[index].number, message));
                    }
                    (Some(example), _) if index < response => self.request_example = Some(example),
                    (Some(example), Some(status)) => self.response_examples.push((status.clone(), example)),
                    (Some(_), None) => {}
                }
                index += end;
            }
            index += 1;
        }
    }
}

pub(super) fn is_example(text: &str) -> bool {
    text.contains("Request Example") || text.contains("Response Example")
}

/// Returns the status of `200 - Success`.
fn status_of_example(text: &str) -> Option<String> {
    let (status, _) = text.split_once(" - ")?;
    is_status(status).then(|| status.to_owned())
}

/// Returns the JSON that starts in the first line, and the index of its last line. The nodes have the line numbers of
/// the page.
fn example(page: &str, lines: &[Line], at: usize) -> (Option<Contract>, usize) {
    let mut number = lines[0].number;
    let mut text = "\n".repeat(number - 1);
    let before = text.len();
    let (mut depth, mut is_text, mut is_escaped) = (0usize, false, false);
    for (index, line) in lines.iter().enumerate() {
        // Empty lines are added, so that the line numbers of the JSON are those of the page.
        while number < line.number {
            text.push('\n');
            number += 1;
        }
        for c in line.text[if index == 0 { at } else { 0 }..].chars() {
            text.push(c);
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' if is_text => is_escaped = true,
                '"' => is_text = !is_text,
                '{' | '[' if !is_text => depth += 1,
                '}' | ']' if !is_text => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && !is_text {
                let is_json = serde_json::from_str::<serde_json::Value>(&text[before..]).is_ok();
                return (is_json.then(|| Contract::parse(page, &text).ok()).flatten(), index);
            }
        }
    }
    (None, 0)
}
