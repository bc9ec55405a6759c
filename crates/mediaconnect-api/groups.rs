//! The files of a contract besides its first one: those of `groups/`.
//!
//! The reader of contracts and the build scripts, which must not depend on it, all compile this file.

use std::path::Path;
use std::{fs, io};

/// The directory of the groups, beside the first file.
pub const DIRECTORY: &str = "groups";

/// Returns the paths of the groups of a contract, below its directory and in order: `groups/customer.yaml`.
///
/// # Errors
/// When the directory cannot be read. It may be missing: then there is no group.
pub fn names(contract: &Path) -> io::Result<Vec<String>> {
    let directory = contract.parent().unwrap_or(Path::new("")).join(DIRECTORY);
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_group(&name) {
            names.push(format!("{DIRECTORY}/{name}"));
        }
    }
    names.sort();
    Ok(names)
}

/// Returns whether a file of the directory is a group.
#[must_use]
pub fn is_group(name: &str) -> bool {
    !name.starts_with('.') && Path::new(name).extension().is_some_and(|extension| extension == "yaml")
}
