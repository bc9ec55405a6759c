//! Deprecation that reaches those who call the client: its methods are written by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use mediaconnect_codegen::Outline;
use mediaconnect_codegen::deprecation::silent_methods;

use crate::workspace;

/// The sources of the client.
const CLIENT: &str = "crates/mediaconnect/src";

/// Fails if a method calls a deprecated operation, and does not carry the contract's note.
pub(crate) fn check() -> Result<()> {
    let outline = Outline::of(&workspace::contract()?);
    let mut silent = Vec::new();
    for file in sources(&workspace::root().join(CLIENT))? {
        let source = fs::read_to_string(workspace::root().join(&file))
            .with_context(|| format!("{file} cannot be read"))?;
        let found = silent_methods(&outline, &source).with_context(|| format!("{file} is no Rust"))?;
        silent.extend(found.into_iter().map(|one| {
            format!(
                "{file}: {} calls {}, which is deprecated\n  remedy write {} above it, and #[allow(deprecated)]",
                one.method, one.operation, one.attribute
            )
        }));
    }
    if silent.is_empty() { Ok(()) } else { bail!("{}", silent.join("\n")) }
}

/// The Rust files of a folder, at any depth, as paths from the workspace, sorted.
fn sources(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let shown = path.strip_prefix(workspace::root()).unwrap_or(&path);
            files.push(shown.display().to_string());
        }
    }
    files.sort();
    Ok(files)
}
