//! Compares the Rust API that is generated from two outlines: removed, renamed and changed items.
//!
//! Added types are reported here. Added fields and methods are not reported here, because the comparison of requests
//! and responses already reports them.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToKebabCase, ToShoutySnakeCase};
use mediaconnect_codegen::{ScalarType, has_only_success_flag};
use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Scalar, Schema, variant_name};

use super::change::{Place, Rule};
use super::messages;
use super::operations::label;
use super::rules;
use super::walk::{Values, Walk, place};

type Renamed = BTreeMap<String, String>;

impl Walk<'_> {
    /// Compares the items that programs can name.
    pub(super) fn rust_api(&mut self) {
        self.types();
        self.constants();
        for (old, new) in self.pairs.clone() {
            self.method(old, new);
        }
    }

    fn types(&mut self) {
        let (old, new, renamed) = (self.old, self.new, self.renamed.clone());
        let after = generated_types(new);
        let (inexact_before, inexact_after) = (inexact_models(old), inexact_models(new));
        let mut left: BTreeMap<&str, &Generated<'_>> = after.iter().map(|one| (one.name(), one)).collect();
        for before in generated_types(old) {
            let name = before.name();
            let found = left.remove(renamed.get(name).map_or(name, String::as_str));
            let Some(after) = found else {
                self.rust(&rules::RUST_TYPE_REMOVED, before.pointer(), (Some(name), None));
                continue;
            };
            if after.name() != name {
                let values = (Some(name), Some(after.name()));
                self.rust(&rules::RUST_TYPE_RENAMED, after.pointer(), values);
            }
            self.generated_type(&before, after, &renamed);
            let is_exact = matches!(before, Generated::Model(_)) && !inexact_before.contains(name);
            if is_exact && inexact_after.contains(after.name()) {
                let had = format!("{name}: Eq + Hash");
                self.rust(&rules::RUST_EQUALITY_LOST, after.pointer(), (Some(&had), None));
            }
        }
        for after in left.values() {
            self.rust(&rules::RUST_TYPE_ADDED, after.pointer(), (None, Some(after.name())));
        }
    }

    fn generated_type(&mut self, old: &Generated<'_>, new: &Generated<'_>, renamed: &Renamed) {
        match (old, new) {
            (Generated::Model(old), Generated::Model(new)) => self.model(old, new, renamed),
            (Generated::Enum(old), Generated::Enum(new)) => {
                let has = |scalar: &Scalar, name: &str| {
                    scalar.schema.values.iter().any(|value| variant_name(value) == name)
                };
                for value in &old.schema.values {
                    let variant = variant_name(value);
                    if !has(new, &variant) {
                        let gone = format!("{}::{variant}", old.name);
                        self.rust(&rules::RUST_VARIANT_REMOVED, &new.pointer, (Some(&gone), None));
                    }
                }
            }
            _ => {
                let (before, after) = (old.shown(), new.shown());
                if before != after {
                    let values = (Some(before.as_str()), Some(after.as_str()));
                    self.rust(&rules::RUST_TYPE_CHANGED, new.pointer(), values);
                }
            }
        }
    }

    fn model(&mut self, old: &Model, new: &Model, renamed: &Renamed) {
        for before in &old.fields {
            let name = format!("{}::{}", old.name, before.rust_name);
            let Some(after) = new.fields.iter().find(|field| field.rust_name == before.rust_name) else {
                self.rust(&rules::RUST_FIELD_REMOVED, &new.pointer, (Some(&name), None));
                continue;
            };
            let (was, is) = (field_type(before, renamed), field_type(after, &Renamed::new()));
            if was != is {
                let shown =
                    (format!("{name}: {}", field_type(before, &Renamed::new())), format!("{name}: {is}"));
                let values = (Some(shown.0.as_str()), Some(shown.1.as_str()));
                self.rust(&rules::RUST_FIELD_TYPE_CHANGED, &after.pointer, values);
            }
        }
    }

    fn constants(&mut self) {
        let (old, new) = (constants(self.old), constants(self.new));
        for (name, pointer) in &old {
            if !new.contains_key(name) {
                self.rust(&rules::RUST_CONSTANT_REMOVED, pointer, (Some(name), None));
            }
        }
    }

    fn method(&mut self, old: &Operation, new: &Operation) {
        let renamed = &self.renamed;
        let parameters = messages::renamed(old, new);
        let arguments = (arguments(old, renamed, &parameters), arguments(new, &Renamed::new(), &[]));
        let outputs = (output(self.old, old, renamed), output(self.new, new, &Renamed::new()));
        let modes = (mode(old), mode(new));
        let features = (feature(old), feature(new));
        let feature_rule = if new.is_inferred() {
            &rules::RUST_OPERATION_UNVERIFIED
        } else {
            &rules::RUST_OPERATION_VERIFIED
        };
        let facts: [(&'static Rule, Values<'_>); 5] = [
            (&rules::RUST_OPERATION_RENAMED, (Some(&old.id), Some(&new.id))),
            (&rules::RUST_METHOD_CHANGED, (Some(&arguments.0), Some(&arguments.1))),
            (&rules::RUST_OUTPUT_CHANGED, (Some(&outputs.0), Some(&outputs.1))),
            (&rules::RUST_MODE_CHANGED, (Some(modes.0), Some(modes.1))),
            (feature_rule, (Some(features.0), Some(features.1))),
        ];
        // Older contracts and upstream's documents have no `x-method`, so their method names are not compared.
        if let (Some(before), Some(after)) = (facade(self.old, old), facade(self.new, new))
            && before != after
        {
            let values = (Some(before.as_str()), Some(after.as_str()));
            self.report(&rules::RUST_METHOD_RENAMED, place(&label(new), None), &new.pointer, values);
        }
        if let (Some(before), Some(after)) = (old.tags.first(), new.tags.first())
            && before.to_kebab_case() != after.to_kebab_case()
        {
            let shown = |tag: &str| format!("mediaconnect {}", tag.to_kebab_case());
            let values = (shown(before), shown(after));
            let values = (Some(values.0.as_str()), Some(values.1.as_str()));
            self.report(&rules::COMMAND_RENAMED, place(&label(new), None), &new.pointer, values);
        }
        for (rule, values) in facts.into_iter().filter(|(_, values)| values.0 != values.1) {
            self.report(rule, place(&label(new), None), &new.pointer, values);
        }
    }

    fn rust(&mut self, rule: &'static Rule, pointer: &str, values: Values<'_>) {
        self.report(rule, Place::default(), pointer, values);
    }
}

