//! The comparison: each document of upstream's with the same operations of ours.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Result, bail};
use mediaconnect_contract::outline::{Operation, Outline, Server};
use mediaconnect_contract::{Contract, Finding};
use serde_json::Value;
use xtask::compare::{Change, Direction, Place, Rule, diff_on_the_wire, rules};

use super::bare;
use super::coverage::Endpoint;
use super::document::COLLAPSED;
use super::input::Input;
use super::known::Known;
use super::locate::{Places, Spot};
use super::routes::Route;

/// Both sides, and what became of each operation.
pub(super) struct Comparison<'a> {
    pub(super) contract: &'a Contract,
    pub(super) input: &'a Input,
    pub(super) outline: &'a Outline,
    pub(super) operations: Vec<Upstream<'a>>,
    known: &'a Known<'a>,
    /// The first operation of each route.
    by_route: HashMap<Route, usize>,
    sides: Vec<Side<'a>>,
}

/// A document of upstream's, and its outline without what cannot be shared.
struct Side<'a> {
    document: &'a Contract,
    outline: Outline,
    servers: Vec<String>,
}

/// The operations of a document that we have too, each with ours.
type Common<'a> = Vec<(&'a Upstream<'a>, &'a Operation)>;

/// An operation of upstream's.
pub(super) struct Upstream<'a> {
    pub(super) document: &'a Contract,
    pub(super) operation: Operation,
    /// The path as our contract would write it.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) endpoint: Option<Endpoint>,
    /// Our operation, by its id.
    pub(super) ours: Option<String>,
    side: usize,
}

impl Upstream<'_> {
    /// File and line.
    pub(super) fn at(&self) -> String {
        at(self.document, &self.operation.pointer)
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.operation.method, self.path)
    }
}

/// One difference at one place.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rule: &'static Rule,
    pub(super) direction: Option<Direction>,
    pub(super) place: Place,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// Where it is in our contract.
    pub(super) spot: Spot,
    /// File and line of upstream's.
    pub(super) at: String,
    /// The document of upstream's, and the pointer there.
    pub(super) side: usize,
    pub(super) pointer: String,
    /// Whether it is a member that is gone from an object of which upstream lists others.
    pub(super) is_one_of_several: bool,
}

impl Found {
    /// The place in its operation, as reports write it: `200 /customers/[]/emails`.
    pub(super) fn part(&self) -> String {
        let part = self.place.part.as_deref().unwrap_or_default();
        format!("{part} {}", self.place.pointer).trim_end().to_owned()
    }
}

/// Rules about a field, a response or a parameter as such, and not about the values there.
const NODES: [&str; 8] = [
    "field-",
    "now-",
    "deprecat",
    "header-",
    "parameter-",
    "request-body-",
    "error-status-",
    "success-status-",
];

impl Found {
    /// Returns what makes two findings the same one, also where an edit changed our side of it.
    pub(super) fn key(&self) -> (&'static str, String, Option<&String>) {
        (self.rule.name, self.place.to_string(), self.after.as_ref())
    }

    /// The node of our contract that would change.
    pub(super) fn contract_pointer(&self) -> &str {
        let is_value = !NODES.iter().any(|start| self.rule.name.starts_with(start));
        self.spot.value.as_deref().filter(|_| is_value).unwrap_or(&self.spot.node)
    }
}

impl<'a> Comparison<'a> {
    /// Finds out which operation is which.
    pub(super) fn of(known: &'a Known<'a>, input: &'a Input) -> Result<Self> {
        let mut comparison = Self {
            contract: known.contract,
            input,
            outline: &known.outline,
            operations: Vec::new(),
            sides: Vec::new(),
            known,
            by_route: HashMap::new(),
        };
        for document in &input.documents {
            comparison.document(document)?;
        }
        comparison.match_by_title();
        Ok(comparison)
    }

    fn document(&mut self, document: &'a Contract) -> Result<()> {
        let side = self.sides.len();
        let outline = bare::outline(document);
        let routes = &self.known.routes;
        for operation in &outline.operations {
            let path = routes.path(document, &operation.path);
            let route = Route::new(&operation.method, &path);
            let node = document.document().pointer(&operation.pointer).unwrap_or(&Value::Null);
            let title = node.get("summary").and_then(Value::as_str).unwrap_or_default().to_owned();
            let tags =
                node.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let tags: Vec<&str> = tags.chain(node.get("x-apidog-folder").and_then(Value::as_str)).collect();
            let found = Upstream {
                document,
                operation: operation.clone(),
                endpoint: self.known.endpoints.find(&route, &title, &tags).cloned(),
                ours: routes.matching(document, operation).map(str::to_owned),
                path,
                title,
                side,
            };
            match self.by_route.get(&route).copied() {
                None => {
                    self.by_route.insert(route, self.operations.len());
                    self.operations.push(found);
                }
                Some(index) if self.is_equal(&self.operations[index], &outline, &found) => {}
                Some(index) => bail!(
                    "{} is in {} and in {}, and they differ: keep the newer one",
                    found.name(),
                    self.operations[index].at(),
                    found.at()
                ),
            }
        }
        self.sides.push(Side { document, servers: routes.servers(document), outline });
        Ok(())
    }

