//! The Connect contract as data: read, resolved and linted. Nothing is generated here.
//!
//! 1. [`contract`]: reads the YAML, and remembers the line of each node.
//! 2. [`outline`]: flattens it into facts about operations, models and fields.
//! 3. [`lint`]: refuses what is unclassified, unlimited, or beyond the generator, with a remedy.
//!
//! Beside them, [`openapi31`] brings documents of OpenAPI 3.1 into the terms of 3.0, and [`json_schema`] schemas into
//! those of JSON Schema.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `lint` (default) | the rules that do not stop a build, and need libraries that a build should not wait for |

pub mod contract;
pub mod deprecation;
pub mod finding;
#[path = "../../mediaconnect-api/fingerprint.rs"]
pub mod fingerprint;
pub mod json_schema;
pub mod lint;
pub mod openapi31;
pub mod outline;
#[cfg(feature = "lint")]
pub mod sunset;

pub use contract::Contract;
pub use finding::{Finding, Findings};
pub use outline::Outline;
