//! The rules for names that become Rust names.

use std::collections::BTreeMap;

use super::{Lint, rules};
use crate::outline::{Model, Operation, Scalar, is_keyword, variant_name};

/// The methods of the generated client that are not operations. progenitor generates some of them, and this project
/// adds the others.
const GENERATED_METHODS: [&str; 8] =
    ["new", "new_with_client", "of", "api_version", "baseurl", "client", "inner", "url"];

/// Maps each Rust name to the contract name that produced it first.
pub(super) type Names = BTreeMap<String, String>;

impl Lint<'_> {
    pub(super) fn operation_id(&mut self, operation: &Operation, names: &mut Names) {
        let (id, name) = (&operation.id, operation.rust_name());
        let is_name = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        let wrong = if !is_name {
            format!("{id:?} is not a valid name for a Rust method")
        } else if is_keyword(&name) || GENERATED_METHODS.contains(&name.as_str()) {
            format!(
                "{id} would become the method {name}, but this name is a Rust keyword or another method of the client"
            )
        } else if let Some(first) = names.insert(name.clone(), id.clone()) {
            format!("{id} and {first} would both become the method {name}")
        } else {
            return;
        };
        self.report(
            &operation.pointer,
            &rules::OPERATION_ID,
            wrong,
            "give each operation a unique operationId in camelCase that begins with a verb and has only letters and digits",
        );
    }

    pub(super) fn field_names(&mut self, model: &Model) {
        let mut names = Names::new();
        for field in &model.fields {
            let (name, wire_name) = (&field.rust_name, &field.wire_name);
            let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.is_ascii();
            let wrong = if !is_name {
                format!("{wire_name:?} cannot become a name for a Rust field")
            } else if let Some(first) = names.insert(name.clone(), wire_name.clone()) {
                format!("{wire_name} and {first} would both become the field {name}")
            } else {
                continue;
            };
            self.report(
                &field.pointer,
                &rules::FIELD_NAME,
                wrong,
                "the name on the wire cannot change, so map it to a different Rust name in mediaconnect-contract",
            );
        }
    }

    pub(super) fn variant_names(&mut self, scalar: &Scalar) {
        let mut names = Names::new();
        for value in &scalar.schema.values {
            let name = variant_name(value);
            let wrong = if !value.contains(char::is_alphanumeric) || !name.is_ascii() {
                format!("{value:?} cannot become a name for a Rust variant")
            } else if let Some(first) = names.insert(name.clone(), value.clone())
                && first != *value
            {
                format!("{value} and {first} would both become the variant {name}")
            } else {
                continue;
            };
            self.report(
                &scalar.pointer,
                &rules::VARIANT_NAME,
                wrong,
                "the value on the wire cannot change, so map it to a different Rust name in mediaconnect-codegen",
            );
        }
    }

    /// Checks that each alternative spelling in `x-aliases` belongs to exactly one listed value.
    pub(super) fn aliases(&mut self, scalar: &Scalar) {
        let schema = &scalar.schema;
        let mut seen: Vec<&str> = schema.values.iter().map(String::as_str).collect();
        for (value, others) in schema.aliases() {
            let twice = others.iter().find(|other| seen.contains(other));
            let wrong = if !schema.values.iter().any(|listed| listed == value) {
                format!("{value} is in x-aliases, but the enum does not list it")
            } else if let Some(twice) = twice {
                format!(
                    "{twice} cannot be a spelling of {value}, because {twice} is already in use as a value or a spelling"
                )
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

    /// Checks that the Rust names of parameters are valid and unique, and that none of them is `body`.
    pub(super) fn parameter_names(&mut self, operation: &Operation) {
        let mut names = Names::from([("body".to_owned(), "the body".to_owned())]);
        for parameter in &operation.parameters {
            let (name, wire_name) = (&parameter.field.rust_name, &parameter.field.wire_name);
            let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.is_ascii();
            let wrong = if !is_name {
                format!("{wire_name:?} cannot become a name for a Rust field")
            } else if let Some(first) = names.insert(name.clone(), wire_name.clone())
                // A parameter that is declared twice is skipped here, because the rule `duplicate-parameter` reports
                // it.
                && first != *wire_name
            {
                format!("{wire_name} and {first} would both become the field {name}")
            } else {
                continue;
            };
            self.report(
                &parameter.field.pointer,
                &rules::FIELD_NAME,
                wrong,
                "the name on the wire cannot change, so map it to a different Rust name in mediaconnect-contract",
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
                format!("{name} is not a valid name for a Rust type"),
                "use UpperCamelCase with only letters and digits",
            );
        }
    }
}
