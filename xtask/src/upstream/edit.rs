//! Edits of the contract's text, line by line, so that its comments and order stay.

use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Field, Kind, Limits, Schema};
use serde_json::Value;

/// One edit of one schema of the contract.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    /// A new property of the object at the pointer; its lines, without indentation.
    Property { object: String, lines: Vec<String> },
    /// A new value of an enumeration.
    Value { schema: String, value: String },
    /// Another number behind a keyword.
    Limit { schema: String, keyword: &'static str, limit: String },
}

impl Edit {
    /// The path of the file that has the schema, and its text with the edit; or why it has no place there.
    pub(super) fn apply(&self, contract: &Contract) -> Result<(String, String), String> {
        let (Self::Property { object: schema, .. } | Self::Value { schema, .. } | Self::Limit { schema, .. }) =
            self;
        let file = contract.location(schema).file;
        let mut lines: Vec<String> = file.text().split('\n').map(str::to_owned).collect();
        match self {
            Self::Property { object, lines: new } => property(contract, object, new, &mut lines)?,
            Self::Value { schema, value } => self::value(contract, schema, value, &mut lines)?,
            Self::Limit { schema, keyword, limit } => {
                self::limit(contract, schema, keyword, limit, &mut lines)?;
            }
        }
        Ok((file.path().to_owned(), lines.join("\n")))
    }
}

/// Behind the last property of the object.
fn property(
    contract: &Contract,
    object: &str,
    new: &[String],
    lines: &mut Vec<String>,
) -> Result<(), String> {
    let pointer = format!("{object}/properties");
    let is_block = "its properties are not written one below the other";
    if contract.document().pointer(&pointer).is_none() {
        return Err("the object has no properties".to_owned());
    }
    let head = contract.line(&pointer);
    if !lines[head - 1].trim_end().ends_with("properties:") {
        return Err(is_block.to_owned());
    }
    let is_content = |line: &&String| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let Some(first) = lines[head..].iter().find(is_content) else { return Err(is_block.to_owned()) };
    let width = indentation(first);
    if width <= indentation(&lines[head - 1]) {
        return Err(is_block.to_owned());
    }
    // What is less indented is no property any more; comments before it belong to it.
    let below = lines[head..].iter().position(|line| is_content(&line) && indentation(line) < width);
    let mut end = below.map_or(lines.len(), |count| head + count);
    while lines[end - 1].trim().is_empty()
        || !is_content(&&lines[end - 1]) && indentation(&lines[end - 1]) < width
    {
        end -= 1;
    }
    let indented = new.iter().map(|line| " ".repeat(width) + line);
    lines.splice(end..end, indented.collect::<Vec<_>>());
    Ok(())
}

/// Behind the last value, in a list on one line or below each other.
fn value(contract: &Contract, schema: &str, value: &str, lines: &mut Vec<String>) -> Result<(), String> {
    let keyword = ["enum", "x-extensible-enum"].into_iter().find(|keyword| {
        contract.document().pointer(&format!("{schema}/{keyword}")).is_some_and(Value::is_array)
    });
    let Some(keyword) = keyword else { return Err("the schema has no list of values".to_owned()) };
    let value = scalar(value).ok_or("the value has characters that YAML must escape")?;
    let pointer = format!("{schema}/{keyword}");
    let line = contract.line(&pointer) - 1;
    let open = lines[line].find(&format!("{keyword}: [")).map(|at| at + keyword.len() + 3);
    if let Some(open) = open {
        let close = lines[line][open..].find(']').ok_or("its values are spread over several lines")?;
        lines[line].insert_str(open + close, &format!(", {value}"));
        return Ok(());
    }
    let count = contract.document().pointer(&pointer).and_then(Value::as_array).map_or(0, Vec::len);
    let last = contract.line(&format!("{pointer}/{}", count.saturating_sub(1))) - 1;
    if !lines[last].trim_start().starts_with("- ") {
        return Err("its values are not written one below the other".to_owned());
    }
    let new = format!("{}- {value}", " ".repeat(indentation(&lines[last])));
    lines.insert(last + 1, new);
    Ok(())
}

