//! Names: what becomes a name in Rust.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use super::{Lint, rules};
use crate::outline::{Model, Operation, Scalar, is_keyword};

/// Methods that the generated client has besides those of the operations, as progenitor writes it or as it is rewritten.
const TAKEN: [&str; 8] = ["new", "new_with_client", "of", "api_version", "baseurl", "client", "inner", "url"];

/// Rust names, and where in the contract each came first.
pub(super) type Names = BTreeMap<String, String>;

impl Lint<'_> {
    pub(super) fn operation_id(&mut self, operation: &Operation, names: &mut Names) {
        let (id, name) = (&operation.id, operation.rust_name());
        let is_name = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        let wrong = if !is_name {
            format!("{id:?} is no name for a Rust method")
        } else if is_keyword(&name) || TAKEN.contains(&name.as_str()) {
            format!("{id} would be the method {name}, which is a keyword or a method that each client has")
        } else if let Some(first) = names.insert(name.clone(), id.clone()) {
            format!("{id} is the method {name}, and so is {first}")
        } else {
            return;
        };
        self.report(
            &operation.pointer,
            &rules::OPERATION_ID,
            wrong,
            "give each operation its own operationId in camelCase: letters and digits, a verb first",
        );
    }

    pub(super) fn field_names(&mut self, model: &Model) {
        let mut names = Names::new();
        for field in &model.fields {
            let (name, wire_name) = (&field.rust_name, &field.wire_name);
            let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.is_ascii();
            let wrong = if !is_name {
                format!("{wire_name:?} makes no name for a Rust field")
            } else if let Some(first) = names.insert(name.clone(), wire_name.clone()) {
                format!("{wire_name} is the field {name}, and so is {first}")
            } else {
                continue;
            };
            self.report(
                &field.pointer,
                &rules::FIELD_NAME,
                wrong,
                "teach mediaconnect-contract a name for it, since the name on the wire is upstream's",
            );
        }
    }

    pub(super) fn variant_names(&mut self, scalar: &Scalar) {
        let mut names = Names::new();
        for value in &scalar.schema.values {
            let name = value.to_upper_camel_case();
            let wrong = if name.is_empty() || !name.is_ascii() {
                format!("{value:?} makes no name for a Rust variant")
            } else if let Some(first) = names.insert(name.clone(), value.clone())
                && first != *value
            {
                format!("{value} is the variant {name}, and so is {first}")
            } else {
                continue;
            };
            self.report(
                &scalar.pointer,
                &rules::VARIANT_NAME,
                wrong,
                "teach mediaconnect-codegen a name for it, since the value on the wire is upstream's",
            );
        }
    }

    /// `x-enum-descriptions`: of values that are listed.
    #[cfg(feature = "lint")]
    pub(super) fn enum_descriptions(&mut self) {
        for scalar in &self.outline.scalars {
            let described =
                scalar.schema.extensions.get("x-enum-descriptions").and_then(serde_json::Value::as_object);
            for (value, _) in described.into_iter().flatten() {
                if !scalar.schema.values.contains(value) {
                    self.report(
                        &format!("{}/x-enum-descriptions/{}", scalar.pointer, crate::contract::escape(value)),
                        &rules::ENUM_DESCRIPTIONS,
                        format!("{value} is described, but is not a value"),
                        "delete it, or add the value",
                    );
                }
            }
        }
    }

    /// `x-aliases`: other spellings, each of one value that is listed.
    pub(super) fn aliases(&mut self, scalar: &Scalar) {
        let schema = &scalar.schema;
        let mut seen: Vec<&str> = schema.values.iter().map(String::as_str).collect();
        for (value, others) in schema.aliases() {
            let twice = others.iter().find(|other| seen.contains(other));
            let wrong = if !schema.values.iter().any(|listed| listed == value) {
                format!("{value} has other spellings, but is not listed")
            } else if let Some(twice) = twice {
                format!("{twice} is a spelling of {value}, and something else")
            } else {
                seen.extend(others);
                continue;
            };
            self.report(
                &format!("{}/x-aliases", scalar.pointer),
                &rules::ALIASES,
                wrong,
                "write x-aliases: {LISTED_VALUE: [another spelling, ...]}",
            );
        }
    }

    /// Arguments of a method and fields of its struct, beside the body.
    pub(super) fn parameter_names(&mut self, operation: &Operation) {
        let mut names = Names::from([("body".to_owned(), "the body".to_owned())]);
        for parameter in &operation.parameters {
            let (name, wire_name) = (&parameter.field.rust_name, &parameter.field.wire_name);
            let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.is_ascii();
            let wrong = if !is_name {
                format!("{wire_name:?} makes no name for a Rust field")
            } else if let Some(first) = names.insert(name.clone(), wire_name.clone())
                // That it is declared twice is a rule of its own.
                && first != *wire_name
            {
                format!("{wire_name} is the field {name}, and so is {first}")
            } else {
                continue;
            };
            self.report(
                &parameter.field.pointer,
                &rules::FIELD_NAME,
                wrong,
                "teach mediaconnect-contract a name for it, since the name on the wire is upstream's",
            );
        }
    }

    pub(super) fn type_name(&mut self, pointer: &str, name: &str) {
        let is_name = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_name || is_keyword(name) {
            self.report(
                pointer,
                &rules::SCHEMA_NAME,
                format!("{name} is no name for a Rust type"),
                "use UpperCamelCase: letters and digits",
            );
        }
    }
}
