//! Generates Rust source from the Connect contract, which `mediaconnect-contract` reads.
//!
//! The steps, in order:
//!
//! 1. `view` reduces the contract to the document that progenitor sees.
//! 2. `generate` runs progenitor and formats the result.
//! 3. `rewrite` changes the generated methods and models.
//! 4. `operation` emits a struct for each operation, `info` emits its facts, and `emit` emits the remaining code.

mod combinations;
mod decode;
mod emit;
mod equality;
mod facade;
mod generate;
mod method;
mod operation;
mod rewrite;
mod unverified;
mod view;
mod wire_types;

pub use generate::generate;
/// Re-exported for build scripts, so that they depend on this crate alone.
pub use mediaconnect_contract::Contract;
pub use wire_types::ScalarType;
