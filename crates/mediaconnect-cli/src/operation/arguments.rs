//! Converts the arguments of a command to a request.
//!
//! Numbers keep their digits. No message quotes a value.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use mediaconnect::operations::{Operation, OperationInfo, ParameterInfo, ValueKind};
use mediaconnect::{Found, Rule, Violation};
use mediaconnect_api::types::WIRE_NAMES;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use serde_path_to_error::{Segment, Track};

use super::OperationCall;
use super::command::{BODY, argument_name, has_argument, id};
use crate::failure::Failure;
use crate::json_file;
use crate::secret_file;
use crate::spaced_numbers::{without_grouping, without_spaces};

type Raw = Box<RawValue>;

impl OperationCall {
    pub(super) fn operation<O: Operation + DeserializeOwned + Serialize>(
        &self,
        secret_file: Option<&Path>,
    ) -> Result<O, Failure> {
        let document = self.document(secret_file)?;
        let operation: O = read(&document, self.info)?;
        operation.validate().map_err(|violations| self.refused(violations.as_slice()))?;
        Ok(operation)
    }

    /// Returns the failure for values that break the contract's rules. The failure uses the names that users know.
    pub(super) fn refused(&self, violations: &[Violation]) -> Failure {
        Failure::invalid(violations, |field| name_of(self.info, field))
    }

    /// Returns the arguments as a JSON object. The object has one member for each given parameter, and the member
    /// `body` if the operation has a body.
    pub(super) fn document(&self, secret_file: Option<&Path>) -> Result<String, Failure> {
        let mut members: BTreeMap<&str, Raw> = BTreeMap::new();
        let mut violations = Vec::new();
        for parameter in self.info.parameters {
            match value(&self.matches, parameter) {
                Some(Ok(value)) => drop(members.insert(parameter.name, value)),
                Some(Err(violation)) => violations.push(violation),
                None => {}
            }
        }
        if let Some(fields) = self.info.body {
            let mut body = self.body(secret_file)?;
            for field in fields.iter().filter(|field| has_argument(field)) {
                match value(&self.matches, field) {
                    Some(Ok(value)) => {
                        body = with_field(&body, field.name, value).ok_or_else(|| self.no_object(field))?;
                    }
                    Some(Err(violation)) => violations.push(violation),
                    None => {}
                }
            }
            members.insert("body", body);
        }
        if !violations.is_empty() {
            return Err(self.refused(&violations));
        }
        Ok(serde_json::to_string(&members).expect("a map of JSON values can be serialized"))
    }

    fn body(&self, secret_file: Option<&Path>) -> Result<Raw, Failure> {
        match self.matches.get_one::<PathBuf>(BODY) {
            Some(path) => {
                secret_file::check_stdin(secret_file, "--body", path)?;
                json_file::read(path, "--body")
            }
            None => Ok(raw("{}")),
        }
    }

    fn no_object(&self, field: &ParameterInfo) -> Failure {
        let option = argument_name(self.info, field);
        Failure::usage(
            format!(
                "{option} sets a field of a JSON object, but the --body file has a value of another type there"
            ),
            format!("correct the file, or remove {option}"),
        )
    }
}

/// Returns the value of an argument as JSON; `None` if the argument was not given.
fn value(matches: &ArgMatches, parameter: &ParameterInfo) -> Option<Result<Raw, Violation>> {
    let mut values = matches.get_many::<String>(&id(parameter))?.map(|text| scalar(text, parameter));
    if !parameter.repeated {
        return values.next();
    }
    let values: Result<Vec<Raw>, Violation> = values.collect();
    Some(values.map(|values| to_raw_value(&values).expect("a list of JSON values can be serialized")))
}

fn scalar(text: &str, parameter: &ParameterInfo) -> Result<Raw, Violation> {
    // Removes the spaces that users write in phone numbers and customer numbers. The contract does not allow spaces
    // there.
    let tidy = match parameter.format {
        Some("e164") => Some(without_spaces(text)),
        _ if parameter.name.ends_with("ustomerNumber") => Some(without_grouping(text)),
        _ => None,
    };
    let text = tidy.as_deref().unwrap_or(text);
    match parameter.kind {
        ValueKind::Text => Ok(to_raw_value(text).expect("a text can be written as JSON")),
        ValueKind::Integer => integer(text).map(|digits| raw(&digits)).ok_or_else(|| {
            let found =
                if text.is_empty() { Found::Nothing } else { Found::Characters(text.chars().count()) };
            Violation::new(parameter.name, range(parameter), found)
        }),
        // These texts are valid JSON, because clap's value parsers have already checked them.
        ValueKind::Number | ValueKind::Boolean | ValueKind::Json => Ok(raw(text)),
    }
}

/// Returns a whole number without leading zeros, which JSON does not allow.
fn integer(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    Some(if digits.is_empty() { "0".to_owned() } else { format!("{sign}{digits}") })
}

fn range(parameter: &ParameterInfo) -> Rule {
    Rule::Range { min: parameter.minimum, max: parameter.maximum }
}

fn raw(json: &str) -> Raw {
    RawValue::from_string(json.to_owned()).expect("the text is valid JSON")
}

/// Sets a field, which may be nested; `None` if a parent of the field is not an object.
fn with_field(object: &RawValue, path: &str, value: Raw) -> Option<Raw> {
    let mut members: BTreeMap<String, Raw> = serde_json::from_str(object.get()).ok()?;
    let (name, value) = match path.split_once('.') {
        None => (path, value),
        Some((name, rest)) => {
            let inner = members.remove(name).filter(|inner| inner.get() != "null");
            (name, with_field(&inner.unwrap_or_else(|| raw("{}")), rest, value)?)
        }
    };
    members.insert(name.to_owned(), value);
    to_raw_value(&members).ok()
}