/// A type that the generator writes. Hand-written types are not included.
enum Generated<'a> {
    Model(&'a Model),
    Enum(&'a Scalar),
    Text(&'a Scalar),
}

impl Generated<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Model(model) => &model.name,
            Self::Enum(scalar) | Self::Text(scalar) => &scalar.name,
        }
    }

    fn pointer(&self) -> &str {
        match self {
            Self::Model(model) => &model.pointer,
            Self::Enum(scalar) | Self::Text(scalar) => &scalar.pointer,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Model(model) => format!("struct {}", model.name),
            Self::Enum(scalar) => format!("enum {}", scalar.name),
            Self::Text(scalar) => format!("text {}", scalar.name),
        }
    }
}

fn generated_types(outline: &Outline) -> Vec<Generated<'_>> {
    let scalars = outline.scalars.iter().filter_map(|scalar| match ScalarType::of(scalar) {
        ScalarType::Enum => Some(Generated::Enum(scalar)),
        ScalarType::Text => Some(Generated::Text(scalar)),
        ScalarType::ByHand(_) | ScalarType::Primitive => None,
    });
    outline.models.iter().map(Generated::Model).chain(scalars).collect()
}

/// Returns the constants of a contract: the limits of named strings, and the servers.
fn constants(outline: &Outline) -> BTreeMap<String, String> {
    let texts = outline
        .scalars
        .iter()
        .filter(|scalar| scalar.schema.kind == Kind::Text && scalar.schema.values.is_empty());
    let limits = texts
        .map(|scalar| (format!("limits::{}", scalar.name.to_shouty_snake_case()), scalar.pointer.clone()));
    let servers = outline.servers.iter().filter_map(|server| {
        let name = server.environment.as_ref()?.to_shouty_snake_case();
        Some((format!("servers::{name}"), server.pointer.clone()))
    });
    limits.chain(servers).collect()
}

/// Returns the method of a client for an operation: `customers().info`.
fn facade(outline: &Outline, operation: &Operation) -> Option<String> {
    let accessor = outline.group(operation)?.accessor.as_ref()?;
    Some(format!("{accessor}().{}", operation.rust_method.as_ref()?))
}

