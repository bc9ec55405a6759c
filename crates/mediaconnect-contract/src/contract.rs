//! A contract: one joined document with the original location of each node.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::fingerprint::fingerprint;
use crate::join;
use crate::origins::Origins;
use crate::pointer::{escape, resolve};
use crate::rules::Rule;
use crate::source::{File, Source};

/// An OpenAPI 3.0 document with the location of each node.
///
/// Pointers refer to the joined document, which has the paths of all files under `/paths` and the components of all
/// files under `/components`. Each operation includes the defaults of `x-operation-defaults`.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The files of the contract, at least one. The first file refers to the others.
    pub(crate) sources: Vec<Source>,
    pub(crate) document: Value,
    pub(crate) origins: Origins,
    /// Errors found while joining the files. The lint reports them.
    pub(crate) problems: Vec<(&'static Rule, Finding)>,
}

/// The location of a node. `Display` shows it as `file:line`.
#[derive(Clone, Debug)]
pub struct Location<'a> {
    /// The file.
    pub file: &'a Source,
    /// The line, counted from 1.
    pub line: usize,
    /// The JSON pointer of the node in the file.
    pub pointer: String,
}

impl Contract {
    /// Reads a contract from a file. If the file refers to groups, also reads the files in `groups`, which is a
    /// directory next to the file.
    ///
    /// # Errors
    /// Returns a finding if a file cannot be read, or if its YAML has no equivalent JSON.
    pub fn load(path: &Path) -> Result<Self, Findings> {
        let (first, groups) = File::on_disk(path, &path.display().to_string())?;
        Self::of_files(first, groups)
    }

    /// Reads a contract from a text. Findings show `name` as the file.
    ///
    /// # Errors
    /// Returns a finding if the text is not YAML, if a key is repeated, or if the YAML has no equivalent JSON. For
    /// example, JSON has no equivalent of a custom tag or of a second document.
    pub fn parse(name: &str, text: &str) -> Result<Self, Findings> {
        let path = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        Self::of_files(File { path, name: name.to_owned(), text: text.to_owned() }, Vec::new())
    }

    /// Reads a contract from the first file and its groups. If the first file refers to no group, `groups` is ignored.
    ///
    /// # Errors
    /// Returns a finding for each file whose YAML has no equivalent JSON. The lint reports all other errors.
    pub fn of_files(first: File, groups: Vec<File>) -> Result<Self, Findings> {
        let mut sources = vec![Source::read(first)?];
        if join::names_groups(&sources[0]) {
            let mut findings = Vec::new();
            for group in groups {
                match Source::read(group) {
                    Ok(source) => sources.push(source),
                    Err(wrong) => findings.extend(wrong.iter().cloned()),
                }
            }
            Findings::none_of(findings)?;
        }
        let join::Joined { document, origins, problems } = join::join(&sources);
        Ok(Self { sources, document, origins, problems })
    }

    /// Creates a contract from a document in memory, for example one that was converted from a web page.
    ///
    /// `lines` maps the pointer of each node to the line in the original.
    #[must_use]
    pub fn made(name: &str, document: Value, lines: HashMap<String, usize>) -> Self {
        let file = File { path: name.to_owned(), name: name.to_owned(), text: String::new() };
        Self {
            sources: vec![Source::made(file, document.clone(), lines)],
            document,
            origins: Origins::default(),
            problems: Vec::new(),
        }
    }

    /// Returns this contract with a new text for one of its files.
    ///
    /// # Errors
    /// Returns a finding if the text is not YAML, or if JSON cannot express it.
    pub fn with_text(&self, path: &str, text: &str) -> Result<Self, Findings> {
        let mut files = self
            .sources
            .iter()
            .map(|source| source.file.clone())
            .map(|file| if file.path == path { File { text: text.to_owned(), ..file } } else { file });
        match files.next() {
            Some(first) => Self::of_files(first, files.collect()),
            None => Ok(self.clone()),
        }
    }

    /// Returns a contract with `document` in place of this contract's document. `lines` maps the pointers of `document`
    /// to lines of the first file.
    pub(crate) fn rewritten(&self, document: Value, lines: HashMap<String, usize>) -> Self {
        Self {
            sources: vec![self.sources[0].with_lines(lines)],
            document,
            origins: Origins::default(),
            problems: self.problems.clone(),
        }
    }

    /// Returns the name of the contract in findings: usually the path of the first file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.sources[0].name()
    }

    /// Returns the files of the contract. The first file refers to the others.
    #[must_use]
    pub fn files(&self) -> &[Source] {
        &self.sources
    }

    /// Returns the fingerprint of all files.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(self.sources.iter().map(Source::text))
    }

    /// Returns the joined document as JSON. Keys keep the order of the files.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the location of a node. If the node does not exist, returns the location of its nearest parent.
    #[must_use]
    pub fn location(&self, pointer: &str) -> Location<'_> {
        let (index, pointer) = self.origins.of(pointer);
        let file = &self.sources[index];
        Location { line: file.line(&pointer), file, pointer }
    }

    /// Returns the line of a node, counted from 1. If the node does not exist, returns the line of its nearest
    /// parent.
    #[must_use]
    pub fn line(&self, pointer: &str) -> usize {
        self.location(pointer).line
    }

    /// Follows `$ref` until it reaches a node that is not a reference. Returns this node and its pointer.
    ///
    /// Returns `None` if a reference has no target, points outside the contract, or is part of a cycle.
    #[must_use]
    pub fn resolve<'a>(&'a self, pointer: &str) -> Option<(String, &'a Value)> {
        resolve(&self.document, pointer)
    }

    /// Returns the `example` of a media type or a parameter. If there is none, returns the first of the `examples`.
    #[must_use]
    pub fn example(&self, pointer: &str) -> Option<&Value> {
        let (pointer, node) = self.resolve(pointer)?;
        if let Some(example) = node.get("example") {
            return Some(example);
        }
        let (name, _) = node.get("examples")?.as_object()?.iter().next()?;
        self.resolve(&format!("{pointer}/examples/{}", escape(name)))?.1.get("value")
    }

    /// Returns the `x-odd-examples` of a media type. These examples violate the schema, but the client can still decode
    /// them.
    #[must_use]
    pub fn odd_examples(&self, pointer: &str) -> &[Value] {
        let found = self.resolve(pointer).and_then(|(_, node)| node.get("x-odd-examples")?.as_array());
        found.map_or(&[], Vec::as_slice)
    }

    /// Returns a finding for a node. `pointer` refers to the joined document. The finding shows the file, line and
    /// pointer of the original node.
    #[must_use]
    pub fn finding(&self, pointer: &str, rule: &'static str, message: String, help: &str) -> Finding {
        let Location { file, pointer, .. } = self.location(pointer);
        file.finding(&pointer, rule, message, help)
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.name(), self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_of_references_has_no_target() {
        let yaml = "a:\n  $ref: '#/b'\nb:\n  $ref: '#/a'\n";
        assert!(Contract::parse("c.yaml", yaml).unwrap().resolve("/a").is_none());
    }
}
