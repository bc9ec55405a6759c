//! The low-level client of the Connect API.
//!
//! Models, operations and limits are generated from `openapi/connect.yaml`; the types of single values
//! ([`wire`]) and the rules for what is sent ([`validate`]) are written by hand. It has no authentication, no
//! retries, no error type worth the name: services depend on the crate `mediaconnect`, which adds them.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | what it does |
//! |---|---|
//! | `codegen` | makes the code from the contract at build time, instead of taking the copy that `cargo xtask regenerate` commits; both are the same to the byte |
//! | `schemars` | JSON Schemas (schemars 1) of the models |
//! | `unverified` | operations whose path or shape upstream does not document |

mod connection;
pub mod drift;
pub mod operation;
pub mod validate;
pub mod wire;

pub use connection::{Connection, url};
pub use generated::{Client, ClientInfo, Error, limits, models, operations, servers, types};

#[allow(clippy::all, clippy::pedantic, reason = "nobody writes it by hand")]
#[rustfmt::skip]
mod generated {
    //! Generated from the contract.
    include!(concat!(env!("OUT_DIR"), "/connect.rs"));
}
