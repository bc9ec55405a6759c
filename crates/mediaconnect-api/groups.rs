//! Lists the files in the directory `groups/` of a contract.
//!
//! The contract reader and the build scripts both compile this module, because the build scripts must not depend on the
//! reader.

use std::path::Path;
use std::{fs, io};

/// The directory of the groups, beside the first file of the contract.
pub const DIRECTORY: &str = "groups";

/// Returns the sorted paths of a contract's groups, relative to the contract's directory, such as
/// `groups/customer.yaml`. Returns no paths if the directory does not exist.
///
/// # Errors
/// Returns an error if the directory exists but cannot be read.
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

/// Returns true if a file in `groups/` with this name is a group.
#[must_use]
pub fn is_group(name: &str) -> bool {
    !name.starts_with('.') && Path::new(name).extension().is_some_and(|extension| extension == "yaml")
}
