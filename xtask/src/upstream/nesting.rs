//! Finds the nesting of fields, which a page lists without their depth.

use std::collections::BTreeSet;

use mediaconnect_contract::Finding;
use mediaconnect_contract::outline::{Kind as OurKind, Outline, Schema};
use serde_json::Value;

use super::fields::{Flat, note};
use super::types::PageKind;

pub(super) struct Node<'a> {
    pub(super) flat: &'a Flat,
    pub(super) members: Vec<Node<'a>>,
    /// The examples of the field, and its schema in the contract.
    pub(super) clues: Clues<'a>,
}

impl Node<'_> {
    /// Returns true if the page hides the members of the object.
    pub(super) fn is_collapsed(&self) -> bool {
        self.members.is_empty()
            && matches!(self.flat.kind.innermost().kind, PageKind::Object { count, .. } if count != Some(0))
    }
}

/// The examples of a field, and its schema in the contract. If the field is an object, the examples and the schema
/// contain the names of its members. These names show which of the next fields on the page belong to the object.
#[derive(Clone, Default)]
pub(super) struct Clues<'a> {
    pub(super) examples: Vec<&'a Value>,
    pub(super) ours: Option<(&'a Outline, &'a Schema)>,
}

impl<'a> Clues<'a> {
    pub(super) fn new(example: Option<&'a Value>, ours: Option<(&'a Outline, &'a Schema)>) -> Self {
        let mut clues = Self { examples: example.into_iter().collect(), ours };
        clues.unwrap_lists();
        clues
    }

    /// Replaces each list by its items, because only the items have members.
    fn unwrap_lists(&mut self) {
        let mut items = Vec::new();
        let mut left: Vec<&Value> = std::mem::take(&mut self.examples);
        while let Some(value) = left.pop() {
            match value {
                Value::Array(inner) => left.extend(inner),
                other => items.push(other),
            }
        }
        self.examples = items;
        while let Some((outline, schema)) = self.ours
            && let OurKind::List { items, .. } = &schema.kind
        {
            self.ours = Some((outline, items));
        }
    }

    fn names(&self) -> BTreeSet<&'a str> {
        let of_examples =
            self.examples.iter().filter_map(|value| value.as_object()).flat_map(|members| members.keys());
        let ours = self.ours.into_iter().flat_map(|(outline, schema)| outline.fields(schema));
        of_examples.map(String::as_str).chain(ours.map(|field| field.wire_name.as_str())).collect()
    }

    pub(super) fn member(&self, name: &str) -> Self {
        let ours = self.ours.and_then(|(outline, schema)| {
            let field = outline.fields(schema).iter().find(|field| field.wire_name == name)?;
            Some((outline, &field.schema))
        });
        let mut clues =
            Self { examples: self.examples.iter().filter_map(|value| value.get(name)).collect(), ours };
        clues.unwrap_lists();
        clues
    }
}

/// Returns the fields of a body as a tree, in which each field is below the object to which it belongs. A field that
/// could belong to two objects is reported and skipped.
pub(super) fn tree<'a>(
    page: &str,
    flats: &'a [Flat],
    count: Option<usize>,
    clues: &Clues<'a>,
    notes: &mut Vec<Finding>,
) -> Vec<Node<'a>> {
    let mut nesting = Nesting { page, flats, at: 0, notes };
    let mut all = nesting.members(clues, &BTreeSet::new(), count, 0);
    // The page may list more fields than the number of members that it states for the body. The remaining fields also
    // belong to the body.
    while nesting.at < flats.len() {
        all.extend(nesting.members(clues, &BTreeSet::new(), None, 0));
        if let Some(again) = flats.get(nesting.at) {
            nesting.note(again, "appears twice in one object");
            nesting.at += 1;
        }
    }
    all
}

struct Nesting<'a, 'n> {
    page: &'n str,
    flats: &'a [Flat],
    at: usize,
    notes: &'n mut Vec<Finding>,
}

/// States whether the next field belongs to the current object.
#[derive(PartialEq)]
enum Belongs {
    Yes,
    No,
    Unknown,
}

