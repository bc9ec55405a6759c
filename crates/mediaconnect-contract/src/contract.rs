//! A contract as it was read: the document, and the line of each of its nodes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use saphyr::{MarkedYaml, Scalar, ScalarStyle, ScanError, YamlData, YamlLoader};
use saphyr_parser::Parser;
use serde_json::{Map, Value};

use crate::finding::{Finding, Findings};

/// An OpenAPI 3.0 document and where each of its nodes stands.
#[derive(Clone, Debug)]
pub struct Contract {
    name: String,
    text: String,
    document: Value,
    nodes: Nodes,
}

/// What is known of the nodes of a document besides their values.
#[derive(Clone, Debug, Default)]
struct Nodes {
    /// The line of each, by its pointer.
    lines: HashMap<String, usize>,
    plain: Vec<Plain>,
}

/// A scalar without quotes, as it was written: what it means depends on who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// JSON pointer of the node; for a key, that of its value.
    pub pointer: String,
    /// What stands in the file.
    pub text: String,
    /// Whether it is a key.
    pub is_key: bool,
}

impl Contract {
    /// Reads a contract from a file.
    ///
    /// # Errors
    /// When the file cannot be read, or is no YAML that maps to JSON.
    pub fn load(path: &Path) -> Result<Self, Findings> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&name, &text),
            Err(error) => Err(Findings::from(Finding {
                file: name,
                line: 1,
                pointer: String::new(),
                rule: "readable",
                message: format!("the contract cannot be read: {error}"),
                remedy: "check the path, and that it is a text file in UTF-8".to_owned(),
            })),
        }
    }

    /// Reads a contract from its text; `name` is what findings call it.
    ///
    /// # Errors
    /// When the text is no YAML, or holds what JSON cannot: several documents, tags, keys that are no text.
    pub fn parse(name: &str, text: &str) -> Result<Self, Findings> {
        let refuse = |line: usize, pointer: &str, message: String, remedy: &str| {
            Findings::from(Finding {
                file: name.to_owned(),
                line,
                pointer: pointer.to_owned(),
                rule: "yaml",
                message,
                remedy: remedy.to_owned(),
            })
        };
        let yaml = without_surrogates(text);
        let documents = load(&yaml).map_err(|error| {
            refuse(
                error.marker().line(),
                "",
                format!("this is no YAML: {}", error.info()),
                "mend the syntax at this line; indentation is the usual cause",
            )
        })?;
        let [document] = documents.as_slice() else {
            return Err(refuse(
                1,
                "",
                format!("one document is expected, there are {}", documents.len()),
                "keep one document in the file",
            ));
        };
        let mut reading = Reading::default();
        let document = reading.value(document, String::new()).map_err(|(line, pointer, message)| {
            refuse(line, &pointer, message, "write what JSON can express, and each key once")
        })?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), document, nodes: reading.nodes })
    }

    /// The same contract with another document: its nodes keep the lines that their pointers have here.
    #[must_use]
    pub fn with_document(&self, document: Value) -> Self {
        Self { document, ..self.clone() }
    }

    /// The same contract with another document, whose nodes have these lines.
    pub(crate) fn rewritten(&self, document: Value, lines: HashMap<String, usize>) -> Self {
        // Pointers of plain scalars would lead elsewhere.
        Self { document, nodes: Nodes { lines, plain: Vec::new() }, ..self.clone() }
    }

    /// What findings call the contract: usually its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole document as JSON, its keys in the order of the file.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The keys and values that stand without quotes, in the order of the file.
    #[must_use]
    pub fn plain_scalars(&self) -> &[Plain] {
        &self.nodes.plain
    }

    /// The line of a node, counted from 1; that of the nearest parent when the node does not exist.
    #[must_use]
    pub fn line(&self, pointer: &str) -> usize {
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

    /// Follows `$ref` until it reaches something that is none, and returns its pointer with it.
    ///
    /// `None` for a reference that leads nowhere, out of the document, or in a circle.
    #[must_use]
    pub fn resolve<'a>(&'a self, pointer: &str) -> Option<(String, &'a Value)> {
        let mut pointer = pointer.to_owned();
        for _ in 0..32 {
            let node = self.document.pointer(&pointer)?;
            match node.get("$ref") {
                None => return Some((pointer, node)),
                Some(target) => target.as_str()?.strip_prefix('#')?.clone_into(&mut pointer),
            }
        }
        None
    }

    /// A finding at a pointer of this contract.
    #[must_use]
    pub fn finding(&self, pointer: &str, rule: &'static str, message: String, remedy: &str) -> Finding {
        Finding {
            file: self.name.clone(),
            line: self.line(pointer),
            pointer: pointer.to_owned(),
            rule,
            message,
            remedy: remedy.to_owned(),
        }
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
    step.replace('~', "~0").replace('/', "~1")
}

