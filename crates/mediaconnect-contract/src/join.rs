//! Joins the files of a contract into one document.
//!
//! The first file contains the shared parts and lists the paths. For each path, it has either the definition or a
//! reference to a group: `/v1/order: {$ref: 'groups/order.yaml#/paths/order'}`. A group contains `components` and
//! `paths`. Inside a group, a path may have any name, for example `order`.
//!
//! The joined document has all paths under `/paths` and all components under `/components`. Each reference starts
//! with `#/`.
//!
//! A group may refer to itself and to components of the first file. The first file may refer to paths of groups. These
//! rules prevent cycles between files. A component that several groups need must therefore be in the first file.

use serde_json::{Map, Value, json};

use crate::defaults;
use crate::finding::Finding;
use crate::origins::Origins;
use crate::pointer::escape;
use crate::rules::{self, Rule};
use crate::source::{Source, sibling};

pub(crate) fn names_groups(first: &Source) -> bool {
    references_of_paths(first).next().is_some()
}

/// Returns the paths that refer to another file, with their references.
fn references_of_paths(first: &Source) -> impl Iterator<Item = (&String, &str)> {
    let paths = first.document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths
        .filter_map(|(path, item)| match item.as_object() {
            Some(members) if members.len() == 1 => Some((path, item.get("$ref")?.as_str()?)),
            _ => None,
        })
        .filter(|(_, target)| !target.starts_with('#'))
}

pub(crate) struct Joined {
    pub(crate) document: Value,
    pub(crate) origins: Origins,
    pub(crate) problems: Vec<(&'static Rule, Finding)>,
}

pub(crate) fn join(sources: &[Source]) -> Joined {
    let mut join = Join { sources, ..Join::default() };
    let document = join.document();
    Joined { document, origins: join.origins, problems: join.problems }
}

#[derive(Default)]
struct Join<'a> {
    sources: &'a [Source],
    /// The paths in groups: the path, the index of the group, and the pointer in the group.
    paths: Vec<(String, usize, String)>,
    origins: Origins,
    problems: Vec<(&'static Rule, Finding)>,
}

impl Join<'_> {
    fn document(&mut self) -> Value {
        let first = &self.sources[0];
        let has_defaults = first.document.get(defaults::KEY).is_some();
        if self.sources.len() == 1 && !has_defaults {
            return first.document.clone();
        }
        self.list_paths();
        let mut document = self.rewritten(0, &first.document);
        self.move_paths(&mut document);
        self.move_components(&mut document);
        (1..self.sources.len()).for_each(|group| self.check_group(group));
        if has_defaults {
            self.problems.extend(defaults::apply(&mut document, &mut self.origins, first));
        }
        document
    }

    fn list_paths(&mut self) {
        for (path, target) in references_of_paths(&self.sources[0]) {
            let Some((group, pointer)) = self.find(0, target) else { continue };
            if group == 0 || pointer.matches('/').count() != 2 || !pointer.starts_with("/paths/") {
                continue;
            }
            if self.paths.iter().any(|(_, other, known)| (*other, known) == (group, &pointer)) {
                self.report(
                    0,
                    &format!("/paths/{}", escape(path)),
                    &rules::GROUP,
                    format!("{target} is listed twice"),
                    "list each path of a group once",
                );
            }
            self.paths.push((path.clone(), group, pointer));
        }
    }

    fn move_paths(&mut self, document: &mut Value) {
        for (path, group, pointer) in self.paths.clone() {
            let Some(item) = self.sources[group].document.pointer(&pointer) else { continue };
            document["paths"][&path] = self.rewritten(group, item);
            self.origins.note_below(format!("/paths/{}", escape(&path)), group, pointer);
        }
    }

    /// Adds the components: first those of the groups, in the order of the paths, then those of the first file.
    fn move_components(&mut self, document: &mut Value) {
        let mut order: Vec<usize> = self.paths.iter().map(|(_, group, _)| *group).collect();
        order.extend(1..self.sources.len());
        let mut seen = vec![false; self.sources.len()];
        order.retain(|group| !std::mem::replace(&mut seen[*group], true));

        let mut joined: Map<String, Value> = Map::new();
        for group in order {
            let components = self.sources[group].document.get("components").and_then(Value::as_object);
            for (kind, members) in components.into_iter().flatten() {
                for (name, node) in members.as_object().into_iter().flatten() {
                    let pointer = format!("/components/{}/{}", escape(kind), escape(name));
                    self.check_unique(group, &pointer);
                    let all = joined.entry(kind).or_insert_with(|| json!({}));
                    all[name] = self.rewritten(group, node);
                    self.origins.note(pointer.clone(), group, &pointer);
                }
            }
        }
        let Some(own) = document.as_object_mut() else { return };
        let own = own.entry("components").or_insert_with(|| json!({}));
        let Some(own) = own.as_object_mut() else { return };
        for (kind, members) in joined {
            let Value::Object(mut all) = members else { continue };
            if let Some(Value::Object(shared)) = own.get(&kind) {
                all.extend(shared.clone());
            }
            own.insert(kind, Value::Object(all));
        }
    }

