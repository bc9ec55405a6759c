//! Checks that Cargo.toml, CHANGELOG.md and the released contracts agree on the version.

pub(crate) mod advice;
pub(crate) mod changelog;
pub(crate) mod released;
pub(crate) mod semver_checks;

use std::path::Path;

use anyhow::{Result, bail};
use mediaconnect_contract::Contract;
use semver::Version;
use xtask::compare::{Class, Report, diff};

use crate::workspace;
use advice::Advice;
use changelog::Changelog;
use semver_checks::Verdict;

/// Checks the versions. Returns a note about what was compared, or an error that lists all problems.
pub(crate) fn check() -> Result<String> {
    let root = workspace::root();
    let now = workspace::version(&root)?;
    let changelog = workspace::read(&root, changelog::FILE)?;
    let changelog = Changelog::parse(&changelog);

    let mut wrong = own_versions(&root)?;
    let unfit = unfit_releases(&root, &now, &changelog)?;
    let mut note = String::new();
    if unfit.is_empty() {
        let (compared, untold) = compare(&root, &now, &changelog)?;
        note = compared;
        wrong.extend(untold);
    }
    wrong.extend(unfit);
    if wrong.is_empty() { Ok(note) } else { bail!("{}", wrong.join("\n")) }
}

/// Returns the changes from the contract of a release to that of the working tree.
pub(crate) fn changes_since(root: &Path, release: &Version) -> Result<Report> {
    let file = released::file(release);
    let old = Contract::parse(&file, &workspace::read(root, &file)?)?;
    let (_, old) = workspace::comparable(old)?;
    let (_, new) = workspace::comparable(workspace::contract_of(root)?)?;
    Ok(diff(&old, &new))
}

/// Returns the crates that do not use the workspace's version.
fn own_versions(root: &Path) -> Result<Vec<String>> {
    let metadata = workspace::metadata()?;
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let path = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let manifest: toml::Table = workspace::read(root, &name)?.parse()?;
        let version = manifest.get("package").and_then(|package| package.get("version"));
        if version.and_then(|version| version.get("workspace")).and_then(toml::Value::as_bool) != Some(true) {
            wrong.push(format!("{name}: the crate has its own version: write `version.workspace = true`"));
        }
    }
    Ok(wrong)
}

/// Returns the problems of the release files. Each file must have a version in its name, a readable contract, and a
/// section in the changelog. The version must not be higher than that of the workspace.
fn unfit_releases(root: &Path, now: &Version, changelog: &Changelog<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for name in released::names(root)?.into_iter().filter(|name| name != "README.md") {
        let path = format!("{}/{name}", released::DIRECTORY);
        let Some(version) = released::version(&name) else {
            wrong.push(format!(
                "{path}: the file name is not a version such as 1.2.3.yaml: rename or delete the file"
            ));
            continue;
        };
        if version > *now {
            wrong.push(format!(
                "{path} is newer than the workspace ({now}): set `version` under [workspace.package] in Cargo.toml to \
                 {version} or more, or delete the file if it was never released"
            ));
        }
        let contract = Contract::parse(&path, &workspace::read(root, &path)?);
        if let Err(error) = contract.map_err(Into::into).and_then(workspace::comparable) {
            wrong.push(format!(
                "{error:#}\n{path} must stay as it was released: restore it with `git checkout {} -- {path}`",
                released::tag(&version)
            ));
        }
        if !changelog.has_release(&version) {
            wrong.push(format!("{}: no section `## [{version}] - YYYY-MM-DD`: add it", changelog::FILE));
        }
    }
    Ok(wrong)
}

/// Compares the contract with that of the last release. Returns a note on the result, and the problems of the version
/// and the changelog.
fn compare(root: &Path, now: &Version, changelog: &Changelog<'_>) -> Result<(String, Vec<String>)> {
    let versions = released::versions(root)?;
    let Some(last) = released::last(&versions) else {
        return Ok(("nothing is released yet, so no contract is compared".to_owned(), Vec::new()));
    };
    let report = changes_since(root, last)?;
    let breaking = report.count(Class::Breaking);
    if breaking == 0 {
        return Ok((format!("{now}; the contract has no breaking change since {last}"), Vec::new()));
    }

    let advice = Advice::new(&report, Some(now.clone()), Some(last.clone()), Verdict::NotAsked);
    let mut untold = Vec::from_iter(advice.help());
    if !changelog.tells_of_breaking_since(last, "- contract:") {
        untold.push(format!(
            "{}: no entry under `### Breaking` in [Unreleased] starts with `- contract:`. Add one that says how \
             to change programs",
            changelog::FILE
        ));
    }
    if !untold.is_empty() {
        untold.insert(
            0,
            format!(
                "the contract has breaking changes since {last} (`cargo xtask diff` lists them):{}",
                advice.demand_list()
            ),
        );
    }
    Ok((
        format!(
            "{now}; the version and the changelog agree with the breaking changes since {last} ({breaking})"
        ),
        untold,
    ))
}
