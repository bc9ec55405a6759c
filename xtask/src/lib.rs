//! The comparison of contracts. It is a library, so that the integration tests can use it.

pub mod compare;
