//! Compares the operations in upstream's documents with those of the contract.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::{Result, bail};
use jiff::civil::Date;
use mediaconnect_contract::outline::{Operation, Outline};
use mediaconnect_contract::{Contract, Finding};
use serde_json::Value;
use xtask::compare::{Change, Place, diff_on_the_wire, rules};

use super::align::{self, ModelIndex, aligned, alone, only};
use super::bare;
use super::input::Input;
use super::known::Known;
use super::lifecycle;
use super::locate::Places;
use super::occurrence::{Occurrence, is_one_of_several};
use super::routes::Route;
use crate::coverage::Endpoint;

/// The contract and upstream's documents, with pairs of the operations that both have.
pub(super) struct Comparison<'a> {
    pub(super) contract: &'a Contract,
    pub(super) input: &'a Input,
    pub(super) outline: &'a Outline,
    pub(super) operations: Vec<UpstreamOperation<'a>>,
    known: &'a Known<'a>,
    /// Maps each route to the position of its operation in `operations`.
    by_route: HashMap<Route, usize>,
    pub(super) sides: Vec<Side<'a>>,
    pub(super) today: Date,
}

/// One of upstream's documents, with its bare outline (see [`bare`]).
pub(super) struct Side<'a> {
    pub(super) document: &'a Contract,
    pub(super) outline: Outline,
    pub(super) models: ModelIndex,
    servers: Vec<String>,
}

/// The operations that a document and the contract have in common, in pairs.
type Common<'a> = Vec<(&'a UpstreamOperation<'a>, &'a Operation)>;

pub(super) struct UpstreamOperation<'a> {
    pub(super) document: &'a Contract,
    pub(super) operation: Operation,
    /// The path in the form that the contract uses: without the base path of the contract's servers.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) endpoint: Option<Endpoint>,
    /// The operation id in the contract. `None` if the contract does not have the operation.
    pub(super) ours: Option<String>,
    side: usize,
}

impl UpstreamOperation<'_> {
    pub(super) fn at(&self) -> String {
        at(self.document, &self.operation.pointer)
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.operation.method, self.path)
    }
}

impl<'a> Comparison<'a> {
    /// Pairs upstream's operations with those of the contract. If upstream states no removal date for a deprecated
    /// operation, the date is computed from `today`.
    pub(super) fn of(known: &'a Known<'a>, input: &'a Input, today: Date) -> Result<Self> {
        let mut comparison = Self {
            contract: known.contract,
            input,
            outline: &known.outline,
            operations: Vec::new(),
            sides: Vec::new(),
            known,
            by_route: HashMap::new(),
            today,
        };
        for document in &input.documents {
            comparison.add(document)?;
        }
        comparison.match_by_title();
        Ok(comparison)
    }

    fn add(&mut self, document: &'a Contract) -> Result<()> {
        let side = self.sides.len();
        let outline = bare::outline(document);
        let models = ModelIndex::of(&outline);
        let routes = &self.known.routes;
        for operation in &outline.operations {
            let path = routes.path(document, &operation.path);
            let route = Route::new(&operation.method, &path);
            let node = document.document().pointer(&operation.pointer).unwrap_or(&Value::Null);
            let title = bare::title(document, operation).unwrap_or_default().to_owned();
            let tags =
                node.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let tags: Vec<&str> = tags.chain(node.get("x-apidog-folder").and_then(Value::as_str)).collect();
            let found = UpstreamOperation {
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
                Some(index) if self.is_equal(&self.operations[index], (&outline, &models), &found) => {}
                Some(index) => bail!(
                    "{} is described differently at {} and at {}: delete the older description",
                    found.name(),
                    self.operations[index].at(),
                    found.at()
                ),
            }
        }
        self.sides.push(Side { document, servers: routes.servers(document), outline, models });
        Ok(())
    }

    /// Returns true if two documents describe an operation in the same way.
    fn is_equal(
        &self,
        one: &UpstreamOperation<'_>,
        (outline, models): (&Outline, &ModelIndex),
        other: &UpstreamOperation<'_>,
    ) -> bool {
        let side = self.sides.get(one.side);
        let (old, old_models) = side.map_or((outline, models), |side| (&side.outline, &side.models));
        let before = alone(old, old_models, &one.operation, "same", &other.path);
        let after = alone(outline, models, &other.operation, "same", &other.path);
        diff_on_the_wire(&before, &after).is_empty()
    }

    /// Pairs the remaining operations of upstream with the contract's operations that `openapi/coverage.yaml` lists
    /// under the same titles. The paths or methods of such a pair differ.
    fn match_by_title(&mut self) {
        let all: HashSet<&str> = self.outline.operations.iter().map(|one| one.id.as_str()).collect();
        let mut taken: BTreeSet<String> = self.operations.iter().filter_map(|one| one.ours.clone()).collect();
        for one in self.operations.iter_mut().filter(|one| one.ours.is_none()) {
            let id = one.endpoint.as_ref().and_then(|endpoint| endpoint.operation.clone());
            let id = id.filter(|id| all.contains(id.as_str()));
            one.ours = id.filter(|id| taken.insert(id.clone()));
        }
    }

