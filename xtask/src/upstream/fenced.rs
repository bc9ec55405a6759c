//! Reads OpenAPI documents from the fenced blocks of a Markdown page.

use mediaconnect_contract::{Contract, Finding};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// Returns the documents of a page, with the line numbers of the page, and a finding for each skipped block.
pub(super) fn documents(name: &str, page: &str) -> (Vec<Contract>, Vec<Finding>) {
    let (mut documents, mut notes) = (Vec::new(), Vec::new());
    for block in blocks(page) {
        // Empty lines are added before the block, so that its line numbers are those of the page.
        let text = "\n".repeat(block.line - 1) + &block.text;
        let note = |message: String| Finding {
            file: name.to_owned(),
            line: block.line,
            pointer: String::new(),
            rule: "not-understood",
            message,
            help: "if it is an OpenAPI document, add its `openapi` version, and fix its syntax".to_owned(),
        };
        match Contract::parse(name, &text) {
            Ok(contract) if contract.document().get("openapi").is_some() => documents.push(contract),
            Ok(_) if block.is_labelled => {
                notes.push(note("this block is not an OpenAPI document, and is skipped".to_owned()));
            }
            Err(findings) if block.is_labelled => {
                let first = findings.iter().next();
                let (line, why) =
                    first.map_or((block.line, ""), |first| (first.line, first.message.as_str()));
                notes.push(Finding {
                    line,
                    ..note(format!("this block cannot be read, and is skipped: {why}"))
                });
            }
            _ => {}
        }
    }
    (documents, notes)
}

struct Block {
    /// The first line of the text, counted from 1.
    line: usize,
    text: String,
    /// True if the fence has the label YAML, JSON or OpenAPI.
    is_labelled: bool,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new(page).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(label))) => {
                let language = label.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
                let is_labelled = matches!(language.as_str(), "yaml" | "yml" | "json" | "openapi");
                let line = 2 + page[..range.start].matches('\n').count();
                open = (is_labelled || language.is_empty()).then_some(Block {
                    line,
                    text: String::new(),
                    is_labelled,
                });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.text.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Title\n\nWords.\n\n````yaml\nopenapi: 3.0.1\npaths: {}\n````\n\n- in a list:\n\n  \
                        ```json\n  {\"openapi\": \"3.1.0\",\n   \"paths\": {}}\n  ```\n\n```shell\ncurl\n```\n";

    #[test]
    fn each_block_has_the_lines_of_the_page() {
        let (documents, notes) = documents("page.md", PAGE);
        let lines: Vec<usize> = documents.iter().map(|document| document.line("/paths")).collect();
        assert_eq!((lines, notes.len()), (vec![7, 14], 0));
    }

    #[test]
    fn a_block_that_is_not_a_document_is_reported_with_its_line() {
        let (documents, notes) =
            documents("page.md", "# A\n```yaml\na: 1\n```\n```json\n{\"a\": [1\n```\n```\na: 1\n```\n");
        let lines: Vec<usize> = notes.iter().map(|note| note.line).collect();
        assert!(documents.is_empty() && lines[0] == 3 && lines[1] >= 6 && lines.len() == 2, "{notes:?}");
    }
}
