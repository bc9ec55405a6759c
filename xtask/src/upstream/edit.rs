//! Edits the text of the contract. Comments and the order of keys are kept.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use mediaconnect_contract::pointer::escape;
use mediaconnect_contract::{Contract, File};
use serde_json::Value;

use super::new_property::scalar;

/// One edit of one schema of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Edit {
    /// Adds a property after the last property of the object at the pointer `object`. `lines` is the YAML of the
    /// property without indentation.
    Property { object: String, name: String, lines: Vec<String> },
    /// Adds a value after the last value of an enumeration.
    Value { schema: String, value: String },
    /// Replaces the number of a limit, such as `maxLength`.
    Limit { schema: String, keyword: &'static str, limit: String },
}

impl Edit {
    /// Returns the pointer of the node that the edit adds or changes.
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Property { object, name, .. } => format!("{object}/properties/{}", escape(name)),
            Self::Value { schema, .. } | Self::Limit { schema, .. } => schema.clone(),
        }
    }

    fn schema(&self) -> &str {
        let (Self::Property { object: schema, .. } | Self::Value { schema, .. } | Self::Limit { schema, .. }) =
            self;
        schema
    }
}

pub(super) struct Editor<'a> {
    contract: &'a Contract,
    /// The lines of each file, by its path.
    files: HashMap<&'a str, Lines<'a>>,
}

/// New text that replaces a range of bytes of a file.
#[derive(Debug)]
pub(super) struct Replacement {
    path: String,
    range: Range<usize>,
    text: String,
}

impl<'a> Editor<'a> {
    pub(super) fn new(contract: &'a Contract) -> Self {
        let files = contract.files().iter().map(|file| (file.path(), Lines::of(file.text())));
        Self { contract, files: files.collect() }
    }

    /// Returns the text replacement for an edit.
    ///
    /// # Errors
    /// Returns the reason if the edit cannot be made in the text.
    pub(super) fn replacement(&self, edit: &Edit) -> Result<Replacement, String> {
        let path = self.contract.location(edit.schema()).file.path();
        let lines = &self.files[path];
        let (range, text) = match edit {
            Edit::Property { object, lines: new, .. } => property(self.contract, object, new, lines)?,
            Edit::Value { schema, value } => self::value(self.contract, schema, value, lines)?,
            Edit::Limit { schema, keyword, limit } => {
                self::limit(self.contract, schema, keyword, limit, lines)?
            }
        };
        Ok(Replacement { path: path.to_owned(), range, text })
    }

    /// Applies all replacements, and parses the edited contract.
    ///
    /// # Errors
    /// Returns an error if two replacements change the same text, or if the result is not valid YAML.
    pub(super) fn apply<'r>(
        &self,
        replacements: impl IntoIterator<Item = &'r Replacement>,
    ) -> Result<Contract, String> {
        let mut by_file: BTreeMap<&str, Vec<&Replacement>> = BTreeMap::new();
        for one in replacements {
            by_file.entry(&one.path).or_default().push(one);
        }
        let mut files = Vec::new();
        for file in self.contract.files() {
            let mut text = String::new();
            let mut end = 0;
            let mut replacements = by_file.remove(file.path()).unwrap_or_default();
            // The sort is stable, which means that edits at the same position stay in the order in which they were
            // given.
            replacements.sort_by_key(|one| one.range.start);
            for one in replacements {
                if one.range.start < end {
                    return Err("another edit changes the same text".to_owned());
                }
                text.push_str(&file.text()[end..one.range.start]);
                text.push_str(&one.text);
                end = one.range.end;
            }
            text.push_str(&file.text()[end..]);
            files.push(File { path: file.path().to_owned(), name: file.name().to_owned(), text });
        }
        let mut files = files.into_iter();
        let first = files.next().ok_or("the contract has no file")?;
        Contract::of_files(first, files.collect())
            .map_err(|_| "the edited text is no longer valid YAML".to_owned())
    }
}

