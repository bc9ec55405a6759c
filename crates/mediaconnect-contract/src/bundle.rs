//! Writes a contract as one file, for tools that read a single document.

use std::fmt::Write;

use serde_json::Value;

use crate::contract::Contract;

impl Contract {
    /// Returns the joined document as YAML. Each operation includes the defaults of `x-operation-defaults`, and each
    /// reference points into this document.
    ///
    /// The output depends only on the contract. Comments are dropped. A string is quoted if any YAML reader could
    /// misread it.
    #[must_use]
    pub fn bundle(&self) -> String {
        let mut yaml = String::new();
        node(&mut yaml, self.document(), 0);
        yaml
    }
}

/// Writes an object or a list, with one line for each member or item.
fn node(yaml: &mut String, value: &Value, depth: usize) {
    let indentation = "  ".repeat(depth);
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let _ = write!(yaml, "{indentation}{}:", text(key));
                member(yaml, value, depth);
            }
        }
        Value::Array(items) => {
            for item in items {
                let _ = write!(yaml, "{indentation}-");
                let start = yaml.len();
                if is_block(item) {
                    node(yaml, item, depth + 1);
                    // Removes the line break and the indentation, so that the first key follows the hyphen.
                    yaml.replace_range(start..=start + indentation.len(), "");
                } else {
                    member(yaml, item, depth);
                }
            }
        }
        _ => {}
    }
}

fn member(yaml: &mut String, value: &Value, depth: usize) {
    if is_block(value) {
        yaml.push('\n');
        node(yaml, value, depth + 1);
        return;
    }
    let scalar = match value {
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::String(value) => text(value),
        other => other.to_string(),
    };
    let _ = writeln!(yaml, " {scalar}");
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// Returns a string as YAML. The string is quoted if YAML 1.1 or YAML 1.2 could misread it without quotes.
fn text(text: &str) -> String {
    const OTHERS: [&str; 12] =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];
    let is_plain = |c: char| c.is_alphanumeric() || " _-.,;/()'$".contains(c);
    let starts_plain = text.starts_with(|first: char| first.is_alphabetic() || "/$".contains(first));
    if starts_plain
        && text.chars().all(is_plain)
        && !text.ends_with(' ')
        && !OTHERS.contains(&text.to_ascii_lowercase().as_str())
    {
        return text.to_owned();
    }
    let is_escaped = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if !text.chars().any(is_escaped) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '"' | '\\' => quoted.extend(['\\', c]),
            c if is_escaped(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::*;

    fn bundle(document: &Value) -> String {
        Contract::parse("c.json", &document.to_string()).unwrap().bundle()
    }

    #[test]
    fn a_document_is_written_block_by_block() {
        let document =
            json!({ "a": { "b": [1, { "c": "NO", "d": [] }, [true, null]], "200": "it's: so" }, "e": {} });
        let yaml = "a:\n  b:\n    - 1\n    - c: 'NO'\n      d: []\n    - - true\n      - null\n  '200': 'it''s: so'\ne: {}\n";
        assert_eq!(bundle(&document), yaml);
    }

    fn values() -> impl Strategy<Value = Value> {
        let scalars = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[-+0-9:._nNyYeExo~#&*!|>'\"%@` ]{0,8}".prop_map(Value::from),
        ];
        scalars.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_bundle_is_read_back_unchanged(value in values()) {
            let document = json!({ "value": value });
            let mut yaml = String::new();
            node(&mut yaml, &document, 0);
            let read = Contract::parse("c.yaml", &yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
            prop_assert_eq!(read.document(), &document, "{}", yaml);
        }
    }
}
