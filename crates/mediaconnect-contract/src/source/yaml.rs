//! Converts YAML to JSON and records the line of each node.

use std::borrow::Cow;

use saphyr::{MarkedYaml, Scalar, ScalarStyle, ScanError, YamlData, YamlLoader};
use saphyr_parser::Parser;
use serde_json::{Map, Value};

use super::{Nodes, Plain};
use crate::pointer::escape;

pub(super) struct YamlError {
    pub(super) line: usize,
    pub(super) pointer: String,
    pub(super) message: String,
    pub(super) help: &'static str,
}

impl YamlError {
    fn new(line: usize, pointer: String, message: String) -> Self {
        Self { line, pointer, message, help: "use only what JSON can express, and write each key once" }
    }
}

/// Parses a text with one YAML document.
pub(super) fn parse(text: &str) -> Result<(Value, Nodes), YamlError> {
    let text = without_surrogates(text);
    let documents = load(&text).map_err(|error| YamlError {
        line: error.marker().line(),
        pointer: String::new(),
        message: format!("invalid YAML: {}", error.info()),
        help: "fix the syntax at this line; the usual cause is the indentation",
    })?;
    let [document] = documents.as_slice() else {
        return Err(YamlError {
            line: 1,
            pointer: String::new(),
            message: format!("expected one document, found {}", documents.len()),
            help: "keep one document in the file",
        });
    };
    let mut converter = Converter::default();
    converter.nodes.lines.insert(String::new(), document.span.start.line());
    let value = converter.value(document, String::new())?;
    Ok((value, converter.nodes))
}

/// Decodes surrogate pairs. JSON writes some characters as a pair of `\u` escapes, but YAML does not support such
/// pairs.
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
        // Any other escape is copied unchanged, together with the character after the backslash. The second backslash
        // of `\\` is therefore not mistaken for the beginning of an escape.
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

/// Parses the documents of a text. Each scalar keeps its text as written in the file, and has no type yet.
fn load(text: &str) -> Result<Vec<MarkedYaml<'_>>, ScanError> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true)?;
    match loader.error() {
        Some(error) => Err(error.clone()),
        None => Ok(loader.into_documents()),
    }
}

#[derive(Default)]
struct Converter {
    nodes: Nodes,
}

impl Converter {
    fn value(&mut self, node: &MarkedYaml<'_>, pointer: String) -> Result<Value, YamlError> {
        let line = node.span.start.line();
        let not_json =
            |pointer| YamlError::new(line, pointer, "JSON cannot express this tag or alias".to_owned());
        match &node.data {
            YamlData::Representation(..) => {
                self.note_plain(node, &pointer, false);
                let value = scalar(node).ok_or_else(|| not_json(pointer))?;
                Ok(json_scalar(&value))
            }
            YamlData::Sequence(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    let at = format!("{pointer}/{index}");
                    self.nodes.lines.insert(at.clone(), item.span.start.line());
                    self.value(item, at)
                });
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            YamlData::Mapping(members) => {
                let mut map = Map::new();
                let mut merged = Vec::new();
                for (key, value) in members {
                    let line = key.span.start.line();
                    if let Some(members) = merged_members(key, value) {
                        merged.extend(members);
                        continue;
                    }
                    // A key may be an unquoted number, such as the HTTP status `200`.
                    let name = match scalar(key) {
                        Some(Scalar::String(name)) => name.into_owned(),
                        Some(Scalar::Integer(number)) => number.to_string(),
                        _ => return Err(YamlError::new(line, pointer, "a key is not a string".to_owned())),
                    };
                    let at = format!("{pointer}/{}", escape(&name));
                    if map.contains_key(&name) {
                        return Err(YamlError::new(line, at, format!("the key {name} is repeated")));
                    }
                    self.nodes.lines.insert(at.clone(), line);
                    self.note_plain(key, &at, true);
                    let value = self.value(value, at)?;
                    map.insert(name, value);
                }
                // A member of the mapping overrides a member of the same name that `<<` merges into the mapping. If
                // several merged members have the same name, the first one is used.
                for (name, value) in merged {
                    let at = format!("{pointer}/{}", escape(&name));
                    if !map.contains_key(&name) {
                        self.nodes.lines.insert(at.clone(), value.span.start.line());
                        let value = self.value(value, at)?;
                        map.insert(name, value);
                    }
                }
                Ok(Value::Object(map))
            }
            _ => Err(not_json(pointer)),
        }
    }

    fn note_plain(&mut self, node: &MarkedYaml<'_>, pointer: &str, is_key: bool) {
        if let YamlData::Representation(text, ScalarStyle::Plain, None) = &node.data
            && !is_unambiguous(text)
        {
            self.nodes.plain.push(Plain { pointer: pointer.to_owned(), text: text.to_string(), is_key });
        }
    }
}

/// Returns true if all YAML readers agree on the type of an unquoted scalar. For example, all of them read `true` as a
/// boolean.
fn is_unambiguous(text: &str) -> bool {
    text.len() > MAX_AMBIGUOUS && text.starts_with(|first: char| first.is_alphabetic())
}

/// The maximum length of an ambiguous word. YAML readers disagree on the type of such a word: for example, only some
/// readers read `yes` and `off` as strings.
const MAX_AMBIGUOUS: usize = 3;

/// Returns the members that a merge key (`<<`) adds. YAML 1.1 and many tools support this key.
fn merged_members<'n, 'y>(
    key: &MarkedYaml<'_>,
    value: &'n MarkedYaml<'y>,
) -> Option<Vec<(String, &'n MarkedYaml<'y>)>> {
    let is_merge =
        matches!(&key.data, YamlData::Representation(text, ScalarStyle::Plain, None) if text == "<<");
    let sources = match &value.data {
        _ if !is_merge => return None,
        YamlData::Mapping(_) => std::slice::from_ref(value),
        YamlData::Sequence(items) => items.as_slice(),
        _ => return None,
    };
    let mut members = Vec::new();
    for source in sources {
        let YamlData::Mapping(of_source) = &source.data else { return None };
        for (key, value) in of_source {
            match merged_members(key, value) {
                Some(inner) => members.extend(inner),
                None => members.push((scalar(key)?.as_str()?.to_owned(), value)),
            }
        }
    }
    Some(members)
}

/// Returns the scalar as YAML 1.2 reads it.
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
