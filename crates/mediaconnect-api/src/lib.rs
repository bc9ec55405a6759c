//! The low-level client of the Connect API.
//!
//! Models, operations and limits are generated from `openapi/connect.yaml`. The types of single values ([`wire`]) and
//! the validation of requests ([`validate`]) are written by hand. This crate has no authentication, no retries, and
//! only a minimal error type. Services depend on the crate `mediaconnect`, which adds authentication, retries and full
//! errors.
//!
//! # Features
//!
//! No feature is on by default.
//!
//! | feature | effect |
//! |---|---|
//! | `codegen` | generates the code from the contract at build time; without it, the build uses the committed copy in `generated/` |
//! | `schemars` | adds JSON Schemas (schemars 1) of the models |
//! | `unverified` | adds the operations whose path or shape upstream does not document |

mod connection;
pub mod drift;
pub mod operation;
pub mod validate;
pub mod wire;

pub use connection::{Connection, url};
pub use generated::{Client, ClientInfo, Error, limits, models, operations, servers, types};

#[allow(clippy::all, clippy::pedantic, reason = "generated code")]
#[rustfmt::skip]
mod generated {
    //! Generated from the contract.
    include!(concat!(env!("OUT_DIR"), "/connect.rs"));
}
