//! From the Connect contract to Rust source.
//!
//! The pipeline, in the order of the modules; `mediaconnect-contract` reads the contract:
//!
//! 1. `view`: the document as the generator should see it.
//! 2. `generate`: run progenitor, rewrite its output, format it.
//! 3. `rewrite`: the methods and models of progenitor as this project has them.
//! 4. `operation`: each operation as a value, `info` its entry in the table. `emit`: the rest of what progenitor does not write.

mod combinations;
mod decode;
mod emit;
mod equality;
mod facade;
mod generate;
mod info;
mod method;
mod operation;
mod reserved;
mod rewrite;
mod view;
mod wire_types;

pub use generate::generate;
/// What [`generate`] reads: a build script needs no other crate.
pub use mediaconnect_contract::Contract;
pub use wire_types::ScalarType;
