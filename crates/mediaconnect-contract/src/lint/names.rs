//! The rules for names that become Rust names.

use std::collections::BTreeMap;

use heck::ToSnakeCase;

use super::{Lint, rules};
use crate::outline::{Kind, Model, Operation, Scalar, is_keyword, variant_name};

/// The methods of the generated client that are not operations. progenitor generates some of them, and this project
/// adds the others.
const GENERATED_METHODS: [&str; 8] =
    ["new", "new_with_client", "of", "api_version", "baseurl", "client", "inner", "url"];

/// The types and traits that are in scope in every Rust module.
#[rustfmt::skip]
const PRELUDE: [&str; 42] = [
    "AsMut", "AsRef", "Box", "Clone", "Copy", "Debug", "Default", "DoubleEndedIterator", "Drop", "Eq", "Err",
    "ExactSizeIterator", "Extend", "Fn", "FnMut", "FnOnce", "From", "FromIterator", "Future", "Hash", "Into", "IntoFuture",
    "IntoIterator", "Iterator", "None", "Ok", "Option", "Ord", "PartialEq", "PartialOrd", "Result", "Send", "Sized", "Some",
    "String", "Sync", "ToOwned", "ToString", "TryFrom", "TryInto", "Unpin", "Vec",
];

/// The types in scope where the operations are generated, in addition to those of `PRELUDE`.
const BESIDE_OPERATIONS: [&str; 11] = [
    "ClientOperation",
    "Evidence",
    "Location",
    "Mode",
    "Operation",
    "OperationInfo",
    "ParameterInfo",
    "ResponseKind",
    "Sensitivity",
    "UserOperation",
    "ValueKind",
];

/// The types in scope where the groups are generated, in addition to those of `PRELUDE`.
const BESIDE_GROUPS: [&str; 4] = ["Call", "Client", "Error", "UserToken"];

/// The names of variables in generated methods. If a parameter has the same name, progenitor renames some of these
/// variables. mediaconnect-codegen does not recognise a method with renamed variables.
const VARIABLES: [&str; 4] = ["header_map", "request", "response", "result"];

/// The schemas with a hand-written Rust type, each with the type of its values.
pub static HAND_WRITTEN: [(&str, Kind); 8] = [
    ("CountryCode", Kind::Text),
    ("CustomerNumber", Kind::Integer),
    ("EmailAddress", Kind::Text),
    ("InvoiceEmailAddress", Kind::Text),
    ("PhoneNumber", Kind::Text),
    ("PostalCode", Kind::Text),
    ("ProductCode", Kind::Text),
    ("StreetNumber", Kind::Integer),
];

/// Returns true if the struct of a group cannot have this name.
pub(super) fn is_beside_groups(name: &str) -> bool {
    PRELUDE.contains(&name) || BESIDE_GROUPS.contains(&name)
}

/// Maps each Rust name to the contract name that produced it first.
pub(super) type Names = BTreeMap<String, String>;

impl Lint<'_> {
    pub(super) fn operation_id(&mut self, operation: &Operation, names: &mut Names) {
        let (id, name, rust_type) = (&operation.id, operation.rust_name(), operation.rust_type());
        let is_name = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        let wrong = if !is_name {
            format!("{id:?} is not a valid name for a Rust method")
        } else if is_keyword(&name) || GENERATED_METHODS.contains(&name.as_str()) {
            format!(
                "{id} would become the method {name}, but this name is a Rust keyword or another method of the client"
            )
        } else if PRELUDE.contains(&rust_type.as_str()) || BESIDE_OPERATIONS.contains(&rust_type.as_str()) {
            format!("{id} would become the type {rust_type}, but the generated code already uses this name")
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
            } else if let Some(first) = names.insert(name.clone(), value.clone()) {
                if first == *value {
                    format!("{value} is listed twice")
                } else {
                    format!("{value} and {first} would both become the variant {name}")
                }
            } else {
                continue;
            };
            self.report(
                &scalar.pointer,
                &rules::VARIANT_NAME,
                wrong,
                "if the value is listed twice, delete one of the two; otherwise map the value to a different Rust name in mediaconnect-contract, because the value on the wire cannot change",
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
            } else if others.contains(&"") {
                format!(
                    "x-aliases cannot map an empty string to {value}, because upstream sends an empty string for an absent value"
                )
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

    /// Checks that the Rust names of parameters are valid and unique, and that the generated code uses none of them for
    /// something else.
    pub(super) fn parameter_names(&mut self, operation: &Operation) {
        let mut names = Names::from([("body".to_owned(), "the body".to_owned())]);
        for parameter in &operation.parameters {
            let (name, wire_name) = (&parameter.field.rust_name, &parameter.field.wire_name);
            let this = format!("{wire_name} in the {}", parameter.location);
            let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.is_ascii();
            let is_token = name == "user" && parameter.field.required && operation.is_user_mode();
            let wrong = if !is_name {
                format!("{wire_name:?} cannot become a name for a Rust field")
            } else if is_token || VARIABLES.contains(&name.as_str()) {
                format!("{wire_name} would become {name}, but the generated method already uses this name")
            } else if let Some(first) = names.insert(name.clone(), this.clone())
                // A parameter that is declared twice in one place is skipped here, because the rule
                // `duplicate-parameter` reports it.
                && first != this
            {
                format!("{this} and {first} would both become the field {name}")
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
        let wrong = if !is_name || is_keyword(name) {
            format!("{name} is not a valid name for a Rust type")
        } else if PRELUDE.contains(&name) {
            format!("the generated code uses {name} of Rust's standard library")
        } else {
            return;
        };
        self.report(
            pointer,
            &rules::SCHEMA_NAME,
            wrong,
            "use a name in UpperCamelCase with only letters and digits; avoid the names of the standard library",
        );
    }

    /// Checks a schema that has a hand-written Rust type. The schema must have the JSON type that the Rust type needs,
    /// and must not list values.
    pub(super) fn hand_written(&mut self, scalar: &Scalar) {
        let Some((name, kind)) = HAND_WRITTEN.iter().find(|(name, _)| *name == scalar.name) else { return };
        if scalar.schema.kind != *kind || !scalar.schema.values.is_empty() {
            let type_name = if *kind == Kind::Text { "string" } else { "integer" };
            self.report(
                &scalar.pointer,
                &rules::SCHEMA_NAME,
                format!("{name} has a hand-written Rust type, so the schema must have type: {type_name} and must not list values"),
                "correct the schema, or rename it",
            );
        }
    }

    /// Checks that no two wrapped lists have a decoding function of the same name.
    pub(super) fn decoders(&mut self) {
        let mut names = Names::new();
        let outline = self.outline;
        for (model, field) in
            outline.models.iter().flat_map(|model| model.fields.iter().map(move |field| (model, field)))
        {
            let this = format!("{}.{}", model.name, field.wire_name);
            let name = format!("{}_{}", model.name.to_snake_case(), field.rust_name);
            if let Kind::List { wrapper: Some(_), .. } = &field.schema.kind
                && let Some(first) = names.insert(name.clone(), this.clone())
            {
                self.report(
                    &field.pointer,
                    &rules::FIELD_NAME,
                    format!("{this} and {first} would both be read by the function {name}"),
                    "rename one of the schemas",
                );
            }
        }
    }
}
