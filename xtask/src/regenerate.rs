//! Generates the committed client and the snapshots from the contract.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::snapshots;
use crate::workspace::{self, CONTRACT};

/// The committed client of the Connect API, which is compiled into services.
const COPY: &str = "crates/mediaconnect-api/generated/connect.rs";
/// The test contract. It contains every shape that the generator supports.
const SHAPES: &str = "tests/shapes/openapi.yaml";
const COPY_OF_SHAPES: &str = "tests/shapes/generated/shapes.rs";

pub(crate) const HELP: &str = "\
Generates these files, which are committed:
  crates/mediaconnect-api/generated/connect.rs  the client that services compile
  tests/snapshots                               the snapshots of the contract
  tests/shapes/generated/shapes.rs              the client of tests/shapes/openapi.yaml, with every supported shape
If the lint refuses a contract, no file changes, and each finding has line, pointer and help. The clients are \
written even if hand-written code does not compile. The snapshots need code that compiles.

EXIT STATUS
  0  written, or up to date; with --check, no file is stale
  1  with --check, a file is stale; or an error, which says what to do

EXAMPLES
  cargo xtask regenerate          run after each edit of the contract; then read `git diff tests/snapshots/outline.snap`
  cargo xtask regenerate --check  check that no file is stale";

/// A file that is generated from a contract.
struct Generated {
    path: &'static str,
    source: String,
    /// The current text of the file.
    committed: Option<String>,
}

/// Writes the changed clients, then the snapshots. All clients are generated before the first one is written.
///
/// The clients are written even if hand-written code does not compile. Only the snapshots need that code.
pub(crate) fn write() -> Result<()> {
    let all = generated()?;
    let is_stale = |one: &&Generated| one.committed.as_ref() != Some(&one.source);
    for one in all.iter().filter(is_stale) {
        if let Err(error) = replace(one.path, &one.source) {
            for one in &all {
                // If `restore` also fails, its error is ignored, because the error of `replace` shows the cause.
                let _ = restore(one);
            }
            return Err(error);
        }
    }
    for one in &all {
        println!("{} is {}", one.path, if is_stale(&one) { "written" } else { "up to date" });
    }
    snapshots::run(true).context(
        "the clients are written, but the snapshots are not: fix the compiler errors, then run `cargo xtask \
         snapshots --accept`",
    )?;
    println!("now read `git diff`: the outline in tests/snapshots shows the effect of the change");
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
            bail!("{path} does not match the contract: run `cargo xtask regenerate`, and commit the file")
        }
        None => Ok(()),
    }
}

/// Generates the clients of the Connect contract and of the test contract, without writing them.
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

/// Replaces a file atomically, so that no other process reads a partial file.
fn replace(path: &str, text: &str) -> Result<()> {
    let path = workspace::root().join(path);
    let write = || -> Result<()> {
        // If the file does not exist yet, it gets the permissions of the contract file.
        let permissions =
            fs::metadata(&path).or_else(|_| fs::metadata(workspace::root().join(CONTRACT)))?.permissions();
        workspace::staged(&path, text, &permissions)?.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("{} cannot be written, so no file is changed", path.display()))
}

/// Undoes `replace`. A file that did not exist before is removed.
fn restore(one: &Generated) -> Result<()> {
    let path = workspace::root().join(one.path);
    let now = fs::read_to_string(&path).ok();
    match &one.committed {
        Some(text) if now.as_ref() != Some(text) => replace(one.path, text),
        None if now.as_ref() == Some(&one.source) => Ok(fs::remove_file(&path)?),
        _ => Ok(()),
    }
}
