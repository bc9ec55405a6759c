//! Writes the YAML lines of a new property for a field of upstream.

use mediaconnect_contract::outline::{Field, Kind, Limits, Schema};

/// Returns the YAML lines of a property for a field of upstream, without indentation.
///
/// The property is classified as personal until a person changes this. The description is left empty, so that the lint
/// asks a person to write it.
///
/// # Errors
/// Returns the reason why a person must write the property.
pub(super) fn lines(field: &Field) -> Result<Vec<String>, String> {
    if field.required {
        return Err(
            "upstream requires the field: decide what a program without a value for it must do".to_owned()
        );
    }
    if field.deprecated {
        return Err("upstream has already deprecated the field".to_owned());
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
        Kind::List { .. } => return Err("the field is a list of lists".to_owned()),
        Kind::Object(_) | Kind::Map { .. } => {
            return Err("an object needs a named schema, because it becomes a Rust type".to_owned());
        }
        Kind::Other(what) => return Err(format!("its schema has {what}")),
    };
    if !schema.values.is_empty() {
        return Err("an enumeration needs a named schema, because it becomes a Rust type".to_owned());
    }
    if let Some(keyword) = schema.constraints.keys().next() {
        return Err(format!("its schema has {keyword}"));
    }
    if schema.default.is_some() {
        return Err(
            "upstream documents a default: choose whether to copy the default into the contract".to_owned()
        );
    }
    let mut lines = vec![format!("type: {kind}")];
    if let Some(format) = &schema.format {
        lines.push(format!("format: {}", scalar(format).ok_or("its format is not a word")?));
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

/// Returns a string as YAML, or `None` if YAML must escape it. A single word is not quoted, unless YAML could read it
/// as another type, such as `null`.
pub(super) fn scalar(text: &str) -> Option<String> {
    const OTHERS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let is_plain = is_word && !OTHERS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { Some(text.to_owned()) } else { quoted(text) }
}

fn quoted(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control)).then(|| format!("'{}'", text.replace('\'', "''")))
}
