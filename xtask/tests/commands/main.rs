//! The commands of xtask, each in its own small workspace with a git repository.

#![cfg(unix)]

mod bundle;
mod check;
mod coverage;
mod diff_version;
mod regenerate;
mod release;
mod workspace;
