//! Reads the lines of an HTML page as a browser shows them.
//!
//! The HTML is only split into tokens. No tree is built, so memory and time are linear in the size of the page.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::lines::{Line, joined};

/// The inline tags. All other tags end a line.
const INLINE: [&str; 12] =
    ["b", "strong", "i", "em", "u", "code", "small", "sub", "sup", "mark", "abbr", "wbr"];

/// The tags whose text is invisible.
const HIDDEN: [&str; 5] = ["script", "style", "noscript", "template", "title"];

/// Returns the visible lines of a page without the empty ones. [`Line::number`] is the line of the HTML file on which
/// the text starts.
pub(super) fn lines(html: &str) -> Vec<Line> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    page.end_line();
    joined(page.lines.into_iter())
}

pub(super) fn is_html(text: &str) -> bool {
    let start: String = text.trim_start_matches('\u{feff}').trim_start().chars().take(16).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

#[derive(Default)]
struct Sink(RefCell<Collector>);

#[derive(Default)]
struct Collector {
    lines: Vec<Line>,
    text: String,
    /// The number of the line where `text` starts.
    number: usize,
    /// One flag for each open list: true if the list has bullets. Numbered lists are breadcrumbs on upstream's pages,
    /// so their items do not count as list items.
    lists: Vec<bool>,
    /// True if the next line starts an item of a list.
    is_item: bool,
    /// The number of open `pre` tags.
    preformatted: usize,
    hidden: Option<String>,
}

impl Collector {
    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.text);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            let is_item = std::mem::take(&mut self.is_item);
            self.lines.push(Line { number: self.number, depth: 2 * self.lists.len(), is_item, text: words });
        }
    }

    fn text(&mut self, text: &str, number: usize) {
        // The tokenizer gives the number of the line at which this text ends. Subtracting the line breaks gives the
        // number of the line at which the text begins.
        let mut number = number.saturating_sub(text.matches('\n').count());
        for part in text.split_inclusive('\n') {
            if self.text.trim().is_empty() {
                self.number = number;
            }
            self.text.push_str(part);
            if part.ends_with('\n') {
                number += 1;
                if self.preformatted > 0 {
                    self.end_line();
                }
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let is_start = tag.kind == TagKind::StartTag;
        if self.hidden.as_deref() == Some(name) && !is_start {
            self.hidden = None;
            return TokenSinkResult::Continue;
        }
        if self.hidden.is_some() || self.preformatted > 0 && name == "span" || INLINE.contains(&name) {
            return TokenSinkResult::Continue;
        }
        self.end_line();
        match name {
            "ul" | "ol" => {
                if is_start {
                    self.lists.push(name == "ul");
                } else {
                    self.lists.pop();
                }
                self.is_item = false;
            }
            "li" => self.is_item = is_start && self.lists.last() == Some(&true),
            "pre" if is_start => self.preformatted += 1,
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ if is_start && HIDDEN.contains(&name) && !tag.self_closing => {
                self.hidden = Some(name.to_owned());
                return match name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "noscript" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return page.tag(&tag),
            Token::CharacterTokens(text) if page.hidden.is_none() => {
                page.text(&text, usize::try_from(line_number).unwrap_or(usize::MAX));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_what_a_browser_shows_with_the_lines_of_the_file() {
        let html = "<!DOCTYPE html>\n<title>T</title><script>a < b\n<p>no</p></script>\n<ul><li>One\n<ul><li><a>Two</a> <span>GET</span>\n\
                    </li></ul></li></ul><ol><li>Three</li></ol><p>A <b>bold</b>\nword &lt;= 3</p><pre>{\n  \"<span>a</span>\": 1\n}</pre>\
                    <div>&lt;=</div><div>30 items</div>";
        let lines: Vec<_> =
            lines(html).into_iter().map(|line| (line.number, line.depth, line.is_item, line.text)).collect();
        let line = |number, depth, is_item, text: &str| (number, depth, is_item, text.to_owned());
        let expected = [
            line(4, 2, true, "One"),
            line(5, 4, true, "Two"),
            line(5, 4, false, "GET"),
            line(6, 2, false, "Three"),
            line(6, 0, false, "A bold word <= 3"),
            line(7, 0, false, "{"),
            line(8, 0, false, "\"a\": 1"),
            line(9, 0, false, "}"),
            line(9, 0, false, "<= 30 items"),
        ];
        assert_eq!(lines, expected);
    }
}
