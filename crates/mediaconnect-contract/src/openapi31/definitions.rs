//! Converts `$defs` to components, because 3.0 has no nested definitions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pointer::escape;

pub(super) const SCHEMAS: &str = "/components/schemas";

/// Maps the pointer of each definition to the name of its component.
#[derive(Clone)]
pub(super) struct Definitions(BTreeMap<String, String>);

impl Definitions {
    /// Collects all definitions, and gives each one an unused component name.
    pub(super) fn of(document: &Value) -> Self {
        let mut found = Vec::new();
        collect(document, "", &mut found);
        let mut names = BTreeMap::new();
        let mut taken: Vec<String> = document
            .pointer(SCHEMAS)
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|schemas| schemas.keys().cloned())
            .collect();
        for (pointer, name) in found {
            let numbered = (2..).map(|number| format!("{name}{number}"));
            let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
            let free = free.unwrap_or(name);
            taken.push(free.clone());
            names.insert(pointer, free);
        }
        Self(names)
    }

    /// Iterates over the pointers of the definitions and the names of their components.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// Returns the target that a reference has in the converted document.
    pub(super) fn target(&self, document: &Value, target: &str) -> String {
        let Some(pointer) = target.strip_prefix('#') else { return target.to_owned() };
        let moved = |pointer: &str| {
            // Definitions can be nested. The longest matching pointer is that of the innermost definition.
            let holds = |one: &&String| pointer == *one || pointer.starts_with(&format!("{one}/"));
            let place = self.0.keys().filter(holds).max_by_key(|one| one.len())?;
            Some(format!("#{SCHEMAS}/{}{}", escape(&self.0[place]), &pointer[place.len()..]))
        };
        moved(pointer).or_else(|| self.by_name(document, pointer)).unwrap_or_else(|| target.to_owned())
    }

    /// Finds a definition by its name alone. Some generators write `#/$defs/Name` although `Name` is defined inside the
    /// current schema.
    fn by_name(&self, document: &Value, pointer: &str) -> Option<String> {
        if !pointer.starts_with("/$defs/") || document.pointer(pointer).is_some() {
            return None;
        }
        let mut found = self.0.iter().filter(|(place, _)| place.ends_with(pointer));
        let (_, name) = found.next().filter(|_| found.next().is_none())?;
        Some(format!("#{SCHEMAS}/{}", escape(name)))
    }
}

fn collect(node: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    match node {
        Value::Object(members) => {
            for (key, value) in members {
                let here = format!("{pointer}/{}", escape(key));
                if key == "$defs" {
                    let names = value.as_object().into_iter().flatten();
                    found.extend(names.map(|(name, _)| (format!("{here}/{}", escape(name)), name.clone())));
                }
                if !matches!(key.as_str(), "example" | "examples" | "default" | "enum" | "const") {
                    collect(value, &here, found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
