//! What the maintenance commands know that others can use: tests compare contracts by it too.

pub mod compare;