    /// Returns whether two documents say the same of an operation.
    fn is_equal(&self, one: &Upstream<'_>, outline: &Outline, other: &Upstream<'_>) -> bool {
        let outline_of_one = self.sides.get(one.side).map_or(outline, |side| &side.outline);
        let before = alone(outline_of_one, &one.operation, "same", &other.path);
        let after = alone(outline, &other.operation, "same", &other.path);
        diff_on_the_wire(&before, &after).is_empty()
    }

    /// An operation of ours whose path is another one in upstream's document, by its title in the coverage.
    fn match_by_title(&mut self) {
        let all: HashSet<&str> = self.outline.operations.iter().map(|one| one.id.as_str()).collect();
        let mut taken: BTreeSet<String> = self.operations.iter().filter_map(|one| one.ours.clone()).collect();
        for one in self.operations.iter_mut().filter(|one| one.ours.is_none()) {
            let id = one.endpoint.as_ref().and_then(|endpoint| endpoint.operation.clone());
            let id = id.filter(|id| all.contains(id.as_str()));
            one.ours = id.filter(|id| taken.insert(id.clone()));
        }
    }

    /// All differences between our contract, or one made of it, and upstream's documents.
    pub(super) fn differences(&self, ours: &Outline) -> Vec<Found> {
        let places = Places::of(ours);
        let mut common: Vec<Common<'_>> = self.sides.iter().map(|_| Common::new()).collect();
        for one in &self.operations {
            let operation = one.ours.as_ref().and_then(|id| places.operation(id));
            common[one.side].extend(operation.map(|operation| (one, operation)));
        }
        let sides = self.sides.iter().enumerate().zip(&common).filter(|(_, common)| !common.is_empty());
        sides.flat_map(|((number, side), common)| self.of_side(ours, &places, number, side, common)).collect()
    }

    fn of_side(
        &self,
        ours: &Outline,
        places: &Places<'_>,
        number: usize,
        side: &Side<'_>,
        common: &Common<'_>,
    ) -> Vec<Found> {
        let without_operations = |outline: &Outline| Outline {
            title: outline.title.clone(),
            version: outline.version.clone(),
            servers: outline.servers.clone(),
            schemes: outline.schemes.clone(),
            groups: outline.groups.clone(),
            operations: Vec::new(),
            models: outline.models.clone(),
            scalars: outline.scalars.clone(),
        };
        let (mut old, mut new) = (without_operations(ours), without_operations(&side.outline));
        old.operations = common.iter().map(|(_, operation)| (*operation).clone()).collect();
        new.operations =
            common.iter().map(|(one, operation)| aligned(&one.operation, &one.path, operation)).collect();
        if side.outline.schemes.is_empty() {
            for operation in old.operations.iter_mut().chain(&mut new.operations) {
                operation.alternatives.clear();
            }
        }
        new.servers = servers(&side.servers);
        if new.servers.is_empty() {
            old.servers.clear();
        }
        let theirs: HashMap<&str, &Operation> =
            common.iter().map(|(one, operation)| (operation.id.as_str(), &one.operation)).collect();
        let pointer = |change: &Change, place: &Place| upstream_pointer(&theirs, change, place);
        let changes = diff_on_the_wire(&old, &new).changes;
        let found = |change: &Change| self.found(ours, places, number, side, change, &pointer);
        changes.iter().flat_map(found).collect()
    }

    fn found(
        &self,
        ours: &Outline,
        places: &Places<'_>,
        number: usize,
        side: &Side<'_>,
        change: &Change,
        pointer: &dyn Fn(&Change, &Place) -> String,
    ) -> Vec<Found> {
        let of_place = |place: &Place| {
            let mut spot = places.locate(place);
            if let Some(server) =
                ours.servers.iter().find(|server| change.before.as_ref() == Some(&server.url))
            {
                spot.node.clone_from(&server.pointer);
            }
            spot.behind = self.contract.resolve(&spot.node).map_or_else(String::new, |(pointer, _)| pointer);
            let pointer = pointer(change, place);
            Found {
                rule: change.rule,
                direction: change.direction,
                place: place.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
                spot,
                at: at(side.document, &pointer),
                side: number,
                is_one_of_several: is_one_of_several(side.document, change.rule, &pointer),
                pointer,
            }
        };
        change.places.iter().map(of_place).collect()
    }

    /// The object of a page that hides the member in question, with the number of its members if the page gives it.
    pub(super) fn folded(&self, found: &Found) -> Option<(String, Option<u64>)> {
        let is_member = [&rules::FIELD_REMOVED_RECEIVED, &rules::FIELD_REMOVED_SENT].contains(&found.rule);
        let (owner, _) = found.pointer.rsplit_once("/properties/").filter(|_| is_member)?;
        let count = self.sides[found.side].document.document().pointer(owner)?.get(COLLAPSED)?;
        Some((owner.to_owned(), count.as_u64()))
    }

