//! Where a contract comes from: a file, a git revision, or what is compared when nothing is named.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace;

const CONTRACT: &str = "openapi/connect.yaml";
const RELEASED: &str = "openapi/released";

/// A contract that was found: what to call it, and its text.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) text: String,
}

/// The contracts to compare.
pub(super) fn pair(old: Option<&str>, new: Option<&str>) -> Result<(Source, Source)> {
    if let (Some(old), Some(new)) = (old, new)
        && is_same(old, new)
    {
        bail!(
            "{old} and {new} are the same contract: name two, or leave NEW out to compare with the working tree"
        );
    }
    let root = root();
    let old = match old {
        Some(old) => named(old, &root)?,
        None => last_release(&root)?,
    };
    let new = match new {
        Some(new) => named(new, &root)?,
        None => file(&root.join(CONTRACT), &format!("{CONTRACT} in the working tree"))?,
    };
    Ok((old, new))
}

/// The folder that holds the contract: that of the repository we are in, else our own workspace.
pub(crate) fn root() -> PathBuf {
    let top = git(Path::new("."), &["rev-parse", "--show-toplevel"]).map(|top| PathBuf::from(top.trim()));
    top.ok().filter(|top| top.join(CONTRACT).exists()).unwrap_or_else(workspace::root)
}

fn is_same(old: &str, new: &str) -> bool {
    let path = |name: &str| fs::canonicalize(name).ok().filter(|path| path.is_file());
    match (path(old), path(new)) {
        (Some(old), Some(new)) => old == new,
        (None, None) => {
            let commit = |name: &str| {
                git(Path::new("."), &["rev-parse", "--verify", "--quiet", "--end-of-options", name])
            };
            old == new || commit(old).ok().zip(commit(new).ok()).is_some_and(|(old, new)| old == new)
        }
        _ => false,
    }
}

/// The last released contract; before the first release, the one at HEAD.
fn last_release(root: &Path) -> Result<Source> {
    let files = fs::read_dir(root.join(RELEASED)).into_iter().flatten().flatten();
    let releases = files.filter_map(|entry| {
        let path = entry.path();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml");
        let version = version(path.file_stem()?.to_str()?).filter(|_| is_yaml)?;
        Some((version, path))
    });
    let Some((_, path)) = releases.max() else {
        eprintln!("note: {RELEASED} has no contract yet, so this compares with the one at HEAD");
        return revision("HEAD", root);
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    file(&path, &format!("{RELEASED}/{name}"))
}

/// `1.2.3` as numbers, so that 0.10 comes after 0.9.
fn version(text: &str) -> Option<Vec<u64>> {
    text.strip_prefix('v').unwrap_or(text).split('.').map(|part| part.parse().ok()).collect()
}

fn named(name: &str, root: &Path) -> Result<Source> {
    let path = Path::new(name);
    // A folder may have the name of a branch.
    if path.exists() && !path.is_dir() {
        return file(path, name);
    }
    // A path that is not there is a typing error, and git would have strange words for it.
    if is_yaml(name) && !name.contains(':') {
        bail!("{name} is no file here: check the path (the current folder counts), or name a git revision");
    }
    revision(name, root)
}

fn is_yaml(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

fn file(path: &Path, name: &str) -> Result<Source> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("{name} cannot be read: check that it is a text file that you may read"))?;
    Ok(Source { name: name.to_owned(), text })
}

/// The contract of a revision, or another file of it (`HEAD:openapi/other.yaml`).
fn revision(name: &str, root: &Path) -> Result<Source> {
    let (commit, path) = name.split_once(':').unwrap_or((name, CONTRACT));
    let verified =
        git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{commit}^{{commit}}")]);
    let Ok(hash) = verified else {
        bail!(
            "{name} is neither a file nor a revision that git knows: `git log --oneline` and `git tag` list \
             revisions; after a shallow clone, run `git fetch --unshallow --tags`"
        );
    };
    let text = git(root, &["show", &format!("{}:{path}", hash.trim())]).with_context(|| {
        format!(
            "the revision {commit} has no {path}: take a later revision, or name the file with `{commit}:path`"
        )
    })?;
    Ok(Source { name: format!("{path} at {commit}"), text })
}

/// What git prints.
fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .context("git cannot be started: install it, or name two files")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("git printed what is no UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(version("0.10.0") > version("0.9.9") && version("v1.0.0") > version("0.99.0"));
        assert_eq!(version("latest"), None);
    }
}
