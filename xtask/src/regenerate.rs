//! Makes what follows from the contract: the committed client, and the snapshots.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{snapshots, workspace};

/// The copy that services compile.
const COPY: &str = "crates/mediaconnect-api/generated/connect.rs";
/// The contract that has a case of everything, and its client.
const SHAPES: &str = "tests/shapes/openapi.yaml";
const COPY_OF_SHAPES: &str = "tests/shapes/generated/shapes.rs";

/// What `cargo xtask regenerate --help` says after the options.
pub(crate) const HELP: &str = "\
From openapi/connect.yaml and its groups, two things are made and committed: crates/mediaconnect-api/generated/connect.rs, the client \
that services compile, and the snapshots in tests/snapshots; from tests/shapes/openapi.yaml, the client that tests \
every kind of parameter, body and response. A contract that the lint refuses changes nothing; each \
finding has line, pointer and remedy. Code by hand need not compile; only the snapshots wait for it.

EXIT STATUS
  0  written, or up to date; with --check, nothing is stale
  1  with --check, something is stale; or an error, which says what to do

EXAMPLES
  cargo xtask regenerate          after each edit of the contract; then read `git diff tests/snapshots/outline.snap`
  cargo xtask regenerate --check  whether that was forgotten";

/// A file that is made from a contract.
struct Generated {
    path: &'static str,
    source: String,
    /// What is there now.
    committed: Option<String>,
}

/// Writes what changed, then the snapshots. Everything is made before anything is written.
///
/// No hand-written code is needed to make the clients, so it need not compile. For the snapshots it must.
pub(crate) fn write() -> Result<()> {
    let all = generated()?;
    let is_stale = |one: &&Generated| one.committed.as_ref() != Some(&one.source);
    for one in all.iter().filter(is_stale) {
        if let Err(error) = replace(one.path, &one.source) {
            all.iter().try_for_each(restore)?;
            return Err(error);
        }
    }
    for one in &all {
        println!("{} is {}", one.path, if is_stale(&one) { "written" } else { "up to date" });
    }
    snapshots::run(true).context(
        "the clients are written, the snapshots are not: mend the code that does not compile, then run \
         `cargo xtask snapshots --accept`",
    )?;
    println!("now read `git diff`: the outline in tests/snapshots says what the change means");
    Ok(())
}

/// Fails if a committed client or a snapshot is stale.
pub(crate) fn check() -> Result<()> {
    check_copy()?;
    snapshots::run(false)
}

/// Fails if a committed client is stale.
pub(crate) fn check_copy() -> Result<()> {
    match generated()?.iter().find(|one| one.committed.as_ref() != Some(&one.source)) {
        Some(Generated { path, .. }) => {
            bail!("{path} is not what the contract makes: run `cargo xtask regenerate`, and commit it")
        }
        None => Ok(()),
    }
}

/// The clients of both contracts; nothing is written.
fn generated() -> Result<Vec<Generated>> {
    let root = workspace::root();
    let committed = |path: &str| fs::read_to_string(root.join(path)).ok();
    let source = mediaconnect_codegen::generate(&workspace::contract()?)?;
    let mut all = vec![Generated { path: COPY, source, committed: committed(COPY) }];
    if root.join(SHAPES).is_file() {
        let source = mediaconnect_codegen::generate(&workspace::read_yaml(SHAPES)?)?;
        all.push(Generated { path: COPY_OF_SHAPES, source, committed: committed(COPY_OF_SHAPES) });
    }
    Ok(all)
}

/// Replaces a file in one step, so that it is never half of one.
fn replace(path: &str, text: &str) -> Result<()> {
    let path = workspace::root().join(path);
    let folder = path.parent().unwrap_or(Path::new(""));
    let write = || -> Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("{} cannot be written: nothing is changed", path.display()))
}

/// Brings back what was there.
fn restore(one: &Generated) -> Result<()> {
    let path = workspace::root().join(one.path);
    match &one.committed {
        Some(text) if fs::read_to_string(&path).ok().as_ref() != Some(text) => replace(one.path, text),
        _ => Ok(()),
    }
}
