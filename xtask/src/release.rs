//! Prepares a release: checks everything, then writes the contract and the changelog. A person publishes the release.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::civil::Date;
use semver::Version;
use xtask::compare::Report;

use crate::check;
use crate::sunset::{self, Calendar};
use crate::versions::advice::{Advice, RAISE};
use crate::versions::changelog::{self, Changelog};
use crate::versions::changes_since;
use crate::versions::released;
use crate::versions::semver_checks::{self, Verdict};
use crate::workspace::{self, CONTRACT};

/// The text below the options of `cargo xtask release --help`.
pub(crate) const HELP: &str = "\
The version is that of Cargo.toml. Nothing is written unless all of these are true:
  - git has nothing to commit;
  - the version is higher than all released ones, and high enough for the changes;
  - CHANGELOG.md has entries under [Unreleased];
  - `cargo xtask check` and `cargo test --workspace` pass;
  - cargo-semver-checks, if it is installed, finds no change that the version does not allow.

Then openapi/connect.yaml and its groups are written as one file to openapi/released/VERSION.yaml, and the section \
[Unreleased] of CHANGELOG.md becomes [VERSION] - DATE: both files, or neither. The commands that commit, tag and publish \
are printed, but not run.

EXIT STATUS
  0  released; with --dry-run: ready for the release
  1  something is missing, and nothing was written; the message says what to do
  2  wrong arguments

EXAMPLES
  cargo xtask release --dry-run  check everything, and print the changes
  cargo xtask release            make the release";

/// The arguments of `cargo xtask release`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Check everything, print the changes that would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The date of the release [default: today, in UTC].
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
}

/// Checks everything. Writes the files unless this is a dry run.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let root = workspace::root();
    let date = arguments.date.unwrap_or_else(sunset::today);
    let plan = Plan::new(&root, date)?;
    println!("release {} of {date}", plan.version);

    check::run(&[], &Calendar { today: date })?;
    let mut tests = workspace::cargo(&["test", "--quiet", "--workspace", "--locked"]);
    tests.env("INSTA_UPDATE", "no");
    workspace::run(
        tests,
        "the tests failed: fix the errors above, then run `cargo test --workspace --locked`",
    )?;
    println!("ok      tests");
    plan.rust_api(&root)?;
    if let Some(changes) = uncommitted(&root)? {
        bail!("the checks changed files: commit them first:\n{changes}");
    }

    let (file, tag) = (released::file(&plan.version), released::tag(&plan.version));
    let (would, now) =
        if arguments.dry_run { ("would be ", "after the release, run") } else { ("", "now run") };
    if !arguments.dry_run {
        write(&root.join(&file), &plan.contract, &root.join(changelog::FILE), &plan.changelog)?;
    }
    println!("\n{would}written: {file}, the bundle of {CONTRACT}");
    println!("{would}written: {}, with a section [{}] - {date}", changelog::FILE, plan.version);
    println!(
        "\n{now}\n  git add {file} {}\n  git commit --message 'Release {version}'\n  git tag --annotate {tag} \
         --message 'Release {version}'\n  git push --follow-tags\n\nThe tag publishes the release: services \
         depend on the repository with `tag = \"{tag}\"`.",
        changelog::FILE,
        version = plan.version,
    );
    Ok(())
}

/// The files to write after all checks.
struct Plan {
    version: Version,
    /// The earlier releases in order.
    before: Vec<Version>,
    report: Report,
    contract: String,
    changelog: String,
}

impl Plan {
    /// Runs the fast checks. Fails with a list of everything that is missing.
    fn new(root: &Path, date: Date) -> Result<Self> {
        let version = workspace::version(root)?;
        let before = released::versions(root)?;
        let contract = workspace::contract_of(root)?.bundle();
        let last = released::last(&before);
        let report = last.map(|last| changes_since(root, last)).transpose()?.unwrap_or_default();
        let text = workspace::read(root, changelog::FILE)?;
        let changelog = Changelog::parse(&text).released(&version, date);

        let mut missing = Vec::new();
        if let Some(changes) = uncommitted(root)? {
            missing.push(format!("there are uncommitted changes: commit or stash them\n{changes}"));
        }
        missing.extend(taken(root, &version, &before)?);
        let plan = Self { version, before, report, contract, changelog: String::new() };
        missing.extend(plan.too_low(Verdict::NotAsked));
        let changelog = changelog.unwrap_or_else(|error| {
            missing.push(error.to_string());
            String::new()
        });
        if missing.is_empty() {
            return Ok(Self { changelog, ..plan });
        }
        bail!("{} cannot be released, and nothing is written:\n{}", plan.version, missing.join("\n"))
    }