/// Returns the arguments of an operation's method. `likely` contains the pairs of old and new parameters that were
/// probably renamed: the old parameter gets its new name. Path parameters have no name here, because another rule
/// compares the path.
fn arguments(operation: &Operation, renamed: &Renamed, likely: &[(&Field, &Field)]) -> String {
    let mut parameters: Vec<_> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let field = &parameter.field;
            let pair = likely.iter().find(|(before, _)| std::ptr::eq(*before, field));
            let named = pair.map_or(field, |(_, after)| *after);
            let ty = argument_type(field, renamed);
            // The generator writes path parameters first, in the order of the path. Those of the query and those of
            // the headers follow, each sorted by name.
            match parameter.location.as_str() {
                "path" => (0, operation.path.find(&format!("{{{}}}", field.wire_name)), "", ty),
                location => {
                    let rank = if location == "query" { 1 } else { 2 };
                    (rank, None, named.wire_name.as_str(), format!("{}: {ty}", named.rust_name))
                }
            }
        })
        .collect();
    parameters.sort();
    let parameters = parameters.into_iter().map(|(_, _, _, shown)| shown);
    let body =
        operation.request.iter().map(|body| optional(!body.required, rust_type(&body.schema, renamed)));
    format!("({})", parameters.chain(body).collect::<Vec<_>>().join(", "))
}

fn output(outline: &Outline, operation: &Operation, renamed: &Renamed) -> String {
    let body = operation.success().and_then(|success| success.body.as_ref());
    let body = body.filter(|_| !has_only_success_flag(operation, outline));
    body.map_or_else(|| "()".to_owned(), |body| rust_type(&body.schema, renamed))
}

fn mode(operation: &Operation) -> &'static str {
    if operation.is_user_mode() { "user mode" } else { "client mode" }
}

fn feature(operation: &Operation) -> &'static str {
    if operation.is_inferred() { "feature unverified" } else { "no feature" }
}

/// Returns the Rust type of a field. Even a required field is an `Option`, because the client accepts a response
/// without the field.
fn field_type(field: &Field, renamed: &Renamed) -> String {
    let is_list = matches!(field.schema.kind, Kind::List { .. });
    // A list is an `Option` only with `x-send-empty`, because the client reads null as an empty list.
    optional(!is_list || field.sends_empty(), rust_type(&field.schema, renamed))
}

/// Returns the models that have neither `Eq` nor `Hash`, because they contain an `f64`, also in the models of their
/// fields.
fn inexact_models(outline: &Outline) -> BTreeSet<&str> {
    let mut inexact = BTreeSet::new();
    loop {
        let before = inexact.len();
        for model in &outline.models {
            if model.fields.iter().any(|field| is_inexact(&field.schema, &inexact)) {
                inexact.insert(model.name.as_str());
            }
        }
        if inexact.len() == before {
            return inexact;
        }
    }
}

fn is_inexact(schema: &Schema, inexact: &BTreeSet<&str>) -> bool {
    match &schema.kind {
        Kind::List { items: inner, .. } | Kind::Map { values: Some(inner) } => is_inexact(inner, inexact),
        Kind::Object(Some(name)) => inexact.contains(name.as_str()),
        Kind::Number => ScalarType::of_schema(schema) == ScalarType::Primitive,
        _ => false,
    }
}

fn argument_type(parameter: &Field, renamed: &Renamed) -> String {
    optional(!parameter.required, rust_type(&parameter.schema, renamed))
}

fn optional(is_optional: bool, value: String) -> String {
    if is_optional { format!("Option<{value}>") } else { value }
}

fn rust_type(schema: &Schema, renamed: &Renamed) -> String {
    match (ScalarType::of_schema(schema), &schema.name) {
        (ScalarType::ByHand(wire_type), _) => format!("wire::{wire_type}"),
        (ScalarType::Enum | ScalarType::Text, Some(name)) => renamed.get(name).unwrap_or(name).clone(),
        (_, Some(name)) if matches!(schema.kind, Kind::Object(_)) => {
            renamed.get(name).unwrap_or(name).clone()
        }
        _ => base(&schema.kind, renamed),
    }
}

fn base(kind: &Kind, renamed: &Renamed) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Integer => "i64".to_owned(),
        Kind::Number => "f64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Object(Some(name)) => renamed.get(name).unwrap_or(name).clone(),
        Kind::Object(None) => "Map<String, Value>".to_owned(),
        Kind::List { items, .. } => format!("Vec<{}>", rust_type(items, renamed)),
        Kind::Map { values: Some(values) } => format!("Map<{}>", rust_type(values, renamed)),
        Kind::Map { values: None } => "Map".to_owned(),
        Kind::Other(_) => "Value".to_owned(),
    }
}
