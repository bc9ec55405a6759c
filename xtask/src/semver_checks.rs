//! The Rust API by `cargo-semver-checks`, which reads the code that is written by hand too.

use std::io::{ErrorKind, stderr};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The crates that services compile, with the features that add public items and need no system library.
const CRATES: [(&str, &str); 2] =
    [("mediaconnect", "metrics,opentelemetry,rustls,schemars,unverified"), ("mediaconnect-api", "schemars")];

/// What it exits with when the API breaks; 101 is an error of its own.
const BREAKS: i32 = 100;

/// What is known of the Rust API.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody asked, since it compiles both versions.
    NotAsked,
    /// The program is not there.
    NotInstalled,
    /// Programs that compiled go on compiling.
    Compatible,
    /// Some do not.
    Breaking,
}

impl Verdict {
    /// The verdict for people.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NotAsked => "not asked: `cargo xtask diff --semver-checks` looks at hand-written code too.",
            Self::NotInstalled => {
                "not installed, so hand-written code is not looked at: `cargo install cargo-semver-checks --locked`."
            }
            Self::Compatible => "finds nothing that breaks.",
            Self::Breaking => "finds public items that break programs; they are listed above.",
        }
    }

    /// The verdict for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotAsked => "not asked",
            Self::NotInstalled => "not installed",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

/// Compares the working tree with a git revision. It compiles both, which takes minutes; what it says goes to stderr.
pub(crate) fn run(root: &Path, baseline: &str) -> Result<Verdict> {
    let mut verdict = Verdict::Compatible;
    for (package, features) in CRATES {
        let mut command = Command::new("cargo-semver-checks");
        command.args(["semver-checks", "check-release", "--package", package, "--baseline-rev", baseline]);
        // As if the next version promised to be compatible: then it fails exactly when something breaks.
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
                "cargo-semver-checks could not compare {package} with {baseline}: mend what it says above. A revision \
                 that is missing comes with `git fetch --unshallow --tags`, a newer version of the program with `cargo \
                 install cargo-semver-checks --locked`"
            ),
        }
    }
    Ok(verdict)
}
