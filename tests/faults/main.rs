//! The call path against everything that goes wrong on a network, on real sockets and a paused clock.
//!
//! Each row of a table is a call (or several, one after the other) against servers that act faults, and what must
//! come of it: the requests that arrive, the time that passes, and how the last call ends. [`row`] explains the
//! columns. Rows come from the client's documentation, not from what it happens to do.

mod answers;
mod backoff;
mod bodies;
mod budget;
mod bulk;
mod bulk_from_stream;
mod cancellation;
mod connection;
mod crowds;
mod foreign;
mod rate;
mod row;
mod token;
