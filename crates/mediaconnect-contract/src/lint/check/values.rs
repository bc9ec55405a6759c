//! The rules for examples, defaults and enum values, which must fit their schemas.

use jsonschema::{Draft, Validator};
use serde_json::Value;

use crate::json_schema;
use crate::lint::Lint;
use crate::lint::grammar::{Node, Object};
use crate::pointer::escape;
use crate::rules;
use crate::rules::Rule;

const UNUSABLE: [&Rule; 4] = [&rules::LIMITS, &rules::PATTERN, &rules::WRONG_KIND, &rules::TYPE];

impl<'a> Lint<'a> {
    pub(super) fn values(&mut self) {
        for node in self.nodes(Object::Schema) {
            self.values_of_schema(&node);
        }
        for object in [Object::MediaType, Object::Parameter, Object::Header] {
            for node in self.nodes(object) {
                self.examples(&node);
            }
        }
    }

    fn values_of_schema(&mut self, node: &Node<'a>) {
        if let Some(value) = node.value.get("default") {
            self.value(&format!("{}/default", node.pointer), value, node.value, &rules::DEFAULT);
        }
        if let Some(value) = node.value.get("example") {
            self.value(&format!("{}/example", node.pointer), value, node.value, &rules::EXAMPLE);
        }
        let Some(values) = node.value.get("enum").and_then(Value::as_array) else { return };
        let mut others = node.value.clone();
        others.as_object_mut().map(|schema| schema.remove("enum"));
        for (index, value) in values.iter().enumerate() {
            let pointer = format!("{}/enum/{index}", node.pointer);
            if values[..index].contains(value) {
                let message = format!("{value} is given twice");
                self.report(&pointer, &rules::ENUM, message, "list each value once");
            }
            self.value(&pointer, value, &others, &rules::ENUM);
        }
    }

    fn examples(&mut self, node: &Node<'a>) {
        let Some(schema) = node.value.get("schema") else { return };
        if let Some(value) = node.value.get("example") {
            let pointer = format!("{}/example", node.pointer);
            self.value(&pointer, value, schema, &rules::EXAMPLE);
        }
        for (name, _) in node.value.get("examples").and_then(Value::as_object).into_iter().flatten() {
            let pointer = format!("{}/examples/{}", node.pointer, escape(name));
            // If the example is a reference, the finding shows the location of the referenced example.
            let Some((pointer, example)) = self.contract.resolve(&pointer) else { continue };
            if let Some(value) = example.get("value") {
                self.value(&format!("{pointer}/value"), value, schema, &rules::EXAMPLE);
            }
        }
    }

    fn value(&mut self, pointer: &str, value: &Value, schema: &Value, rule: &'static Rule) {
        let help = "correct the value; if upstream shows that the schema is wrong, correct the schema; quote a string \
                    that looks like a number or a boolean";
        let validator = match validator(self.contract.document(), schema) {
            Ok(validator) => validator,
            // The schema is invalid, and a rule in `UNUSABLE` has probably already reported the reason.
            Err(_) if self.findings.iter().any(|(rule, _)| UNUSABLE.contains(rule)) => return,
            Err(error) => {
                let message = format!("the schema cannot be used to check the value: {error}");
                return self.report(pointer, rule, message, "correct the schema first");
            }
        };
        for error in validator.iter_errors(value) {
            self.report(&format!("{pointer}{}", error.instance_path()), rule, error.to_string(), help);
        }
    }
}

fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&json_schema::rooted(document, schema))
        .map_err(|error| error.to_string())
}
