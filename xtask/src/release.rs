//! The command that cargo-release runs before it commits a release: checks that the version permits the changes, and
//! writes the released contract.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use semver::Version;

use crate::check;
use crate::sunset::{self, Calendar};
use crate::versions::advice::Advice;
use crate::versions::changelog::{self, Changelog};
use crate::versions::semver_checks::{self, Verdict};
use crate::versions::{changes_since, released};
use crate::workspace::{self, CONTRACT};

pub(crate) const HELP: &str = "\
This is the hook of `cargo release`; see release.toml. The contract is written only if all of these are true:
  - the version is not released yet, and high enough for the changes since the last release;
  - `cargo xtask check` and `cargo test --workspace` pass, and change no file;
  - cargo-semver-checks, if it is installed, finds no change that the version does not allow.

Then openapi/connect.yaml and its groups are written as one file to openapi/released/VERSION.yaml, and added to git's \
index. cargo-release does the rest: it requires a clean tree and a new tag, raises the version, dates CHANGELOG.md, \
commits and tags.

EXIT STATUS
  0  released; with --dry-run: ready for the release
  1  something is missing, and nothing was written; the message says what to do
  2  wrong arguments

EXAMPLES
  cargo release              check everything, and print the changes
  cargo release --execute    release the version of Cargo.toml
  cargo xtask release 0.2.0  only the hook";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The version of the release.
    version: Version,
    /// Check everything, and write nothing. cargo-release sets the variable DRY_RUN instead of this option.
    #[arg(long, env = "DRY_RUN")]
    dry_run: bool,
}

/// Checks everything. Writes the contract unless this is a dry run.
pub(crate) fn run(Arguments { version, dry_run }: &Arguments) -> Result<()> {
    let root = workspace::root();
    let file = released::file(version);
    if root.join(&file).exists() {
        bail!("{version} is already released: {file} exists. Release a higher version");
    }
    high_enough(&root, version, Verdict::NotAsked)?;

    let changes = || workspace::git(&root, &["status", "--porcelain"]);
    let before = changes()?;
    check::run(&[], &Calendar { today: sunset::today() })?;
    let mut tests = workspace::cargo(&["test", "--quiet", "--workspace", "--locked"]);
    tests.env("INSTA_UPDATE", "no");
    workspace::run(
        tests,
        "the tests failed: fix the errors above, then run `cargo test --workspace --locked`",
    )?;
    println!("ok      tests");
    rust_api(&root, version)?;
    let after = changes()?;
    if after != before {
        bail!("the checks changed files; commit these files, and run the release again:\n{after}");
    }

    if *dry_run {
        println!("dry run: {CONTRACT} would be written as one file to {file}");
        return Ok(());
    }
    let contract = workspace::contract_of(&root)?.bundle();
    let write = || -> Result<()> {
        fs::create_dir_all(root.join(released::DIRECTORY))?;
        fs::write(root.join(&file), contract)?;
        // cargo-release commits only files that git tracks, so the new file is added here.
        workspace::git(&root, &["add", &file]).map(|_| ())
    };
    write().with_context(|| format!("{file} cannot be written and added to git")).inspect_err(|_| {
        // A file that is left behind would count as a release.
        let _ = fs::remove_file(root.join(&file));
    })?;
    println!("{CONTRACT} is written as one file to {file}");
    Ok(())
}

/// Fails if the version is too low for the changes of the contract, or for the findings of cargo-semver-checks.
fn high_enough(root: &Path, version: &Version, verdict: Verdict) -> Result<()> {
    let versions = released::versions(root)?;
    let last = released::last(&versions);
    let report = last.map(|last| changes_since(root, last)).transpose()?.unwrap_or_default();
    let advice = Advice::new(&report, Some(version.clone()), last.cloned(), verdict);
    match advice.help() {
        Some(help) => bail!("{help}{}", advice.demand_list()),
        None => Ok(()),
    }
}

/// Checks that the version and the changelog announce the changes of the Rust API.
fn rust_api(root: &Path, version: &Version) -> Result<()> {
    let versions = released::versions(root)?;
    let Some(last) = released::last(&versions) else {
        println!("ok      cargo-semver-checks: skipped, because nothing is released yet");
        return Ok(());
    };
    let verdict = semver_checks::run(root, &released::tag(last))?;
    high_enough(root, version, verdict)
        .with_context(|| format!("cargo-semver-checks: {}", verdict.sentence()))?;
    let changelog = workspace::read(root, changelog::FILE)?;
    if verdict == Verdict::Breaking && !Changelog::parse(&changelog).tells_of_breaking_since(last, "- ") {
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
