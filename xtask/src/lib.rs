//! The parts of the maintenance commands that others use: tests compare contracts by them too.

pub mod compare;