/// Deserializes the operation. Unknown fields are an error here. In responses they are ignored.
fn read<O: DeserializeOwned + Serialize>(document: &str, info: &OperationInfo) -> Result<O, Failure> {
    let unknown = RefCell::new(Vec::new());
    let mut track = Track::new();
    let mut json = serde_json::Deserializer::from_str(document);
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let operation = serde_ignored::deserialize(tracked, |path| unknown.borrow_mut().push(object_of(&path)));
    let operation = operation.map_err(|_| misfit(document, track, info))?;
    if let Some(object) = unknown.into_inner().first() {
        return Err(unknown_field(object, info));
    }
    let given: Value = serde_json::from_str(document).unwrap_or_default();
    if !has_the_lists_of(&serde_json::to_value(&operation).unwrap_or_default(), &given) {
        return Err(Failure::invalid_field(
            "--body: the file has a list where the contract expects a value of another type",
        ));
    }
    Ok(operation)
}

/// Returns the path of the object that contains an unknown field. The path does not include the field itself, because
/// its name may be personal data.
fn object_of(path: &serde_ignored::Path<'_>) -> String {
    let object = match path {
        serde_ignored::Path::Map { parent, .. } => parent.to_string(),
        other => other.to_string(),
    };
    // Removes the mark `.?`, which serde_ignored adds to a path after an optional value. Users would not understand it.
    object.replace(".?", "")
}

/// Compares the document `given` with `read`, the value parsed from this document. Returns false if the document has a
/// list where the parsed value has none. serde does not report this mistake, because serde can read a struct from a
/// list.
fn has_the_lists_of(read: &Value, given: &Value) -> bool {
    match (given, read) {
        (Value::Array(given), Value::Array(read)) => {
            given.iter().zip(read).all(|(given, read)| has_the_lists_of(read, given))
        }
        (Value::Object(given), Value::Object(read)) => {
            given.iter().all(|(name, given)| read.get(name).is_none_or(|read| has_the_lists_of(read, given)))
        }
        (Value::Array(_), _) => false,
        _ => true,
    }
}

fn unknown_field(object: &str, info: &OperationInfo) -> Failure {
    let prefix = match object.trim_start_matches("body").trim_start_matches('.') {
        "" => String::new(),
        path => format!("{path}."),
    };
    let names = info.body.unwrap_or_default().iter().filter_map(|field| field.name.strip_prefix(&prefix));
    let mut names: Vec<&str> = names.map(|name| name.split('.').next().unwrap_or(name)).collect();
    names.dedup();
    let next = match names.as_slice() {
        [] => "remove it, or correct its name".to_owned(),
        names => format!("remove it, or correct its name; the known names are {}", names.join(", ")),
    };
    let object = if prefix.is_empty() { "--body" } else { prefix.trim_end_matches('.') };
    Failure::usage(format!("{object} has a field that the contract does not define"), next)
}

/// Returns the failure for a value of the wrong type.
fn misfit(document: &str, track: Track, info: &OperationInfo) -> Failure {
    // A key that is not in the contract is shown as `?`, because the key may be personal data.
    let is_known = |key: &str| key == "body" || WIRE_NAMES.contains(&key) || parameter(info, key).is_some();
    let path = track.path();
    let found = found_at(&path, document);
    let steps = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("[{index}]"),
        Segment::Map { key } => format!(".{}", if is_known(key) { key } else { "?" }),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    let path = steps.collect::<String>().trim_start_matches('.').to_owned();
    let field = path.strip_prefix("body.").unwrap_or(&path);
    let parameter = parameter(info, field).filter(|parameter| parameter.kind == ValueKind::Integer);
    if let (Some(parameter), Some(found)) = (parameter, found) {
        let violation = Violation::new(field, range(parameter), found);
        return Failure::invalid(&[violation], |field| name_of(info, field));
    }
    Failure::invalid_field(&format!("{}: the contract expects a value of another type", name_of(info, field)))
}

/// Returns the type of the value at a path; `None` if the value cannot be found.
fn found_at(path: &serde_path_to_error::Path, document: &str) -> Option<Found> {
    let document: Value = serde_json::from_str(document).ok()?;
    let value = path.iter().try_fold(&document, |value, segment| match segment {
        Segment::Seq { index } => value.get(index),
        Segment::Map { key } => value.get(key),
        Segment::Enum { .. } | Segment::Unknown => None,
    })?;
    Some(match value {
        Value::Null => Found::Nothing,
        Value::Bool(_) => Found::Kind("a boolean"),
        Value::Number(_) => Found::Number,
        Value::String(_) => Found::Kind("a string"),
        Value::Array(_) => Found::Kind("a list"),
        Value::Object(_) => Found::Kind("an object"),
    })
}

fn parameter(info: &OperationInfo, field: &str) -> Option<&'static ParameterInfo> {
    info.parameters.iter().chain(info.body.unwrap_or_default()).find(|one| one.name == field)
}

/// Returns the name that users know for a field: its argument, or its path in the body if it has no argument.
fn name_of(info: &OperationInfo, field: &str) -> String {
    let (name, index) = field.find('[').map_or((field, ""), |at| field.split_at(at));
    match parameter(info, name) {
        Some(parameter) if has_argument(parameter) && !index.contains('.') => {
            argument_name(info, parameter) + index
        }
        _ if name == "body" => format!("--body{index}"),
        _ => field.to_owned(),
    }
}
