//! The comparison of contracts. It is a library, so that the tests of other crates can use it.

pub mod compare;
