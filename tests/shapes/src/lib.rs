//! The operations of `openapi.yaml`: an invented contract with a case of each parameter, body and response that the
//! generator can do. What mediaconnect calls of Connect, it calls of this one too.

pub use generated::{Client, ClientInfo, Error, limits, models, operations, servers, types};
pub use mediaconnect_api::{Connection, drift, operation, url, validate, wire};

#[allow(clippy::all, clippy::pedantic, reason = "nobody writes it by hand")]
#[rustfmt::skip]
mod generated {
    //! Generated from the contract by `cargo xtask regenerate`.
    include!("../generated/shapes.rs");
}
