//! Walks through two outlines side by side and collects the changes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Schema};

use super::change::{Change, Class, Direction, Part, Place, Rule};
use super::rules;

/// A comparison: the old and the new outline, and the changes found so far.
pub(super) struct Walk<'a> {
    pub(super) old: &'a Outline,
    pub(super) new: &'a Outline,
    /// The operations that both outlines have, as pairs of the old and the new version.
    pub(super) pairs: Vec<(&'a Operation, &'a Operation)>,
    /// The renamed components: maps each old name to the new name.
    pub(super) renamed: BTreeMap<String, String>,
    changes: Vec<Change>,
    /// Maps the key of each change to its index in `changes`.
    known: HashMap<Key, usize>,
    /// The known locations, each with the index of its change.
    places: HashSet<(usize, Place)>,
    models: [HashMap<&'a str, &'a Model>; 2],
    scalars: [HashSet<&'a str>; 2],
}

/// The key of a change: rule, direction, pointer, old value and new value. Changes with the same key are reported once,
/// with all their locations.
type Key = (&'static str, Option<Direction>, String, Option<String>, Option<String>);

/// The current location of the walk. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Site {
    operation: Rc<str>,
    part: Rc<Option<Part>>,
    pointer: String,
    pub(super) direction: Direction,
    /// True if the current value is a field, and the field is optional in both outlines.
    pub(super) is_optional: bool,
}

impl Site {
    pub(super) fn new(operation: &str, part: Option<Part>, direction: Direction) -> Self {
        Self {
            operation: operation.into(),
            part: part.into(),
            pointer: String::new(),
            direction,
            is_optional: false,
        }
    }

    /// Returns the location of a field or an item within the current value.
    pub(super) fn under(&self, step: &str) -> Self {
        let mut pointer = String::with_capacity(self.pointer.len() + 1 + step.len());
        pointer.push_str(&self.pointer);
        pointer.push('/');
        pointer.push_str(step);
        Self {
            operation: Rc::clone(&self.operation),
            part: Rc::clone(&self.part),
            pointer,
            direction: self.direction,
            is_optional: false,
        }
    }

    fn place(&self) -> Place {
        Place {
            operation: Some(self.operation.to_string()),
            part: self.part.as_ref().clone(),
            pointer: self.pointer.clone(),
        }
    }

    /// Returns the rule for the direction of the value.
    pub(super) fn rule(&self, sent: &'static Rule, received: &'static Rule) -> &'static Rule {
        match self.direction {
            Direction::Sent => sent,
            Direction::Received => received,
        }
    }
}

/// Returns the location of an operation, or of a part of the operation.
pub(super) fn place(operation: &str, part: Option<Part>) -> Place {
    Place { operation: Some(operation.to_owned()), part, pointer: String::new() }
}

pub(super) type Values<'a> = (Option<&'a str>, Option<&'a str>);

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Outline, new: &'a Outline) -> Self {
        let models =
            |outline: &'a Outline| outline.models.iter().map(|one| (one.name.as_str(), one)).collect();
        Self {
            old,
            new,
            pairs: Vec::new(),
            renamed: BTreeMap::new(),
            changes: Vec::new(),
            known: HashMap::new(),
            places: HashSet::new(),
            models: [models(old), models(new)],
            scalars: [old, new].map(|outline| outline.scalars.iter().map(|one| one.name.as_str()).collect()),
        }
    }

    /// Returns the fields of an old and of a new object.
    pub(super) fn fields_of(&self, old: &'a Schema, new: &'a Schema) -> [&'a [Field]; 2] {
        let of = |side: usize, schema: &'a Schema| match &schema.kind {
            Kind::Object(Some(name)) => {
                self.models[side].get(name.as_str()).map_or(&[][..], |model| model.fields.as_slice())
            }
            _ => &schema.fields,
        };
        [of(0, old), of(1, new)]
    }

    /// Returns two flags. The first is true if the old contract has the component, and the second is true if the new
    /// contract has it.
    pub(super) fn has_component(&self, name: &str) -> (bool, bool) {
        let has = |side: usize| self.models[side].contains_key(name) || self.scalars[side].contains(name);
        (has(0), has(1))
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    pub(super) fn contract(&mut self) {
        let (old, new) = (self.old, self.new);
        for (old, new, pointer) in
            [(&old.title, &new.title, "/info/title"), (&old.version, &new.version, "/info/version")]
        {
            if old != new {
                self.report(&rules::INFO_CHANGED, Place::default(), pointer, (Some(old), Some(new)));
            }
        }
    }

    /// Reports a change of an operation, a server or another item that is not a value. The change has no direction.
    pub(super) fn report(&mut self, rule: &'static Rule, place: Place, pointer: &str, values: Values<'_>) {
        self.push(rule, None, place, pointer, values);
    }

    /// Reports a change in a value, and returns the change.
    pub(super) fn report_at(
        &mut self,
        rule: &'static Rule,
        site: &Site,
        pointer: &str,
        values: Values<'_>,
    ) -> &mut Change {
        // A change of documentation does not affect what is sent or received, so it has no direction.
        let direction = (rule.class != Class::Documentation).then_some(site.direction);
        self.push(rule, direction, site.place(), pointer, values)
    }

    /// Adds a change. If an equal change is already known, only adds the new location to the known change.
    fn push(
        &mut self,
        rule: &'static Rule,
        direction: Option<Direction>,
        place: Place,
        pointer: &str,
        values: Values<'_>,
    ) -> &mut Change {
        let (before, after) = (values.0.map(str::to_owned), values.1.map(str::to_owned));
        let key = (rule.name, direction, pointer.to_owned(), before.clone(), after.clone());
        if let Some(index) = self.known.get(&key).copied() {
            if self.places.insert((index, place.clone())) {
                self.changes[index].places.push(place);
            }
            return &mut self.changes[index];
        }
        let index = self.changes.len();
        self.known.insert(key, index);
        self.places.insert((index, place.clone()));
        self.changes.push(Change {
            rule,
            direction,
            contract_pointer: pointer.to_owned(),
            places: vec![place],
            before,
            after,
            limit: None,
        });
        &mut self.changes[index]
    }
}
