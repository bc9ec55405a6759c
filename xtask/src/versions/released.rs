//! Reads the contracts of the releases: `openapi/released/<version>.yaml`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use semver::Version;

use crate::workspace;

/// The directory of the contracts in the workspace.
pub(crate) const DIRECTORY: &str = "openapi/released";

/// Returns the path of a release's contract.
pub(crate) fn file(version: &Version) -> String {
    format!("{DIRECTORY}/{version}.yaml")
}

pub(crate) fn tag(version: &Version) -> String {
    format!("v{version}")
}

/// Returns the version in the name of a release file.
pub(crate) fn version(name: &str) -> Option<Version> {
    name.strip_suffix(".yaml")?.parse().ok()
}

/// Returns the sorted names of the files in the directory. Before the first release, there are no files.
pub(crate) fn names(root: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(root.join(DIRECTORY)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("{DIRECTORY} cannot be read: it must be a directory"))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Returns the releases in the working tree, in order.
pub(crate) fn versions(root: &Path) -> Result<Vec<Version>> {
    Ok(in_order(names(root)?.iter().map(String::as_str)))
}

/// Returns the releases that a commit contains, oldest first.
pub(crate) fn versions_at(root: &Path, commit: &str) -> Vec<Version> {
    let names = workspace::git(root, &["ls-tree", "--name-only", &format!("{commit}:{DIRECTORY}")]);
    // Before the first release, the directory does not exist and git fails, which means that there are no releases.
    in_order(names.unwrap_or_default().lines())
}

/// Returns the release with which the next release is compared: the highest one that is not a pre-release.
///
/// Pre-releases do not promise compatibility. If there are only pre-releases, returns the highest pre-release.
pub(crate) fn last(versions: &[Version]) -> Option<&Version> {
    versions.iter().max_by_key(|version| (version.pre.is_empty(), *version))
}

fn in_order<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Version> {
    let mut versions: Vec<Version> = names.filter_map(version).collect();
    versions.sort();
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_of(names: &[&str]) -> Option<String> {
        last(&in_order(names.iter().copied())).map(ToString::to_string)
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert_eq!(last_of(&["0.9.9.yaml", "0.10.0.yaml", "0.2.0.yaml"]).unwrap(), "0.10.0");
        assert_eq!(last_of(&["1.0.0-rc.2.yaml", "1.0.0-rc.10.yaml"]).unwrap(), "1.0.0-rc.10");
    }

    #[test]
    fn a_pre_release_counts_only_without_other_releases() {
        assert_eq!(last_of(&["0.9.0.yaml", "1.0.0-rc.1.yaml"]).unwrap(), "0.9.0");
    }

    #[test]
    fn a_file_name_without_a_version_is_not_a_release() {
        assert_eq!(last_of(&["README.md", "v1.0.0.yaml", "1.0.yaml", "1.0.0.json"]), None);
    }
}
