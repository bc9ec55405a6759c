//! The walk through two outlines side by side, and what it collects.

use std::collections::{BTreeMap, HashMap, HashSet};

use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Schema};

use super::change::{Change, Class, Direction, Place, Rule};
use super::rules;

/// Both outlines, and the changes found so far.
pub(super) struct Walk<'a> {
    pub(super) old: &'a Outline,
    pub(super) new: &'a Outline,
    /// The operations that are the same one, whatever became of it.
    pub(super) pairs: Vec<(&'a Operation, &'a Operation)>,
    /// Components that have another name now: they stand where the old one stood, and the old name is gone.
    pub(super) renamed: BTreeMap<String, String>,
    changes: Vec<Change>,
    /// Where a change is among them.
    known: HashMap<Key, usize>,
    /// The places of each.
    places: HashSet<(usize, Place)>,
    models: [HashMap<&'a str, &'a Model>; 2],
    scalars: [HashSet<&'a str>; 2],
}

/// What makes a change the same one at another place.
type Key = (&'static str, Option<Direction>, String, Option<String>, Option<String>);

/// Where the walk is.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) place: Place,
    pub(super) direction: Direction,
    /// Whether it is a field that may be left out, before and after.
    pub(super) is_optional: bool,
}

impl Site {
    pub(super) fn new(operation: &str, part: &str, direction: Direction) -> Self {
        Self { place: place(operation, part), direction, is_optional: false }
    }

    /// A step further into the value.
    pub(super) fn under(&self, step: &str) -> Self {
        let mut site = self.clone();
        site.place.pointer = format!("{}/{step}", site.place.pointer);
        site.is_optional = false;
        site
    }

    /// The rule of this direction.
    pub(super) fn rule(&self, sent: &'static Rule, received: &'static Rule) -> &'static Rule {
        match self.direction {
            Direction::Sent => sent,
            Direction::Received => received,
        }
    }
}

/// A part of an operation, or the operation itself if the part is empty.
pub(super) fn place(operation: &str, part: &str) -> Place {
    Place {
        operation: Some(operation.to_owned()),
        part: (!part.is_empty()).then(|| part.to_owned()),
        pointer: String::new(),
    }
}

/// What was, and what is.
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

    /// The fields of an old object and of a new one.
    pub(super) fn fields_of(&self, old: &'a Schema, new: &'a Schema) -> [&'a [Field]; 2] {
        let of = |side: usize, schema: &'a Schema| match &schema.kind {
            Kind::Object(Some(name)) => {
                self.models[side].get(name.as_str()).map_or(&[][..], |model| model.fields.as_slice())
            }
            _ => &schema.fields,
        };
        [of(0, old), of(1, new)]
    }

    /// Returns whether the old contract has a component, and whether the new one has it.
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

    /// Reports what is no value of a direction.
    pub(super) fn report(&mut self, rule: &'static Rule, place: Place, pointer: &str, values: Values<'_>) {
        self.push(rule, None, place, pointer, values);
    }

    /// Reports a value.
    pub(super) fn report_at(&mut self, rule: &'static Rule, site: &Site, pointer: &str, values: Values<'_>) {
        // What people read is the same in both directions.
        let direction = (rule.class != Class::Documentation).then_some(site.direction);
        self.push(rule, direction, site.place.clone(), pointer, values);
    }

    /// A change of a shared component is one change that shows in many places.
    fn push(
        &mut self,
        rule: &'static Rule,
        direction: Option<Direction>,
        place: Place,
        pointer: &str,
        values: Values<'_>,
    ) {
        let (before, after) = (values.0.map(str::to_owned), values.1.map(str::to_owned));
        let key = (rule.name, direction, pointer.to_owned(), before.clone(), after.clone());
        if let Some(index) = self.known.get(&key) {
            if self.places.insert((*index, place.clone())) {
                self.changes[*index].places.push(place);
            }
            return;
        }
        self.known.insert(key, self.changes.len());
        self.places.insert((self.changes.len(), place.clone()));
        self.changes.push(Change {
            rule,
            direction,
            contract_pointer: pointer.to_owned(),
            places: vec![place],
            before,
            after,
        });
    }
}
