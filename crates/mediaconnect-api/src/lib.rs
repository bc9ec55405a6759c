//! The low-level client of the Connect API.
//!
//! Models, operations and limits are generated from `openapi/connect.yaml`; the types of single values
//! ([`wire`]) and the rules for what is sent ([`validate`]) are written by hand. It has no authentication, no
//! retries, no error type worth the name: services depend on the crate `mediaconnect`, which adds them.
//!
//! Where the generated code comes from depends on the feature `codegen`: with it, from the contract at build
//! time; without it, from the copy that `cargo xtask regenerate` commits. Both are the same to the byte.

mod context;
pub mod drift;
pub mod operation;
pub mod validate;
pub mod wire;

pub use context::{Carrier, Context, send};
pub use generated::{Client, ClientInfo, Error, limits, operations, servers, types};

#[allow(clippy::all, clippy::pedantic, reason = "nobody writes it by hand")]
#[rustfmt::skip]
mod generated {
    //! Generated from the contract.
    include!(concat!(env!("OUT_DIR"), "/connect.rs"));
}