fn limit(
    contract: &Contract,
    schema: &str,
    keyword: &str,
    limit: &str,
    lines: &mut [String],
) -> Result<(), String> {
    let pointer = format!("{schema}/{keyword}");
    let Some(old) = contract.document().pointer(&pointer) else {
        return Err(format!("the schema itself has no {keyword}"));
    };
    let line = &mut lines[contract.line(&pointer) - 1];
    let before = format!("{keyword}: {old}");
    if line.matches(&before).count() != 1 {
        return Err(format!("the line does not have `{before}` once"));
    }
    *line = line.replace(&before, &format!("{keyword}: {limit}"));
    Ok(())
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A property of the contract that says what a field of upstream's is, or why a person must write it.
///
/// It counts as personal until somebody says otherwise, and has no description: the lint asks for one.
pub(super) fn lines(field: &Field) -> Result<Vec<String>, String> {
    if field.required {
        return Err("upstream requires it: decide what a program without it shall do".to_owned());
    }
    if field.deprecated {
        return Err("upstream already advises against it".to_owned());
    }
    let name = scalar(&field.wire_name).ok_or("its name has characters that YAML must escape")?;
    let mut inner = of_schema(&field.schema, true)?;
    if let Kind::List { items, .. } = &field.schema.kind {
        inner.push("items:".to_owned());
        inner.extend(of_schema(items, false)?.into_iter().map(|line| format!("  {line}")));
    }
    let head = std::iter::once(format!("{name}:"));
    Ok(head.chain(inner.into_iter().map(|line| format!("  {line}"))).collect())
}

fn of_schema(schema: &Schema, is_property: bool) -> Result<Vec<String>, String> {
    let kind = match &schema.kind {
        Kind::Text => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::List { .. } if is_property => "array",
        Kind::List { .. } => return Err("it is a list of lists".to_owned()),
        Kind::Object(_) | Kind::Map { .. } => {
            return Err("an object needs a schema of its own, with a name for Rust".to_owned());
        }
        Kind::Other(what) => return Err(format!("its schema has {what}")),
    };
    if !schema.values.is_empty() {
        return Err("an enumeration needs a schema of its own, with a name for Rust".to_owned());
    }
    if let Some(keyword) = schema.constraints.keys().next() {
        return Err(format!("its schema has {keyword}"));
    }
    if schema.default.is_some() {
        return Err("it has a default: decide whether the contract says so".to_owned());
    }
    let mut lines = vec![format!("type: {kind}")];
    if let Some(format) = &schema.format {
        lines.push(format!("format: {}", scalar(format).ok_or("its format is no word")?));
    }
    if is_property {
        lines.push("description: ''".to_owned());
    }
    lines.extend(limits(&schema.limits)?);
    if schema.nullable {
        lines.push("nullable: true".to_owned());
    }
    if is_property {
        lines.extend(["x-sensitivity: personal".to_owned(), "x-evidence: documented".to_owned()]);
    }
    Ok(lines)
}

fn limits(limits: &Limits) -> Result<Vec<String>, String> {
    let numbers = [
        ("minLength", limits.min_length.map(|limit| limit.to_string())),
        ("maxLength", limits.max_length.map(|limit| limit.to_string())),
        ("minimum", limits.minimum.map(|limit| limit.to_string())),
        ("maximum", limits.maximum.map(|limit| limit.to_string())),
        ("minItems", limits.min_items.map(|limit| limit.to_string())),
        ("maxItems", limits.max_items.map(|limit| limit.to_string())),
    ];
    let numbers = numbers.into_iter().filter_map(|(key, limit)| Some(format!("{key}: {}", limit?)));
    let mut lines: Vec<String> = numbers.collect();
    if let Some(pattern) = &limits.pattern {
        let pattern = quoted(pattern).ok_or("its pattern has characters that YAML must escape")?;
        lines.push(format!("pattern: {pattern}"));
    }
    Ok(lines)
}

/// A text as YAML: plain if it can be nothing but a text.
fn scalar(text: &str) -> Option<String> {
    const OTHERS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let is_plain = is_word && !OTHERS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { Some(text.to_owned()) } else { quoted(text) }
}

fn quoted(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control)).then(|| format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
schemas:
  A:
    type: object
    properties:
      a:
        type: string # short
        maxLength: 30
      # About b.
      b:
        description: >-
          Two
          lines.

  # About B.
  B:
    enum: [x, 'NO'] # two
  C:
    x-extensible-enum:
      - x
      - y # last
";

    fn apply(edit: &Edit) -> String {
        edit.apply(&Contract::parse("c.yaml", TEXT).unwrap()).unwrap().1
    }

    #[test]
    fn a_property_stands_behind_the_last_one_and_before_the_next_comment() {
        let edit = Edit::Property {
            object: "/schemas/A".to_owned(),
            lines: vec!["c:".to_owned(), "  type: string".to_owned()],
        };
        let expected = "          lines.\n      c:\n        type: string\n\n  # About B.\n";
        assert!(apply(&edit).contains(expected), "{}", apply(&edit));
    }

    #[test]
    fn values_are_added_in_both_styles_and_quoted_where_they_must_be() {
        let value =
            |schema: &str, value: &str| Edit::Value { schema: schema.to_owned(), value: value.to_owned() };
        assert!(apply(&value("/schemas/B", "z")).contains("enum: [x, 'NO', z] # two\n"));
        assert!(apply(&value("/schemas/C", "no")).contains("      - y # last\n      - 'no'\n"));
        assert!(apply(&value("/schemas/C", "it's")).contains("      - 'it''s'\n"));
    }

    #[test]
    fn a_limit_is_another_number_and_nothing_else() {
        let edit = Edit::Limit {
            schema: "/schemas/A/properties/a".to_owned(),
            keyword: "maxLength",
            limit: "40".to_owned(),
        };
        assert_eq!(apply(&edit), TEXT.replace("maxLength: 30", "maxLength: 40"));
    }

    #[test]
    fn what_has_no_place_is_refused_with_the_reason() {
        let contract = Contract::parse("c.yaml", "A: {properties: {a: {maxLength: 3}}}\n").unwrap();
        let property = Edit::Property { object: "/A".to_owned(), lines: Vec::new() };
        assert!(property.apply(&contract).unwrap_err().contains("one below the other"));
        let value = Edit::Value { schema: "/A".to_owned(), value: "x".to_owned() };
        assert!(value.apply(&contract).unwrap_err().contains("no list of values"));
    }
}
