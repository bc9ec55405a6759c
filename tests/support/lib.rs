//! Support for the behaviour tests and the snapshots. It panics when a test cannot continue.

#![allow(clippy::missing_panics_doc, reason = "a panic is how a test fails")]

mod every_call;
mod fault;
mod fault_server;
mod paced;
mod private_network;
mod upstream;

use std::fs;
use std::path::{Path, PathBuf};

use mediaconnect::{Client, ClientBuilder, CustomerNumber};
use mediaconnect_contract::Contract;
use mediaconnect_sandbox::Sandbox;

pub use every_call::{Calling, call};
pub use fault::{Fault, Response};
pub use fault_server::{Door, FLOOD, FaultServer};
pub use paced::{busy, run_paced};
pub use private_network::{Authority, Proxy, serve, serve_document};
pub use upstream::{Upstream, ok, status};

/// Returns the directory of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("tests is a directory of the workspace").to_owned()
}

/// Returns a frozen copy of the contract for tests that edit it, so that changes to the real contract do not break
/// them.
#[must_use]
pub fn sample_contract_text() -> String {
    let sample = workspace().join("crates/mediaconnect-contract/tests/contract.yaml");
    fs::read_to_string(sample).expect("the sample is there")
}

/// Returns the contract.
#[must_use]
pub fn contract() -> Contract {
    Contract::load(&workspace().join("openapi/connect.yaml")).unwrap_or_else(|findings| panic!("{findings}"))
}

/// Returns a file of `tests/fixtures`.
#[must_use]
pub fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    fs::read_to_string(path).expect("the fixture is there")
}

/// Returns a client for a sandbox.
#[must_use]
pub fn client_of(sandbox: &Sandbox) -> Client {
    sandbox.client()
}

/// Returns the builder of a client for a sandbox.
#[must_use]
pub fn builder_for(sandbox: &Sandbox) -> ClientBuilder {
    sandbox.client_builder()
}

/// Returns a customer number.
#[must_use]
pub fn number(number: u64) -> CustomerNumber {
    CustomerNumber::new(number).expect("positive")
}

/// The examples of README.md, which are compiled as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct ReadmeExamples;

/// The examples of docs/bulk.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/bulk.md")]
pub struct BulkExamples;