struct Lines<'a> {
    lines: Vec<&'a str>,
    /// The byte offset at which each line starts. The last element is one more than the length of the text.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.split('\n').collect();
        let mut starts = vec![0];
        for line in &lines {
            starts.push(starts[starts.len() - 1] + line.len() + 1);
        }
        Self { lines, starts }
    }

    /// Returns the replacement that adds lines before line `index`, counted from 0.
    fn insertion(&self, index: usize, lines: &[String]) -> (Range<usize>, String) {
        if index < self.lines.len() {
            (self.starts[index]..self.starts[index], lines.iter().map(|line| line.clone() + "\n").collect())
        } else {
            // The lines are added after the last line of the text, which has no line break. Each new line therefore
            // starts with a line break.
            let end = self.starts[index] - 1;
            (end..end, lines.iter().map(|line| "\n".to_owned() + line).collect())
        }
    }
}

/// Returns the replacement that adds a property after the last property of an object.
fn property(
    contract: &Contract,
    object: &str,
    new: &[String],
    text: &Lines<'_>,
) -> Result<(Range<usize>, String), String> {
    let lines = &text.lines;
    let pointer = format!("{object}/properties");
    let is_block = "the object's properties are not on separate lines";
    if contract.document().pointer(&pointer).is_none() {
        return Err("the object has no properties".to_owned());
    }
    let head = contract.line(&pointer);
    if !lines[head - 1].trim_end().ends_with("properties:") {
        return Err(is_block.to_owned());
    }
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let Some(first) = lines[head..].iter().find(|line| is_content(line)) else {
        return Err(is_block.to_owned());
    };
    let width = indentation(first);
    if width <= indentation(lines[head - 1]) {
        return Err(is_block.to_owned());
    }
    // The properties end at the first line with less indentation. Comments directly before this line describe this
    // line, so the new property is added before them.
    let below = lines[head..].iter().position(|line| is_content(line) && indentation(line) < width);
    let mut end = below.map_or(lines.len(), |count| head + count);
    while lines[end - 1].trim().is_empty()
        || !is_content(lines[end - 1]) && indentation(lines[end - 1]) < width
    {
        end -= 1;
    }
    let indented: Vec<String> = new.iter().map(|line| " ".repeat(width) + line).collect();
    Ok(text.insertion(end, &indented))
}

/// Returns the replacement that adds a value after the last value of a list. The list may be on one line, or have one
/// value per line.
fn value(
    contract: &Contract,
    schema: &str,
    value: &str,
    text: &Lines<'_>,
) -> Result<(Range<usize>, String), String> {
    let keyword = ["enum", "x-extensible-enum"].into_iter().find(|keyword| {
        contract.document().pointer(&format!("{schema}/{keyword}")).is_some_and(Value::is_array)
    });
    let Some(keyword) = keyword else { return Err("the schema has no list of values".to_owned()) };
    let value = scalar(value).ok_or("the value has characters that YAML must escape")?;
    let pointer = format!("{schema}/{keyword}");
    let index = contract.line(&pointer) - 1;
    let line = text.lines[index];
    let open = line.find(&format!("{keyword}: [")).map(|at| at + keyword.len() + 3);
    if let Some(open) = open {
        let close = line[open..].find(']').ok_or("the list of values is spread over several lines")?;
        let at = text.starts[index] + open + close;
        return Ok((at..at, format!(", {value}")));
    }
    let count = contract.document().pointer(&pointer).and_then(Value::as_array).map_or(0, Vec::len);
    let last = contract.line(&format!("{pointer}/{}", count.saturating_sub(1))) - 1;
    if !text.lines[last].trim_start().starts_with("- ") {
        return Err("the values of the list are not on separate lines".to_owned());
    }
    let new = format!("{}- {value}", " ".repeat(indentation(text.lines[last])));
    Ok(text.insertion(last + 1, &[new]))
}

/// Returns the replacement that changes the number after a keyword, such as `maxLength`.
fn limit(
    contract: &Contract,
    schema: &str,
    keyword: &str,
    limit: &str,
    text: &Lines<'_>,
) -> Result<(Range<usize>, String), String> {
    let pointer = format!("{schema}/{keyword}");
    let Some(old) = contract.document().pointer(&pointer) else {
        return Err(format!("the schema has no {keyword} of its own, so the limit cannot be edited"));
    };
    let index = contract.line(&pointer) - 1;
    let before = format!("{keyword}: {old}");
    let mut found = text.lines[index].match_indices(&before);
    let (Some((at, _)), None) = (found.next(), found.next()) else {
        return Err(format!(
            "the line of {keyword} does not contain `{before}` exactly once, so the limit cannot be edited"
        ));
    };
    let at = text.starts[index] + at;
    Ok((at..at + before.len(), format!("{keyword}: {limit}")))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
