//! A file of a contract: its text, its JSON, and the line of each node.

mod yaml;

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::groups;
use crate::rules;

/// A file of a contract before it is parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path from the contract's directory, with slashes: `connect.yaml`, `groups/customer.yaml`.
    pub path: String,
    /// The name that findings show for the file. It is usually the path of the file, relative to the workspace.
    pub name: String,
    /// The text.
    pub text: String,
}

impl File {
    /// Reads the contract at `path`, and the files in the directory `groups` next to it. Findings show `name` instead
    /// of `path`.
    ///
    /// # Errors
    /// Returns a finding if a file cannot be read.
    pub fn on_disk(path: &Path, name: &str) -> Result<(Self, Vec<Self>), Findings> {
        let read = |path: &Path, name: String, below: String| match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { path: below, name, text }),
            Err(error) => Err(unreadable(&name, &error)),
        };
        let below = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let first = read(path, name.to_owned(), below)?;
        let names =
            groups::names(path).map_err(|error| unreadable(&sibling(name, groups::DIRECTORY), &error))?;
        let groups =
            names.into_iter().map(|below| read(&path.with_file_name(&below), sibling(name, &below), below));
        Ok((first, groups.collect::<Result<_, _>>()?))
    }
}

/// Returns `path`, joined to the directory of the file `name`.
#[must_use]
pub fn sibling(name: &str, path: &str) -> String {
    let directory = name.rfind(['/', '\\']).map_or("", |end| &name[..=end]);
    format!("{directory}{path}")
}

fn unreadable(name: &str, error: &std::io::Error) -> Findings {
    Findings::from(Finding {
        file: name.to_owned(),
        line: 1,
        pointer: String::new(),
        rule: "readable",
        message: format!("cannot read the contract: {error}"),
        help: "check that the path is correct and that the file is UTF-8 text".to_owned(),
    })
}

/// A parsed file of a contract.
#[derive(Clone, Debug)]
pub struct Source {
    pub(crate) file: File,
    pub(crate) document: Value,
    nodes: Nodes,
}

/// The lines and the unquoted scalars of a file.
#[derive(Clone, Debug, Default)]
struct Nodes {
    /// The line of each node, by its pointer.
    lines: HashMap<String, usize>,
    plain: Vec<Plain>,
}

/// An unquoted scalar as written in the file. Its type may depend on the YAML version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The JSON pointer of the value. A key has the pointer of its value.
    pub pointer: String,
    /// The text as written in the file.
    pub text: String,
    /// True if the scalar is a key.
    pub is_key: bool,
}

impl Source {
    /// Parses a file.
    ///
    /// # Errors
    /// Returns a finding if the text is not exactly one YAML document, if a key is repeated, or if JSON cannot express
    /// a part of the document, such as a custom tag.
    pub(crate) fn read(file: File) -> Result<Self, Findings> {
        let (document, nodes) = yaml::parse(&file.text).map_err(|error| {
            Findings::from(Finding {
                file: file.name.clone(),
                line: error.line,
                pointer: error.pointer,
                rule: rules::YAML.name,
                message: error.message,
                help: error.help.to_owned(),
            })
        })?;
        Ok(Self { file, document, nodes })
    }

    /// Creates a source for a document that was not read from YAML.
    pub(crate) fn made(file: File, document: Value, lines: HashMap<String, usize>) -> Self {
        Self { file, document, nodes: Nodes { lines, plain: Vec::new() } }
    }

    /// Returns a copy of this file with other line numbers, for a document that was converted from the file. `lines`
    /// maps the JSON pointers of that document to lines of the file.
    pub(crate) fn with_lines(&self, lines: HashMap<String, usize>) -> Self {
        // The copy has no list of unquoted scalars, because their pointers do not match the converted document.
        Self { nodes: Nodes { lines, plain: Vec::new() }, ..self.clone() }
    }

    /// Returns the path from the contract's directory, with slashes.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// Returns the name that findings show for the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns the unquoted keys and values whose type may depend on the YAML reader, in the order of the file.
    #[must_use]
    pub fn plain_scalars(&self) -> &[Plain] {
        &self.nodes.plain
    }

