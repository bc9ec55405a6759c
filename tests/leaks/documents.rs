//! Creates JSON documents with a canary in each field. They are built from the contract, so a new field automatically
//! gets a canary.

use std::fmt::Write as _;

use mediaconnect_contract::Outline;
use mediaconnect_contract::outline::{Field, Kind, Schema, field_groups};
use mediaconnect_tests::contract;
use serde_json::{Map, Value, json};

use crate::canaries::{COUNTRY, CUSTOMER, DIGITS, STREET, text};

pub(crate) struct Documents {
    outline: Outline,
}

impl Documents {
    pub(crate) fn new() -> Self {
        Self { outline: Outline::of(&contract()) }
    }

    pub(crate) fn models(&self) -> Vec<&str> {
        self.outline.models.iter().map(|model| model.name.as_str()).collect()
    }

    /// Returns method and path template of each operation.
    pub(crate) fn operations(&self) -> Vec<(&str, &str)> {
        let operations = self.outline.operations.iter();
        operations.map(|operation| (operation.method.as_str(), operation.path.as_str())).collect()
    }

    /// Returns method, path template and model of each operation that responds with an object.
    pub(crate) fn responses(&self) -> Vec<(&str, &str, &str)> {
        let operations = self.outline.operations.iter();
        let responses = operations.filter_map(|operation| {
            let model = operation.success()?.body.as_ref()?.schema.model()?;
            Some((operation.method.as_str(), operation.path.as_str(), model))
        });
        responses.collect()
    }

    /// Returns a document of a model with a canary in each field. Lists have two items.
    pub(crate) fn poisoned(&self, model: &str) -> Value {
        let fields = &self.outline.model(model).expect("a model of the contract").fields;
        fields
            .iter()
            .map(|field| (field.wire_name.clone(), self.value(&field.wire_name, &field.schema)))
            .collect()
    }

    /// Returns three requests of an operation. The first keeps the contract's rules, so it is sent. The second has a
    /// canary in each field. In the third, each string breaks a rule.
    pub(crate) fn requests(&self, id: &str) -> [Value; 3] {
        let operation = self.outline.operations.iter().find(|operation| operation.id == id);
        let operation = operation.expect("an operation of the contract");
        let request = |value: &dyn Fn(&str, &Schema) -> Value| {
            let parameters = operation.parameters.iter().map(|parameter| {
                let field = &parameter.field;
                (field.wire_name.clone(), value(&field.wire_name, &field.schema))
            });
            let body = operation.request.iter().map(|body| ("body".to_owned(), value("body", &body.schema)));
            parameters.chain(body).collect::<Map<_, _>>()
        };
        let mut broken = request(&|name, schema| self.value(name, schema));
        broken.values_mut().for_each(break_texts);
        [
            request(&|name, schema| self.valid(name, schema)).into(),
            request(&|name, schema| self.value(name, schema)).into(),
            broken.into(),
        ]
    }

    /// Returns the malformed responses of each operation that responds with a model.
    pub(crate) fn malformed_responses(&self) -> Vec<(&str, Vec<Value>)> {
        let operations = self.outline.operations.iter();
        let malformed = operations.filter_map(|operation| {
            let schema = &operation.success()?.body.as_ref()?.schema;
            let list = match &schema.kind {
                Kind::List { items, .. } => Some(items),
                _ => None,
            };
            let documents = self.malformed(list.map_or(schema, |items| items).model()?);
            let documents = documents
                .into_iter()
                .map(|document| if list.is_some() { json!([document]) } else { document });
            Some((operation.id.as_str(), documents.collect()))
        });
        malformed.collect()
    }

    /// Returns the `Debug` output that a model must have if each of its fields contains a canary. The output names the
    /// fields and contains no values.
    pub(crate) fn debug(&self, model: &str) -> String {
        let fields = &self.outline.model(model).expect("a model of the contract").fields;
        let mut text = format!("{model} {{");
        for (index, field) in fields.iter().enumerate() {
            let separator = if index == 0 { " " } else { ", " };
            let _ = write!(text, "{separator}{}: {}", field.rust_name, self.debug_of(field));
        }
        text + " }"
    }

    /// Returns malformed variants of a document that has a canary in each field. In some variants, one value is
    /// replaced by a value of a wrong type or by an invalid canary. In the other variants, an object has unknown
    /// members.
    pub(crate) fn malformed(&self, model: &str) -> Vec<Value> {
        let whole = self.poisoned(model);
        let mut paths = Vec::new();
        walk(&whole, &mut String::new(), &mut paths);
        let stray = text("key");
        let wrong = [
            json!({ &stray: { &stray: [&stray] } }),
            json!([[&stray], [[CUSTOMER]]]),
            json!(stray),
            json!(format!("-{CUSTOMER}.5")),
            json!(CUSTOMER),
            json!(-i64::try_from(CUSTOMER).expect("the number fits")),
            json!(7_391_739_173.917_391),
            json!(true),
            Value::Null,
        ];
        let replaced = paths.iter().flat_map(|path| {
            wrong.iter().map(|wrong| {
                let mut document = whole.clone();
                *document.pointer_mut(path).expect("the path is in the document") = wrong.clone();
                document
            })
        });
        let extended = paths.iter().filter_map(|path| {
            let mut document = whole.clone();
            let node = document.pointer_mut(path).expect("the path is in the document").as_object_mut()?;
            node.insert(text("key"), json!({ text("member"): text("value") }));
            node.insert("newField".to_owned(), json!(text("value")));
            Some(document)
        });
        replaced.chain(extended).collect()
    }

