//! The comparison of contracts, which other crates' tests use too.

pub mod compare;
