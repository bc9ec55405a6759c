//! Tests the generated client of the invented contract in `tests/shapes`, which has everything that a contract can
//! contain. The client of `mediaconnect` sends the requests over HTTP and reads the responses.

mod generated;
mod received;
mod refused;
mod sent;
