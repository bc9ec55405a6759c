//! Deprecation that reaches those who call the client: its methods are written by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use mediaconnect_contract::Outline;

use crate::silent_methods::{SilentMethod, silent_methods};
use crate::workspace;

/// The sources of the client.
const CLIENT: &str = "crates/mediaconnect/src";

/// Fails if a method calls a deprecated operation, and does not carry the contract's note.
pub(crate) fn check() -> Result<()> {
    let silent = silent(&Outline::of(&workspace::contract()?))?;
    let lines = silent.iter().map(|(file, one)| {
        format!(
            "{file}: {} calls {}, which is deprecated\n  remedy write {} above it, and #[allow(deprecated)]",
            one.method, one.operation, one.attribute
        )
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() { Ok(()) } else { bail!("{}", lines.join("\n")) }
}

/// The silent methods of the client, each with its file.
fn silent(outline: &Outline) -> Result<Vec<(String, SilentMethod)>> {
    let mut silent = Vec::new();
    for file in sources(&workspace::root().join(CLIENT))? {
        let source = fs::read_to_string(workspace::root().join(&file))
            .with_context(|| format!("{file} cannot be read"))?;
        let found = silent_methods(outline, &source).with_context(|| format!("{file} is no Rust"))?;
        silent.extend(found.into_iter().map(|one| (file.clone(), one)));
    }
    Ok(silent)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_operation_of_the_contract_would_be_found_in_the_client_if_it_were_deprecated() {
        let mut outline = Outline::of(&workspace::contract().unwrap());
        for operation in &mut outline.operations {
            operation.deprecated = true;
            operation.deprecation.note = Some("A note that no method has.".to_owned());
        }
        let found: BTreeSet<_> =
            silent(&outline).unwrap().into_iter().map(|(_, one)| one.operation).collect();
        let all: BTreeSet<_> = outline.operations.iter().map(|operation| operation.id.clone()).collect();
        assert_eq!(found, all);
    }

    #[test]
    fn the_client_says_what_the_contract_says() {
        check().unwrap();
    }
}
