//! Everything that a contract can ask for, in the invented contract of `tests/shapes`: generated, compiled, sent over HTTP by
//! mediaconnect's client, and read back.

mod generated;
mod received;
mod refused;
mod sent;
mod upstream;