    fn value(&self, name: &str, schema: &Schema) -> Value {
        match &schema.kind {
            Kind::Object(Some(model)) => self.poisoned(model),
            Kind::List { items, wrapper } => {
                let list = json!([self.value(name, items), self.value(name, items)]);
                wrapper.as_ref().map_or(list.clone(), |wrapper| json!({ wrapper: list }))
            }
            Kind::Map { values } => {
                let value =
                    values.as_ref().map_or_else(|| json!(text(name)), |values| self.value(name, values));
                json!({ text("key"): value })
            }
            Kind::Integer if schema.name.as_deref() == Some("CustomerNumber") => json!(CUSTOMER),
            Kind::Integer | Kind::Number => json!(STREET),
            Kind::Boolean => json!(true),
            Kind::Text if schema.format.as_deref() == Some("decimal") => json!(STREET.to_string()),
            Kind::Text => match schema.name.as_deref() {
                Some("CountryCode") => json!(COUNTRY),
                Some("PostalCode") => json!(DIGITS),
                Some("PhoneNumber") => json!(format!("+47{DIGITS}")),
                // Enumerations also get a canary, as an unknown value.
                _ => json!(text(name)),
            },
            other => panic!("a canary for {other:?} is missing: add one"),
        }
    }

    /// Returns a value that keeps the rules of its schema, with a canary wherever one fits.
    fn valid(&self, name: &str, schema: &Schema) -> Value {
        match &schema.kind {
            Kind::Object(Some(model)) => {
                let fields = &self.outline.model(model).expect("a model of the contract").fields;
                // Of fields that exclude each other, only the first is set.
                let exclusive = schema.constraints.get("x-exclusive").map(field_groups).unwrap_or_default();
                let is_later = |name: &str| exclusive.iter().any(|names| names[1..].contains(&name));
                let fields = fields.iter().filter(|field| !is_later(&field.wire_name));
                fields
                    .map(|field| (field.wire_name.clone(), self.valid(&field.wire_name, &field.schema)))
                    .collect()
            }
            Kind::List { items, .. } => json!([self.valid(name, items)]),
            Kind::Text if !schema.values.is_empty() => json!(schema.values[0]),
            Kind::Text if schema.limits.pattern.as_deref() == Some("^https?://") => {
                json!(format!("https://example.com/{}", text(name)))
            }
            Kind::Text => match schema.format.as_deref() {
                Some("email") => json!(format!("{}@example.com", text(name))),
                Some("date") => json!("2026-11-28"),
                Some("date-time") => json!("2026-11-28T12:00:00Z"),
                Some("byte") => json!("Y2FuYXJ5NzM5MQ=="),
                Some("e164" | "country-code" | "decimal") => self.value(name, schema),
                _ => {
                    let most = schema.limits.max_length.and_then(|most| usize::try_from(most).ok());
                    json!(text(name).chars().take(most.unwrap_or(usize::MAX)).collect::<String>())
                }
            },
            Kind::Integer => {
                let value = self.value(name, schema).as_i64().expect("an integer");
                json!(value.min(schema.limits.maximum.unwrap_or(i64::MAX)))
            }
            _ => self.value(name, schema),
        }
    }

    fn debug_of(&self, field: &Field) -> String {
        match &field.schema.kind {
            _ if field.sends_empty() => "Some(..)".to_owned(),
            Kind::Object(Some(model)) => format!("Some({})", self.debug(model)),
            Kind::List { items, .. } => match items.model() {
                Some(model) => format!("[{0}, {0}]", self.debug(model)),
                None => "[2 items]".to_owned(),
            },
            _ => "Some(..)".to_owned(),
        }
    }
}

/// Repeats each string until it is too long, and prepends `../`. The client must not let this prefix change the path of
/// a request.
fn break_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = format!("../{}", text.repeat(30)),
        Value::Array(items) => items.iter_mut().for_each(break_texts),
        Value::Object(members) => members.values_mut().for_each(break_texts),
        _ => {}
    }
}

/// Collects the JSON pointers of a value and of all values inside it.
fn walk(value: &Value, path: &mut String, paths: &mut Vec<String>) {
    paths.push(path.clone());
    let length = path.len();
    let mut step = |name: &str, value: &Value| {
        path.push('/');
        path.push_str(name);
        walk(value, path, paths);
        path.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| step(name, value)),
        // One item is enough, because all items have the same fields.
        Value::Array(items) => items.iter().take(1).for_each(|value| step("0", value)),
        _ => {}
    }
}

/// Returns an object with these members. The value of each member is a canary.
pub(crate) fn of_members(names: &[&str]) -> Value {
    Value::Object(names.iter().map(|name| ((*name).to_owned(), json!(text(name)))).collect::<Map<_, _>>())
}