    /// Objects of a page that have another number of members than ours; the page does not show them.
    pub(super) fn folded_otherwise(&self, all: &[Found]) -> Vec<Finding> {
        let mut counts: BTreeMap<(usize, String, u64), BTreeSet<&str>> = BTreeMap::new();
        for found in all {
            if let Some((owner, Some(count))) = self.folded(found) {
                counts.entry((found.side, owner, count)).or_default().insert(&found.place.pointer);
            }
        }
        let other =
            counts.into_iter().filter(|((.., count), members)| usize::try_from(*count) != Ok(members.len()));
        other
            .map(|((side, owner, count), members)| {
                let message = format!(
                    "upstream has {count} members here, and does not show them; the contract has {}",
                    members.len()
                );
                let remedy = "unfold them on the page, and save it again";
                self.sides[side].document.finding(&owner, "member-count", message, remedy)
            })
            .collect()
    }

    /// The outline of a document of upstream's.
    pub(super) fn upstream(&self, side: usize) -> &Outline {
        &self.sides[side].outline
    }

    /// Returns what of the documents is not compared.
    pub(super) fn notes(&self) -> Vec<Finding> {
        let mut notes = self.input.notes.clone();
        let compared: HashSet<usize> =
            self.operations.iter().filter(|one| one.ours.is_some()).map(|one| one.side).collect();
        for (number, side) in self.sides.iter().enumerate() {
            if compared.contains(&number) && side.outline.schemes.is_empty() {
                let message = "the document has no security scheme, so security is not compared".to_owned();
                let remedy = "look at the page's section on authorization";
                notes.push(side.document.finding("/components", "not-compared", message, remedy));
            }
        }
        notes
    }

    /// Returns whether a document names servers.
    pub(super) fn has_servers(&self) -> bool {
        self.sides.iter().any(|side| !side.servers.is_empty())
    }

    /// Returns whether a document has a security scheme.
    pub(super) fn has_schemes(&self) -> bool {
        self.sides.iter().any(|side| !side.outline.schemes.is_empty())
    }
}

fn at(document: &Contract, pointer: &str) -> String {
    document.location(pointer).to_string()
}

fn is_one_of_several(document: &Contract, rule: &Rule, pointer: &str) -> bool {
    let is_member = [&rules::FIELD_REMOVED_RECEIVED, &rules::FIELD_REMOVED_SENT].contains(&rule);
    let list = pointer.rsplit_once('/').and_then(|(list, _)| document.document().pointer(list)?.as_object());
    is_member && list.is_some_and(|members| !members.is_empty())
}

/// Where a change stands in upstream's document, whose operations are given by our ids.
fn upstream_pointer(theirs: &HashMap<&str, &Operation>, change: &Change, place: &Place) -> String {
    // What only we have is missing in upstream's operation, which our own pointer does not lead to.
    let ours = [&rules::PARAMETER_REMOVED, &rules::SUCCESS_STATUS_REMOVED, &rules::ERROR_STATUS_REMOVED];
    if ours.contains(&change.rule) {
        let one = place.operation.as_deref().and_then(|id| theirs.get(id));
        return one.map_or_else(String::new, |one| one.pointer.clone());
    }
    if change.rule == &rules::SERVER_REMOVED {
        return "/servers".to_owned();
    }
    change.contract_pointer.clone()
}

fn servers(urls: &[String]) -> Vec<Server> {
    let server = |url: &String| Server {
        pointer: "/servers".to_owned(),
        environment: None,
        url: url.clone(),
        token_url: None,
        evidence: None,
        description: None,
    };
    urls.iter().map(server).collect()
}

fn alone(outline: &Outline, operation: &Operation, id: &str, path: &str) -> Outline {
    let operation = Operation { id: id.to_owned(), path: path.to_owned(), ..operation.clone() };
    Outline { operations: vec![operation], servers: Vec::new(), schemes: Vec::new(), ..outline.clone() }
}

/// Upstream's operation with our id, and our names of placeholders if the path is the same one.
fn aligned(theirs: &Operation, path: &str, ours: &Operation) -> Operation {
    let mut operation = Operation { id: ours.id.clone(), path: path.to_owned(), ..theirs.clone() };
    if Route::new(&ours.method, path) == Route::new(&ours.method, &ours.path) {
        let (theirs, names) = (placeholders(path), placeholders(&ours.path));
        for parameter in operation.parameters.iter_mut().filter(|one| one.location == "path") {
            let position = theirs.iter().position(|name| *name == parameter.field.wire_name);
            if let Some(name) = position.and_then(|position| names.get(position)) {
                (*name).clone_into(&mut parameter.field.wire_name);
            }
        }
        operation.path.clone_from(&ours.path);
    }
    operation
}

fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}