    /// Checks that the version number permits the changes of the Rust API.
    fn rust_api(&self, root: &Path) -> Result<()> {
        let Some(last) = released::last(&self.before) else {
            println!("ok      cargo-semver-checks: skipped, because nothing is released yet");
            return Ok(());
        };
        let verdict = semver_checks::run(root, &released::tag(last))?;
        if let Some(too_low) = self.too_low(verdict) {
            bail!("{too_low}\ncargo-semver-checks: {}", verdict.sentence());
        }
        let is_told = || Changelog::parse(&self.changelog).tells_of_breaking_since(last, "- ");
        if verdict == Verdict::Breaking && !is_told() {
            bail!(
                "{}: no entry under `### Breaking` describes the findings of cargo-semver-checks: add one for the \
                 items listed above",
                changelog::FILE
            );
        }
        let state = if verdict == Verdict::NotInstalled { "skipped" } else { "ok     " };
        println!("{state} cargo-semver-checks: {}", verdict.sentence());
        Ok(())
    }

    fn too_low(&self, verdict: Verdict) -> Option<String> {
        let last = released::last(&self.before).cloned();
        let advice = Advice::new(&self.report, Some(self.version.clone()), last, verdict);
        advice.remedy().map(|remedy| remedy + &advice.demand_list())
    }
}

/// Returns the changes that are not committed, if there are any.
fn uncommitted(root: &Path) -> Result<Option<String>> {
    let status = workspace::git(root, &["status", "--porcelain"])
        .context("git failed: run this in the git repository, with everything committed")?;
    Ok(Some(status.trim_end().to_owned()).filter(|status| !status.is_empty()))
}

/// Returns an error message if the version is already released or too low.
fn taken(root: &Path, version: &Version, before: &[Version]) -> Result<Option<String>> {
    if before.contains(version) {
        return Ok(Some(format!(
            "{version} is already released: {} exists. {RAISE}",
            released::file(version)
        )));
    }
    if let Some(newer) = before.last().filter(|last| *last > version) {
        return Ok(Some(format!("{version} is lower than {newer}, which is already released. {RAISE}")));
    }
    let tag = released::tag(version);
    let found = workspace::git(root, &["tag", "--list", &tag])?;
    Ok((!found.trim().is_empty()).then(|| {
        format!(
            "{version} is already released: git has the tag {tag}. {RAISE} If the tag is a mistake, delete \
         it."
        )
    }))
}

/// Writes the contract and the changelog, or neither of them. If the second file cannot be written, the first is
/// removed.
fn write(released: &Path, contract: &str, changelog: &Path, text: &str) -> Result<()> {
    let folder = released.parent().expect("the path of a release has a directory");
    let is_new = !folder.exists();
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let outcome = write_files(released, contract, changelog, text);
    if outcome.is_err() && is_new {
        // If this fails, an empty directory is left. That does no harm, because git ignores it.
        let _ = fs::remove_dir(folder);
    }
    outcome.context("nothing is written: check the permissions of the files and the free disk space")
}

fn write_files(released: &Path, contract: &str, changelog: &Path, text: &str) -> Result<()> {
    let permissions = fs::metadata(changelog)?.permissions();
    let first = workspace::staged(released, contract, &permissions)?;
    let second = workspace::staged(changelog, text, &permissions)?;
    // The error of `persist_noclobber` owns the temporary file. Only its I/O error is kept, so the file is deleted.
    let named = |path: &Path| path.display().to_string();
    first.persist_noclobber(released).map_err(|failed| failed.error).with_context(|| named(released))?;
    if let Err(failed) = second.persist(changelog) {
        fs::remove_file(released).with_context(|| format!("{} must be deleted by hand", named(released)))?;
        return Err(failed.error).with_context(|| named(changelog));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn both_files_are_written_and_nothing_is_left_beside_them() {
        let root = tempfile::tempdir().unwrap();
        let (released, changelog) =
            (root.path().join("released/1.0.0.yaml"), root.path().join("CHANGELOG.md"));
        fs::write(&changelog, "old").unwrap();
        write(&released, "contract", &changelog, "new").unwrap();
        assert_eq!(fs::read_to_string(&released).unwrap(), "contract");
        assert_eq!(fs::read_to_string(&changelog).unwrap(), "new");
        assert_eq!(names(root.path()), ["CHANGELOG.md", "released"]);
        assert_eq!(names(&root.path().join("released")), ["1.0.0.yaml"]);
    }

    #[test]
    fn if_the_second_file_cannot_be_written_the_first_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let (released, changelog) =
            (root.path().join("released/1.0.0.yaml"), root.path().join("CHANGELOG.md"));
        // Writing the changelog fails, because there is a directory with this name.
        fs::create_dir(&changelog).unwrap();
        let error = write(&released, "contract", &changelog, "new").unwrap_err();
        assert!(format!("{error:#}").contains("nothing is written"), "{error:#}");
        assert_eq!(names(root.path()), ["CHANGELOG.md"]);
    }

    #[test]
    fn an_existing_release_is_not_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let (released, changelog) = (root.path().join("1.0.0.yaml"), root.path().join("CHANGELOG.md"));
        fs::write(&released, "released").unwrap();
        fs::write(&changelog, "old").unwrap();
        assert!(write(&released, "contract", &changelog, "new").is_err());
        assert_eq!(fs::read_to_string(&released).unwrap(), "released");
        assert_eq!(fs::read_to_string(&changelog).unwrap(), "old");
        assert_eq!(names(root.path()), ["1.0.0.yaml", "CHANGELOG.md"]);
    }
}
