//! Tests the client that is generated from the invented contract in `tests/shapes`. This contract uses every feature
//! that the generator supports. The crate `mediaconnect` sends the requests over HTTP and reads the responses.

mod generated;
mod received;
mod refused;
mod sent;
