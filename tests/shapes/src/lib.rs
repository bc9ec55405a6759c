//! The operations of `openapi.yaml`. This invented contract contains each kind of parameter, body and response that the
//! generator supports. `mediaconnect` calls these operations in the same way as those of the Connect API.

pub use generated::{Client, ClientInfo, Error, limits, models, operations, servers, types};
pub use mediaconnect_api::{Connection, drift, operation, url, validate, wire};

#[allow(clippy::all, clippy::pedantic, reason = "generated code")]
#[rustfmt::skip]
mod generated {
    //! Generated from the contract by `cargo xtask regenerate`.
    include!("../generated/shapes.rs");
}
