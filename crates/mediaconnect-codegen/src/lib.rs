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
//! Beside it, [`diff`] compares two outlines: what changed, and whom it breaks.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `generate` (default) | the generator itself; without it the crate only reads contracts, and compiles in seconds |

pub mod contract;
pub mod diff;
#[cfg(feature = "generate")]
mod emit;
pub mod finding;
#[path = "../../mediaconnect-api/fingerprint.rs"]
pub mod fingerprint;
#[cfg(feature = "generate")]
mod generate;
pub mod lint;
pub mod outline;
#[cfg(feature = "generate")]
mod rewrite;
#[cfg(feature = "generate")]
mod view;
mod wire_types;

pub use contract::Contract;
pub use finding::{Finding, Findings};
#[cfg(feature = "generate")]
pub use generate::generate;
pub use outline::Outline;
