//! Generates Rust source from the Connect contract, which `mediaconnect-contract` reads.
//!
//! The steps in order:
//!
//! 1. `view` reduces the contract to the document that progenitor sees.
//! 2. `generate` runs progenitor and formats the result.
//! 3. `rewrite` changes the generated methods and models.
//! 4. `emit` adds a struct for each operation, and all other code that progenitor does not write.
//!
//! A module imports only modules of earlier steps, and shared helpers such as `wire_types`.

mod combinations;
mod decode;
mod emit;
mod equality;
mod facade;
mod generate;
mod rewrite;
mod unverified;
mod view;
mod wire_types;

pub use facade::has_only_success_flag;
pub use generate::generate;
/// Re-exported, so that build scripts depend on this crate alone.
pub use mediaconnect_contract::Contract;
pub use wire_types::ScalarType;
