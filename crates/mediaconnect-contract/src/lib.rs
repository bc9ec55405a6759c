//! The Connect contract as data: read, resolved and linted. Nothing is generated here.
//!
//! 1. [`source`] reads the YAML of each file, and remembers the line of each node; `join` makes one document of the
//!    files, with the defaults of `x-operation-defaults` in each operation: the [`contract`].
//! 2. [`outline`] flattens it into facts about operations, models and fields.
//! 3. [`lint`] refuses what is unclassified, unlimited, or beyond the generator, with a remedy.
//!
//! Beside them, `bundle` writes the contract as one file, [`openapi31`] brings documents of OpenAPI 3.1 into the terms of 3.0, and [`json_schema`] schemas into
//! those of JSON Schema.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `lint` (default) | the rules that do not stop a build, and need libraries that a build should not wait for |

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
pub mod openapi31;
pub mod outline;
pub mod source;
#[cfg(feature = "lint")]
pub mod sunset;

pub use contract::Contract;
pub use finding::{Finding, Findings};
pub use outline::Outline;
pub use source::File;
