//! The requests of a test as a snapshot may have them: with their structure, and without anybody's data.

use std::collections::BTreeMap;

use mediaconnect_contract::outline::Field;
use serde_json::{Map, Value, json};

use crate::contract::Operations;
use crate::received::{Received, TOKEN};

/// Stands in place of a value.
const REDACTED: &str = "[redacted]";
/// Stands in place of a name that the contract does not have: the name may be data.
const UNKNOWN: &str = "?";

/// Names of the contract, and whether all their values may be shown.
struct Names<'o>(BTreeMap<&'o str, bool>);

/// Returns the requests, oldest first. `is_canned` knows the endpoints outside the contract whose path a test has named.
pub(crate) fn conversation(
    operations: &Operations,
    requests: &[Received],
    is_canned: impl Fn(&Received) -> bool,
) -> Value {
    let names = Names::of(operations);
    let told = requests.iter().map(|request| {
        let operation = request.operation.and_then(|id| operations.get(id));
        let path = match operation {
            Some(operation) => operation.facts.path.clone(),
            None if is_canned(request) => request.path.split('?').next().unwrap_or_default().to_owned(),
            None if request.operation == Some(TOKEN) => return json!({ "operation": TOKEN }),
            None => REDACTED.to_owned(),
        };
        let mut told = json!({ "method": request.method, "path": path });
        if let Some(id) = request.operation {
            told["operation"] = id.into();
        }
        let parameters = request.parameters.iter();
        let parameters: Map<_, _> =
            parameters.map(|(name, value)| names.member(name, &Value::from(value.as_str()))).collect();
        if !parameters.is_empty() {
            told["parameters"] = parameters.into();
        }
        match request.json() {
            Value::Null => {}
            body => told["body"] = names.redacted(&body, false),
        }
        told
    });
    told.collect()
}

impl<'o> Names<'o> {
    fn of(operations: &'o Operations) -> Self {
        let mut names = Self(BTreeMap::new());
        names.add(operations.outline.models.iter().flat_map(|model| &model.fields));
        for operation in operations.all() {
            names.add(operation.facts.parameters.iter().map(|parameter| &parameter.field));
        }
        names
    }

    fn add(&mut self, fields: impl Iterator<Item = &'o Field>) {
        for field in fields {
            let is_open = field.sensitivity.as_deref() == Some("none");
            // A name that is personal anywhere is personal everywhere.
            *self.0.entry(&field.wire_name).or_insert(true) &= is_open;
            self.add(field.schema.fields.iter());
        }
    }

    fn member(&self, name: &str, value: &Value) -> (String, Value) {
        match self.0.get_key_value(name) {
            Some((name, is_open)) => ((*name).to_owned(), self.redacted(value, *is_open)),
            None => (UNKNOWN.to_owned(), self.redacted(value, false)),
        }
    }

    fn redacted(&self, value: &Value, is_open: bool) -> Value {
        match value {
            Value::Object(members) => {
                members.iter().map(|(name, value)| self.member(name, value)).collect::<Map<_, _>>().into()
            }
            Value::Array(items) => items.iter().map(|item| self.redacted(item, is_open)).collect(),
            Value::Null => Value::Null,
            value if is_open => value.clone(),
            _ => REDACTED.into(),
        }
    }
}
