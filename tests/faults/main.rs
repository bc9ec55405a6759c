//! Tests calls against network and upstream faults, on real sockets with a paused clock.
//!
//! Each row of a table describes one or more calls in sequence, the faults that the servers simulate, and the expected
//! result: the number of requests that arrive, the time that passes, and the outcome of the last call. [`row`] explains
//! the columns. The rows follow the client's documentation, not its current behaviour.

mod answers;
mod backoff;
mod bodies;
mod budget;
mod bulk;
mod bulk_from_stream;
mod bulk_queue;
mod cached;
mod cancellation;
mod connection;
mod crowds;
mod foreign;
mod overview;
mod rate;
mod row;
mod token;