/// JSON writes characters beyond 16 bits as two escapes, which YAML, otherwise its superset, does not know.
fn without_surrogates(text: &str) -> Cow<'_, str> {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') || !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let units = unit(escape).zip(escape.get(6..).and_then(unit));
        let character = units.and_then(|(high, low)| char::decode_utf16([high, low]).next()?.ok());
        let character = character.filter(|character| character.len_utf16() == 2);
        // What is no pair is copied with the character behind the backslash, which may be another backslash.
        let length =
            if character.is_some() { 12 } else { 1 + escape[1..].chars().next().map_or(0, char::len_utf8) };
        match character {
            Some(character) => plain.push(character),
            None => plain.push_str(&escape[..length]),
        }
        rest = &escape[length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

type Refusal = (usize, String, String);

/// The documents of a text, their scalars as they were written.
fn load(text: &str) -> Result<Vec<MarkedYaml<'_>>, ScanError> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true)?;
    match loader.error() {
        Some(error) => Err(error.clone()),
        None => Ok(loader.into_documents()),
    }
}

/// The way from YAML to JSON.
#[derive(Default)]
struct Reading {
    nodes: Nodes,
}

impl Reading {
    fn value(&mut self, node: &MarkedYaml<'_>, pointer: String) -> Result<Value, Refusal> {
        let line = node.span.start.line();
        self.nodes.lines.entry(pointer.clone()).or_insert(line);
        let no_json = "a YAML tag, or an alias that JSON has no form for";
        match &node.data {
            YamlData::Representation(..) => {
                self.note_plain(node, &pointer, false);
                let value = scalar(node).ok_or((line, pointer, no_json.to_owned()))?;
                Ok(json_scalar(&value))
            }
            YamlData::Sequence(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| self.value(item, format!("{pointer}/{index}")));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            YamlData::Mapping(members) => {
                let mut map = Map::new();
                for (key, value) in members {
                    let line = key.span.start.line();
                    // A status written as 200 instead of '200' is a key all the same.
                    let name = match scalar(key) {
                        Some(Scalar::String(name)) => name.into_owned(),
                        Some(Scalar::Integer(number)) => number.to_string(),
                        _ => return Err((line, pointer, "a key is no text".to_owned())),
                    };
                    let at = format!("{pointer}/{}", escape(&name));
                    if map.contains_key(&name) {
                        return Err((line, at, format!("the key {name} is given twice")));
                    }
                    self.nodes.lines.insert(at.clone(), line);
                    self.note_plain(key, &at, true);
                    let value = self.value(value, at)?;
                    map.insert(name, value);
                }
                Ok(Value::Object(map))
            }
            _ => Err((line, pointer, no_json.to_owned())),
        }
    }

    fn note_plain(&mut self, node: &MarkedYaml<'_>, pointer: &str, is_key: bool) {
        if let YamlData::Representation(text, ScalarStyle::Plain, None) = &node.data {
            self.nodes.plain.push(Plain { pointer: pointer.to_owned(), text: text.to_string(), is_key });
        }
    }
}

/// What YAML 1.2 reads where this stands.
fn scalar<'a>(node: &MarkedYaml<'a>) -> Option<Scalar<'a>> {
    match &node.data {
        YamlData::Representation(text, style, tag) => {
            Scalar::parse_from_cow_and_metadata(text.clone(), *style, tag.as_ref())
        }
        _ => None,
    }
}

fn json_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::from(*value),
        Scalar::FloatingPoint(value) => Value::from(value.0),
        Scalar::String(value) => Value::from(value.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "openapi: 3.0.3\ninfo:\n  title: T\n  list:\n    - a: 1\n    - b: '2'\n";

    #[test]
    fn keeps_order_and_values() {
        let contract = Contract::parse("c.yaml", SMALL).unwrap();
        let keys: Vec<_> = contract.document().as_object().unwrap().keys().collect();
        assert_eq!(keys, ["openapi", "info"]);
        assert_eq!(contract.document().pointer("/info/list/1/b").unwrap(), "2");
    }

    #[test]
    fn knows_the_line_of_a_node_and_of_a_missing_one() {
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
    fn json_is_read_with_tabs_and_escapes_of_two_halves() {
        let text = "{\n\t\"a\": \"a\\/b \\ud83d\\ude00 \\u00f8\",\n\t\"b\": \"\\\\ud83d\\\\ude00\"\n}\n";
        let contract = Contract::parse("c.json", text).unwrap();
        assert_eq!(contract.document()["a"], "a/b \u{1f600} ø");
        assert_eq!(contract.document()["b"], r"\ud83d\ude00");
        assert_eq!(contract.line("/b"), 3);
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        let error = Contract::parse("c.yaml", "a: 1\na: 2\n").unwrap_err();
        assert!(error.to_string().contains("uplicate"), "{error}");
    }

    #[test]
    fn a_key_given_twice_in_two_spellings_is_refused() {
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
    fn knows_what_stands_without_quotes() {
        let yaml =
            "å: [NO, 'NO', \"NO\", 0179 ]\nyes: |\n  text\nb: two  words # c\nc: >-\n  more\nd:\n- 12:30\n";
        let contract = Contract::parse("c.yaml", yaml).unwrap();
        let plain: Vec<_> = contract
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
            ("/b", "two  words"),
            ("/c", "c"),
            ("/d", "d"),
            ("/d/0", "12:30"),
        ];
        assert_eq!(plain, expected);
    }

    #[test]
    fn a_circle_of_references_is_no_endless_loop() {
        let yaml = "a:\n  $ref: '#/b'\nb:\n  $ref: '#/a'\n";
        assert!(Contract::parse("c.yaml", yaml).unwrap().resolve("/a").is_none());
    }
}
