//! Redacts the requests and responses of a test for a snapshot. Only their structure remains, without personal data.

use std::collections::{BTreeMap, VecDeque};

use mediaconnect_contract::outline::Field;
use serde_json::{Map, Value, json};

use crate::contract::Operations;
use crate::log::{Completion, Entry, LoggedBody};
use crate::received::{Received, TOKEN};

const REDACTED: &str = "[redacted]";
/// Replaces a name that is not in the contract, because such a name may itself be personal data.
const UNKNOWN: &str = "?";
const CUT_OFF: &str = "[cut off]";

/// Maps each name in the contract to true if all values under that name may be shown.
struct Names<'o>(BTreeMap<&'o str, bool>);

/// Returns the requests and their responses, oldest first. The path of a request outside the contract is redacted,
/// unless a test has set a response for this path. In that case, `is_canned` returns true.
pub(crate) fn conversation(
    operations: &Operations,
    entries: &VecDeque<Entry>,
    is_canned: impl Fn(&Received) -> bool,
) -> Value {
    let names = Names::of(operations);
    let exchanges = entries.iter().map(|entry| {
        let is_token = entry.request.operation == Some(TOKEN);
        let mut exchange = if is_token {
            json!({ "operation": TOKEN })
        } else {
            names.request(operations, &entry.request, is_canned(&entry.request))
        };
        if let Some(completion) = &entry.completion {
            exchange["response"] = names.response(completion, is_token);
        }
        exchange
    });
    exchanges.collect()
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
            // If a field name is sensitive in one object, it is redacted in all objects.
            *self.0.entry(&field.wire_name).or_insert(true) &= is_open;
            self.add(field.schema.fields.iter());
        }
    }

    fn request(&self, operations: &Operations, request: &Received, is_canned: bool) -> Value {
        let operation = request.operation.and_then(|id| operations.get(id));
        let path = match operation {
            Some(operation) => operation.facts.path.clone(),
            None if is_canned => request.path.split('?').next().unwrap_or_default().to_owned(),
            None => REDACTED.to_owned(),
        };
        let mut shown = json!({ "method": request.method, "path": path });
        if let Some(id) = request.operation {
            shown["operation"] = id.into();
        }
        let parameters = request.parameters.iter();
        let parameters: Map<_, _> =
            parameters.filter_map(|(name, _)| Some((name.clone(), request.field(name)?))).collect();
        if !parameters.is_empty() {
            shown["parameters"] = self.members(&parameters).into();
        }
        match request.json() {
            Value::Null => {}
            body => shown["body"] = self.redacted(&body, false),
        }
        shown
    }

    /// Returns the status and the body. The body of a token response is omitted, because it consists of secrets.
    fn response(&self, completion: &Completion, is_token: bool) -> Value {
        let mut shown = json!({ "status": completion.status });
        match &completion.body {
            LoggedBody::Complete(body) if body.is_empty() || is_token => {}
            LoggedBody::Complete(body) => {
                let body = serde_json::from_slice(body);
                shown["body"] = body.map_or_else(|_| REDACTED.into(), |body| self.redacted(&body, false));
            }
            LoggedBody::TooLarge => shown["body"] = REDACTED.into(),
            LoggedBody::CutOff => shown["body"] = CUT_OFF.into(),
        }
        shown
    }

    /// Returns all members of an object. Names that are not in the contract are numbered: `?`, `?2`, …
    fn members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        let mut unknown = 0;
        let member = |(name, value): (&String, &Value)| {
            if let Some((name, is_open)) = self.0.get_key_value(name.as_str()) {
                return ((*name).to_owned(), self.redacted(value, *is_open));
            }
            unknown += 1;
            let name = if unknown == 1 { UNKNOWN.to_owned() } else { format!("{UNKNOWN}{unknown}") };
            (name, self.redacted(value, false))
        };
        members.iter().map(member).collect()
    }

    fn redacted(&self, value: &Value, is_open: bool) -> Value {
        match value {
            Value::Object(members) => self.members(members).into(),
            Value::Array(items) => items.iter().map(|item| self.redacted(item, is_open)).collect(),
            Value::Null => Value::Null,
            value if is_open => value.clone(),
            _ => REDACTED.into(),
        }
    }
}
