//! Finds the two contracts to compare: files, git revisions, or the defaults.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use mediaconnect_contract::source::sibling;
use mediaconnect_contract::{Contract, File, groups};
use semver::Version;

use crate::versions::released;
use crate::workspace::{self, CONTRACT, git};

/// A contract to compare: its name, files and origin.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    first: File,
    groups: Vec<File>,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    File,
    /// A file in `openapi/released`.
    Release(Version),
    /// A commit.
    Revision(String),
}

impl Source {
    pub(super) fn contract(&self) -> Result<Contract> {
        Ok(Contract::of_files(self.first.clone(), self.groups.clone())?)
    }

    /// Returns the version of this contract if it is a release. Otherwise returns the last release at the contract's
    /// revision. If the contract has no revision, returns the last release in the working tree.
    pub(super) fn last_release(&self, root: &Path) -> Result<Option<Version>> {
        let known = match &self.origin {
            Origin::Release(version) => return Ok(Some(version.clone())),
            Origin::Revision(commit) => released::versions_at(root, commit),
            Origin::File => released::versions(root)?,
        };
        Ok(released::last(&known).cloned())
    }

    /// Returns the version of the crates at this contract's revision. If the contract has no revision, returns the
    /// version in the working tree.
    pub(super) fn workspace_version(&self, root: &Path) -> Option<Version> {
        match &self.origin {
            Origin::Revision(commit) => {
                let manifest = git(root, &["show", &format!("{commit}:Cargo.toml")]).ok()?;
                workspace::version_in(&manifest).ok()
            }
            Origin::Release(_) | Origin::File => workspace::version(root).ok(),
        }
    }

    /// Returns the git revision of the Rust code that cargo-semver-checks compares with the working tree.
    pub(super) fn baseline(&self) -> Result<String> {
        match &self.origin {
            Origin::Release(version) => Ok(released::tag(version)),
            Origin::Revision(commit) => Ok(commit.clone()),
            Origin::File => bail!(
                "--semver-checks needs the old Rust code, but {} contains only a contract: name a git revision as OLD",
                self.name
            ),
        }
    }
}

pub(super) fn pair(root: &Path, old: Option<&str>, new: Option<&str>) -> Result<(Source, Source)> {
    if let (Some(old), Some(new)) = (old, new)
        && is_same(old, new)
    {
        bail!(
            "{old} and {new} are the same contract: name two different ones, or omit NEW to compare with the \
             working tree"
        );
    }
    let old = match old {
        Some(old) => named(old, root)?,
        None => last_release(root)?,
    };
    let new = match new {
        Some(new) => named(new, root)?,
        None => Source {
            name: format!("{CONTRACT} in the working tree"),
            ..file(&root.join(CONTRACT), CONTRACT)?
        },
    };
    Ok((old, new))
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

/// Returns the contract of the last release. Before the first release, returns the contract at HEAD.
fn last_release(root: &Path) -> Result<Source> {
    let versions = released::versions(root)?;
    let Some(version) = released::last(&versions) else {
        eprintln!(
            "note: {} contains no released contract yet, so OLD is the contract at HEAD",
            released::DIRECTORY
        );
        return revision("HEAD", root);
    };
    let name = released::file(version);
    file(&root.join(&name), &name)
}

fn named(name: &str, root: &Path) -> Result<Source> {
    let path = Path::new(name);
    // A directory may have the same name as a branch. So only a file is read as a contract, and a directory name is
    // treated as a revision.
    if path.exists() && !path.is_dir() {
        return file(path, name);
    }
    // A name that ends like a YAML file is probably a misspelt path. Git would treat the name as a revision, and its
    // error would be hard to understand.
    if is_yaml(name) && !name.contains(':') {
        bail!(
            "{name} is not a file: check the path, which is relative to the current directory, or name a git \
         revision"
        );
    }
    revision(name, root)
}

fn is_yaml(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

fn file(path: &Path, name: &str) -> Result<Source> {
    let (first, groups) = File::on_disk(path, name).with_context(|| {
        format!("{name} cannot be read: check its permissions, and that it is a text file")
    })?;
    let origin = release(path).map_or(Origin::File, Origin::Release);
    Ok(Source { name: name.to_owned(), first, groups, origin })
}

/// Returns the version of a release if the file is in a directory `openapi/released`. This may be the directory of
/// another workspace.
fn release(path: &Path) -> Option<Version> {
    let path = fs::canonicalize(path).ok()?;
    let version = released::version(path.file_name()?.to_str()?)?;
    path.parent()?.ends_with(released::DIRECTORY).then_some(version)
}

/// Returns the contract at a git revision, or another file at that revision (`HEAD:openapi/other.yaml`).
fn revision(name: &str, root: &Path) -> Result<Source> {
    let (commit, path) = name.split_once(':').unwrap_or((name, CONTRACT));
    let verified =
        git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{commit}^{{commit}}")]);
    let Ok(hash) = verified else {
        bail!(
            "{name} is neither a file nor a git revision: `git log --oneline` and `git tag` list revisions; after \
             a shallow clone, run `git fetch --unshallow --tags`"
        );
    };
    let commit_id = hash.trim();
    let text = git(root, &["show", &format!("{commit_id}:{path}")]).with_context(|| {
        format!(
            "the revision {commit} has no {path}: use a later revision, or name the file with `{commit}:path`"
        )
    })?;
    let file =
        |path: &str, below: String, text| File { path: below, name: format!("{path} at {commit}"), text };
    let groups = groups_at(root, commit_id, path)?.into_iter().map(|below| {
        let path = sibling(path, &below);
        Ok(file(&path, below, git(root, &["show", &format!("{commit_id}:{path}")])?))
    });
    let groups = groups.collect::<Result<_>>()?;
    let below = path.rsplit('/').next().unwrap_or(path).to_owned();
    let first = file(path, below, text);
    Ok(Source { name: first.name.clone(), first, groups, origin: Origin::Revision(commit_id.to_owned()) })
}

/// Returns the sorted paths of a contract's group files at a commit, relative to the directory of the contract.
fn groups_at(root: &Path, commit: &str, contract: &str) -> Result<Vec<String>> {
    let directory = sibling(contract, groups::DIRECTORY);
    let listed = git(root, &["ls-tree", "--name-only", "--full-tree", commit, &format!("{directory}/")])?;
    let names =
        listed.lines().filter_map(|path| path.rsplit('/').next()).filter(|name| groups::is_group(name));
    Ok(names.map(|name| format!("{}/{name}", groups::DIRECTORY)).collect())
}
