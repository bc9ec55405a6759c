//! The contract and the list of upstream's endpoints, which supply the details that a page omits.

use std::collections::HashMap;

use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Operation, Outline};

use super::bare;
use super::endpoints::Endpoints;
use super::page::PageEndpoint;
use super::routes::{Route, Routes};

pub(super) struct Known<'a> {
    pub(super) contract: &'a Contract,
    /// The bare outline of the contract.
    pub(super) outline: Outline,
    pub(super) endpoints: Endpoints,
    pub(super) routes: Routes,
    /// Maps the id of each operation to the position of the operation in the outline.
    by_id: HashMap<String, usize>,
}

impl<'a> Known<'a> {
    pub(super) fn new(contract: &'a Contract, coverage: &Contract) -> Self {
        let outline = bare::outline(contract);
        Self {
            contract,
            endpoints: Endpoints::of(coverage),
            routes: Routes::new(contract, &outline),
            by_id: outline.operations.iter().enumerate().map(|(at, one)| (one.id.clone(), at)).collect(),
            outline,
        }
    }

    /// Returns an operation of the contract with the same path as the endpoint of a page. The methods may differ.
    pub(super) fn neighbour(&self, endpoint: &PageEndpoint) -> Option<&Operation> {
        let route = |path: &str| Route::new("", path);
        let path = route(self.routes.below_base(&endpoint.path));
        self.outline.operations.iter().find(|one| route(&one.path) == path)
    }

    /// Returns the contract's operation for the endpoint of a page. The operation is found by the route of the
    /// endpoint. If no route matches, it is found by the title.
    pub(super) fn operation(&self, endpoint: &PageEndpoint) -> Option<&Operation> {
        let route = Route::new(&endpoint.method, self.routes.below_base(&endpoint.path));
        let index = self.routes.index(&route).or_else(|| {
            let tags: Vec<&str> = endpoint.tag.iter().map(String::as_str).collect();
            let id = self.endpoints.find(&route, &endpoint.title, &tags)?.operation.as_ref()?;
            self.by_id.get(id).copied()
        });
        index.map(|index| &self.outline.operations[index])
    }
}
