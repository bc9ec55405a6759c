//! Support for the behaviour tests and the snapshots.

use std::fs;
use std::path::{Path, PathBuf};

use mediaconnect_codegen::Contract;

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("tests is a folder of the workspace").to_owned()
}

/// The text of the contract.
#[must_use]
pub fn contract_text() -> String {
    fs::read_to_string(workspace().join("openapi/connect.yaml")).expect("the contract is there")
}

/// The contract.
#[must_use]
pub fn contract() -> Contract {
    Contract::parse("openapi/connect.yaml", &contract_text()).expect("the contract is YAML")
}

/// A file of `tests/fixtures`.
#[must_use]
pub fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    fs::read_to_string(path).expect("the fixture is there")
}