impl<'a> Nesting<'a, '_> {
    fn members(
        &mut self,
        clues: &Clues<'a>,
        outer: &BTreeSet<&'a str>,
        count: Option<usize>,
        depth: usize,
    ) -> Vec<Node<'a>> {
        let own = clues.names();
        let mut nodes: Vec<Node<'a>> = Vec::new();
        while let Some(flat) = self.flats.get(self.at) {
            if count == Some(nodes.len()) || nodes.iter().any(|node| node.flat.name == flat.name) {
                break;
            }
            if depth > 0 && count.is_none() {
                match self.belongs(&own, outer) {
                    Belongs::Yes => {}
                    Belongs::No => break,
                    Belongs::Unknown if nodes.is_empty() => break,
                    Belongs::Unknown => {
                        self.note(
                            flat,
                            "may or may not belong to the object listed before it, so the field is not compared",
                        );
                        self.at += 1;
                        continue;
                    }
                }
            }
            self.at += 1;
            let clues = clues.member(&flat.name);
            let members = match flat.kind.innermost().kind {
                PageKind::Object { count, .. } => {
                    let outer: BTreeSet<&str> = outer.union(&own).copied().collect();
                    if count.is_none_or(|count| self.is_expanded(&clues.names(), &outer, count, depth)) {
                        self.members(&clues, &outer, count, depth + 1)
                    } else {
                        Vec::new()
                    }
                }
                _ => Vec::new(),
            };
            nodes.push(Node { flat, members, clues });
        }
        nodes
    }

    fn belongs(&self, own: &BTreeSet<&str>, outer: &BTreeSet<&str>) -> Belongs {
        let left = &self.flats[self.at..];
        if own.contains(left[0].name.as_str()) {
            return Belongs::Yes;
        }
        // If the next known field belongs only to the current object, the fields before it belong to that object as
        // well.
        let next_known = left
            .iter()
            .map(|flat| flat.name.as_str())
            .find(|name| own.contains(name) || outer.contains(name));
        match next_known {
            Some(name) if own.contains(name) && !outer.contains(name) => Belongs::Yes,
            Some(name) if name == left[0].name => Belongs::No,
            // The members of the current object are unknown. All fields count as its members, up to the next field that
            // an outer object contains.
            Some(_) if own.is_empty() => Belongs::Yes,
            _ => Belongs::Unknown,
        }
    }

    /// Returns true if the page shows the object expanded, so that the next fields are its members. By default, a page
    /// expands only the outermost objects.
    fn is_expanded(&self, own: &BTreeSet<&str>, outer: &BTreeSet<&str>, count: usize, depth: usize) -> bool {
        let left = &self.flats[self.at..];
        if count == 0 || left.len() < count {
            return false;
        }
        let is_own = |flat: &Flat| own.contains(flat.name.as_str());
        let is_outer = |flat: &Flat| outer.contains(flat.name.as_str());
        if is_own(&left[0]) || left[..count].iter().any(|flat| is_own(flat) && !is_outer(flat)) {
            return true;
        }
        !is_outer(&left[0]) && depth == 0
    }

    fn note(&mut self, flat: &Flat, what: &str) {
        self.notes.push(note(self.page, flat.line, format!("the field {} {what}", flat.name)));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::upstream::{fields, lines};

    /// Returns the tree as text, and the number of notes.
    fn nested(fields: &[(&str, &str)], example: &Value) -> (String, usize) {
        let heads: Vec<String> =
            fields.iter().map(|(name, kind)| format!("{name}\n{kind}\noptional\n")).collect();
        let text = heads.concat();
        let mut notes = Vec::new();
        let flats = fields::read("p.txt", &lines::of_text(&text), &mut notes);
        let fields = tree("p.txt", &flats, None, &Clues::new(Some(example), None), &mut notes);
        (shown(&fields), notes.len())
    }

    fn shown(nodes: &[Node<'_>]) -> String {
        let one = |node: &Node<'_>| match node.members.as_slice() {
            [] => node.flat.name.clone(),
            members => format!("{}({})", node.flat.name, shown(members)),
        };
        nodes.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn members_are_nested_by_count_example_and_neighbours() {
        let example = json!({"n": 1, "who": {"first": "a", "last": "b"}, "phones": [{"number": "1", "kind": "x"}], "mail": "m"});
        let (string, object, two) = ("string", "object (Who)", "array [object {2}]");
        let who = [("n", string), ("who", object), ("first", string), ("last", string)];
        let with = |rest: &[(&'static str, &'static str)]| [&who[..], rest].concat();
        let cases = [
            (
                with(&[("phones", two), ("number", string), ("kind", string), ("mail", string)]),
                "n who(first last) phones(number kind) mail",
                0,
            ),
            // The page does not show the members of `phones`, which is the last field in the second case.
            (with(&[("phones", two), ("mail", string)]), "n who(first last) phones mail", 0),
            (with(&[("mail", string), ("phones", two)]), "n who(first last) mail phones", 0),
            // `middle` is between two known members of `who`, so it is also a member. `nick` may belong to `who` or to
            // the body, so it is reported and skipped.
            (
                vec![who[0], who[1], who[2], ("middle", string), who[3], ("mail", string)],
                "n who(first middle last) mail",
                0,
            ),
            (with(&[("nick", string), ("mail", string)]), "n who(first last) mail", 1),
            // The page states that `phones` has two members, and one of them has a new name.
            (
                with(&[("phones", two), ("no", string), ("kind", string), ("mail", string)]),
                "n who(first last) phones(no kind) mail",
                0,
            ),
        ];
        for (fields, expected, notes) in cases {
            assert_eq!(nested(&fields, &example), (expected.to_owned(), notes));
        }
    }
}
