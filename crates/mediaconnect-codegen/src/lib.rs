//! From the Connect contract to Rust source.
//!
//! The pipeline, in the order of the modules:
//!
//! 1. [`contract`]: read the YAML, and remember the line of each node.
//! 2. [`outline`]: flatten it into facts about operations, models and fields.
//! 3. [`lint`]: refuse what is unclassified, unlimited, or beyond the generator, with a remedy.
//! 4. `view` (feature `generate`): the document as the generator should see it.
//! 5. `generate` (feature `generate`): run progenitor, rewrite its output, format it.
//!
//! Beside it, [`diff`] compares two outlines: what changed, and whom it breaks; [`openapi31`] brings documents of
//! OpenAPI 3.1 into the terms of 3.0.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `generate` (default) | the generator itself; without it the crate only reads contracts, and compiles in seconds |
//! | `lint` | the rules that do not stop a build, and need libraries that a build should not wait for |

pub mod contract;
#[cfg(feature = "generate")]
mod decode;
pub mod deprecation;
pub mod diff;
#[cfg(feature = "generate")]
mod emit;
pub mod finding;
#[path = "../../mediaconnect-api/fingerprint.rs"]
pub mod fingerprint;
#[cfg(feature = "generate")]
mod generate;
pub mod json_schema;
pub mod lint;
pub mod openapi31;
pub mod outline;
#[cfg(feature = "generate")]
mod rewrite;
#[cfg(feature = "lint")]
pub mod sunset;
#[cfg(feature = "generate")]
mod view;
mod wire_types;

pub use contract::Contract;
pub use finding::{Finding, Findings};
#[cfg(feature = "generate")]
pub use generate::generate;
pub use outline::Outline;
