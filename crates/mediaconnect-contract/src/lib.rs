//! Reads, resolves and lints the Connect contract. This crate generates no code.
//!
//! 1. [`source`] reads the YAML of each file and records the line of each node. `join` combines the files and the
//!    defaults of `x-operation-defaults` into one document: the [`contract`].
//! 2. [`outline`] reduces the contract to a description of its operations, models and fields.
//! 3. [`lint`] rejects a contract that lacks classifications or limits, or that the generator does not support. Each
//!    finding explains the fix.
//!
//! `bundle` writes the contract as one file, [`openapi31`] converts OpenAPI 3.1 to 3.0, and [`json_schema`] converts
//! schemas to JSON Schema.
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `lint` (default) | adds the rules that do not stop a build. The libraries of these rules would slow down a build |

mod bundle;
pub mod contract;
mod defaults;
pub mod deprecation;
pub mod finding;
#[path = "../../mediaconnect-api/fingerprint.rs"]
pub mod fingerprint;
#[path = "../../mediaconnect-api/groups.rs"]
pub mod groups;
mod join;
pub mod json_schema;
pub mod lint;
pub mod methods;
pub mod openapi31;
mod origins;
pub mod outline;
pub mod pointer;
pub mod rules;
pub mod source;
#[cfg(feature = "lint")]
pub mod sunset;

pub use contract::Contract;
pub use finding::{Finding, Findings};
pub use outline::Outline;
pub use source::File;
