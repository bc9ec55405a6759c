//! Commands of xtask as people run them, each in a small workspace of its own with a git repository.

#![cfg(unix)]

mod bundle;
mod check;
mod coverage;
mod diff_version;
mod regenerate;
mod release;
mod workspace;