    /// Returns the line of a node, counted from 1. If the node does not exist, returns the line of its nearest
    /// parent.
    pub(crate) fn line(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.nodes.lines.get(pointer) {
                return *line;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }

    pub(crate) fn finding(&self, pointer: &str, rule: &'static str, message: String, help: &str) -> Finding {
        Finding {
            file: self.file.name.clone(),
            line: self.line(pointer),
            pointer: pointer.to_owned(),
            rule,
            message,
            help: help.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;

    const SMALL: &str = "openapi: 3.0.3\ninfo:\n  title: T\n  list:\n    - a: 1\n    - b: '2'\n";

    #[test]
    fn keeps_order_and_values() {
        let contract = Contract::parse("c.yaml", SMALL).unwrap();
        let keys: Vec<_> = contract.document().as_object().unwrap().keys().collect();
        assert_eq!(keys, ["openapi", "info"]);
        assert_eq!(contract.document().pointer("/info/list/1/b").unwrap(), "2");
    }

    #[test]
    fn a_missing_node_has_the_line_of_its_parent() {
        let contract = Contract::parse("c.yaml", SMALL).unwrap();
        assert_eq!(contract.line("/info/list"), 4);
        assert_eq!(contract.line("/info/list/1/b"), 6);
        assert_eq!(contract.line("/info/list/1/none/deeper"), 6);
    }

    #[test]
    fn broken_yaml_is_a_finding_with_its_line() {
        let error = Contract::parse("c.yaml", "a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        let finding = error.iter().next().unwrap();
        assert_eq!((finding.file.as_str(), finding.rule), ("c.yaml", "yaml"));
        assert!(finding.line >= 2, "{finding}");
    }

    #[test]
    fn json_with_tabs_and_surrogate_pairs_is_read() {
        let text = "{\n\t\"a\": \"a\\/b \\ud83d\\ude00 \\u00f8\",\n\t\"b\": \"\\\\ud83d\\\\ude00\"\n}\n";
        let contract = Contract::parse("c.json", text).unwrap();
        assert_eq!(contract.document()["a"], "a/b \u{1f600} ø");
        assert_eq!(contract.document()["b"], r"\ud83d\ude00");
        assert_eq!(contract.line("/b"), 3);
    }

    #[test]
    fn a_repeated_key_is_refused() {
        let error = Contract::parse("c.yaml", "a: 1\na: 2\n").unwrap_err();
        assert!(error.to_string().contains("uplicate"), "{error}");
    }

    #[test]
    fn a_key_repeated_in_another_spelling_is_refused() {
        let error = Contract::parse("c.yaml", "a:\n  200: x\n  '200': y\n").unwrap_err();
        let finding = error.iter().next().unwrap();
        assert_eq!((finding.line, finding.pointer.as_str()), (3, "/a/200"), "{finding}");
    }

    #[test]
    fn a_tab_is_refused_with_its_line() {
        let error = Contract::parse("c.yaml", "a:\n\tb: 1\n").unwrap_err();
        assert_eq!(error.iter().next().unwrap().line, 2, "{error}");
    }

    #[test]
    fn unquoted_scalars_that_may_not_be_strings_are_listed() {
        let yaml =
            "å: [NO, 'NO', \"NO\", 0179 ]\nyes: |\n  text\nb: two  words # c\nc: >-\n  more\nd:\n- 12:30\n";
        let contract = Contract::parse("c.yaml", yaml).unwrap();
        let plain: Vec<_> = contract.files()[0]
            .plain_scalars()
            .iter()
            .map(|plain| (plain.pointer.as_str(), plain.text.as_str()))
            .collect();
        let expected = [
            ("/å", "å"),
            ("/å/0", "NO"),
            ("/å/3", "0179"),
            ("/yes", "yes"),
            ("/b", "b"),
            ("/c", "c"),
            ("/d", "d"),
            ("/d/0", "12:30"),
        ];
        assert_eq!(plain, expected);
    }
}