    /// Returns all differences between an outline of the contract and upstream's documents.
    pub(super) fn differences(&self, ours: &Outline) -> Vec<Occurrence> {
        let (models, places) = (ModelIndex::of(ours), Places::of(ours));
        let common = self.common(&places);
        let sides = self.sides.iter().enumerate().zip(&common).filter(|(_, common)| !common.is_empty());
        sides
            .flat_map(|((number, side), common)| self.of_side(ours, &models, &places, number, side, common))
            .collect()
    }

    /// Returns the common operations of the contract and of upstream.
    fn common<'s>(&'s self, places: &Places<'s>) -> Vec<Common<'s>> {
        let mut common: Vec<Common<'_>> = self.sides.iter().map(|_| Common::new()).collect();
        for one in &self.operations {
            let operation = one.ours.as_ref().and_then(|id| places.operation(id));
            common[one.side].extend(operation.map(|operation| (one, operation)));
        }
        common
    }

    fn of_side(
        &self,
        ours: &Outline,
        models: &ModelIndex,
        places: &Places<'_>,
        number: usize,
        side: &Side<'_>,
        common: &Common<'_>,
    ) -> Vec<Occurrence> {
        let (mut old, mut new) = outlines(ours, models, side, common);
        if side.outline.schemes.is_empty() {
            for operation in old.operations.iter_mut().chain(&mut new.operations) {
                operation.alternatives.clear();
            }
        }
        for ((one, _), (before, after)) in common.iter().zip(old.operations.iter().zip(&mut new.operations)) {
            let (removal, _) = lifecycle::sunset(side.document, &one.operation, self.today);
            let ours = before.deprecation.sunset.as_deref();
            after.deprecation.sunset =
                removal.map_or_else(|| ours.map(str::to_owned), |removal| removal.compared(ours));
        }
        new.servers = align::servers(&side.servers);
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
    ) -> Vec<Occurrence> {
        let of_place = |place: &Place| {
            let mut spot = places.locate(place);
            if let Some(server) =
                ours.servers.iter().find(|server| change.before.as_ref() == Some(&server.url))
            {
                spot.node.clone_from(&server.pointer);
            }
            spot.behind = self.contract.resolve(&spot.node).map_or_else(String::new, |(pointer, _)| pointer);
            let pointer = pointer(change, place);
            Occurrence {
                rule: change.rule,
                direction: change.direction,
                place: place.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
                limit: change.limit.clone(),
                spot,
                at: at(side.document, &pointer),
                side: number,
                is_one_of_several: is_one_of_several(side.document, change.rule, &pointer),
                pointer,
            }
        };
        change.places.iter().map(of_place).collect()
    }

    pub(super) fn document(&self, side: usize) -> &Contract {
        self.sides[side].document
    }

    pub(super) fn upstream(&self, side: usize) -> &Outline {
        &self.sides[side].outline
    }

    /// Returns a note for each part of the documents that is not compared.
    pub(super) fn notes(&self) -> Vec<Finding> {
        let mut notes = self.input.notes.clone();
        let secured: HashSet<&str> = self
            .outline
            .operations
            .iter()
            .filter(|one| !one.alternatives.is_empty())
            .map(|one| one.id.as_str())
            .collect();
        let is_secured =
            |one: &&UpstreamOperation<'_>| one.ours.as_deref().is_some_and(|id| secured.contains(id));
        let compared: HashSet<usize> =
            self.operations.iter().filter(is_secured).map(|one| one.side).collect();
        for (number, side) in self.sides.iter().enumerate() {
            if compared.contains(&number) && side.outline.schemes.is_empty() {
                let message = "the document has no security scheme, so security is not compared".to_owned();
                let help = "read the page's section on authorization";
                notes.push(side.document.finding("/components", "not-compared", message, help));
            }
        }
        notes
    }

    pub(super) fn has_servers(&self) -> bool {
        self.sides.iter().any(|side| !side.servers.is_empty())
    }

    pub(super) fn has_schemes(&self) -> bool {
        self.sides.iter().any(|side| !side.outline.schemes.is_empty())
    }
}

fn at(document: &Contract, pointer: &str) -> String {
    document.location(pointer).to_string()
}

/// Returns the pointer in upstream's document at which a change is reported. `theirs` maps the operation ids of the
/// contract to upstream's operations.
fn upstream_pointer(theirs: &HashMap<&str, &Operation>, change: &Change, place: &Place) -> String {
    // Upstream's document does not contain a removed part, so no pointer can lead to it. The change is reported at
    // upstream's operation instead.
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

/// Returns the outlines of the contract and of upstream, reduced to their common operations.
fn outlines(ours: &Outline, models: &ModelIndex, side: &Side<'_>, common: &Common<'_>) -> (Outline, Outline) {
    let old = common.iter().map(|(_, operation)| (*operation).clone()).collect();
    let new = common.iter().map(|(one, operation)| aligned(&one.operation, &one.path, operation)).collect();
    (only(ours, models, old), only(&side.outline, &side.models, new))
}
