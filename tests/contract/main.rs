//! Tests the generated client of the invented contract in `tests/shapes`, which uses every supported feature of a
//! contract. The client of `mediaconnect` sends the requests over HTTP and reads the responses.

mod generated;
mod received;
mod refused;
mod sent;
