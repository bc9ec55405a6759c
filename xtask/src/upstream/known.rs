//! The facts of the contract about an endpoint: they settle what a page leaves open.

use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Operation, Outline};

use super::bare;
use super::coverage::Endpoints;
use super::page;
use super::routes::{Route, Routes};

/// The contract and the list of upstream's endpoints.
pub(super) struct Known<'a> {
    pub(super) contract: &'a Contract,
    /// Without what upstream cannot share.
    pub(super) outline: Outline,
    pub(super) endpoints: Endpoints,
    pub(super) routes: Routes,
}

impl<'a> Known<'a> {
    pub(super) fn new(contract: &'a Contract, coverage: &Contract) -> Self {
        let outline = bare::outline(contract);
        Self {
            contract,
            endpoints: Endpoints::of(coverage),
            routes: Routes::new(contract, &outline),
            outline,
        }
    }

    /// Our operation of a page's endpoint, by its route or else by its title.
    pub(super) fn operation(&self, endpoint: &page::Endpoint) -> Option<&Operation> {
        let route = Route::new(&endpoint.method, self.routes.below_base(&endpoint.path));
        let by_route = self.outline.operations.iter().find(|one| Route::of(one) == route);
        let tags: Vec<&str> = endpoint.tag.iter().map(String::as_str).collect();
        by_route.or_else(|| {
            let id = self.endpoints.find(&route, &endpoint.title, &tags)?.operation.as_ref()?;
            self.outline.operations.iter().find(|one| one.id == *id)
        })
    }
}