    fn check_unique(&mut self, group: usize, pointer: &str) {
        let others = self.sources.iter().enumerate().filter(|(index, _)| *index != group);
        let twin = others.rev().find(|(_, other)| other.document.pointer(pointer).is_some());
        if let Some((_, twin)) = twin {
            let message =
                format!("the component at {}:{} has the same name", twin.name(), twin.line(pointer));
            let help = "rename one of them; if several groups need the same component, define it only in the first file";
            self.report(group, pointer, &rules::DUPLICATE_COMPONENT, message, help);
        }
    }

    fn check_group(&mut self, group: usize) {
        let source = &self.sources[group];
        let Some(members) = source.document.as_object() else {
            let message = "a group must be an object with paths and components".to_owned();
            return self.report(group, "", &rules::GROUP, message, "write `paths:` with the paths below it");
        };
        for key in members.keys().filter(|key| !matches!(key.as_str(), "paths" | "components")) {
            let message = format!("a group cannot have {key}");
            let help =
                "keep only paths and components here, and move what all operations share to the first file";
            self.report(group, &format!("/{}", escape(key)), &rules::GROUP, message, help);
        }
        for name in source.document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            let pointer = format!("/paths/{}", escape(name));
            if self.paths.iter().any(|(_, other, known)| (*other, known) == (group, &pointer)) {
                continue;
            }
            let message =
                format!("the first file does not list the path {name}, so its operations are ignored");
            let help = format!(
                "add it to the paths of {}: `/the/path: {{$ref: '{}#{pointer}'}}`",
                self.sources[0].path(),
                source.path()
            );
            self.report(group, &pointer, &rules::GROUP, message, &help);
        }
    }

    /// Copies a node, and rewrites its references for the joined document.
    fn rewritten(&self, file: usize, node: &Value) -> Value {
        match node {
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| match value {
                    Value::String(target) if key == "$ref" => (key.clone(), json!(self.target(file, target))),
                    _ => (key.clone(), self.rewritten(file, value)),
                });
                Value::Object(members.collect())
            }
            Value::Array(items) => items.iter().map(|item| self.rewritten(file, item)).collect(),
            other => other.clone(),
        }
    }

    /// Rewrites a reference for the joined document. If there are groups, a broken reference that begins with `#` gets
    /// the path of its file as a prefix. Without the prefix, the reference could match a node of another file in the
    /// joined document.
    fn target(&self, file: usize, target: &str) -> String {
        let found = self.find(file, target).and_then(|(to, pointer)| {
            let is_allowed = to == file || to == 0 && pointer.starts_with("/components/");
            self.pointer(to, &pointer).filter(|_| is_allowed)
        });
        match found {
            Some(pointer) => format!("#{pointer}"),
            None if self.sources.len() > 1 && target.starts_with('#') => {
                format!("{}{target}", self.sources[file].path())
            }
            None => target.to_owned(),
        }
    }

    fn find(&self, file: usize, target: &str) -> Option<(usize, String)> {
        let (path, pointer) = target.split_once('#')?;
        let path = if path.is_empty() {
            self.sources[file].path().to_owned()
        } else {
            normalized(&sibling(self.sources[file].path(), path))?
        };
        let to = self.sources.iter().position(|source| source.path() == path)?;
        self.sources[to].document.pointer(pointer)?;
        Some((to, pointer.to_owned()))
    }

    /// Converts a pointer in a file to the pointer in the joined document.
    fn pointer(&self, file: usize, pointer: &str) -> Option<String> {
        if file == 0 {
            return Some(defaults::component(pointer).unwrap_or_else(|| pointer.to_owned()));
        }
        if pointer.starts_with("/components/") {
            return Some(pointer.to_owned());
        }
        self.paths.iter().filter(|(_, group, _)| *group == file).find_map(|(path, _, own)| {
            let rest =
                pointer.strip_prefix(own.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some(format!("/paths/{}{rest}", escape(path)))
        })
    }

    fn report(&mut self, file: usize, pointer: &str, rule: &'static Rule, message: String, help: &str) {
        let finding = self.sources[file].finding(pointer, rule.name, message, help);
        self.problems.push((rule, finding));
    }
}

/// Resolves `.` and `..` in a path. Returns `None` if the path leaves the contract's directory.
pub(crate) fn normalized(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(':') {
        return None;
    }
    let mut steps = Vec::new();
    for step in path.split('/').filter(|step| *step != ".") {
        if step == ".." {
            steps.pop()?;
        } else {
            steps.push(step);
        }
    }
    Some(steps.join("/"))
}
