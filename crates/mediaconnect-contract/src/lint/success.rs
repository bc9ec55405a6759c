//! The rules for `x-success`, which defines when the client accepts a response.

use super::{Lint, rules};
use crate::outline::{Field, Has, Kind, Operation, Outline, Schema, SuccessRule};

impl Lint<'_> {
    pub(super) fn success_rule(&mut self, operation: &Operation) {
        let body = operation.success().and_then(|success| success.body.as_ref());
        let Some(model) = operation.output() else {
            let rule = operation.success_rule();
            let is_right = rule == Some(SuccessRule { origin: true, ..SuccessRule::default() });
            match body {
                None if operation.extensions.contains_key("x-success") => {
                    self.wrong_success(
                        operation,
                        "the operation has x-success, but no response body",
                        "delete x-success",
                    );
                }
                Some(body)
                    if !is_right && !matches!(body.schema.kind, Kind::Object(None) | Kind::Other(_)) =>
                {
                    self.wrong_success(
                        operation,
                        "the response has no named fields, so only a header can confirm that the response comes from Connect",
                        "add x-success: {origin: true}, so that the client requires the header X-Mediaconnect-Api-Version",
                    );
                }
                _ => {}
            }
            return;
        };
        let is_list = body.is_some_and(|body| matches!(body.schema.kind, Kind::List { .. }));
        let example = "add x-success with one of these: {has: any}, {has: [a field that is always present]}, {flag: success}";
        if !operation.extensions.contains_key("x-success") {
            self.wrong_success(operation, "x-success is missing", example);
            return;
        }
        let Some(rule) = operation.success_rule() else {
            let form = "write one or more of these keys: `has: any`, `flag: field`, `matches: {response field: parameter}`, `origin: true`; `has` also accepts a list: `has: [field, ...]`";
            self.wrong_success(operation, "x-success is malformed", form);
            return;
        };
        if is_list && rule.flag.is_some() {
            let help = "write `has: any` or `has: [field of an item, ...]` instead";
            self.wrong_success(operation, "a list cannot have a flag", help);
        }
        let outline = self.outline;
        let fields = outline.model(model).map_or(&[][..], |model| &model.fields);
        let errors = outline.model("ErrorBody").map_or(&[][..], |model| &model.fields);
        let is_of_errors = |field: &Field| errors.iter().any(|error| error.wire_name == field.wire_name);
        let promises_nothing = match &rule.has {
            None => rule.flag.is_none(),
            Some(Has::Any) => rule.flag.is_none() && !rule.origin && fields.iter().all(is_of_errors),
            Some(Has::Fields(names)) => names.is_empty() && rule.flag.is_none(),
        };
        if promises_nothing {
            self.wrong_success(operation, "any JSON object would count as a success", example);
        }
        let kind =
            |name: &str| fields.iter().find(|field| field.wire_name == name).map(|field| &field.schema.kind);
        if let Some(Has::Fields(names)) = &rule.has {
            for name in names.iter().filter(|name| kind(name).is_none()) {
                self.wrong_success(
                    operation,
                    &format!("{model} has no field {name}"),
                    "use a field of the model",
                );
            }
        }
        if let Some(flag) = &rule.flag
            && kind(flag) != Some(&Kind::Boolean)
        {
            let wrong = format!("{model} has no boolean field {flag}");
            self.wrong_success(
                operation,
                &wrong,
                "set `flag` to the boolean field that is true if the operation was done",
            );
        }
        for (found, asked) in &rule.matches {
            let found_at = response_field(outline, fields, found);
            let asked_at = request_field(outline, operation, asked);
            let wrong = match (found_at, asked_at) {
                (None, _) => format!("{model} has no field {found}"),
                (_, None) => format!("the request has no parameter {asked}"),
                (Some(found), Some(asked)) if !is_comparable(found, asked) => {
                    format!("{} and {} have different types", found.wire_name, asked.wire_name)
                }
                _ => continue,
            };
            self.wrong_success(
                operation,
                &wrong,
                "write `matches: {response field: parameter}`, for example `matches: {customerNumber: customerNumber}`; for a field of the request body, write `body.field` in place of the parameter",
            );
        }
    }

    fn wrong_success(&mut self, operation: &Operation, wrong: &str, help: &'static str) {
        let extension = format!("{}/x-success", operation.pointer);
        let at = if operation.extensions.contains_key("x-success") { &extension } else { &operation.pointer };
        self.report(at, &rules::SUCCESS_RULE, wrong.to_owned(), help);
    }
}

/// Returns the field at a path in the response. Dots separate the names. The name of a list ends in `[]`.
fn response_field<'a>(outline: &'a Outline, fields: &'a [Field], path: &str) -> Option<&'a Field> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (name, is_list) = first.strip_suffix("[]").map_or((first, false), |name| (name, true));
    let field = fields.iter().find(|field| field.wire_name == name)?;
    if is_list != matches!(field.schema.kind, Kind::List { .. }) {
        return None;
    }
    match rest {
        None => Some(field),
        Some(rest) => response_field(outline, fields_of(outline, &field.schema), rest),
    }
}

/// Returns the parameter of this name. For a name such as `body.email`, returns the field of the body.
fn request_field<'a>(outline: &'a Outline, operation: &'a Operation, name: &str) -> Option<&'a Field> {
    match name.strip_prefix("body.") {
        Some(path) => {
            let schema = &operation.request.as_ref()?.schema;
            response_field(outline, fields_of(outline, schema), path).filter(|_| !path.contains("[]"))
        }
        None => operation
            .parameters
            .iter()
            .map(|parameter| &parameter.field)
            .find(|field| field.wire_name == name),
    }
}

fn fields_of<'a>(outline: &'a Outline, schema: &'a Schema) -> &'a [Field] {
    schema.model().and_then(|name| outline.model(name)).map_or(&[], |model| &model.fields)
}

fn is_comparable(found: &Field, asked: &Field) -> bool {
    let found = match &found.schema.kind {
        Kind::List { items, .. } => items,
        _ => &found.schema,
    };
    let asked = &asked.schema;
    // Each of these formats has its own Rust type. Two fields can be compared only if they have the same format.
    let own = |schema: &Schema| {
        schema
            .format
            .clone()
            .filter(|format| ["decimal", "epoch-millis", "epoch-seconds"].contains(&format.as_str()))
    };
    // An integer in the response can be compared with a string in the request, because upstream writes the same id in
    // both types.
    let is_id = found.kind == Kind::Integer && found.name.as_deref() != Some("StreetNumber");
    let is_text = (found.kind == Kind::Text || is_id) && asked.kind == Kind::Text;
    own(found) == own(asked)
        && (is_text
            || (found.kind == asked.kind
                && found.name == asked.name
                && matches!(found.kind, Kind::Integer | Kind::Boolean)))
}
