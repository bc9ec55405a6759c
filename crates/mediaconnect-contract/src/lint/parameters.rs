//! Parameters: of the path, and in general.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lint, rules};
use crate::outline::{Field, Kind, Operation};

/// Formats of texts that are checked before they are sent, and leave nothing that ends a segment.
const PATH_FORMATS: [&str; 3] = ["path-segment", "e164", "country-code"];

impl Lint<'_> {
    pub(super) fn parameters(&mut self, operation: &Operation) {
        let in_path: BTreeSet<&str> = operation
            .path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect();
        let declared: BTreeMap<&str, &str> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == "path")
            .map(|parameter| (parameter.field.wire_name.as_str(), parameter.field.pointer.as_str()))
            .collect();
        for name in in_path.iter().filter(|name| !declared.contains_key(*name)) {
            self.report(
                &operation.pointer,
                &rules::PATH_PARAMETER,
                format!("the path has {{{name}}}, which is not declared"),
                "declare it under parameters, with in: path and required: true",
            );
        }
        for (name, pointer) in declared.iter().filter(|(name, _)| !in_path.contains(*name)) {
            self.report(
                pointer,
                &rules::PATH_PARAMETER,
                format!("{name} is declared, but the path has no {{{name}}}"),
                "add it to the path, or delete it",
            );
        }
        for parameter in
            operation.parameters.iter().filter(|one| one.location == "path" && !one.field.required)
        {
            self.report(
                &parameter.field.pointer,
                &rules::PATH_PARAMETER,
                format!("{} is in the path, but not required", parameter.field.wire_name),
                "add required: true: a path without it is another path",
            );
        }
        for parameter in operation.parameters.iter().filter(|one| one.location == "path") {
            let Field { wire_name, schema, pointer, .. } = &parameter.field;
            let is_safe = schema.format.as_deref().is_some_and(|format| PATH_FORMATS.contains(&format));
            if schema.kind == Kind::Text && schema.values.is_empty() && !is_safe {
                self.report(
                    pointer,
                    &rules::PATH_PARAMETER,
                    format!("{wire_name} is a text in the path that may hold a slash, `..` or a semicolon"),
                    "add format: path-segment to its schema; an id that needs these characters cannot be in a path",
                );
            }
        }
        for parameter in &operation.parameters {
            let pointer = &parameter.field.pointer;
            if !matches!(parameter.location.as_str(), "path" | "query" | "header") {
                self.report(
                    pointer,
                    &rules::PARAMETER,
                    format!("parameters in {} are not supported", parameter.location),
                    "use path, query or header",
                );
            }
            self.field(&parameter.field, true);
        }
    }

    #[cfg(feature = "lint")]
    pub(super) fn duplicate_parameters(&mut self) {
        for operation in &self.outline.operations {
            let mut seen = BTreeSet::new();
            for parameter in &operation.parameters {
                // Header names know no case.
                let (location, mut name) = (parameter.location.as_str(), parameter.field.wire_name.clone());
                if location == "header" {
                    name.make_ascii_lowercase();
                }
                if !seen.insert((location, name)) {
                    self.report(
                        &parameter.field.pointer,
                        &rules::DUPLICATE_PARAMETER,
                        format!("{} is declared twice for {location}", parameter.field.wire_name),
                        "declare it once",
                    );
                }
            }
        }
    }
}
