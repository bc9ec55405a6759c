//! A contract as it was read: one document, whatever the number of its files, and where each of its nodes stands.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::fingerprint::fingerprint;
use crate::join::{self, Origins};
use crate::lint::rules::Rule;
use crate::source::{File, Source};

/// An OpenAPI 3.0 document and where each of its nodes stands.
///
/// Pointers are those of the joined document: each path is at its place under `/paths`, each component under
/// `/components`, in whatever file it is written, and each operation has the defaults of `x-operation-defaults`.
#[derive(Clone, Debug)]
pub struct Contract {
    /// At least one; the first one is the file that names the others.
    pub(crate) sources: Vec<Source>,
    pub(crate) document: Value,
    pub(crate) origins: Origins,
    /// What is wrong with the way that the files are joined; the lint reports it.
    pub(crate) problems: Vec<(&'static Rule, Finding)>,
}

/// Where a node is written. Displays as `file:line`.
#[derive(Clone, Debug)]
pub struct Location<'a> {
    /// The file.
    pub file: &'a Source,
    /// The line, counted from 1.
    pub line: usize,
    /// JSON pointer into the file.
    pub pointer: String,
}

impl Contract {
    /// Reads a contract from a file, and from those of the directory `groups` beside it if the file refers to them.
    ///
    /// # Errors
    /// When a file cannot be read, or is no YAML that maps to JSON.
    pub fn load(path: &Path) -> Result<Self, Findings> {
        let (first, groups) = File::on_disk(path, &path.display().to_string())?;
        Self::of_files(first, groups)
    }

    /// Reads a contract from its text; `name` is what findings call it.
    ///
    /// # Errors
    /// When the text is no YAML, or holds what JSON cannot: several documents, tags, keys that are no text.
    pub fn parse(name: &str, text: &str) -> Result<Self, Findings> {
        let path = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        Self::of_files(File { path, name: name.to_owned(), text: text.to_owned() }, Vec::new())
    }

    /// Reads a contract from its files. Groups count only if the first file refers to one.
    ///
    /// # Errors
    /// When a file is no YAML that maps to JSON. What else is wrong, the lint reports.
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
        Ok(join::joined(sources))
    }

    /// Creates a contract from a document that was read from something else than YAML: a web page, for example.
    ///
    /// `lines` has the line of each node in what was read, by its pointer.
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

    /// The same contract with another text in one of its files.
    ///
    /// # Errors
    /// When the text is no YAML that maps to JSON.
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

    /// The same contract with another document, whose nodes have these lines of the first file.
    pub(crate) fn rewritten(&self, document: Value, lines: HashMap<String, usize>) -> Self {
        Self {
            sources: vec![self.sources[0].with_lines(lines)],
            document,
            origins: Origins::default(),
            problems: self.problems.clone(),
        }
    }

    /// Returns what findings call the contract: usually the path of its first file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.sources[0].name()
    }

    /// The files that it was read from; the first one names the others.
    #[must_use]
    pub fn files(&self) -> &[Source] {
        &self.sources
    }

    /// The fingerprint of all files.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(self.sources.iter().map(Source::text))
    }

    /// The whole document as JSON, its keys in the order of the files.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Where a node is written; of a node that does not exist, where the nearest parent is.
    #[must_use]
    pub fn location(&self, pointer: &str) -> Location<'_> {
        let (index, pointer) = self.origins.of(pointer);
        let file = &self.sources[index];
        Location { line: file.line(&pointer), file, pointer }
    }

    /// The line of a node in its file, counted from 1; that of the nearest parent when the node does not exist.
    #[must_use]
    pub fn line(&self, pointer: &str) -> usize {
        self.location(pointer).line
    }

    /// Follows `$ref` until it reaches something that is none, and returns its pointer with it.
    ///
    /// `None` for a reference that leads nowhere, out of the contract, or in a circle.
    #[must_use]
    pub fn resolve<'a>(&'a self, pointer: &str) -> Option<(String, &'a Value)> {
        resolve(&self.document, pointer)
    }

    /// Returns the example of a media type or a parameter: its `example`, or the first of its `examples`.
    #[must_use]
    pub fn example(&self, pointer: &str) -> Option<&Value> {
        let (pointer, node) = self.resolve(pointer)?;
        if let Some(example) = node.get("example") {
            return Some(example);
        }
        let (name, _) = node.get("examples")?.as_object()?.iter().next()?;
        self.resolve(&format!("{pointer}/examples/{}", escape(name)))?.1.get("value")
    }

    /// Returns the odd examples of a media type (`x-odd-examples`): responses that break its schema, and are read all the same.
    #[must_use]
    pub fn odd_examples(&self, pointer: &str) -> &[Value] {
        let found = self.resolve(pointer).and_then(|(_, node)| node.get("x-odd-examples")?.as_array());
        found.map_or(&[], Vec::as_slice)
    }

    /// A finding at a pointer of this contract. It has the file, line and pointer where the node is written.
    #[must_use]
    pub fn finding(&self, pointer: &str, rule: &'static str, message: String, remedy: &str) -> Finding {
        let Location { file, pointer, .. } = self.location(pointer);
        file.finding(&pointer, rule, message, remedy)
    }
}

/// Follows `$ref` within a document, as [`Contract::resolve`] does.
pub(crate) fn resolve<'a>(document: &'a Value, pointer: &str) -> Option<(String, &'a Value)> {
    let mut pointer = pointer.to_owned();
    for _ in 0..32 {
        let node = node_at(document, &pointer)?;
        match node.get("$ref") {
            None => return Some((pointer, node)),
            Some(target) => target.as_str()?.strip_prefix('#')?.clone_into(&mut pointer),
        }
    }
    None
}

/// Returns the node at a pointer: what `Value::pointer` does, which copies each step twice.
pub(crate) fn node_at<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    if pointer.is_empty() {
        return Some(document);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(document, |node, step| match node {
        Value::Object(members) if step.contains('~') => {
            members.get(&step.replace("~1", "/").replace("~0", "~"))
        }
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.name(), self.line)
    }
}

/// Where a schema leads that only says more of another one: `allOf: [{$ref: …}]` with words, `deprecated` or extensions.
///
/// It is how OpenAPI 3.0 says something of one place of a shared schema, since it ignores what stands beside a `$ref`.
#[must_use]
pub fn annotated_reference(node: &Value) -> Option<&str> {
    let members = node.as_object()?;
    let [part] = members.get("allOf")?.as_array()?.as_slice() else { return None };
    let says_more = |key: &String| {
        matches!(key.as_str(), "allOf" | "description" | "deprecated") || key.starts_with("x-")
    };
    members.keys().all(says_more).then(|| part.get("$ref")?.as_str()).flatten()
}

/// One step of a JSON pointer, escaped as RFC 6901 wants it.
#[must_use]
pub fn escape(step: &str) -> String {
    if step.contains(['~', '/']) { step.replace('~', "~0").replace('/', "~1") } else { step.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_of_references_is_no_endless_loop() {
        let yaml = "a:\n  $ref: '#/b'\nb:\n  $ref: '#/a'\n";
        assert!(Contract::parse("c.yaml", yaml).unwrap().resolve("/a").is_none());
    }
}
