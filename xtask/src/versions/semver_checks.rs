//! Checks the Rust API with `cargo-semver-checks`, which also reads hand-written code.

use std::io::{ErrorKind, stderr};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The crates on which programs depend, each with the features that are checked. These features add public items, and
/// need no system library.
const CRATES: [(&str, &str); 3] = [
    ("mediaconnect", "cache,metrics,opentelemetry,rustls,schemars,unverified"),
    ("mediaconnect-api", "schemars,unverified"),
    ("mediaconnect-fleet", "cache"),
];

/// The exit status with which cargo-semver-checks reports a breaking change. Status 101 means that cargo-semver-checks
/// itself failed.
const BREAKS: i32 = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The check was not requested.
    NotAsked,
    /// cargo-semver-checks is not installed.
    NotInstalled,
    /// No program breaks.
    Compatible,
    /// Some programs break.
    Breaking,
}

impl Verdict {
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NotAsked => {
                "skipped: to check hand-written code too, run `cargo xtask diff --semver-checks`."
            }
            Self::NotInstalled => {
                "not installed, so hand-written code is not checked: run `cargo install cargo-semver-checks \
                 --locked`."
            }
            Self::Compatible => "finds no breaking change.",
            Self::Breaking => "finds breaking changes, which are listed above.",
        }
    }

    /// Returns the result as a word for JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotAsked => "not asked",
            Self::NotInstalled => "not installed",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

/// Compares the working tree with a git revision. This takes minutes, because the crates of both are compiled. The
/// output goes to stderr.
pub(crate) fn run(root: &Path, baseline: &str) -> Result<Verdict> {
    let mut verdict = Verdict::Compatible;
    for (package, features) in CRATES {
        let mut command = Command::new("cargo-semver-checks");
        command.args(["semver-checks", "check-release", "--package", package, "--baseline-rev", baseline]);
        // With the release type `minor`, the check fails if a change breaks programs.
        command.args(["--release-type", "minor", "--only-explicit-features", "--features", features]);
        command.current_dir(root).stdout(stderr());
        let status = match command.status() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Verdict::NotInstalled),
            status => status.context("cargo-semver-checks cannot be started")?,
        };
        match status.code() {
            Some(0) => {}
            Some(BREAKS) => verdict = Verdict::Breaking,
            _ => bail!(
                "cargo-semver-checks could not compare {package} with {baseline}: fix the error above. `git fetch \
                 --unshallow --tags` gets missing revisions, and `cargo install cargo-semver-checks --locked` the \
                 newest version of the program"
            ),
        }
    }
    Ok(verdict)
}
