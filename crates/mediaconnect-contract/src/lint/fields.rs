//! The rules for fields and parameters: their metadata and their types.

use super::{Lint, rules};
use crate::outline::{Field, Kind, Schema};

impl Lint<'_> {
    pub(super) fn field(&mut self, field: &Field, sent: bool) {
        self.sensitivity(field);
        self.evidence(&field.pointer, field.evidence.as_deref(), false);
        self.description(&field.pointer, field.description.as_deref());
        if sent {
            self.limit(&field.pointer, &field.wire_name, &field.schema);
        }
        self.inline(&field.schema);
    }

    /// Checks a schema without a name.
    pub(super) fn inline(&mut self, schema: &Schema) {
        if schema.name.is_some() {
            return;
        }
        self.composition(&schema.pointer);
        self.kind(schema);
        if !schema.values.is_empty() {
            self.report(
                &schema.pointer,
                &rules::NAMED_ENUM,
                "the enum has no name".to_owned(),
                "move the enum to components/schemas and refer to it, because its Rust type needs a name",
            );
        }
    }

    /// Checks that a string has a maximum length. In a list or a map, checks the items or the values.
    pub(super) fn limit(&mut self, pointer: &str, name: &str, schema: &Schema) {
        if let Kind::List { items: inner, .. } | Kind::Map { values: Some(inner) } = &schema.kind {
            return self.limit(pointer, name, inner);
        }
        let is_bounded = matches!(schema.format.as_deref(), Some("date" | "date-time" | "decimal"));
        let unlimited = schema.kind == Kind::Text
            && schema.limits.max_length.is_none()
            && schema.values.is_empty()
            && !is_bounded;
        if unlimited {
            self.report(
                pointer,
                &rules::LIMIT,
                format!("{name} is sent, but has no maxLength"),
                "set maxLength to upstream's documented limit, or to a high limit with a comment",
            );
        }
    }

    /// Checks a field with `x-send-empty`. The field must be an optional list that may be empty, in a model that the
    /// client sends and never receives. `is_only_sent` is true for a field of such a model.
    pub(super) fn send_empty(&mut self, field: &Field, is_only_sent: bool) {
        let may_be_empty = field.schema.limits.min_items.is_none_or(|min| min == 0);
        let is_list = matches!(field.schema.kind, Kind::List { .. });
        if field.sends_empty() && !(is_list && !field.required && may_be_empty && is_only_sent) {
            self.report(
                &field.pointer,
                &rules::SENT_SHAPE,
                format!("{} has x-send-empty, which is only for optional lists in request bodies", field.wire_name),
                "delete x-send-empty; an empty list is sent if the field is required, and the field of a response is \
                 only read",
            );
        }
    }

    /// Checks the lists and maps in a schema that is sent. `in_map` is true for the values of a map.
    pub(super) fn sent_shape(&mut self, schema: &Schema, in_map: bool) {
        match &schema.kind {
            Kind::List { wrapper: Some(_), .. } => self.report(
                &schema.pointer,
                &rules::SENT_SHAPE,
                "a request has a list with x-list-wrapper, but the client cannot send the wrapper".to_owned(),
                "move the wrapper to components/schemas as an object with the list as a field, and delete x-list-wrapper",
            ),
            Kind::List { items, .. } => self.sent_shape(items, in_map),
            Kind::Map { values: Some(values) } => self.sent_shape(values, true),
            Kind::Number if in_map && schema.format.as_deref() == Some("decimal") => self.report(
                &schema.pointer,
                &rules::SENT_SHAPE,
                "a request has a map of decimal numbers, but the client can send the values only as strings".to_owned(),
                "list the amounts as fields of an object, or write type: string if upstream accepts strings",
            ),
            _ => {}
        }
    }

    fn nested(&mut self, schema: &Schema, inner: &Schema, what: &str, help: &'static str) {
        let pointer = if inner.name.is_none() { &inner.pointer } else { &schema.pointer };
        self.report(pointer, &rules::NESTED_LIST, format!("{what} is not supported"), help);
    }

    pub(super) fn kind(&mut self, schema: &Schema) {
        let is_list = matches!(schema.kind, Kind::List { .. });
        match &schema.kind {
            Kind::Other(what) => self.report(
                &schema.pointer,
                &rules::TYPE,
                format!("this schema has {what}, which the generator does not support"),
                "give it a type: string, integer, number, boolean, object or array",
            ),
            Kind::Object(None) => self.report(
                &schema.pointer,
                &rules::NAMED_OBJECT,
                "the object has no name".to_owned(),
                "move the object to components/schemas and refer to it, because its Rust type needs a name",
            ),
            Kind::List { items, .. } if self.node(&items.pointer).is_null() => self.report(
                &schema.pointer,
                &rules::LIST_ITEMS,
                "the schema of the list's items is missing".to_owned(),
                "add `items` to the list; x-list-wrapper, if present, must be the name of the property that contains the list",
            ),
            Kind::List { items: inner, .. } | Kind::Map { values: Some(inner) }
                if matches!(inner.kind, Kind::List { .. }) =>
            {
                let what = if is_list { "a list of lists" } else { "a map of lists" };
                self.nested(schema, inner, what, "put the inner list into an object");
            }
            // A list of maps of objects is refused, because the generator emits no `Element` implementation for the
            // objects of such a field.
            Kind::List { items, .. } if is_map_of_models(items) => {
                self.nested(schema, items, "a list of maps of objects", "put the map into an object");
            }
            Kind::List { items: inner, .. } | Kind::Map { values: Some(inner) } => self.inline(inner),
            _ => {}
        }
    }
}

fn is_map_of_models(schema: &Schema) -> bool {
    matches!(&schema.kind, Kind::Map { values: Some(values) } if values.model().is_some())
}
