//! What is made from the contract: the committed client, and the snapshots.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{snapshots, workspace};

/// The copy that services compile.
const COPY: &str = "crates/mediaconnect-api/generated/connect.rs";

/// What `cargo xtask regenerate --help` says after the options.
pub(crate) const HELP: &str = "\
From openapi/connect.yaml and its groups, two things are made and committed: crates/mediaconnect-api/generated/connect.rs, the client \
that services compile, and the snapshots in tests/snapshots. A contract that the lint refuses changes nothing; each \
finding has line, pointer and remedy.

EXIT STATUS
  0  written, or up to date; with --check, nothing is stale
  1  with --check, something is stale; or an error, which says what to do

EXAMPLES
  cargo xtask regenerate          after each edit of the contract; then read `git diff tests/snapshots/outline.snap`
  cargo xtask regenerate --check  whether that was forgotten";

/// Writes the committed client, if it changed, and the snapshots.
pub(crate) fn write() -> Result<()> {
    let path = workspace::root().join(COPY);
    let source = mediaconnect_codegen::generate(&workspace::contract()?)?;
    if fs::read_to_string(&path).ok().as_deref() == Some(source.as_str()) {
        println!("{COPY} is up to date");
    } else {
        fs::write(&path, source).with_context(|| format!("{COPY} cannot be written"))?;
        println!("{COPY} is written");
    }
    snapshots::run(true)?;
    println!("now read `git diff`: the outline in tests/snapshots says what the change means");
    Ok(())
}

/// Fails if the committed client or a snapshot is stale.
pub(crate) fn check() -> Result<()> {
    check_copy()?;
    snapshots::run(false)
}

/// Fails if the committed client is stale.
pub(crate) fn check_copy() -> Result<()> {
    let source = mediaconnect_codegen::generate(&workspace::contract()?)?;
    if fs::read_to_string(workspace::root().join(COPY)).ok().as_deref() == Some(source.as_str()) {
        return Ok(());
    }
    bail!("{COPY} is not what the contract makes: run `cargo xtask regenerate`, and commit it")
}
