//! Everything that a contract can contain, in the invented contract of `tests/shapes`. It is generated, compiled, sent
//! over HTTP by the client of `mediaconnect`, and read back.

mod generated;
mod received;
mod refused;
mod sent;
