//! Tests of the sandbox. They are one program, because linking takes longer than most of them.

mod admin;
mod any_contract;
#[cfg(feature = "client")]
mod every_operation;
mod kit;
mod over_http;
#[cfg(feature = "client")]
mod received;
#[cfg(feature = "client")]
mod stubs;
#[cfg(feature = "client")]
mod users;
